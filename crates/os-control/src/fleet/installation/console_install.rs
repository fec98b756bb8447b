//! Pages of installing a package: choose it, choose the environment, confirm.

use super::rules::Allow;
use super::{InstallRequest, Named, install as rules, settings};
use crate::auth::Scope;
use crate::console::{Frame, SettingsField, done, fields_of, more, page, page_as, settings_from};
use crate::fleet::environment::{self, Environment, EnvironmentRole, Filter};
use crate::http::extract::{Form, Path, Query};
use crate::http::guards;
use crate::http::guards::{EnvironmentAccess, MayInstall, MayReadPackage};
use crate::registry::package::browse::{Range, browse};
use crate::registry::package::search::{Wish, typed};
use crate::registry::package::{self, Audience, Package};
use crate::registry::version::{self, Installable, Version};
use crate::{Code, Control, Result};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_db::Tx;
use os_package::Dependency;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

const ON_PAGE: i64 = 24;

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
#[template(path = "install_search.html")]
struct SearchPage {
    frame: Frame,
    environment: Environment,
    packages: Vec<Offer>,
    installed: HashSet<String>,
    words: String,
    next: Option<String>,
}

/// What the organization of the environment could install.
pub async fn search(
    State(control): State<Control>,
    MayInstall(access): MayInstall,
    Query(query): Query<SearchQuery>,
    frame: Frame,
) -> Result<Response> {
    let words = query.q.trim().to_owned();
    let offset = crate::page::offset(Some(query.offset))?;
    let wish = Wish { words: (!words.is_empty()).then(|| typed(&words)), ..Wish::default() };
    let range = Range { after: None, offset, limit: ON_PAGE };
    let mut tx = control.db.read().await?;
    let audience = Audience::Organizations(vec![access.organization]);
    let found = browse(&mut tx, &audience, &wish, &range).await?;
    let environment = environment::get(&mut tx, access.environment).await?;
    let here = format!("/environments/{}/install", access.environment);
    let next = (offset + ON_PAGE < found.total)
        .then(|| more(&here, &[("q", &words), ("offset", &(offset + ON_PAGE).to_string())]));
    let installed = super::list(&mut tx, access.environment).await?;
    let installed = installed.into_iter().map(|it| it.manifest_id).collect();
    let packages = found.packages.into_iter().map(|it| offer(it, &access)).collect();
    page(&SearchPage { frame, environment, packages, installed, words, next })
}

fn offer(package: Package, access: &EnvironmentAccess) -> Offer {
    let is_public = package.owner_org_id != access.organization && package.listed;
    let latest = if is_public { &package.public_version } else { &package.latest_version };
    Offer { latest: latest.clone(), package }
}

#[derive(Template)]
#[template(path = "choose_environment.html")]
struct ChoosePage {
    frame: Frame,
    package: Package,
    environments: Vec<Environment>,
}

/// From the page of a package: which environment?
pub async fn choose(
    State(control): State<Control>,
    MayReadPackage(access): MayReadPackage,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let package = package::get(&mut tx, access.package).await?;
    let mut environments = Vec::new();
    for environment in environment::list(&mut tx, &access.actor, Filter::default()).await? {
        let (id, maker) = (environment.id.to_string(), EnvironmentRole::Maker);
        if guards::environment(&mut tx, &access.actor, &id, maker, Scope::Install).await.is_ok() {
            environments.push(environment);
        }
    }
    page(&ChoosePage { frame, package, environments })
}

#[derive(Template)]
#[template(path = "install.html")]
struct InstallPage {
    frame: Frame,
    environment: Environment,
    package: Package,
    /// Those that may be chosen, the highest first.
    versions: Vec<Version>,
    version: Option<Version>,
    /// What it needs, and whether that is installed.
    /// With whether it is there, and whether the platform brings it.
    dependencies: Vec<(Dependency, bool, bool)>,
    has_schema: bool,
    fields: Vec<SettingsField>,
    error: Option<String>,
}

