//! Lints of translations: a package translates its own items (docs/wire/names.md#namespaces).

use super::{entries, text};
use crate::diagnostic::Diagnostic;
use os_package::suggest::nearest;
use os_package::system;
use serde_json::Value;
use std::collections::BTreeSet;

/// Checks the keys of translations that name objects and actions.
pub fn check(stack: &Value, found: &mut Vec<Diagnostic>) {
    let namespace = text(&stack["manifest"], "namespace");
    if namespace.is_empty() {
        return;
    }
    let objects = objects(stack);
    let actions = actions(stack);
    for (at, translation) in entries(stack, "translations").iter().enumerate() {
        for (locale, words) in translation.as_object().into_iter().flatten() {
            for (key, own, what) in
                [("objects", &objects, "object"), ("globalActions", &actions, "action")]
            {
                for name in words[key].as_object().into_iter().flat_map(|map| map.keys()) {
                    if !own.contains(name.as_str()) {
                        let path = format!("translations[{at}].{locale}.{key}.{name}");
                        found.push(foreign(namespace, name, what, own).path(path));
                    }
                }
            }
        }
    }
}

/// Lists the objects that a package has or extends.
fn objects(stack: &Value) -> BTreeSet<&str> {
    let own = entries(stack, "objects").iter().map(|object| text(object, "name"));
    let extended = entries(stack, "objectExtensions").iter().map(|it| text(it, "extend"));
    own.chain(extended).collect()
}

fn actions(stack: &Value) -> BTreeSet<&str> {
    let embedded = entries(stack, "objects").iter().flat_map(|it| entries(it, "actions"));
    let actions = entries(stack, "actions").iter().chain(embedded);
    actions.map(|action| text(action, "name")).collect()
}

/// Returns a key below the own namespace is a mistake and one of the platform has no effect:
/// warnings. A key of another package would change that package: an error.
fn foreign(namespace: &str, name: &str, what: &str, own: &BTreeSet<&str>) -> Diagnostic {
    let is_below = name.strip_prefix(namespace).is_some_and(|rest| rest.starts_with('_'));
    let message = format!("the translation names the {what} '{name}', which this package has not");
    let diagnostic = match is_below || system::has_prefix(name) {
        true => Diagnostic::warning("translation-key", message),
        false => Diagnostic::error("translation-key", message),
    };
    let prefixed = format!("{namespace}_{name}");
    let near = match own.contains(prefixed.as_str()) {
        true => Some(prefixed.as_str()),
        false => nearest(name, own.iter().copied()),
    };
    match near {
        Some(near) => diagnostic.help(format!("did you mean '{near}'?")),
        None => diagnostic.help("remove it; a package translates what is its own"),
    }
}
