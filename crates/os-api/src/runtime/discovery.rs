//! The discovery document, and the settings of a console before sign-in
//! (docs/wire/metadata.md#discovery).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The parts of the API that a runtime has, with their routes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Discovery {
    /// The version of the platform.
    pub version: String,
    pub name: String,
    pub api_name: String,
    /// Always `production`.
    pub environment: String,
    /// The path of each part.
    #[schemars(with = "BTreeMap<String, String>")]
    pub routes: Map<String, Value>,
    pub locale: Locales,
    /// By name: those of `routes`, and those that the runtime does not have.
    #[schemars(with = "BTreeMap<String, Service>")]
    pub services: Map<String, Value>,
    pub capabilities: Capabilities,
}

/// The languages that packages are translated into.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Locales {
    pub default: Option<String>,
    pub supported: Vec<String>,
    /// Always `UTC`.
    pub timezone: String,
}

/// A part of the API.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    pub enabled: bool,
    /// `available` or `unavailable`.
    pub status: String,
    pub handler_ready: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The reason why it is unavailable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// The capabilities that clients may use.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Capabilities {
    pub search: Capability,
    pub websockets: Capability,
    pub files: Capability,
    pub analytics: Capability,
    pub ai: Capability,
    pub notifications: Capability,
    pub i18n: Capability,
    pub comments: Capability,
    pub automation: Capability,
    pub cron: Capability,
    pub export: Capability,
    pub chunked_upload: Capability,
    pub transactional_batch: Capability,
}

/// A capability that clients may use, or not.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Capability {
    pub enabled: bool,
}

/// The settings of a console before sign-in.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuntimeConfig {
    /// The address of the control plane; empty without one.
    pub cloud_url: String,
    /// Always `true`.
    pub single_environment: bool,
    pub features: RuntimeFeatures,
    pub branding: Branding,
    /// Always empty: nothing is collected.
    pub telemetry: Map<String, Value>,
}

/// The parts of a console that work.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuntimeFeatures {
    pub install_local: bool,
    pub marketplace: bool,
    pub ai_studio: bool,
    pub auto_publish_ai_builds: bool,
}

/// The names and colours of a console.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Branding {
    pub product_name: String,
    pub product_short_name: String,
    pub pwa_description: String,
    /// A CSS colour.
    pub pwa_theme_color: String,
}
