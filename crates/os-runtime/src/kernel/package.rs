//! A package as it is loaded: its manifest, its objects, its items of metadata.

use super::permission::PermissionSet;
use crate::object::{self, Column, Computed, Object};
use os_package::{
    InvalidArtifact, Manifest, ManifestId, Namespace, VersionNumber, check_artifact,
    check_stored_artifact, flatten, kind, names,
};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// Everything in a package, read once.
#[derive(Debug)]
pub struct Package {
    pub manifest: Manifest,
    pub namespace: Option<Namespace>,
    /// The artifact without its collections, translations and seeds.
    pub head: Map<String, Value>,
    pub objects: Vec<Arc<Object>>,
    pub permission_sets: Vec<Arc<PermissionSet>>,
    /// All items, objects too, in the order of the artifact.
    pub items: Vec<Item>,
    /// Bundles of translations by locale.
    pub translations: Vec<Value>,
    by_name: HashMap<&'static str, HashMap<Arc<str>, usize>>,
}

/// An item of metadata: an object, a view, a flow, ….
#[derive(Debug, Clone)]
pub struct Item {
    /// In the singular: `object`.
    pub kind: &'static str,
    pub name: Arc<str>,
    /// As the package wrote it, with its name.
    pub value: Arc<Value>,
}

/// A package, and the flat form of its artifact that the ledger keeps.
pub struct Read {
    pub package: Package,
    pub flat: Value,
    /// Problems that do not stop the install, for the author.
    pub warnings: Vec<String>,
}

impl Package {
    /// Reads an artifact, nested or flat (docs/wire/artifact.md#shape), under its id and version.
    ///
    /// # Errors
    /// The problems that were found.
    pub fn read(
        artifact: &Value,
        id: &ManifestId,
        version: &VersionNumber,
    ) -> Result<Read, InvalidArtifact> {
        Self::of(artifact, check_artifact(artifact, id, version)?)
    }

    /// Reads an artifact that was installed before, whatever seeds it has: they are refused when
    /// they would be written.
    ///
    /// # Errors
    /// The problems that were found.
    pub fn read_stored(
        artifact: &Value,
        id: &ManifestId,
        version: &VersionNumber,
    ) -> Result<Read, InvalidArtifact> {
        Self::of(artifact, check_stored_artifact(artifact, id, version)?)
    }

    fn of(
        artifact: &Value,
        (manifest, mut warnings): (Manifest, Vec<String>),
    ) -> Result<Read, InvalidArtifact> {
        let flat = flatten(artifact);
        let empty = Map::new();
        let parts = flat.as_object().unwrap_or(&empty);
        let mut items = Vec::new();
        for (key, kind) in kind::in_artifacts() {
            collect(parts, key, kind.name, &mut items);
        }
        let mut objects = Vec::new();
        for (index, item) in items.iter().filter(|item| item.kind == "object").enumerate() {
            let path = format!("objects[{index}]");
            objects.push(Arc::new(object::read(&path, &item.value, &mut warnings)?));
        }
        let mut permission_sets = Vec::new();
        for (index, item) in items.iter().filter(|item| item.kind == "permission").enumerate() {
            let path = format!("permissions[{index}]");
            let set = PermissionSet::read(&path, item.name.clone(), &item.value, &manifest)?;
            check_row_policies(&path, &set, &objects)?;
            warnings.extend(ineffective_grants(&path, &set, &manifest, &objects));
            warnings.extend(hidden_formulas(&path, &set, &manifest, &objects));
            permission_sets.push(Arc::new(set));
        }
        let mut by_name: HashMap<&'static str, HashMap<Arc<str>, usize>> = HashMap::new();
        for (index, item) in items.iter().enumerate() {
            by_name.entry(item.kind).or_default().entry(item.name.clone()).or_insert(index);
        }
        let is_head = |key: &str| {
            !["data", "translations", "runtimeModule"].contains(&key)
                && kind::of_collection(key).is_none()
        };
        let head = parts.iter().filter(|(key, _)| is_head(key));
        let package = Self {
            namespace: manifest.effective_namespace(),
            head: head.map(|(key, value)| (key.clone(), value.clone())).collect(),
            translations: match parts.get("translations") {
                Some(Value::Array(bundles)) => bundles.clone(),
                Some(bundle @ Value::Object(_)) => vec![bundle.clone()],
                _ => Vec::new(),
            },
            manifest,
            objects,
            permission_sets,
            items,
            by_name,
        };
        Ok(Read { package, flat, warnings })
    }

