//! What comes into the build, and what must not come into the repository.

use crate::assert_none;
use crate::source;
use crate::tree;

/// Statements with a text per dialect, outside `os-db`. One more is one more place where the two
/// databases can come to differ: raise it in a change that says so in its title.
const MAX_QUERIES_PER_DIALECT: usize = 10;

/// A second provider of cryptography makes rustls panic; see `deny.toml`.
const FORBIDDEN_CRATES: &[&str] =
    &["aws-lc-rs", "aws-lc-sys", "native-tls", "openssl", "openssl-sys"];

#[test]
fn every_crate_comes_from_the_registry_and_one_provider_encrypts() {
    let mut wrong = Vec::new();
    for lock in ["Cargo.lock", "fuzz/Cargo.lock"] {
        for line in tree::read(lock).lines() {
            if let Some(name) = line.strip_prefix("name = ")
                && FORBIDDEN_CRATES.contains(&name.trim_matches('"'))
            {
                wrong.push(format!("{lock}: {name}"));
            }
            if line.starts_with("source = ") && !line.starts_with("source = \"registry+") {
                wrong.push(format!("{lock}: {line}"));
            }
        }
    }
    assert_none(
        wrong,
        "Find out with `cargo tree -i NAME` who brings it, and turn that feature off.",
    );
}

#[test]
fn the_two_databases_differ_in_few_places() {
    let mut found = Vec::new();
    for file in tree::rust().iter().filter(|file| !file.path.starts_with("crates/os-db/")) {
        let code = source::parse(&file.text).code;
        for (number, line) in code.lines().enumerate() {
            if line.contains("query_per_dialect(") {
                found.push(format!("{}:{}", file.path, number + 1));
            }
        }
    }
    let surplus = if found.len() > MAX_QUERIES_PER_DIALECT { found } else { Vec::new() };
    assert_none(surplus, "Write the statement once for both databases, or raise the limit.");
}

#[test]
fn no_local_path_is_named() {
    let paths = [concat!("/", "work/"), concat!("/", "farm/"), concat!("/", "root/")];
    let mut wrong = Vec::new();
    for file in tree::files() {
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
    assert_none(wrong, "Write a path that everybody has.");
}
