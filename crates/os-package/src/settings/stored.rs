//! Settings as they are stored, with the paths of their secrets; and as they are shown.
//!
//! **Invariant:** nothing but [`StoredSettings::shown`] prints values of settings, and what was
//! stored as a secret stays one, whatever a later version's schema says
//! (docs/wire/manifest.md#secrets-of-settings).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::meter::{MAX_WALK_STEPS, Meter, TooComplex};
use super::walk::{self, Undescribed};
use super::{SettingsSchema, pointer_token};

/// Settings of an installation, as a request gave them: without defaults, with secrets.
///
/// There is no way to print one: neither `Serialize` nor a `Debug` with values.
#[derive(Clone, PartialEq)]
pub struct StoredSettings {
    values: Value,
    /// JSON pointers; the empty one for the whole.
    secrets: BTreeSet<String>,
}

/// Settings as people see them: without secrets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShownSettings(Value);

impl ShownSettings {
    pub fn as_value(&self) -> &Value {
        &self.0
    }
}

impl std::fmt::Debug for StoredSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredSettings").field("secrets", &self.secrets).finish_non_exhaustive()
    }
}

impl StoredSettings {
    /// No settings.
    #[must_use]
    pub fn none() -> Self {
        Self { values: Value::Object(Map::new()), secrets: BTreeSet::new() }
    }

    /// Settings of a request, for a version with this schema. Without a schema nobody can tell what
    /// is secret, so everything is.
    #[must_use]
    pub fn given(values: Value, schema: Option<&SettingsSchema>) -> Self {
        let secrets = match schema {
            Some(schema) => marked(schema, &values, Undescribed::Public),
            None => members(&values),
        };
        Self { values, secrets }
    }

    /// Settings that were stored with the paths of their secrets.
    #[must_use]
    pub fn stored(values: Value, secrets: impl IntoIterator<Item = String>) -> Self {
        Self { values, secrets: secrets.into_iter().collect() }
    }

    /// Settings that were stored before paths were remembered. What the schema of their version does
    /// not describe counts as secret.
    #[must_use]
    pub fn stored_without_paths(values: Value, schema: Option<&SettingsSchema>) -> Self {
        let secrets = match schema {
            Some(schema) => marked(schema, &values, Undescribed::Secret),
            None => members(&values),
        };
        Self { values, secrets }
    }

    /// The same settings for a version with this schema: what it marks is secret, too.
    #[must_use]
    pub fn under(mut self, schema: Option<&SettingsSchema>) -> Self {
        if let Some(schema) = schema {
            self.secrets.extend(marked(schema, &self.values, Undescribed::Public));
        }
        self
    }

    /// New settings in place of these. Secrets that they lack are kept, because nobody sees them
    /// to send them back; `null` removes one.
    #[must_use]
    pub fn replaced_by(&self, mut new: Value, schema: Option<&SettingsSchema>) -> Self {
        let known = self.clone().under(schema);
        let visible = known.visible();
        put_back(&known.values, &visible, &mut new);
        let replaced = known.succeeded_by(new, schema);
        match schema {
            Some(_) => replaced,
            None => replaced.revealing(&visible),
        }
    }

    /// New settings in place of these, as they are: a place that held a secret still holds one.
    #[must_use]
    pub fn succeeded_by(&self, new: Value, schema: Option<&SettingsSchema>) -> Self {
        let mut next = Self::given(new, schema);
        match self.places(&next.values) {
            Ok(places) => next.secrets.extend(places),
            Err(TooComplex) => next.secrets = BTreeSet::from([String::new()]),
        }
        next
    }

    /// Does not count as secret what was visible before and has the same value.
    fn revealing(mut self, visible: &Value) -> Self {
        let members = self.values.as_object();
        for (name, value) in members.into_iter().flatten() {
            if visible.get(name) == Some(value) {
                self.secrets.remove(&format!("/{}", pointer_token(name)));
            }
        }
        self
    }

    /// Returns the settings as people see them: with the defaults of the version's schema, without
    /// secrets. What is too large to be examined is not shown.
    #[must_use]
    pub fn shown(&self, schema: Option<&SettingsSchema>) -> ShownSettings {
        let Some(schema) = schema else { return ShownSettings(self.visible()) };
        let filled = schema.with_defaults(self.values.clone());
        let filled = filled.unwrap_or_else(|TooComplex| self.values.clone());
        let filled = Self { values: filled, secrets: self.secrets.clone() }.under(Some(schema));
        ShownSettings(filled.visible())
    }

    /// Returns the settings without their secrets, and the paths that were left out.
    #[must_use]
    pub fn without_secrets(&self) -> (Self, Vec<String>) {
        let left_out: Vec<String> = match self.secrets.contains("") {
            true => members(&self.values).into_iter().collect(),
            false => self.secrets.iter().cloned().collect(),
        };
        (Self { values: self.visible(), secrets: BTreeSet::new() }, left_out)
    }

    /// The values, secrets included: for tables and for the runtime of the environment only.
    #[must_use]
    pub fn reveal(&self) -> &Value {
        &self.values
    }

