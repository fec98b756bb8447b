//! `os generations …`: lists, compares and restores generations.

use super::people::People;
use super::{minute, note_if_more, rows, text};
use crate::cli::GenerationCommand;
use crate::output::{Mark, Output};
use crate::{environment, prompt};
use anyhow::Result;
use os_api::client::Client;
use serde_json::Value;

/// Runs a command.
pub fn run(command: GenerationCommand, output: Output) -> Result<()> {
    match command {
        GenerationCommand::List { limit, environment, common } => {
            let (client, environment) = environment::open(&common, &environment)?;
            list(&client, &environment, limit.limit, output)
        }
        GenerationCommand::Show { number, environment, common } => {
            let (client, environment) = environment::open(&common, &environment)?;
            show(&client, &environment, number, output)
        }
        GenerationCommand::Diff { from, to, environment, common } => {
            let (client, environment) = environment::open(&common, &environment)?;
            diff(&client, &environment, from, to, output)
        }
        GenerationCommand::Rollback { number, confirm, environment, common } => {
            let (client, environment) = environment::open(&common, &environment)?;
            let question = format!("restore generation {number}?");
            prompt::confirm(output, confirm, &question)?;
            roll_back(&client, &environment, number, output)
        }
    }
}

fn list(client: &Client, environment: &str, limit: usize, output: Output) -> Result<()> {
    let answer = client.generations(environment, limit)?;
    output.answer(&answer, |output| {
        let generations = rows(&answer, "generations");
        if generations.is_empty() {
            output.note("no generations yet; the first install creates one");
            return;
        }
        let people = People::known_to(client);
        let row = |it: &Value| {
            let current = if it["is_current"] == true { " (current)" } else { "" };
            vec![
                format!("{}{current}", it["number"]),
                minute(it, "created_at"),
                people.name(text(it, "created_by")),
                text(it, "cause").to_owned(),
            ]
        };
        let rows: Vec<_> = generations.iter().map(row).collect();
        output.table(&["GENERATION", "SINCE", "BY", "WHY"], &rows);
        note_if_more(&answer, output);
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
            ("By", People::known_to(client).name(text(generation, "created_by"))),
            ("Why", text(generation, "cause").to_owned()),
        ]);
        output.line("");
        let row = |it: &Value| {
            let checksum: String = text(it, "checksum").chars().take(16).collect();
            let state = if it["enabled"] == true { "enabled" } else { "disabled" };
            vec![
                text(it, "package_id").to_owned(),
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

fn diff(client: &Client, environment: &str, from: u64, to: u64, output: Output) -> Result<()> {
    let answer = client.compare_generations(environment, from, to)?;
    output.answer(&answer, |output| {
        let rows = changes(&answer);
        if rows.is_empty() {
            output.line(format!("generations {from} and {to} are equal"));
            return;
        }
        output.table(&["CHANGE", "PACKAGE", "FROM", "TO"], &rows);
    });
    Ok(())
}

/// Returns one row per change: change, package, from, to.
fn changes(diff: &Value) -> Vec<Vec<String>> {
    let line = |change: &str, it: &Value, from: &str, to: &str| {
        let cells = [change, text(it, "package_id"), text(it, from), text(it, to)];
        cells.map(str::to_owned).to_vec()
    };
    let mut lines = Vec::new();
    lines.extend(rows(diff, "added").iter().map(|it| line("added", it, "", "version")));
    lines.extend(rows(diff, "removed").iter().map(|it| line("removed", it, "version", "")));
    for change in ["upgraded", "downgraded"] {
        lines.extend(rows(diff, change).iter().map(|it| line(change, it, "from", "to")));
    }
    for change in ["enabled", "disabled"] {
        let ids = rows(diff, change).iter().filter_map(Value::as_str);
        lines.extend(ids.map(|id| vec![change.to_owned(), id.to_owned()]));
    }
    for it in rows(diff, "settings_changed") {
        let keys: Vec<_> = rows(it, "keys").iter().filter_map(Value::as_str).collect();
        lines.push(line(&format!("settings ({})", keys.join(", ")), it, "", ""));
    }
    lines
}

fn roll_back(client: &Client, environment: &str, number: u64, output: Output) -> Result<()> {
    let answer = client.restore_generation(environment, number)?;
    output.answer(&answer, |output| {
        let new = answer["generation"]["number"].as_u64();
        let new = new.map(|new| format!(" as generation {new}")).unwrap_or_default();
        output.marked(Mark::Done, format!("restored generation {number}{new}"));
    });
    Ok(())
}
