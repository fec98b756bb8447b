//! `os package publish` (docs/wire/packages.md#package-endpoints, docs/wire/cli.md#derived-values,
//! docs/wire/cli.md#commands).

mod derive;
mod project;
mod source;

use super::installations::{note_of, settled};
use super::{rows, text};
use crate::cli::Publish;
use crate::config;
use crate::environment;
use crate::environment::explicit;
use crate::failure::{Failure, Silent};
use crate::output::{Mark, Output};
use crate::target::Target;
use anyhow::{Context, Result};
use derive::is_pre_release;
use os_api::client::{self, Answer, Client};
use os_db::now;
use os_package::seal_bundle;
use project::Project;
use serde_json::{Map, Value, json};
use source::Source;
use std::fs;
use std::path::Path;

/// The identity of a version to publish.
#[derive(Debug, PartialEq)]
struct Identity {
    manifest_id: String,
    version: String,
    namespace: Option<String>,
    display_name: String,
    /// `true` if it is listed in the marketplace.
    marketplace: bool,
}

/// The largest icon a server accepts, in bytes (docs/wire/names.md#lengths).
const MAX_ICON_BYTES: u64 = 256 * 1024;

/// An icon to upload.
struct Icon {
    content_type: &'static str,
    bytes: Vec<u8>,
}

/// All requests of a publish, prepared before the first is sent.
struct Plan {
    identity: Identity,
    package: Map<String, Value>,
    icon: Option<Icon>,
    version: Map<String, Value>,
    /// The environment to install in, by id.
    environment: Option<String>,
}

/// Registers the package, uploads its icon, and publishes the version.
pub fn run(arguments: &Publish, output: Output) -> Result<()> {
    let mut plan = Plan::of(arguments, output)?;
    let target = Target::find(&arguments.common.connection)?;
    if arguments.dry_run {
        return show(&plan, &target, output);
    }
    let client = target.client()?;
    if let Some(named) = install_target(arguments, output) {
        let environment = environment::resolve(&client, named)?;
        plan.version.insert("install_env_id".into(), environment.clone().into());
        if arguments.seed_sample_data {
            plan.version.insert("seed_sample_data".into(), true.into());
        }
        plan.environment = Some(environment);
    }
    send(plan, &client, output)
}

impl Plan {
    /// Reads all files, so that a mistake stops the command before the first request.
    fn of(arguments: &Publish, output: Output) -> Result<Self> {
        let Source { artifact, path, folder } =
            Source::find(arguments.artifact.as_deref(), output)?;
        let project = Project::read(&folder)?;
        let identity = Identity::derive(&artifact, &path, arguments, &project, now())?;
        let icon = arguments.listing.icon_file.clone().or_else(|| project.file("iconPath"));
        let icon = icon.as_deref().map(read_icon).transpose()?;
        let package = project.listing(&identity, arguments)?;
        check(&artifact, &identity)?;

        let version = &identity.version;
        let pre_release = arguments.pre_release || is_pre_release(version);
        let mut body = Map::new();
        body.insert("version".into(), version.as_str().into());
        body.insert("bundle".into(), artifact);
        body.insert("is_pre_release".into(), pre_release.into());
        if let Some(note) = &arguments.note {
            body.insert("release_notes".into(), note.as_str().into());
        }
        for (name, set) in [
            ("submit_for_review", arguments.listing.submit),
            ("auto_approve", arguments.listing.auto_approve),
        ] {
            if set {
                body.insert(name.into(), true.into());
            }
        }
        Ok(Self { identity, package, icon, version: body, environment: None })
    }
}

/// Checks that a runtime could load the artifact, as the server does: a refusal leaves nothing there.
fn check(artifact: &Value, identity: &Identity) -> Result<()> {
    let (Ok(id), Ok(version)) = (identity.manifest_id.parse(), identity.version.parse()) else {
        // The server says what is wrong with them.
        return Ok(());
    };
    let sealed = seal_bundle(artifact.clone(), &id, &version, os_runtime::read_artifact);
    sealed.map(drop).map_err(|invalid| {
        let problems: Vec<String> = invalid.problems.iter().map(ToString::to_string).collect();
        let named = format!("{} {}", identity.manifest_id, identity.version);
        Failure::new(format!("no runtime would load {named}: {}", problems.join("; ")))
            .hint("change the project and run `os compile`")
            .into()
    })
}

