//! How fast a project becomes an artifact, beside the npm CLI.
//!
//!     cargo bench -p os --bench compile
//!
//! `PEER_MODULES` names a `node_modules` folder with the npm CLI, `PEER_EXAMPLES` a folder with
//! projects that it can compile. What is not there is left out. Ours and theirs are whole processes,
//! taken in turn; a figure is a median.

#![allow(clippy::disallowed_methods, reason = "the switches of the benchmark are variables")]
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints a table")]

mod process;
mod rebuild;
#[allow(dead_code, reason = "rates and ratios are for the benches of servers")]
#[path = "../control/table.rs"]
mod table;

use process::{Run, Spent};
use std::path::{Path, PathBuf};

/// As the program itself has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 15;
/// Theirs take seconds.
const PEER_ROUNDS: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    if arguments.first().is_some_and(|it| it == process::WRAPPER) {
        return process::wrapped(&arguments[1..]);
    }
    let folder = tempfile::tempdir().unwrap();
    let projects = projects(folder.path());
    print_processes(&projects, folder.path());
    rebuild::run(&projects);
}

/// What is compiled, the smallest first.
fn projects(scratch: &Path) -> Vec<(String, PathBuf)> {
    let smallest = scratch.join("smallest");
    Run::ours(scratch).args(["init", "smallest", "-t", "app"]).spend();
    if let Some(modules) = process::peer_modules() {
        std::os::unix::fs::symlink(modules, smallest.join("node_modules")).unwrap();
    }
    let mut projects = vec![("os init".to_owned(), smallest)];
    let examples = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples"));
    let theirs = std::env::var_os("PEER_EXAMPLES").map(PathBuf::from);
    for parent in [Some(examples), theirs].into_iter().flatten() {
        let entries = std::fs::read_dir(parent).unwrap().map(|entry| entry.unwrap().path());
        let mut found: Vec<_> =
            entries.filter(|it| it.join("objectstack.config.ts").is_file()).collect();
        found.sort();
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        projects.extend(found.into_iter().map(|path| (name(&path), path)));
    }
    projects
}

fn print_processes(projects: &[(String, PathBuf)], scratch: &Path) {
    let mut rows = Vec::new();
    for (name, folder) in projects {
        let artifact = scratch.join("artifact.json");
        let arguments = ["compile", "-o", artifact.to_str().unwrap()];
        let (ours, theirs) = both(folder, &arguments);
        let size = std::fs::metadata(&artifact).map_or(0, |it| it.len());
        rows.push(row(format!("compile {name}, {} kB", size / 1000), ours, theirs));
    }
    let (ours, theirs) = both(scratch, &["--version"]);
    rows.push(row("--version".to_owned(), ours, theirs));
    let head = ["whole process", "ours", "peak", "npm", "peak", "faster"];
    table::print("From a project to an artifact", &head, &rows);
}

/// Ours, and theirs where they are there, in turn.
fn both(folder: &Path, arguments: &[&str]) -> (Spent, Option<Spent>) {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        ours.push(Run::ours(folder).args(arguments).spend());
        if round < PEER_ROUNDS
            && let Some(run) = Run::theirs(folder)
        {
            theirs.extend(run.args(arguments).spend_if_it_can());
        }
    }
    (Spent::median(&ours).unwrap(), Spent::median(&theirs))
}

fn row(name: String, ours: Spent, theirs: Option<Spent>) -> Vec<String> {
    let mb = |spent: Spent| format!("{:.1} MB", spent.peak / 1e6);
    vec![
        name,
        table::ms(ours.wall),
        mb(ours),
        theirs.map(|it| table::ms(it.wall)).unwrap_or_default(),
        theirs.map(mb).unwrap_or_default(),
        theirs.map(|it| format!("{:.0}x", it.wall / ours.wall)).unwrap_or_default(),
    ]
}
