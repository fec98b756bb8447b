//! `os package … --runtime`: installing packages in a runtime without a control plane
//! (docs/wire/runtime-install.md#install-local, docs/wire/cli.md#commands).

use super::installations::{package_and_version, read_settings};
use super::runtime::{as_account, ask, object_file};
use super::{minute, rows, text};
use crate::cli::{Disable, Enable, Install, ListPackages, SampleData, Uninstall};
use crate::config::variable;
use crate::environment::explicit;
use crate::failure::Failure;
use crate::output::{Mark, Output};
use crate::target::Target;
use crate::{project, prompt};
use anyhow::Result;
use serde_json::{Value, json};
use std::path::Path;

/// Returns whether an install is for a runtime: a flag says so, or a file or project is given,
/// or no environment is given and a runtime is configured.
pub fn is_for_runtime(arguments: &Install) -> bool {
    let account = &arguments.runtime.account;
    let names_environment = arguments.environment.environment.as_ref();
    arguments.runtime.runtime.is_some()
        || is_file(&arguments.package)
        || (names_environment.is_none_or(String::is_empty)
            && (account.email.is_some() || variable("OS_RUNTIME_URL").is_some()))
}

/// Tells a file from an id as the original CLI does.
fn is_file(named: &str) -> bool {
    let looks = ["./", "../", "/"].iter().any(|start| named.starts_with(start));
    looks || named.ends_with(".json") || Path::new(named).exists()
}

/// Installs an artifact, or a package of the runtime's catalog.
pub fn install(arguments: &Install, output: Output) -> Result<()> {
    if arguments.disabled || arguments.allow_draft {
        let flag = if arguments.disabled { "--disabled" } else { "--allow-draft" };
        return Err(Failure::usage(format!("`{flag}` works with environments, not with a runtime"))
            .hint("a runtime accepts any version; to disable a package, use `os package disable` after installing it")
            .into());
    }
    must_not_name_an_environment(arguments)?;
    let mut body = request_body(arguments, output)?;
    if let Some(settings) = &arguments.settings {
        body["settings"] = read_settings(settings)?;
    }
    if arguments.no_sample_data {
        body["seedSampleData"] = false.into();
    }
    if arguments.confirm_global_uniques {
        body["confirmGlobalUniques"] = true.into();
    }
    let target = target(arguments.runtime.runtime.as_deref(), &arguments.common)?;
    let answer =
        as_account(&target, &arguments.runtime.account, |client| ask(client.install_local(body)))?;
    output.answer(&answer, |output| report(&answer, output));
    Ok(())
}

/// Refuses `--env` for an install in a runtime: a file has no version that an environment could name.
fn must_not_name_an_environment(arguments: &Install) -> Result<()> {
    let Some(named) = explicit(arguments.environment.environment.as_deref()) else { return Ok(()) };
    let package = &arguments.package;
    if arguments.runtime.runtime.is_some() {
        return Err(Failure::usage("`--runtime` and `--env` exclude each other")
            .hint("a runtime that follows an environment gets its packages from there: leave out `--runtime`")
            .into());
    }
    Err(Failure::usage(format!("`{package}` is a file or folder, and `--env` needs a published version"))
        .hint(format!(
            "publish and install it with `os package publish {package} --env {named} --install`; without `--env` it is installed in a runtime"
        ))
        .into())
}

fn request_body(arguments: &Install, output: Output) -> Result<Value> {
    let path = Path::new(&arguments.package);
    if project::is_project(path) {
        let (_, artifact) = project::artifact(path, output)?;
        return Ok(json!({ "manifest": artifact }));
    }
    if path.is_dir() {
        return Err(project::missing(path).into());
    }
    if is_file(&arguments.package) {
        return Ok(json!({ "manifest": object_file(path)? }));
    }
    let (package, version) = package_and_version(&arguments.package, arguments.version.as_deref())?;
    Ok(json!({ "packageId": package, "versionId": version.unwrap_or("latest") }))
}

fn target(runtime: Option<&str>, common: &crate::cli::Common) -> Result<Target> {
    Target::local(runtime, &common.connection)
}

fn report(answer: &Value, output: Output) {
    let (id, version) = (text(answer, "manifestId"), text(answer, "version"));
    let done = match answer["previousVersion"].as_str() {
        Some(previous) if previous == version => format!("{id} {version} is reinstalled"),
        Some(previous) => format!("{id} {version} replaces {previous}"),
        None => format!("{id} {version} is installed"),
    };
    output.marked(Mark::Done, done);
    let names = |name: &str| -> String {
        let names: Vec<_> = rows(answer, name).iter().filter_map(Value::as_str).collect();
        names.join(", ")
    };
    output.facts(&[("Seeded", seeded(&answer["seeded"])), ("Not running", names("notRunning"))]);
    for error in rows(&answer["seeded"], "errorList") {
        let place = format!("{} {}", text(error, "sourceObject"), text(error, "field"));
        output.warn(format!("sample data, {}: {}", place.trim(), text(error, "message")));
    }
    for kept in rows(answer, "kept") {
        let field = kept["field"].as_str().map(|it| format!(".{it}")).unwrap_or_default();
        output.warn(format!("kept {}{field}: {}", text(kept, "object"), text(kept, "reason")));
    }
    for warning in rows(answer, "warnings").iter().filter_map(Value::as_str) {
        output.warn(warning);
    }
}

