//! Common parts of types that are checked strings.
//!
//! **Invariant:** such a value is only created by its `FromStr`, also when it is read from JSON.

/// Implements, for a type with `FromStr` and `as_str`, the conversions of checked strings:
/// `TryFrom`, `Display`, serde as a string, and a JSON Schema with the pattern of
/// docs/wire/names.md#patterns.
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

/// Returns the start of a text, short enough to be quoted in a message.
pub fn excerpt(text: &str) -> String {
    shortened(text, 80)
}

/// Truncates a text to this many characters.
pub fn shortened(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Truncates a text to this many characters, and escapes those that a terminal would obey.
pub fn printable(text: &str, limit: usize) -> String {
    let shown = shortened(text, limit);
    if !shown.contains(|it: char| it.is_control() && it != '\n') {
        return shown;
    }
    let escape = |it: char| match it.is_control() && it != '\n' {
        true => it.escape_default().to_string(),
        false => it.to_string(),
    };
    shortened(&shown.chars().map(escape).collect::<String>(), limit)
}

/// Returns a list for a message, of bounded length: `a`, `b` and 3 more.
pub fn listing<T: AsRef<str>>(names: &[T]) -> String {
    const MAX_LISTED: usize = 5;
    let shown: Vec<_> =
        names.iter().take(MAX_LISTED).map(|name| format!("`{}`", excerpt(name.as_ref()))).collect();
    match names.len().saturating_sub(MAX_LISTED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        assert_eq!(printable("a\u{1b}[2Jb\nc", 11), "a\\u{1b}[2Jb…");
        assert_eq!(printable("ä\n", 10), "ä\n");
    }

    #[test]
    fn excerpts_are_short_and_end_at_characters() {
        assert_eq!(excerpt("crm"), "crm");
        assert_eq!(excerpt(&"ü".repeat(1000)).chars().count(), 81);
        assert_eq!(listing(&["a", "b"]), "`a`, `b`");
        assert_eq!(listing(&["x"; 7]), "`x`, `x`, `x`, `x`, `x` and 2 more");
    }
}
