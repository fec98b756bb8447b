//! Converts older spellings that the protocol still accepts.
//!
//! **Invariant:** every conversion is reported, with the new spelling; where both are written, the new
//! one is kept and the old one is left for the validator.

use crate::diagnostic::Diagnostic;
use serde_json::{Map, Value};

/// Levels of flows and pages that are converted.
const MAX_DEPTH: usize = 32;

/// Converts a normalised stack.
pub fn convert(stack: &mut Map<String, Value>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    each(stack.get_mut("flows"), "flows", &mut |flow, path| nodes(flow, path, 0, &mut found));
    each(stack.get_mut("pages"), "pages", &mut |page, path| {
        if page["kind"] == "jsx" {
            value(page, "kind", "html", path, &mut found);
        }
        components(page, path, 0, &mut found);
    });
    each(stack.get_mut("views"), "views", &mut |view, path| {
        if let Some(form) = view.get_mut("form") {
            sections(form, &format!("{path}.form"), &mut found);
        }
        if let Some(Value::Object(forms)) = view.get_mut("formViews") {
            for (name, form) in forms {
                sections(form, &format!("{path}.formViews.{name}"), &mut found);
            }
        }
    });
    found
}

fn each(list: Option<&mut Value>, path: &str, visit: &mut dyn FnMut(&mut Value, &str)) {
    let items = list.and_then(Value::as_array_mut).into_iter().flatten().enumerate();
    for (at, item) in items.filter(|(_, item)| item.is_object()) {
        visit(item, &format!("{path}[{at}]"));
    }
}

fn note(path: String, old: &str, new: &str) -> Diagnostic {
    let message = format!("`{old}` is an older spelling, which a later protocol will not take");
    Diagnostic::warning("conversion", message).help(format!("write `{new}`")).path(path)
}

fn value(item: &mut Value, key: &str, new: &str, path: &str, found: &mut Vec<Diagnostic>) {
    let old = item[key].as_str().unwrap_or_default().to_owned();
    found.push(note(format!("{path}.{key}"), &old, new));
    item[key] = new.into();
}

fn rename(item: &mut Value, old: &str, new: &str, path: &str, found: &mut Vec<Diagnostic>) {
    let Value::Object(map) = item else { return };
    if map.contains_key(new) {
        return;
    }
    if let Some(value) = map.shift_remove(old) {
        found.push(note(format!("{path}.{old}"), old, new));
        map.insert(new.to_owned(), value);
    }
}

fn nodes(level: &mut Value, path: &str, depth: usize, found: &mut Vec<Diagnostic>) {
    if depth == MAX_DEPTH {
        return;
    }
    each(level.get_mut("nodes"), &format!("{path}.nodes"), &mut |node, path| {
        let kind = node["type"].as_str().unwrap_or_default().to_owned();
        if ["http_request", "http_call", "webhook"].contains(&kind.as_str()) {
            value(node, "type", "http", path, found);
        }
        let Some(config) = node.get_mut("config").filter(|it| it.is_object()) else { return };
        let path = format!("{path}.config");
        if ["get_record", "update_record", "delete_record"].contains(&kind.as_str()) {
            rename(config, "filters", "filter", &path, found);
        }
        for key in ["body", "try", "catch"] {
            if let Some(region) = config.get_mut(key) {
                nodes(region, &format!("{path}.{key}"), depth + 1, found);
            }
        }
        let branches = format!("{path}.branches");
        each(config.get_mut("branches"), &branches, &mut |branch, path| {
            nodes(branch, path, depth + 1, found);
        });
    });
}

fn components(item: &mut Value, path: &str, depth: usize, found: &mut Vec<Diagnostic>) {
    each(item.get_mut("regions"), &format!("{path}.regions"), &mut |region, path| {
        let path = format!("{path}.components");
        each(region.get_mut("components"), &path, &mut |it, path| {
            component(it, path, depth, found)
        });
    });
    if let Some(Value::Object(slots)) = item.get_mut("slots") {
        for (slot, value) in slots {
            let path = format!("{path}.slots.{slot}");
            match value {
                Value::Array(_) => {
                    each(Some(value), &path, &mut |it, path| component(it, path, depth, found));
                }
                value => component(value, &path, depth, found),
            }
        }
    }
}

fn component(item: &mut Value, path: &str, depth: usize, found: &mut Vec<Diagnostic>) {
    if depth == MAX_DEPTH {
        return;
    }
    rename(item, "visibility", "visibleWhen", path, found);
    let Some(properties) = item.get_mut("properties") else { return };
    let path = format!("{path}.properties");
    for key in ["children", "body", "footer"] {
        let path = format!("{path}.{key}");
        each(properties.get_mut(key), &path, &mut |it, path| component(it, path, depth + 1, found));
    }
    each(properties.get_mut("items"), &format!("{path}.items"), &mut |it, path| {
        let path = format!("{path}.children");
        let below = it.get_mut("children");
        each(below, &path, &mut |it, path| component(it, path, depth + 1, found));
    });
}

fn sections(form: &mut Value, path: &str, found: &mut Vec<Diagnostic>) {
    for key in ["sections", "groups"] {
        each(form.get_mut(key), &format!("{path}.{key}"), &mut |section, path| {
            rename(section, "visibleOn", "visibleWhen", path, found);
            fields(section, path, 0, found);
        });
    }
}

fn fields(item: &mut Value, path: &str, depth: usize, found: &mut Vec<Diagnostic>) {
    if depth == MAX_DEPTH {
        return;
    }
    each(item.get_mut("fields"), &format!("{path}.fields"), &mut |field, path| {
        rename(field, "visibleOn", "visibleWhen", path, found);
        fields(field, path, depth + 1, found);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn older_spellings_are_converted_and_reported() {
        let Value::Object(mut stack) = json!({
            "flows": [{ "nodes": [
                { "type": "webhook", "config": {} },
                { "type": "loop", "config": { "body": { "nodes": [
                    { "type": "get_record", "config": { "filters": { "a": 1 } } },
                ] } } },
            ] }],
            "pages": [{ "kind": "jsx", "regions": [{ "components": [{ "visibility": "x" }] }] }],
            "views": [{ "form": { "sections": [{ "visibleOn": "a", "fields": [{ "visibleOn": "b" }] }] } }],
        }) else {
            panic!("an object")
        };
        let paths: Vec<_> = convert(&mut stack).into_iter().filter_map(|it| it.path).collect();
        let expected = [
            "flows[0].nodes[0].type",
            "flows[0].nodes[1].config.body.nodes[0].config.filters",
            "pages[0].kind",
            "pages[0].regions[0].components[0].visibility",
            "views[0].form.sections[0].visibleOn",
            "views[0].form.sections[0].fields[0].visibleOn",
        ];
        assert_eq!(paths, expected);
        assert_eq!(stack["flows"][0]["nodes"][0]["type"], "http");
        assert_eq!(stack["pages"][0]["kind"], "html");
        assert_eq!(convert(&mut stack), Vec::new());
    }

    #[test]
    fn the_new_spelling_wins() {
        let section = json!({ "visibleOn": "a", "visibleWhen": "b" });
        let Value::Object(mut stack) = json!({ "views": [{ "form": { "sections": [section] } }] })
        else {
            panic!("an object")
        };
        assert_eq!(convert(&mut stack), Vec::new());
        assert_eq!(stack["views"][0]["form"]["sections"][0], section);
    }
}
