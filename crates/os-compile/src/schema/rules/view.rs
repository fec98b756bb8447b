//! Views, forms, pages, dashboards, navigation.

use super::{PRESETS, entries, has, text};
use crate::schema::problem::Report;
use serde_json::Value;

/// Checks that a list of type page shows a page and no columns.
pub fn list_page(view: &mut Value, report: &mut Report) {
    let page = view["type"] == "page";
    let named = !text(view, "pageName").is_empty();
    if page && !named {
        report.add("pageName", "a view of type 'page' must name its page", "add `pageName`");
    }
    if !page && named {
        report.add(
            "pageName",
            "only a view of type 'page' shows a page",
            "write `type: 'page'`, or remove `pageName`",
        );
    }
    if page && !entries(view, "columns").is_empty() {
        report.add("columns", "a page has no columns", "write `columns: []`");
    }
}

/// Checks that a calendar names its dates.
pub fn list_calendar(view: &mut Value, report: &mut Report) {
    let allowed = entries(&view["appearance"], "allowedVisualizations");
    if allowed.iter().any(|it| it == "calendar") && !has(view, "calendar") {
        report.add(
            "calendar",
            "a calendar needs to know which field is the date",
            "add `calendar: { startDateField: '<field>' }`",
        );
    }
}

/// Checks that operators on lists have lists.
pub fn filter_value(rule: &mut Value, report: &mut Report) {
    let operator = text(rule, "operator");
    let length = rule["value"].as_array().map(Vec::len);
    if matches!(operator, "in" | "not_in") && length.is_none() {
        report.add("value", format!("`{operator}` compares with a list"), "put the value in [ … ]");
    }
    if operator == "between" && length != Some(2) {
        report.add("value", "`between` compares with two values", "write [from, to]");
    }
}

/// Checks that the sections of a form match its type.
pub fn form(view: &mut Value, report: &mut Report) {
    for key in ["sections", "groups"] {
        for (at, section) in entries(view, key).iter().enumerate() {
            form_section(view, section, &format!("{key}[{at}]"), report);
        }
    }
    if view["type"] == "wizard" && !view["viewKind"].is_string() {
        let key = if !has(view, "sections") && has(view, "groups") { "groups" } else { "sections" };
        if entries(view, key).is_empty() {
            report.add(
                key,
                "a wizard needs steps",
                "add `sections: [{ label, fields: [ … ] }]`, one for each step",
            );
        }
    }
}

fn form_section(view: &Value, section: &Value, path: &str, report: &mut Report) {
    if view["type"] != "split" && section.get("pane").is_some_and(|pane| !pane.is_null()) {
        report.add(
            format!("{path}.pane"),
            "only a form of type 'split' has panes",
            "remove `pane`",
        );
    }
    no_features(&section["visibleWhen"], &format!("{path}.visibleWhen"), report);
    for (at, field) in entries(section, "fields").iter().enumerate() {
        form_field(field, &format!("{path}.fields[{at}]"), report);
    }
    if view["type"] != "wizard" {
        return;
    }
    let set = |key: &&str| section.get(*key).is_some_and(|it| !it.is_null());
    for key in ["visibleWhen", "group"].into_iter().filter(set) {
        report.add(
            format!("{path}.{key}"),
            format!("a step of a wizard has no `{key}`"),
            "remove it",
        );
    }
    for key in ["collapsible", "collapsed"].into_iter().filter(|key| section[*key] == true) {
        report.add(format!("{path}.{key}"), "a step of a wizard cannot be collapsed", "remove it");
    }
}

fn form_field(field: &Value, path: &str, report: &mut Report) {
    no_features(&field["visibleWhen"], &format!("{path}.visibleWhen"), report);
    for (at, option) in entries(field, "options").iter().enumerate() {
        no_features(&option["visibleWhen"], &format!("{path}.options[{at}].visibleWhen"), report);
    }
    for (at, inner) in entries(field, "fields").iter().enumerate() {
        form_field(inner, &format!("{path}.fields[{at}]"), report);
    }
}

/// Refuses `features` in forms, which are also shown outside of an app.
fn no_features(condition: &Value, path: &str, report: &mut Report) {
    if condition["dialect"] == "cel" && names_features(text(condition, "source")) {
        report.add(path, "a form cannot ask for `features`", "decide by the record or the user");
    }
}

/// Returns whether an expression names `features` outside of its quotes.
fn names_features(source: &str) -> bool {
    let mut bare = String::new();
    let mut quote = None;
    let mut chars = source.chars();
    while let Some(c) = chars.next() {
        match quote {
            Some(_) if c == '\\' => drop(chars.next()),
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '\'' || c == '"' => quote = Some(c),
            None => bare.push(c),
        }
    }
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    bare.match_indices("features").any(|(at, name)| {
        let before = bare[..at].chars().next_back().is_some_and(|c| word(c) || c == '.');
        !before && !bare[at + name.len()..].starts_with(word)
    })
}

