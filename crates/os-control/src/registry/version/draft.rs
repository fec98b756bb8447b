//! Versions that are not sealed yet.

use super::seal::{Content, seal};
use super::{Version, VersionStatus, record, sql};
use crate::events::{Event, Kind};
use crate::registry::package::{Package, PackageAccess};
use crate::{Code, Error, Result, VersionId};
use anyhow::Context;
use os_db::Tx;
use os_package::{ManifestId, SealedVersion, VersionNumber};
use serde_json::{Value, json};

/// A new draft.
pub struct Draft {
    pub number: VersionNumber,
    pub sealed: SealedVersion,
    pub is_pre_release: bool,
    pub release_notes: Option<String>,
}

/// What is to change in a draft.
pub struct DraftChanges {
    pub sealed: Option<SealedVersion>,
    pub is_pre_release: Option<bool>,
    pub release_notes: Option<String>,
}

/// Adds a draft (docs/wire/versions.md#drafts).
///
/// # Errors
/// `DUPLICATE_RECORD` when the package has a version of this number.
pub async fn create_draft(tx: &mut Tx, access: &PackageAccess, draft: Draft) -> Result<Version> {
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

/// Adds a draft that holds nothing but its name.
///
/// # Errors
/// `INVALID_FORMAT`, `DUPLICATE_RECORD`.
pub async fn create_empty_draft(
    tx: &mut Tx,
    access: &PackageAccess,
    package: &Package,
    number: &str,
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
    let sealed = seal(Content::Text(manifest.to_string()), &id, &number)?;
    let is_pre_release = number.is_pre_release();
    create_draft(tx, access, Draft { number, sealed, is_pre_release, release_notes: None }).await
}

/// Changes a draft; what is left out stays as it is.
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
/// has it or could go back to it.
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

/// Deletes all drafts of a package, which none has come to rely on.
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