    /// The paths of the secrets, as JSON pointers.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets.iter().map(String::as_str)
    }

    /// The names of the settings.
    pub fn names(&self) -> Vec<&str> {
        self.values.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
    }

    /// The names of the settings that differ.
    #[must_use]
    pub fn changed_names(&self, other: &Self) -> Vec<String> {
        let all: BTreeSet<&str> = self.names().into_iter().chain(other.names()).collect();
        let differs = |name: &&str| self.values.get(name) != other.values.get(name);
        all.into_iter().filter(differs).map(str::to_owned).collect()
    }

    /// Returns whether both have the same values, whatever is known about secrets.
    #[must_use]
    pub fn has_same_values(&self, other: &Self) -> bool {
        self.values == other.values
    }

    #[must_use]
    pub fn is_object(&self) -> bool {
        self.values.is_object()
    }

    /// The same settings, with more secrets.
    #[must_use]
    pub fn hiding(mut self, secrets: impl IntoIterator<Item = String>) -> Self {
        self.secrets.extend(secrets);
        self
    }

    /// Returns whether the value at a JSON pointer, or one around it, is secret.
    #[must_use]
    pub fn hides(&self, pointer: &str) -> bool {
        let ends = pointer.match_indices('/').map(|(at, _)| at).chain([pointer.len()]);
        ends.into_iter().any(|end| self.secrets.contains(&pointer[..end]))
    }

    /// The values without secrets.
    fn visible(&self) -> Value {
        if self.secrets.is_empty() {
            return self.values.clone();
        }
        let visible = visible(&self.values, &mut String::new(), &self.secrets);
        visible.unwrap_or_else(|| Value::Object(Map::new()))
    }

    /// Returns where the secrets of these settings would lie in others. Items of a list may have
    /// moved, so each of them counts.
    fn places(&self, new: &Value) -> Result<BTreeSet<String>, TooComplex> {
        let mut meter = Meter::new(MAX_WALK_STEPS);
        let mut patterns = BTreeSet::new();
        for secret in &self.secrets {
            meter.spend_text(secret)?;
            patterns.insert(pattern(&self.values, secret, &mut meter)?);
        }
        let mut places = BTreeSet::new();
        for pattern in &patterns {
            place(new, pattern, &mut String::new(), (&mut meter, &mut places))?;
        }
        Ok(places)
    }
}

/// A step of a path in settings.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum PathStep {
    Member(String),
    AnyItem,
}

/// Returns the path of a secret, for any item of a list.
fn pattern(values: &Value, pointer: &str, meter: &mut Meter) -> Result<Vec<PathStep>, TooComplex> {
    let mut value = Some(values);
    let mut steps = Vec::new();
    for token in pointer.split('/').skip(1) {
        meter.spend(1)?;
        let name = token.replace("~1", "/").replace("~0", "~");
        if value.is_some_and(Value::is_array) {
            value = name.parse::<usize>().ok().and_then(|index| value?.get(index));
            steps.push(PathStep::AnyItem);
        } else {
            value = value.and_then(|it| it.get(&name));
            steps.push(PathStep::Member(name));
        }
    }
    Ok(steps)
}

fn place(
    value: &Value,
    steps: &[PathStep],
    path: &mut String,
    (meter, places): (&mut Meter, &mut BTreeSet<String>),
) -> Result<(), TooComplex> {
    meter.spend(1)?;
    let len = path.len();
    match (steps, value) {
        ([], _) => {
            meter.spend_text(path)?;
            places.insert(path.clone());
        }
        ([PathStep::Member(name), rest @ ..], Value::Object(members)) => {
            if let Some(member) = members.get(name) {
                path.push('/');
                path.push_str(&pointer_token(name));
                place(member, rest, path, (meter, places))?;
            }
        }
        ([PathStep::AnyItem, rest @ ..], Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                path.push_str(&format!("/{index}"));
                place(item, rest, path, (&mut *meter, &mut *places))?;
                path.truncate(len);
            }
        }
        (_, Value::Null) => {}
        // The place has another shape now: what stands in it takes over.
        _ => {
            places.insert(path.clone());
        }
    }
    path.truncate(len);
    Ok(())
}

/// Finds the secrets that a schema marks; everything if it is too much work.
fn marked(schema: &SettingsSchema, values: &Value, undescribed: Undescribed) -> BTreeSet<String> {
    let mut meter = Meter::new(MAX_WALK_STEPS);
    let found = walk::secrets(&schema.root, values, undescribed, &mut meter);
    found.unwrap_or_else(|TooComplex| BTreeSet::from([String::new()]))
}

/// The paths of all members.
fn members(values: &Value) -> BTreeSet<String> {
    match values.as_object() {
        Some(map) => map.keys().map(|name| format!("/{}", pointer_token(name))).collect(),
        None => BTreeSet::from([String::new()]),
    }
}

fn visible(value: &Value, path: &mut String, secrets: &BTreeSet<String>) -> Option<Value> {
    if secrets.contains(path.as_str()) {
        return None;
    }
    let len = path.len();
    Some(match value {
        Value::Object(members) => {
            let mut kept = Map::new();
            for (name, member) in members {
                path.push('/');
                path.push_str(&pointer_token(name));
                if let Some(member) = visible(member, path, secrets) {
                    kept.insert(name.clone(), member);
                }
                path.truncate(len);
            }
            Value::Object(kept)
        }
        Value::Array(items) => {
            let mut kept = Vec::new();
            for (index, item) in items.iter().enumerate() {
                path.push_str(&format!("/{index}"));
                kept.extend(visible(item, path, secrets));
                path.truncate(len);
            }
            Value::Array(kept)
        }
        scalar => scalar.clone(),
    })
}

fn put_back(stored: &Value, shown: &Value, new: &mut Value) {
    let (Value::Object(stored), Value::Object(shown), Value::Object(new)) = (stored, shown, new)
    else {
        return;
    };
    for (key, value) in stored {
        match (shown.get(key), new.get_mut(key)) {
            (None, None) => {
                new.insert(key.clone(), value.clone());
            }
            (None, Some(Value::Null)) => {
                new.remove(key);
            }
            (None, Some(_)) | (Some(_), None) => {}
            (Some(shown), Some(new)) => put_back(value, shown, new),
        }
    }
}
