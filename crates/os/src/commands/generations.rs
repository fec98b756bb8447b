//! `os generations …`: what an environment ran, and going back to it.

use super::{minute, rows, text};
use crate::cli::{Common, EnvironmentArg, GenerationCommand};
use crate::config::Target;
use crate::output::{Mark, Output};
use crate::{environment, prompt};
use anyhow::Result;
use os_api::client::Client;
use serde_json::Value;

/// Runs a command.
pub fn run(command: GenerationCommand, output: Output) -> Result<()> {
    match command {
        GenerationCommand::List { environment, common } => {
            let (client, environment) = connect(&common, &environment)?;
            list(&client, &environment, output)
        }
        GenerationCommand::Show { number, environment, common } => {
            let (client, environment) = connect(&common, &environment)?;
            show(&client, &environment, number, output)
        }
        GenerationCommand::Diff { from, to, environment, common } => {
            let (client, environment) = connect(&common, &environment)?;
            diff(&client, &environment, (from, to), output)
        }
        GenerationCommand::Rollback { number, confirm, environment, common } => {
            let (client, environment) = connect(&common, &environment)?;
            let question = format!("make everything of generation {number} current again?");
            prompt::confirm(output, confirm, &question)?;
            roll_back(&client, &environment, number, output)
        }
    }
}

fn connect(common: &Common, environment: &EnvironmentArg) -> Result<(Client, String)> {
    let target = Target::find(&common.connection)?;
    let named = target.named_environment(environment)?;
    let client = target.client()?;
    let id = environment::resolve(&client, &named)?;
    Ok((client, id))
}

fn list(client: &Client, environment: &str, output: Output) -> Result<()> {
    let answer = client.generations(environment)?;
    output.answer(&answer, |output| {
        let generations = rows(&answer, "generations");
        if generations.is_empty() {
            output.note("no generations yet; the first install makes one");
            return;
        }
        let row = |it: &Value| {
            vec![
                it["number"].to_string(),
                minute(it, "created_at"),
                text(it, "created_by").to_owned(),
                text(it, "cause").to_owned(),
            ]
        };
        let rows: Vec<_> = generations.iter().map(row).collect();
        output.table(&["GENERATION", "SINCE", "BY", "WHY"], &rows);
    });
    Ok(())
}

fn show(client: &Client, environment: &str, number: u64, output: Output) -> Result<()> {
    let answer = client.generation(environment, number)?;
    output.answer(&answer, |output| {
        let generation = &answer["generation"];
        output.facts(&[
            ("Generation", number.to_string()),
            ("Since", minute(generation, "created_at")),
            ("By", text(generation, "created_by").to_owned()),
            ("Why", text(generation, "cause").to_owned()),
        ]);
        output.line("");
        let row = |it: &Value| {
            let checksum: String = text(it, "checksum").chars().take(16).collect();
            let state = if it["enabled"] == true { "enabled" } else { "disabled" };
            vec![
                text(it, "manifest_id").to_owned(),
                text(it, "version").to_owned(),
                state.to_owned(),
                checksum,
            ]
        };
        let rows: Vec<_> = rows(generation, "packages").iter().map(row).collect();
        output.table(&["PACKAGE", "VERSION", "STATE", "CHECKSUM"], &rows);
    });
    Ok(())
}

fn diff(client: &Client, environment: &str, of: (u64, u64), output: Output) -> Result<()> {
    let answer = client.compare_generations(environment, of.0, of.1)?;
    output.answer(&answer, |output| {
        let changes = rows(&answer, "changes");
        if changes.is_empty() {
            output.line(format!("generations {} and {} run the same", of.0, of.1));
            return;
        }
        let row = |it: &Value| {
            vec![
                text(it, "change").to_owned(),
                text(it, "manifest_id").to_owned(),
                text(&it["from"], "version").to_owned(),
                text(&it["to"], "version").to_owned(),
            ]
        };
        let rows: Vec<_> = changes.iter().map(row).collect();
        output.table(&["CHANGE", "PACKAGE", "FROM", "TO"], &rows);
    });
    Ok(())
}

fn roll_back(client: &Client, environment: &str, number: u64, output: Output) -> Result<()> {
    let answer = client.restore_generation(environment, number)?;
    output.answer(&answer, |output| {
        let made = answer["generation"]["number"].as_u64();
        let made = made.map(|made| format!(", as generation {made}")).unwrap_or_default();
        output.marked(Mark::Done, format!("generation {number} is current again{made}"));
    });
    Ok(())
}
