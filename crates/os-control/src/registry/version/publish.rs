//! Publishing a version: at once from a compiled artifact, or from a draft.
//!
//! **Invariant:** of any number of requests that publish one version number,
//! one makes the row and the event; the same content again answers what is
//! there, other content is refused.

use super::{Version, VersionStatus, record, sql};
use crate::events::Kind;
use crate::registry::package::{self, PackageAccess};
use crate::{Code, Result, VersionId};
use os_db::Tx;
use os_package::{SealedVersion, VersionNumber};
use serde_json::Value;

/// A version that is to be published at once.
pub struct Publication {
    pub number: VersionNumber,
    pub sealed: SealedVersion,
    pub is_pre_release: bool,
    pub release_notes: Option<String>,
}

/// Creates and seals a version in one step (docs/wire/versions.md#publish-in-one-step). Answers it,
/// and whether it is new.
///
/// # Errors
/// `VERSION_IMMUTABLE` when the number is taken by other content, `INVALID_STATE`
/// when a draft has it.
pub async fn publish(
    tx: &mut Tx,
    access: &PackageAccess,
    publication: &Publication,
) -> Result<(Version, bool)> {
    let row = sql::Insert {
        id: VersionId::new(),
        package: access.package(),
        number: &publication.number,
        sealed: &publication.sealed,
        status: VersionStatus::Published,
        is_pre_release: publication.is_pre_release,
        release_notes: publication.release_notes.clone(),
        by: access.actor().label(),
    };
    let Some(version) = sql::insert(tx, row).await? else {
        return Ok((published_before(tx, access, publication).await?, false));
    };
    record(tx, access, Kind::VersionPublished, Value::Null, &version).await?;
    package::refresh_listed_version(tx, access.package()).await?;
    Ok((version, true))
}

/// The version that has the number already, if it has the same content.
async fn published_before(
    tx: &mut Tx,
    access: &PackageAccess,
    publication: &Publication,
) -> Result<Version> {
    let number = publication.number.as_str();
    let found = sql::find_by_number(tx, access.package(), number)
        .await?
        .ok_or_else(|| Code::Conflict.error("the version was deleted just now; publish again"))?;
    if found.status == VersionStatus::Draft {
        return Err(Code::InvalidState.error(format!(
            "`version`: there is a draft of {number}; publish the draft, or delete it and publish again"
        )));
    }
    let checksum = publication.sealed.checksum.to_string();
    if found.checksum != checksum {
        let (old, new) = (&found.checksum[..12], &checksum[..12]);
        return Err(Code::VersionImmutable.error(format!(
            "`version`: {number} is published with other content ({old}…, yours is {new}…) and cannot change; publish under a new version"
        )));
    }
    Ok(found)
}

/// Seals a draft (docs/wire/versions.md#life-cycle).
///
/// # Errors
/// `VERSION_ALREADY_PUBLISHED` when it is no draft.
pub async fn publish_draft(
    tx: &mut Tx,
    access: &PackageAccess,
    draft: &Version,
) -> Result<Version> {
    if !sql::publish_draft(tx, draft.id, &access.actor().label()).await? {
        return Err(Code::VersionAlreadyPublished
            .error(format!("version {} is published already", draft.version)));
    }
    let version = super::get(tx, draft.id).await?;
    record(tx, access, Kind::VersionPublished, draft.facts(), &version).await?;
    package::refresh_listed_version(tx, access.package()).await?;
    Ok(version)
}
