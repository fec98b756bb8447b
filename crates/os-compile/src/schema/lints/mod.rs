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
use os_package::system;
use package::Package;
use serde_json::Value;

/// Judges a stack whose every place is right.
pub fn check(stack: &Value) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let package = Package::new(stack);
    name::check(stack, &mut found);
    reference::check(stack, &mut found);
    capability::check(stack, &mut found);
    translation::check(stack, &mut found);
    object::check(&package, &mut found);
    complete::check(&package, &mut found);
    expression::check(&package, &mut found);
    view::check(&package, &mut found);
    analytics::check(&package, &mut found);
    chart::check(&package, &mut found);
    action::check(&package, &mut found);
    page::check(&package, &mut found);
    ai::check(stack, &mut found);
    navigation::check(&package, &mut found);
    flow::check(&package, &mut found);
    security::check(&package, &mut found);
    sharing::check(&package, &mut found);
    seed::check(&package, &mut found);
    filter::check(stack, &mut found);
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

/// Whether a name is filled in when it is used: `{object}`, `${object}`.
fn is_template(name: &str) -> bool {
    name.contains('{')
}

/// Warns of a name with a prefix of the platform that no object of the platform has.
fn check_platform_object(name: &str, path: impl Into<String>, found: &mut Vec<Diagnostic>) {
    if !system::has_prefix(name) || system::is_known(name) || is_template(name) {
        return;
    }
    let message = format!("the platform has no object '{name}', and neither has this package");
    let help = match crate::suggest::nearest(name, system::names()) {
        Some(near) => format!("did you mean '{near}'?"),
        None => "name an object of this package or of the platform, such as 'sys_user'".to_owned(),
    };
    found.push(warning("object-reference-unregistered-platform", path, message, help));
}

/// What to write instead of a name: the nearest, or what there is.
fn suggestion<'n>(wanted: &str, names: impl Iterator<Item = &'n str>) -> String {
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
