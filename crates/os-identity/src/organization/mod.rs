//! An organization owns packages and environments, and has members.
//!
//! **Invariant:** an organization always has an owner. Changes of its members wait for
//! each other ([`for_change`]), so that two that are each harmless cannot take the last
//! owner away together.

mod access;
pub mod invitation;
pub mod member;
mod new;
mod role;
mod sql;

pub use access::{OrganizationAccess, access, for_change};
pub use new::{NewOrganization, slug_of};
pub use role::OrganizationRole;

use crate::actor::{Actor, UserPrincipal};
use crate::audit::{Event, Kind};
use crate::ids::{OrganizationId, UserId};
use crate::pagination::Pagination;
use crate::visible::Visible;
use crate::{Code, Result, session, text};
use chrono::{DateTime, Utc};
use os_db::Tx;
use serde_json::{Value, json};

/// An organization, as the database knows it.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Organization {
    pub id: OrganizationId,
    pub name: String,
    pub slug: String,
    pub logo: Option<String>,
    /// A JSON object.
    pub metadata: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// Adds an organization with its first owner.
///
/// # Errors
/// `DUPLICATE_RECORD` when the slug is taken.
pub async fn create(
    tx: &mut Tx,
    actor: &Actor,
    owner: UserId,
    new: NewOrganization,
) -> Result<Organization> {
    let id = OrganizationId::new();
    sql::insert(tx, id, &new).await.map_err(|error| taken(error, &new.slug))?;
    member::add(tx, id, owner, OrganizationRole::Owner).await?;
    let organization = get(tx, id).await?;
    Event::new(Kind::OrganizationCreated, json!({ "slug": organization.slug }))
        .organization(id)
        .change(Value::Null, organization.state())
        .record(tx, actor)
        .await?;
    Ok(organization)
}

fn taken(error: os_db::Error, slug: &str) -> crate::Error {
    if os_db::is_duplicate(&error) {
        return Code::DuplicateRecord
            .error(format!("an organization with the slug `{slug}` exists; choose another slug"));
    }
    error.into()
}

impl Organization {
    /// Its state, for events.
    fn state(&self) -> Value {
        json!({
            "name": self.name, "slug": self.slug, "logo": self.logo,
            "metadata": self.metadata_value(),
        })
    }

    /// `metadata` as an object.
    pub fn metadata_value(&self) -> Option<Value> {
        self.metadata.as_deref().and_then(|text| serde_json::from_str(text).ok())
    }
}

/// Changes the name, slug, logo or metadata.
///
/// # Errors
/// `VALIDATION_ERROR`, `DUPLICATE_RECORD` when the slug is taken.
pub async fn update(
    tx: &mut Tx,
    access: &OrganizationAccess,
    change: os_api::organization::OrganizationChange,
) -> Result<Organization> {
    let before = get(tx, access.organization()).await?;
    let mut after = before.clone();
    if let Some(name) = change.name {
        after.name = text::within("name", &name, text::NAME_CHARS)?;
    }
    if let Some(slug) = change.slug {
        after.slug = slug_of(&slug)?;
    }
    if let Some(logo) = change.logo {
        after.logo =
            Some(text::within("logo", &logo, new::LOGO_CHARS)?).filter(|it| !it.is_empty());
    }
    if let Some(metadata) = change.metadata {
        after.metadata = new::metadata_of(&metadata)?;
    }
    sql::update(tx, &after).await.map_err(|error| taken(error, &after.slug))?;
    Event::new(Kind::OrganizationUpdated, json!({ "slug": after.slug }))
        .organization(after.id)
        .change(before.state(), after.state())
        .record(tx, access.actor())
        .await?;
    Ok(after)
}

/// Deletes an organization. The caller has deleted what others own in it.
///
/// # Errors
/// `RESOURCE_CONFLICT` while something still belongs to it.
pub async fn delete(tx: &mut Tx, access: &OrganizationAccess) -> Result<()> {
    let id = access.organization();
    let before = get(tx, id).await?;
    Event::new(Kind::OrganizationDeleted, json!({ "slug": before.slug }))
        .organization(id)
        .change(before.state(), Value::Null)
        .record(tx, access.actor())
        .await?;
    session::leave_organization(tx, id, None).await?;
    match sql::delete(tx, id).await {
        Err(error) if os_db::is_foreign_key(&error) => Err(Code::Conflict
            .error("something was added to the organization at this moment; reload and try again")),
        other => Ok(other?),
    }
}

/// Looks up the organization with this id.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn get(tx: &mut Tx, id: OrganizationId) -> Result<Organization> {
    sql::find(tx, id)
        .await?
        .ok_or_else(|| Code::NotFound.error(format!("there is no organization `{id}`")))
}

/// Looks up the organization with this slug. Nothing is checked yet.
pub async fn find_by_slug(tx: &mut Tx, slug: &str) -> Result<Option<Organization>> {
    Ok(sql::find_by_slug(tx, slug).await?)
}

/// Makes others who hold the organization wait until the transaction ends.
pub async fn lock(tx: &mut Tx, id: OrganizationId) -> Result<()> {
    Ok(sql::lock(tx, id).await?)
}

/// Looks up the role of a user; `None` for outsiders.
pub async fn role_of(
    tx: &mut Tx,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<OrganizationRole>> {
    Ok(sql::role_of(tx, organization, user).await?)
}

/// Lists the organizations of a user, oldest membership first.
pub async fn list_of(tx: &mut Tx, user: UserId) -> Result<Vec<Organization>> {
    Ok(sql::list_of(tx, user).await?)
}

/// Lists the visible organizations, and counts them.
pub async fn list(
    tx: &mut Tx,
    visible: Visible,
    page: Pagination,
) -> Result<(Vec<Organization>, i64)> {
    Ok((sql::list(tx, visible, page).await?, sql::count(tx, visible).await?))
}

/// Returns the organization that a request is about: the one it names, else the active
/// one.
///
/// # Errors
/// `MISSING_REQUIRED_FIELD` when neither is there.
pub fn chosen(user: &UserPrincipal, named: Option<OrganizationId>) -> Result<OrganizationId> {
    named.or(user.active_organization()).ok_or_else(|| {
        Code::MissingRequiredField
            .error("`organizationId` is missing, and no organization is active; name one")
    })
}
