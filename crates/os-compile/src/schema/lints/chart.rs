//! Lints of reports and charts: their datasets have the measures and dimensions they name.
//!
//! **Invariant:** a chart without a dataset has its numbers from elsewhere and is not checked.

use super::package::Package;
use super::{entries, error, is_template, members, page, suggestion, text};
use crate::diagnostic::Diagnostic;
use serde_json::Value;

/// Checks reports, charts of lists, and charts on pages.
pub fn check(package: &Package, found: &mut Vec<Diagnostic>) {
    let mut charts = Charts { package, found };
    for (at, report) in entries(package.stack, "reports").iter().enumerate() {
        charts.report(report, &format!("reports[{at}]"));
        for (block, it) in entries(report, "blocks").iter().enumerate() {
            charts.report(it, &format!("reports[{at}].blocks[{block}]"));
        }
    }
    for (at, view) in entries(package.stack, "views").iter().enumerate() {
        charts.chart(&view["list"]["chart"], &format!("views[{at}].list.chart"));
        charts.lists(view, &format!("views[{at}]"));
    }
    for object in package.in_order() {
        charts.lists(object.value, &format!("objects[{}]", object.at));
    }
    for component in page::components(package) {
        let path = format!("{}.properties", component.path);
        charts.chart(&component.value["properties"], &path);
    }
}

struct Charts<'c, 's> {
    package: &'c Package<'s>,
    found: &'c mut Vec<Diagnostic>,
}

impl<'s> Charts<'_, 's> {
    fn lists(&mut self, owner: &'s Value, path: &str) {
        for (key, list) in members(owner, "listViews") {
            self.chart(&list["chart"], &format!("{path}.listViews.{key}.chart"));
        }
    }

    fn report(&mut self, report: &Value, path: &str) {
        let Some(dataset) = self.dataset(report, path) else { return };
        for key in ["rows", "columns"] {
            self.names(dataset, &report[key], "dimensions", &format!("{path}.{key}"));
        }
        self.names(dataset, &report["values"], "measures", &format!("{path}.values"));
        let chart = &report["chart"];
        self.name(dataset, text(chart, "xAxis"), "dimensions", format!("{path}.chart.xAxis"));
        self.name(dataset, text(chart, "yAxis"), "measures", format!("{path}.chart.yAxis"));
    }

    fn chart(&mut self, chart: &Value, path: &str) {
        let Some(dataset) = self.dataset(chart, path) else { return };
        self.names(dataset, &chart["dimensions"], "dimensions", &format!("{path}.dimensions"));
        self.names(dataset, &chart["values"], "measures", &format!("{path}.values"));
    }

    fn dataset(&mut self, chart: &Value, path: &str) -> Option<&'s Value> {
        let name = text(chart, "dataset");
        let found = self.package.datasets.get(name).copied();
        if found.is_none() && !name.is_empty() && !is_template(name) {
            let message = format!("this package has no dataset '{name}'");
            let help = suggestion(name, self.package.datasets.keys().copied());
            let path = format!("{path}.dataset");
            self.found.push(error("chart-dataset-unknown", path, message, help));
        }
        found
    }

    fn names(&mut self, dataset: &Value, names: &Value, list: &str, path: &str) {
        for (at, name) in names.as_array().into_iter().flatten().enumerate() {
            self.name(dataset, name.as_str().unwrap_or_default(), list, format!("{path}[{at}]"));
        }
    }

    fn name(&mut self, dataset: &Value, name: &str, list: &str, path: String) {
        let known = || entries(dataset, list).iter().map(|item| text(item, "name"));
        if name.is_empty() || known().any(|it| it == name) {
            return;
        }
        let (rule, what) = match list {
            "dimensions" => ("chart-dimension-unknown", "dimension"),
            _ => ("chart-measure-unknown", "measure"),
        };
        let message = format!("the dataset has no {what} '{name}'");
        self.found.push(error(rule, path, message, suggestion(name, known())));
    }
}
