//! Tests of a single value that a validation rule declares: a pattern, a format, a JSON Schema.

use crate::expression::compile_pattern;
use crate::settings::MAX_CHECK_STEPS;
use crate::{SettingsFault, SettingsSchema};
use regex::Regex;
use serde_json::Value;

/// A test of a value.
#[derive(Debug)]
pub enum ValueRule {
    /// A string in which the pattern is found, and which has the format.
    Text {
        /// `regex`
        pattern: Option<Regex>,
        /// `format`
        format: Option<TextFormat>,
    },
    /// A value that a JSON Schema describes.
    Schema(SettingsSchema),
}

/// The format of a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFormat {
    /// An address with a name, `@`, and a domain.
    Email,
    /// A scheme, `://`, and a host.
    Url,
    /// Digits, spaces and `+ - . / ( )`.
    Phone,
    /// A JSON document.
    Json,
}

impl TextFormat {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "email" => Self::Email,
            "url" => Self::Url,
            "phone" => Self::Phone,
            "json" => Self::Json,
            _ => return None,
        })
    }

    /// Returns whether a string has this format.
    pub fn fits(self, text: &str) -> bool {
        let is_plain = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
        match self {
            Self::Email => text.split_once('@').is_some_and(|(name, domain)| {
                let labels = domain.split('.').collect::<Vec<_>>();
                let is_domain = labels.len() > 1 && labels.iter().all(|it| !it.is_empty());
                is_plain(name) && is_plain(domain) && is_domain && !domain.contains('@')
            }),
            Self::Url => text.split_once("://").is_some_and(|(scheme, rest)| {
                let is_scheme = scheme.starts_with(|it: char| it.is_ascii_alphabetic())
                    && scheme.chars().all(|it| it.is_ascii_alphanumeric() || "+-.".contains(it));
                is_scheme && is_plain(rest) && !rest.starts_with('/')
            }),
            Self::Phone => {
                let digits = text.chars().filter(char::is_ascii_digit).count();
                let is_legal = |it: char| it.is_ascii_digit() || " +-./()".contains(it);
                digits >= 3 && text.chars().all(is_legal)
            }
            Self::Json => serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok(),
        }
    }
}

impl ValueRule {
    /// Reads a rule of type `format`.
    ///
    /// # Errors
    /// The reason why it tests nothing, or cannot be tested.
    pub fn format(rule: &Value) -> Result<Self, String> {
        let text = |key: &str| rule.get(key).and_then(Value::as_str);
        let pattern = text("regex").map(compile_pattern).transpose();
        let pattern = pattern.map_err(|error| error.message)?;
        let format = match text("format") {
            None => None,
            Some(name) => Some(
                TextFormat::of(name)
                    .ok_or("`format` must be `email`, `url`, `phone` or `json`".to_owned())?,
            ),
        };
        if pattern.is_none() && format.is_none() {
            return Err("it has neither `regex` nor `format`".to_owned());
        }
        Ok(Self::Text { pattern, format })
    }

    /// Reads a rule of type `json_schema`.
    ///
    /// # Errors
    /// The reason why its schema is none.
    pub fn schema(rule: &Value) -> Result<Self, String> {
        let schema = rule.get("schema").filter(|it| it.is_object());
        let schema = schema.ok_or("it has no `schema`")?;
        let parsed = SettingsSchema::parse_at("schema", schema);
        parsed.map(Self::Schema).map_err(|invalid| invalid.to_string())
    }

    /// Returns whether a value passes.
    ///
    /// # Errors
    /// Deciding takes too many steps.
    pub fn passes(&self, value: &Value) -> Result<bool, String> {
        match self {
            Self::Text { pattern, format } => {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let is_found = pattern.as_ref().is_none_or(|it| it.is_match(&text));
                Ok(is_found && format.is_none_or(|it| it.fits(&text)))
            }
            Self::Schema(schema) => match schema.check_value(value) {
                Ok(()) => Ok(true),
                Err(SettingsFault::Problems(_)) => Ok(false),
                Err(SettingsFault::TooComplex) => {
                    Err(format!("the schema takes more than {MAX_CHECK_STEPS} steps"))
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn formats_are_what_people_write() {
        use TextFormat::{Email, Json, Phone, Url};
        for (format, good, bad) in [
            (Email, ["ada@example.com", "a.b+c@x.co.uk"], ["ada", "ada@localhost"]),
            (Email, ["a@b.c", "ä@ö.de"], ["a@b@c.d", "a b@c.d"]),
            (Url, ["https://example.com", "mailto+x://a"], ["example.com", "https://"]),
            (Phone, ["+43 1 234-56", "(01) 555"], ["call me", "12"]),
            (Json, ["{\"a\": 1}", "[]"], ["{a: 1}", ""]),
        ] {
            assert!(good.iter().all(|it| format.fits(it)), "{format:?}: {good:?}");
            assert!(!bad.iter().any(|it| format.fits(it)), "{format:?}: {bad:?}");
        }
    }

    #[test]
    fn a_rule_tests_its_value() {
        let tax = ValueRule::format(&json!({"regex": "^\\d{2}-\\d{7}$"})).unwrap();
        assert_eq!(tax.passes(&json!("12-3456789")), Ok(true));
        assert_eq!(tax.passes(&json!("12-345")), Ok(false));
        let shape = json!({"schema": {"type": "object", "required": ["tier"],
            "properties": {"seats": {"type": "integer", "minimum": 1}}}});
        let shape = ValueRule::schema(&shape).unwrap();
        assert_eq!(shape.passes(&json!({"tier": "gold", "seats": 2})), Ok(true));
        for bad in [json!({"seats": 2}), json!({"tier": "gold", "seats": 0}), json!("x")] {
            assert_eq!(shape.passes(&bad), Ok(false), "{bad}");
        }
    }

    #[test]
    fn what_cannot_be_tested_is_no_rule() {
        for bad in [json!({}), json!({"format": "colour"}), json!({"regex": "a(?=b)"})] {
            assert!(ValueRule::format(&bad).is_err(), "{bad}");
        }
        for bad in [json!({}), json!({"schema": {"type": 7}}), json!({"schema": "x"})] {
            assert!(ValueRule::schema(&bad).is_err(), "{bad}");
        }
    }
}
