//! The items of a package, by name.
//!
//! **Invariant:** an object of another package, and one without fields, has every field: only what
//! is known is checked.

use super::{entries, suggestion, text};
use crate::schema::rules::field_type;
use os_package::FieldType;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

/// The items of a package, indexed.
pub struct Package<'s> {
    /// The whole stack.
    pub stack: &'s Value,
    /// Its objects.
    pub objects: HashMap<&'s str, Object<'s>>,
    /// Its datasets of the analytics.
    pub datasets: HashMap<&'s str, &'s Value>,
    /// Its actions, those of its objects included.
    pub actions: HashSet<&'s str>,
    /// Its pages.
    pub pages: HashSet<&'s str>,
}

/// An object of the package.
#[derive(Clone, Copy)]
pub struct Object<'s> {
    /// Its index in the list.
    pub at: usize,
    /// Its value.
    pub value: &'s Value,
    fields: Option<&'s Map<String, Value>>,
}

/// The end of a path of fields.
pub enum Found<'s> {
    /// A field that the package declares.
    Field(&'s Value),
    /// A column that every object has.
    System,
    /// The path leads to an unknown object.
    Open,
    /// There is no such field; the message and the remedy.
    Missing(String, String),
}

/// Columns that the platform adds to objects.
const SYSTEM_COLUMNS: [&str; 11] = [
    "id",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
    "owner_id",
    "organization_id",
    "tenant_id",
    "owning_business_unit_id",
    "is_deleted",
    "deleted_at",
];

impl<'s> Package<'s> {
    /// Indexes a stack.
    pub fn new(stack: &'s Value) -> Self {
        let named = |list| entries(stack, list).iter().map(|item| (text(item, "name"), item));
        let objects = named("objects").enumerate().map(|(at, (name, value))| {
            let fields = value["fields"].as_object().filter(|fields| !fields.is_empty());
            (name, Object { at, value, fields })
        });
        let embedded = entries(stack, "objects").iter().flat_map(|it| entries(it, "actions"));
        let actions = entries(stack, "actions").iter().chain(embedded);
        Self {
            stack,
            objects: objects.collect(),
            datasets: named("datasets").collect(),
            actions: actions.map(|action| text(action, "name")).collect(),
            pages: named("pages").map(|(name, _)| name).collect(),
        }
    }

    /// Lists the objects in their order.
    pub fn in_order(&self) -> impl Iterator<Item = Object<'s>> + use<'s> {
        entries(self.stack, "objects").iter().enumerate().map(|(at, value)| {
            let fields = value["fields"].as_object().filter(|fields| !fields.is_empty());
            Object { at, value, fields }
        })
    }

    /// Follows a path such as `account.owner.name` from an object.
    pub fn follow(&self, object: &str, path: &str) -> Found<'s> {
        let mut object = object;
        let mut rest = path;
        loop {
            let Some(known) = self.objects.get(object).filter(|it| it.fields.is_some()) else {
                return Found::Open;
            };
            let Some((head, tail)) = rest.split_once('.') else { return known.find(rest) };
            let field = match known.find(head) {
                Found::Field(field) => field,
                Found::System => return Found::Open,
                other => return other,
            };
            if !is_reference(field) {
                let message = format!("'{head}' of {object} is not a reference to another object");
                let help = "name the field alone, or follow a lookup";
                return Found::Missing(message, help.to_owned());
            }
            match text(field, "reference") {
                "" => return Found::Open,
                target => object = target,
            }
            rest = tail;
        }
    }
}

/// Returns whether a field refers to records.
pub fn is_reference(field: &Value) -> bool {
    field_type(field).is_some_and(FieldType::is_reference)
}

impl<'s> Object<'s> {
    /// Returns its name.
    pub fn name(&self) -> &'s str {
        text(self.value, "name")
    }

    /// Returns its fields, in their order.
    pub fn fields(&self) -> impl Iterator<Item = (&'s str, &'s Value)> + use<'s> {
        self.fields.into_iter().flatten().map(|(name, field)| (name.as_str(), field))
    }

    /// Returns a field.
    pub fn field(&self, name: &str) -> Option<&'s Value> {
        self.fields?.get(name)
    }

    /// Looks up a name among its fields and the system's.
    pub fn find(&self, name: &str) -> Found<'s> {
        let Some(fields) = self.fields else { return Found::Open };
        match fields.get(name) {
            Some(field) => Found::Field(field),
            None if SYSTEM_COLUMNS.contains(&name) => Found::System,
            None => {
                let message = format!("{} has no field '{name}'", self.name());
                let names = fields.keys().map(String::as_str);
                Found::Missing(message, suggestion(name, names))
            }
        }
    }
}
