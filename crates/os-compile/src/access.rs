//! The access matrix, a reviewed list of all grants: `access-matrix.json`.
//!
//! **Invariant:** a project that has the file compiles only while the file matches its permission
//! sets; so every change of grants is also a change of that file.

use crate::diagnostic::{Diagnostic, Location};
use crate::project::{FileError, Project};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The file, beside the config.
pub const ACCESS_MATRIX_FILE: &str = "access-matrix.json";

/// The grants of every permission set on every object that it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessMatrix {
    version: u32,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    permission_set: String,
    object: String,
    #[serde(flatten)]
    grants: Grants,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    read_scope: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    write_scope: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sharing_model: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Grants {
    create: bool,
    read: bool,
    edit: bool,
    delete: bool,
    view_all_records: bool,
    modify_all_records: bool,
}

impl AccessMatrix {
    /// Returns the matrix of a checked stack.
    pub fn of(stack: &Value) -> Self {
        let objects = stack["objects"].as_array().into_iter().flatten();
        let models: BTreeMap<_, _> = objects
            .filter_map(|it| Some((it["name"].as_str()?, it["sharingModel"].as_str()?)))
            .collect();
        let sets = stack["permissions"].as_array().into_iter().flatten();
        let mut entries: Vec<Entry> = sets
            .flat_map(|set| {
                let name = set["name"].as_str().unwrap_or_default();
                let objects = set["objects"].as_object().into_iter().flatten();
                let models = &models;
                objects.map(move |(object, grant)| {
                    entry(name, object, grant, models.get(object.as_str()).copied())
                })
            })
            .collect();
        entries.sort_by_cached_key(|it| (order(&it.permission_set), order(&it.object)));
        Self { version: 1, entries }
    }

    /// Returns the content of its file.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a matrix has text keys only");
        text.push('\n');
        text
    }
}

/// Underscores come before digits and letters, as in the original's files.
fn order(name: &str) -> String {
    name.replace('_', "\u{1}")
}

fn entry(set: &str, object: &str, grant: &Value, sharing_model: Option<&str>) -> Entry {
    let is = |key: &str| grant[key] == true;
    let text = |key: &str| grant[key].as_str().map(str::to_owned);
    let (view_all_records, modify_all_records) = (is("viewAllRecords"), is("modifyAllRecords"));
    let grants = Grants {
        create: is("allowCreate"),
        read: is("allowRead") || view_all_records || modify_all_records,
        edit: is("allowEdit") || modify_all_records,
        delete: is("allowDelete") || modify_all_records,
        view_all_records,
        modify_all_records,
    };
    Entry {
        permission_set: set.to_owned(),
        object: object.to_owned(),
        grants,
        read_scope: text("readScope"),
        write_scope: text("writeScope"),
        sharing_model: sharing_model.map(str::to_owned),
    }
}

/// Compares a checked stack with the project's file, if there is one.
pub fn compare(project: &Project, stack: &Value) -> Vec<Diagnostic> {
    let text = match project.read(ACCESS_MATRIX_FILE) {
        Ok(text) => text,
        Err(FileError::Missing(_)) => return Vec::new(),
        Err(error) => return vec![Diagnostic::error(RULE, error.to_string())],
    };
    let reviewed: AccessMatrix = match serde_json::from_str(&text) {
        Ok(matrix) => matrix,
        Err(error) => {
            let (line, column) = (as_u32(error.line()), as_u32(error.column()));
            let wrong = Diagnostic::error(
                RULE,
                format!("`{ACCESS_MATRIX_FILE}` is not an access matrix: {error}"),
            );
            let help = "write it anew with `os compile --update-access-matrix`";
            return vec![wrong.help(help).at(Location::of_line(
                ACCESS_MATRIX_FILE,
                &text,
                line,
                column,
            ))];
        }
    };
    let now = AccessMatrix::of(stack);
    let help = "review it, then accept it with `os compile --update-access-matrix`";
    let diagnostic = |(entry, message): (&Entry, String)| Diagnostic {
        path: path(stack, entry),
        ..Diagnostic::error(RULE, message).help(help)
    };
    changes(&reviewed, &now).into_iter().map(diagnostic).collect()
}

const RULE: &str = "access-matrix";

/// Returns the path of the grant in the stack; none where it is gone.
fn path(stack: &Value, entry: &Entry) -> Option<String> {
    let sets = stack["permissions"].as_array()?;
    let at = sets.iter().position(|set| set["name"] == *entry.permission_set)?;
    let set = format!("permissions[{at}]");
    let named = sets[at]["objects"].get(&entry.object).is_some();
    Some(if named { format!("{set}.objects.{}", entry.object) } else { set })
}