fn send(plan: Plan, client: &Client, output: Output) -> Result<()> {
    let Plan { identity, package, icon, version, environment } = plan;
    let package =
        client.register_package(package.into()).context("could not register the package")?;
    let id = text(&package, "id").to_owned();
    if id.is_empty() {
        return Err(Failure::new("the server sent no id for the package").into());
    }
    if !output.is_json() {
        report_package(&identity, &package, output);
    }
    let published = publish(client, &identity, &id, (icon, version), output);
    let (icon, answer) = match published {
        Ok(published) => published,
        Err(error) => {
            if package["created"] == true && is_refused(&error) {
                take_back(client, &identity, &id, output);
            }
            return Err(error);
        }
    };
    let installed =
        environment.map(|environment| outcome(client, &environment, &identity, &answer));
    let failure = match &installed {
        Some(Err(error)) => Some(format!("{error:#}")),
        _ => None,
    };
    let record = json!({
        "success": failure.is_none(),
        "package": package,
        "icon": icon,
        "version": answer.data,
        "violations": answer.violations,
        "installed": installed.as_ref().and_then(|it| it.as_ref().ok()),
        "error": failure,
    });
    output.answer(&record, |output| {
        report_version(&identity, &answer, output);
        if let Some(Ok(installation)) = &installed {
            report_installation(installation, output);
        }
    });
    match installed {
        Some(Err(_)) if output.is_json() => Err(Silent.into()),
        Some(Err(error)) => Err(error),
        _ => Ok(()),
    }
}

/// Uploads the icon and publishes the version.
fn publish(
    client: &Client,
    identity: &Identity,
    id: &str,
    (icon, version): (Option<Icon>, Map<String, Value>),
    output: Output,
) -> Result<(Option<Value>, Answer)> {
    let icon = match icon {
        Some(icon) => {
            let answer = client
                .upload_icon(id, icon.content_type, icon.bytes)
                .context("could not upload the icon")?;
            if !output.is_json() {
                output
                    .marked(Mark::Done, format!("Uploaded the icon {}", text(&answer, "icon_url")));
            }
            Some(answer)
        }
        None => None,
    };
    let answer = client.publish_version(id, version.into()).with_context(|| {
        format!("could not publish {} {}", identity.manifest_id, identity.version)
    })?;
    Ok((icon, answer))
}

/// Returns whether the server refused a request, so that nothing of it happened.
fn is_refused(error: &anyhow::Error) -> bool {
    let refused = error.chain().find_map(|it| it.downcast_ref::<client::Error>());
    matches!(refused, Some(client::Error::Refused(refusal)) if (400..500).contains(&refusal.status))
}

/// Deletes the package that this run registered and that got no version.
fn take_back(client: &Client, identity: &Identity, id: &str, output: Output) {
    let name = &identity.manifest_id;
    match client.delete_package(id) {
        Ok(_) => output.note(format!("the package {name} has no version, so it is deleted again")),
        Err(error) => output.warn(format!(
            "the package {name} stays registered without a version, and could not be deleted: {error}"
        )),
    }
}

/// Waits for the outcome of the installation that the publish asked for.
fn outcome(
    client: &Client,
    environment: &str,
    identity: &Identity,
    answer: &Answer,
) -> Result<Value> {
    let (id, version) = (&identity.manifest_id, &identity.version);
    if !answer.data["installation"].is_object() {
        let warnings = rows(&answer.data, "warnings").iter().filter_map(Value::as_str);
        let reason = warnings.filter_map(|it| it.strip_prefix("not installed: ")).next();
        let reason = reason.unwrap_or("the server does not say why");
        return Err(Failure::new(format!(
            "{id} {version} is published, but not installed: {reason}"
        ))
        .hint("install it with `os package install` or `os package upgrade` once that is solved")
        .into());
    }
    let now = client.installed(environment, id)?;
    Ok(settled(client, environment, now)?["package"].take())
}

