//! From an item of `objects` to an [`Object`].

use super::field::OnDelete;
use super::{Enable, Field, Index, Object, Sharing};
use crate::schema::ASIDE;
use os_db::Name;
use os_package::FieldType;
use os_package::InvalidArtifact;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// Columns that PostgreSQL gives to every table.
const OF_THE_DATABASE: [&str; 6] = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];

/// Fields of one object; SQLite's default limit of columns is 2000.
const MOST_FIELDS: usize = 1000;

/// Reads an object; `path` says where it stands in the artifact.
///
/// # Errors
/// The place and the remedy, of the first thing that is wrong.
pub fn read(path: &str, source: Arc<Value>) -> Result<Object, InvalidArtifact> {
    let text = |key: &str| source.get(key).and_then(Value::as_str);
    let name: Name = name(&format!("{path}.name"), text("name").unwrap_or_default())?;
    let fields = fields(path, &name, &source)?;
    let by_name: HashMap<Name, usize> =
        fields.iter().enumerate().map(|(index, field)| (field.name.clone(), index)).collect();
    let indexes = indexes(path, &source, &by_name)?;
    let columns = super::columns_of(&fields);
    let column_by_name =
        columns.iter().enumerate().map(|(index, column)| (column.name.clone(), index)).collect();
    let name_field = text("nameField")
        .or_else(|| by_name.contains_key("name").then_some("name"))
        .and_then(|name| by_name.get_key_value(name))
        .map(|(name, _)| name.clone());
    Ok(Object {
        label: text("label").unwrap_or(name.as_str()).to_owned(),
        name_field,
        sharing: match text("sharingModel") {
            Some("private") => Sharing::Private,
            Some("public_read" | "read") => Sharing::PublicRead,
            Some("controlled_by_parent") => Sharing::ControlledByParent,
            _ => Sharing::PublicReadWrite,
        },
        enable: enable(&source),
        is_external: source.get("external").is_some_and(Value::is_object),
        name,
        fields,
        indexes,
        source,
        by_name,
        columns,
        column_by_name,
    })
}

fn name(path: &str, text: &str) -> Result<Name, InvalidArtifact> {
    text.parse().map_err(|error: os_db::InvalidName| InvalidArtifact::at(path, error.to_string()))
}

fn enable(source: &Value) -> Enable {
    let flag = |key: &str, default| {
        source.pointer(&format!("/enable/{key}")).and_then(Value::as_bool).unwrap_or(default)
    };
    Enable {
        track_history: flag("trackHistory", false),
        feeds: flag("feeds", false),
        files: flag("files", false),
        api: flag("apiEnabled", true),
        writes: source.pointer("/enable/apiMethods").and_then(Value::as_array).is_none_or(
            |methods| {
                methods.iter().any(|it| ["create", "update", "delete"].iter().any(|m| it == m))
            },
        ),
    }
}

/// Fields stand in a map by name, or in a list.
fn fields(path: &str, object: &Name, source: &Value) -> Result<Vec<Field>, InvalidArtifact> {
    let path = format!("{path}.fields");
    let given: Vec<(&str, &Value)> = match source.get("fields") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Object(map)) => {
            map.iter().map(|(name, field)| (name.as_str(), field)).collect()
        }
        Some(Value::Array(list)) => {
            let named = |field: &'_ Value| field.get("name").and_then(Value::as_str).is_some();
            if let Some(index) = list.iter().position(|field| !named(field)) {
                return Err(InvalidArtifact::at(format!("{path}[{index}]"), "must have a `name`"));
            }
            list.iter().map(|it| (it["name"].as_str().unwrap_or_default(), it)).collect()
        }
        Some(_) => return Err(InvalidArtifact::at(path, "must be a map from names to fields")),
    };
    if given.len() > MOST_FIELDS {
        let message = format!("has {} fields; {MOST_FIELDS} is the most", given.len());
        return Err(InvalidArtifact::at(path, message));
    }
    let mut fields: Vec<Field> = Vec::with_capacity(given.len());
    for (field_name, value) in given {
        let path = format!("{path}.{}", field_name.chars().take(80).collect::<String>());
        let field = field(&path, object, field_name, value)?;
        if fields.iter().any(|other| other.name == field.name) {
            return Err(InvalidArtifact::at(path, "is there twice; keep one of them"));
        }
        fields.push(field);
    }
    Ok(fields)
}

