//! The commands that change the installations of an environment.

use super::people::People;
use super::{minute, note_if_more, rows, text};
use crate::cli::{Disable, Enable, History, Install, Rollback, Uninstall, Upgrade};
use crate::failure::Failure;
use crate::output::{Mark, Output};
use crate::{environment, prompt};
use anyhow::{Context, Result};
use os_api::client::Client;
use serde_json::{Map, Value, json};
use std::fs;
use std::time::Duration;

/// The pause between two polls of a change in progress.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Installs a package.
pub fn install(arguments: &Install, output: Output) -> Result<()> {
    let (package, version) = package_and_version(&arguments.package, arguments.version.as_deref())?;
    let mut body = Map::new();
    body.insert("package_id".into(), package.into());
    if let Some(version) = version {
        body.insert("version".into(), version.into());
    }
    if let Some(settings) = &arguments.settings {
        body.insert("settings".into(), read_settings(settings)?);
    }
    for (name, set) in
        [("allow_draft", arguments.allow_draft), ("with_sample_data", arguments.sample_data)]
    {
        if set {
            body.insert(name.into(), true.into());
        }
    }
    body.insert("enable_on_install".into(), (!arguments.disabled).into());

    let (client, environment) = environment::open(&arguments.common, &arguments.environment)?;
    let answer = client.install(&environment, body.into())?;
    let answer = settled(&client, &environment, answer)?;
    report(&answer, "is installed", output);
    Ok(())
}

/// Upgrades an installation.
pub fn upgrade(arguments: &Upgrade, output: Output) -> Result<()> {
    let (package, version) = package_and_version(&arguments.package, arguments.version.as_deref())?;
    let mut body = json!({ "allow_draft": arguments.allow_draft });
    if let Some(version) = version {
        body["target_version"] = version.into();
    }
    let (client, environment) = environment::open(&arguments.common, &arguments.environment)?;
    let answer = client.upgrade(&environment, package, body)?;
    let answer = settled(&client, &environment, answer)?;
    report(&answer, "is now running", output);
    Ok(())
}

/// Rolls an installation back.
pub fn roll_back(arguments: &Rollback, output: Output) -> Result<()> {
    let package = &arguments.package;
    let (client, environment) = environment::open(&arguments.common, &arguments.environment)?;
    let target = match &arguments.to {
        Some(version) => version_id(&client, package, version)?,
        None => previous_version_id(&client, &environment, package)?,
    };
    let answer = client.roll_back(&environment, package, &target)?;
    let answer = settled(&client, &environment, answer)?;
    report(&answer, "is running again", output);
    Ok(())
}

/// Uninstalls a package.
pub fn uninstall(arguments: &Uninstall, output: Output) -> Result<()> {
    let (client, environment) = environment::open(&arguments.common, &arguments.environment)?;
    let package = &arguments.package;
    prompt::confirm(output, arguments.confirm, &format!("uninstall {package}? Its data is kept"))?;
    let answer = client.uninstall(&environment, package, arguments.force)?;
    output.answer(&answer, |output| {
        output.marked(Mark::Done, format!("{package} is uninstalled; its data is kept"));
    });
    Ok(())
}

/// Enables an installed package.
pub fn enable(arguments: &Enable, output: Output) -> Result<()> {
    let (client, environment) = environment::open(&arguments.common, &arguments.environment)?;
    let answer = client.enable(&environment, &arguments.package)?;
    report(&answer, "is enabled", output);
    Ok(())
}

/// Disables a package without uninstalling it.
pub fn disable(arguments: &Disable, output: Output) -> Result<()> {
    let (client, environment) = environment::open(&arguments.common, &arguments.environment)?;
    let answer = client.disable(&environment, &arguments.package, arguments.force)?;
    report(&answer, "is disabled", output);
    Ok(())
}

