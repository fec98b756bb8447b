//! Reservations of namespaces in the marketplace (docs/wire/names.md#reserved-names).
//!
//! **Invariant:** a namespace belongs to one publisher; the first one to take a
//! package with it to the marketplace.

use super::{Package, PublisherTier, Visibility, sql};
use crate::events::{Event, Kind};
use crate::{Code, Result};
use os_db::Tx;
use os_identity::{Actor, organization};
use os_package::{Namespace, names};
use serde_json::{Value, json};

/// Claims the namespace of a package in the marketplace for its owner, unless it
/// has none. Returns a warning when the namespace is shared.
///
/// # Errors
/// `NAMESPACE_RESERVED_PLATFORM`, `NAMESPACE_ALREADY_RESERVED`.
pub(in crate::registry) async fn reserve_namespace(
    tx: &mut Tx,
    actor: &Actor,
    package: &Package,
) -> Result<Option<String>> {
    let Some(namespace) = &package.namespace else { return Ok(None) };
    if package.visibility != Visibility::Marketplace {
        return Ok(None);
    }
    if namespace.parse::<Namespace>().is_ok_and(|it| names::is_platform_namespace(&it)) {
        if package.publisher == PublisherTier::Objectstack {
            return Ok(None);
        }
        return Err(Code::NamespaceReservedPlatform.error(format!(
            "`namespace`: `{namespace}` belongs to the platform; choose another one for the marketplace"
        )));
    }
    if sql::claim_namespace(tx, namespace, package.owner_org_id, &package.manifest_id).await? {
        let subject = json!({ "namespace": namespace, "manifest_id": package.manifest_id });
        Event::new(Kind::NamespaceReserved, subject)
            .organization(package.owner_org_id)
            .package(package.id)
            .change(Value::Null, json!({ "namespace": namespace }))
            .record(tx, actor)
            .await?;
        return Ok(None);
    }
    let claim = sql::find_claim(tx, namespace).await?;
    if claim.publisher_org_id != package.owner_org_id {
        let owner = organization::get(tx, claim.publisher_org_id).await?;
        return Err(Code::NamespaceAlreadyReserved
            .error(format!(
                "`namespace`: `{namespace}` is reserved by another publisher in the marketplace; choose another namespace"
            ))
            .with_details(json!({
                "namespace": namespace,
                "ownerPublisher": owner.name,
                "since": claim.claimed_at,
            })));
    }
    Ok((claim.claimed_by_manifest_id != package.manifest_id).then(|| {
        format!("the namespace `{namespace}` is shared with `{}`", claim.claimed_by_manifest_id)
    }))
}
