//! The files of the repository.

use std::fs;
use std::path::{Path, PathBuf};

/// Beside the repository's files; a target folder by any other name holds a `CACHEDIR.TAG`.
const NOT_OURS: &[&str] = &[".git", ".objectstack", "node_modules", "target"];

/// A text file of the repository.
pub struct File {
    /// From the root of the repository, with `/`.
    pub path: String,
    pub text: String,
}

impl File {
    /// Whether this is the last segment of the path.
    pub fn is(&self, name: &str) -> bool {
        self.path.rsplit('/').next() == Some(name)
    }

    /// Whether it holds tests, benches or what they need.
    pub fn is_test(&self) -> bool {
        let folders = ["/tests/", "/benches/", "crates/os-test/"];
        let names = ["/tests.rs", "_tests.rs", "/test.rs", "/build.rs"];
        folders.iter().any(|folder| self.path.contains(folder))
            || names.iter().any(|name| self.path.ends_with(name))
    }

    /// The name of the crate: `os-api` of `crates/os-api/src/lib.rs`.
    pub fn krate(&self) -> &str {
        self.path.split('/').nth(1).unwrap_or_default()
    }
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The text of a file that must exist.
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The Rust files of all crates, and of the fuzzer.
pub fn rust() -> Vec<File> {
    let is_ours = |path: &str| ["crates/", "fuzz/src/"].iter().any(|it| path.starts_with(it));
    let all = files().into_iter();
    all.filter(|file| is_ours(&file.path) && file.path.ends_with(".rs")).collect()
}

/// The Rust files of all crates, without tests and benches.
pub fn sources() -> Vec<File> {
    let all = rust().into_iter();
    let is_source = |file: &File| file.path.starts_with("crates/") && file.path.contains("/src/");
    all.filter(|file| is_source(file) && !file.is_test()).collect()
}

/// Every text file of the repository, except what is built, installed or stored beside it.
pub fn files() -> Vec<File> {
    let mut found = Vec::new();
    collect(&root(), "", &mut found);
    assert!(found.len() > 50, "the repository has moved: {} files", found.len());
    found.sort_by(|a, b| a.path.cmp(&b.path));
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
