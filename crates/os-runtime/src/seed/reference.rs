//! References by natural key (docs/wire/seeds.md#references-in-seeds): the records of this load
//! first, then the database.

use super::sql;
use super::state::State;
use crate::object::{Field, ID};
use os_db::{Cell, Name, Result, Tx};
use os_package::system;
use serde_json::Value;

/// The outcome of resolving a reference.
pub enum Resolved {
    /// An id, or a list of them.
    Ids(Value),
    /// Unknown, or not yet known.
    Unknown,
    /// Not a reference, and why.
    Wrong(&'static str),
}

/// Resolves the value of a reference field.
pub async fn resolve(
    tx: &mut Tx,
    state: &State<'_>,
    field: &Field,
    value: &Value,
) -> Result<Resolved> {
    match value {
        Value::String(text) if !field.is_multiple => {
            let id = find(tx, state, field, text).await?;
            Ok(id.map_or(Resolved::Unknown, |id| Resolved::Ids(Value::String(id))))
        }
        Value::Array(items) if field.is_multiple => {
            let mut ids = Vec::with_capacity(items.len());
            for item in items {
                let Value::String(text) = item else {
                    return Ok(Resolved::Wrong("must be a list of natural keys"));
                };
                match find(tx, state, field, text).await? {
                    Some(id) => ids.push(Value::String(id)),
                    None => return Ok(Resolved::Unknown),
                }
            }
            Ok(Resolved::Ids(Value::Array(ids)))
        }
        Value::Array(_) => Ok(Resolved::Wrong("holds one reference, not a list")),
        _ => Ok(Resolved::Wrong("must be the natural key of a record")),
    }
}

/// Returns the id of the record with a natural key. A string that looks like an id is one.
pub async fn find(
    tx: &mut Tx,
    state: &State<'_>,
    field: &Field,
    text: &str,
) -> Result<Option<String>> {
    let Some(target) = &field.reference else { return Ok(None) };
    if let Some(id) = state.loaded_id(target.as_str(), text) {
        return Ok(Some(id.clone()));
    }
    if is_id(text) {
        return Ok(Some(text.to_owned()));
    }
    if target.as_str() == system::USERS {
        return sql::find_user(tx, text).await;
    }
    let Ok(owned) = state.seeding.kernel.object(target.as_str()) else { return Ok(None) };
    let object = &owned.object;
    if object.is_external {
        return Ok(None);
    }
    let of_dataset = state.keys.get(target.as_str()).and_then(|key| object.column(key));
    let declared = object.fields.iter().filter(|field| field.is_external_id);
    let declared = declared.map(|field| field.name.clone());
    let id: Option<Name> = object.column(ID).map(|column| column.name);
    let places = of_dataset
        .map(|column| column.name)
        .into_iter()
        .chain(declared)
        .chain(object.name_field.clone())
        .chain(id);
    for place in places {
        let is_text =
            object.column(place.as_str()).is_some_and(|it| it.kind == os_db::CellType::Text);
        if is_text {
            let found = sql::find(tx, &object.name, vec![(place, Cell::text(text))]).await?;
            if found.is_some() {
                return Ok(found);
            }
        }
    }
    Ok(None)
}

/// Returns a UUID, or the 24 hexadecimal digits of other databases.
fn is_id(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok()
        || (text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