/// Renames `groups` to `sections`.
pub fn form_groups(view: &mut Value) {
    if let Value::Object(view) = view
        && let Some(groups) = view.shift_remove("groups")
        && !view.contains_key("sections")
    {
        view.insert("sections".to_owned(), groups);
    }
}

/// Checks that a section lists its fields, or names a group of the object.
pub fn section(section: &mut Value, report: &mut Report) {
    let group = !text(section, "group").is_empty();
    match (group, section["fields"].is_array()) {
        (true, true) => report.add(
            "group",
            "`group` and `fields` both declare the content of the section",
            "keep one of them",
        ),
        (false, false) => report.add(
            "fields",
            "a section needs fields",
            "add `fields: [ … ]`, or `group: '<key of a field group>'`",
        ),
        (true, false) => {
            let taken = ["name", "label", "description", "visibleWhen", "visibleOn"];
            let collapse = ["collapsible", "collapsed"];
            let doubled = taken.into_iter().filter(|key| has(section, key));
            let doubled = doubled.chain(collapse.into_iter().filter(|key| section[*key] == true));
            for key in doubled {
                report.add(key, format!("`{key}` is taken over from the group"), "remove it");
            }
        }
        (false, true) => {}
    }
}

/// Checks that a form redirects within the app.
pub fn redirect(url: &mut Value, report: &mut Report) {
    let url = url.as_str().unwrap_or_default();
    let mut bare = String::new();
    let mut rest = url;
    while let Some(at) = rest.find("{{record.") {
        let token = &rest[at + "{{record.".len()..];
        let Some(end) = token.find("}}") else { break };
        let name = &token[..end];
        let legal = name.starts_with(|c: char| c == '_' || c.is_ascii_lowercase())
            && name.chars().all(|c| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit());
        bare.push_str(&rest[..at]);
        if !legal {
            bare.push('{');
        }
        rest = &token[end + 2..];
    }
    bare.push_str(rest);
    let smuggled = url.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\');
    if !url.starts_with('/') || url.starts_with("//") || smuggled || bare.contains(['{', '}']) {
        report.add(
            "",
            "a redirect must be a path in the app",
            "write a path such as /thanks or /deals/{{record.id}}",
        );
    }
}

/// Checks that a page of kind source has one.
pub fn page_source(page: &mut Value, report: &mut Report) {
    if matches!(text(page, "kind"), "html" | "react" | "jsx")
        && text(page, "source").trim().is_empty()
    {
        report.add(
            "source",
            format!("a page of kind '{}' needs its source", text(page, "kind")),
            "add `source`",
        );
    }
}

/// Refuses components that the protocol no longer has.
pub fn component(kind: &mut Value, report: &mut Report) {
    if kind == "user:profile" {
        report.add("", "`user:profile` stands in the shell, not on a page", "remove the component");
    }
}

/// Checks that the default of a date filter is a date or a range of days.
pub fn date_filter(filter: &mut Value, report: &mut Report) {
    let default = filter.get("defaultValue");
    if filter["type"] != "date" || default.is_none() {
        return;
    }
    let fits = |it: &str| PRESETS.contains(&it) || is_macro(it) || is_iso(it);
    if !default.and_then(Value::as_str).is_some_and(fits) {
        report.add(
            "defaultValue",
            "a filter on dates starts with a date or a range of days",
            "write 'this_month', '2026-01-31' or '{today}'",
        );
    }
}

fn is_iso(text: &str) -> bool {
    let day = text.get(..10).unwrap_or(text);
    let widths: Vec<_> = day.split('-').map(str::len).collect();
    let digits = day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let rest = text.get(10..).unwrap_or_default();
    widths == [4, 2, 2] && digits && (rest.is_empty() || rest.starts_with(['T', ' ']))
}

/// `{today}`, `${30_days_ago}`.
fn is_macro(text: &str) -> bool {
    let text = text.strip_prefix('$').unwrap_or(text);
    let name = text.strip_prefix('{').and_then(|it| it.strip_suffix('}')).unwrap_or_default();
    let words = [
        "now",
        "today",
        "yesterday",
        "tomorrow",
        "current",
        "last",
        "next",
        "this",
        "ago",
        "from",
        "start",
        "end",
    ];
    name.split('_').any(|part| words.contains(&part))
}

/// Checks that a navigation item opens exactly one thing.
pub fn navigation_target(item: &mut Value, report: &mut Report) {
    let given = |key: &str| item.get(key).is_some_and(|it| !it.is_null() && it != "");
    if given("filters") && (given("recordId") || given("viewName")) {
        report.add("filters", "`filters` excludes `recordId` and `viewName`", "keep one of them");
    }
    if given("runAction") && given("recordId") {
        report.add(
            "runAction",
            "`runAction` and `recordId` exclude each other",
            "keep one of them",
        );
    }
}