/// Returns the environment to install in; warns if `--install` has none, or `--env` no `--install`,
/// and then only publishes.
fn install_target(arguments: &Publish, output: Output) -> Option<&str> {
    let named = arguments.environment.as_deref().filter(|it| !it.is_empty());
    if arguments.install && named.is_none() {
        output.warn("`--install` needs `--env`; the version is published but not installed");
    }
    if let Some(named) = explicit(arguments.environment.as_deref())
        && !arguments.install
    {
        output.warn(format!(
            "`--env {named}` needs `--install`; the version is published but not installed"
        ));
    }
    named.filter(|_| arguments.install)
}

fn read_icon(path: &Path) -> Result<Icon> {
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
    let content_type = match extension.to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        _ => {
            let message =
                format!("the icon {} must be a png, jpeg, webp or svg file", path.display());
            return Err(Failure::new(message).into());
        }
    };
    let bytes =
        fs::read(path).with_context(|| format!("could not read the icon {}", path.display()))?;
    if bytes.len() as u64 > MAX_ICON_BYTES {
        let message = format!(
            "the icon {} has {} bytes; the limit is {MAX_ICON_BYTES}",
            path.display(),
            bytes.len()
        );
        return Err(Failure::new(message).into());
    }
    Ok(Icon { content_type, bytes })
}

/// Prints the requests without sending them.
fn show(plan: &Plan, target: &Target, output: Output) -> Result<()> {
    let mut version = plan.version.clone();
    let bundle = version.remove("bundle").unwrap_or_default();
    let size = serde_json::to_vec(&bundle)?.len();
    let url = config::shown(&target.url);
    let record = json!({
        "dry_run": true, "url": url, "package": plan.package, "version": version, "bundle_bytes": size,
    });
    output.answer(&record, |output| {
        let fact = |name: &str| {
            plan.package.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        output.line(format!(
            "Would publish {} {} to {url}",
            plan.identity.manifest_id, plan.identity.version
        ));
        output.facts(&[
            ("Name", fact("display_name")),
            ("Namespace", fact("namespace")),
            ("Visibility", fact("visibility")),
            ("Pre-release", version["is_pre_release"].to_string()),
            ("Artifact", format!("{size} bytes")),
        ]);
    });
    Ok(())
}

fn report_package(identity: &Identity, package: &Value, output: Output) {
    let verb = if package["created"] == true { "Created" } else { "Updated" };
    output.marked(Mark::Done, format!("{verb} the package {}", identity.manifest_id));
    output.facts(&[
        ("  Package ID", text(package, "id").to_owned()),
        ("  Visibility", text(package, "visibility").to_owned()),
        ("  Organization", text(package, "owner_org_id").to_owned()),
    ]);
}

/// Prints the outcome of the installation.
fn report_installation(package: &Value, output: Output) {
    let environment = text(package, "environment_id");
    if package["status_note"].is_string() {
        output.marked(Mark::Done, format!("Recorded for the environment {environment}"));
    } else {
        output.marked(Mark::Done, format!("Installed in the environment {environment}"));
    }
    note_of(package, output);
}

fn report_version(identity: &Identity, answer: &Answer, output: Output) {
    let version = &answer.data;
    let checksum: String = text(version, "checksum").chars().take(16).collect();
    output.marked(Mark::Done, format!("Published {} {}", identity.manifest_id, identity.version));
    output.facts(&[
        ("  Version ID", text(version, "id").to_owned()),
        ("  Checksum", checksum),
        ("  Listing", text(version, "listing_status").to_owned()),
    ]);
    for warning in rows(version, "warnings").iter().filter_map(Value::as_str) {
        output.warn(warning);
    }
    for violation in &answer.violations {
        output.warn(violation);
    }
    match text(version, "listing_status") {
        "pending_review" => output.hint("a platform administrator reviews it next"),
        "draft" if identity.marketplace => {
            output.hint("`--submit` submits it for review, to list it in the marketplace");
        }
        _ => {}
    }
}
