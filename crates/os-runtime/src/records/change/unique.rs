//! Values that no two records may share.

use super::Draft;
use crate::object::{Field, Object};
use crate::records::rights::ObjectAccess;
use crate::records::store::filter::Test;
use crate::records::store::sql::{self, StoredRow};
use crate::records::store::{Filter, id_column, of_id};
use crate::{Code, Error, Result};
use os_db::{Cell, Name, Tx, is_duplicate};
use serde_json::{Value, json};

/// A record as it is about to be stored.
pub struct Candidate<'c> {
    pub row: &'c StoredRow,
    /// The values that the change sets.
    pub draft: &'c Draft,
    /// The id of a record that exists already.
    pub own_id: Option<&'c str>,
}

/// Refuses values that another record has and that must be unique.
///
/// # Errors
/// `DUPLICATE_RECORD`.
pub async fn check(tx: &mut Tx, object: &Object, candidate: &Candidate<'_>) -> Result<()> {
    let Candidate { row, draft, own_id } = *candidate;
    let is_unique = |field: &&Field| field.is_unique && !field.is_json();
    let of_fields = object.fields.iter().filter(is_unique).map(|field| vec![&field.name]);
    let of_indexes = object.indexes.iter().filter(|index| index.is_unique);
    let of_indexes = of_indexes.map(|index| index.fields.iter().collect());
    for names in of_fields.chain(of_indexes) {
        let names: Vec<&Name> = names;
        let is_touched = names.iter().any(|name| draft.get(name.as_str()).is_some());
        let cells: Option<Vec<(Name, Cell)>> = names
            .iter()
            .map(|name| Some(((*name).clone(), row[object.position(name.as_str())?].clone())))
            .collect();
        let Some(cells) = cells else { continue };
        // A key with a null in it repeats nothing.
        if !is_touched || cells.iter().any(|(_, cell)| cell.is_null()) {
            continue;
        }
        let tests = cells.into_iter().map(|(name, cell)| Filter::Column(name, Test::Is(cell)));
        let mut filter = Filter::All(tests.collect());
        if let Some(id) = own_id {
            filter = filter.and(Filter::Column(id_column(), Test::IsNot(Cell::text(id))));
        }
        if sql::exists(tx, &object.name, &filter).await? {
            let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
            return Err(duplicate(object, &names));
        }
    }
    if own_id.is_none()
        && let Some(id) = &draft.id
        && sql::exists(tx, &object.name, &of_id(id)).await?
    {
        return Err(duplicate(object, &["id"]));
    }
    Ok(())
}

/// Returns the error for values that were unique when they were checked, and are not any more. It
/// names fields that the caller may see.
pub fn raced(object: &Object, access: Option<&ObjectAccess<'_>>, error: os_db::Error) -> Error {
    if !is_duplicate(&error) {
        return error.into();
    }
    let is_shown = |field: &&Field| access.is_none_or(|it| it.rights().shows(field.name.as_str()));
    let fields = object.fields.iter().filter(|field| field.is_unique).filter(is_shown);
    duplicate(object, &fields.map(|field| field.name.as_str()).collect::<Vec<_>>())
}

fn duplicate(object: &Object, fields: &[&str]) -> Error {
    let labels: Vec<&str> = fields
        .iter()
        .map(|name| object.field(name).map_or(*name, |field| field.label.as_str()))
        .collect();
    let error = Code::DuplicateRecord.error(format!(
        "another record of {} has the same {}",
        object.name,
        labels.join(", ")
    ));
    let errors: Vec<Value> = fields
        .iter()
        .map(|name| json!({ "field": name, "code": "unique", "message": "must be unique" }))
        .collect();
    error.with("fields", errors).with("object", object.name.as_str())
}
