//! The rules of the house that the compiler cannot check.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::{Path, PathBuf};

/// No file of Rust is longer: it would not fit in a head.
const LONGEST_FILE: usize = 500;
/// Statements that the two databases cannot share. Raising it is a decision.
const STATEMENTS_PER_DIALECT: usize = 10;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Every file below `folder` with this ending, with its text.
fn files(folder: &Path, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_string_lossy().into_owned();
        if entry.is_dir() && !name.starts_with('.') && name != "target" && name != "node_modules" {
            found.extend(files(&entry, ending));
        } else if name.ends_with(ending) && entry.is_file() {
            let text = std::fs::read_to_string(&entry).unwrap();
            found.push((entry, text));
        }
    }
    found
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// Fails with all that was found, not the first only.
fn none(what: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut found = Vec::new();
    for (path, text) in files(&root().join("crates"), ".rs") {
        let lines = text.lines().count();
        if lines > LONGEST_FILE {
            found.push(format!("{} has {lines} lines", path.display()));
        }
        if matches!(name(&path).as_str(), "lib.rs" | "mod.rs" | "main.rs")
            && !text.starts_with("//!")
        {
            found.push(format!("{} does not begin with //!", path.display()));
        }
    }
    none("files", found);
}

#[test]
fn nouns_keep_rules_statements_and_doors_apart() {
    let mut found = Vec::new();
    for (path, text) in files(&root().join("crates/os-control/src"), ".rs") {
        let doors = matches!(name(&path).as_str(), "api.rs" | "console.rs");
        if doors && text.contains("sql::") {
            found.push(format!("{} calls statements; call a rule", path.display()));
        }
        if name(&path) == "sql.rs" && text.contains("axum") {
            found.push(format!("{} knows HTTP", path.display()));
        }
    }
    none("layers", found);
}

#[test]
fn statements_per_dialect_are_few() {
    let uses = files(&root().join("crates"), ".rs").into_iter().filter(|(path, _)| {
        let path = path.to_string_lossy();
        path.contains("/src/") && !path.contains("/os-db/")
    });
    let count: usize = uses.map(|(_, text)| text.matches("query_per_dialect(").count()).sum();
    assert!(count <= STATEMENTS_PER_DIALECT, "{count} statements are written twice");
}

#[test]
fn every_error_code_is_explained() {
    let explained = std::fs::read_to_string(root().join("docs/errors.md")).unwrap();
    let missing = os_control::Code::ALL.iter().map(|code| code.as_str());
    let missing = missing.filter(|code| !explained.contains(&format!("| `{code}` |")));
    none("codes without a line in docs/errors.md", missing.map(str::to_owned).collect());
}

#[test]
fn links_in_documents_lead_somewhere() {
    let mut found = Vec::new();
    for (path, text) in files(&root(), ".md") {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap();
            let elsewhere = target.is_empty() || target.contains(':') || target.starts_with('/');
            if !elsewhere && !path.parent().unwrap().join(target).exists() {
                found.push(format!("{}: {link}", path.display()));
            }
        }
    }
    none("links", found);
}

#[test]
fn nothing_is_unfinished() {
    let mut found = Vec::new();
    for (path, text) in files(&root().join("crates"), ".rs") {
        for macro_name in ["todo!(", "unimplemented!(", "dbg!("] {
            if text.contains(macro_name) && name(&path) != "tidy.rs" {
                found.push(format!("{}: {macro_name}", path.display()));
            }
        }
    }
    none("unfinished", found);
}

#[test]
fn one_crate_does_cryptography_for_tls() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for other in ["aws-lc-rs", "aws-lc-sys", "openssl-sys", "native-tls"] {
        assert!(!lock.contains(&format!("name = \"{other}\"")), "{other} is a second TLS provider");
    }
}
