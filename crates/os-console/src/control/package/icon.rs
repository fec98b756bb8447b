//! The icon of a package, and the organizations that it is granted to.

use crate::flash::done;
use crate::upload::Upload;
use axum::extract::State;
use axum::response::Response;
use os_control::http::extract::{Form, Path};
use os_control::http::guards::MayPublish;
use os_control::registry::package::{fields, grant, icon};
use os_control::{Control, Result};
use os_identity::organization;
use serde::Deserialize;

pub async fn upload(
    State(control): State<Control>,
    access: MayPublish,
    upload: Upload<{ icon::MAX_ICON_BYTES }>,
) -> Result<Response> {
    let picture = icon::read(&upload.content_type, &upload.bytes)?;
    let mut tx = control.db.write().await?;
    icon::set(&mut tx, &access, picture).await?;
    control.catalog.commit(tx).await?;
    Ok(done(&format!("/packages/{}/edit", access.manifest_id()), "The icon is saved."))
}

#[derive(Deserialize)]
pub struct GrantForm {
    organization: String,
}

pub async fn grant(
    State(control): State<Control>,
    access: MayPublish,
    Form(form): Form<GrantForm>,
) -> Result<Response> {
    let to = fields::organization("organization", form.organization.trim())?;
    let mut tx = control.db.write().await?;
    grant::add(&mut tx, &access, to).await?;
    let name = organization::get(&mut tx, to).await?.name;
    control.catalog.commit(tx).await?;
    Ok(done(&format!("/packages/{}", access.manifest_id()), &format!("{name} has access now.")))
}

pub async fn revoke_grant(
    State(control): State<Control>,
    access: MayPublish,
    Path(path): Path<GrantForm>,
) -> Result<Response> {
    let from = fields::organization("organization", &path.organization)?;
    let mut tx = control.db.write().await?;
    grant::remove(&mut tx, &access, from).await?;
    control.catalog.commit(tx).await?;
    Ok(done(&format!("/packages/{}", access.manifest_id()), "The access is revoked."))
}
