//! The rules of the repository that the compiler cannot check.
//!
//! Each check names the file and the line, and says what to do. A rule that needs an exception
//! has a list beside it, with a reason for each entry.

mod clock;
mod codes;
mod effects;
mod form;
mod imports;
mod links;
mod secrets;
mod source;
mod statements;
mod supply;
mod tree;
mod walls;
mod words;

/// Fails with all findings and the remedy.
#[track_caller]
fn assert_none(findings: Vec<String>, remedy: &str) {
    assert!(findings.is_empty(), "\n{}\n\n{remedy}\n", findings.join("\n"));
}
