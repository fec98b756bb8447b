//! Updating a package (docs/wire/packages.md#registering).
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
pub async fn update(tx: &mut Tx, access: &PackageAccess, fields: PackageFields) -> Result<Saved> {
    update_unchecked(tx, access.actor(), access.package(), fields).await
}

/// Updates a package for a rule that has checked the right of the actor.
pub(super) async fn update_unchecked(
    tx: &mut Tx,
    actor: &Actor,
    id: PackageId,
    fields: PackageFields,
) -> Result<Saved> {
    sql::lock(tx, id).await?;
    let before = super::get_by_id(tx, id).await?;
    let manifest_id = before.manifest_id.parse().expect("it was parsed before it was stored");
    check(actor, &manifest_id, &before, &fields)?;
    let mut after = before.clone();
    if after.namespace.is_none() {
        after.namespace = fields.namespace.as_ref().map(ToString::to_string);
    }
    fields.apply(&mut after)?;
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
    let package = super::get_by_id(tx, id).await?;
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

/// Checks that the actor may change these fields of the package.
pub(super) fn check(
    actor: &Actor,
    id: &ManifestId,
    package: &Package,
    fields: &PackageFields,
) -> Result<()> {
    if names::is_local_id(id) && fields.visibility == Some(Visibility::Marketplace) {
        return Err(Code::ReservedName.error(format!(
            "`visibility`: `{id}` cannot go to the marketplace; give it an id of your own, such as com.example.crm"
        )));
    }
    if let Some(tier) = fields.publisher.filter(|tier| *tier != package.publisher)
        && !(tier.is_claimable() && package.publisher.is_claimable())
        && !actor.is_platform_admin()
    {
        return Err(Code::PermissionDenied
            .error("`publisher`: only a platform administrator may assign or remove this tier"));
    }
    let fixed = [
        (
            "manifest_id",
            fields.manifest_id.as_ref().map(ToString::to_string),
            Some(&*package.manifest_id),
        ),
        (
            "namespace",
            fields.namespace.as_ref().map(ToString::to_string),
            package.namespace.as_deref(),
        ),
    ];
    for (field, new, current) in fixed {
        if let (Some(new), Some(current)) = (new, current)
            && new != current
        {
            return Err(Code::InvalidState.error(format!(
                "`{field}` of `{id}` is `{current}` and cannot change to `{new}`"
            )));
        }
    }
    if fields.owner.is_some_and(|owner| owner != package.owner_org_id) {
        return Err(Code::InvalidState
            .error(format!("`owner_org_id`: `{id}` cannot move to another organization")));
    }
    Ok(())
}
