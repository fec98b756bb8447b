//! Drafts: versions that can still change.

use super::publish::NewVersion;
use super::seal::{Content, seal};
use super::{Version, VersionStatus, record, sql};
use crate::events::{Event, Kind};
use crate::registry::package::{Package, PackageAccess};
use crate::{Code, Error, Result, VersionId};
use anyhow::Context;
use os_db::Tx;
use os_package::{ArtifactReader, ManifestId, SealedVersion, VersionNumber};
use serde_json::{Value, json};

/// The checked changes of a draft; `None` keeps a field.
///
/// **Invariant:** [`DraftChanges::new`] is the only maker, so the content is sealed under the
/// draft's own id and number.
#[derive(Default)]
pub struct DraftChanges {
    sealed: Option<SealedVersion>,
    is_pre_release: Option<bool>,
    release_notes: Option<String>,
}

impl DraftChanges {
    /// Seals the new content of a draft. Takes long for a large one: call it before a
    /// transaction, off the async threads.
    ///
    /// # Errors
    /// Those of sealing: `PACKAGE_MANIFEST_INVALID`, `RESERVED_NAME`.
    pub fn new(
        id: &ManifestId,
        number: &VersionNumber,
        text: Option<String>,
        reader: ArtifactReader,
    ) -> Result<Self> {
        let sealed = text.map(|text| seal(Content::Text(text), id, number, reader)).transpose()?;
        Ok(Self { sealed, is_pre_release: None, release_notes: None })
    }

    /// Changes the fields beside the content.
    #[must_use]
    pub fn with(self, is_pre_release: Option<bool>, release_notes: Option<String>) -> Self {
        Self { is_pre_release, release_notes, ..self }
    }
}

/// Adds a draft (docs/wire/versions.md#drafts).
///
/// # Errors
/// `DUPLICATE_RECORD` when the package has a version of this number.
pub async fn create_draft(
    tx: &mut Tx,
    access: &PackageAccess,
    draft: NewVersion,
) -> Result<Version> {
    let row = sql::Insert {
        id: VersionId::new(),
        package: access.package(),
        number: &draft.number,
        sealed: &draft.sealed,
        status: VersionStatus::Draft,
        is_pre_release: draft.is_pre_release,
        release_notes: draft.release_notes,
        by: access.actor().label(),
    };
    let version = sql::insert(tx, row).await?.ok_or_else(|| {
        Code::DuplicateRecord.error(format!(
            "`version`: `{}` has a version {}; change that draft, or choose another number",
            access.manifest_id(),
            draft.number
        ))
    })?;
    record(tx, access, Kind::VersionCreated, Value::Null, &version).await?;
    Ok(version)
}

/// Adds a draft whose manifest has only an id, a number and a name.
///
/// # Errors
/// `INVALID_FORMAT`, `RESERVED_NAME`, `DUPLICATE_RECORD`.
pub async fn create_empty_draft(
    tx: &mut Tx,
    access: &PackageAccess,
    package: &Package,
    number: &str,
    reader: ArtifactReader,
) -> Result<Version> {
    let number: VersionNumber = number.parse().map_err(|_| {
        Code::InvalidFormat.error(format!("`version`: `{number}` is not of the form 1.2.3"))
    })?;
    let id: ManifestId = access.manifest_id().parse().context("sys_package.manifest_id")?;
    let mut manifest = json!({
        "id": id.as_str(), "version": number.to_string(), "name": package.display_name,
        "type": "app",
    });
    if let Some(namespace) = &package.namespace {
        manifest["namespace"] = Value::from(namespace.as_str());
    }
    let draft = NewVersion::seal(Content::Text(manifest.to_string()), &id, number, reader)?;
    create_draft(tx, access, draft).await
}

/// Changes a draft.
///
/// # Errors
/// `VERSION_IMMUTABLE` when it is published.
pub async fn update_draft(
    tx: &mut Tx,
    access: &PackageAccess,
    draft: &Version,
    changes: DraftChanges,
) -> Result<Version> {
    if let Some(sealed) = &changes.sealed
        && !sql::update_draft_manifest(tx, draft.id, sealed).await?
    {
        return Err(immutable(draft));
    }
    let has_suffix = draft.version.parse::<VersionNumber>().is_ok_and(|it| it.is_pre_release());
    let is_pre_release = changes.is_pre_release.unwrap_or(draft.is_pre_release) || has_suffix;
    let release_notes = changes.release_notes.or_else(|| draft.release_notes.clone());
    if !sql::update_draft(tx, draft.id, release_notes, is_pre_release).await? {
        return Err(immutable(draft));
    }
    let version = super::get(tx, draft.id).await?;
    record(tx, access, Kind::VersionUpdated, draft.facts(), &version).await?;
    Ok(version)
}

/// Deletes a draft.
///
/// # Errors
/// `VERSION_IMMUTABLE` when it is published, `PACKAGE_IN_USE` when an environment
/// has it or can roll back to it.
pub async fn delete_draft(tx: &mut Tx, access: &PackageAccess, draft: &Version) -> Result<()> {
    if sql::was_installed(tx, draft.id).await? {
        return Err(in_use(draft));
    }
    match sql::delete_draft(tx, draft.id).await {
        Ok(true) => {}
        Ok(false) => return Err(immutable(draft)),
        Err(error) if os_db::is_foreign_key(&error) => return Err(in_use(draft)),
        Err(error) => return Err(error.into()),
    }
    let subject = json!({ "manifest_id": access.manifest_id(), "version": draft.version });
    Event::new(Kind::VersionDeleted, subject)
        .organization(access.owner())
        .package(access.package())
        .change(draft.facts(), Value::Null)
        .record(tx, access.actor())
        .await
}

/// Deletes all drafts of a package; the caller has checked that none is in use.
pub async fn delete_drafts_of(tx: &mut Tx, access: &PackageAccess) -> Result<()> {
    Ok(sql::delete_drafts(tx, access.package()).await?)
}

fn immutable(version: &Version) -> Error {
    Code::VersionImmutable.error(format!(
        "version {} is published and cannot change; make a new version",
        version.version
    ))
}

fn in_use(version: &Version) -> Error {
    Code::PackageInUse.error(format!(
        "an environment has had the draft {} installed and may go back to it",
        version.version
    ))
}
