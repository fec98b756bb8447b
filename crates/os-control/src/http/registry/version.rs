//! JSON of the versions (docs/wire/versions.md#publish-in-one-step, docs/wire/versions.md#drafts).

use super::version_body::{self as body, Creation, MAX_BUNDLE_BYTES};
use crate::http::cache::Page;
use crate::http::extract::{Bare, Data, Lenient, Path, Query, Raw};
use crate::http::guards::{MayPublish, MayReadPackage, MayReview};
use crate::registry::package::PackageAccess;
use crate::registry::version::{self, Version, VersionKey};
use crate::workflow;
use crate::{Config, Control, Result, VersionId, pagination};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use os_api::version as wire;
use os_db::Tx;
use serde::Deserialize;

/// The version of a path: a number, a row id or `latest`.
#[derive(Deserialize)]
pub struct VersionPath {
    pub version: String,
}

const CURSOR: &str = "versions";

pub async fn create(
    State(control): State<Control>,
    access: MayPublish,
    Raw(bytes): Raw<MAX_BUNDLE_BYTES>,
) -> Result<(StatusCode, Bare<wire::CreatedVersionAnswer>)> {
    let creation = body::read_create(&access, bytes, control.config.reader).await?;
    let mut tx = control.db.write().await?;
    let data = create_version(&mut tx, &access, &control.config, creation).await?;
    control.catalog.commit(tx).await?;
    let status = if data.created { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Bare(wire::CreatedVersionAnswer { success: true, data, violations: Vec::new() })))
}

async fn create_version(
    tx: &mut Tx,
    access: &PackageAccess,
    config: &Config,
    creation: Creation,
) -> Result<wire::CreatedVersion> {
    match creation {
        Creation::Publish(request) => {
            Ok(workflow::publish::publish(tx, access, config, request).await?.into())
        }
        Creation::Draft(draft) => {
            let warnings = draft.warnings().to_vec();
            let version = version::create_draft(tx, access, draft).await?;
            let version = with_manifest(tx, access, version).await?;
            Ok(wire::CreatedVersion { created: true, warnings, installation: None, version })
        }
    }
}

pub async fn list(
    State(control): State<Control>,
    access: MayReadPackage,
    Query(query): Query<wire::ListVersions>,
) -> Result<Data<wire::Versions>> {
    let limit = pagination::read_limit(query.limit)?;
    let after = query.cursor.as_deref().map(read_cursor).transpose()?;
    let mut tx = control.db.read().await?;
    let visible = access.versions(&mut tx).await?;
    let mut rows = version::list(&mut tx, visible, after, limit + 1).await?;
    let total = version::count(&mut tx, visible).await?;
    let next_cursor = pagination::cut_page(&mut rows, limit).map(write_cursor);
    let with_text = query.include.as_deref() == Some("manifest_json");
    let mut versions = Vec::with_capacity(rows.len());
    for row in rows {
        versions.push(if with_text {
            with_manifest(&mut tx, &access, row).await?
        } else {
            row.into()
        });
    }
    Ok(Data(wire::Versions { versions, total, next_cursor }))
}

fn write_cursor(version: &Version) -> String {
    pagination::write_cursor(
        CURSOR,
        &[version.id.0.as_bytes(), version.precedence.as_slice()].concat(),
    )
}

fn read_cursor(cursor: &str) -> Result<VersionKey> {
    let key = pagination::read_cursor(CURSOR, cursor)?;
    let (id, precedence) = key.split_at_checked(16).unwrap_or_default();
    let id = VersionId(uuid::Uuid::from_slice(id).unwrap_or_default());
    Ok(VersionKey { precedence: precedence.to_vec(), id })
}

pub async fn show(
    State(control): State<Control>,
    access: MayReadPackage,
    Path(path): Path<VersionPath>,
) -> Result<Data<wire::VersionDetail>> {
    let mut tx = control.db.read().await?;
    let version = version::visible(&mut tx, &access, &path.version).await?;
    Ok(Data(wire::VersionDetail { version: with_manifest(&mut tx, &access, version).await? }))
}

