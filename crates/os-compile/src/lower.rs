//! Lowers handlers written as functions to data: a name, and where possible their source.
//!
//! **Invariant:** afterwards no function is left where the protocol has a handler; each function has
//! one name, however often it is used.

use crate::diagnostic::Diagnostic;
use crate::evaluate::FUNCTION_KEY;
use crate::syntax::{Handler, read_handler};
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap};

/// Names that every sandbox has.
const GLOBALS: &[&str] = &[
    "AggregateError",
    "Array",
    "ArrayBuffer",
    "BigInt",
    "BigInt64Array",
    "BigUint64Array",
    "Boolean",
    "DataView",
    "Date",
    "Error",
    "EvalError",
    "Float32Array",
    "Float64Array",
    "Function",
    "Infinity",
    "Int16Array",
    "Int32Array",
    "Int8Array",
    "JSON",
    "Map",
    "Math",
    "NaN",
    "Number",
    "Object",
    "Promise",
    "Proxy",
    "RangeError",
    "ReferenceError",
    "Reflect",
    "RegExp",
    "Set",
    "SharedArrayBuffer",
    "String",
    "Symbol",
    "SyntaxError",
    "TypeError",
    "URIError",
    "Uint16Array",
    "Uint32Array",
    "Uint8Array",
    "Uint8ClampedArray",
    "WeakMap",
    "WeakSet",
    "decodeURI",
    "decodeURIComponent",
    "encodeURI",
    "encodeURIComponent",
    "globalThis",
    "isFinite",
    "isNaN",
    "parseFloat",
    "parseInt",
    "undefined",
];

const RULE: &str = "handler";

/// Lowers the handlers of a normalised stack, given the sources of its functions.
pub fn lower(stack: &mut Map<String, Value>, functions: &[String]) -> Vec<Diagnostic> {
    let mut lowering = Lowering { functions, ..Lowering::default() };
    for (at, hook) in items(stack.get_mut("hooks")) {
        lowering.hook(hook, &format!("hooks[{at}]"));
    }
    for (place, object) in items(stack.get_mut("objects")) {
        let owner = object.get("name").and_then(Value::as_str).unwrap_or("object").to_owned();
        for (at, action) in items(object.get_mut("actions")) {
            lowering.action(&owner, action, &format!("objects[{place}].actions[{at}]"));
        }
    }
    for (at, action) in items(stack.get_mut("actions")) {
        lowering.action("global", action, &format!("actions[{at}]"));
    }
    match stack.get_mut("functions") {
        Some(Value::Array(list)) => {
            for entry in list.iter_mut().filter_map(Value::as_object_mut) {
                lowering.listed(entry);
            }
        }
        Some(Value::Object(map)) => lowering.mapped(map),
        _ => {}
    }
    // The code that a server runs when the package is enabled is no metadata.
    if stack.get("onEnable").is_some_and(|it| number(it).is_some()) {
        stack.shift_remove("onEnable");
        let message = "`onEnable` is not in the artifact: it is code for a server";
        let help = "declare it in metadata: initial records, flows, migrations";
        lowering.warnings.push(Diagnostic::warning(RULE, message).help(help).path("onEnable"));
    }
    lowering.warnings
}

/// Lists the objects of a list, with their indexes.
fn items(list: Option<&mut Value>) -> impl Iterator<Item = (usize, &mut Map<String, Value>)> {
    let all = list.and_then(Value::as_array_mut).into_iter().flatten().enumerate();
    all.filter_map(|(at, item)| Some((at, item.as_object_mut()?)))
}

/// Returns the number of the function that a value stands for.
pub fn number(value: &Value) -> Option<usize> {
    let number = value.as_object()?.get(FUNCTION_KEY)?.as_u64()?;
    usize::try_from(number).ok()
}

#[derive(Default)]
struct Lowering<'f> {
    functions: &'f [String],
    names: HashMap<usize, String>,
    taken: BTreeSet<String>,
    warnings: Vec<Diagnostic>,
}

