//! Installing a package: confirm the version, its needs and its settings.

use super::Address;
use super::settings_form::{SettingsField, fields_of, settings_from};
use crate::flash::done;
use crate::frame::Frame;
use crate::respond::{page, page_as};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_control::fleet::environment::{self, Environment, EnvironmentAccess};
use os_control::fleet::installation::rules::{self, Allow};
use os_control::fleet::installation::{self, InstallRequest, Installation, VersionRef};
use os_control::fleet::settings;
use os_control::http::extract::{Form, Path, Query};
use os_control::http::guards::MayInstall;
use os_control::registry::package::PackageAccess;
use os_control::registry::package::{self, Package};
use os_control::registry::version::{self, Installable, Version};
use os_control::{Code, Control, Result};
use os_db::Tx;
use os_package::Dependency;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "control/install.html")]
struct InstallPage {
    frame: Frame,
    environment: Environment,
    package: Package,
    /// Those that may be chosen, the highest first.
    versions: Vec<Version>,
    version: Option<Version>,
    /// The packages that it needs, installed or not.
    dependencies: Vec<NeededPackage>,
    has_schema: bool,
    fields: Vec<SettingsField>,
    error: Option<String>,
}

/// A package that the version needs.
struct NeededPackage {
    dependency: Dependency,
    is_there: bool,
    /// True where the platform brings it.
    is_from_platform: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct VersionQuery {
    version: String,
}

pub async fn confirm(
    State(control): State<Control>,
    access: MayInstall,
    Path(address): Path<Address>,
    Query(query): Query<VersionQuery>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let wanted = WantedPackage { package: &address.package, version: &query.version };
    page(&install_page(&mut tx, &access, frame, wanted, None).await?)
}

/// The package to install, and the version that is chosen; none where it is empty.
#[derive(Clone, Copy)]
struct WantedPackage<'a> {
    package: &'a str,
    version: &'a str,
}

/// A form that was refused, to be shown again.
struct RefusedForm {
    /// The settings that were sent.
    settings: Value,
    error: String,
}

async fn install_page(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    frame: Frame,
    wanted: WantedPackage<'_>,
    refused: Option<RefusedForm>,
) -> Result<InstallPage> {
    let seen = PackageAccess::find(tx, access.actor(), wanted.package).await?;
    let package = package::get(tx, &seen).await?;
    let allow = Allow { draft: true, deprecated: false };
    let candidates = installation::candidates(tx, access, &seen, allow).await?;
    let versions: Vec<Version> = candidates.iter().map(|(version, _)| version.clone()).collect();
    let mut details: HashMap<_, Installable> =
        candidates.into_iter().map(|(version, facts)| (version.id, facts)).collect();
    // Without a wish: the highest stable one.
    let asked = versions.iter().find(|it| it.version == wanted.version);
    let stable = || versions.iter().find(|it| !it.is_pre_release && it.published_at.is_some());
    let version = asked.or_else(stable).or(versions.first()).cloned();
    let chosen = version.as_ref().and_then(|it| details.remove(&it.id));
    let schema = chosen.as_ref().and_then(|it| it.configuration_schema.clone());
    let (sent, error) = match refused {
        Some(RefusedForm { settings, error }) => (settings, Some(error)),
        None => (json!({}), None),
    };
    let dependencies = dependencies(tx, access, chosen).await?;
    Ok(InstallPage {
        frame,
        environment: environment::get(tx, access).await?,
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
) -> Result<Vec<NeededPackage>> {
    let installed = rules::facts(&installation::list(tx, access).await?)?;
    let needed = chosen.map_or_else(Vec::new, |it| it.dependencies);
    let with_state = needed.into_iter().map(|dependency| NeededPackage {
        is_from_platform: os_package::names::is_system_package(dependency.package.as_str()),
        is_there: os_plan::admission::is_present(&dependency, &installed),
        dependency,
    });
    Ok(with_state.collect())
}

pub async fn install(
    State(control): State<Control>,
    access: MayInstall,
    Path(address): Path<Address>,
    frame: Frame,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Response> {
    let number = form.get("version").cloned().unwrap_or_default();
    match try_install(&control, &access, &address.package, &form).await {
        Ok(installation) => {
            let (name, version) = (&installation.display_name, &installation.version);
            let sentence = match installation.status_note() {
                Some(_) => format!(
                    "{name} {version} is installed in the environment. Nothing runs yet: no runtime is connected."
                ),
                None => format!("{name} {version} is installed."),
            };
            let path = format!(
                "/environments/{}/packages/{}",
                access.environment(),
                installation.manifest_id
            );
            Ok(done(&path, &sentence))
        }
        Err(error) if error.code().status().is_client_error() => {
            let mut tx = control.db.read().await?;
            let settings = form.iter().filter_map(|(name, value)| {
                Some((name.strip_prefix("setting.")?.to_owned(), Value::from(value.as_str())))
            });
            let settings = Value::Object(settings.collect());
            let refused = RefusedForm { settings, error: error.message().to_owned() };
            let wanted = WantedPackage { package: &address.package, version: &number };
            let page = install_page(&mut tx, &access, frame, wanted, Some(refused)).await?;
            page_as(error.code().status(), &page)
        }
        Err(error) => Err(error),
    }
}

async fn try_install(
    control: &Control,
    access: &EnvironmentAccess,
    name: &str,
    form: &HashMap<String, String>,
) -> Result<Installation> {
    let given = |field: &str| form.get(field).map(String::as_str).filter(|it| !it.is_empty());
    let mut tx = control.db.read().await?;
    let seen = PackageAccess::find(&mut tx, access.actor(), name).await?;
    let wanted = version::Wanted::Exact(given("version").unwrap_or_default().to_owned());
    let visible = seen.versions(&mut tx).await?;
    let schema = version::installable(&mut tx, visible, &wanted).await?.configuration_schema;
    drop(tx);
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
        version: VersionRef::Package {
            package: name.to_owned(),
            version: given("version").map(str::to_owned),
        },
        allow: Allow { draft: given("allow_draft").is_some(), deprecated: false },
        settings,
        with_sample_data: given("with_sample_data").is_some(),
        enable: true,
        verdict: None,
    };
    let request = request.check(&control.db, access).await?;
    let mut tx = control.db.write().await?;
    let made = installation::install(&mut tx, access, &control.config, request).await?;
    tx.commit().await?;
    Ok(made.installation)
}
