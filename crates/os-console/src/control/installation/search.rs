//! Choosing a package to install, or an environment.

use crate::frame::Frame;
use crate::respond::{more, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_control::fleet::environment::{
    self, Environment, EnvironmentAccess, EnvironmentRole, Filter,
};
use os_control::fleet::installation;
use os_control::http::extract::Query;
use os_control::http::guards::{MayInstall, MayReadPackage};
use os_control::registry::catalog::{Range, browse};
use os_control::registry::package::search::{PackageFilter, typed};
use os_control::registry::package::{self, Package};
use os_control::{Control, Result};
use os_identity::Scope;
use serde::Deserialize;
use std::collections::HashSet;

const PAGE_PACKAGES: i64 = 24;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SearchQuery {
    q: String,
    offset: i64,
}

/// A package that could be installed.
struct Offer {
    package: Package,
    latest: Option<String>,
}

#[derive(Template)]
#[template(path = "control/install_search.html")]
struct SearchPage {
    frame: Frame,
    environment: Environment,
    packages: Vec<Offer>,
    installed: HashSet<String>,
    words: String,
    next: Option<String>,
}

/// The packages that the organization of the environment can install.
pub async fn search(
    State(control): State<Control>,
    access: MayInstall,
    Query(query): Query<SearchQuery>,
    frame: Frame,
) -> Result<Response> {
    let words = query.q.trim().to_owned();
    let offset = os_control::pagination::read_offset(Some(query.offset))?;
    let wish = PackageFilter {
        words: (!words.is_empty()).then(|| typed(&words)),
        ..PackageFilter::default()
    };
    let range = Range { after: None, offset, limit: PAGE_PACKAGES };
    let mut tx = control.db.read().await?;
    let viewer = installation::viewer(&access);
    let found = browse(&mut tx, &viewer, &wish, &range).await?;
    let environment = environment::get(&mut tx, &access).await?;
    let here = format!("/environments/{}/install", access.environment());
    let next = (offset + PAGE_PACKAGES < found.total)
        .then(|| more(&here, &[("q", &words), ("offset", &(offset + PAGE_PACKAGES).to_string())]));
    let installed = installation::list(&mut tx, &access).await?;
    let installed = installed.into_iter().map(|it| it.manifest_id).collect();
    let packages = found.packages.into_iter().map(|it| offer(it, &access)).collect();
    page(&SearchPage { frame, environment, packages, installed, words, next })
}

fn offer(package: Package, access: &EnvironmentAccess) -> Offer {
    let is_public = package.owner_org_id != access.organization() && package.listed;
    let latest = if is_public { &package.public_version } else { &package.latest_version };
    Offer { latest: latest.clone(), package }
}

#[derive(Template)]
#[template(path = "control/choose_environment.html")]
struct ChoosePage {
    frame: Frame,
    package: Package,
    environments: Vec<Environment>,
}

/// Asks for the environment to install a package in.
pub async fn choose(
    State(control): State<Control>,
    access: MayReadPackage,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let package = package::get(&mut tx, &access).await?;
    let mut environments = Vec::new();
    for environment in environment::list(&mut tx, access.actor(), Filter::default()).await? {
        let (id, maker) = (environment.id.to_string(), EnvironmentRole::Maker);
        if EnvironmentAccess::find(&mut tx, access.actor(), &id, maker, Scope::Install)
            .await
            .is_ok()
        {
            environments.push(environment);
        }
    }
    page(&ChoosePage { frame, package, environments })
}
