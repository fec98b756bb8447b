//! Lints of names: each package stays below its namespace (docs/wire/names.md#namespaces).

use super::{entries, text};
use crate::diagnostic::Diagnostic;
use os_package::names::{is_platform_namespace, is_reserved_id};
use os_package::{ManifestId, Namespace};
use serde_json::Value;
use std::collections::HashSet;

/// Checks names, labels and sharing models.
pub fn check(stack: &Value, found: &mut Vec<Diagnostic>) {
    let namespace = text(&stack["manifest"], "namespace");
    if namespace.is_empty() && !entries(stack, "objects").is_empty() {
        let message = "a package with objects needs a namespace";
        let help = "add `namespace` to the manifest, and begin the names of its objects with it";
        found.push(Diagnostic::error("namespace", message).help(help).path("manifest"));
    }
    identity(&stack["manifest"], found);
    for (at, object) in entries(stack, "objects").iter().enumerate() {
        object_name(namespace, object, at, found);
        sharing(object, at, found);
    }
    for list in ["actions", "flows"] {
        prefixes(stack, list, namespace, found);
    }
    for list in ["objects", "apps", "pages", "dashboards", "reports", "datasets", "flows"] {
        twice(stack, list, found);
    }
    one_app(stack, found);
    labels(stack, found);
    seeds(stack, namespace, found);
    if stack["manifest"]["engines"]["protocol"].is_null() {
        let message = "the manifest does not declare its protocol";
        let help = "add `engines: { protocol: '^17' }`";
        found.push(Diagnostic::warning("engines", message).help(help).path("manifest"));
    }
}

/// Returns the package id that is closest to a string that is none.
pub fn suggested_id(id: &str) -> String {
    id.to_lowercase().replace('_', "-")
}

/// Checks the id and the namespace, which a server would refuse or rename
/// (docs/wire/names.md#reserved-names, docs/wire/cli.md#derived-values).
fn identity(manifest: &Value, found: &mut Vec<Diagnostic>) {
    let (id, namespace) = (text(manifest, "id"), text(manifest, "namespace"));
    let legal = id.parse::<ManifestId>();
    if let Err(error) = &legal {
        let message = format!("{error}; it will be published under another id");
        let help = format!("write '{}'", suggested_id(id));
        found.push(Diagnostic::warning("manifest-id", message).help(help).path("manifest.id"));
    }
    let is_the_platforms = legal.is_ok_and(|id| is_reserved_id(&id));
    let is_reserved = namespace.parse().is_ok_and(|it: Namespace| is_platform_namespace(&it));
    if is_reserved && !is_the_platforms {
        let message = format!("the namespace '{namespace}' belongs to the platform");
        let help = "choose another one; no server takes a package with this one";
        let refused = Diagnostic::error("reserved-name", message).help(help);
        found.push(refused.path("manifest.namespace"));
    }
}

fn object_name(namespace: &str, object: &Value, at: usize, found: &mut Vec<Diagnostic>) {
    let name = text(object, "name");
    let path = format!("objects[{at}].name");
    if let Some(short) = name.strip_prefix("sys_") {
        let message = format!("object '{name}': names beginning with sys_ belong to the platform");
        let help = format!("rename it to '{namespace}_{short}'");
        found.push(Diagnostic::error("reserved-name", message).help(help).path(path));
    } else if let Some((_, short)) = name.split_once("__") {
        let message = format!("object '{name}' is written the old way, with two underscores");
        let help = format!("rename it to '{namespace}_{short}'");
        found.push(Diagnostic::error("namespace", message).help(help).path(path));
    } else if !namespace.is_empty() && !is_below(namespace, name) {
        let message = format!("object '{name}' is missing the prefix of its package");
        let help = format!("rename it to '{namespace}_{name}'");
        found.push(Diagnostic::error("namespace", message).help(help).path(path));
    }
}

fn is_below(namespace: &str, name: &str) -> bool {
    name.strip_prefix(namespace).is_some_and(|rest| rest.starts_with('_'))
}

fn sharing(object: &Value, at: usize, found: &mut Vec<Diagnostic>) {
    if object["sharingModel"].is_null() && object["external"].is_null() {
        let message =
            format!("object '{}' does not declare who sees its records", text(object, "name"));
        let help = "add `sharingModel: 'private'`, or 'public_read' or 'public_read_write'";
        let path = format!("objects[{at}]");
        found.push(Diagnostic::error("sharing-model", message).help(help).path(path));
    }
}

fn prefixes(stack: &Value, list: &str, namespace: &str, found: &mut Vec<Diagnostic>) {
    for (at, item) in entries(stack, list).iter().enumerate() {
        let name = text(item, "name");
        if !namespace.is_empty() && !is_below(namespace, name) {
            let message = format!("'{name}' could be taken by another package");
            let help = format!("rename it to '{namespace}_{name}'");
            let path = format!("{list}[{at}].name");
            found.push(Diagnostic::warning("namespace", message).help(help).path(path));
        }
    }
}

fn twice(stack: &Value, list: &str, found: &mut Vec<Diagnostic>) {
    let mut names = HashSet::new();
    for (at, item) in entries(stack, list).iter().enumerate() {
        let name = text(item, "name");
        if !name.is_empty() && !names.insert(name) {
            let message = format!("the name '{name}' is used twice in `{list}`");
            let path = format!("{list}[{at}].name");
            found.push(Diagnostic::warning("duplicate", message).help("rename one").path(path));
        }
    }
}

fn one_app(stack: &Value, found: &mut Vec<Diagnostic>) {
    let apps = entries(stack, "apps").len();
    if stack["manifest"]["type"] == "app" && apps > 1 {
        let message = format!("a package of type 'app' has one app, this one has {apps}");
        let help = "join them into one app, or split the package";
        found.push(Diagnostic::error("single-app", message).help(help).path("apps[1]"));
    }
}

fn labels(stack: &Value, found: &mut Vec<Diagnostic>) {
    for (at, object) in entries(stack, "objects").iter().enumerate() {
        let label = text(object, "label");
        if label.starts_with(char::is_lowercase) {
            let message = format!("the label '{label}' begins with a small letter");
            let path = format!("objects[{at}].label");
            let help = "begin it with a capital";
            found.push(Diagnostic::warning("label", message).help(help).path(path));
        }
    }
}

/// Checks that keys of seeds begin with the namespace.
fn seeds(stack: &Value, namespace: &str, found: &mut Vec<Diagnostic>) {
    for (at, seed) in entries(stack, "data").iter().enumerate() {
        if seed["externalId"] != "externalId" || namespace.is_empty() {
            continue;
        }
        for (row, record) in entries(seed, "records").iter().enumerate() {
            let key = text(record, "externalId");
            let below = key.strip_prefix(namespace).is_some_and(|rest| rest.starts_with(':'));
            if !key.is_empty() && !below {
                let message = format!("the key '{key}' could be another package's");
                let path = format!("data[{at}].records[{row}].externalId");
                let help = format!("write '{namespace}:{key}'");
                found.push(Diagnostic::warning("seed-key", message).help(help).path(path));
            }
        }
    }
}
