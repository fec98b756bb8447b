//! Deleting an organization; the other handlers of organizations are `os-identity`'s.

use crate::workflow::delete_organization::delete_organization;
use crate::{Code, Control, Error, Result};
use axum::extract::State;
use os_api::organization::{DeletedOrganization, ThisOrganization};
use os_http::Lenient;
use os_http::extract::{Bare, Data, Path};
use os_identity::organization::{self, OrganizationRole};
use os_identity::{OrganizationId, SignedIn, SignedInUser};

/// Deletes an organization with its environments.
pub async fn delete(
    State(control): State<Control>,
    SignedInUser { actor, user }: SignedInUser,
    Lenient(body): Lenient<ThisOrganization>,
) -> Result<Bare<os_api::organization::Organization>> {
    let id = organization::chosen(&user, body.organization_id.map(OrganizationId))?;
    let mut tx = control.db.write().await?;
    let access = organization::for_change(&mut tx, &actor, id, OrganizationRole::Owner).await?;
    let organization = organization::get(&mut tx, id).await?;
    delete_organization(&mut tx, &access).await?;
    tx.commit().await?;
    Ok(Bare(organization.into()))
}

/// Deletes an organization, where consoles of the cloud look for it.
pub async fn delete_by_path(
    State(control): State<Control>,
    SignedIn(actor): SignedIn,
    Path(id): Path<String>,
) -> Result<Data<DeletedOrganization>> {
    let id: OrganizationId = id.parse().map_err(|_| {
        Code::NotFound.error(format!("there is no organization `{id}` that you are a member of"))
    })?;
    let mut tx = control.db.write().await?;
    let access = organization::for_change(&mut tx, &actor, id, OrganizationRole::Owner).await?;
    let deleted_environments = delete_organization(&mut tx, &access).await?;
    tx.commit().await?;
    Ok(Data(DeletedOrganization {
        deleted: true,
        organization_id: id.0,
        deleted_environments,
        warnings: Vec::new(),
    }))
}

/// Refuses rows of objects that the control plane does not have.
pub async fn unknown_object(_: SignedIn, Path(object): Path<String>) -> Error {
    Code::ObjectNotFound.error(format!("there is no object `{object}` here"))
}
