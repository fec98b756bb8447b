//! Limits of what people type (contract §1.1), checked before it is stored.

use crate::{Code, Result};
use std::ops::RangeInclusive;

/// The text without space around it, when its length is within `limits`.
///
/// # Errors
/// `VALIDATION_ERROR` that names the field.
pub fn within(field: &str, text: &str, limits: RangeInclusive<usize>) -> Result<String> {
    let text = text.trim();
    let (least, most) = (limits.start(), limits.end());
    if !limits.contains(&text.chars().count()) {
        let wish = match least {
            0 => format!("at most {most}"),
            _ => format!("{least} to {most}"),
        };
        return Err(Code::ValidationError.error(format!("`{field}` must have {wish} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(
            Code::ValidationError.error(format!("`{field}` must not contain control characters"))
        );
    }
    Ok(text.to_owned())
}

/// An email address in the form we compare: lower case.
///
/// # Errors
/// `VALIDATION_ERROR` for what cannot be an address. Whether it is one, only a
/// letter to it would tell.
pub fn email(text: &str) -> Result<String> {
    let email = within("email", text, 3..=255)?.to_lowercase();
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
