//! Taking a version out of circulation, and back.

use super::publish::record;
use super::{Version, VersionStatus, sql};
use crate::events::Kind;
use crate::http::guards::PackageAccess;
use crate::registry::listing;
use crate::{Code, Result};
use os_db::Tx;

/// Marks a published version as no longer to be installed. What runs it keeps
/// running it (contract §2.1).
///
/// # Errors
/// `INVALID_STATE` when it is not published.
pub async fn deprecate(
    tx: &mut Tx,
    access: &PackageAccess,
    version: &Version,
    reason: Option<String>,
) -> Result<Version> {
    let (from, to) = (VersionStatus::Published, VersionStatus::Deprecated);
    if !sql::move_status(tx, version.id, from, to, reason).await? {
        return Err(Code::InvalidState.error(format!(
            "only a published version can be deprecated; {} is {}",
            version.version,
            version.status.as_str()
        )));
    }
    finish(tx, access, version).await
}

/// Takes a deprecation back.
///
/// # Errors
/// `INVALID_STATE` when it is not deprecated.
pub async fn undeprecate(
    tx: &mut Tx,
    access: &PackageAccess,
    version: &Version,
) -> Result<Version> {
    let (from, to) = (VersionStatus::Deprecated, VersionStatus::Published);
    if !sql::move_status(tx, version.id, from, to, None).await? {
        return Err(Code::InvalidState.error(format!("{} is not deprecated", version.version)));
    }
    finish(tx, access, version).await
}

async fn finish(tx: &mut Tx, access: &PackageAccess, before: &Version) -> Result<Version> {
    let after = super::reload(tx, before.id).await?;
    let kind = match after.status {
        VersionStatus::Deprecated => Kind::VersionDeprecated,
        _ => Kind::VersionUndeprecated,
    };
    record(tx, access, kind, before.facts(), &after).await?;
    listing::refresh(tx, access.package).await?;
    Ok(after)
}
