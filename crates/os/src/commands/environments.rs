//! `os environments …` (docs/wire/environments.md#environment-endpoints,
//! docs/wire/cli.md#commands).

use super::{minute, rows, text};
use crate::cli::{CreateEnvironment, EnvironmentCommand};
use crate::credentials::Side;
use crate::output::{Mark, Output};
use crate::target::Target;
use crate::{environment, prompt};
use anyhow::{Context, Result};
use os_api::client::Client;
use serde_json::{Map, Value, json};
use std::path::Path;

/// Runs a command.
pub fn run(command: EnvironmentCommand, output: Output) -> Result<()> {
    match command {
        EnvironmentCommand::Create(arguments) => create(&arguments, output),
        EnvironmentCommand::List { org, status, common } => {
            let target = Target::find(&common.connection)?;
            list(&target, org.as_deref(), status.as_deref(), output)
        }
        EnvironmentCommand::Show { environment, common } => {
            let (_, client, id) = open(&environment, &common)?;
            show(&client, &id, output)
        }
        EnvironmentCommand::Switch { environment, no_remote, common } => {
            let (target, client, id) = open(&environment, &common)?;
            switch(&target, &client, &id, !no_remote, output)
        }
        EnvironmentCommand::Bind { environment, artifact, reseed, common } => {
            let (_, client, id) = open(&environment, &common)?;
            bind(&client, &id, &artifact, reseed, output)
        }
        EnvironmentCommand::Delete { environment, force, confirm, common } => {
            let (target, client, id) = open(&environment, &common)?;
            let question =
                format!("delete the environment {environment} and all its installations?");
            prompt::confirm(output, confirm, &question)?;
            delete(&target, &client, &id, force, output)
        }
    }
}

fn open(named: &str, common: &crate::cli::Common) -> Result<(Target, Client, String)> {
    let target = Target::find(&common.connection)?;
    let client = target.client()?;
    let id = environment::resolve(&client, named)?;
    Ok((target, client, id))
}

fn list(target: &Target, org: Option<&str>, status: Option<&str>, output: Output) -> Result<()> {
    let answer = target.client()?.environments(org, status)?;
    output.answer(&answer, |output| {
        let environments = rows(&answer, "environments");
        if environments.is_empty() {
            output.note("no environments yet; create one with `os environments create`");
            return;
        }
        let row = |it: &Value| {
            let active = target.environment.as_deref() == Some(text(it, "id"));
            let tags = [
                ("default", it["is_default"] == true),
                ("system", it["is_system"] == true),
                ("active", active),
            ];
            let tags: Vec<_> = tags.iter().filter(|(_, set)| *set).map(|(tag, _)| *tag).collect();
            vec![
                text(it, "display_name").to_owned(),
                text(it, "env_type").to_owned(),
                text(it, "status").to_owned(),
                tags.join(", "),
                text(it, "plan").to_owned(),
                text(it, "id").to_owned(),
            ]
        };
        let rows: Vec<_> = environments.iter().map(row).collect();
        output.table(&["NAME", "TYPE", "STATUS", "TAGS", "PLAN", "ID"], &rows);
    });
    Ok(())
}

fn show(client: &Client, id: &str, output: Output) -> Result<()> {
    let answer = client.environment(id)?;
    output.answer(&answer, |output| {
        let environment = &answer["environment"];
        let fact = |name: &str| text(environment, name).to_owned();
        let flag =
            |name: &str| environment[name].as_bool().map(|it| it.to_string()).unwrap_or_default();
        output.facts(&[
            ("Name", fact("display_name")),
            ("Type", fact("env_type")),
            ("Status", fact("status")),
            ("Plan", fact("plan")),
            ("Default", flag("is_default")),
            ("System", flag("is_system")),
            ("Hostname", fact("hostname")),
            ("Organization", fact("organization_id")),
            ("Driver", text(&answer["database"], "driver").to_owned()),
            ("Database", text(&answer["database"], "database_url").to_owned()),
            ("Your role", text(&answer["membership"], "role").to_owned()),
            (
                "Generation",
                environment["generation"].as_u64().map(|it| it.to_string()).unwrap_or_default(),
            ),
            ("Created", minute(environment, "created_at")),
            ("ID", fact("id")),
        ]);
    });
    Ok(())
}

