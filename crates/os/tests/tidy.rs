//! The rules of the house that the compiler cannot check, and the links of the documents.

use std::fs;
use std::path::{Path, PathBuf};

/// Statements with a text per dialect, outside `os-db`. One more is one more place where the two
/// databases can come to differ: raise it in a change that says so in its title.
const QUERIES_PER_DIALECT: usize = 10;

/// A second provider of cryptography makes rustls panic; see `deny.toml`.
const FORBIDDEN_CRATES: &[&str] =
    &["aws-lc-rs", "aws-lc-sys", "native-tls", "openssl", "openssl-sys"];

#[test]
fn every_crate_and_every_noun_says_what_it_is() {
    let mut wrong = Vec::new();
    for file in rust() {
        let opens = file.is("lib.rs") || file.is("main.rs") || file.is("mod.rs");
        if opens && !file.text.starts_with("//!") {
            wrong.push(format!("{} does not start with `//!`", file.path));
        }
    }
    assert_none(wrong);
}

#[test]
fn handlers_hold_no_statements_and_statements_know_no_http() {
    let mut wrong = Vec::new();
    for file in rust() {
        if file.is("api.rs") || file.is("console.rs") {
            wrong.extend(file.code_with("sql::"));
        }
        if file.is("sql.rs") {
            wrong.extend(file.code_with("axum"));
        }
    }
    assert_none(wrong);
}

#[test]
fn no_file_is_longer_than_500_lines() {
    let long = rust().into_iter().filter(|file| file.text.lines().count() > 500);
    assert_none(long.map(|file| format!("{} has more than 500 lines", file.path)).collect());
}

#[test]
fn the_two_databases_differ_in_few_places() {
    let mut found = Vec::new();
    for file in rust().iter().filter(|file| !file.path.starts_with("crates/os-db/")) {
        found.extend(file.code_with(concat!("query_per_dialect", "(")));
    }
    assert!(
        found.len() <= QUERIES_PER_DIALECT,
        "{} statements have a text per dialect, {QUERIES_PER_DIALECT} are allowed:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
fn nothing_is_unfinished() {
    let mut wrong = Vec::new();
    for file in rust() {
        for name in ["todo", "unimplemented", "dbg"] {
            wrong.extend(file.code_with(&format!("{name}!(")));
        }
    }
    assert_none(wrong);
}

#[test]
fn every_error_code_is_in_the_documents() {
    let document = fs::read_to_string(root().join("docs/errors.md")).expect("the error codes");
    let of_control = os_control::Code::ALL.iter().map(|code| code.as_str());
    let of_runtime = os_runtime::Code::ALL.iter().map(|code| code.as_str());
    let codes = of_control.chain(of_runtime);
    let unknown = codes.filter(|code| !document.contains(&format!("| `{code}` |")));
    assert_none(unknown.map(|code| format!("`{code}` has no line in docs/errors.md")).collect());
}

#[test]
fn links_in_documents_lead_somewhere() {
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| file.path.ends_with(".md")) {
        let folder = root().join(&file.path).parent().expect("a file is in a folder").to_owned();
        for target in links(&file.text) {
            let path = target.split('#').next().unwrap_or_default();
            if !path.is_empty() && !folder.join(path).exists() {
                wrong.push(format!("{}: {target}", file.path));
            }
        }
    }
    assert_none(wrong);
}

#[test]
fn no_path_of_somebodys_machine_is_named() {
    let paths = [concat!("/", "work/"), concat!("/", "farm/"), concat!("/", "root/")];
    let mut wrong = Vec::new();
    for file in files() {
        for (number, line) in file.text.lines().enumerate() {
            let named = paths.iter().any(|path| {
                let mut before = line.match_indices(path).map(|(at, _)| line[..at].chars().last());
                before.any(|c| !c.is_some_and(|c| c.is_alphanumeric() || "_-.}~".contains(c)))
            });
            if named {
                wrong.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
            }
        }
    }
    assert_none(wrong);
}

#[test]
fn every_crate_comes_from_the_registry_and_one_provider_encrypts() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).expect("the lock file");
    let mut wrong = Vec::new();
    for line in lock.lines() {
        if let Some(name) = line.strip_prefix("name = ")
            && FORBIDDEN_CRATES.contains(&name.trim_matches('"'))
        {
            wrong.push(format!("{name} is in Cargo.lock"));
        }
        if line.starts_with("source = ") && !line.starts_with("source = \"registry+") {
            wrong.push(format!("{line} in Cargo.lock"));
        }
    }
    assert_none(wrong);
}

// ---- Reading the tree

/// Beside the repository's files; a target folder by any other name holds a `CACHEDIR.TAG`.
const NOT_OURS: &[&str] = &[".git", ".objectstack", "node_modules", "target"];

struct File {
    /// From the root of the repository, with `/`.
    path: String,
    text: String,
}

impl File {
    fn is(&self, name: &str) -> bool {
        self.path.rsplit('/').next() == Some(name)
    }

    /// The lines that are not comments and contain `what`.
    fn code_with(&self, what: &str) -> Vec<String> {
        let lines = self.text.lines().map(str::trim).enumerate();
        lines
            .filter(|(_, line)| !line.starts_with("//") && line.contains(what))
            .map(|(number, line)| format!("{}:{}: {line}", self.path, number + 1))
            .collect()
    }
}

fn assert_none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn rust() -> Vec<File> {
    let all = files().into_iter();
    all.filter(|file| file.path.starts_with("crates/") && file.path.ends_with(".rs")).collect()
}

/// Every text file of the repository, less what is built, installed or stored beside it.
fn files() -> Vec<File> {
    let mut found = Vec::new();
    collect(&root(), "", &mut found);
    assert!(found.len() > 50, "the repository has moved: {} files", found.len());
    found
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<File>) {
    for entry in fs::read_dir(folder).expect("a folder of the repository") {
        let entry = entry.expect("an entry of a folder");
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().expect("the kind of a file");
        let path = format!("{prefix}{name}");
        if NOT_OURS.contains(&&*name) || entry.path().join("CACHEDIR.TAG").exists() {
            continue;
        }
        if kind.is_dir() {
            collect(&entry.path(), &format!("{path}/"), found);
        } else if kind.is_file()
            && let Ok(text) = fs::read_to_string(entry.path())
        {
            found.push(File { path, text });
        }
    }
}

/// Targets of `[text](target)` and `[name]: target` outside code, less those on the web.
fn links(markdown: &str) -> Vec<&str> {
    let mut targets = Vec::new();
    let mut in_code = false;
    for line in markdown.lines() {
        in_code ^= line.trim_start().starts_with("```");
        if in_code {
            continue;
        }
        if line.starts_with('[')
            && let Some((_, target)) = line.split_once("]: ")
        {
            targets.push(target.trim());
        }
        for rest in line.split("](").skip(1) {
            targets.extend(rest.split([')', ' ']).next());
        }
    }
    let on_web = |target: &&str| target.contains(':') || target.starts_with('/');
    targets.retain(|target| !on_web(target));
    targets
}
