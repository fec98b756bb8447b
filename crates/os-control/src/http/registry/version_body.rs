//! Reading the bodies that create and change versions.

use crate::http::extract::{self, Members};
use crate::registry::package::PackageAccess;
use crate::registry::version::{Content, DraftChanges, NewVersion, Version};
use crate::workflow::publish::{InstallTarget, PublishRequest, Published, Review};
use crate::{Code, Error, Result};
use anyhow::Context;
use axum::body::Bytes;
use os_api::limits::MAX_RELEASE_NOTES_CHARS;
use os_api::version as wire;
use os_http::{JsonValues, in_background};
use os_package::{ArtifactReader, ManifestId, VersionNumber};

/// The size limit of a body with an artifact.
pub const MAX_BUNDLE_BYTES: usize = 32 << 20;

/// The most values of an artifact that is sent as a string; a member of an object counts twice.
const MAX_TEXT_VALUES: usize = 300_000;

/// The two meanings of [`wire::CreateVersion`].
pub enum Creation {
    Draft(NewVersion),
    Publish(PublishRequest),
}

/// Reads, checks and hashes the body that creates a version, off the async threads.
///
/// # Errors
/// `VALIDATION_ERROR`, `MISSING_REQUIRED_FIELD`, `INVALID_FORMAT`, `NOT_IMPLEMENTED`,
/// `PACKAGE_MANIFEST_INVALID`, `RESERVED_NAME`, naming the field.
pub async fn read_create(
    access: &PackageAccess,
    bytes: Bytes,
    reader: ArtifactReader,
) -> Result<Creation> {
    let id = access.manifest_id().parse().context("sys_package.manifest_id")?;
    let row = access.package().to_string();
    off_thread(move || create((&row, &id), &bytes, reader)).await
}

fn create(
    (row, id): (&str, &ManifestId),
    bytes: &[u8],
    reader: ArtifactReader,
) -> Result<Creation> {
    extract::without_nul(bytes)?;
    let mut members = Members::read(bytes)?;
    // The artifact is taken out first: it need not go through the type again.
    let bundle = members.take("bundle").filter(|it| !it.is_null());
    let body: wire::CreateVersion = members.typed()?;
    if body.package_id.as_deref().is_some_and(|it| it != row && it != id.to_string()) {
        let message = "`package_id` is another package than that of the URL; leave it out";
        return Err(Code::ValidationError.error(message));
    }
    if body.osplugin.is_some() || body.artifact_kind.as_deref() == Some("plugin") {
        return Err(Code::NotImplemented
            .error("`osplugin`: plugins cannot be published here; publish a package of metadata"));
    }
    let number = read_number(&body.version)?;
    let release_notes = limited("release_notes", body.release_notes, MAX_RELEASE_NOTES_CHARS)?;
    let seal = |content| {
        let new = NewVersion::seal(content, id, number, reader)?;
        Ok::<_, Error>(new.mark_pre_release(body.is_pre_release).with_release_notes(release_notes))
    };
    Ok(match (bundle, body.manifest_json) {
        (Some(bundle), _) => Creation::Publish(PublishRequest {
            version: seal(Content::Bundle(bundle))?,
            review: match (body.auto_approve, body.submit_for_review) {
                (true, _) => Review::AutoApprove,
                (false, true) => Review::Submit,
                (false, false) => Review::Unlisted,
            },
            install: body.install_env_id.filter(|it| !it.is_empty()).map(|environment| {
                InstallTarget { environment, seed_sample_data: body.seed_sample_data }
            }),
        }),
        (None, Some(text)) => {
            check_values(&text)?;
            Creation::Draft(seal(Content::Text(text))?)
        }
        (None, None) => {
            return Err(Code::MissingRequiredField.error(
                "`bundle` is missing: send the compiled artifact to publish it, or `manifest_json` to make a draft",
            ));
        }
    })
}

/// Reads and checks the body that changes a draft, off the async threads.
///
/// # Errors
/// `VALIDATION_ERROR`, `PACKAGE_MANIFEST_INVALID`, `RESERVED_NAME`, naming the field.
pub async fn read_update(
    manifest_id: &str,
    draft: &Version,
    body: wire::UpdateVersion,
    reader: ArtifactReader,
) -> Result<DraftChanges> {
    let release_notes = limited("release_notes", body.release_notes, MAX_RELEASE_NOTES_CHARS)?;
    let id = manifest_id.parse().context("sys_package.manifest_id")?;
    let number = draft.version.parse().context("sys_package_version.version")?;
    let text = body.manifest_json;
    text.as_deref().map_or(Ok(()), check_values)?;
    let changes = off_thread(move || DraftChanges::new(&id, &number, text, reader)).await?;
    Ok(changes.with(body.is_pre_release, release_notes))
}

/// Checks that the values of a text fit into memory; those of the body around it are counted while
/// it arrives.
fn check_values(text: &str) -> Result<()> {
    if JsonValues::of(text.as_bytes()) > MAX_TEXT_VALUES {
        return Err(Code::PayloadTooLarge.error(format!(
            "`manifest_json` holds more than {MAX_TEXT_VALUES} JSON values; split the package"
        )));
    }
    Ok(())
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

/// Runs work that keeps a processor busy on a thread where no request waits for it; few at a time,
/// because an artifact takes many times its text.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    in_background(work).await?
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
