//! JSON of the packages (docs/wire/packages.md#registering, docs/wire/packages.md#icon,
//! docs/wire/packages.md#package-endpoints).

use crate::http::cache::is_current;
use crate::http::extract::{Data, Json, Lenient, Path, Query, Raw};
use crate::http::guards::{MayModerate, MayPublish, MayReadPackage};
use crate::registry::catalog::{self, PageKey, Range};
use crate::registry::package::search::{self, PackageFilter};
use crate::registry::package::{self, PackageFields, Saved, VisibleVersions, fields, grant, icon};
use crate::registry::version;
use crate::workflow::delete_package::delete_package;
use crate::{Control, Result, pagination};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use os_api::package as wire;
use os_identity::{OrganizationId, SignedIn};
use serde::Deserialize;

/// The most versions that a package is shown with; the list of versions has all of them.
const MAX_VERSIONS: i64 = 100;

pub async fn register(
    State(control): State<Control>,
    SignedIn(actor): SignedIn,
    Lenient(body): Lenient<wire::SavePackage>,
) -> Result<(StatusCode, Data<wire::SavedPackage>)> {
    let details = PackageFields::read(body)?;
    let mut tx = control.db.write().await?;
    let saved = package::register(&mut tx, &actor, details).await?;
    control.catalog.commit(tx).await?;
    let status = if saved.created { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Data(saved.into())))
}

pub async fn list(
    State(control): State<Control>,
    SignedIn(actor): SignedIn,
    Query(query): Query<wire::ListPackages>,
) -> Result<Data<wire::Packages>> {
    let (filter, range) = read_list(query)?;
    let mut tx = control.db.read().await?;
    let viewer = package::viewer(&mut tx, Some(&actor)).await?;
    let found = catalog::browse(&mut tx, &viewer, &filter, &range).await?;
    let body = |package: package::Package| {
        let visible = viewer.visible_versions(&package);
        package.into_wire(visible)
    };
    Ok(Data(wire::Packages {
        packages: found.packages.into_iter().map(body).collect(),
        total: found.total,
        next_cursor: found.next_cursor,
    }))
}

fn read_list(query: wire::ListPackages) -> Result<(PackageFilter, Range)> {
    let owner = query.organization_id.as_deref();
    let filter = PackageFilter {
        words: query.q.filter(|q| !q.trim().is_empty()).map(|q| search::typed(&q)),
        visibility: query.visibility.as_deref().map(fields::visibility).transpose()?,
        category: query.category.filter(|it| !it.is_empty()),
        owner: owner.map(|it| fields::organization("organizationId", it)).transpose()?,
    };
    let range = Range {
        after: query.cursor.as_deref().map(PageKey::read).transpose()?,
        offset: pagination::read_offset(query.offset)?,
        limit: pagination::read_limit(query.limit)?,
    };
    Ok((filter, range))
}

pub async fn show(
    State(control): State<Control>,
    access: MayReadPackage,
) -> Result<Data<wire::PackageDetail>> {
    let mut tx = control.db.read().await?;
    let visible = access.versions(&mut tx).await?;
    let package = package::get(&mut tx, &access).await?;
    let versions = version::list(&mut tx, visible, None, MAX_VERSIONS).await?;
    Ok(Data(wire::PackageDetail {
        package: package.into_wire(visible.visible()),
        versions: versions.into_iter().map(Into::into).collect(),
    }))
}

pub async fn update(
    State(control): State<Control>,
    access: MayModerate,
    Lenient(body): Lenient<wire::SavePackage>,
) -> Result<Data<wire::SavedPackage>> {
    let details = PackageFields::read(body)?;
    let mut tx = control.db.write().await?;
    let saved = package::update(&mut tx, &access, details).await?;
    control.catalog.commit(tx).await?;
    Ok(Data(saved.into()))
}

pub async fn delete(
    State(control): State<Control>,
    access: MayPublish,
) -> Result<Data<wire::Deleted>> {
    let mut tx = control.db.write().await?;
    delete_package(&mut tx, &access).await?;
    control.catalog.commit(tx).await?;
    Ok(Data(wire::Deleted { id: access.package().to_string(), success: true }))
}

pub async fn upload_icon(
    State(control): State<Control>,
    access: MayPublish,
    headers: HeaderMap,
    Raw(bytes): Raw<{ icon::MAX_ICON_BYTES }>,
) -> Result<Data<wire::Icon>> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let icon = icon::read(content_type.unwrap_or_default(), &bytes)?;
    let mut tx = control.db.write().await?;
    let icon_url = icon::set(&mut tx, &access, icon).await?;
    control.catalog.commit(tx).await?;
    Ok(Data(wire::Icon { icon_url }))
}

#[derive(Deserialize)]
pub struct Mark {
    v: Option<String>,
}

pub async fn icon(
    State(control): State<Control>,
    Path(name): Path<String>,
    Query(mark): Query<Mark>,
    headers: HeaderMap,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let picture = icon::find(&mut tx, &name, mark.v.as_deref()).await?;
    let etag = format!("\"{}\"", picture.checksum);
    let age = if mark.v.is_some() {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=300"
    };
    let cached = [(header::ETAG, etag.clone()), (header::CACHE_CONTROL, age.to_owned())];
    if is_current(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, cached).into_response());
    }
    let safe = [
        (header::CONTENT_TYPE, picture.content_type),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox".to_owned(),
        ),
    ];
    Ok((cached, safe, picture.bytes).into_response())
}

pub async fn list_grants(
    State(control): State<Control>,
    access: MayPublish,
) -> Result<Data<wire::Grants>> {
    let mut tx = control.db.read().await?;
    let grants: Vec<_> =
        grant::list(&mut tx, &access).await?.into_iter().map(wire::Grant::from).collect();
    Ok(Data(wire::Grants { total: grants.len(), grants }))
}

pub async fn add_grant(
    State(control): State<Control>,
    access: MayPublish,
    Json(body): Json<wire::GrantPackage>,
) -> Result<(StatusCode, Data<wire::Grants>)> {
    let mut tx = control.db.write().await?;
    grant::add(&mut tx, &access, OrganizationId(body.organization_id)).await?;
    let grants: Vec<_> =
        grant::list(&mut tx, &access).await?.into_iter().map(wire::Grant::from).collect();
    control.catalog.commit(tx).await?;
    Ok((StatusCode::CREATED, Data(wire::Grants { total: grants.len(), grants })))
}

#[derive(Deserialize)]
pub struct GrantPath {
    organization: String,
}

pub async fn remove_grant(
    State(control): State<Control>,
    access: MayPublish,
    Path(path): Path<GrantPath>,
) -> Result<Data<wire::Deleted>> {
    let organization = fields::organization("organization", &path.organization)?;
    let mut tx = control.db.write().await?;
    grant::remove(&mut tx, &access, organization).await?;
    control.catalog.commit(tx).await?;
    Ok(Data(wire::Deleted { id: path.organization, success: true }))
}

impl From<Saved> for wire::SavedPackage {
    fn from(saved: Saved) -> Self {
        Self {
            created: saved.created,
            warnings: saved.warnings,
            package: saved.package.into_wire(VisibleVersions::All),
        }
    }
}
