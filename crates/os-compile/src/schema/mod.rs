//! What a stack may say: every metadata type, its fields, their defaults.
//!
//! **Invariant:** the answer depends on the stack alone, takes bounded time, and checking it once
//! more changes nothing.
//!
//! `table` is the list of what may stand where, `pass` walks a stack along it, `rules` judge what
//! no list can say of one place, and `author` what no place can say of the whole package.

mod author;
mod explain;
mod fault;
mod format;
mod pass;
mod rules;
mod table;
mod turn;
mod types;

use crate::diagnostic::Diagnostic;
use fault::Fault;
use pass::Pass;
use serde_json::Value;
use table::TABLE;
pub use types::types;

/// How deep a stack may be nested.
const DEPTH: usize = 100;

/// Checks a normalised stack and fills in what it leaves to defaults (contract §5.3).
///
/// What is wrong is listed by path, and is still in the stack that comes back. The rules for a
/// whole package (contract §4.8, §5.9) are asked when each place in it is right.
pub fn check(stack: Value) -> (Value, Vec<Diagnostic>) {
    if deeper_than(&stack, DEPTH) {
        let message = format!("the stack is nested deeper than {DEPTH} levels");
        let help = "look for a value that holds itself, or flatten it";
        return (stack, vec![Diagnostic::error("schema", message).help(help)]);
    }
    let mut pass = Pass::default();
    let out = pass.value(TABLE.roots.stack, &stack);
    let mut found: Vec<_> = pass.problems.into_iter().map(told(Diagnostic::error)).collect();
    found.extend(pass.notes.into_iter().map(told(Diagnostic::warning)));
    if found.iter().any(Diagnostic::is_error) {
        return (stack, found);
    }
    found.extend(author::judge(&out));
    (out, found)
}

fn told(severity: fn(&str, String) -> Diagnostic) -> impl Fn((String, Fault)) -> Diagnostic {
    move |(path, Fault { message, help })| Diagnostic {
        help,
        ..severity("schema", message).path(path)
    }
}

/// Whether a value is nested too deep, without going deeper than that.
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
