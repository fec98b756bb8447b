//! The settings of an installation, and the JSON Schema of its package for them
//! (docs/wire/manifest.md#settings).
//!
//! **Invariant:** a schema reaches nothing outside itself, and checking costs no more than its
//! size allows: an expensive schema is refused when it is published.

mod guard;
mod walk;

use boon::{Compiler, ErrorKind, SchemaIndex, Schemas, ValidationError};
use serde_json::{Map, Value};

use crate::InvalidArtifact;

/// A compiled `configurationSchema`: JSON Schema, draft 2020-12.
pub struct SettingsSchema {
    root: Value,
    schemas: Schemas,
    index: SchemaIndex,
}

/// A problem of settings (an entry of `details.errors`, docs/wire/manifest.md#settings).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SettingsProblem {
    /// A JSON pointer into the settings; empty for the whole.
    pub path: String,
    /// The message. Never holds a secret.
    pub message: String,
}

/// The URL of the schema while it is compiled. It is never fetched.
const SCHEMA_URL: &str = "urn:objectstack:configuration-schema";

/// Problems that are reported.
const MAX_PROBLEMS: usize = 50;

impl SettingsSchema {
    /// Compiles a `configurationSchema`.
    ///
    /// Refused are also schemas that are recursive, refer to other documents, or are very large:
    /// see the module `guard`.
    pub fn parse(schema: &Value) -> Result<Self, InvalidArtifact> {
        Self::parse_at("configurationSchema", schema)
    }

    pub(crate) fn parse_at(path: &str, schema: &Value) -> Result<Self, InvalidArtifact> {
        guard::check(schema).map_err(|fault| {
            InvalidArtifact::at(format!("{path}{}", fault.pointer), fault.message)
        })?;
        let refuse = |reason: String| {
            let message = format!("is not a valid JSON Schema (draft 2020-12): {reason}");
            InvalidArtifact::at(path, message)
        };
        let mut root = schema.clone();
        if let Some(members) = root.as_object_mut() {
            // They have no effect, as references are local and the draft is fixed.
            members.remove("$id");
            members.remove("$schema");
        }
        let mut schemas = Schemas::new();
        let mut compiler = Compiler::new();
        compiler.set_default_draft(boon::Draft::V2020_12);
        compiler.use_loader(Box::new(Nothing));
        let added = compiler.add_resource(SCHEMA_URL, root.clone());
        added.map_err(|error| refuse(explain(&error)))?;
        let compiled = compiler.compile(SCHEMA_URL, &mut schemas);
        let index = compiled.map_err(|error| refuse(explain(&error)))?;
        Ok(Self { root, schemas, index })
    }

    /// Checks settings; the error lists all problems.
    pub fn validate(&self, settings: &Value) -> Result<(), Vec<SettingsProblem>> {
        if !settings.is_object() {
            let (path, message) = (String::new(), "must be an object".to_owned());
            return Err(vec![SettingsProblem { path, message }]);
        }
        let Err(error) = self.schemas.validate(settings, self.index) else { return Ok(()) };
        let mut problems = Vec::new();
        self.collect(&error, &mut problems);
        Err(problems)
    }

    /// Fills in the schema's `default`s where settings have no value; in nested objects too,
    /// where these are present or have a default themselves. Null counts as no settings at all.
    #[must_use]
    pub fn with_defaults(&self, settings: Value) -> Value {
        let mut settings = if settings.is_null() { Value::Object(Map::new()) } else { settings };
        walk::fill(&self.root, &self.root, &mut settings);
        settings
    }

    /// Removes secrets from settings: properties that are `writeOnly` or of
    /// `format: password` (docs/wire/manifest.md#settings) in any branch of the schema.
    #[must_use]
    pub fn redact(&self, settings: &Value) -> Value {
        walk::redact(&self.root, settings).unwrap_or_else(|| Value::Object(Map::new()))
    }

    /// Collects the innermost errors, once each.
    fn collect(&self, error: &ValidationError<'_, '_>, problems: &mut Vec<SettingsProblem>) {
        for cause in &error.causes {
            self.collect(cause, problems);
        }
        if !error.causes.is_empty() {
            return;
        }
        let path = error.instance_location.to_string();
        let mut add = |path: String, message: String| {
            let problem = SettingsProblem { path, message };
            if problems.len() < MAX_PROBLEMS && !problems.contains(&problem) {
                problems.push(problem);
            }
        };
        match &error.kind {
            ErrorKind::Required { want } => {
                for name in want {
                    add(format!("{path}/{}", pointer_token(name)), "is required".to_owned());
                }
            }
            ErrorKind::AdditionalProperties { got } => {
                for name in got.iter().take(MAX_PROBLEMS) {
                    let name = crate::text::excerpt(name);
                    add(format!("{path}/{}", pointer_token(&name)), "is not a setting".to_owned());
                }
            }
            _ if walk::is_secret(&self.root, &error.instance_location.tokens) => {
                add(path, "is not valid (the value is secret and not shown)".to_owned());
            }
            kind => add(path, crate::text::shortened(&kind.to_string(), 300)),
        }
    }
}

impl std::fmt::Debug for SettingsSchema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SettingsSchema").field(&self.root).finish()
    }
}

/// Refuses to load other schemas.
struct Nothing;

impl boon::UrlLoader for Nothing {
    fn load(&self, _: &str) -> Result<Value, Box<dyn std::error::Error>> {
        Err("a configuration schema must not refer to other documents".into())
    }
}

/// Returns the reason of a compile error, without our placeholder URL.
fn explain(error: &boon::CompileError) -> String {
    let text = match error {
        boon::CompileError::ValidationError { src, .. } => {
            let mut innermost = src;
            while let Some(cause) = innermost.causes.first() {
                innermost = cause;
            }
            format!("at `{}`: {}", innermost.instance_location, innermost.kind)
        }
        other => other.to_string(),
    };
    crate::text::shortened(&text.replace(SCHEMA_URL, ""), 300)
}

fn pointer_token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests;
