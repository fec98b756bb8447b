//! Lints of datasets and dashboards.
//!
//! **Invariant:** a path of fields follows relations that the dataset includes.

use super::filter::fields;
use super::package::{Found, Package, is_reference};
use super::{entries, error, is_template, text, warning};
use crate::diagnostic::Diagnostic;
use os_package::system;
use serde_json::Value;
use std::collections::HashSet;

/// Checks datasets and dashboards.
pub fn check(package: &Package, found: &mut Vec<Diagnostic>) {
    for (at, dataset) in entries(package.stack, "datasets").iter().enumerate() {
        object_known(package, text(dataset, "object"), format!("datasets[{at}].object"), found);
        Dataset::new(package, dataset).check(&format!("datasets[{at}]"), found);
    }
    for (at, dashboard) in entries(package.stack, "dashboards").iter().enumerate() {
        let path = format!("dashboards[{at}]");
        for (at, filter) in entries(dashboard, "globalFilters").iter().enumerate() {
            let path = format!("{path}.globalFilters[{at}].optionsFrom.object");
            object_known(package, text(&filter["optionsFrom"], "object"), path, found);
        }
        let filters = dashboard_filters(dashboard);
        for (at, widget) in entries(dashboard, "widgets").iter().enumerate() {
            let path = format!("{path}.widgets[{at}]");
            Widget { package, widget, path, found }.check(&filters);
        }
        header(package, dashboard, &path, found);
    }
}

/// Checks that a named object is one of this package or of the platform.
pub fn object_known(package: &Package, name: &str, path: String, found: &mut Vec<Diagnostic>) {
    if name.is_empty() || is_template(name) || package.objects.contains_key(name) {
        return;
    }
    if system::has_prefix(name) {
        super::check_platform_object(name, path, found);
    } else {
        let message = format!("this package has no object '{name}'");
        let help = super::suggestion(name, package.objects.keys().copied());
        found.push(error("object-reference-unknown", path, message, help));
    }
}

struct Dataset<'p, 's> {
    package: &'p Package<'s>,
    value: &'s Value,
    joined: HashSet<&'s str>,
}

impl<'p, 's> Dataset<'p, 's> {
    fn new(package: &'p Package<'s>, value: &'s Value) -> Self {
        let mut joined = HashSet::new();
        for path in entries(value, "include").iter().filter_map(Value::as_str) {
            joined.extend(path.match_indices('.').map(|(at, _)| &path[..at]));
            joined.insert(path);
        }
        Self { package, value, joined }
    }

    fn object(&self) -> &'s str {
        text(self.value, "object")
    }

    /// Returns the problem with a path of fields, and the remedy.
    fn problem(&self, field: &str) -> Option<(bool, String, String)> {
        if field.is_empty() {
            return None;
        }
        match self.package.follow(self.object(), field) {
            Found::Missing(message, help) => Some((true, message, help)),
            Found::Open => None,
            _ => {
                let (before, _) = field.rsplit_once('.')?;
                (!self.joined.contains(before)).then(|| {
                    let message = format!("the dataset does not join '{before}'");
                    (false, message, format!("add '{before}' to `include` of the dataset"))
                })
            }
        }
    }

    fn check(&self, path: &str, found: &mut Vec<Diagnostic>) {
        for (at, include) in entries(self.value, "include").iter().enumerate() {
            let path = format!("{path}.include[{at}]");
            let name = include.as_str().unwrap_or_default();
            let problem = match self.package.follow(self.object(), name) {
                Found::Missing(message, help) => (message, help),
                Found::Field(field) if !is_reference(field) => {
                    let message = format!("'{name}' is not a reference, so that nothing is joined");
                    (message, "name a lookup or a master-detail field".to_owned())
                }
                _ => continue,
            };
            found.push(error("dataset-include-unknown", path, problem.0, problem.1));
        }
        let mut check = |field: &str, path: String, rule: &str| {
            if let Some((is_unknown, message, help)) = self.problem(field) {
                let rule = if is_unknown { rule } else { "dataset-field-not-included" };
                found.push(error(rule, path, message, help));
            }
        };
        for list in ["dimensions", "measures"] {
            for (at, item) in entries(self.value, list).iter().enumerate() {
                let path = format!("{path}.{list}[{at}]");
                check(text(item, "field"), format!("{path}.field"), "dataset-field-unknown");
                let path = format!("{path}.filter");
                let rule = "dataset-filter-field-unknown";
                fields(&item["filter"], &path, &mut |field, path| check(field, path, rule));
            }
        }
        let rule = "dataset-filter-field-unknown";
        let own = format!("{path}.filter");
        fields(&self.value["filter"], &own, &mut |field, path| check(field, path, rule));
    }

    fn names(&self, list: &str) -> impl Iterator<Item = &'s str> + use<'s> {
        entries(self.value, list).iter().map(|item| text(item, "name"))
    }
}

/// A filter of a dashboard: its name, its field, and its widgets.
struct Above<'s> {
    name: &'s str,
    field: &'s str,
    widgets: &'s [Value],
}