fn seeded(report: &Value) -> String {
    let count = |name: &str| report[name].as_u64().unwrap_or_default();
    let counted = |name: &str, what: &str| {
        Some(format!("{} {what}", count(name))).filter(|_| count(name) > 0)
    };
    match text(report, "mode") {
        "skipped" => match text(report, "reason") {
            "no-datasets" => "none in the package".to_owned(),
            "already-installed" => {
                "already loaded before; `os package reseed` reloads it".to_owned()
            }
            _ => "no".to_owned(),
        },
        _ => {
            let parts = [
                Some(format!("{} records", count("inserted"))),
                counted("updated", "updated"),
                counted("skipped", "skipped"),
                counted("errors", "failed"),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
    }
}

/// Lists the packages installed in a runtime.
pub fn list(arguments: &ListPackages, output: Output) -> Result<()> {
    let target = target(arguments.runtime.runtime.as_deref(), &arguments.common)?;
    let answer =
        as_account(&target, &arguments.runtime.account, |client| ask(client.local_packages()))?;
    output.answer(&answer, |output| {
        let items = rows(&answer, "items");
        if items.is_empty() {
            output.note("nothing is installed; use `os package install FILE`");
        } else {
            let row = |it: &Value| {
                let status = if it["enabled"] == false { "disabled" } else { "installed" };
                let sample_data = if it["withSampleData"] == true { "yes" } else { "" };
                vec![
                    text(it, "manifestId").to_owned(),
                    text(it, "version").to_owned(),
                    status.to_owned(),
                    sample_data.to_owned(),
                    minute(it, "installedAt"),
                ]
            };
            let rows: Vec<_> = items.iter().map(row).collect();
            output.table(&["PACKAGE", "VERSION", "STATUS", "SAMPLE DATA", "INSTALLED"], &rows);
        }
        for it in rows(&answer, "setAside") {
            output.warn(format!(
                "{} is not loaded: {}",
                text(it, "manifestId"),
                text(it, "reason")
            ));
        }
    });
    Ok(())
}

/// Uninstalls a package.
pub fn uninstall(arguments: &Uninstall, output: Output) -> Result<()> {
    let package = &arguments.package;
    let target = target(arguments.runtime.runtime.as_deref(), &arguments.common)?;
    prompt::confirm(output, arguments.confirm, &format!("uninstall {package}? Its data is kept"))?;
    let answer = as_account(&target, &arguments.runtime.account, |client| {
        ask(client.uninstall_local(package, arguments.force))
    })?;
    output.answer(&answer, |output| {
        output.marked(Mark::Done, format!("{package} is uninstalled; its data is kept"));
    });
    Ok(())
}

/// Enables an installed package.
pub fn enable(arguments: &Enable, output: Output) -> Result<()> {
    let package = &arguments.package;
    let target = target(arguments.runtime.runtime.as_deref(), &arguments.common)?;
    let answer = as_account(&target, &arguments.runtime.account, |client| {
        ask(client.set_local_enabled(package, true))
    })?;
    output.answer(&answer, |output| output.marked(Mark::Done, format!("{package} is enabled")));
    Ok(())
}

/// Disables a package without uninstalling it.
pub fn disable(arguments: &Disable, output: Output) -> Result<()> {
    let package = &arguments.package;
    let target = target(arguments.runtime.runtime.as_deref(), &arguments.common)?;
    let answer = as_account(&target, &arguments.runtime.account, |client| {
        ask(client.set_local_enabled(package, false))
    })?;
    output.answer(&answer, |output| {
        output.marked(Mark::Done, format!("{package} is disabled; its data is kept"));
    });
    Ok(())
}

/// Reloads sample data.
pub fn reseed(arguments: &SampleData, output: Output) -> Result<()> {
    let target = Target::runtime(&arguments.connection)?;
    let package = &arguments.package;
    let answer =
        as_account(&target, &arguments.account, |client| ask(client.reseed_local(package)))?;
    output.answer(&answer, |output| {
        output.marked(Mark::Done, format!("reloaded the sample data of {package}"));
        output.facts(&[("Seeded", seeded(&answer))]);
    });
    Ok(())
}

/// Deletes sample data.
pub fn purge(arguments: &SampleData, output: Output) -> Result<()> {
    let target = Target::runtime(&arguments.connection)?;
    let package = &arguments.package;
    let answer =
        as_account(&target, &arguments.account, |client| ask(client.purge_local(package)))?;
    output.answer(&answer, |output| {
        let deleted = answer["deleted"].as_u64().unwrap_or_default();
        output.marked(
            Mark::Done,
            format!("deleted {deleted} records of the sample data of {package}"),
        );
    });
    Ok(())
}
