//! Cloning a record.

use super::json_of;
use super::pipeline::Written;
use super::record::create;
use crate::object::{Field, is_system_column};
use crate::records::rights::{ObjectAccess, Verb, denied};
use crate::records::store::{of_id, sql};
use crate::{Code, Result};
use os_db::Tx;
use os_package::FieldType;
use serde_json::{Map, Value};

/// Creates a record with the values of another one and `overrides` over them. Unique
/// values, numbers, readonly fields and secrets are not copied.
///
/// # Errors
/// `RECORD_NOT_FOUND`, `OBJECT_API_METHOD_NOT_ALLOWED` where the object has
/// `enable.clone: false`, and those of [`create`].
pub async fn clone(
    tx: &mut Tx,
    access: &ObjectAccess<'_>,
    id: &str,
    overrides: &Map<String, Value>,
) -> Result<Written> {
    let object = access.object();
    if !object.enable.clone {
        let message = format!("records of '{}' cannot be cloned", object.name);
        return Err(Code::ObjectMethodNotAllowed
            .error(message)
            .with("object", object.name.as_str()));
    }
    if !access.rights().grants(Verb::Read) {
        return Err(denied(object));
    }
    let filter = of_id(id).and(access.rights().reads().clone());
    let row = sql::stored(tx, object, &filter).await?.ok_or_else(|| access.no_record(id))?;
    let mut input = Map::new();
    for field in object.fields.iter().filter(|field| is_copied(access, field)) {
        if let Some(at) = object.position(field.name.as_str())
            && !row[at].is_null()
        {
            input.insert(field.name.to_string(), json_of(field, &row[at]));
        }
    }
    input.extend(overrides.iter().map(|(name, value)| (name.clone(), value.clone())));
    create(tx, access, &input).await
}

fn is_copied(access: &ObjectAccess<'_>, field: &Field) -> bool {
    let name = field.name.as_str();
    let is_own = field.kind == FieldType::Autonumber || field.is_secret() || field.is_unique;
    let is_systems = field.is_readonly || is_system_column(name);
    !is_own && !is_systems && access.rights().shows(name) && access.rights().edits_field(name)
}
