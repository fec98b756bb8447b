//! Members and parameters that a type does not have: refused, with the one that was meant
//! (docs/wire/README.md#unknown-members).

use crate::error::{Code, Error};
use axum::extract::rejection::QueryRejection;
use os_package::suggest::nearest;

/// The most characters of a name that a message repeats.
const MAX_SHOWN_CHARS: usize = 80;

/// Makes the error for JSON that does not fit its type. A name in `is_camel` was sent in camelCase
/// and read in snake_case.
pub fn invalid(
    error: serde_path_to_error::Error<serde_json::Error>,
    is_camel: impl Fn(&str) -> bool,
) -> Error {
    let path = error.path().to_string();
    let inner = error.into_inner();
    if inner.is_syntax() || inner.is_eof() {
        return not_json(&inner);
    }
    let text = inner.to_string();
    if let Some(unknown) = Unknown::of(&text) {
        return unknown.error(&path, "a member", &is_camel);
    }
    let is_missing = text.starts_with("missing field");
    let code = if is_missing { Code::MissingRequiredField } else { Code::ValidationError };
    code.error(if path == "." { text } else { format!("`{path}`: {text}") })
}

/// Makes the error for text that is not JSON, or is nested too deeply.
pub fn not_json(error: &serde_json::Error) -> Error {
    let text = error.to_string();
    Code::ValidationError.error(if text.starts_with("recursion limit") {
        "the body is nested deeper than 128 levels; flatten it".to_owned()
    } else {
        format!("the body is not JSON: {text}")
    })
}

impl From<QueryRejection> for Error {
    fn from(rejection: QueryRejection) -> Self {
        let text = rejection.body_text();
        match Unknown::of(&text) {
            Some(unknown) => unknown.error(".", "a parameter", &|_| false),
            None => Code::ValidationError.error(text),
        }
    }
}

/// A name that a type does not have, and those that it has.
struct Unknown<'a> {
    name: &'a str,
    known: Vec<&'a str>,
}

impl<'a> Unknown<'a> {
    /// Reads the message of serde.
    fn of(text: &'a str) -> Option<Self> {
        let (_, rest) = text.split_once("unknown field `")?;
        let (name, known) = match rest.rsplit_once("`, there are no fields") {
            Some((name, _)) => (name, ""),
            None => rest.rsplit_once("`, expected ")?,
        };
        Some(Self { name, known: known.split('`').skip(1).step_by(2).collect() })
    }

    fn error(&self, path: &str, kind: &str, is_camel: &dyn Fn(&str) -> bool) -> Error {
        let Self { name, known } = self;
        let at_top = path == "." || path == *name;
        let spelled = |word: &str| match at_top && is_camel(name) {
            true => camel_case(word),
            false => word.to_owned(),
        };
        let shown: String = spelled(name).chars().take(MAX_SHOWN_CHARS).collect();
        let place = match path.strip_suffix(name).unwrap_or(path).trim_end_matches('.') {
            "" => "here".to_owned(),
            place => format!("of `{}`", place.chars().take(MAX_SHOWN_CHARS).collect::<String>()),
        };
        let remedy = match (nearest_of(name, known), known.as_slice()) {
            (Some(meant), _) => format!("did you mean `{}`?", spelled(meant)),
            (None, []) => "remove it".to_owned(),
            (None, known) => {
                let known: Vec<String> =
                    known.iter().map(|it| format!("`{}`", spelled(it))).collect();
                format!("remove it, or name one of {}", known.join(", "))
            }
        };
        Code::ValidationError
            .error(format!("`{}` is not {kind} {place}; {remedy}", shown.escape_debug()))
    }
}

/// Returns the known name that is a misspelling away, or that has the words of this one:
/// `target_version` for `version`.
fn nearest_of<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let has_words = |it: &&&str| {
        let mut words = it.split('_');
        !name.is_empty() && name.split('_').all(|word| words.any(|it| it == word))
    };
    let shortest = || known.iter().filter(has_words).min_by_key(|it| it.len()).copied();
    nearest(name, known.iter().copied()).or_else(shortest)
}

/// `display_name` becomes `displayName`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut done, word| {
        let mut letters = word.chars();
        done.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        done.push_str(letters.as_str());
        done
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lenient::Members;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[serde(default)]
        #[expect(dead_code, reason = "only its name counts")]
        target_version: Option<String>,
        #[serde(default)]
        #[expect(dead_code, reason = "only its name counts")]
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {}

    #[test]
    fn the_message_names_the_member_as_it_was_sent_and_the_one_that_was_meant() {
        for (body, message) in [
            (
                r#"{"version": "1"}"#,
                "`version` is not a member here; did you mean `target_version`?",
            ),
            (
                r#"{"targetVerison": 1}"#,
                "`targetVerison` is not a member here; did you mean `targetVersion`?",
            ),
            (
                r#"{"inner": {"x`, expected `y": 1}}"#,
                "`x`, expected `y` is not a member of `inner`; remove it",
            ),
            (
                r#"{"zebra": 1}"#,
                "`zebra` is not a member here; remove it, or name one of `target_version`, `inner`",
            ),
        ] {
            let error = Members::read(body.as_bytes()).unwrap().typed::<Outer>().unwrap_err();
            assert_eq!((error.message(), error.code()), (message, Code::ValidationError.into()));
        }
    }
}
