//! Checks the collections of an artifact and the names of their items
//! (docs/wire/names.md#namespaces, docs/wire/artifact.md#collections).
//!
//! **Invariant:** names are only checked here, never changed.

use serde_json::Value;
use std::collections::HashSet;

use crate::artifact::Artifact;
use crate::names::{is_platform_namespace, is_reserved_id, is_reserved_object};
use crate::problem::{ProblemCode, Problems};
use crate::text::{excerpt, listing};
use crate::{Manifest, Migration, Namespace, Step, kind, system};

/// The most items of a collection: installing them is one transaction, and a runtime holds them all.
const MAX_COLLECTION_ITEMS: usize = 2000;

/// Checks all collections of an artifact, and adds problems and warnings.
pub fn check(
    artifact: Artifact<'_>,
    manifest: &Manifest,
    problems: &mut Problems,
    warnings: &mut Vec<String>,
) {
    let first_party = is_reserved_id(&manifest.id);
    let namespace = manifest.effective_namespace();
    let has_objects = artifact.collection("objects").is_some_and(|member| !is_empty(member.value));
    if let Some(namespace) = &namespace
        && is_platform_namespace(namespace)
        && !first_party
        && (has_objects || manifest.namespace.is_some())
    {
        let message =
            format!("`{namespace}` is reserved for the platform; choose another namespace");
        problems.add_as(ProblemCode::ReservedName, artifact.path("namespace"), message);
    }
    if has_objects && namespace.is_none() {
        let message = format!(
            "must be declared, because the package has objects and none follows from `{}`; for \
             example `crm`, and name the objects `crm_…`",
            manifest.id
        );
        problems.add(artifact.path("namespace"), message);
    }

    check_migrations(artifact, namespace.as_ref(), manifest, problems);
    for (key, _) in kind::in_artifacts() {
        let names = item_names(artifact, key, problems);
        match (key, &namespace) {
            ("objects", Some(namespace)) => {
                check_objects(&names, namespace, first_party, problems);
            }
            ("actions" | "flows", Some(namespace)) => {
                let bare: Vec<_> = names.iter().map(|item| item.name).collect();
                let bare: Vec<_> = bare.into_iter().filter(|n| !namespace.prefixes(n)).collect();
                if !bare.is_empty() {
                    let names = listing(&bare);
                    warnings
                        .push(format!("{key} without the package prefix `{namespace}_`: {names}"));
                }
            }
            _ => {}
        }
    }
}

/// Checks that migrations change objects of their own package only.
fn check_migrations(
    artifact: Artifact<'_>,
    namespace: Option<&Namespace>,
    manifest: &Manifest,
    problems: &mut Problems,
) {
    for (index, item) in manifest.migrations.iter().enumerate() {
        let Ok(migration) = Migration::read(item) else { continue };
        for object in migration.steps.iter().flat_map(Step::objects) {
            let is_of_platform = is_reserved_object(object) || system::object(object).is_some();
            if !namespace.is_some_and(|it| it.prefixes(object)) || is_of_platform {
                let path = format!("{}[{index}]", artifact.path("migrations"));
                problems.add(path, format!("`{object}` is no object of this package"));
            }
        }
    }
}

/// Returns the names of the objects that an artifact declares.
pub fn object_names(artifact: Artifact<'_>) -> Vec<&str> {
    let names = item_names(artifact, "objects", &mut Problems::default());
    names.into_iter().map(|item| item.name).collect()
}

/// An item of a collection that has a name.
struct Named<'a> {
    path: String,
    name: &'a str,
}

/// Returns the names in a collection, an array or a map by name
/// (docs/wire/artifact.md#collections). Views may be nameless, because they may be gathered per
/// object.
fn item_names<'a>(artifact: Artifact<'a>, key: &str, problems: &mut Problems) -> Vec<Named<'a>> {
    let Some(member) = artifact.collection(key) else { return Vec::new() };
    let items: Vec<(String, Option<&str>, &Value)> = match member.value {
        Value::Array(items) => {
            let place = |(index, item)| (format!("{key}[{index}]"), None, item);
            items.iter().enumerate().map(place).collect()
        }
        Value::Object(items) => items
            .iter()
            .map(|(name, item)| (format!("{key}.{}", excerpt(name)), Some(name.as_str()), item))
            .collect(),
        _ => {
            problems.add(key, "must be a list, or a map from names to items");
            return Vec::new();
        }
    };
    if items.len() > MAX_COLLECTION_ITEMS {
        let message = format!(
            "has {} items; the limit is {MAX_COLLECTION_ITEMS}; split the package",
            items.len()
        );
        problems.add(key, message);
        return Vec::new();
    }
    let mut names = Vec::with_capacity(items.len());
    for (path, key_name, item) in items {
        let Some(fields) = item.as_object() else {
            problems.add(path, "must be an object");
            continue;
        };
        match fields.get("name") {
            Some(Value::String(name)) if !name.is_empty() => names.push(Named { path, name }),
            None | Some(Value::Null) => match key_name {
                Some(name) => names.push(Named { path, name }),
                None if key == "views" => {}
                None => problems.add(path, "must have a `name`"),
            },
            Some(_) => problems.add(format!("{path}.name"), "must be text and not empty"),
        }
    }
    names
}

/// Checks the names of objects (docs/wire/names.md#namespaces).
fn check_objects(
    objects: &[Named<'_>],
    namespace: &Namespace,
    first_party: bool,
    problems: &mut Problems,
) {
    let mut seen = HashSet::new();
    for Named { path, name } in objects {
        let shown = excerpt(name);
        if !seen.insert(name) {
            problems.add(path, format!("object `{shown}` is there twice; keep one of them"));
        } else if !is_object_name(name) {
            let message = format!("`{shown}` is not an object name; use a-z, 0-9 and underscores");
            problems.add(path, message);
        } else if is_reserved_object(name) {
            if !first_party {
                let message = format!(
                    "object `{shown}` has the prefix `sys_`, which is reserved for the platform; \
                     name it `{namespace}_…`"
                );
                problems.add_as(ProblemCode::ReservedName, path, message);
            }
        } else if let Some(short) = legacy_short_name(name, namespace) {
            let message = format!(
                "object `{shown}` uses the old `<ns>__<short>` form; rename to \
                 `{namespace}_{}`",
                excerpt(short)
            );
            problems.add(path, message);
        } else if !namespace.prefixes(name) {
            let message = format!(
                "object `{shown}` is missing the package prefix; rename to `{namespace}_{shown}`"
            );
            problems.add(path, message);
        }
    }
}

/// Returns whether a string is an OBJECT_NAME of docs/wire/names.md#patterns.
fn is_object_name(name: &str) -> bool {
    let is_legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    name.bytes().all(is_legal) && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// Returns `account` of `crm__account`, the retired form. A double underscore further in a
/// correctly prefixed name is allowed.
fn legacy_short_name<'a>(name: &'a str, namespace: &Namespace) -> Option<&'a str> {
    let (before, short) = name.split_once("__")?;
    let is_legacy = before == namespace.as_str() || !namespace.prefixes(name);
    (is_legacy && !before.is_empty() && !short.is_empty()).then_some(short)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(items) => items.is_empty(),
        _ => false,
    }
}
