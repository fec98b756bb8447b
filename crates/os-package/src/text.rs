//! What all types that are a checked text have in common.
//!
//! **Invariant:** such a value can only be made by its `FromStr`, also when it comes out of JSON.

/// Gives a type with `FromStr` and `as_str` the conversions every checked text has: `TryFrom`,
/// `Display`, serde as a string, and a JSON Schema with the pattern of contract §1.1.
macro_rules! checked_text {
    ($name:ident, $error:ident, $pattern:expr) => {
        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                text.parse()
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $error;

            fn try_from(text: &str) -> Result<Self, $error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.as_str().to_owned()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}

pub(crate) use checked_text;

/// The start of a text, short enough to be quoted in a message.
pub fn excerpt(text: &str) -> String {
    shortened(text, 80)
}

/// At most this many characters of a text.
pub fn shortened(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// `a`, `b` and 3 more: a list for a message that stays short however long the list is.
pub fn listing<T: AsRef<str>>(names: &[T]) -> String {
    const LIMIT: usize = 5;
    let shown: Vec<_> =
        names.iter().take(LIMIT).map(|name| format!("`{}`", excerpt(name.as_ref()))).collect();
    match names.len().saturating_sub(LIMIT) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_texts_stay_short_and_whole_characters() {
        assert_eq!(excerpt("crm"), "crm");
        assert_eq!(excerpt(&"ü".repeat(1000)).chars().count(), 81);
        assert_eq!(listing(&["a", "b"]), "`a`, `b`");
        assert_eq!(listing(&["x"; 7]), "`x`, `x`, `x`, `x`, `x` and 2 more");
    }
}
