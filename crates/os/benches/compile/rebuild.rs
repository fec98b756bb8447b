//! A change in one file, for a compiler that knows the rest of the project.

use crate::table;
use os_compile::{CompileOptions, Compiler, Locations, Project};
use std::path::{Path, PathBuf};
use std::time::Instant;

const ROUNDS: usize = 21;

pub fn run(projects: &[(String, PathBuf)]) {
    let rows: Vec<_> = projects
        .iter()
        .map(|(name, folder)| vec![name.clone(), table::ms(measure(folder))])
        .collect();
    let head = ["a change in one file", "compile again"];
    table::print("In one process, as `os dev` does", &head, &rows);
}

/// The median, in milliseconds, of compiling a copy of a project after each of many changes.
fn measure(folder: &Path) -> f64 {
    let copy = tempfile::tempdir().unwrap();
    copy_sources(folder, copy.path());
    let project = Project::open(copy.path()).unwrap();
    let options = CompileOptions { locations: Locations::Errors, ..CompileOptions::default() };
    let mut compiler = Compiler::new(options);
    let files = compiler.compile(&project).unwrap().files;
    let sources: Vec<_> = files.iter().filter(|it| it.ends_with(".ts")).collect();
    let changed = |round: usize| {
        let file = copy.path().join(sources[round % sources.len()]);
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{text}\n// changed\n")).unwrap();
        let started = Instant::now();
        compiler.compile(&project).unwrap();
        started.elapsed().as_secs_f64() * 1e3
    };
    table::median((0..ROUNDS).map(changed).collect())
}

/// Everything but what package managers and compilers put beside it.
fn copy_sources(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_name().to_str() {
            Some("node_modules" | "dist" | ".objectstack") => {}
            _ if entry.file_type().unwrap().is_dir() => copy_sources(&entry.path(), &target),
            _ => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}