/// Prints the history of an installation.
pub fn history(arguments: &History, output: Output) -> Result<()> {
    let (client, environment) = environment::open(&arguments.common, &arguments.environment)?;
    let answer =
        client.installation_history(&environment, &arguments.package, arguments.limit.limit)?;
    output.answer(&answer, |output| {
        let people = People::known_to(&client);
        let row = |it: &Value| {
            vec![
                minute(it, "performed_at"),
                text(it, "action").to_owned(),
                text(it, "from_version").to_owned(),
                text(it, "to_version").to_owned(),
                people.name(text(it, "performed_by")),
            ]
        };
        let rows: Vec<_> = rows(&answer, "items").iter().map(row).collect();
        output.table(&["WHEN", "ACTION", "FROM", "TO", "BY"], &rows);
        note_if_more(&answer, output);
    });
    Ok(())
}

/// Prints the installations of an environment.
pub fn table(answer: &Value, output: Output) {
    let packages = rows(answer, "packages");
    if packages.is_empty() {
        output.note("nothing is installed; use `os package install`");
        return;
    }
    let row = |it: &Value| {
        let update = if it["update_available"] == true { text(it, "latest_version") } else { "" };
        vec![
            text(it, "package_id").to_owned(),
            text(it, "version").to_owned(),
            status(it),
            update.to_owned(),
            text(it, "display_name").to_owned(),
        ]
    };
    let rows: Vec<_> = packages.iter().map(row).collect();
    output.table(&["PACKAGE", "VERSION", "STATUS", "UPDATE", "NAME"], &rows);
}

/// Returns the status of an installation for people: without a runtime nothing runs.
fn status(row: &Value) -> String {
    let status = text(row, "status");
    match row["status_note"].as_str() {
        Some(_) => format!("{status}, no runtime"),
        None => status.to_owned(),
    }
}

/// Waits until the runtime of the environment has reported a change, or has taken
/// too long: the control plane ends `installing` and `upgrading` in any case.
pub fn settled(client: &Client, environment: &str, mut answer: Value) -> Result<Value> {
    let package = text(&answer["package"], "package_id").to_owned();
    while matches!(text(&answer["package"], "status"), "installing" | "upgrading") {
        std::thread::sleep(POLL_INTERVAL);
        let mut now = client.installed(environment, &package)?;
        answer["package"] = now["package"].take();
    }
    let row = &answer["package"];
    if text(row, "status") != "error" {
        return Ok(answer);
    }
    let (version, reason) = (text(row, "version"), text(row, "error_message"));
    Err(Failure::new(format!("{package} {version} is not running: {reason}"))
        .hint("the runtime tries again; to go back, use `os package rollback`")
        .into())
}

/// Prints the outcome of a change: the server's message, or this one.
fn report(answer: &Value, what: &str, output: Output) {
    output.answer(answer, |output| {
        let package = &answer["package"];
        let (id, version) = (text(package, "package_id"), text(package, "version"));
        match answer["message"].as_str() {
            Some(message) => output.marked(Mark::Done, format!("{id} {version}: {message}")),
            None if package["status_note"].is_string() && is_about_running(what) => {
                output
                    .marked(Mark::Done, format!("{id} {version} is recorded for the environment"));
            }
            None => output.marked(Mark::Done, format!("{id} {version} {what}")),
        }
        note_of(package, output);
        let status = text(package, "status");
        if !matches!(status, "" | "installed" | "disabled") {
            output.note(format!("status: {status}"));
        }
        for warning in rows(answer, "warnings").iter().filter_map(Value::as_str) {
            output.warn(warning);
        }
    });
}

/// Returns whether an outcome would claim that a package runs.
fn is_about_running(what: &str) -> bool {
    !matches!(what, "is enabled" | "is disabled")
}

/// Prints that nothing runs, where no runtime is connected.
pub fn note_of(package: &Value, output: Output) {
    if let Some(note) = package["status_note"].as_str() {
        output.note(format!("note: {note}"));
    }
}

