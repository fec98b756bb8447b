//! Lints: checks of a package as a whole (docs/wire/names.md#namespaces,
//! docs/wire/compile.md#author-rules).
//!
//! **Invariant:** each lint has a name of [`crate::RULES`], which is the original's where it has the
//! same one; errors prevent an artifact, warnings do not. Everything a lint looks up is in
//! [`Package`], so that no lint walks one list for each entry of another.

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

pub use name::suggested_id;

use crate::diagnostic::Diagnostic;
use crate::schema::value::{entries, members, text};
use os_package::system;
use package::Package;
use serde_json::Value;

/// Runs all lints on a valid stack.
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

/// The lint that refuses an expression.
const INVALID: &str = "expression-invalid";

/// Returns an error, which prevents an artifact.
fn error(
    rule: &str,
    path: impl Into<String>,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Diagnostic {
    Diagnostic::error(rule, message).help(help).path(path)
}

/// Returns a warning.
fn warning(
    rule: &str,
    path: impl Into<String>,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Diagnostic {
    Diagnostic::warning(rule, message).help(help).path(path)
}

/// Returns whether a name is filled in when it is used: `{object}`, `${object}`.
fn is_template(name: &str) -> bool {
    name.contains('{')
}

/// Warns of a name with a prefix of the platform that no object of the platform has.
fn check_platform_object(name: &str, path: impl Into<String>, found: &mut Vec<Diagnostic>) {
    if !system::has_prefix(name) || system::is_known(name) || is_template(name) {
        return;
    }
    let message = format!("the platform has no object '{name}', and neither has this package");
    let help = match os_package::suggest::nearest(name, system::names()) {
        Some(near) => format!("did you mean '{near}'?"),
        None => "name an object of this package or of the platform, such as 'sys_user'".to_owned(),
    };
    found.push(warning("object-reference-unregistered-platform", path, message, help));
}

/// Returns the remedy for an unknown name: the nearest name, or all of them.
fn suggestion<'n>(wanted: &str, names: impl Iterator<Item = &'n str>) -> String {
    /// Names that are compared at most.
    const MAX_COMPARED_NAMES: usize = 1000;
    let mut names: Vec<_> = names.take(MAX_COMPARED_NAMES).collect();
    names.sort_unstable();
    if let Some(near) = os_package::suggest::nearest(wanted, names.iter().copied()) {
        return format!("did you mean '{near}'?");
    }
    const MAX_SHOWN_NAMES: usize = 8;
    match names.len() {
        0 => "there is none; remove it".to_owned(),
        1..=MAX_SHOWN_NAMES => format!("there is {}", names.join(", ")),
        more => format!(
            "there is {} and {} others",
            names[..MAX_SHOWN_NAMES].join(", "),
            more - MAX_SHOWN_NAMES
        ),
    }
}

#[cfg(test)]
mod tests;
