//! Writes TypeScript types for editors from the table.
//!
//! **Invariant:** a type allows what the validator accepts in the form an author writes; retired
//! keys are not in it, so that an editor marks them.

use super::table::{Id, Object, Property, Rest, Rewrite, Shape, TABLE, Union};
use os_package::kind;
use serde_json::Value;
use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt::Write;

/// Types that authors import by name and that are no kind of metadata, by the key of the stack.
const NAMED: [(&str, &str); 4] = [
    ("manifest", "Manifest"),
    ("objectExtensions", "ObjectExtension"),
    ("data", "Seed"),
    ("translations", "TranslationBundle"),
];

/// Returns all types that authors import by name, by the key of the stack that holds them.
fn named() -> impl Iterator<Item = (&'static str, &'static str)> {
    let kinds = kind::in_artifacts().filter_map(|(key, kind)| Some((key, kind.interface?)));
    NAMED.into_iter().chain(kinds)
}

/// Keys that hold code in a project and its name in an artifact.
const CODE_KEYS: [&str; 2] = ["handler", "target"];

/// Other named types, by their path, where `*` is an entry of a list or a map.
const NAMED_PARTS: [(&str, &str); 15] = [
    ("objects.*.fields.*", "FieldDefinition"),
    ("objects.*.fields.*.type", "FieldType"),
    ("objects.*.fields.*.options.*", "SelectOption"),
    ("objects.*.sharingModel", "SharingModel"),
    ("objects.*.validations.*", "ValidationRule"),
    ("translations.*.*", "TranslationData"),
    ("translations.*.*.objects.*", "ObjectTranslation"),
    ("dashboards.*.widgets.*", "DashboardWidget"),
    ("dashboards.*.widgets.*.chartConfig", "ChartConfig"),
    ("dashboards.*.widgets.*.chartConfig.type", "ChartType"),
    ("flows.*.nodes.*", "FlowNode"),
    ("flows.*.edges.*", "FlowEdge"),
    ("apps.*.navigation.*", "NavigationItem"),
    ("views.*.list", "ListView"),
    ("views.*.form", "FormView"),
];

/// Names of the types that are written by hand.
const HANDWRITTEN_TYPES: [&str; 10] = [
    "Functions",
    "Predicate",
    "Name",
    "FieldInput",
    "Handler",
    "HookContext",
    "Stack",
    "Collection",
    "Schema",
    "Tag",
];

/// Returns all types as TypeScript.
pub fn types() -> String {
    let mut writer = Writer::default();
    let stack = TABLE.roots.stack;
    writer.names.insert(stack, "Stack".to_owned());
    writer.used.extend(HANDWRITTEN_TYPES.map(str::to_owned));
    let ways = named().map(|(key, name)| {
        (if key == "manifest" { key.to_owned() } else { format!("{key}.*") }, name)
    });
    let parts = NAMED_PARTS.into_iter().map(|(way, name)| (way.to_owned(), name));
    for (way, name) in ways.chain(parts) {
        if let Some(id) = follow(stack, &way)
            && !writer.names.contains_key(&id)
        {
            writer.names.insert(id, name.to_owned());
            writer.used.insert(name.to_owned());
            writer.later.push_back(id);
        }
    }
    writer.count(stack, &mut HashSet::new());
    writer.later.push_back(stack);
    while let Some(id) = writer.later.pop_front() {
        writer.declare(id);
    }
    writer.out
}

/// Returns the node at the end of a path.
fn follow(id: Id, way: &str) -> Option<Id> {
    let id = plain(id);
    let (step, rest) = match way.split_once('.') {
        Some(parts) => parts,
        None if way.is_empty() => return Some(id),
        None => (way, ""),
    };
    match &TABLE.node(id).shape {
        Shape::List(list) if step == "*" => follow(list.of, rest),
        Shape::Map(map) if step == "*" => follow(map.of, rest),
        Shape::Object(object) => follow(object.property(step)?.node?, rest),
        Shape::Union(union) => union.of.iter().find_map(|id| follow(*id, way)),
        _ => None,
    }
}

/// Returns the node behind rewrites of its value.
fn plain(id: Id) -> Id {
    match &TABLE.node(id).shape {
        Shape::Rewritten(rewritten) if rewritten.before.is_none() => plain(rewritten.of),
        _ => id,
    }
}

