//! Between the bodies of the wire and what the rules take.

use super::publish::{Content, InstallWish, Published, Review, seal};
use super::{Draft, DraftChanges, Publication, Version};
use crate::http::extract::{self, typed};
use crate::{Code, Result};
use anyhow::Context;
use axum::body::Bytes;
use os_api::version as wire;
use os_package::{ManifestId, VersionNumber};
use serde_json::Value;

/// The most that a body with an artifact may have, in bytes.
pub const LARGEST: usize = 32 << 20;

const RELEASE_NOTES: usize = 100_000;
const REASON: usize = 2_000;

/// What [`wire::CreateVersion`] asks for.
pub enum Creation {
    Draft(Draft),
    Publication(Publication),
}

/// Reads, checks and hashes the body that makes a version, off the async threads.
///
/// # Errors
/// Whatever is wrong with it, by field.
pub async fn read_create(manifest_id: &str, bytes: Bytes) -> Result<Creation> {
    let id = manifest_id.parse().context("sys_package.manifest_id")?;
    off_thread(move || create(&id, &bytes)).await
}

fn create(id: &ManifestId, bytes: &[u8]) -> Result<Creation> {
    extract::without_nul(bytes)?;
    let mut map = extract::object(bytes)?;
    // The artifact is taken out first: it need not go through the type again.
    let bundle = map.shift_remove("bundle").filter(|it| !it.is_null());
    let body: wire::CreateVersion = typed(Value::Object(map))?;
    if body.osplugin.is_some() || body.artifact_kind.as_deref() == Some("plugin") {
        return Err(Code::NotImplemented
            .error("`osplugin`: plugins cannot be published here; publish a package of metadata"));
    }
    let number = read_number(&body.version)?;
    let is_pre_release = body.is_pre_release || number.is_pre_release();
    let release_notes = limited("release_notes", body.release_notes, RELEASE_NOTES)?;
    Ok(match (bundle, body.manifest_json) {
        (Some(bundle), _) => Creation::Publication(Publication {
            sealed: seal(Content::Bundle(bundle), id, &number)?,
            number,
            is_pre_release,
            release_notes,
            review: match (body.auto_approve, body.submit_for_review) {
                (true, _) => Review::AutoApprove,
                (false, true) => Review::Submit,
                (false, false) => Review::Unlisted,
            },
            install: body.install_env_id.filter(|it| !it.is_empty()).map(|environment| {
                InstallWish { environment, seed_sample_data: body.seed_sample_data }
            }),
        }),
        (None, Some(text)) => Creation::Draft(Draft {
            sealed: seal(Content::Text(text), id, &number)?,
            number,
            is_pre_release,
            release_notes,
        }),
        (None, None) => {
            return Err(Code::MissingRequiredField.error(
                "`bundle` is missing: send the compiled artifact to publish it, or `manifest_json` to make a draft",
            ));
        }
    })
}

/// Reads the body that changes a draft.
///
/// # Errors
/// Whatever is wrong with it, by field.
pub async fn read_update(
    manifest_id: &str,
    draft: &Version,
    body: wire::UpdateVersion,
) -> Result<DraftChanges> {
    let release_notes = limited("release_notes", body.release_notes, RELEASE_NOTES)?;
    let sealed = match body.manifest_json {
        Some(text) => {
            let id = manifest_id.parse().context("sys_package.manifest_id")?;
            let number = draft.version.parse().context("sys_package_version.version")?;
            Some(off_thread(move || seal(Content::Text(text), &id, &number)).await?)
        }
        None => None,
    };
    Ok(DraftChanges { sealed, release_notes, is_pre_release: body.is_pre_release })
}

/// Reads why a version is deprecated.
///
/// # Errors
/// `VALIDATION_ERROR` when it is too long.
pub fn read_reason(reason: Option<String>) -> Result<Option<String>> {
    limited("reason", reason.filter(|it| !it.trim().is_empty()), REASON)
}

fn read_number(text: &str) -> Result<VersionNumber> {
    if text.is_empty() {
        return Err(Code::MissingRequiredField
            .error("`version` is missing; a version looks like `1.2.3` or `1.2.3-beta.1`"));
    }
    text.parse().map_err(|error| Code::InvalidFormat.error(format!("`version`: {error}")))
}

fn limited(field: &str, text: Option<String>, most: usize) -> Result<Option<String>> {
    match text {
        Some(text) if text.chars().count() > most => {
            Err(Code::ValidationError
                .error(format!("`{field}` may have {most} characters at most")))
        }
        text => Ok(text),
    }
}

/// Runs what keeps a processor busy where it holds up nobody.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.context("reading a version")?
}

impl Version {
    /// The body with the frozen text.
    pub fn with_manifest(self, manifest_json: String) -> wire::Version {
        wire::Version { manifest_json: Some(manifest_json), ..self.into() }
    }
}

impl From<Version> for wire::Version {
    fn from(version: Version) -> Self {
        let review: Value =
            version.review_notes.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default();
        let reasons = review["reasons"].as_array().into_iter().flatten();
        Self {
            id: version.id.0,
            package_id: version.package_id.0,
            version: version.version,
            status: version.status.as_str().to_owned(),
            is_pre_release: version.is_pre_release,
            listing_status: version.listing_status.as_str().to_owned(),
            checksum: Some(version.checksum),
            manifest_json: None,
            size: version.size,
            release_notes: version.release_notes,
            min_platform_version: version.min_platform_version,
            scope: version.scope,
            engines: version.engines.and_then(|it| serde_json::from_str(&it).ok()),
            artifact_kind: version.artifact_kind,
            deprecation_reason: version.deprecation_reason,
            submitted_at: version.submitted_at,
            reviewed_at: version.reviewed_at,
            reviewed_by: version.reviewed_by,
            review_notes: review["feedback"].as_str().map(ToOwned::to_owned),
            rejection_reasons: reasons.filter_map(|it| it.as_str()).map(str::to_owned).collect(),
            published_at: version.published_at,
            published_by: version.published_by,
            created_at: version.created_at,
            updated_at: version.updated_at,
            created_by: version.created_by,
        }
    }
}

impl From<Published> for wire::CreatedVersion {
    fn from(published: Published) -> Self {
        Self {
            created: published.created,
            warnings: published.warnings,
            installation: published.installation,
            version: published.version.into(),
        }
    }
}