    /// Returns an item by its name.
    pub fn item(&self, kind: &str, name: &str) -> Option<&Item> {
        let index = self.by_name.get(kind)?.get(name)?;
        self.items.get(*index)
    }

    /// Returns the items of one kind, in the order of the artifact.
    pub fn items_of<'p>(&'p self, kind: &'p str) -> impl Iterator<Item = &'p Item> {
        self.items.iter().filter(move |item| item.kind == kind)
    }

    /// Returns the number of locales that it has translations for.
    pub fn locales(&self) -> usize {
        let mut locales: Vec<&String> =
            self.translations.iter().filter_map(Value::as_object).flat_map(Map::keys).collect();
        locales.sort_unstable();
        locales.dedup();
        locales.len()
    }
}

/// Returns warnings about grants on objects that the package has no say in.
fn ineffective_grants(
    path: &str,
    set: &PermissionSet,
    manifest: &Manifest,
    objects: &[Arc<Object>],
) -> Vec<String> {
    let is_own = |name: &str| objects.iter().any(|object| object.name.as_str() == name);
    let is_ineffective = |name: &&str| {
        !is_own(name) && (names::is_reserved_object(name) || manifest.dependencies.is_empty())
    };
    let warning = |name| {
        format!("{path}.objects.{name}: has no effect, because the object is not the package's")
    };
    let mut warnings: Vec<String> =
        set.granted_objects().filter(is_ineffective).map(warning).collect();
    warnings.sort_unstable();
    warnings
}

/// Returns warnings about formulas without a value for those from whom a set hides a field that
/// they read (docs/wire/rights.md#computed-fields).
fn hidden_formulas(
    path: &str,
    set: &PermissionSet,
    manifest: &Manifest,
    objects: &[Arc<Object>],
) -> Vec<String> {
    let mut warnings = Vec::new();
    for object in objects {
        let hides = |column: &&Column| {
            let grant = set.field(object.name.as_str(), &manifest.id, column.name.as_str());
            grant.is_some_and(|grant| !grant.readable)
        };
        for field in &object.fields {
            let Some(Computed::Formula(formula)) = &field.computed else { continue };
            if let Some(hidden) = formula.columns.iter().find(hides) {
                warnings.push(format!(
                    "{path}.fields.{object}.{hidden}: is hidden, so the formula `{object}.{formula}` that reads it is null for the same users",
                    object = object.name, hidden = hidden.name, formula = field.name,
                ));
            }
        }
    }
    warnings
}

/// Checks that the row policies of a set fit the objects of its package.
fn check_row_policies(
    path: &str,
    set: &PermissionSet,
    objects: &[Arc<Object>],
) -> Result<(), InvalidArtifact> {
    for (index, policy) in set.policies().iter().enumerate() {
        let is_for = |object: &&Arc<Object>| match &policy.object {
            Some(name) => object.name.as_str() == name,
            None => true,
        };
        for object in objects.iter().filter(is_for) {
            for (key, condition) in policy.conditions() {
                object.check_row_condition(condition).map_err(|why| {
                    let path = format!("{path}.rowLevelSecurity[{index}].{key}");
                    InvalidArtifact::at(path, format!("does not fit {}: {why}", object.name))
                })?;
            }
        }
    }
    Ok(())
}

/// The items of a collection, which is a list or a map by name (docs/wire/artifact.md#collections).
fn collect(parts: &Map<String, Value>, key: &str, kind: &'static str, items: &mut Vec<Item>) {
    match parts.get(key) {
        Some(Value::Array(list)) => {
            for value in list.iter().filter(|value| value.is_object()) {
                let name = value.get("name").and_then(Value::as_str).or_else(|| view_name(value));
                if let Some(name) = name {
                    items.push(Item { kind, name: name.into(), value: Arc::new(value.clone()) });
                }
            }
        }
        Some(Value::Object(map)) => {
            for (name, value) in map.iter().filter(|(_, value)| value.is_object()) {
                let mut value = value.clone();
                if value.get("name").is_none_or(Value::is_null) {
                    value["name"] = name.as_str().into();
                }
                let name = value["name"].as_str().unwrap_or(name).into();
                items.push(Item { kind, name, value: Arc::new(value) });
            }
        }
        _ => {}
    }
}

/// Returns the name of a view without one: the object that it shows.
fn view_name(value: &Value) -> Option<&str> {
    ["/object", "/objectName", "/list/data/object", "/form/data/object"]
        .iter()
        .find_map(|place| value.pointer(place)?.as_str())
}
