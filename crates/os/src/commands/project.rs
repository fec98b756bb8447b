//! Commands about projects: create, compile, check, inspect.

mod init;
mod inspect;
mod watch;

use crate::cli::{Compile, ProjectArgs, ProjectCommand};
use crate::failure::Silent;
use crate::output::{Mark, Output};
use crate::project::{compiled, count, named, open, quick};
use crate::server;
use anyhow::{Context, Result};
use os_compile::{
    ACCESS_MATRIX_FILE, Access, AccessMatrix, CompileOptions, Compiled, Handlers, Project,
};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Runs a command about a project.
pub fn run(command: &ProjectCommand, output: Output) -> Result<()> {
    match command {
        ProjectCommand::Init(arguments) => init::run(arguments, output),
        ProjectCommand::Dev(arguments) => server::dev::run(arguments, output),
        ProjectCommand::Compile(arguments) if arguments.watch => watch::run(arguments, output),
        ProjectCommand::Compile(arguments) => compile(arguments, output),
        ProjectCommand::Validate(arguments) => check(arguments, false, output),
        ProjectCommand::Lint(arguments) => check(arguments, true, output),
        ProjectCommand::Info(arguments) => inspect::info(arguments, output),
        ProjectCommand::Diff { before, after, .. } => inspect::diff(before, after, output),
    }
}

fn compile(arguments: &Compile, output: Output) -> Result<()> {
    if arguments.runtime_bundle {
        output.warn("handlers are not bundled: they are stored and do not run");
    }
    let (project, mut compiler) = open(&arguments.project, options(arguments))?;
    let started = Instant::now();
    let compiled = compiled(&mut compiler, &project, output)?;
    let artifact = artifact_path(arguments, &project);
    let size = write(&compiled, &artifact)?;
    if arguments.update_access_matrix {
        let matrix = AccessMatrix::of(&compiled.artifact);
        replace(&project.root().join(ACCESS_MATRIX_FILE), &matrix.to_text())?;
    }
    report(&compiled, &artifact, size, started, output);
    Ok(())
}

/// Returns the compiler options for an artifact.
fn options(arguments: &Compile) -> CompileOptions {
    let access = if arguments.update_access_matrix { Access::Any } else { Access::Reviewed };
    let handlers = if arguments.strict_body { Handlers::Data } else { Handlers::Any };
    CompileOptions { access, handlers, ..quick() }
}

fn check(arguments: &ProjectArgs, strict: bool, output: Output) -> Result<()> {
    let (project, mut compiler) = open(arguments, CompileOptions::default())?;
    let compiled = compiled(&mut compiler, &project, output)?;
    let warnings = &compiled.warnings;
    // What a runtime does not do is no mistake of the project.
    let strict_on = warnings.iter().filter(|it| it.rule != "no-effect").count();
    let fine = !strict || strict_on == 0;
    output.answer(&json!({ "success": fine, "warnings": warnings }), |output| match fine {
        true => {
            output.marked(Mark::Done, format!("{}: no problems found", named(&compiled.artifact)))
        }
        false => output.marked(Mark::Failure, format!("{} found", count(strict_on, "warning"))),
    });
    if fine { Ok(()) } else { Err(Silent.into()) }
}

/// Returns the file to write the artifact to: from `-o`, else in the project.
fn artifact_path(arguments: &Compile, project: &Project) -> PathBuf {
    let otherwise = || project.root().join("dist/objectstack.json");
    arguments.artifact.clone().unwrap_or_else(otherwise)
}

fn write(compiled: &Compiled, artifact: &Path) -> Result<usize> {
    let text = serde_json::to_string_pretty(&compiled.artifact)
        .context("could not serialize the artifact")?;
    let folder = artifact.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder)
        .with_context(|| format!("could not create the folder {}", folder.display()))?;
    replace(artifact, &text)?;
    Ok(text.len())
}

/// Replaces a file atomically.
fn replace(file: &Path, text: &str) -> Result<()> {
    let next = file.with_extension(format!("{}.tmp", std::process::id()));
    fs::write(&next, text)
        .and_then(|()| fs::rename(&next, file))
        .with_context(|| format!("could not write {}", file.display()))
}

fn report(compiled: &Compiled, artifact: &Path, size: usize, started: Instant, output: Output) {
    let duration = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let answer = json!({
        "success": true, "output": artifact, "size": size, "duration": duration,
        "files": compiled.files.len(), "warnings": compiled.warnings,
    });
    output.answer(&answer, |output| {
        let facts = format!(
            "{} → {} ({} kB, {duration} ms)",
            named(&compiled.artifact),
            shown(artifact),
            size.div_ceil(1000)
        );
        output.marked(Mark::Done, facts);
        if compiled.warnings.iter().any(|it| it.path.is_some() && it.location.is_none()) {
            output.hint("`os lint` shows the warnings with their lines");
        }
    });
}

/// Displays a path relative to the current folder if it is inside it.
fn shown(path: &Path) -> std::path::Display<'_> {
    let here = std::env::current_dir().and_then(fs::canonicalize);
    here.ok().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path).display()
}
