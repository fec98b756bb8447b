//! Datasets and reports.

use super::{entries, text};
use crate::schema::problem::Report;
use serde_json::Value;

/// Checks that measures and dimensions have unique names and name their fields.
pub fn dataset(dataset: &mut Value, report: &mut Report) {
    let measures = entries(dataset, "measures");
    for (list, items) in [("measures", measures), ("dimensions", entries(dataset, "dimensions"))] {
        for (at, item) in items.iter().enumerate() {
            if items[..at].iter().any(|earlier| earlier["name"] == item["name"]) {
                report.add(
                    format!("{list}[{at}].name"),
                    format!("the name {} is used twice", item["name"]),
                    "give each its own name",
                );
            }
        }
    }
    for (at, measure) in measures.iter().enumerate() {
        let path = format!("measures[{at}]");
        if measure["derived"].is_null() {
            aggregate(measure, &path, report);
            continue;
        }
        for name in entries(&measure["derived"], "of") {
            if *name == measure["name"] || !measures.iter().any(|it| it["name"] == *name) {
                report.add(
                    format!("{path}.derived.of"),
                    format!("{name} is not another measure of the dataset"),
                    "name measures of `measures`",
                );
            }
        }
    }
}

fn aggregate(measure: &Value, path: &str, report: &mut Report) {
    let aggregate = text(measure, "aggregate");
    if aggregate.is_empty() {
        report.add(path, "a measure needs an aggregate", "add `aggregate: 'sum'`, or `derived`");
    } else if aggregate != "count" && text(measure, "field").is_empty() {
        report.add(path, format!("`{aggregate}` needs a field"), "add `field: '<field>'`");
    }
}

/// Checks that a path crosses at most two other objects.
pub fn three_steps(path: &mut Value, report: &mut Report) {
    if path.as_str().is_some_and(|path| path.split('.').count() > 3) {
        report.add("", "a path has at most three steps", "include a nearer object");
    }
}

/// Checks that a report, or each of its blocks, has data.
pub fn report(value: &mut Value, report: &mut Report) {
    if value["type"] == "joined" {
        if entries(value, "blocks").is_empty() {
            report.add("blocks", "a joined report needs blocks", "add `blocks: [ … ]`");
        }
        if !entries(value, "order").is_empty() {
            report.add(
                "order",
                "a joined report is ordered in its blocks",
                "move `order` into them",
            );
        }
        return;
    }
    if text(value, "dataset").is_empty() || entries(value, "values").is_empty() {
        report.add(
            "dataset",
            "a report needs a dataset and values",
            "add `dataset: '<dataset>'` and `values: [ '<measure>' ]`",
        );
    }
    report_order(value, report);
}

/// Checks that a report is ordered by what it shows.
pub fn report_order(value: &mut Value, report: &mut Report) {
    let order = entries(value, "order");
    let shown = ["rows", "columns", "values"].map(|key| entries(value, key));
    for (at, key) in order.iter().enumerate() {
        let by = &key["by"];
        if order[..at].iter().any(|earlier| earlier["by"] == *by) {
            report.add(format!("order[{at}]"), format!("{by} orders twice"), "remove one of them");
        }
        if !shown.iter().any(|list| list.contains(by)) {
            report.add(
                format!("order[{at}]"),
                format!("{by} is not shown"),
                "order by one of the rows, columns or values",
            );
        }
    }
}