pub async fn manifest(
    State(control): State<Control>,
    access: MayReadPackage,
    Path(path): Path<VersionPath>,
    headers: HeaderMap,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let version = version::visible(&mut tx, &access, &path.version).await?;
    let text = version::manifest_json(&mut tx, &access, &version).await?;
    let body = format!(
        r#"{{"success":true,"data":{{"version_id":"{}","version":"{}","checksum":"{}","manifest":{text}}}}}"#,
        version.id, version.version, version.checksum
    );
    let page = Page::new(body.into(), &version.checksum, "private, no-cache")?;
    Ok(page.answer(&headers))
}

pub async fn update(
    State(control): State<Control>,
    access: MayPublish,
    Path(path): Path<VersionPath>,
    Lenient(body): Lenient<wire::UpdateVersion>,
) -> Result<Data<wire::Version>> {
    let draft = version::find_own(&mut control.db.read().await?, &access, &path.version).await?;
    let reader = control.config.reader;
    let changes = body::read_update(access.manifest_id(), &draft, body, reader).await?;
    let mut tx = control.db.write().await?;
    let version = version::update_draft(&mut tx, &access, &draft, changes).await?;
    let version = with_manifest(&mut tx, &access, version).await?;
    tx.commit().await?;
    Ok(Data(version))
}

pub async fn publish(
    State(control): State<Control>,
    access: MayPublish,
    Path(path): Path<VersionPath>,
    _: Lenient<wire::PublishVersion>,
) -> Result<Data<wire::Version>> {
    let mut tx = control.db.read().await?;
    let draft = version::find_own(&mut tx, &access, &path.version).await?;
    let draft = version::check_draft(&mut tx, &access, draft, control.config.reader).await?;
    drop(tx);
    let mut tx = control.db.write().await?;
    let version = version::publish_draft(&mut tx, &access, &draft).await?;
    let version = with_manifest(&mut tx, &access, version).await?;
    control.catalog.commit(tx).await?;
    Ok(Data(version))
}

pub async fn deprecate(
    State(control): State<Control>,
    access: MayPublish,
    Path(path): Path<VersionPath>,
    Lenient(body): Lenient<wire::DeprecateVersion>,
) -> Result<Data<wire::Version>> {
    let reason = version::read_reason(body.reason)?;
    let mut tx = control.db.write().await?;
    let version = version::find_own(&mut tx, &access, &path.version).await?;
    let version = version::deprecate(&mut tx, &access, &version, reason).await?;
    let version = with_manifest(&mut tx, &access, version).await?;
    control.catalog.commit(tx).await?;
    Ok(Data(version))
}

pub async fn undeprecate(
    State(control): State<Control>,
    access: MayReview,
    Path(path): Path<VersionPath>,
) -> Result<Data<wire::Version>> {
    let mut tx = control.db.write().await?;
    let version = version::find_own(&mut tx, &access, &path.version).await?;
    let version = version::undeprecate(&mut tx, &access, &version).await?;
    let version = with_manifest(&mut tx, &access, version).await?;
    control.catalog.commit(tx).await?;
    Ok(Data(version))
}

pub async fn delete(
    State(control): State<Control>,
    access: MayPublish,
    Path(path): Path<VersionPath>,
) -> Result<Data<os_api::package::Deleted>> {
    let mut tx = control.db.write().await?;
    let draft = version::find_own(&mut tx, &access, &path.version).await?;
    version::delete_draft(&mut tx, &access, &draft).await?;
    tx.commit().await?;
    Ok(Data(os_api::package::Deleted { id: draft.id.to_string(), success: true }))
}

/// Returns the body of a version with its manifest.
pub async fn with_manifest(
    tx: &mut Tx,
    access: &PackageAccess,
    version: Version,
) -> Result<wire::Version> {
    let text = version::manifest_json(tx, access, &version).await?;
    Ok(version.with_manifest(text))
}
