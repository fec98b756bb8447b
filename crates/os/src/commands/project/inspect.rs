//! `os info` and `os diff`: the contents of projects and artifacts.

use crate::cli::{OutputArgs, ProjectArgs, SpecArg};
use crate::output::{Mark, Output};
use crate::project::{artifact_file, compiled, count, difference, is_project, open, quick};
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::path::Path;

/// Prints the contents of a project or artifact.
pub fn info(arguments: &ProjectArgs, output: Output) -> Result<()> {
    let artifact = read(arguments, output)?;
    let manifest = &artifact["manifest"];
    let mut counts = Map::new();
    for (collection, items) in artifact.as_object().into_iter().flatten() {
        let number = match items {
            Value::Array(items) => items.len(),
            Value::Object(items) if collection == "functions" => items.len(),
            _ => continue,
        };
        counts.insert(collection.clone(), number.into());
    }
    output.answer(&json!({ "manifest": manifest, "counts": counts }), |output| {
        let facts = ["id", "name", "version", "namespace", "type", "description"];
        let fact = |name| (name, manifest[name].as_str().unwrap_or_default().to_owned());
        output.facts(&facts.map(fact));
        let row = |(name, number): (&String, &Value)| vec![name.clone(), number.to_string()];
        output.table(&["COLLECTION", "ITEMS"], &counts.iter().map(row).collect::<Vec<_>>());
    });
    Ok(())
}

/// Prints the differences between two projects or artifacts.
pub fn diff(before: &Path, after: &Path, output: Output) -> Result<()> {
    let arguments = |project: &Path| ProjectArgs {
        project: project.to_owned(),
        spec: SpecArg::BuiltIn,
        output: OutputArgs::default(),
    };
    let found =
        os_plan::diff::diff(&read(&arguments(before), output)?, &read(&arguments(after), output)?);
    output.answer(&json!({ "success": true, "changes": found }), |output| {
        for changed in &found {
            output.line(difference(changed));
        }
        match found.len() {
            0 => output.marked(Mark::Done, "no changes"),
            number => output.marked(Mark::Done, count(number, "change")),
        }
    });
    Ok(())
}

/// Reads an artifact from a file, or compiles a project.
fn read(arguments: &ProjectArgs, output: Output) -> Result<Value> {
    let path = &arguments.project;
    if path.extension().is_some_and(|it| it == "json") && !is_project(path) {
        return artifact_file(path);
    }
    let (project, mut compiler) = open(arguments, quick())?;
    Ok(compiled(&mut compiler, &project, output)?.artifact)
}
