//! Limits of a `configurationSchema`, because other people's servers run it.
//!
//! A few lines of `$ref`s can make a validator work for years, so a schema is refused if,
//! with every reference written out, it would not stay small. That is only possible if no reference
//! leads in a circle or out of the document.
//!
//! **Invariant:** a schema that passed can be walked recursively, following `$ref`.

use serde_json::Value;

/// Bytes of a schema.
const MAX_SCHEMA_BYTES: usize = 64 * 1024;
/// Subschemas, with every reference written out.
const MAX_SUBSCHEMAS: usize = 4_000;
/// Levels of nesting.
const MAX_DEPTH: usize = 100;
/// Regular expressions, the bytes of each, and the bytes of each compiled.
const MAX_PATTERNS: usize = 50;
const MAX_PATTERN_BYTES: usize = 500;
const MAX_COMPILED_PATTERN_BYTES: usize = 1024 * 1024;

/// Keywords whose value is a map of schemas, a list of them, or one.
const MAPS: &[&str] =
    &["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
const LISTS: &[&str] = &["allOf", "anyOf", "oneOf", "prefixItems"];
const SINGLES: &[&str] = &[
    "not",
    "if",
    "then",
    "else",
    "items",
    "contains",
    "additionalProperties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
];

/// The reason to refuse a schema.
pub struct SchemaError {
    /// The path in the schema, with dots.
    pub pointer: String,
    /// The message, with the remedy.
    pub message: String,
}

/// Checks a schema against the limits.
pub fn check(schema: &Value) -> Result<(), SchemaError> {
    let fault = |message: &str| SchemaError { pointer: String::new(), message: message.to_owned() };
    let Some(members) = schema.as_object() else {
        return Err(fault("must be a JSON Schema (an object)"));
    };
    if let Some(draft) = members.get("$schema") {
        let draft = draft.as_str().map(|url| url.trim_end_matches('#'));
        if draft != Some("https://json-schema.org/draft/2020-12/schema") {
            return Err(SchemaError {
                pointer: ".$schema".to_owned(),
                message: "must be `https://json-schema.org/draft/2020-12/schema`, or left out"
                    .to_owned(),
            });
        }
    }
    if members.get("type").is_some_and(|kind| kind.is_string() && kind != "object") {
        // The meta-schema reports a misspelt type.
        let known = ["array", "string", "number", "integer", "boolean", "null"];
        if members["type"].as_str().is_some_and(|kind| known.contains(&kind)) {
            return Err(fault("must describe an object, because settings are one"));
        }
    }
    if schema.to_string().len() > MAX_SCHEMA_BYTES {
        return Err(fault("is larger than 64 KiB; make it smaller"));
    }
    let mut walk = Walk { root: schema, followed: Vec::new(), budget: MAX_SUBSCHEMAS, patterns: 0 };
    walk.enter(schema, &mut Vec::new())
}

struct Walk<'a> {
    root: &'a Value,
    /// The references that led here.
    followed: Vec<&'a str>,
    budget: usize,
    patterns: usize,
}

impl<'a> Walk<'a> {
    fn enter(&mut self, schema: &'a Value, path: &mut Vec<&'a str>) -> Result<(), SchemaError> {
        let Some(members) = schema.as_object() else { return Ok(()) };
        // Defaults are copied into settings, so their size counts as well.
        let default = members.get("default").map_or(0, |value| value.to_string().len() / 64);
        let Some(budget) = self.budget.checked_sub(1 + default) else {
            return Err(fault(path, "makes the schema too large; use fewer references"));
        };
        self.budget = budget;
        if path.len() > MAX_DEPTH || self.followed.len() > MAX_DEPTH {
            return Err(fault(path, "lies too deep; use fewer levels"));
        }
        for (key, value) in members {
            path.push(key);
            self.keyword(key, value, path)?;
            path.pop();
        }
        Ok(())
    }