/// Returns the node of a list's entries.
fn item(id: Id) -> Id {
    match &TABLE.node(plain(id)).shape {
        Shape::List(list) => plain(list.of),
        _ => plain(id),
    }
}

#[derive(Default)]
struct Writer {
    names: HashMap<Id, String>,
    used: HashSet<String>,
    uses: HashMap<Id, usize>,
    declared: HashSet<Id>,
    later: VecDeque<Id>,
    out: String,
}

impl Writer {
    /// Counts how often each node is named.
    fn count(&mut self, id: Id, seen: &mut HashSet<Id>) {
        let id = plain(id);
        *self.uses.entry(id).or_default() += 1;
        if seen.insert(id) {
            below(id).into_iter().for_each(|id| self.count(id, seen));
        }
    }

    fn declare(&mut self, id: Id) {
        if !self.declared.insert(id) {
            return;
        }
        let Some(name) = self.names.get(&id).cloned() else { return };
        let is_stack = id == TABLE.roots.stack;
        let text = match &TABLE.node(id).shape {
            Shape::Object(object) => {
                let body = self.object(object, &name, is_stack);
                format!("  export interface {name} {body}\n")
            }
            shape => {
                let body = self.shape(shape, &name);
                format!("  export type {name} = {body};\n")
            }
        };
        self.out.push_str(&text);
    }

    /// Returns the type of a node; `context` and `key` name it if it needs a name.
    fn place(&mut self, id: Id, context: &str, key: &str) -> String {
        let id = plain(id);
        if is_expression(id) {
            return "Expression".to_owned();
        }
        if let Some(name) = self.names.get(&id).cloned() {
            self.later.push_back(id);
            return name;
        }
        let shape = &TABLE.node(id).shape;
        let is_shared = self.uses.get(&id).copied().unwrap_or_default() > 1;
        let wants_name = match shape {
            Shape::Object(object) => object.names().count() > 0,
            Shape::Union(union) => is_shared && union.of.len() > 2,
            Shape::OneOf(values) => is_shared && values.len() > 3,
            _ => false,
        };
        if !wants_name {
            return self.shape(shape, &format!("{context}{}", pascal(key)));
        }
        let name = self.name(context, key);
        self.names.insert(id, name.clone());
        self.later.push_back(id);
        name
    }

    fn name(&mut self, context: &str, key: &str) -> String {
        let long = format!("{context}{}", pascal(key));
        let numbered = (2..).map(|number| format!("{long}{number}"));
        let mut names = std::iter::once(long.clone()).chain(numbered);
        let name = names.find(|name| !self.used.contains(name)).unwrap_or(long);
        self.used.insert(name.clone());
        name
    }

    fn shape(&mut self, shape: &Shape, context: &str) -> String {
        match shape {
            Shape::Any => "any".to_owned(),
            Shape::Never => "never".to_owned(),
            Shape::Boolean => "boolean".to_owned(),
            Shape::Text(_) => "string".to_owned(),
            Shape::Number(_) => "number".to_owned(),
            Shape::OneOf(values) => joined(values.iter().map(Value::to_string)),
            Shape::List(list) => {
                let of = self.place(list.of, context, "item");
                format!("Array<{of}>")
            }
            Shape::Tuple(ids) => {
                let of: Vec<_> = ids.iter().map(|id| self.place(*id, context, "part")).collect();
                format!("[{}]", of.join(", "))
            }
            Shape::Map(map) => {
                let of = self.place(map.of, context, "value");
                format!("Record<string, {of}>")
            }
            Shape::Object(object) => self.object(object, context, false),
            Shape::Union(union) => self.union(union, context),
            Shape::Both([left, right]) => {
                let parts = [left, right].map(|id| self.place(*id, context, ""));
                format!("({} & {})", parts[0], parts[1])
            }
            Shape::Rewritten(rewritten) => {
                let of = self.place(rewritten.of, context, "");
                match (&rewritten.before, &rewritten.after) {
                    (Some(Rewrite::Operator), _) => format!("{of} | (string & {{}})"),
                    (Some(Rewrite::ApiMethods), _) => "string[]".to_owned(),
                    _ => of,
                }
            }
        }
    }

