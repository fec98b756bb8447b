//! The sites of expressions in a package, and the names each may use.
//!
//! **Invariant:** a site is listed only where its record is certain.

use super::package::{Object, Package};
use super::{entries, text};
use serde_json::Value;

/// The subject of an expression.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A record, as `record`, and before a change as `previous`.
    Record,
    /// A field's rule knows only the record and the record above it.
    FieldRule,
    /// A record whose fields are also names of their own, beside variables.
    Flow,
    /// A form, which the server does not evaluate: problems are warnings.
    Form,
}

/// An expression and its site.
pub struct Site<'s> {
    /// Its path.
    pub path: String,
    /// The expression, or its text.
    pub value: &'s Value,
    /// The object of the record.
    pub object: &'s str,
    /// Its subject.
    pub about: About,
    /// `true` if it must guard against empty fields.
    pub guarded: bool,
}

/// Returns the source of a CEL expression.
pub fn source(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Object(_) if value["dialect"] == "cel" => value["source"].as_str(),
        _ => None,
    }
}

/// Returns the path of an expression's source.
pub fn source_path(path: &str, value: &Value) -> String {
    if value.is_object() { format!("{path}.source") } else { path.to_owned() }
}

/// Lists all sites of a package.
pub fn sites<'s>(package: &Package<'s>) -> Vec<Site<'s>> {
    let mut sites = Vec::new();
    for object in package.in_order() {
        of_object(object, &mut sites);
    }
    let stack = package.stack;
    for (at, action) in entries(stack, "actions").iter().enumerate() {
        of_action(action, text(action, "objectName"), format!("actions[{at}]"), &mut sites);
    }
    for (at, rule) in entries(stack, "sharingRules").iter().enumerate() {
        let path = format!("sharingRules[{at}].condition");
        let about = About::Record;
        add(Site::new(path, &rule["condition"], text(rule, "object"), about), &mut sites);
    }
    for (at, hook) in entries(stack, "hooks").iter().enumerate() {
        let many = entries(hook, "object").iter().chain([&hook["object"]]);
        for object in many.filter_map(Value::as_str).filter(|name| *name != "*") {
            let path = format!("hooks[{at}].condition");
            add(
                Site::new(path, &hook["condition"], object, About::Record).guarded(true),
                &mut sites,
            );
        }
    }
    sites
}

impl<'s> Site<'s> {
    fn new(path: String, value: &'s Value, object: &'s str, about: About) -> Self {
        Self { path, value, object, about, guarded: false }
    }

    fn guarded(self, guarded: bool) -> Self {
        Self { guarded, ..self }
    }
}

fn add<'s>(site: Site<'s>, sites: &mut Vec<Site<'s>>) {
    if source(site.value).is_some() {
        sites.push(site);
    }
}

fn of_object<'s>(object: Object<'s>, sites: &mut Vec<Site<'s>>) {
    let (name, base) = (object.name(), format!("objects[{}]", object.at));
    for (at, rule) in entries(object.value, "validations").iter().enumerate() {
        of_rule(rule, name, format!("{base}.validations[{at}]"), sites);
    }
    for (field, value) in object.fields() {
        for key in ["requiredWhen", "readonlyWhen", "visibleWhen", "conditionalRequired"] {
            if !value[key].is_null() {
                let path = format!("{base}.fields.{field}.{key}");
                add(
                    Site::new(path, &value[key], name, About::FieldRule)
                        .guarded(key == "requiredWhen"),
                    sites,
                );
            }
        }
        if !value["expression"].is_null() {
            let path = format!("{base}.fields.{field}.expression");
            add(Site::new(path, &value["expression"], name, About::Record), sites);
        }
        for (at, option) in entries(value, "options").iter().enumerate() {
            if !option["visibleWhen"].is_null() {
                let path = format!("{base}.fields.{field}.options[{at}].visibleWhen");
                add(Site::new(path, &option["visibleWhen"], name, About::Record), sites);
            }
        }
    }
    for (at, action) in entries(object.value, "actions").iter().enumerate() {
        of_action(action, name, format!("{base}.actions[{at}]"), sites);
    }
}

fn of_rule<'s>(rule: &'s Value, object: &'s str, path: String, sites: &mut Vec<Site<'s>>) {
    for key in ["condition", "when"] {
        add(
            Site::new(format!("{path}.{key}"), &rule[key], object, About::Record).guarded(true),
            sites,
        );
    }
    for key in ["then", "otherwise"] {
        if rule[key].is_object() {
            of_rule(&rule[key], object, format!("{path}.{key}"), sites);
        }
    }
}

fn of_action<'s>(action: &'s Value, object: &'s str, path: String, sites: &mut Vec<Site<'s>>) {
    for key in ["visible", "disabled"] {
        add(Site::new(format!("{path}.{key}"), &action[key], object, About::Record), sites);
    }
}
