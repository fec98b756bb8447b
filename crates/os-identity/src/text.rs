//! Limits of text that people type (docs/wire/names.md#lengths), checked before it is stored.

use crate::{Code, Result};
use os_api::limits;
use std::ops::RangeInclusive;

/// The length of an email address, in characters (RFC 5321).
pub const EMAIL_CHARS: RangeInclusive<usize> = limits::MIN_EMAIL_CHARS..=limits::MAX_EMAIL_CHARS;

/// The length of the name of a user or an organization, in characters.
pub const NAME_CHARS: RangeInclusive<usize> = 1..=limits::MAX_NAME_CHARS;

/// The length of the slug of an organization, in characters.
pub const SLUG_CHARS: RangeInclusive<usize> = 1..=limits::MAX_SLUG_CHARS;

/// Returns the text without surrounding space, if its length in characters is within
/// `limits`.
///
/// # Errors
/// `VALIDATION_ERROR` that names the field.
pub fn within(field: &str, text: &str, limits: RangeInclusive<usize>) -> Result<String> {
    let text = text.trim();
    let (min, max) = (limits.start(), limits.end());
    if !limits.contains(&text.chars().count()) {
        let range = match min {
            0 => format!("at most {max}"),
            _ => format!("{min} to {max}"),
        };
        return Err(Code::ValidationError.error(format!("`{field}` must have {range} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(
            Code::ValidationError.error(format!("`{field}` must not contain control characters"))
        );
    }
    Ok(text.to_owned())
}

/// Returns an email address in the form that is compared: lower case.
///
/// # Errors
/// `VALIDATION_ERROR` for what cannot be an address. Only a message to it would show
/// whether it is one.
pub fn email(text: &str) -> Result<String> {
    let email = within("email", text, EMAIL_CHARS)?.to_lowercase();
    let is_plausible = email.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@')
    });
    if !is_plausible || email.contains(char::is_whitespace) {
        return Err(
            Code::ValidationError.error("`email` must be an address such as `ada@example.com`")
        );
    }
    Ok(email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn email_addresses_are_plausible_and_in_lower_case() {
        assert_eq!(email(" Ada@Example.COM ").ok().as_deref(), Some("ada@example.com"));
        for wrong in ["", "ada", "@example.com", "ada@", "a b@c", "a@b@c", "a@b\u{7}"] {
            assert!(email(wrong).is_err(), "{wrong:?}");
        }
    }
}