impl Lowering<'_> {
    fn hook(&mut self, hook: &mut Map<String, Value>, path: &str) {
        let Some(function) = hook.get("handler").and_then(number) else { return };
        let name = named(hook, "anon_hook");
        let reference = self.register(function, &name);
        self.add_body(hook, function, &format!("hook `{name}`"), &format!("{path}.handler"));
        hook.insert("handler".to_owned(), reference.into());
    }

    fn action(&mut self, owner: &str, action: &mut Map<String, Value>, path: &str) {
        let Some(function) = action.get("target").and_then(number) else { return };
        let name = format!("{owner}_{}", named(action, "anon_action"));
        let reference = self.register(function, &name);
        self.add_body(action, function, &format!("action `{name}`"), &format!("{path}.target"));
        action.insert("target".to_owned(), reference.into());
    }

    fn listed(&mut self, entry: &mut Map<String, Value>) {
        let Some(function) = entry.get("handler").and_then(number) else { return };
        let reference = self.register(function, &named(entry, "anon_fn"));
        self.warnings.push(named_only(&reference));
        entry.insert("name".to_owned(), reference.clone().into());
        entry.insert("handler".to_owned(), reference.into());
    }

    fn mapped(&mut self, map: &mut Map<String, Value>) {
        for (key, mut value) in std::mem::take(map) {
            let function = number(&value).or_else(|| value.get("handler").and_then(number));
            let Some(function) = function else {
                map.insert(key, value);
                continue;
            };
            let reference = self.register(function, &key);
            self.warnings.push(named_only(&reference));
            if number(&value).is_some() {
                value = reference.clone().into();
            } else {
                value["handler"] = reference.clone().into();
            }
            map.insert(reference, value);
        }
    }

    /// Returns the name of a function: the first one it is used under.
    fn register(&mut self, function: usize, base: &str) -> String {
        if let Some(known) = self.names.get(&function) {
            return known.clone();
        }
        let later = (2..).map(|count| format!("{base}__{count}"));
        let mut candidates = std::iter::once(base.to_owned()).chain(later);
        let name = candidates.find(|name| !self.taken.contains(name)).unwrap_or_default();
        self.taken.insert(name.clone());
        self.names.insert(function, name.clone());
        name
    }

    fn add_body(
        &mut self,
        owner: &mut Map<String, Value>,
        function: usize,
        what: &str,
        path: &str,
    ) {
        if owner.get("body").is_some_and(|body| !body.is_null()) {
            return;
        }
        let handler = self.functions.get(function).and_then(|source| read_handler(source));
        match shippable(handler) {
            Ok(handler) => {
                let body = json!({
                    "language": "js",
                    "source": handler.body,
                    "capabilities": handler.capabilities,
                });
                owner.insert("body".to_owned(), body);
            }
            Err(reason) => self.warnings.push(not_shipped(what, &reason).path(path)),
        }
    }
}

fn named(item: &Map<String, Value>, otherwise: &str) -> String {
    let name = item.get("name").and_then(Value::as_str).filter(|name| !name.is_empty());
    name.unwrap_or(otherwise).to_owned()
}

/// Returns whether the source of a handler means the same on its own.
fn shippable(handler: Option<Handler>) -> Result<Handler, String> {
    let handler = handler.ok_or("its source cannot be read; write an arrow function")?;
    if let Some(forbidden) = handler.forbidden {
        return Err(format!("it uses {forbidden}, which a sandbox does not have"));
    }
    let outside = |name: &&String| !GLOBALS.contains(&name.as_str());
    let free: Vec<_> =
        handler.free.iter().filter(outside).map(|name| format!("`{name}`")).collect();
    match free.as_slice() {
        [] => Ok(handler),
        names => Err(format!("it uses {}, defined outside of it", names.join(", "))),
    }
}

fn not_shipped(what: &str, reason: &str) -> Diagnostic {
    let message = format!("{what} is in the artifact by name only: {reason}");
    let help = "write what it needs inside of the handler, or reach it through `ctx`";
    Diagnostic::warning(RULE, message).help(help)
}

fn named_only(function: &str) -> Diagnostic {
    let message = format!("function `{function}` is in the artifact by name only");
    let help = "a server that calls it has to bring its code along";
    Diagnostic::warning(RULE, message).help(help).path(format!("functions.{function}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowered(stack: Value, functions: &[&str]) -> (Value, usize) {
        let Value::Object(mut stack) = stack else { panic!("a stack is an object") };
        let functions: Vec<_> = functions.iter().map(ToString::to_string).collect();
        let warnings = lower(&mut stack, &functions).len();
        (Value::Object(stack), warnings)
    }

    #[test]
    fn a_handler_becomes_its_source_and_its_name() {
        let stack = json!({
            "hooks": [{ "name": "a_hook", "handler": { FUNCTION_KEY: 0 } }],
            "objects": [{ "name": "a_x", "actions": [{ "name": "go", "target": { FUNCTION_KEY: 1 } }] }],
            "actions": [{ "name": "go", "target": { FUNCTION_KEY: 1 } }],
            "functions": { "score": { FUNCTION_KEY: 2 }, "kept": "elsewhere" },
            "onEnable": { FUNCTION_KEY: 3 },
        });
        let sources =
            ["(ctx) => { ctx.log.info('x'); }", "(ctx) => helper(ctx)", "() => 1", "() => {}"];
        let (stack, warnings) = lowered(stack, &sources);
        let body =
            json!({ "language": "js", "source": " ctx.log.info('x'); ", "capabilities": ["log"] });
        assert_eq!(
            stack["hooks"][0],
            json!({ "name": "a_hook", "handler": "a_hook", "body": body })
        );
        assert_eq!(stack["objects"][0]["actions"][0]["target"], "a_x_go");
        assert_eq!(stack["actions"][0], json!({ "name": "go", "target": "a_x_go" }));
        assert_eq!(stack["functions"], json!({ "score": "score", "kept": "elsewhere" }));
        assert!(stack.get("onEnable").is_none());
        assert_eq!(warnings, 4);
    }
}
