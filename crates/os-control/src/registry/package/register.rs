//! Registering a package (docs/wire/packages.md#registering).
//!
//! **Invariant:** of any number of requests that register one id, one makes the row.

use super::fields::{PackageFields, sort_name};
use super::update::{Saved, check, finish_change, update_unchecked};
use super::{Package, PublisherTier, Visibility, listed_version, search, sql};
use crate::{Code, Error, PackageId, Result};
use os_db::{Tx, now};
use os_identity::organization::{self, OrganizationRole};
use os_identity::{Actor, OrganizationId, Principal, Scope, UserId};
use os_package::{ManifestId, names};

/// Registers a package, or changes it where the caller may.
///
/// # Errors
/// `PACKAGE_OWNED_BY_OTHER_ORG`, `PUBLISHER_REQUIRED`, `RESERVED_NAME`, the
/// namespace codes of docs/wire/listings.md#namespace-reservation.
pub async fn register(tx: &mut Tx, actor: &Actor, fields: PackageFields) -> Result<Saved> {
    let id = fields.manifest_id.clone().ok_or_else(|| missing("manifest_id"))?;
    if matches!(actor.principal(), Principal::Service) && fields.owner.is_none() {
        return Err(Code::MissingRequiredField.error(
            "`owner_org_id` is required with the service key: it stands for no organization",
        ));
    }
    if let Some(existing) = sql::find_by_manifest_id(tx, id.as_str()).await? {
        may_change(tx, actor, &id, existing.owner_org_id, fields.owner).await?;
        return update_unchecked(tx, actor, existing.id, fields).await;
    }
    let owner = owner(tx, actor, fields.owner).await?;
    let package = new_package(actor, &id, owner, fields.clone())?;
    if !sql::insert(tx, &package).await? {
        // Somebody registered it at the same moment.
        let existing = sql::find_by_manifest_id(tx, id.as_str()).await?;
        let existing = existing.ok_or(os_db::Error::RowNotFound)?;
        may_change(tx, actor, &id, existing.owner_org_id, Some(owner)).await?;
        return update_unchecked(tx, actor, existing.id, fields).await;
    }
    listed_version::count_package(tx, 1).await?;
    finish_change(tx, actor, None, package.id).await
}

/// Returns the owner of a new package: an organization where the caller may publish.
async fn owner(
    tx: &mut Tx,
    actor: &Actor,
    requested: Option<OrganizationId>,
) -> Result<OrganizationId> {
    let owner = match (requested, actor.user()) {
        (Some(owner), _) => owner,
        (None, Some(user)) => match user.active_organization() {
            Some(active) => active,
            None => only_organization(tx, user.id()).await?,
        },
        (None, None) => return Err(publisher_required()),
    };
    require_publisher(tx, actor, owner).await?;
    Ok(owner)
}

/// Checks that the actor may register packages that an organization owns.
///
/// # Errors
/// `PUBLISHER_REQUIRED`; `RESOURCE_NOT_FOUND` for an organization that is not there.
pub async fn require_publisher(tx: &mut Tx, actor: &Actor, owner: OrganizationId) -> Result<()> {
    let (role, scope) = (OrganizationRole::Admin, Scope::Publish);
    organization::access(tx, actor, owner, role, scope).await.map_err(|error| {
        if error.code().is_any_of(&[Code::PermissionDenied, Code::NotFound]) {
            return publisher_required();
        }
        error
    })?;
    // The service key opens every organization, also one that is not there.
    organization::get(tx, owner).await?;
    Ok(())
}

async fn only_organization(tx: &mut Tx, user: UserId) -> Result<OrganizationId> {
    match organization::list_of(tx, user).await?.as_slice() {
        [only] => Ok(only.id),
        [] => Err(publisher_required()),
        _ => Err(Code::MissingRequiredField.error(
            "`owner_org_id` is required: you belong to several organizations and none is active",
        )),
    }
}

/// Checks that the caller may change a package of this owner.
async fn may_change(
    tx: &mut Tx,
    actor: &Actor,
    id: &ManifestId,
    owner: OrganizationId,
    requested: Option<OrganizationId>,
) -> Result<()> {
    let other = |whom: &str| {
        Code::PackageOwnedByOtherOrg
            .error(format!("`{id}` belongs to {whom}; choose another `manifest_id`"))
    };
    match organization::access(tx, actor, owner, OrganizationRole::Admin, Scope::Publish).await {
        Ok(_) if requested.is_none_or(|it| it == owner) => Ok(()),
        Ok(_) => {
            Err(other(&format!("the organization {}", organization::get(tx, owner).await?.name)))
        }
        // Only members learn who owns an id (docs/wire/packages.md#registering).
        Err(error) if error.code() == Code::NotFound => Err(other("another organization")),
        Err(error) if error.code() == Code::PermissionDenied => Err(publisher_required()),
        Err(error) => Err(error),
    }
}

fn publisher_required() -> Error {
    Code::PublisherRequired.error(
        "publishing needs the role owner or admin in the organization that owns the package, and a key with the scope `publish`",
    )
}

fn missing(field: &str) -> Error {
    Code::MissingRequiredField.error(format!("`{field}` is missing; a new package needs it"))
}

fn new_package(
    actor: &Actor,
    id: &ManifestId,
    owner: OrganizationId,
    fields: PackageFields,
) -> Result<Package> {
    if names::is_reserved_id(id) && !actor.is_platform_admin() {
        return Err(Code::ReservedName.error(format!(
            "`manifest_id`: the prefix of `{id}` is reserved for the platform; choose another one, such as com.example."
        )));
    }
    if fields.display_name.is_none() {
        return Err(missing("display_name"));
    }
    let mut package = blank(id, owner, actor);
    check(actor, id, &package, &fields)?;
    package.namespace = fields.namespace.as_ref().map(ToString::to_string);
    fields.apply(&mut package)?;
    Ok(package)
}

/// Returns a package without fields.
fn blank(id: &ManifestId, owner: OrganizationId, actor: &Actor) -> Package {
    let (row, at) = (PackageId::new(), now());
    Package {
        id: row,
        manifest_id: id.to_string(),
        namespace: None,
        owner_org_id: owner,
        display_name: id.to_string(),
        description: None,
        tagline: None,
        visibility: Visibility::Private,
        category: None,
        tags: "[]".to_owned(),
        icon_url: None,
        icon_checksum: None,
        homepage_url: None,
        license: None,
        publisher: PublisherTier::Private,
        is_starter: false,
        listed: false,
        search_id: search::row_of(row),
        sort_name: sort_name(id.as_str()),
        created_at: at,
        updated_at: at,
        created_by: actor.label(),
        translations: None,
        readme: None,
        latest_version_id: None,
        latest_version: None,
        public_version_id: None,
        public_version: None,
    }
}
