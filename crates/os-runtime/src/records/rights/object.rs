//! Access of a caller to one object.

use super::{RequestScope, Rights};
use crate::kernel::Kernel;
use crate::object::{Column, Field, Object};
use crate::{Code, Error, Result};
use os_db::{CellType, Name};
use os_identity::UserPrincipal;
use std::sync::Arc;

/// The longest id of a record, in bytes.
const MAX_ID_BYTES: usize = 255;

/// An object, and what a caller may do with its records.
pub struct ObjectAccess<'k> {
    scope: RequestScope<'k>,
    object: &'k Arc<Object>,
    rights: Rights,
}

impl<'k> ObjectAccess<'k> {
    /// Returns the access to an object that is known, whatever the caller is granted.
    pub fn new(scope: RequestScope<'k>, object: &'k Arc<Object>) -> Self {
        let rights = Rights::of(&scope, object);
        Self { scope, object, rights }
    }

    /// Returns the access of the same caller to another object.
    pub fn to(&self, object: &'k Arc<Object>) -> Self {
        Self::new(self.scope, object)
    }

    pub fn scope(&self) -> RequestScope<'k> {
        self.scope
    }

    pub fn kernel(&self) -> &'k Kernel {
        self.scope.kernel()
    }

    pub fn caller(&self) -> &'k UserPrincipal {
        self.scope.caller()
    }

    pub fn object(&self) -> &'k Arc<Object> {
        self.object
    }

    pub fn rights(&self) -> &Rights {
        &self.rights
    }

    /// Returns the column of this name, if the caller may see it and it can be compared.
    /// `parameter` is the one that names it.
    ///
    /// # Errors
    /// `INVALID_FIELD`.
    pub fn column(&self, name: &str, parameter: &str) -> Result<Column> {
        let field = self.object.field(name);
        if !self.rights.shows(name) {
            return Err(self.unknown_field(name));
        }
        let Some(column) = self.object.column(name) else {
            return Err(match field {
                Some(_) => self.invalid_field(
                    name,
                    &format!("it is computed when it is read, so `{parameter}` cannot use it"),
                ),
                None => self.unknown_field(name),
            });
        };
        if parameter != "select" && field.is_some_and(Field::is_secret) {
            return Err(
                self.invalid_field(name, &format!("it is secret, so `{parameter}` cannot use it"))
            );
        }
        Ok(column)
    }

    /// Returns the computed field of this name, if the caller may see it.
    pub fn computed(&self, name: &str) -> Option<&'k Field> {
        let field = self.object.field(name).filter(|field| field.kind.is_computed())?;
        self.rights.shows(name).then_some(field)
    }

    /// Returns the fields that a search looks into: those that are searchable, and the name.
    pub fn searched(&self) -> Vec<Name> {
        let is_searched = |field: &&Field| {
            let is_name = self.object.name_field.as_ref() == Some(&field.name);
            let is_text = field.cell_type() == Some(CellType::Text) && !field.is_json();
            is_text && (is_name || field.is_searchable) && self.rights.shows(field.name.as_str())
        };
        let fields = self.object.fields.iter().filter(is_searched);
        fields.map(|field| field.name.clone()).collect()
    }

    /// Returns the refusal of a name that is not a field.
    pub fn unknown_field(&self, name: &str) -> Error {
        let shown: String = name.chars().take(80).collect();
        let message =
            format!("Unknown field '{}' on object '{}'", shown.escape_debug(), self.object.name);
        self.refused_field(message, &shown)
    }

    /// Returns the refusal of a field, and why.
    pub fn invalid_field(&self, name: &str, why: &str) -> Error {
        let message = format!("Field '{name}' on object '{}': {why}", self.object.name);
        self.refused_field(message, name)
    }

    fn refused_field(&self, message: String, name: &str) -> Error {
        let error = Code::InvalidField.error(message);
        error.with("field", name).with("object", self.object.name.as_str())
    }

    /// Returns an id that a database can look up.
    ///
    /// # Errors
    /// `RECORD_NOT_FOUND` for any other.
    pub fn stored_id<'i>(&self, id: &'i str) -> Result<&'i str> {
        if id.contains('\0') || id.len() > MAX_ID_BYTES { Err(self.no_record(id)) } else { Ok(id) }
    }

    /// Returns the refusal where there is no such record, or none that the caller may see.
    pub fn no_record(&self, id: &str) -> Error {
        let shown: String = id.chars().take(80).collect();
        let (shown, object) = (shown.escape_debug(), self.object.name.as_str());
        Code::RecordNotFound
            .error(format!("Record {shown} not found in {object}"))
            .with("object", object)
    }
}
