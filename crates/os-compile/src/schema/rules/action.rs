//! Actions, their parameters, and actions on many records.

use super::literal::{self, Checked};
use super::{entries, has, text};
use crate::schema::problem::Report;
use os_package::field::Reference;
use serde_json::Value;

/// Checks that an action matches its type.
pub fn action(action: &mut Value, report: &mut Report) {
    let kind = text(action, "type");
    let script = kind == "script";
    let update = action["operation"] == "update";
    let target = !text(action, "target").is_empty();
    if !script && !target {
        report.add(
            "target",
            format!("an action of type '{kind}' needs a target"),
            "add `target`: the URL, flow, form, page or endpoint that it opens",
        );
    }
    if script && !update && !has(action, "body") && !target {
        report.add(
            "target",
            "a script action needs something to run",
            "write `target: async (ctx) => { … }`, or `operation: 'update'` with a `patch`",
        );
    }
    if !script && has(action, "body") {
        report.add(
            "body",
            format!("an action of type '{kind}' runs no code"),
            "remove `body`, or write `type: 'script'`",
        );
    }
    if action["ai"]["exposed"] == true && text(&action["ai"], "description").is_empty() {
        report.add(
            "ai.description",
            "an action that assistants may use needs a description",
            "add `description` of at least 40 characters",
        );
    }
    hints(action, report);
    if action.get("confirmText").is_some_and(|it| !it.is_null())
        && !entries(action, "params").is_empty()
    {
        report.add(
            "confirmText",
            "an action that asks for parameters asks only once",
            "remove `confirmText`; the form of its parameters confirms",
        );
    }
    if has(action, "onSuccess") && !script && kind != "api" {
        report.add(
            "onSuccess",
            format!("an action of type '{kind}' has no result"),
            "remove `onSuccess`",
        );
    }
    if script && has(action, "onSuccess") && action["opensInNewTab"] == true {
        report.add(
            "onSuccess",
            "`onSuccess` and `opensInNewTab` both decide what opens",
            "keep one of them",
        );
    }
    if has(action, "newTabUrl") && action["opensInNewTab"] != true {
        report.add(
            "newTabUrl",
            "`newTabUrl` needs `opensInNewTab: true`",
            "add it, or remove `newTabUrl`",
        );
    }
    update_only(action, update, report);
}

fn hints(action: &Value, report: &mut Report) {
    let Some(hints) = action["ai"]["paramHints"].as_object() else { return };
    let name = |param: &Value| -> Option<String> {
        let name = param.get("name").or_else(|| param.get("field"))?;
        name.as_str().map(str::to_owned)
    };
    let known: Vec<_> = entries(action, "params").iter().filter_map(name).collect();
    for hint in hints.keys().filter(|hint| *hint != "recordId" && !known.contains(hint)) {
        report.add(
            "ai.paramHints",
            format!("there is no parameter `{hint}`"),
            "name a parameter of the action, or `recordId`",
        );
    }
}

/// Checks an action that updates the record, which is data, not code.
fn update_only(action: &Value, update: bool, report: &mut Report) {
    if !update {
        if has(action, "patch") {
            report.add(
                "patch",
                "`patch` is what an update writes",
                "add `operation: 'update'`, or remove `patch`",
            );
        }
        return;
    }
    if has(action, "type") && action["type"] != "script" {
        report.add("type", "`operation: 'update'` is an action of type 'script'", "remove `type`");
    }
    let none = [
        "target",
        "body",
        "method",
        "bodyExtra",
        "bodyShape",
        "recordIdParam",
        "recordIdField",
        "onSuccess",
        "opensInNewTab",
        "newTabUrl",
    ];
    for key in none.into_iter().filter(|key| has(action, key)) {
        report.add(
            key,
            format!("an update has no `{key}`"),
            "remove it, or remove `operation: 'update'`",
        );
    }
    if !has(action, "patch") && entries(action, "params").is_empty() {
        report.add(
            "patch",
            "an update must declare what it writes",
            "add `patch: { field: value }`, or `params`",
        );
    }
    for (at, location) in entries(action, "locations").iter().enumerate() {
        if location == "list_toolbar" {
            report.add(
                format!("locations[{at}]"),
                "an update needs a record, and the list's toolbar has none",
                "use 'list_item' or 'record_header'",
            );
        }
    }
}

/// Checks that a parameter has a name, and what its type needs.
pub fn parameter(parameter: &mut Value, report: &mut Report) {
    let (kind, field) = (text(parameter, "type"), text(parameter, "field"));
    if text(parameter, "name").is_empty() && field.is_empty() {
        report.add(
            "",
            "a parameter needs a name",
            "add `name`, or `field` to ask for a field of the object",
        );
    }
    if field.is_empty()
        && literal::field_type(parameter)
            .is_some_and(|it| it.properties().reference == Reference::Named)
        && text(parameter, "reference").is_empty()
    {
        report.add(
            "reference",
            format!("a {kind} parameter must name the object it points to"),
            "add `reference: '<object>'`",
        );
    }
    if parameter["carryOver"] == true && parameter["defaultFromRow"] != true {
        report.add(
            "carryOver",
            "`carryOver` needs `defaultFromRow: true`",
            "add it, or remove `carryOver`",
        );
    }
    let default = &parameter["defaultValue"];
    let blank = default.is_null() || default.as_str().is_some_and(|it| it.trim().is_empty());
    if blank || kind.is_empty() {
        return;
    }
    let Checked::Wrong(expected) = literal::check(parameter, default) else { return };
    if !field.is_empty()
        && !has(parameter, "multiple")
        && literal::field_type(parameter).is_some_and(literal::can_be_multiple)
    {
        let mut other = parameter.clone();
        other["multiple"] = true.into();
        if matches!(literal::check(&other, default), Checked::Fits) {
            return;
        }
    }
    report.add(
        "defaultValue",
        format!("the default of a {kind} parameter must be {expected}"),
        "change it, or leave it out",
    );
}

/// Checks that an action on many records matches its operation.
pub fn bulk(action: &mut Value, report: &mut Report) {
    let custom = action["operation"] == "custom";
    let aggregate = action["execution"] == "aggregate";
    if custom && !aggregate {
        report.add(
            "execution",
            "a custom action gets all records at once",
            "add `execution: 'aggregate'`",
        );
    }
    if !custom && has(action, "execution") {
        report.add(
            "execution",
            "only a custom action may declare how it is executed",
            "remove `execution`",
        );
    }
    if has(action, "patch") && action["operation"] != "update" {
        report.add(
            "patch",
            "only an update writes a patch",
            "write `operation: 'update'`, or remove `patch`",
        );
    }
    if has(action, "params") && action["operation"] == "delete" {
        report.add("params", "deleting takes no parameters", "remove `params`");
    }
    if has(action, "batchSize") && aggregate {
        report.add(
            "batchSize",
            "records that come all at once come in no batches",
            "remove `batchSize`",
        );
    }
}