#[derive(Deserialize)]
pub struct Address {
    package: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct VersionQuery {
    version: String,
}

pub async fn confirm(
    State(control): State<Control>,
    MayInstall(access): MayInstall,
    Path(address): Path<Address>,
    Query(query): Query<VersionQuery>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let wish = (address.package.as_str(), query.version.as_str());
    page(&install_page(&mut tx, &access, frame, wish, None).await?)
}

async fn install_page(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    frame: Frame,
    (name, number): (&str, &str),
    again: Option<(Value, String)>,
) -> Result<InstallPage> {
    let seen = guards::package(tx, &access.actor, name).await?;
    let package = package::get(tx, seen.package).await?;
    let sight = package::sight_of_organization(tx, access.organization, seen.package).await?;
    let mut versions = match sight {
        Some(sight) => version::list(tx, seen.package, sight, None, 100).await?,
        None => Vec::new(),
    };
    let allow = Allow { draft: true, deprecated: false };
    let mut details: HashMap<_, Installable> = HashMap::new();
    for it in &versions {
        let found = version::get(tx, it.id).await?;
        if super::rules::status(access.environment_type, &found, allow).is_ok() {
            details.insert(it.id, found);
        }
    }
    versions.retain(|it| details.contains_key(&it.id));
    // Without a wish: the highest stable one.
    let asked = versions.iter().find(|it| it.version == number);
    let stable = || versions.iter().find(|it| !it.is_pre_release && it.published_at.is_some());
    let version = asked.or_else(stable).or(versions.first()).cloned();
    let chosen = version.as_ref().and_then(|it| details.remove(&it.id));
    let schema = chosen.as_ref().and_then(|it| it.configuration_schema.clone());
    let (sent, error) = again.map_or((json!({}), None), |(sent, error)| (sent, Some(error)));
    let dependencies = dependencies(tx, access, chosen).await?;
    Ok(InstallPage {
        frame,
        environment: environment::get(tx, access.environment).await?,
        package,
        versions,
        version,
        dependencies,
        has_schema: schema.is_some(),
        fields: fields_of(schema.as_ref(), &sent, false),
        error,
    })
}

async fn dependencies(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    chosen: Option<Installable>,
) -> Result<Vec<(Dependency, bool, bool)>> {
    let installed = super::rules::installed(tx, access.environment).await?;
    let is_there = |needed: &Dependency| {
        installed.iter().any(|it| {
            it.package == needed.package && it.enabled && needed.range.matches(&it.version)
        })
    };
    let needed = chosen.map_or_else(Vec::new, |it| it.dependencies);
    let with_state = needed.into_iter().map(|it| {
        let from_platform = os_package::names::is_system_package(it.package.as_str());
        let is_there = from_platform || is_there(&it);
        (it, is_there, from_platform)
    });
    Ok(with_state.collect())
}

pub async fn install(
    State(control): State<Control>,
    MayInstall(access): MayInstall,
    Path(address): Path<Address>,
    frame: Frame,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Response> {
    let number = form.get("version").cloned().unwrap_or_default();
    let mut tx = control.db.write().await?;
    match try_install(&mut tx, &control, &access, (&address.package, &form)).await {
        Ok(installation) => {
            tx.commit().await?;
            let sentence =
                format!("{} {} is installed.", installation.display_name, installation.version);
            let path = format!(
                "/environments/{}/packages/{}",
                access.environment, installation.manifest_id
            );
            Ok(done(&path, &sentence))
        }
        Err(error) if error.code().status().is_client_error() => {
            drop(tx);
            let mut tx = control.db.read().await?;
            let settings = form.iter().filter_map(|(name, value)| {
                Some((name.strip_prefix("setting.")?.to_owned(), Value::from(value.as_str())))
            });
            let again = Some((Value::Object(settings.collect()), error.message().to_owned()));
            let wish = (address.package.as_str(), number.as_str());
            let page = install_page(&mut tx, &access, frame, wish, again).await?;
            page_as(error.code().status(), &page)
        }
        Err(error) => Err(error),
    }
}

async fn try_install(
    tx: &mut Tx,
    control: &Control,
    access: &EnvironmentAccess,
    (name, form): (&str, &HashMap<String, String>),
) -> Result<super::Installation> {
    let given = |field: &str| form.get(field).map(String::as_str).filter(|it| !it.is_empty());
    let seen = guards::package(tx, &access.actor, name).await?;
    let wanted = version::Wanted::Exact(given("version").unwrap_or_default().to_owned());
    let schema = version::find(tx, seen.package, &wanted).await?.configuration_schema;
    let settings = match schema {
        Some(schema) => settings_from(Some(&schema), &json!({}), form)?,
        None => json!({}),
    };
    let settings = settings
        .as_object()
        .cloned()
        .ok_or_else(|| Code::ValidationError.error("`settings` must be a JSON object"))?;
    settings::check_size(&settings)?;
    let request = InstallRequest {
        named: Named::Package {
            package: name.to_owned(),
            version: given("version").map(str::to_owned),
        },
        allow: Allow { draft: given("allow_draft").is_some(), deprecated: false },
        settings,
        with_sample_data: given("with_sample_data").is_some(),
        enable: true,
    };
    Ok(rules::install(tx, access, &control.config, request).await?.0)
}
