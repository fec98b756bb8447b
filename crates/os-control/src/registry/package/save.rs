//! Registering a package and changing what is said of it (contract §3.2.1).
//!
//! **Invariant:** of any number of requests that register one id, one makes the
//! row. Changes lock the row before they read it, so that none is lost.

use super::details::{Details, sort_name};
use super::{Package, PublisherTier, Visibility, search, sql};
use crate::events::{Event, Kind};
use crate::registry::listing;
use crate::{Code, Error, PackageId, Result};
use os_db::{Tx, now};
use os_identity::organization::{self, OrganizationRole};
use os_identity::{Actor, OrganizationId, Principal, Scope};
use os_package::{ManifestId, names};
use serde_json::{Map, Value, json};

/// What came of it.
pub struct Saved {
    pub package: Package,
    pub created: bool,
    pub warnings: Vec<String>,
}

/// Registers a package, or changes it where the caller may.
///
/// # Errors
/// `PACKAGE_OWNED_BY_OTHER_ORG`, `PUBLISHER_REQUIRED`, `RESERVED_NAME`, the
/// namespace codes of contract §4.12.
pub async fn register(tx: &mut Tx, actor: &Actor, details: Details) -> Result<Saved> {
    let id = details.manifest_id.clone().ok_or_else(|| missing("manifest_id"))?;
    if matches!(actor.principal(), Principal::Service) && details.owner.is_none() {
        return Err(Code::MissingRequiredField.error(
            "`owner_org_id` is required with the service key: it stands for no organization",
        ));
    }
    if let Some(existing) = sql::find_by_manifest_id(tx, id.as_str()).await? {
        may_change(tx, actor, &id, existing.owner_org_id, details.owner).await?;
        return change(tx, actor, existing.id, details).await;
    }
    let owner = owner(tx, actor, details.owner).await?;
    let package = new_package(actor, &id, owner, details.clone())?;
    if !sql::insert(tx, &package).await? {
        // Somebody registered it at the same moment.
        let existing = sql::find_by_manifest_id(tx, id.as_str()).await?;
        let existing = existing.ok_or(os_db::Error::RowNotFound)?;
        may_change(tx, actor, &id, existing.owner_org_id, Some(owner)).await?;
        return change(tx, actor, existing.id, details).await;
    }
    listing::count_package(tx, 1).await?;
    finish(tx, actor, None, package.id).await
}

/// Changes what is said of a package; the caller has been let in by a door.
///
/// # Errors
/// As [`register`].
pub async fn change(tx: &mut Tx, actor: &Actor, id: PackageId, details: Details) -> Result<Saved> {
    sql::lock(tx, id).await?;
    let before = super::get(tx, id).await?;
    let manifest_id = before.manifest_id.parse().expect("it was parsed before it was stored");
    check(actor, &manifest_id, &before, &details)?;
    let mut after = before.clone();
    if after.namespace.is_none() {
        after.namespace = details.namespace.as_ref().map(ToString::to_string);
    }
    details.apply(&mut after)?;
    if after == before {
        return Ok(Saved { package: before, created: false, warnings: Vec::new() });
    }
    sql::update(tx, &after).await?;
    finish(tx, actor, Some(before), id).await
}

async fn finish(
    tx: &mut Tx,
    actor: &Actor,
    before: Option<Package>,
    id: PackageId,
) -> Result<Saved> {
    listing::refresh(tx, id).await?;
    search::index(tx, id).await?;
    let package = super::get(tx, id).await?;
    let warnings = listing::reserve(tx, actor, &package).await?.into_iter().collect();
    let kind = if before.is_some() { Kind::PackageUpdated } else { Kind::PackageCreated };
    let (old, new) = difference(before.as_ref().map(Package::facts), package.facts());
    Event::new(kind, json!({ "manifest_id": package.manifest_id }))
        .organization(package.owner_org_id)
        .package(id)
        .change(old, new)
        .record(tx, actor)
        .await?;
    Ok(Saved { package, created: before.is_none(), warnings })
}

/// What differs, before and after.
fn difference(before: Option<Value>, after: Value) -> (Value, Value) {
    let (Some(Value::Object(old)), Value::Object(new)) = (before, &after) else {
        return (Value::Null, after);
    };
    let changed = |from: &Map<String, Value>, to: &Map<String, Value>| {
        let kept = from.iter().filter(|(key, value)| to.get(*key) != Some(*value));
        Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
    };
    (changed(&old, new), changed(new, &old))
}

