//! What a caller may do with the records of an object.

mod access;

pub use access::{FEEDS, Rights, Sets, Verb, denied};

use crate::auth::Caller;
use crate::kernel::Kernel;
use crate::object::{Column, Field, FieldType, Object};
use crate::{Code, Error, Result};
use os_db::Name;
use std::sync::Arc;

/// Somebody who asks for records of an object.
pub struct Ask<'k> {
    pub(super) kernel: &'k Kernel,
    pub(super) object: &'k Arc<Object>,
    pub(super) caller: &'k Caller,
    pub(super) sets: &'k Sets,
    pub(super) rights: Rights,
}

impl<'k> Ask<'k> {
    /// Looks the object up, and what the caller may do with it.
    ///
    /// # Errors
    /// `OBJECT_NOT_FOUND`, `OBJECT_PACKAGE_DISABLED`, `OBJECT_API_DISABLED`,
    /// `OBJECT_API_METHOD_NOT_ALLOWED`, `PERMISSION_DENIED`.
    pub fn new(
        kernel: &'k Kernel,
        sets: &'k Sets,
        caller: &'k Caller,
        name: &str,
        verb: Verb,
    ) -> Result<Self> {
        let object = &kernel.object(name)?.object;
        if !object.enable.api || object.is_external {
            let message = format!("Object '{name}' is not exposed via the API");
            return Err(Code::ObjectApiDisabled.error(message).with("object", name));
        }
        if verb != Verb::Read && !object.enable.writes {
            let message =
                format!("records of '{name}' are made by the system and can only be read");
            return Err(Code::ObjectMethodNotAllowed.error(message).with("object", name));
        }
        let ask = Self::inside(kernel, sets, caller, object);
        if ask.rights.grants(verb) { Ok(ask) } else { Err(denied(object)) }
    }

    /// As [`Ask::new`], where the object is known and rights are asked later.
    pub fn inside(
        kernel: &'k Kernel,
        sets: &'k Sets,
        caller: &'k Caller,
        object: &'k Arc<Object>,
    ) -> Self {
        let rights = Rights::of(kernel, sets, caller, object);
        Self { kernel, object, caller, sets, rights }
    }

    /// The column of this name, if the caller may see it and it can be compared.
    /// `place` says where the name stands.
    ///
    /// # Errors
    /// `INVALID_FIELD`.
    pub fn column(&self, name: &str, place: &str) -> Result<Column> {
        let field = self.object.field(name);
        if !self.rights.shows(name) {
            return Err(self.unknown_field(name));
        }
        let Some(column) = self.object.column(name) else {
            return Err(match field {
                Some(_) => self.invalid_field(
                    name,
                    &format!("it is computed when it is read, so `{place}` cannot use it"),
                ),
                None => self.unknown_field(name),
            });
        };
        let is_secret =
            |field: &Field| matches!(field.kind, FieldType::Password | FieldType::Secret);
        if place != "select" && field.is_some_and(is_secret) {
            return Err(
                self.invalid_field(name, &format!("it is secret, so `{place}` cannot use it"))
            );
        }
        Ok(column)
    }

    /// A field that is computed, by its name.
    pub fn computed(&self, name: &str) -> Option<&'k Field> {
        let field = self.object.field(name).filter(|field| field.kind.is_computed())?;
        self.rights.shows(name).then_some(field)
    }

    /// What a search looks into: the fields that say so, and the name.
    pub fn searched(&self) -> Vec<Name> {
        let object = self.object;
        let is_searched = |field: &&Field| {
            let is_name = object.name_field.as_ref() == Some(&field.name);
            let is_text = field.cell_type() == Some(os_db::CellType::Text) && !field.is_json();
            is_text && (is_name || field.is_searchable) && self.rights.shows(field.name.as_str())
        };
        object.fields.iter().filter(is_searched).map(|field| field.name.clone()).collect()
    }

    /// Refuses a name that is no field.
    pub fn unknown_field(&self, name: &str) -> Error {
        let shown: String = name.chars().take(80).collect();
        let message =
            format!("Unknown field '{}' on object '{}'", shown.escape_debug(), self.object.name);
        self.refused_field(message, &shown)
    }

    pub fn invalid_field(&self, name: &str, why: &str) -> Error {
        let message = format!("Field '{name}' on object '{}': {why}", self.object.name);
        self.refused_field(message, name)
    }

    fn refused_field(&self, message: String, name: &str) -> Error {
        let error = Code::InvalidField.error(message);
        error.with("field", name).with("object", self.object.name.as_str())
    }

    /// Says that there is no such record, or none that the caller may see.
    pub fn no_record(&self, id: &str) -> Error {
        let shown: String = id.chars().take(80).collect();
        let (shown, object) = (shown.escape_debug(), self.object.name.as_str());
        Code::RecordNotFound
            .error(format!("Record {shown} not found in {object}"))
            .with("object", object)
    }
}
