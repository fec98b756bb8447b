//! One package with its versions, and deleting it.

use crate::control::versions::acts;
use crate::control::workplace::may_publish;
use crate::flash::done;
use crate::frame::Frame;
use crate::html::Html;
use crate::markdown::markdown;
use crate::respond::page;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_control::fleet::environment::{self, EnvironmentAccess, EnvironmentRole, Filter};
use os_control::fleet::installation;
use os_control::http::guards::{MayPublish, MayReadPackage};
use os_control::registry::package::{self, Grant, Package, PackageAccess, grant};
use os_control::registry::version::{self, Version};
use os_control::workflow::delete_package::delete_package;
use os_control::{Control, EnvironmentId, Result};
use os_db::Tx;
use os_identity::{Scope, organization};

#[derive(Template)]
#[template(path = "control/package.html")]
struct PackagePage {
    frame: Frame,
    package: Package,
    owner: String,
    readme: Option<Html>,
    versions: Vec<Version>,
    total: i64,
    grants: Vec<Grant>,
    installed: Vec<InstalledIn>,
    may_publish: bool,
}

/// The installations of a package that the reader may see.
pub struct InstalledIn {
    pub environment: EnvironmentId,
    pub name: String,
    pub version: String,
}

pub async fn show(
    State(control): State<Control>,
    access: MayReadPackage,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let visible = access.versions(&mut tx).await?;
    let package = package::get(&mut tx, &access).await?;
    let versions = version::list(&mut tx, visible, None, 100).await?;
    let total = version::count(&mut tx, visible).await?;
    let may_publish = may_publish(&mut tx, access.actor(), access.owner()).await;
    let owner = organization::get(&mut tx, access.owner()).await?.name;
    let grants = if may_publish { grant::list(&mut tx, &access).await? } else { Vec::new() };
    let installed = installed_in(&mut tx, &access).await?;
    let readme = package.readme.as_deref().filter(|it| !it.trim().is_empty()).map(markdown);
    page(&PackagePage {
        frame,
        package,
        owner,
        readme,
        versions,
        total,
        grants,
        installed,
        may_publish,
    })
}

async fn installed_in(tx: &mut Tx, access: &PackageAccess) -> Result<Vec<InstalledIn>> {
    let package = access.package().to_string();
    let mut found = Vec::new();
    for environment in environment::list(tx, access.actor(), Filter::default()).await? {
        let (id, reader) = (environment.id.to_string(), EnvironmentRole::Reader);
        let actor = access.actor();
        let access = EnvironmentAccess::find(tx, actor, &id, reader, Scope::Read).await?;
        if let Some(it) = installation::find(tx, &access, &package).await? {
            let (name, version) = (environment.display_name, it.version);
            found.push(InstalledIn { environment: environment.id, name, version });
        }
    }
    Ok(found)
}

#[derive(Template)]
#[template(path = "control/package_delete.html")]
struct DeletePage {
    frame: Frame,
    package: Package,
}

pub async fn confirm_delete(
    State(control): State<Control>,
    access: MayPublish,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    page(&DeletePage { frame, package: package::get(&mut tx, &access).await? })
}

pub async fn delete(State(control): State<Control>, access: MayPublish) -> Result<Response> {
    let mut tx = control.db.write().await?;
    delete_package(&mut tx, &access).await?;
    control.catalog.commit(tx).await?;
    Ok(done("/packages", &format!("{} is deleted.", access.manifest_id())))
}