/// Lists the changes, each with its entry and a sentence.
fn changes<'m>(before: &'m AccessMatrix, after: &'m AccessMatrix) -> Vec<(&'m Entry, String)> {
    let key = |it: &'m Entry| ((&it.permission_set, &it.object), it);
    let old: BTreeMap<_, _> = before.entries.iter().map(key).collect();
    let new: BTreeMap<_, _> = after.entries.iter().map(key).collect();
    let mut found = Vec::new();
    for entry in old.iter().filter(|(key, _)| !new.contains_key(*key)).map(|(_, entry)| *entry) {
        let Entry { permission_set, object, .. } = entry;
        found.push((entry, format!("`{permission_set}` loses all access to `{object}`")));
    }
    for (key, entry) in new {
        match old.get(&key) {
            Some(reviewed) => found.extend(changed(reviewed, entry).map(|it| (entry, it))),
            None => found.push((entry, gained(entry))),
        }
    }
    found
}

fn gained(entry: &Entry) -> String {
    let Entry { permission_set, object, grants, .. } = entry;
    let grants: Vec<_> =
        grants.named().into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect();
    let grants = if grants.is_empty() { "nothing yet".to_owned() } else { grants.join(", ") };
    format!("`{permission_set}` gains access to `{object}`: {grants}")
}

fn changed(before: &Entry, after: &Entry) -> impl Iterator<Item = String> {
    let Entry { permission_set, object, .. } = after;
    let pairs = before.grants.named().into_iter().zip(after.grants.named());
    let grants = pairs.filter(|(old, new)| old != new).map(move |(_, (name, is))| {
        let verb = if is { "gains" } else { "loses" };
        format!("`{permission_set}` {verb} `{name}` on `{object}`")
    });
    let texts = [
        ("reads", before.read_scope.as_deref(), after.read_scope.as_deref(), "own"),
        ("writes", before.write_scope.as_deref(), after.write_scope.as_deref(), "own"),
    ];
    let scopes = texts.into_iter().filter_map(move |(verb, old, new, default)| {
        let (old, new) = (old.unwrap_or(default), new.unwrap_or(default));
        (old != new)
            .then(|| format!("`{permission_set}` {verb} `{object}` as `{new}`, not as `{old}`"))
    });
    let model = |it: &Entry| it.sharing_model.clone().unwrap_or_else(|| "unset".to_owned());
    let (old, new) = (model(before), model(after));
    let sharing = (old != new).then(|| {
        format!("`sharingModel` of `{object}` is `{new}`, not `{old}`, which is for everybody")
    });
    grants.chain(scopes).chain(sharing)
}

impl Grants {
    fn named(&self) -> [(&'static str, bool); 6] {
        [
            ("create", self.create),
            ("read", self.read),
            ("edit", self.edit),
            ("delete", self.delete),
            ("viewAllRecords", self.view_all_records),
            ("modifyAllRecords", self.modify_all_records),
        ]
    }
}

fn as_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn matrix(model: &str, grants: Value) -> AccessMatrix {
        AccessMatrix::of(&json!({
            "objects": [{ "name": "a_b", "sharingModel": model }],
            "permissions": [{ "name": "p", "objects": grants }],
        }))
    }

    #[test]
    fn a_matrix_reads_what_it_writes() {
        let given = json!({ "a_b": { "modifyAllRecords": true, "readScope": "org" }, "a1": {} });
        let matrix = matrix("private", given);
        let text = matrix.to_text();
        assert_eq!(serde_json::from_str::<AccessMatrix>(&text).unwrap(), matrix);
        let entries = serde_json::from_str::<Value>(&text).unwrap();
        let first = json!({
            "permissionSet": "p", "object": "a_b", "create": false, "read": true, "edit": true,
            "delete": true, "viewAllRecords": false, "modifyAllRecords": true, "readScope": "org",
            "sharingModel": "private",
        });
        assert_eq!(entries["entries"][0], first);
    }

    #[test]
    fn every_change_is_reported() {
        let messages = |before: &AccessMatrix, after: &AccessMatrix| {
            let changes = changes(before, after);
            changes.into_iter().map(|(_, message)| message).collect::<Vec<_>>()
        };
        let before = matrix("private", json!({ "a_b": { "allowRead": true }, "a_c": {} }));
        let grants = json!({ "a_b": { "allowEdit": true, "readScope": "org" }, "a_d": { "allowRead": true } });
        let after = matrix("public_read", grants);
        let expected = [
            "`p` loses all access to `a_c`",
            "`p` loses `read` on `a_b`",
            "`p` gains `edit` on `a_b`",
            "`p` reads `a_b` as `org`, not as `own`",
            "`sharingModel` of `a_b` is `public_read`, not `private`, which is for everybody",
            "`p` gains access to `a_d`: read",
        ];
        assert_eq!(messages(&before, &after), expected);
        assert!(messages(&before, &before).is_empty());
    }
}
