//! Lints of views: the fields they show, sort and search by, and their actions.
//!
//! **Invariant:** only views on objects of this package are checked.

use super::filter::fields;
use super::package::{Found, Package};
use super::site::{About, Site, source};
use super::{entries, error, is_template, members, text, warning};
use crate::diagnostic::{Diagnostic, Severity};
use serde_json::Value;

/// A list and its path.
struct List<'s> {
    path: String,
    object: &'s str,
    value: &'s Value,
}

/// Checks lists and forms.
pub fn check(package: &Package, found: &mut Vec<Diagnostic>) {
    for list in lists(package) {
        let mut checker = Checker { package, list: &list, found };
        checker.positions();
        checker.filters();
        checker.sorts();
        checker.searched();
        checker.actions();
        checker.page();
    }
    for (path, object, form) in forms(package) {
        form_fields(package, object, form, &path, found);
    }
}

/// Returns the lists of all views, and of objects.
fn lists<'s>(package: &Package<'s>) -> Vec<List<'s>> {
    let mut lists = Vec::new();
    let mut add = |path: String, value: &'s Value, owner: &'s str| {
        let provider = text(&value["data"], "provider");
        if value.is_object() && (provider.is_empty() || provider == "object") {
            let own = text(&value["data"], "object");
            let object = if own.is_empty() { owner } else { own };
            lists.push(List { path, object, value });
        }
    };
    for object in package.in_order() {
        for (key, list) in members(object.value, "listViews") {
            add(format!("objects[{}].listViews.{key}", object.at), list, object.name());
        }
    }
    for (at, view) in entries(package.stack, "views").iter().enumerate() {
        let owner = owner(view);
        add(format!("views[{at}].list"), &view["list"], owner);
        for (key, list) in members(view, "listViews") {
            add(format!("views[{at}].listViews.{key}"), list, owner);
        }
    }
    lists
}

fn owner(view: &Value) -> &str {
    let names = [text(view, "objectName"), text(view, "object")];
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
}

/// Returns the forms of all views, with their object.
fn forms<'s>(package: &Package<'s>) -> Vec<(String, &'s str, &'s Value)> {
    let mut forms = Vec::new();
    for (at, view) in entries(package.stack, "views").iter().enumerate() {
        let many = members(view, "formViews");
        let many = many.map(|(key, form)| (format!("views[{at}].formViews.{key}"), form));
        for (path, form) in many.chain([(format!("views[{at}].form"), &view["form"])]) {
            let provider = text(&form["data"], "provider");
            let own = text(&form["data"], "object");
            let object = if own.is_empty() { owner(view) } else { own };
            if form.is_object() && (provider.is_empty() || provider == "object") {
                forms.push((path, object, form));
            }
        }
    }
    forms
}

/// Checks when sections and fields of forms are shown.
pub fn sites<'s>(package: &Package<'s>) -> Vec<Site<'s>> {
    let mut sites = Vec::new();
    for (path, object, form) in forms(package) {
        let mut add = |path: String, value: &'s Value| {
            if source(value).is_some() {
                sites.push(Site { path, value, object, about: About::Form, guarded: false });
            }
        };
        for key in ["sections", "groups"] {
            for (at, section) in entries(form, key).iter().enumerate() {
                let path = format!("{path}.{key}[{at}]");
                add(format!("{path}.visibleWhen"), &section["visibleWhen"]);
                for (at, field) in entries(section, "fields").iter().enumerate() {
                    add(format!("{path}.fields[{at}].visibleWhen"), &field["visibleWhen"]);
                }
            }
        }
    }
    sites
}

fn form_fields(
    package: &Package,
    object: &str,
    form: &Value,
    path: &str,
    found: &mut Vec<Diagnostic>,
) {
    let Some(object) = package.objects.get(object) else { return };
    for key in ["sections", "groups"] {
        for (at, section) in entries(form, key).iter().enumerate() {
            for (field, entry) in entries(section, "fields").iter().enumerate() {
                let name = entry.as_str().unwrap_or(text(entry, "field"));
                if let Found::Missing(message, help) = object.find(name)
                    && !name.is_empty()
                {
                    let path = format!("{path}.{key}[{at}].fields[{field}]");
                    found.push(warning("form-field-unknown", path, message, help));
                }
            }
        }
    }
}