fn field(
    path: &str,
    object: &Name,
    field_name: &str,
    source: &Value,
) -> Result<Field, InvalidArtifact> {
    let text = |key: &str| source.get(key).and_then(Value::as_str);
    let flag = |key: &str| source.get(key).is_some_and(|it| *it == true);
    let number = |key: &str| source.get(key).and_then(Value::as_f64);
    let name = name(path, field_name)?;
    if OF_THE_DATABASE.contains(&field_name) || field_name.starts_with(ASIDE) {
        return Err(InvalidArtifact::at(path, "is a name of the database; rename the field"));
    }
    let Some(kind) = FieldType::of(text("type").unwrap_or_default()) else {
        let known: Vec<_> = FieldType::ALL.iter().map(|kind| kind.as_str()).collect();
        let message = format!("must be one of {}", known.join(", "));
        return Err(InvalidArtifact::at(format!("{path}.type"), message));
    };
    Ok(Field {
        label: text("label").unwrap_or(field_name).to_owned(),
        is_required: flag("required"),
        is_unique: matches!(source.get("unique"), Some(Value::Bool(true) | Value::String(_))),
        is_multiple: kind.holds_many(flag("multiple")) && !kind.is_list(),
        is_readonly: flag("readonly"),
        is_searchable: flag("searchable"),
        tracks_history: flag("trackHistory"),
        reference: reference(path, object, kind, text("reference"))?,
        on_delete: match text("deleteBehavior") {
            Some("cascade") => OnDelete::Cascade,
            Some("restrict") => OnDelete::Restrict,
            None if kind == FieldType::MasterDetail => OnDelete::Cascade,
            _ => OnDelete::SetNull,
        },
        options: options(source),
        default: default(source),
        min: number("min"),
        max: number("max"),
        max_length: number("maxLength").map(|length| length as usize),
        number_format: text("autonumberFormat").or(text("format")).map(str::to_owned),
        source: source.clone(),
        name,
        kind,
    })
}

/// What a lookup refers to: a tree its own object, a user field the accounts.
fn reference(
    path: &str,
    object: &Name,
    kind: FieldType,
    said: Option<&str>,
) -> Result<Option<Name>, InvalidArtifact> {
    let path = format!("{path}.reference");
    match (kind, said) {
        (kind, _) if !kind.is_reference() => Ok(None),
        (_, Some(said)) => name(&path, said).map(Some),
        (FieldType::Tree, None) => Ok(Some(object.clone())),
        (FieldType::User, None) => name(&path, "sys_user").map(Some),
        (_, None) => Err(InvalidArtifact::at(path, "must name the object that is referred to")),
    }
}

/// `["a"]`, `[{"value": "a"}]`, or a map from values to labels.
fn options(source: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match source.get("options") {
        Some(Value::Array(list)) => {
            list.iter().filter_map(|it| text(it.get("value").unwrap_or(it))).collect()
        }
        Some(Value::Object(map)) => map.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

/// The default value: as declared, or else the option that is marked as it.
fn default(source: &Value) -> Option<Value> {
    let declared = source.get("defaultValue").filter(|it| !it.is_null());
    let marked = || {
        let options = source.get("options")?.as_array()?;
        let is_list = source.get("multiple") == Some(&Value::Bool(true));
        let marked = options.iter().find(|option| option.get("default") == Some(&true.into()))?;
        marked.get("value").filter(|_| !is_list)
    };
    declared.or_else(marked).cloned()
}

fn indexes(
    path: &str,
    source: &Value,
    fields: &HashMap<Name, usize>,
) -> Result<Vec<Index>, InvalidArtifact> {
    let Some(list) = source.get("indexes").and_then(Value::as_array) else {
        return Ok(Vec::new());
    };
    let mut indexes = Vec::with_capacity(list.len());
    for (at, index) in list.iter().enumerate() {
        let path = format!("{path}.indexes[{at}].fields");
        let Some(given) = index.get("fields").and_then(Value::as_array).filter(|it| !it.is_empty())
        else {
            return Err(InvalidArtifact::at(path, "must be a list of fields"));
        };
        let mut names = Vec::with_capacity(given.len());
        for field in given {
            let text = field.as_str().unwrap_or_default();
            let is_known = fields.contains_key(text) || super::is_system_column(text);
            match text.parse() {
                Ok(name) if is_known => names.push(name),
                _ => {
                    let message = format!("{field} is not a field of the object");
                    return Err(InvalidArtifact::at(path, message));
                }
            }
        }
        let is_unique = matches!(index.get("unique"), Some(Value::Bool(true) | Value::String(_)));
        indexes.push(Index { fields: names, is_unique });
    }
    Ok(indexes)
}
