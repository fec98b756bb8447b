//! Permissions that people need to see an app: `requiredPermissions` of the app and of entries of its
//! navigation.

use crate::kernel::{Item, Loaded};
use crate::object::permissions;
use crate::records::rights::AssignedSets;
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// The members of an app, an area or an entry that hold entries.
const ENTRIES: [&str; 3] = ["navigation", "areas", "children"];

/// Returns whether an item asks for permissions anywhere.
pub fn demands(item: &Item) -> bool {
    item.kind == "app" && asks(&item.value)
}

fn asks(value: &Value) -> bool {
    value.get("requiredPermissions").is_some_and(|it| *it != Value::Null)
        || entries(value).any(asks)
}

fn entries(value: &Value) -> impl Iterator<Item = &Value> {
    let lists = ENTRIES.iter().filter_map(|key| value.get(*key)?.as_array());
    lists.flatten()
}

/// Returns an item as the holder of these sets sees it; none where they do not see it.
pub fn visible<'i>(owner: &Loaded, item: &'i Item, sets: &AssignedSets) -> Option<Cow<'i, Item>> {
    if !demands(item) {
        return Some(Cow::Borrowed(item));
    }
    if !permits(owner, &item.value, sets) {
        return None;
    }
    let mut value = item.value.as_ref().clone();
    prune(owner, &mut value, sets);
    Some(Cow::Owned(Item { value: Arc::new(value), ..item.clone() }))
}

/// Returns whether a reader may see an app or an entry. Demands that are no list are met by nobody
/// but the owner of the runtime.
fn permits(owner: &Loaded, value: &Value, sets: &AssignedSets) -> bool {
    match permissions("", value, "requiredPermissions") {
        Ok(demanded) => sets.permit(&demanded, &owner.package.manifest.id),
        Err(_) => sets.are_owners(),
    }
}

fn prune(owner: &Loaded, value: &mut Value, sets: &AssignedSets) {
    for key in ENTRIES {
        if let Some(entries) = value.get_mut(key).and_then(Value::as_array_mut) {
            entries.retain(|entry| permits(owner, entry, sets));
            entries.iter_mut().for_each(|entry| prune(owner, entry, sets));
        }
    }
}