fn dashboard_filters(dashboard: &Value) -> Vec<Above<'_>> {
    let mut filters = Vec::new();
    let range = &dashboard["dateRange"];
    if range.is_object() {
        let field =
            if text(range, "field").is_empty() { "created_at" } else { text(range, "field") };
        filters.push(Above { name: "dateRange", field, widgets: &[] });
    }
    for filter in entries(dashboard, "globalFilters") {
        let field = text(filter, "field");
        let name = if text(filter, "name").is_empty() { field } else { text(filter, "name") };
        if !field.is_empty() {
            filters.push(Above { name, field, widgets: entries(filter, "targetWidgets") });
        }
    }
    filters
}

struct Widget<'w, 's> {
    package: &'w Package<'s>,
    widget: &'s Value,
    path: String,
    found: &'w mut Vec<Diagnostic>,
}

impl Widget<'_, '_> {
    fn check(&mut self, filters: &[Above]) {
        let name = text(self.widget, "dataset");
        let package = self.package;
        let Some(value) = package.datasets.get(name) else {
            let message = match name {
                "" => "the widget names no dataset".to_owned(),
                _ => format!("this package has no dataset '{name}'"),
            };
            let help = super::suggestion(name, package.datasets.keys().copied());
            let path = format!("{}.dataset", self.path);
            return self.found.push(error("widget-dataset-unknown", path, message, help));
        };
        let dataset = Dataset::new(package, value);
        self.above(&dataset, filters);
        self.filter(&dataset);
        self.chosen(&dataset);
    }

    fn above(&mut self, dataset: &Dataset, filters: &[Above]) {
        for filter in filters {
            let bound = &self.widget["filterBindings"][filter.name];
            let field = match bound {
                Value::Bool(false) => continue,
                Value::String(field) => field.as_str(),
                _ if !filter.widgets.is_empty() && !filter.widgets.contains(&self.widget["id"]) => {
                    continue;
                }
                _ => filter.field,
            };
            if let Some((is_unknown, message, help)) = dataset.problem(field) {
                let rule = match is_unknown {
                    true => "dashboard-filter-field-unknown",
                    false => "dashboard-filter-field-not-included",
                };
                let message = format!("the filter '{}' of the dashboard: {message}", filter.name);
                let help =
                    format!("{help}; or bind it: `filterBindings: {{ {}: false }}`", filter.name);
                self.found.push(error(rule, self.path.clone(), message, help));
            }
        }
    }

    fn filter(&mut self, dataset: &Dataset) {
        let path = format!("{}.filter", self.path);
        fields(&self.widget["filter"], &path, &mut |field, path| {
            if let Some((is_unknown, message, help)) = dataset.problem(field) {
                let rule = match is_unknown {
                    true => "widget-filter-field-unknown",
                    false => "widget-filter-field-not-included",
                };
                self.found.push(error(rule, path, message, help));
            }
        });
    }

    /// Checks that the dataset has what the widget shows.
    fn chosen(&mut self, dataset: &Dataset) {
        for (key, list, what, rule) in [
            ("dimensions", "dimensions", "dimension", "widget-dimension-unknown"),
            ("values", "measures", "measure", "widget-measure-unknown"),
        ] {
            for (at, name) in entries(self.widget, key).iter().enumerate() {
                let Some(name) = name.as_str() else { continue };
                if !dataset.names(list).any(|it| it == name) {
                    let message = format!("the dataset has no {what} '{name}'");
                    let help = super::suggestion(name, dataset.names(list));
                    let path = format!("{}.{key}[{at}]", self.path);
                    self.found.push(error(rule, path, message, help));
                }
            }
        }
        let shown = ["dimensions", "values"].map(|key| entries(self.widget, key)).concat();
        let sorted = &self.widget["options"]["sortBy"];
        if sorted.is_string() && !shown.contains(sorted) {
            let message = format!("the widget sorts by {sorted}, which it does not show");
            let path = format!("{}.options.sortBy", self.path);
            let help = super::suggestion(
                sorted.as_str().unwrap_or_default(),
                shown.iter().filter_map(Value::as_str),
            );
            self.found.push(error("widget-sortby-unselected", path, message, help));
        }
        if entries(self.widget, "values").is_empty() {
            let message = "the widget shows no measure, so that it stays empty";
            let help = super::suggestion("", dataset.names("measures"));
            let path = format!("{}.values", self.path);
            self.found.push(warning("widget-measures-missing", path, message, help));
        }
    }
}

/// Checks the actions of a dashboard's header.
fn header(package: &Package, dashboard: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    for (at, action) in entries(&dashboard["header"], "actions").iter().enumerate() {
        let target = text(action, "actionUrl");
        let (what, names) = match text(action, "actionType") {
            "script" => ("action", &package.actions),
            "modal" => ("page", &package.pages),
            _ => continue,
        };
        if !target.is_empty() && !target.contains("${") && !names.contains(target) {
            let message = format!("this package has no {what} '{target}'");
            let help = super::suggestion(target, names.iter().copied());
            let path = format!("{path}.header.actions[{at}].actionUrl");
            found.push(error("dashboard-action-target-undefined", path, message, help));
        }
    }
}
