//! A record made after another one.

use super::history::json_of;
use super::write::{Written, create, of_id};
use crate::object::{Field, FieldType, is_system_column};
use crate::records::rights::Ask;
use crate::records::rights::{Verb, denied};
use crate::records::store::sql;
use crate::{Code, Result};
use os_db::Tx;
use serde_json::{Map, Value};

/// Copies what may be there twice, puts `overrides` over it, and makes a record
/// of it: unique values, numbers, readonly fields and secrets stay behind.
///
/// # Errors
/// `RECORD_NOT_FOUND`, `OBJECT_API_METHOD_NOT_ALLOWED` where the object says
/// `enable.clone: false`, and those of [`create`].
pub async fn clone(
    tx: &mut Tx,
    ask: &Ask<'_>,
    id: &str,
    overrides: &Map<String, Value>,
) -> Result<Written> {
    let object = ask.object;
    if object.source.pointer("/enable/clone") == Some(&Value::Bool(false)) {
        let message = format!("records of '{}' cannot be cloned", object.name);
        return Err(Code::ObjectMethodNotAllowed
            .error(message)
            .with("object", object.name.as_str()));
    }
    if !ask.rights.grants(Verb::Read) {
        return Err(denied(object));
    }
    let filter = of_id(id).and(ask.rights.reads.clone());
    let row = sql::stored(tx, object, &filter).await?.ok_or_else(|| ask.no_record(id))?;
    let mut input = Map::new();
    for field in object.fields.iter().filter(|field| is_copied(ask, field)) {
        if let Some(at) = object.position(field.name.as_str())
            && !row[at].is_null()
        {
            input.insert(field.name.to_string(), json_of(field, &row[at]));
        }
    }
    input.extend(overrides.iter().map(|(name, value)| (name.clone(), value.clone())));
    create(tx, ask, &input).await
}

fn is_copied(ask: &Ask<'_>, field: &Field) -> bool {
    let name = field.name.as_str();
    let stays =
        matches!(field.kind, FieldType::Autonumber | FieldType::Password | FieldType::Secret);
    let is_ours = field.is_unique || field.is_readonly || is_system_column(name);
    !stays && !is_ours && ask.rights.shows(name) && ask.rights.edits(name)
}
