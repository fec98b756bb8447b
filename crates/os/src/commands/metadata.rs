//! `os meta …`: the metadata of installed packages.

use super::runtime::{ask, client};
use super::{rows, text};
use crate::cli::{Format, MetaCommand};
use crate::output::Output;
use anyhow::Result;
use serde_json::Value;

/// Runs `os meta …`.
pub fn run(command: &MetaCommand, output: Output) -> Result<()> {
    let client = client(&command.common().connection)?;
    match command {
        MetaCommand::List { kind: None, .. } => {
            let answer = ask(client.metadata_types())?;
            output.answer(&answer, |output| {
                for kind in rows(&answer, "types").iter().filter_map(Value::as_str) {
                    output.line(kind);
                }
            });
        }
        MetaCommand::List { kind: Some(kind), .. } => {
            let answer = ask(client.metadata(kind))?;
            output.answer(&answer, |output| list(&answer, kind, output));
        }
        MetaCommand::Get { kind, name, common } => {
            let answer = ask(client.metadata_item(kind, name))?;
            output.answer(&answer, |output| match common.format {
                Some(Format::Table) => facts(&answer["item"], output),
                _ => output.line(format!("{answer:#}")),
            });
        }
    }
    Ok(())
}

fn list(answer: &Value, kind: &str, output: Output) {
    let items = rows(answer, "items");
    if items.is_empty() {
        output.note(format!("no metadata of the kind `{kind}`"));
        return;
    }
    let row =
        |it: &Value| ["name", "label", "_packageId"].map(|name| text(it, name).to_owned()).to_vec();
    let rows: Vec<_> = items.iter().map(row).collect();
    output.table(&["NAME", "LABEL", "PACKAGE"], &rows);
}

/// Prints the scalar members of an item; `--json` shows the others.
fn facts(item: &Value, output: Output) {
    let members = item.as_object().into_iter().flatten();
    let plain = members.filter_map(|(name, value)| match value {
        Value::String(text) => Some((name.as_str(), text.clone())),
        Value::Bool(_) | Value::Number(_) => Some((name.as_str(), value.to_string())),
        _ => None,
    });
    output.facts(&plain.collect::<Vec<_>>());
}
