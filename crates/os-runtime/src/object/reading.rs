//! The state of reading one object.

use super::Column;
use os_db::Name;
use os_package::expression::Expression;
use std::collections::{BTreeSet, HashMap};

/// Reading one object; collects what its author should know.
pub struct Reading<'a> {
    /// The path of the part that is read.
    pub path: String,
    pub warnings: &'a mut Vec<String>,
    /// The columns of the object, by name.
    pub columns: HashMap<Name, Column>,
    /// The fields that have no column.
    pub computed: BTreeSet<Name>,
    /// The fields whose values are never shown.
    pub secret: BTreeSet<Name>,
}

impl<'a> Reading<'a> {
    /// Starts with nothing read; `path` is the place of the object in the artifact.
    pub fn new(path: String, warnings: &'a mut Vec<String>) -> Self {
        let (computed, secret) = (BTreeSet::new(), BTreeSet::new());
        Self { path, warnings, columns: HashMap::new(), computed, secret }
    }

    /// Reads a part that stands at `key` within this one.
    pub fn within<T>(&mut self, key: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        self.path.push('.');
        self.path.push_str(key);
        let result = read(self);
        self.path.truncate(length);
        result
    }

    /// Warns of the part that is read.
    pub fn warn(&mut self, message: String) {
        self.warnings.push(format!("{}: {message}", self.path));
    }

    /// Returns the column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.get(name)
    }

    /// Returns the fields of the record that an expression reads and the object does not have.
    pub fn unknown_fields(&self, expression: &Expression) -> Vec<String> {
        let of_record = expression
            .references()
            .into_iter()
            .filter(|reference| ["record", "previous", "old"].contains(&reference.name));
        let names: BTreeSet<&str> = of_record.filter_map(|reference| reference.member).collect();
        let is_known = |name: &str| self.columns.contains_key(name) || self.computed.contains(name);
        names.into_iter().filter(|name| !is_known(name)).map(str::to_owned).collect()
    }
}
