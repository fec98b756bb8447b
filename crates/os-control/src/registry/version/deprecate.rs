//! Deprecating a version, and undoing that.

use super::{Version, VersionStatus, record, sql};
use crate::events::Kind;
use crate::registry::package;
use crate::registry::package::PackageAccess;
use crate::{Code, Result};
use os_api::limits::MAX_REASON_CHARS;
use os_db::Tx;

/// Deprecates a published version. Environments that run it keep running it (docs/wire/versions.md#life-cycle).
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

/// Undoes a deprecation.
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
    let after = super::get(tx, before.id).await?;
    let kind = match after.status {
        VersionStatus::Deprecated => Kind::VersionDeprecated,
        _ => Kind::VersionUndeprecated,
    };
    record(tx, access, kind, before.facts(), &after).await?;
    package::refresh_listed_version(tx, access.package()).await?;
    Ok(after)
}

/// Reads the reason of a deprecation; a blank one is `None`.
///
/// # Errors
/// `VALIDATION_ERROR` when it is too long.
pub fn read_reason(reason: Option<String>) -> Result<Option<String>> {
    let reason = reason.filter(|it| !it.trim().is_empty());
    if reason.as_ref().is_some_and(|it| it.chars().count() > MAX_REASON_CHARS) {
        return Err(Code::ValidationError
            .error(format!("`reason` may have {MAX_REASON_CHARS} characters at most")));
    }
    Ok(reason)
}
