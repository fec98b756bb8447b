//! The fields that every object has (docs/wire/records.md#system-fields), as readers see them.

use os_package::system;
use serde_json::{Map, Value, json};

/// A system field, as readers see it.
struct SystemField {
    name: &'static str,
    kind: &'static str,
    /// The object that a lookup refers to.
    reference: Option<&'static str>,
    label: &'static str,
    /// The label in [`LANGUAGES`].
    labels: [&'static str; 5],
    description: &'static str,
    is_hidden: bool,
}

/// The languages, beside English, of system fields.
const LANGUAGES: [&str; 5] = ["de", "es", "fr", "ja", "zh"];

const SYSTEM_FIELDS: [SystemField; 7] = [
    SystemField {
        name: "organization_id",
        kind: "lookup",
        reference: Some(system::ORGANIZATIONS),
        label: "Organization",
        labels: ["Organisation", "Organización", "Organisation", "組織", "组织"],
        description: "The organization the record belongs to",
        is_hidden: true,
    },
    SystemField {
        name: "created_at",
        kind: "datetime",
        reference: None,
        label: "Created At",
        labels: ["Erstellt am", "Creado el", "Créé le", "作成日時", "创建时间"],
        description: "When the record was created",
        is_hidden: false,
    },
    SystemField {
        name: "created_by",
        kind: "lookup",
        reference: Some(system::USERS),
        label: "Created By",
        labels: ["Erstellt von", "Creado por", "Créé par", "作成者", "创建人"],
        description: "Who created the record",
        is_hidden: false,
    },
    SystemField {
        name: "updated_at",
        kind: "datetime",
        reference: None,
        label: "Last Modified At",
        labels: ["Geändert am", "Actualizado el", "Modifié le", "更新日時", "更新时间"],
        description: "When the record was last changed",
        is_hidden: false,
    },
    SystemField {
        name: "updated_by",
        kind: "lookup",
        reference: Some(system::USERS),
        label: "Last Modified By",
        labels: ["Geändert von", "Actualizado por", "Modifié par", "更新者", "更新人"],
        description: "Who last changed the record",
        is_hidden: false,
    },
    SystemField {
        name: "owner_id",
        kind: "lookup",
        reference: Some(system::USERS),
        label: "Owner",
        labels: ["Besitzer", "Propietario", "Propriétaire", "所有者", "所有者"],
        description: "Who the record belongs to",
        is_hidden: false,
    },
    SystemField {
        name: "owning_business_unit_id",
        kind: "lookup",
        reference: Some(system::BUSINESS_UNITS),
        label: "Owning Business Unit",
        labels: [
            "Zuständige Einheit",
            "Unidad de negocio",
            "Unité propriétaire",
            "所属ビジネスユニット",
            "所属业务单元",
        ],
        description: "The business unit the record belongs to",
        is_hidden: true,
    },
];

/// Adds the system fields before those of an object; a declaration of the package wins.
pub fn add(object: &mut Value, locale: &str) {
    let system = SYSTEM_FIELDS.iter().map(|field| (field.name, field.localized(locale)));
    match object.get_mut("fields") {
        Some(Value::Array(list)) => {
            let declared: Vec<Value> = list.iter().map(|field| field["name"].clone()).collect();
            let added = system.filter(|(name, _)| !declared.iter().any(|it| it == name));
            let added = added.map(|(name, mut field)| {
                field["name"] = name.into();
                field
            });
            list.splice(0..0, added.collect::<Vec<_>>());
        }
        own => {
            let own = own.and_then(Value::as_object_mut).map(std::mem::take).unwrap_or_default();
            let added = system.filter(|(name, _)| !own.contains_key(*name));
            let mut all: Map<String, Value> =
                added.map(|(name, field)| (name.to_owned(), field)).collect();
            all.extend(own);
            object["fields"] = Value::Object(all);
        }
    }
}

impl SystemField {
    fn localized(&self, locale: &str) -> Value {
        let language = locale.split('-').next().unwrap_or_default();
        let at = LANGUAGES.iter().position(|it| *it == language);
        let mut field = json!({ "type": self.kind });
        if let Some(reference) = self.reference {
            field["reference"] = reference.into();
        }
        field["label"] = at.map_or(self.label, |at| self.labels[at]).into();
        field["required"] = false.into();
        if self.is_hidden {
            field["hidden"] = true.into();
        }
        field["readonly"] = (self.name != "owner_id").into();
        field["system"] = true.into();
        field["description"] = self.description.into();
        field
    }
}

#[cfg(test)]
mod tests {
    use super::SYSTEM_FIELDS;
    use crate::object::SYSTEM_COLUMNS;

    #[test]
    fn the_fields_are_the_columns() {
        let fields = SYSTEM_FIELDS.map(|field| field.name);
        assert_eq!(fields, SYSTEM_COLUMNS.map(|(name, _)| name));
    }
}
