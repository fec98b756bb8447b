//! What must hold in a package as a whole (contract §4.8, §5.9).
//!
//! **Invariant:** each rule has a name; errors prevent an artifact, warnings do not.

mod capability;
mod name;
mod reference;
mod translation;

use crate::diagnostic::Diagnostic;
use serde_json::Value;

/// Judges a stack whose every place is right.
pub fn judge(stack: &Value) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    name::judge(stack, &mut found);
    reference::judge(stack, &mut found);
    capability::judge(stack, &mut found);
    translation::judge(stack, &mut found);
    found
}

/// The entries of a list under a key; none where there is no list.
fn entries<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A text under a key; empty where there is none.
fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// Objects of the platform, which every package may use.
fn is_platform(name: &str) -> bool {
    ["sys_", "cloud_", "ai_"].iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests;
