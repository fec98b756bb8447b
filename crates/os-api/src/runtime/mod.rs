//! Bodies of the endpoints of a runtime (docs/wire/runtime-install.md#install-local to
//! docs/wire/registry.md#registry-endpoints). Members are camelCase unless a type says otherwise.
//!
//! Everything that a package defines (records, metadata items, settings) is an open type: an object
//! of JSON whose members the package decides.

pub mod catalog;
pub mod connection;
pub mod discovery;
pub mod file;
pub mod health;
pub mod install;
pub mod metadata;
pub mod package;
pub mod record;
pub mod registry;
pub mod translation;
pub mod view;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::marker::PhantomData;

/// A response of another server, passed on as it came. Its schema is that of `T`; members
/// that `T` does not know are kept.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Relayed<T> {
    value: Value,
    #[serde(skip)]
    of: PhantomData<T>,
}

impl<T> From<Value> for Relayed<T> {
    fn from(value: Value) -> Self {
        Self { value, of: PhantomData }
    }
}

impl<T: JsonSchema> JsonSchema for Relayed<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// The query of an uninstall.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UninstallOptions {
    /// `1` or `true`: also when other packages depend on it.
    pub force: Option<String>,
    /// Records stay; `false` is refused.
    #[serde(rename = "keepData")]
    pub keep_data: Option<String>,
}

impl UninstallOptions {
    /// Returns whether the caller insists.
    pub fn is_forced(&self) -> bool {
        matches!(self.force.as_deref(), Some("1" | "true"))
    }

    /// Returns whether the records are to go, too.
    pub fn drops_data(&self) -> bool {
        matches!(self.keep_data.as_deref(), Some("0" | "false"))
    }
}
