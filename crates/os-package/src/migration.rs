//! Migrations of a manifest: how records change when a package changes
//! (docs/wire/manifest.md#migrations).
//!
//! **Invariant:** a [`Migration`] is declarative. Its steps are from a closed list,
//! name objects and fields by plain names, and drop nothing that was not copied.

use serde::Deserialize;
use serde_json::Value;

use crate::text::excerpt;

/// Steps that run together, once, in the order of the manifest.
#[derive(Debug, Clone, PartialEq)]
pub struct Migration {
    /// Unique in its package.
    pub id: String,
    /// In their order.
    pub steps: Vec<Step>,
}

/// One step of a migration.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// Renames an object.
    RenameObject { from: String, to: String },
    /// Renames a field.
    RenameField { object: String, from: String, to: String },
    /// Copies the values of a field to another that has none.
    CopyField {
        object: String,
        from: String,
        to: String,
        /// The type to convert to; values that cannot be converted are left out.
        #[serde(default)]
        convert: Option<Convert>,
    },
    /// Sets the value of records without one.
    FillDefault { object: String, field: String, value: Value },
    /// Drops a field, after the same migration copied it.
    DropField { object: String, field: String },
}

/// The type that values of a copied field are converted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Convert {
    /// Text.
    Text,
    /// A number.
    Number,
    /// True or false.
    Boolean,
}

/// Fields of every record, which no migration touches.
const SYSTEM_FIELDS: [&str; 8] = [
    "id",
    "organization_id",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
    "owner_id",
    "owning_business_unit_id",
];

impl Migration {
    /// Reads an item of `migrations`: an id, or an object with an `id` and `steps`.
    ///
    /// # Errors
    /// The path in the item, and the problem.
    pub fn read(item: &Value) -> Result<Self, (String, String)> {
        let id = item.as_str().or_else(|| item.get("id")?.as_str()).filter(|id| !id.is_empty());
        let Some(id) = id.filter(|id| id.chars().count() <= 255) else {
            return Err((String::new(), "must have an `id` of 1 to 255 characters".to_owned()));
        };
        let steps = match item.get("steps") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(steps)) => steps.clone(),
            Some(_) => return Err((".steps".to_owned(), "must be a list".to_owned())),
        };
        let mut read: Vec<Step> = Vec::with_capacity(steps.len());
        for (index, step) in steps.into_iter().enumerate() {
            let place = |message: String| (format!(".steps[{index}]"), message);
            let step: Step = serde_json::from_value(step).map_err(|error| {
                let known =
                    "`rename_object`, `rename_field`, `copy_field`, `fill_default`, `drop_field`";
                place(format!("is no step: {error}; `op` is one of {known}"))
            })?;
            step.check(&read).map_err(place)?;
            read.push(step);
        }
        Ok(Self { id: id.to_owned(), steps: read })
    }
}

impl Step {
    /// Returns the objects it names.
    pub fn objects(&self) -> Vec<&str> {
        match self {
            Self::RenameObject { from, to } => vec![from, to],
            Self::RenameField { object, .. }
            | Self::CopyField { object, .. }
            | Self::FillDefault { object, .. }
            | Self::DropField { object, .. } => vec![object],
        }
    }

    /// Returns the fields it names.
    fn fields(&self) -> Vec<&str> {
        match self {
            Self::RenameObject { .. } => Vec::new(),
            Self::RenameField { from, to, .. } | Self::CopyField { from, to, .. } => vec![from, to],
            Self::FillDefault { field, .. } | Self::DropField { field, .. } => vec![field],
        }
    }

    fn check(&self, before: &[Self]) -> Result<(), String> {
        for name in self.objects().into_iter().chain(self.fields()) {
            if !is_name(name) {
                return Err(format!("`{}` is not a name of an object or field", excerpt(name)));
            }
        }
        if let Some(field) = self.fields().iter().find(|field| SYSTEM_FIELDS.contains(field)) {
            return Err(format!("`{field}` belongs to the system; a migration leaves it alone"));
        }
        match self {
            Self::RenameObject { from, to }
            | Self::RenameField { from, to, .. }
            | Self::CopyField { from, to, .. }
                if from == to =>
            {
                Err(format!("`from` and `to` are both `{from}`"))
            }
            Self::FillDefault {
                value: Value::String(_) | Value::Number(_) | Value::Bool(_),
                ..
            } => Ok(()),
            Self::FillDefault { .. } => {
                Err("`value` must be a string, a number, true or false".to_owned())
            }
            Self::DropField { object, field } if !is_copied(before, object, field) => Err(format!(
                "drops `{field}`, which no step before it copies; add a `copy_field`, or leave the field out of the object: its values stay"
            )),
            _ => Ok(()),
        }
    }
}

fn is_copied(before: &[Step], dropped_from: &str, field: &str) -> bool {
    before.iter().any(|step| {
        matches!(step, Step::CopyField { object, from, .. } if object == dropped_from && from == field)
    })
}

fn is_name(text: &str) -> bool {
    let is_legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    (1..=63).contains(&text.len())
        && text.bytes().all(is_legal)
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && !text.starts_with("_was_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn steps_are_from_a_closed_list() {
        let good = json!({"id": "1", "steps": [
            {"op": "rename_object", "from": "crm_a", "to": "crm_b"},
            {"op": "rename_field", "object": "crm_b", "from": "x", "to": "y"},
            {"op": "copy_field", "object": "crm_b", "from": "y", "to": "z", "convert": "number"},
            {"op": "fill_default", "object": "crm_b", "field": "z", "value": 0},
            {"op": "drop_field", "object": "crm_b", "field": "y"}]});
        assert_eq!(Migration::read(&good).unwrap().steps.len(), 5);
        assert_eq!(Migration::read(&json!("0001")).unwrap().steps, []);
        for (step, reason) in [
            (json!({"op": "sql", "text": "DROP TABLE x"}), "is no step"),
            (json!({"op": "rename_object", "from": "crm_a"}), "is no step"),
            (json!({"op": "rename_object", "from": "crm_a", "to": "crm_a"}), "both"),
            (json!({"op": "rename_object", "from": "crm_a", "to": "a; DROP"}), "not a name"),
            (json!({"op": "rename_field", "object": "crm_a", "from": "id", "to": "b"}), "system"),
            (
                json!({"op": "fill_default", "object": "crm_a", "field": "b", "value": null}),
                "value",
            ),
            (json!({"op": "drop_field", "object": "crm_a", "field": "b"}), "copies"),
            (json!({"op": "drop_field", "object": "crm_a", "field": "b", "x": 1}), "is no step"),
        ] {
            let (place, message) =
                Migration::read(&json!({"id": "1", "steps": [step]})).unwrap_err();
            assert!(place == ".steps[0]" && message.contains(reason), "{message}");
        }
    }
}