    fn union(&mut self, union: &Union, context: &str) -> String {
        let parts: Vec<_> =
            union.of.iter().map(|id| self.place(*id, context, &kind(*id, union))).collect();
        joined(parts.into_iter().filter(|part| part != "never"))
    }

    fn object(&mut self, object: &Object, context: &str, is_stack: bool) -> String {
        let mut body = "{".to_owned();
        for (key, property) in &object.keys {
            let Some(id) = property.node.filter(|_| !is_kept_by_servers(key)) else { continue };
            if matches!(TABLE.node(id).shape, Shape::Never) {
                continue;
            }
            let of = match key.as_str() {
                "functions" if is_stack => "Functions".to_owned(),
                key if is_stack && kind::of_collection(key).is_some_and(|kind| kind.map) => {
                    format!("Collection<{}>", self.place(item(id), context, key))
                }
                key => self.place(id, context, key),
            };
            let code = if CODE_KEYS.contains(&key.as_str()) { " | Handler" } else { "" };
            let optional = if needed(key, property) { "" } else { "?" };
            // A String takes all that is written to it.
            let _ = write!(body, "\n    {}{optional}: {of}{code};", quoted(key));
        }
        if object.rest == Rest::Kept {
            body.push_str("\n    [key: string]: any;");
        }
        body.push_str("\n  }");
        body
    }
}

/// Returns whether servers write the key.
fn is_kept_by_servers(key: &str) -> bool {
    ["_lock", "_provenance", "_package"].iter().any(|prefix| key.starts_with(prefix))
}

/// Returns whether a node is an expression, whose type is written by hand.
fn is_expression(id: Id) -> bool {
    let object = TABLE.object(id);
    object.is_some_and(|it| it.property("dialect").is_some() && it.property("source").is_some())
}

/// Returns whether an author must write the key; a label follows from the name.
fn needed(key: &str, property: &Property) -> bool {
    property.required && key != "label"
}

/// Returns the discriminator of a union's member.
fn kind(id: Id, union: &Union) -> String {
    let by = union.by.as_deref().unwrap_or("type");
    let value = TABLE.object(id).and_then(|object| TABLE.choices(object, by).first());
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn below(id: Id) -> Vec<Id> {
    match &TABLE.node(id).shape {
        Shape::List(list) => vec![list.of],
        Shape::Tuple(ids) => ids.clone(),
        Shape::Map(map) => vec![map.of],
        Shape::Object(object) => object.keys.iter().filter_map(|(_, it)| it.node).collect(),
        Shape::Union(union) => union.of.clone(),
        Shape::Both(ids) => ids.to_vec(),
        Shape::Rewritten(rewritten) => vec![rewritten.of],
        _ => Vec::new(),
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    let mut seen = Vec::new();
    parts.for_each(|part| {
        if !seen.contains(&part) {
            seen.push(part);
        }
    });
    if seen.is_empty() { "never".to_owned() } else { seen.join(" | ") }
}

fn pascal(key: &str) -> String {
    let parts = key.split(|it: char| !it.is_ascii_alphanumeric());
    let upper = |part: &str| {
        let mut letters = part.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
    };
    parts.filter_map(upper).collect()
}

fn quoted(key: &str) -> String {
    let is_plain = key.chars().all(|it| it.is_ascii_alphanumeric() || it == '_' || it == '$');
    if is_plain { key.to_owned() } else { format!("'{key}'") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_follow_the_table() {
        let types = types();
        for expected in [
            "  export interface ServiceObject {\n    name: string;\n    label?: string;",
            "    fields: Record<string, FieldDefinition>;",
            "  export type SharingModel = \"private\" | ",
            "    objects?: Collection<ServiceObject>;",
            "    requiredWhen?: string | Expression;",
            "    handler?: string | Handler;",
        ] {
            assert!(types.contains(expected), "{expected}");
        }
        // Keys that the protocol once had are marked by an editor.
        assert!(!types.contains(" viewItems"));
    }

    #[test]
    fn every_named_type_is_declared_once() {
        let types = types();
        let names = types.lines().filter_map(|line| {
            let line = line.strip_prefix("  export ")?;
            line.strip_prefix("interface ").or(line.strip_prefix("type "))?.split(' ').next()
        });
        let names: Vec<_> = names.collect();
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
        for (_, name) in named().chain(NAMED_PARTS) {
            assert!(names.contains(&name), "{name}");
        }
    }
}
