//! From an item of `objects` to an [`Object`].

use super::field::OnDelete;
use super::number::NumberFormat;
use super::reading::Reading;
use super::{
    ApiMethod, ApiMethods, Compiled, Computed, Demands, Enable, Field, Index, Object, Sharing,
    computed, default, permissions, rule,
};
use os_db::Name;
use os_package::{FieldType, InvalidArtifact, names, system};
use serde_json::Value;
use std::collections::HashMap;

/// Columns that PostgreSQL adds to every table.
const DATABASE_COLUMNS: [&str; 6] = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];

/// The most fields of one object; SQLite's default limit of columns is 2000.
const MAX_FIELDS: usize = 1000;

/// Reads an object, with everything in it that is evaluated later. Adds to `warnings`
/// what cannot be evaluated.
///
/// # Errors
/// The place and the remedy, of the first thing that is wrong.
pub fn read(
    path: &str,
    source: &Value,
    warnings: &mut Vec<String>,
) -> Result<Object, InvalidArtifact> {
    let text = |key: &str| source.get(key).and_then(Value::as_str);
    let name: Name = name(&format!("{path}.name"), text("name").unwrap_or_default())?;
    let mut reading = Reading::new(path.to_owned(), warnings);
    let (mut fields, sources) = fields(&mut reading, &name, source)?;
    let by_name: HashMap<Name, usize> =
        fields.iter().enumerate().map(|(index, field)| (field.name.clone(), index)).collect();
    let indexes = indexes(path, source, &by_name)?;
    let columns = super::columns_of(&fields);
    let column_by_name =
        columns.iter().enumerate().map(|(index, column)| (column.name.clone(), index)).collect();
    reading.columns = columns.iter().map(|column| (column.name.clone(), column.clone())).collect();
    let computed = fields.iter().filter(|field| field.kind.is_computed());
    reading.computed = computed.map(|field| field.name.clone()).collect();
    let secret = fields.iter().filter(|field| field.is_secret());
    reading.secret = secret.map(|field| field.name.clone()).collect();
    for (field, source) in fields.iter_mut().zip(sources) {
        let key = format!("fields.{}", field.name);
        reading.within(&key, |reading| compile(reading, field, source))?;
    }
    let name_field = text("nameField")
        .or_else(|| by_name.contains_key("name").then_some("name"))
        .and_then(|name| by_name.get_key_value(name))
        .map(|(name, _)| name.clone());
    Ok(Object {
        label: text("label").unwrap_or(name.as_str()).to_owned(),
        name_field,
        sharing: sharing(path, source, name.as_str())?,
        demands: Demands::read(path, source)?,
        needs_own_grant: needs_own_grant(path, source)?,
        enable: enable(path, name.as_str(), source)?,
        is_external: source.get("external").is_some_and(Value::is_object),
        system: system::object(name.as_str()),
        is_protected: names::is_reserved_object(name.as_str()),
        validations: rule::read(&mut reading, source),
        reads_parent: fields.iter().any(reads_parent),
        actions: actions(source),
        name,
        fields,
        indexes,
        by_name,
        columns,
        column_by_name,
    })
}

fn name(path: &str, text: &str) -> Result<Name, InvalidArtifact> {
    text.parse().map_err(|error: os_db::InvalidName| InvalidArtifact::at(path, error.to_string()))
}

/// Reads the visibility of records of others: nobody sees them, unless the object says so. Objects of the platform
/// have rights of their own.
fn sharing(path: &str, source: &Value, object: &str) -> Result<Sharing, InvalidArtifact> {
    match source.get("sharingModel") {
        None | Some(Value::Null) if names::is_reserved_object(object) => {
            Ok(Sharing::PublicReadWrite)
        }
        None | Some(Value::Null) => Ok(Sharing::Private),
        Some(model) => match model.as_str() {
            Some("private") => Ok(Sharing::Private),
            Some("public_read" | "read") => Ok(Sharing::PublicRead),
            Some("public_read_write" | "read_write") => Ok(Sharing::PublicReadWrite),
            Some("controlled_by_parent") => Ok(Sharing::ControlledByParent),
            _ => Err(InvalidArtifact::at(
                format!("{path}.sharingModel"),
                "must be `private`, `public_read`, `public_read_write` or `controlled_by_parent`",
            )),
        },
    }
}

/// Reads `access.default`.
fn needs_own_grant(path: &str, source: &Value) -> Result<bool, InvalidArtifact> {
    match source.pointer("/access/default") {
        None | Some(Value::Null) => Ok(false),
        Some(value) => match value.as_str() {
            Some("public") => Ok(false),
            Some("private") => Ok(true),
            _ => {
                let path = format!("{path}.access.default");
                Err(InvalidArtifact::at(path, "must be `public` or `private`"))
            }
        },
    }
}

/// The methods of an object whose records the platform writes.
const READ_METHODS: [ApiMethod; 2] = [ApiMethod::Get, ApiMethod::List];

