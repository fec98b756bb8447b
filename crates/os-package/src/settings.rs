//! The settings of an installation, and the JSON Schema of its package for them
//! (docs/wire/manifest.md#settings).
//!
//! **Invariant:** a schema reaches nothing outside itself. An expensive schema is refused when it is
//! published, and settings that make too much work of it when they are checked.

mod cost;
mod guard;
mod meter;
mod stored;
mod walk;

pub use meter::{MAX_CHECK_STEPS, TooComplex};
pub use stored::{ShownSettings, StoredSettings};

use meter::{MAX_WALK_STEPS, Meter};

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

/// The reason why settings do not fit a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingsFault {
    /// All problems, up to a limit.
    Problems(Vec<SettingsProblem>),
    /// Checking them takes more than [`MAX_CHECK_STEPS`].
    TooComplex,
}

impl From<TooComplex> for SettingsFault {
    fn from(TooComplex: TooComplex) -> Self {
        Self::TooComplex
    }
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

    /// Checks settings, with defaults filled in.
    ///
    /// # Errors
    /// [`SettingsFault`]; its messages hold no value.
    pub fn check(&self, settings: &StoredSettings) -> Result<(), SettingsFault> {
        self.check_within(settings, &mut Meter::new(MAX_CHECK_STEPS))
    }

    /// Checks a value that is no settings: as it is, without defaults.
    ///
    /// # Errors
    /// [`SettingsFault`].
    pub fn check_value(&self, value: &Value) -> Result<(), SettingsFault> {
        cost::pay(&self.root, &self.root, value, 0, &mut Meter::new(MAX_CHECK_STEPS))?;
        self.schemas.validate(value, self.index).map_err(|_| SettingsFault::Problems(Vec::new()))
    }

    fn check_within(
        &self,
        settings: &StoredSettings,
        meter: &mut Meter,
    ) -> Result<(), SettingsFault> {
        if !settings.is_object() {
            let (path, message) = (String::new(), "must be an object".to_owned());
            return Err(SettingsFault::Problems(vec![SettingsProblem { path, message }]));
        }
        let filled = self.with_defaults(settings.reveal().clone())?;
        cost::pay(&self.root, &self.root, &filled, 0, meter)?;
        let Err(error) = self.schemas.validate(&filled, self.index) else { return Ok(()) };
        let secrets = settings.clone().under(Some(self));
        let mut problems = Vec::new();
        self.collect(&error, &secrets, &mut problems);
        Err(SettingsFault::Problems(problems))
    }

    /// Fills in the schema's `default`s where settings have no value; in nested objects too,
    /// where these are present or have a default themselves. Null counts as no settings at all.
    fn with_defaults(&self, settings: Value) -> Result<Value, TooComplex> {
        let mut settings = if settings.is_null() { Value::Object(Map::new()) } else { settings };
        let mut meter = Meter::new(MAX_WALK_STEPS);
        walk::fill(&self.root, &self.root, &mut settings, &mut meter)?;
        Ok(settings)
    }

    /// Collects the innermost errors, once each, up to a limit.
    fn collect(
        &self,
        error: &ValidationError<'_, '_>,
        secrets: &StoredSettings,
        problems: &mut Vec<SettingsProblem>,
    ) {
        for cause in &error.causes {
            if problems.len() == MAX_PROBLEMS {
                return;
            }
            self.collect(cause, secrets, problems);
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
            _ if secrets.hides(&path) => {
                add(path, "is not valid (the value is secret and not shown)".to_owned());
            }
            kind => add(path, crate::text::shortened(&described(kind), 300)),
        }
    }
}

/// Describes an error by the schema alone: messages reach events and logs, so they quote no value.
fn described(kind: &ErrorKind<'_, '_>) -> String {
    match kind {
        ErrorKind::Format { want, .. } => format!("must be a valid {want}"),
        ErrorKind::Pattern { want, .. } => format!("must match the pattern `{want}`"),
        ErrorKind::ContentEncoding { want, .. } => format!("must be encoded as {want}"),
        ErrorKind::ContentMediaType { want, .. } => format!("must be of the media type {want}"),
        ErrorKind::Minimum { want, .. } => format!("must be >={want}"),
        ErrorKind::Maximum { want, .. } => format!("must be <={want}"),
        ErrorKind::ExclusiveMinimum { want, .. } => format!("must be >{want}"),
        ErrorKind::ExclusiveMaximum { want, .. } => format!("must be <{want}"),
        ErrorKind::MultipleOf { want, .. } => format!("must be a multiple of {want}"),
        ErrorKind::PropertyName { .. } => "has a name that is not allowed".to_owned(),
        kind => kind.to_string(),
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
mod stored_tests;
#[cfg(test)]
mod tests;
