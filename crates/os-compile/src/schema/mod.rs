//! Checks a stack: every metadata type, its fields, and their defaults.
//!
//! **Invariant:** the result depends on the stack alone, takes bounded time, and checking it again
//! changes nothing.
//!
//! `table` lists what may stand where; `validator` walks a stack along it; `rewrite` brings short
//! forms into the long one; `rules` check one place beyond what the table can say; `lints` check
//! the package as a whole; `types` writes the table as TypeScript for editors.

#[cfg(test)]
mod effects;
mod explain;
mod format;
mod lints;
mod problem;
mod rewrite;
mod rules;
mod table;
mod types;
mod validator;
mod value;

use crate::diagnostic::Diagnostic;
pub use lints::suggested_id;
use problem::Problem;
use serde_json::Value;
use table::TABLE;
pub use types::types;
use validator::Validator;

/// Levels of nesting that a stack may have.
const MAX_DEPTH: usize = 100;

/// Checks a normalised stack and fills in defaults (docs/wire/artifact.md#collections).
///
/// Returns the problems by path. A stack with an error is returned as it was. The lints
/// (docs/wire/names.md#namespaces, docs/wire/compile.md#author-rules) run once every place is
/// valid.
pub fn check(stack: Value) -> (Value, Vec<Diagnostic>) {
    if deeper_than(&stack, MAX_DEPTH) {
        let message = format!("the stack is nested deeper than {MAX_DEPTH} levels");
        let help = "look for a value that holds itself, or flatten it";
        return (stack, vec![Diagnostic::error("schema", message).help(help)]);
    }
    let mut validator = Validator::default();
    let complete = validator.value(TABLE.roots.stack, &stack);
    let problems = validator.problems.into_iter().map(diagnostic(Diagnostic::error));
    let notes = validator.notes.into_iter().map(diagnostic(Diagnostic::warning));
    let mut found: Vec<_> = problems.chain(notes).collect();
    if found.iter().any(Diagnostic::is_error) {
        return (stack, found);
    }
    found.extend(lints::check(&complete));
    (complete, found)
}

fn diagnostic(
    severity: fn(&str, String) -> Diagnostic,
) -> impl Fn((String, Problem)) -> Diagnostic {
    move |(path, Problem { message, help })| Diagnostic {
        help,
        ..severity("schema", message).path(path)
    }
}

/// Returns whether a value is nested deeper than `levels`; looks no deeper than that.
fn deeper_than(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(_) | Value::Object(_) if levels == 0 => true,
        Value::Array(items) => items.iter().any(|item| deeper_than(item, levels - 1)),
        Value::Object(map) => map.values().any(|item| deeper_than(item, levels - 1)),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