/// Returns whether accounts only read the records (`managedBy`).
fn is_read_only(source: &Value) -> bool {
    let writable = [None, Some("platform"), Some("config"), Some("system-data")];
    match source.get("managedBy") {
        None | Some(Value::Null) => false,
        Some(bucket) => !writable.contains(&bucket.as_str()) || !bucket.is_string(),
    }
}

fn enable(path: &str, object: &str, source: &Value) -> Result<Enable, InvalidArtifact> {
    let enable = source.get("enable").unwrap_or(&Value::Null);
    let flag = |key: &str, default| enable.get(key).and_then(Value::as_bool).unwrap_or(default);
    let methods = match enable.get("apiMethods") {
        None | Some(Value::Null) => Some(ApiMethods::all()),
        Some(Value::Array(names)) => {
            // What is no string is no method either.
            ApiMethods::named(names.iter().map(|name| name.as_str().unwrap_or_default()))
        }
        Some(_) => None,
    };
    let methods = methods.ok_or_else(|| {
        let path = format!("{path}.enable.apiMethods");
        let names = ApiMethods::all().names().join("`, `");
        InvalidArtifact::at(path, format!("must be a list of `{names}`"))
    })?;
    let is_of_package = !names::is_reserved_object(object);
    Ok(Enable {
        track_history: flag("trackHistory", false),
        feeds: flag("feeds", is_of_package),
        activities: flag("activities", is_of_package),
        files: flag("files", false),
        api: flag("apiEnabled", true),
        clone: flag("clone", true),
        methods: if is_read_only(source) { methods.and(READ_METHODS) } else { methods },
    })
}

/// Returns the names of the actions of the object.
fn actions(source: &Value) -> Vec<String> {
    let actions = source.get("actions").and_then(Value::as_array).into_iter().flatten();
    let name = |action: &Value| action.get("name")?.as_str().map(str::to_owned);
    actions.filter_map(name).collect()
}

/// Fields with what the package wrote of each; they stand in a map by name, or in a list.
fn fields<'s>(
    reading: &mut Reading<'_>,
    object: &Name,
    source: &'s Value,
) -> Result<(Vec<Field>, Vec<&'s Value>), InvalidArtifact> {
    let path = format!("{}.fields", reading.path);
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
    if given.len() > MAX_FIELDS {
        let message = format!("has {} fields; the limit is {MAX_FIELDS}", given.len());
        return Err(InvalidArtifact::at(path, message));
    }
    let mut fields: Vec<Field> = Vec::with_capacity(given.len());
    let mut sources = Vec::with_capacity(given.len());
    for (field_name, value) in given {
        let path = format!("{path}.{}", field_name.chars().take(80).collect::<String>());
        let field = field(&path, object, field_name, value)?;
        if fields.iter().any(|other| other.name == field.name) {
            return Err(InvalidArtifact::at(path, "is declared twice; keep one of them"));
        }
        fields.push(field);
        sources.push(value);
    }
    let searched = source.get("searchableFields").and_then(Value::as_array);
    for name in searched.into_iter().flatten().filter_map(Value::as_str) {
        if let Some(field) = fields.iter_mut().find(|field| field.name.as_str() == name) {
            field.is_searchable = true;
        }
    }
    Ok((fields, sources))
}

/// Reads a field, but for what [`compile`] adds.
fn field(
    path: &str,
    object: &Name,
    field_name: &str,
    source: &Value,
) -> Result<Field, InvalidArtifact> {
    let text = |key: &str| source.get(key).and_then(Value::as_str);
    let flag = |key: &str| source.get(key).is_some_and(|it| *it == true);
    let number = |key: &str| source.get(key).and_then(Value::as_f64);
    let name = column_name(path, field_name)?;
    let kind = field_type(path, text("type").unwrap_or_default())?;
    let accepted = source.get("accept").and_then(Value::as_array).into_iter().flatten();
    Ok(Field {
        demands: permissions(path, source, "requiredPermissions")?,
        is_masked: source.get("maskingRule").is_some_and(|it| !it.is_null()),
        label: text("label").unwrap_or(field_name).to_owned(),
        is_internal: flag("internal"),
        is_required: flag("required") || source.pointer("/storage/notNull") == Some(&true.into()),
        is_unique: matches!(source.get("unique"), Some(Value::Bool(true) | Value::String(_))),
        is_multiple: kind.holds_many(flag("multiple")) && !kind.is_list(),
        is_readonly: flag("readonly"),
        is_searchable: flag("searchable"),
        is_external_id: flag("externalId"),
        tracks_history: flag("trackHistory"),
        reference: reference(path, object, kind, text("reference"))?,
        on_delete: on_delete(kind, text("deleteBehavior")),
        options: options(source),
        option_conditions: Vec::new(),
        default: None,
        required_when: None,
        readonly_when: None,
        computed: None,
        min: number("min"),
        max: number("max"),
        max_length: number("maxLength").map(|length| length as usize),
        min_length: number("minLength").map(|length| length as usize),
        dimensions: number("dimensions").map(|count| count as usize),
        scale: digits(source, "scale"),
        precision: digits(source, "precision"),
        max_file_bytes: number("maxSize").filter(|most| *most > 0.0),
        accepted_files: accepted.filter_map(Value::as_str).map(str::to_owned).collect(),
        number_format: None,
        name,
        kind,
    })
}

