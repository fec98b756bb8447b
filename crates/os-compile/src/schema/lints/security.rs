//! Lints of permission sets and sharing models.
//!
//! **Invariant:** a refused declaration would grant more than its author wrote, or nothing.

use super::package::{Found, Object, Package};
use super::{entries, error, members, text, warning};
use crate::diagnostic::Diagnostic;
use serde_json::Value;
use std::collections::HashSet;

/// Checks objects, permission sets and books.
pub fn check(package: &Package, found: &mut Vec<Diagnostic>) {
    for object in package.in_order() {
        by_parent(&object, found);
        external(&object, found);
    }
    let sets = entries(package.stack, "permissions");
    for (at, set) in sets.iter().enumerate() {
        fields(package, set, &format!("permissions[{at}]"), found);
        everything(set, &format!("permissions[{at}]"), found);
    }
    details(package, sets, found);
    books(package.stack, sets, found);
    words(package, found);
}

/// Checks that an object controlled by its parent has exactly one.
fn by_parent(object: &Object, found: &mut Vec<Diagnostic>) {
    if object.value["sharingModel"] != "controlled_by_parent" {
        return;
    }
    let points = |kind: &str, needs: bool| -> Vec<&str> {
        let fields = object.fields().filter(|(_, it)| {
            it["type"] == kind
                && !text(it, "reference").is_empty()
                && (!needs || it["required"] == true)
        });
        fields.map(|(name, _)| name).collect()
    };
    let tiers = [("master_detail", true), ("master_detail", false), ("lookup", true)];
    let parents = tiers.into_iter().map(|(kind, needs)| points(kind, needs));
    let parents = parents.into_iter().find(|names| !names.is_empty()).unwrap_or_default();
    let path = format!("objects[{}]", object.at);
    match parents.as_slice() {
        [_] => {}
        [] => {
            let message =
                format!("{} follows its parent, and no field points to one", object.name());
            let help = "add a master-detail field, or another `sharingModel`";
            let path = format!("{path}.sharingModel");
            let rule = "security-controlled-by-parent-no-relation";
            found.push(error(rule, path, message, help));
        }
        many => {
            let message = format!(
                "{} follows its parent, and {} point to one",
                object.name(),
                many.join(", ")
            );
            let help = "keep one master-detail field, and make the others lookups";
            let rule = "security-controlled-by-parent-ambiguous-relation";
            found.push(error(rule, format!("{path}.fields"), message, help));
        }
    }
}

/// Checks that external people see no more than internal ones.
fn external(object: &Object, found: &mut Vec<Diagnostic>) {
    let width = |key: &str| match text(object.value, key) {
        "private" => Some(0),
        "public_read" => Some(1),
        "public_read_write" => Some(2),
        _ => None,
    };
    if let (Some(inside), Some(outside)) = (width("sharingModel"), width("externalSharingModel"))
        && outside > inside
    {
        let message = "people from outside would see more than those inside";
        let help = "make `externalSharingModel` as narrow as `sharingModel`";
        let path = format!("objects[{}].externalSharingModel", object.at);
        found.push(error("security-external-wider-than-internal", path, message, help));
    }
}

/// Checks that permissions name fields that exist.
fn fields(package: &Package, set: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    for (key, _) in members(set, "fields") {
        let path = format!("{path}.fields.{key}");
        let Some((object, field)) = key.split_once('.') else {
            let message = format!("'{key}' does not name the object of its field");
            let help = format!("write '<object>.{key}'");
            found.push(error("security-fls-unqualified-key", path, message, help));
            continue;
        };
        let object = package.objects.get(object);
        if let Some(Found::Missing(message, help)) = object.map(|it| it.find(field)) {
            found.push(error("security-fls-unknown-field", path, message, help));
        }
    }
}

