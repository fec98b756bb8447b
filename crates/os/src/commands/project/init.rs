//! `os init`

use crate::cli::{Init, TemplateArg};
use crate::failure::Failure;
use crate::output::{Mark, Output};
use anyhow::{Context, Result};
use os_compile::{TYPES_FILE, Template};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

/// Writes the files of a new project; never changes an existing file.
pub fn run(arguments: &Init, output: Output) -> Result<()> {
    let here = std::env::current_dir().context("could not read the current folder")?;
    let (name, folder) = match &arguments.name {
        Some(name) => (name.clone(), PathBuf::from(name)),
        None => (folder_name(&here), PathBuf::new()),
    };
    if arguments.types {
        return types(&folder, output);
    }
    let template = match arguments.template {
        TemplateArg::App => Template::App,
        TemplateArg::Plugin => Template::Plugin,
        TemplateArg::Empty => Template::Empty,
    };
    let base = Path::new(&name).file_name().and_then(|it| it.to_str()).unwrap_or(&name);
    let files = os_compile::scaffold(base, template).map_err(|error| {
        Failure::usage(format!("`{base}` does not make a valid id: {error}"))
            .hint("use letters, digits and hyphens, starting with a letter")
    })?;
    if let Some((taken, _)) = files.iter().find(|(file, _)| folder.join(file).exists()) {
        let taken = folder.join(taken);
        return Err(Failure::new(format!("{} already exists", taken.display()))
            .hint("use another name or an empty folder")
            .into());
    }
    for (file, text) in &files {
        let path = folder.join(file);
        let parent = path.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .with_context(|| format!("could not write {}", path.display()))?;
    }
    let written: Vec<_> = files.iter().map(|(file, _)| file).collect();
    output.answer(&json!({ "success": true, "folder": folder, "files": written }), |output| {
        for file in &written {
            output.line(format!("  {}", folder.join(file).display()));
        }
        output.marked(Mark::Done, format!("created {base}"));
        let enter =
            if folder.as_os_str().is_empty() { String::new() } else { format!("cd {name} && ") };
        output.hint(format!("{enter}os dev"));
    });
    Ok(())
}

/// Writes the types of this version of the program to a project.
fn types(folder: &Path, output: Output) -> Result<()> {
    let configs = ["objectstack.config.ts", "objectstack.config.js", "objectstack.config.mjs"];
    if !configs.iter().any(|config| folder.join(config).exists()) {
        return Err(Failure::new("no objectstack.config.ts found here")
            .hint("run it in the folder of a project, or name the project: os init my-app --types")
            .into());
    }
    let path = folder.join(TYPES_FILE);
    let parent = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(&path, os_compile::types()))
        .with_context(|| format!("could not write {}", path.display()))?;
    output.answer(&json!({ "success": true, "folder": folder, "files": [TYPES_FILE] }), |output| {
        output.marked(Mark::Done, format!("wrote {}", path.display()));
    });
    Ok(())
}

fn folder_name(folder: &Path) -> String {
    folder.file_name().and_then(|name| name.to_str()).unwrap_or("app").to_owned()
}