fn column_name(path: &str, field: &str) -> Result<Name, InvalidArtifact> {
    if DATABASE_COLUMNS.contains(&field) || field.starts_with(super::RETIRED_COLUMN_PREFIX) {
        return Err(InvalidArtifact::at(path, "is a name of the database; rename the field"));
    }
    name(path, field)
}

fn field_type(path: &str, name: &str) -> Result<FieldType, InvalidArtifact> {
    FieldType::of(name).ok_or_else(|| {
        let known: Vec<_> = FieldType::ALL.iter().map(|kind| kind.as_str()).collect();
        let message = format!("must be one of {}", known.join(", "));
        InvalidArtifact::at(format!("{path}.type"), message)
    })
}

/// Returns a number of digits; none where it is none that a number can have.
fn digits(source: &Value, key: &str) -> Option<u32> {
    let digits = source.get(key)?.as_f64().filter(|it| it.fract() == 0.0 && *it >= 0.0)?;
    Some(digits.min(f64::from(u32::MAX)) as u32)
}

fn on_delete(kind: FieldType, declared: Option<&str>) -> OnDelete {
    match declared {
        Some("cascade") => OnDelete::Cascade,
        Some("restrict") => OnDelete::Restrict,
        None if kind == FieldType::MasterDetail => OnDelete::Cascade,
        _ => OnDelete::SetNull,
    }
}

/// Compiles the expressions of a field, now that all fields are known.
fn compile(
    reading: &mut Reading<'_>,
    field: &mut Field,
    source: &Value,
) -> Result<(), InvalidArtifact> {
    field.default = default::read(reading, field.kind, source);
    if let Some(condition) = source.get("requiredWhen") {
        field.required_when = rule::requirement(reading, condition);
    }
    field.readonly_when = source.get("readonlyWhen").filter(|it| !it.is_null()).map(|condition| {
        rule::locking(reading, "readonlyWhen", condition, "the field does not change")
    });
    field.option_conditions = option_conditions(reading, source);
    field.computed = match field.kind {
        FieldType::Formula => computed::formula(reading, source).map(Computed::Formula),
        FieldType::Summary => computed::summary(reading, source).map(Computed::Summary),
        _ => None,
    };
    if field.kind == FieldType::Autonumber {
        let text = |key: &str| source.get(key).and_then(Value::as_str).filter(|it| !it.is_empty());
        let path = format!("{}.autonumberFormat", reading.path);
        let is_stored = |name: &str| reading.column(name).is_some();
        let format = text("autonumberFormat").or(text("format"));
        field.number_format = Some(NumberFormat::read(&path, format, is_stored)?);
    }
    Ok(())
}

/// Returns the target of a lookup: a tree refers to its own object, a user field to the accounts.
fn reference(
    path: &str,
    object: &Name,
    kind: FieldType,
    declared: Option<&str>,
) -> Result<Option<Name>, InvalidArtifact> {
    let path = format!("{path}.reference");
    match (kind, declared) {
        (kind, _) if !kind.is_reference() => Ok(None),
        (_, Some(declared)) => name(&path, declared).map(Some),
        (FieldType::Tree, None) => Ok(Some(object.clone())),
        (FieldType::User, None) => name(&path, system::USERS).map(Some),
        (_, None) => Err(InvalidArtifact::at(path, "must name the object that it refers to")),
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

/// Returns whether a condition of a field reads the record that its record belongs to.
fn reads_parent(field: &Field) -> bool {
    let options = field.option_conditions.iter().map(|(_, condition)| condition);
    let compiled = options.chain(&field.readonly_when).flat_map(|it| it.as_ref().ok());
    let mut conditions = compiled.chain(&field.required_when);
    conditions.any(|it| it.references().iter().any(|reference| reference.name == "parent"))
}

/// Compiles the conditions of options that have one.
fn option_conditions(reading: &mut Reading<'_>, source: &Value) -> Vec<(String, Compiled)> {
    let options = source.get("options").and_then(Value::as_array).into_iter().flatten();
    let mut conditions = Vec::new();
    for (at, option) in options.enumerate() {
        let condition = option.get("visibleWhen").filter(|it| !it.is_null());
        if let (Some(condition), Some(value)) = (condition, option.get("value")) {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let key = format!("options[{at}].visibleWhen");
            let compiled = rule::locking(reading, &key, condition, "the option is not taken");
            conditions.push((value, compiled));
        }
    }
    conditions
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
