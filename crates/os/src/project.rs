//! Projects in commands: opened, compiled in memory, problems printed.

use crate::cli::{OutputArgs, ProjectArgs, SpecArg};
use crate::config;
use crate::failure::{Failure, Silent};
use crate::output::{Mark, Output};
use anyhow::{Context, Result};
use os_compile::{CompileOptions, Compiled, Compiler, Diagnostic, Locations, Project, Spec};
use os_plan::diff::{Change, Difference};
use serde_json::{Value, json};
use std::borrow::Borrow;
use std::fs;
use std::path::Path;

/// Opens the project in the arguments, with a compiler for it.
pub fn open(arguments: &ProjectArgs, options: CompileOptions) -> Result<(Project, Compiler)> {
    let project = Project::open(&arguments.project).map_err(|error| {
        let hint = "create a project with `os init`, or pass the folder of one";
        Failure::new(error.to_string()).hint(hint)
    })?;
    let spec = match arguments.spec {
        SpecArg::BuiltIn => Spec::BuiltIn,
        SpecArg::Project => Spec::Project,
    };
    let epoch = config::source_date_epoch()?.saturating_mul(1000);
    Ok((
        project,
        Compiler::new(CompileOptions {
            spec,
            epoch,
            reader: Some(os_runtime::read_artifact),
            ..options
        }),
    ))
}

/// Returns options for callers that only need the artifact: warnings have no lines.
pub fn quick() -> CompileOptions {
    CompileOptions { locations: Locations::Errors, ..CompileOptions::default() }
}

/// Returns whether a path is a project: its folder or its config file.
pub fn is_project(path: &Path) -> bool {
    is_config(path) || (path.is_dir() && Project::open(path).is_ok())
}

fn is_config(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy());
    name.is_some_and(|name| name.starts_with("objectstack.config."))
}

/// Returns the failure for a folder without a project.
pub fn missing(folder: &Path) -> Failure {
    Failure::new(format!("{} is not a project: it has no objectstack.config.*", folder.display()))
        .hint("pass an artifact, or create a project with `os init`")
}

/// Compiles a project to an artifact and prints problems.
pub fn artifact(path: &Path, output: Output) -> Result<(Project, Value)> {
    let arguments = ProjectArgs {
        project: path.to_owned(),
        spec: SpecArg::BuiltIn,
        output: OutputArgs::default(),
    };
    let (project, mut compiler) = open(&arguments, quick())?;
    let artifact = compiled(&mut compiler, &project, output)?.artifact;
    Ok((project, artifact))
}

/// Reads an artifact from a file.
pub fn artifact_file(path: &Path) -> Result<Value> {
    let text =
        fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))?;
    Ok(serde_json::from_str(&text)
        .map_err(|error| Failure::new(format!("{} is not an artifact: {error}", path.display())))?)
}

/// Compiles a project and prints problems.
pub fn compiled(compiler: &mut Compiler, project: &Project, output: Output) -> Result<Compiled> {
    match compiler.compile(project) {
        Ok(compiled) => {
            if !output.is_json() {
                show(&compiled.warnings, output);
            }
            Ok(compiled)
        }
        Err(found) => {
            refuse(&found, output);
            Err(Silent.into())
        }
    }
}

fn refuse(found: &[Diagnostic], output: Output) {
    let (errors, warnings): (Vec<_>, Vec<_>) = found.iter().partition(|it| it.is_error());
    if output.is_json() {
        let error = format!("the project has {}", count(errors.len(), "error"));
        return output.record(&json!({
            "success": false, "error": error, "errors": errors, "warnings": warnings,
        }));
    }
    // Warnings are shown only with an artifact.
    show(&errors, output);
    output.marked(Mark::Failure, format!("{}, no artifact written", count(errors.len(), "error")));
}

/// The largest number of problems printed at once.
const MAX_PROBLEMS: usize = 50;

/// Prints problems with their lines.
pub fn show<D: Borrow<Diagnostic>>(found: &[D], output: Output) {
    for diagnostic in found.iter().take(MAX_PROBLEMS).map(Borrow::borrow) {
        output.diagnostic(diagnostic.is_error(), &diagnostic.to_string());
    }
    if let more @ 1.. = found.len().saturating_sub(MAX_PROBLEMS) {
        output.note(format!("… and {more} more; use `--json` for all of them"));
    }
}

/// `com.acme.crm 1.0.0`
pub fn named(artifact: &Value) -> String {
    let text = |key: &str| artifact["manifest"][key].as_str().unwrap_or("?");
    format!("{} {}", text("id"), text("version"))
}

/// `1 error`, `2 errors`
pub fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Formats a changed item as one line: `~ objects crm_account: label`.
pub fn difference(difference: &Difference) -> String {
    const SHOWN: usize = 5;
    let sign = match difference.change {
        Change::Added => '+',
        Change::Removed => '-',
        Change::Changed => '~',
    };
    let mut line = format!("{sign} {} {}", difference.collection, difference.name);
    if !difference.keys.is_empty() {
        let keys: Vec<_> = difference.keys.iter().take(SHOWN).map(String::as_str).collect();
        let more = if difference.keys.len() > SHOWN { ", …" } else { "" };
        line = format!("{}: {}{more}", line.trim_end(), keys.join(", "));
    }
    line.trim_end().to_owned()
}