/// The fields that a list names: block, key, and whether the list needs it.
const FIELDS: [(&str, &str, Severity); 45] = {
    use Severity::{Error, Warning};
    [
        ("", "columns", Error),
        ("", "filterableFields", Error),
        ("", "hiddenFields", Warning),
        ("", "fieldOrder", Warning),
        ("grouping", "fields", Error),
        ("rowColor", "field", Warning),
        ("userFilters", "fields", Error),
        ("kanban", "groupByField", Error),
        ("kanban", "summarizeField", Warning),
        ("kanban", "columns", Warning),
        ("calendar", "startDateField", Error),
        ("calendar", "endDateField", Warning),
        ("calendar", "titleField", Warning),
        ("calendar", "colorField", Warning),
        ("gantt", "startDateField", Error),
        ("gantt", "endDateField", Error),
        ("gantt", "titleField", Error),
        ("gantt", "progressField", Warning),
        ("gantt", "dependenciesField", Warning),
        ("gantt", "colorField", Warning),
        ("gantt", "parentField", Warning),
        ("gantt", "typeField", Warning),
        ("gantt", "baselineStartField", Warning),
        ("gantt", "baselineEndField", Warning),
        ("gantt", "groupByField", Warning),
        ("gantt", "assigneeField", Warning),
        ("gantt", "effortField", Warning),
        ("gantt", "tooltipFields", Warning),
        ("gantt", "quickFilters", Error),
        ("timeline", "startDateField", Error),
        ("timeline", "titleField", Error),
        ("timeline", "endDateField", Warning),
        ("timeline", "groupByField", Warning),
        ("timeline", "colorField", Warning),
        ("gallery", "coverField", Warning),
        ("gallery", "titleField", Warning),
        ("gallery", "visibleFields", Warning),
        ("map", "latitudeField", Error),
        ("map", "longitudeField", Error),
        ("map", "locationField", Error),
        ("map", "titleField", Warning),
        ("map", "descriptionField", Warning),
        ("tree", "parentField", Error),
        ("tree", "labelField", Warning),
        ("tree", "fields", Warning),
    ]
};

struct Checker<'j, 's> {
    package: &'j Package<'s>,
    list: &'j List<'s>,
    found: &'j mut Vec<Diagnostic>,
}

