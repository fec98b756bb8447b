//! Changing what is said of a package (docs/wire/packages.md#registering).
//!
//! **Invariant:** the row is locked before it is read, so that no change is lost.

use super::fields::PackageFields;
use super::{Package, PackageAccess, Visibility, listed_version, namespace, search, sql};
use crate::events::{Event, Kind};
use crate::{Code, PackageId, Result};
use os_db::Tx;
use os_identity::Actor;
use os_package::{ManifestId, names};
use serde_json::{Map, Value, json};

/// A package that was registered or changed.
pub struct Saved {
    pub package: Package,
    pub created: bool,
    pub warnings: Vec<String>,
}

/// Updates a package.
///
/// # Errors
/// Those of registering a package, but for its owner.
pub async fn update(tx: &mut Tx, access: &PackageAccess, details: PackageFields) -> Result<Saved> {
    update_unchecked(tx, access.actor(), access.package(), details).await
}

/// Updates a package on behalf of someone who may, as the caller has checked.
pub(super) async fn update_unchecked(
    tx: &mut Tx,
    actor: &Actor,
    id: PackageId,
    details: PackageFields,
) -> Result<Saved> {
    sql::lock(tx, id).await?;
    let before = crate::registry::package::get(tx, id).await?;
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
    finish_change(tx, actor, Some(before), id).await
}

pub(super) async fn finish_change(
    tx: &mut Tx,
    actor: &Actor,
    before: Option<Package>,
    id: PackageId,
) -> Result<Saved> {
    listed_version::refresh_listed_version(tx, id).await?;
    search::index(tx, id).await?;
    let package = crate::registry::package::get(tx, id).await?;
    let warnings = namespace::reserve_namespace(tx, actor, &package).await?.into_iter().collect();
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

/// The fields that differ, with their values before and after.
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

/// Checks what the caller may change in this package.
pub(super) fn check(
    actor: &Actor,
    id: &ManifestId,
    package: &Package,
    details: &PackageFields,
) -> Result<()> {
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