/// What the caller may say of this package.
fn check(actor: &Actor, id: &ManifestId, package: &Package, details: &Details) -> Result<()> {
    if names::is_local_id(id) && details.visibility == Some(Visibility::Marketplace) {
        return Err(Code::ReservedName.error(format!(
            "`visibility`: `{id}` cannot go to the marketplace; give it an id of your own, such as com.example.crm"
        )));
    }
    if let Some(asked) = details.publisher.filter(|asked| *asked != package.publisher)
        && !(asked.is_claimable() && package.publisher.is_claimable())
        && !actor.is_platform_admin()
    {
        return Err(Code::PermissionDenied
            .error("`publisher`: only a platform administrator may give or take this tier"));
    }
    let fixed = [
        (
            "manifest_id",
            details.manifest_id.as_ref().map(ToString::to_string),
            Some(&*package.manifest_id),
        ),
        (
            "namespace",
            details.namespace.as_ref().map(ToString::to_string),
            package.namespace.as_deref(),
        ),
    ];
    for (field, asked, current) in fixed {
        if let (Some(asked), Some(current)) = (asked, current)
            && asked != current
        {
            return Err(Code::InvalidState.error(format!(
                "`{field}` of `{id}` is `{current}` and cannot change to `{asked}`"
            )));
        }
    }
    if details.owner.is_some_and(|owner| owner != package.owner_org_id) {
        return Err(Code::InvalidState
            .error(format!("`owner_org_id`: `{id}` cannot move to another organization")));
    }
    Ok(())
}

/// The organization a new package belongs to, where the caller may publish.
async fn owner(
    tx: &mut Tx,
    actor: &Actor,
    asked: Option<OrganizationId>,
) -> Result<OrganizationId> {
    let owner = match (asked, actor.user()) {
        (Some(owner), _) => owner,
        (None, Some(user)) => match user.active_organization() {
            Some(active) => active,
            None => only_organization(tx, user.id()).await?,
        },
        (None, None) => return Err(publisher_required()),
    };
    organization::access(tx, actor, owner, OrganizationRole::Admin, Scope::Publish).await.map_err(
        |error| {
            if error.code().is_any_of(&[Code::PermissionDenied, Code::NotFound]) {
                return publisher_required();
            }
            error
        },
    )?;
    // The service key opens every organization, also one that is not there.
    organization::get(tx, owner).await?;
    Ok(owner)
}

async fn only_organization(tx: &mut Tx, user: os_identity::UserId) -> Result<OrganizationId> {
    match organization::list_of(tx, user).await?.as_slice() {
        [only] => Ok(only.id),
        [] => Err(publisher_required()),
        _ => Err(Code::MissingRequiredField.error(
            "`owner_org_id` is required: you belong to several organizations and none is active",
        )),
    }
}

/// Whether the caller may change a package of this owner.
async fn may_change(
    tx: &mut Tx,
    actor: &Actor,
    id: &ManifestId,
    owner: OrganizationId,
    asked: Option<OrganizationId>,
) -> Result<()> {
    let other = |whom: &str| {
        Code::PackageOwnedByOtherOrg
            .error(format!("`{id}` belongs to {whom}; choose another `manifest_id`"))
    };
    match organization::access(tx, actor, owner, OrganizationRole::Admin, Scope::Publish).await {
        Ok(_) if asked.is_none_or(|asked| asked == owner) => Ok(()),
        Ok(_) => {
            Err(other(&format!("the organization {}", organization::get(tx, owner).await?.name)))
        }
        // Who owns an id is told to members only (`design.md` §8.11).
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
    details: Details,
) -> Result<Package> {
    if names::is_reserved_id(id) && !actor.is_platform_admin() {
        return Err(Code::ReservedName.error(format!(
            "`manifest_id`: the prefix of `{id}` is reserved for the platform; choose another one, such as com.example."
        )));
    }
    if details.display_name.is_none() {
        return Err(missing("display_name"));
    }
    let mut package = blank(id, owner, actor);
    check(actor, id, &package, &details)?;
    package.namespace = details.namespace.as_ref().map(ToString::to_string);
    details.apply(&mut package)?;
    Ok(package)
}

/// A package that nothing is said of yet.
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