impl Checker<'_, '_> {
    fn positions(&mut self) {
        let list = self.list;
        for (block, key, severity) in FIELDS {
            let host = if block.is_empty() { list.value } else { &list.value[block] };
            if host[key].is_null() {
                continue;
            }
            let path = match block {
                "" => format!("{}.{key}", list.path),
                _ => format!("{}.{block}.{key}", list.path),
            };
            match &host[key] {
                Value::String(name) => self.head(name, severity, path),
                Value::Array(names) => {
                    for (at, entry) in names.iter().enumerate() {
                        let path = format!("{path}[{at}]");
                        match entry {
                            Value::String(name) => self.head(name, severity, path),
                            entry => {
                                let path = format!("{path}.field");
                                self.head(text(entry, "field"), severity, path);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Returns the first field of a path.
    fn head(&mut self, name: &str, severity: Severity, path: String) {
        let head = name.split('.').next().unwrap_or_default();
        if !head.is_empty()
            && let Found::Missing(message, help) = self.package.follow(self.list.object, head)
        {
            let rule = "list-view-field-unknown";
            let wrong = error(rule, path, message, help);
            self.found.push(Diagnostic { severity, ..wrong });
        } else if head != name && path.contains(".columns[") {
            let message = format!("a list shows fields of its own records, and '{name}' is none");
            let help =
                format!("show '{head}', or keep the value in a field of {}", self.list.object);
            self.found.push(error("list-view-field-dotted", path, message, help));
        }
    }

    fn filters(&mut self) {
        let list = self.list;
        let tabs = entries(list.value, "tabs").iter().enumerate();
        let tabs =
            tabs.map(|(at, tab)| (format!("{}.tabs[{at}].filter", list.path), &tab["filter"]));
        let own = (format!("{}.filter", list.path), &list.value["filter"]);
        for (path, filter) in tabs.chain([own]) {
            fields(filter, &path, &mut |name, path| self.head(name, Severity::Error, path));
        }
    }

    fn sorts(&mut self) {
        let list = self.list;
        let Some(object) = self.package.objects.get(list.object) else { return };
        let path = format!("{}.sort", list.path);
        let mut check = |name: &str, path: String| {
            let head = name.split('.').next().unwrap_or_default();
            match object.find(head) {
                Found::Missing(message, help) if !head.is_empty() => {
                    self.found.push(error("sort-field-unknown", path, message, help));
                }
                Found::Field(field) if field["type"] == "formula" => {
                    let message =
                        format!("'{name}' is computed when it is read, and sorts nothing");
                    let help = "sort by a field that is kept";
                    self.found.push(error("sort-field-unsortable", path, message, help));
                }
                _ => {}
            }
        };
        let word = |part: &str| {
            let part = part.trim().trim_start_matches('-').trim();
            part.split_whitespace().next().unwrap_or_default().to_owned()
        };
        match &list.value["sort"] {
            Value::String(text) => {
                text.split(',').for_each(|part| check(&word(part), path.clone()))
            }
            Value::Array(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    let name = part.as_str().map_or_else(|| text(part, "field").to_owned(), word);
                    check(name.trim(), format!("{path}[{at}]"));
                }
            }
            _ => {}
        }
    }

    fn searched(&mut self) {
        let list = self.list;
        let path = format!("{}.searchableFields", list.path);
        searchable(self.package, list.object, &list.value["searchableFields"], &path, self.found);
    }

    fn actions(&mut self) {
        let list = self.list;
        for key in ["rowActions", "bulkActions"] {
            for (at, name) in entries(list.value, key).iter().enumerate() {
                let name = name.as_str().unwrap_or_default();
                let path = format!("{}.{key}[{at}]", list.path);
                action(self.package, name, path, self.found);
            }
        }
        for (at, bulk) in entries(list.value, "bulkActionDefs").iter().enumerate() {
            if bulk["execution"] == "aggregate" && bulk["actionDef"].is_null() {
                let path = format!("{}.bulkActionDefs[{at}].name", list.path);
                action(self.package, text(bulk, "name"), path, self.found);
            }
        }
    }

    fn page(&mut self) {
        let name = text(self.list.value, "pageName");
        if !name.is_empty() && !is_template(name) && !self.package.pages.contains(name) {
            let message = format!("this package has no page '{name}'");
            let help = super::suggestion(name, self.package.pages.iter().copied());
            let path = format!("{}.pageName", self.list.path);
            self.found.push(warning("view-page-unresolved", path, message, help));
        }
    }
}

/// Checks that a named action exists.
pub fn action(package: &Package, name: &str, path: String, found: &mut Vec<Diagnostic>) {
    if !name.is_empty() && !package.actions.contains(name) {
        let message = format!("this package has no action '{name}'");
        let help = super::suggestion(name, package.actions.iter().copied());
        found.push(error("action-name-undefined", path, message, help));
    }
}

/// Checks the searchable fields.
pub fn searchable(
    package: &Package,
    object: &str,
    names: &Value,
    path: &str,
    found: &mut Vec<Diagnostic>,
) {
    let Some(object) = package.objects.get(object) else { return };
    for (at, name) in names.as_array().into_iter().flatten().enumerate() {
        let name = name.as_str().unwrap_or_default();
        let path = format!("{path}[{at}]");
        match object.find(name) {
            Found::Missing(message, help) if !name.is_empty() => {
                found.push(error("searchable-field-unknown", path, message, help));
            }
            Found::Field(field) if field["type"] == "formula" => {
                let message = format!("'{name}' is computed when it is read, and is not searched");
                let help = "search fields that are kept";
                found.push(error("searchable-field-unsearchable", path, message, help));
            }
            _ => {}
        }
    }
}
