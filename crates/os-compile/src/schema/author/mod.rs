//! What must hold in a package as a whole (contract §4.8, §5.9).
//!
//! **Invariant:** each rule has a name, which is the original's where it has the same rule; errors
//! prevent an artifact, warnings do not. Everything a rule looks up is in [`Package`], made once:
//! a rule passes over what it judges once, and never over one list for each entry of another.

mod action;
mod ai;
mod analytics;
mod capability;
mod chart;
mod complete;
mod expression;
mod filter;
mod flow;
mod flow_graph;
mod flow_route;
mod form;
mod name;
mod navigation;
mod null_guard;
mod object;
mod package;
mod page;
mod reference;
mod security;
mod seed;
mod sharing;
mod site;
mod translation;
mod view;

use crate::diagnostic::Diagnostic;
use package::Package;
use serde_json::Value;

/// Judges a stack whose every place is right.
pub fn judge(stack: &Value) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let package = Package::new(stack);
    name::judge(stack, &mut found);
    reference::judge(stack, &mut found);
    capability::judge(stack, &mut found);
    translation::judge(stack, &mut found);
    object::judge(&package, &mut found);
    complete::judge(&package, &mut found);
    expression::judge(&package, &mut found);
    view::judge(&package, &mut found);
    analytics::judge(&package, &mut found);
    chart::judge(&package, &mut found);
    action::judge(&package, &mut found);
    page::judge(&package, &mut found);
    ai::judge(stack, &mut found);
    navigation::judge(&package, &mut found);
    flow::judge(&package, &mut found);
    security::judge(&package, &mut found);
    sharing::judge(&package, &mut found);
    seed::judge(&package, &mut found);
    filter::judge(stack, &mut found);
    found
}

/// The rule that refuses an expression.
const INVALID: &str = "expression-invalid";

/// Something that prevents an artifact.
fn error(
    rule: &str,
    path: impl Into<String>,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Diagnostic {
    Diagnostic::error(rule, message).help(help).path(path)
}

/// Something that an author should know.
fn warning(
    rule: &str,
    path: impl Into<String>,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Diagnostic {
    Diagnostic::warning(rule, message).help(help).path(path)
}

/// The entries of a list under a key; none where there is no list.
fn entries<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The members of a map under a key; none where there is no map.
fn members<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    value[key].as_object().into_iter().flatten()
}

/// A text under a key; empty where there is none.
fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// Whether a name is made when it is used: `{object}`, `${object}`.
fn is_made(name: &str) -> bool {
    name.contains('{')
}

/// Objects of the platform, which every package may use.
fn is_platform(name: &str) -> bool {
    ["sys_", "cloud_", "ai_"].iter().any(|prefix| name.starts_with(prefix))
}

/// What to write instead of a name: the nearest, or what there is.
fn instead<'n>(wanted: &str, names: impl Iterator<Item = &'n str>) -> String {
    /// Among more names nobody looks for the nearest.
    const COMPARED: usize = 1000;
    let mut names: Vec<_> = names.take(COMPARED).collect();
    names.sort_unstable();
    if let Some(near) = crate::suggest::nearest(wanted, names.iter().copied()) {
        return format!("did you mean '{near}'?");
    }
    const SHOWN: usize = 8;
    match names.len() {
        0 => "there is none; remove it".to_owned(),
        1..=SHOWN => format!("there is {}", names.join(", ")),
        more => format!("there is {} and {} others", names[..SHOWN].join(", "), more - SHOWN),
    }
}

#[cfg(test)]
mod tests;
