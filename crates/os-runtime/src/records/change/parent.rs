//! The record that a record belongs to, as expressions read it (`parent`).

use crate::Result;
use crate::object::Object;
use crate::records::rights::ObjectAccess;
use crate::records::store::of_id;
use crate::records::store::sql::{self, StoredRow};
use os_db::{Cell, Tx};
use os_package::FieldType;
use std::sync::Arc;

/// The record that a record belongs to.
pub struct Parent {
    pub object: Arc<Object>,
    pub row: StoredRow,
}

impl Parent {
    /// Loads the record that a row's `master_detail` field names, if an expression of the object
    /// reads it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn load(
        tx: &mut Tx,
        access: &ObjectAccess<'_>,
        row: &StoredRow,
    ) -> Result<Option<Self>> {
        let object = access.object();
        let master = object.fields.iter().find(|field| field.kind == FieldType::MasterDetail);
        let Some(field) = master.filter(|_| object.reads_parent) else { return Ok(None) };
        let target = field.reference.as_ref();
        let target = target.and_then(|name| access.kernel().object(name.as_str()).ok());
        let id = object.position(field.name.as_str()).map(|at| &row[at]);
        let (Some(owned), Some(Cell::Text(Some(id)))) = (target, id) else { return Ok(None) };
        let found = match owned.object.is_external {
            true => None,
            false => sql::stored(tx, &owned.object, &of_id(id)).await?,
        };
        Ok(found.map(|row| Self { object: owned.object.clone(), row }))
    }
}