/// Splits `com.acme.crm@1.2.0`; the version may also come from a flag.
pub fn package_and_version<'a>(
    named: &'a str,
    flag: Option<&'a str>,
) -> Result<(&'a str, Option<&'a str>), Failure> {
    match (named.split_once('@'), flag) {
        (None, flag) => Ok((named, flag.filter(|it| *it != "latest"))),
        (Some((package, version)), None) => {
            Ok((package, Some(version).filter(|it| !it.is_empty() && *it != "latest")))
        }
        (Some((_, version)), Some(flag)) if version == flag => package_and_version(named, None),
        (Some((_, version)), Some(flag)) => {
            Err(Failure::usage(format!("two different versions given: {version} and {flag}")))
        }
    }
}

/// Reads settings from JSON or from a JSON file.
pub fn read_settings(argument: &str) -> Result<Value> {
    let (text, from) = if argument.trim_start().starts_with('{') {
        (argument.to_owned(), "--settings".to_owned())
    } else {
        let text = fs::read_to_string(argument)
            .with_context(|| format!("could not read the settings file {argument}"))?;
        (text, argument.to_owned())
    };
    match serde_json::from_str(&text) {
        Ok(settings @ Value::Object(_)) => Ok(settings),
        Ok(_) => Err(Failure::new(format!("{from}: settings must be a JSON object")).into()),
        Err(error) => Err(Failure::new(format!("{from} is not JSON: {error}")).into()),
    }
}

/// Returns the id of a version.
fn version_id(client: &Client, package: &str, number: &str) -> Result<String> {
    let answer = client.version(package, number)?;
    Ok(text(&answer["version"], "id").to_owned())
}

/// Returns the id of the version that ran before the current one.
fn previous_version_id(client: &Client, environment: &str, package: &str) -> Result<String> {
    let answer = client.installation_history(environment, package, 1_000)?;
    previous(rows(&answer, "items")).map(str::to_owned).ok_or_else(|| {
        Failure::new(format!("{package} has no earlier version in this environment"))
            .hint("select a version with `--to`")
            .into()
    })
}

/// Returns the version that the latest move of a history, newest first, came from.
fn previous(items: &[Value]) -> Option<&str> {
    let moved = |it: &&Value| matches!(text(it, "action"), "upgrade" | "rollback");
    items.iter().find(moved).map(|it| text(it, "from_version_id")).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_part_of_the_name_or_a_flag() {
        let of = |named, flag| package_and_version(named, flag).map_err(|error| error.to_string());
        assert_eq!(of("a.b", None), Ok(("a.b", None)));
        assert_eq!(of("a.b@1.0.0", None), Ok(("a.b", Some("1.0.0"))));
        assert_eq!(of("a.b", Some("1.0.0")), Ok(("a.b", Some("1.0.0"))));
        assert_eq!(of("a.b@latest", None), Ok(("a.b", None)));
        assert_eq!(of("a.b@1.0.0", Some("1.0.0")), Ok(("a.b", Some("1.0.0"))));
        assert_eq!(
            of("a.b@1.0.0", Some("2.0.0")),
            Err("two different versions given: 1.0.0 and 2.0.0".into())
        );
    }

    #[test]
    fn the_previous_version_is_where_the_latest_move_came_from() {
        let history = [
            json!({"action": "disable", "from_version_id": "2", "to_version_id": "2"}),
            json!({"action": "upgrade", "from_version_id": "1", "to_version_id": "2"}),
            json!({"action": "install", "from_version_id": null, "to_version_id": "1"}),
        ];
        assert_eq!(previous(&history), Some("1"));
        assert_eq!(previous(&history[2..]), None);
    }

    #[test]
    fn settings_are_an_object() {
        assert_eq!(read_settings(r#" {"a": 1}"#).unwrap(), json!({"a": 1}));
        assert!(read_settings("{").unwrap_err().to_string().contains("--settings is not JSON"));
        assert!(read_settings("no-such.json").unwrap_err().to_string().contains("no-such.json"));
    }
}