/// Checks rights over all objects, and rights of everybody.
fn everything(set: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    let all = &set["objects"]["*"];
    if all["viewAllRecords"] == true || all["modifyAllRecords"] == true {
        let message = "this gives all records of all objects, those of other packages included";
        let help = "name the objects it is for";
        let path = format!("{path}.objects.*");
        found.push(error("security-wildcard-vama", path, message, help));
    }
    if set["isDefault"] != true {
        return;
    }
    let has = |grant: &Value, keys: &[&str]| keys.iter().any(|key| grant[*key] == true);
    let high = members(set, "objects").find_map(|(object, grant)| {
        let what = match grant {
            _ if has(grant, &["viewAllRecords", "modifyAllRecords"]) => "all records",
            _ if has(grant, &["allowDelete", "allowTransfer"]) => "deleting and handing over",
            _ if has(grant, &["allowExport"]) => "exports",
            _ => return None,
        };
        Some(format!("{what} of {object}"))
    });
    let system =
        (!entries(set, "systemPermissions").is_empty()).then(|| "system permissions".into());
    if let Some(what) = system.or(high) {
        let message = format!("a set that everybody has gives {what}");
        let help = "move it to a set that is given to people, or remove `isDefault`";
        let path = format!("{path}.isDefault");
        found.push(error("security-anchor-high-privilege", path, message, help));
    }
}

/// Warns of details that no set grants, although their master is granted.
fn details(package: &Package, sets: &[Value], found: &mut Vec<Diagnostic>) {
    const RIGHTS: [&str; 6] = [
        "allowRead",
        "allowCreate",
        "allowEdit",
        "allowDelete",
        "viewAllRecords",
        "modifyAllRecords",
    ];
    let gives = |grant: &Value| RIGHTS.iter().any(|right| grant[*right] == true);
    let grants = sets.iter().flat_map(|set| members(set, "objects"));
    let granted: HashSet<_> =
        grants.filter(|(_, grant)| gives(grant)).map(|(name, _)| name.as_str()).collect();
    if sets.is_empty() || granted.contains("*") {
        return;
    }
    for object in package.in_order().filter(|it| !granted.contains(it.name())) {
        let mut fields = object.fields().filter(|(_, it)| it["type"] == "master_detail");
        if let Some((field, _)) = fields.next() {
            let message = format!(
                "no permission set gives {}, which is a part of another object",
                object.name()
            );
            let path = format!("objects[{}].fields.{field}", object.at);
            let help = "add it to the sets that give the object above it";
            found.push(warning("security-master-detail-ungranted", path, message, help));
        }
    }
}

fn books(stack: &Value, sets: &[Value], found: &mut Vec<Diagnostic>) {
    for (at, book) in entries(stack, "books").iter().enumerate() {
        let name = text(&book["audience"], "permissionSet");
        if !name.is_empty() && !sets.iter().any(|set| set["name"] == name) {
            let message = format!("this package has no permission set '{name}'");
            let help = super::suggestion(name, sets.iter().map(|set| text(set, "name")));
            let path = format!("books[{at}].audience.permissionSet");
            found.push(warning("security-book-audience-unknown-set", path, message, help));
        }
    }
}

/// Warns of the word "role": the platform has positions and permission sets.
fn words(package: &Package, found: &mut Vec<Diagnostic>) {
    let mut check = |item: &Value, name: &str, path: &dyn Fn() -> String| {
        let has =
            |word: &str| word.eq_ignore_ascii_case("role") || word.eq_ignore_ascii_case("roles");
        let key = if name.split(|it: char| !it.is_ascii_alphanumeric()).any(has) {
            "name"
        } else if text(item, "label").split(|it: char| !it.is_alphanumeric() && it != '_').any(has)
        {
            "label"
        } else {
            return;
        };
        let message = "the platform has no roles: a position says who a person is, a permission set what they may do";
        let help = "use another word, such as position, function or level";
        found.push(error("security-role-word", format!("{}.{key}", path()), message, help));
    };
    for object in package.in_order() {
        let path = format!("objects[{}]", object.at);
        check(object.value, object.name(), &|| path.clone());
        for (name, field) in object.fields() {
            check(field, name, &|| format!("{path}.fields.{name}"));
        }
        for (at, action) in entries(object.value, "actions").iter().enumerate() {
            check(action, text(action, "name"), &|| format!("{path}.actions[{at}]"));
        }
    }
    for list in ["permissions", "positions", "apps", "books"] {
        for (at, item) in entries(package.stack, list).iter().enumerate() {
            check(item, text(item, "name"), &|| format!("{list}[{at}]"));
        }
    }
}
