//! From the `data` of an artifact to datasets, in the order they are loaded.

use crate::kernel::Kernel;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

/// Records of one object.
#[derive(Debug, Clone)]
pub struct Dataset {
    pub object: String,
    /// The fields that a record is known by.
    pub key: Vec<String>,
    pub mode: Mode,
    pub records: Vec<Value>,
}

/// The treatment of records that exist, and of those that do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Insert,
    Update,
    Upsert,
    Replace,
    Ignore,
}

impl Mode {
    /// Returns its name in artifacts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Upsert => "upsert",
            Self::Replace => "replace",
            Self::Ignore => "ignore",
        }
    }
}

/// Returns the datasets of an artifact that are meant for this environment; all of them
/// where it is not known.
pub fn read(flat: &Value, environment: Option<&str>) -> Vec<Dataset> {
    let Some(given) = flat.get("data").and_then(Value::as_array) else { return Vec::new() };
    given.iter().filter(|it| is_meant(it, environment)).filter_map(dataset).collect()
}

fn is_meant(dataset: &Value, environment: Option<&str>) -> bool {
    let (Some(environment), Some(meant)) =
        (environment, dataset.get("env").and_then(Value::as_array))
    else {
        return true;
    };
    meant.iter().any(|it| it == environment)
}

fn dataset(value: &Value) -> Option<Dataset> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let key = match value.get("externalId") {
        Some(Value::String(field)) => vec![field.clone()],
        Some(Value::Array(fields)) => fields.iter().filter_map(text).collect(),
        _ => vec!["name".to_owned()],
    };
    Some(Dataset {
        object: text(value.get("object")?)?,
        key,
        mode: match value.get("mode").and_then(Value::as_str) {
            Some("insert") => Mode::Insert,
            Some("update") => Mode::Update,
            Some("replace") => Mode::Replace,
            Some("ignore") => Mode::Ignore,
            _ => Mode::Upsert,
        },
        records: value.get("records").and_then(Value::as_array).cloned().unwrap_or_default(),
    })
}

impl Dataset {
    /// Returns the natural key of a record; `None` where a part is empty.
    pub fn key_of(&self, record: &Map<String, Value>) -> Option<String> {
        let mut parts = Vec::with_capacity(self.key.len());
        for field in &self.key {
            match record.get(field)? {
                Value::String(text) if !text.is_empty() => parts.push(text.clone()),
                Value::Number(number) => parts.push(number.to_string()),
                _ => return None,
            }
        }
        (!parts.is_empty()).then(|| parts.join("\0"))
    }
}

/// Sorts datasets so that a target precedes its references; a circle is broken where it is entered,
/// and closed by the second pass.
pub fn in_order(datasets: Vec<Dataset>, kernel: &Kernel) -> Vec<Dataset> {
    let mut at: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, dataset) in datasets.iter().enumerate() {
        at.entry(&dataset.object).or_default().push(index);
    }
    let mut order = Vec::with_capacity(datasets.len());
    let mut seen = HashSet::new();
    for dataset in &datasets {
        visit(&dataset.object, kernel, &at, &mut seen, &mut order);
    }
    let mut datasets: Vec<Option<Dataset>> = datasets.into_iter().map(Some).collect();
    order.into_iter().filter_map(|index| datasets[index].take()).collect()
}

/// Depth first; no deeper than there are datasets.
fn visit(
    object: &str,
    kernel: &Kernel,
    at: &HashMap<&str, Vec<usize>>,
    seen: &mut HashSet<String>,
    order: &mut Vec<usize>,
) {
    let Some(indexes) = at.get(object) else { return };
    if !seen.insert(object.to_owned()) {
        return;
    }
    if let Ok(owned) = kernel.object(object) {
        for target in owned.object.fields.iter().filter_map(|field| field.reference.as_ref()) {
            visit(target.as_str(), kernel, at, seen, order);
        }
    }
    order.extend(indexes);
}