    fn keyword(
        &mut self,
        key: &'a str,
        value: &'a Value,
        path: &mut Vec<&'a str>,
    ) -> Result<(), SchemaError> {
        match (key, value) {
            ("$ref", Value::String(reference)) => self.follow(reference, path),
            ("$dynamicRef" | "$recursiveRef", _) => {
                Err(fault(path, "is not supported here; use `$ref`"))
            }
            // The root's is dropped before compiling.
            ("$id", _) if path.len() > 1 => {
                Err(fault(path, "is not supported here; refer to `#/$defs/…` instead"))
            }
            ("pattern", Value::String(pattern)) => self.pattern(pattern, path),
            (_, Value::Object(schemas)) if MAPS.contains(&key) => {
                for (name, schema) in schemas {
                    path.push(name);
                    if key == "patternProperties" {
                        self.pattern(name, path)?;
                    }
                    self.enter(schema, path)?;
                    path.pop();
                }
                Ok(())
            }
            (_, Value::Array(schemas)) if LISTS.contains(&key) => {
                schemas.iter().try_for_each(|schema| self.enter(schema, path))
            }
            (_, Value::Object(_)) if SINGLES.contains(&key) => self.enter(value, path),
            _ => Ok(()),
        }
    }

    fn follow(&mut self, reference: &'a str, path: &mut Vec<&'a str>) -> Result<(), SchemaError> {
        let Some(target) = resolve(self.root, reference) else {
            return Err(fault(
                path,
                "must point into the schema itself, such as `#/$defs/address`",
            ));
        };
        if self.followed.contains(&reference) {
            return Err(fault(
                path,
                "leads in a circle; a configuration schema cannot be recursive",
            ));
        }
        self.followed.push(reference);
        self.enter(target, path)?;
        self.followed.pop();
        Ok(())
    }

    fn pattern(&mut self, pattern: &str, path: &[&str]) -> Result<(), SchemaError> {
        self.patterns += 1;
        if pattern.len() > MAX_PATTERN_BYTES || self.patterns > MAX_PATTERNS {
            return Err(fault(
                path,
                "is too much; there may be 50 patterns with at most 500 characters each",
            ));
        }
        let mut regex = regex::RegexBuilder::new(&with_ascii_classes(pattern));
        match regex.size_limit(MAX_COMPILED_PATTERN_BYTES).build() {
            Ok(_) => Ok(()),
            Err(regex::Error::CompiledTooBig(_)) => {
                Err(fault(path, "repeats too much; use smaller numbers of repetitions"))
            }
            Err(_) => Err(fault(
                path,
                "is not a supported regular expression (there are no look-arounds and no \
                 back-references)",
            )),
        }
    }
}

/// Returns the pattern as the validator compiles it: in JSON Schema, `\w` and `\d` are ASCII.
fn with_ascii_classes(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match rest.next() {
            Some('d') => out.push_str("[0-9]"),
            Some('D') => out.push_str("[^0-9]"),
            Some('w') => out.push_str("[A-Za-z0-9_]"),
            Some('W') => out.push_str("[^A-Za-z0-9_]"),
            escaped => {
                out.push('\\');
                out.extend(escaped);
            }
        }
    }
    out
}

/// Resolves a local reference: `#`, or `#` with a JSON pointer written without escapes
/// of URLs, so that all implementations resolve it alike.
pub fn resolve<'a>(root: &'a Value, reference: &str) -> Option<&'a Value> {
    let pointer = reference.strip_prefix('#')?;
    let is_plain = pointer.is_empty() || pointer.starts_with('/');
    (is_plain && !pointer.contains('%')).then(|| root.pointer(pointer))?
}

fn fault(path: &[&str], message: &str) -> SchemaError {
    let shown: String = path.iter().take(20).map(|token| format!(".{token}")).collect();
    SchemaError { pointer: crate::text::shortened(&shown, 300), message: message.to_owned() }
}
