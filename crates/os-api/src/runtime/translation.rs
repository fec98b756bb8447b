//! Bodies of the `i18n` endpoints of a runtime.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The languages that packages are translated into.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct TranslationLocales {
    pub locales: Vec<TranslationLocale>,
}

/// A language.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TranslationLocale {
    /// A language tag such as `zh-CN`.
    pub code: String,
    pub label: String,
    pub is_default: bool,
}

/// All translations of a language, in the form of a package's bundle.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Translations {
    pub locale: String,
    pub translations: Map<String, Value>,
}

/// The translations of an object's fields.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct FieldLabels {
    pub object: String,
    pub locale: String,
    /// By field; only fields with a label.
    #[schemars(with = "BTreeMap<String, FieldLabel>")]
    pub labels: Map<String, Value>,
}

/// The translations of a field.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct FieldLabel {
    pub label: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The label of each option, by its value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<BTreeMap<String, String>>,
}
