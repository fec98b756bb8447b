//! Publishing a version: at once from a compiled artifact, or from a draft.
//!
//! **Invariant:** of any number of requests that publish one version number,
//! one makes the row and the event; equal content returns the existing
//! version, other content is refused.

use super::seal::{Content, seal};
use super::{Version, VersionStatus, record, sql};
use crate::events::Kind;
use crate::registry::package::{self, PackageAccess};
use crate::{Code, Error, Result, VersionId};
use anyhow::Context;
use os_db::Tx;
use os_package::{ArtifactReader, ManifestId, SealedVersion, VersionNumber};
use serde_json::Value;

/// A checked and hashed version without a row, to be published at once or kept as a draft.
///
/// **Invariant:** [`NewVersion::seal`] is the only maker, so the content has this number.
pub struct NewVersion {
    pub(super) number: VersionNumber,
    pub(super) sealed: SealedVersion,
    pub(super) is_pre_release: bool,
    pub(super) release_notes: Option<String>,
}

impl NewVersion {
    /// Checks, canonicalizes and hashes the content of a version. Takes long for a large one:
    /// call it before a transaction, off the async threads.
    ///
    /// # Errors
    /// Those of sealing: `PACKAGE_MANIFEST_INVALID`, `RESERVED_NAME`.
    pub fn seal(
        content: Content,
        id: &ManifestId,
        number: VersionNumber,
        reader: ArtifactReader,
    ) -> Result<Self> {
        let sealed = seal(content, id, &number, reader)?;
        let is_pre_release = number.is_pre_release();
        Ok(Self { number, sealed, is_pre_release, release_notes: None })
    }

    /// Marks the version as a pre-release. A number with a suffix always is one.
    #[must_use]
    pub fn mark_pre_release(self, is_pre_release: bool) -> Self {
        Self { is_pre_release: self.is_pre_release || is_pre_release, ..self }
    }

    /// Sets the release notes, in Markdown.
    #[must_use]
    pub fn with_release_notes(self, release_notes: Option<String>) -> Self {
        Self { release_notes, ..self }
    }

    /// The version number.
    pub fn number(&self) -> &VersionNumber {
        &self.number
    }

    /// Warnings about the content, which do not keep it from being stored.
    pub fn warnings(&self) -> &[String] {
        &self.sealed.warnings
    }
}

/// A published version, and whether this request made it.
pub struct PublishOutcome {
    pub version: Version,
    pub created: bool,
}

/// Publishes a version in one step (docs/wire/versions.md#publish-in-one-step).
///
/// # Errors
/// `VERSION_IMMUTABLE` when the number is taken by other content, `INVALID_STATE`
/// when a draft has it.
pub async fn publish(
    tx: &mut Tx,
    access: &PackageAccess,
    new: &NewVersion,
) -> Result<PublishOutcome> {
    let row = sql::Insert {
        id: VersionId::new(),
        package: access.package(),
        number: &new.number,
        sealed: &new.sealed,
        status: VersionStatus::Published,
        is_pre_release: new.is_pre_release,
        release_notes: new.release_notes.clone(),
        by: access.actor().label(),
    };
    let Some(version) = sql::insert(tx, row).await? else {
        let version = published_before(tx, access, new).await?;
        return Ok(PublishOutcome { version, created: false });
    };
    record(tx, access, Kind::VersionPublished, Value::Null, &version).await?;
    package::refresh_listed_version(tx, access.package()).await?;
    Ok(PublishOutcome { version, created: true })
}

/// Returns the version that has the number already, if its content is equal.
async fn published_before(
    tx: &mut Tx,
    access: &PackageAccess,
    new: &NewVersion,
) -> Result<Version> {
    let number = new.number.as_str();
    let found = sql::find_by_number(tx, access.package(), number)
        .await?
        .ok_or_else(|| Code::Conflict.error("the version was deleted just now; publish again"))?;
    if found.status == VersionStatus::Draft {
        return Err(Code::InvalidState.error(format!(
            "`version`: there is a draft of {number}; publish the draft, or delete it and publish again"
        )));
    }
    let checksum = new.sealed.checksum.to_string();
    if found.checksum != checksum {
        let (old, new) = (&found.checksum[..12], &checksum[..12]);
        return Err(Code::VersionImmutable.error(format!(
            "`version`: {number} is published with other content ({old}…, yours is {new}…) and cannot change; publish under a new version"
        )));
    }
    Ok(found)
}

/// A draft whose content a runtime can load.
///
/// **Invariant:** [`check_draft`] is the only maker, and the draft is published only if its content
/// is the one that was checked.
pub struct CheckedDraft(Version);

/// Checks the content of a draft, which may be older than today's rules, off the async threads.
///
/// # Errors
/// `VERSION_ALREADY_PUBLISHED` when it is no draft; `PACKAGE_MANIFEST_INVALID`, `RESERVED_NAME`.
pub async fn check_draft(
    tx: &mut Tx,
    access: &PackageAccess,
    draft: Version,
    reader: ArtifactReader,
) -> Result<CheckedDraft> {
    if draft.status != VersionStatus::Draft {
        return Err(published_already(&draft));
    }
    let text = sql::manifest_json(tx, access.package(), draft.id).await?;
    let id: ManifestId = access.manifest_id().parse().context("sys_package.manifest_id")?;
    let number = draft.version.parse().context("sys_package_version.version")?;
    let checked =
        tokio::task::spawn_blocking(move || seal(Content::Text(text), &id, &number, reader));
    checked.await.context("checking a draft")??;
    Ok(CheckedDraft(draft))
}

/// Seals a draft (docs/wire/versions.md#life-cycle).
///
/// # Errors
/// `VERSION_ALREADY_PUBLISHED` when it is no draft, `CONFLICT` when it was changed after the check.
pub async fn publish_draft(
    tx: &mut Tx,
    access: &PackageAccess,
    CheckedDraft(draft): &CheckedDraft,
) -> Result<Version> {
    if !sql::publish_draft(tx, draft, &access.actor().label()).await? {
        return Err(match super::get(tx, draft.id).await?.status {
            VersionStatus::Draft => {
                Code::Conflict.error("the draft was changed just now; publish again")
            }
            _ => published_already(draft),
        });
    }
    let version = super::get(tx, draft.id).await?;
    record(tx, access, Kind::VersionPublished, draft.facts(), &version).await?;
    package::refresh_listed_version(tx, access.package()).await?;
    Ok(version)
}

fn published_already(version: &Version) -> Error {
    Code::VersionAlreadyPublished.error(format!("version {} is published already", version.version))
}