fn create(arguments: &CreateEnvironment, output: Output) -> Result<()> {
    let artifact = arguments.artifact.as_deref().map(existing_artifact).transpose()?;
    let target = Target::find(&arguments.common.connection)?;
    let client = target.client()?;
    let mut body = Map::new();
    let optional = [
        ("organization_id", arguments.org.clone()),
        ("display_name", Some(arguments.name.clone())),
        ("plan", Some(arguments.plan.clone())),
        ("env_type", arguments.kind.clone()),
        ("driver", arguments.driver.clone()),
        ("clone_from_environment_id", arguments.clone_from.clone()),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            body.insert(name.into(), value.into());
        }
    }
    if let Some(path) = artifact {
        body.insert("metadata".into(), json!({ "artifact_path": path }));
    }
    let answer = client.create_environment(body.into())?;
    let id = text(&answer["environment"], "id").to_owned();
    let is_selected = !arguments.no_activate && select(&target, &client, &id, output)?;
    for warning in answer["warnings"].as_array().into_iter().flatten() {
        output.warn(warning.as_str().unwrap_or_default());
    }
    output.answer(&answer, |output| {
        let name = &arguments.name;
        output.marked(Mark::Done, format!("Created the environment {name}"));
        output.facts(&[("ID", id)]);
        if is_selected {
            let before = target.environment.as_deref();
            let instead = before.map(|it| format!(", instead of {it}")).unwrap_or_default();
            output.note(format!("{name} is the active environment of later commands now{instead}"));
            output.hint("`os environments switch` selects another; `--no-activate` selects none");
        }
    });
    Ok(())
}

/// Selects a new environment for later commands. Returns whether the selection is stored here.
fn select(target: &Target, client: &Client, id: &str, output: Output) -> Result<bool> {
    if let Err(error) = client.activate_environment(id) {
        output.warn(format!("the server could not select it: {error}"));
    }
    remember(target, Some(id))
}

fn switch(target: &Target, client: &Client, id: &str, remote: bool, output: Output) -> Result<()> {
    let answer = client.environment(id)?;
    if remote {
        client.activate_environment(id)?;
    }
    let stored = remember(target, Some(id))?;
    output.answer(&answer, |output| {
        let name = text(&answer["environment"], "display_name");
        output.marked(Mark::Done, format!("{name} is the active environment"));
        if !stored {
            output.hint(
                "the selection is not stored, because you use a token without a sign-in; set OS_ENVIRONMENT_ID instead",
            );
        }
    });
    Ok(())
}

fn bind(client: &Client, id: &str, artifact: &Path, reseed: bool, output: Output) -> Result<()> {
    let path = existing_artifact(artifact)?;
    let before = client.environment(id)?;
    let mut metadata = before["environment"]["metadata"].as_object().cloned().unwrap_or_default();
    metadata.shift_remove("artifactBindError");
    metadata.insert("artifact_path".into(), path.clone().into());
    let answer = client.update_environment(id, json!({ "metadata": metadata }))?;
    if reseed && let Err(error) = client.reseed_environment(id) {
        output.warn(format!("its seeds were not loaded: {error}"));
    }
    output.answer(&answer, |output| {
        let name = text(&answer["environment"], "display_name");
        output.marked(Mark::Done, format!("{name} now runs {path}"));
    });
    Ok(())
}

fn delete(target: &Target, client: &Client, id: &str, force: bool, output: Output) -> Result<()> {
    let answer = client.delete_environment(id, force)?;
    if target.environment.as_deref() == Some(id) {
        remember(target, None)?;
    }
    output.answer(&answer, |output| output.marked(Mark::Done, "Deleted the environment"));
    Ok(())
}

/// Stores the selection beside the sign-in to this server.
fn remember(target: &Target, id: Option<&str>) -> Result<bool> {
    let cloud = Side::Cloud.store()?.remember_environment(&target.url, id)?;
    let runtime = Side::Runtime.store()?.remember_environment(&target.url, id)?;
    Ok(cloud || runtime)
}

/// Returns the absolute path of an existing artifact.
fn existing_artifact(path: &Path) -> Result<String> {
    let path =
        path.canonicalize().with_context(|| format!("artifact {} not found", path.display()))?;
    Ok(path.to_string_lossy().into_owned())
}
