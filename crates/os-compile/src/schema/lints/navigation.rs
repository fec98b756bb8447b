//! Lints of navigation: entries lead to something that can be opened.
//!
//! **Invariant:** an entry that requires an object of another package is not checked against it.

use super::analytics::object_known;
use super::package::Package;
use super::{entries, error, is_template, members, text, warning};
use crate::diagnostic::Diagnostic;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Names of lists, by object.
type Lists<'s> = HashMap<&'s str, HashSet<&'s str>>;

/// Checks the navigation of all apps.
pub fn check(package: &Package, found: &mut Vec<Diagnostic>) {
    let apps = entries(package.stack, "apps");
    if apps.is_empty() {
        return;
    }
    let mut walk = Walk { package, lists: lists(package), granted: granted(package), found };
    for (at, app) in apps.iter().enumerate() {
        walk.items(entries(app, "navigation"), &format!("apps[{at}].navigation"));
        for (area, it) in entries(app, "areas").iter().enumerate() {
            for key in ["items", "navigation"] {
                walk.items(entries(it, key), &format!("apps[{at}].areas[{area}].{key}"));
            }
        }
    }
}

fn lists<'s>(package: &Package<'s>) -> Lists<'s> {
    let mut lists = Lists::new();
    for object in package.in_order() {
        for (key, _) in members(object.value, "listViews") {
            lists.entry(object.name()).or_default().insert(key);
        }
    }
    for view in entries(package.stack, "views") {
        let own = [text(&view["list"]["data"], "object"), text(view, "objectName")];
        let owner = own.into_iter().chain([text(view, "object"), text(view, "name")]);
        let owner = owner.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
        let names = lists.entry(owner).or_default();
        if view["list"].is_object() {
            names.extend(["default", "list", "all"]);
            names.insert(text(&view["list"], "name"));
            names.insert(text(view, "name"));
        }
        for (key, list) in members(view, "listViews") {
            names.insert(key);
            names.insert(text(list, "name"));
        }
    }
    lists
}

/// Objects that some permission set makes readable. `None` without sets, or with one for all.
fn granted<'s>(package: &Package<'s>) -> Option<HashSet<&'s str>> {
    let sets = entries(package.stack, "permissions");
    let mut granted = HashSet::new();
    for (object, grant) in sets.iter().flat_map(|set| members(set, "objects")) {
        if grant["allowRead"] == true || grant["viewAllRecords"] == true {
            granted.insert(object.as_str());
        }
    }
    (!sets.is_empty() && !granted.contains("*")).then_some(granted)
}

struct Walk<'w, 's> {
    package: &'w Package<'s>,
    lists: Lists<'s>,
    granted: Option<HashSet<&'s str>>,
    found: &'w mut Vec<Diagnostic>,
}

impl Walk<'_, '_> {
    fn items(&mut self, items: &[Value], path: &str) {
        for (at, item) in items.iter().enumerate() {
            let path = format!("{path}[{at}]");
            let requires = text(item, "requiresObject");
            object_known(self.package, requires, format!("{path}.requiresObject"), self.found);
            if item["type"] == "object" {
                self.object(item, &path);
            }
            self.items(entries(item, "children"), &format!("{path}.children"));
        }
    }

    fn object(&mut self, item: &Value, path: &str) {
        let name = text(item, "objectName");
        let Some(object) = self.package.objects.get(name) else { return };
        let enable = &object.value["enable"];
        let lists = entries(enable, "apiMethods");
        let is_listed = enable["apiMethods"].is_null() || lists.iter().any(|it| it == "list");
        if enable["apiEnabled"] == false || !is_listed {
            let message = format!("the entry lists records of {name}, which its API does not give");
            let help = "allow `list` in `enable` of the object, or remove the entry";
            let path = format!("{path}.objectName");
            self.found.push(error("nav-object-unservable", path, message, help));
        }
        if let Some(granted) = &self.granted
            && !granted.contains(name)
        {
            let message = format!("no permission set of this package allows reading {name}");
            let help = "add it to a permission set";
            let path = format!("{path}.objectName");
            self.found.push(warning("nav-object-ungranted", path, message, help));
        }
        let view = text(item, "viewName");
        let short = view.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')).unwrap_or(view);
        let is_judged = !view.is_empty()
            && !is_template(view)
            && text(item, "recordId").is_empty()
            && item["requiresObject"].is_null();
        if let Some(lists) = self.lists.get(name).filter(|it| is_judged && !it.is_empty())
            && !lists.contains(view)
            && !lists.contains(short)
        {
            let message = format!("{name} has no list '{view}'");
            let help = super::suggestion(short, lists.iter().copied().filter(|it| !it.is_empty()));
            let path = format!("{path}.viewName");
            self.found.push(error("view-ref-nav-view-missing", path, message, help));
        }
    }
}
