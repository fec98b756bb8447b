//! What people say of an organization, checked before it is stored.

use crate::{Code, Result, text};
use serde_json::Value;

/// Longest text of `metadata`.
const METADATA_LIMIT: usize = 16 * 1024;

/// An organization that is to be added, checked.
#[derive(Debug)]
pub struct New {
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) logo: Option<String>,
    pub(super) metadata: Option<String>,
}

impl New {
    /// # Errors
    /// `VALIDATION_ERROR` for a name or slug that is not allowed.
    pub fn named(name: &str, slug: &str) -> Result<Self> {
        let name = text::within("name", name, 1..=255)?;
        Ok(Self { name, slug: slug_of(slug)?, logo: None, metadata: None })
    }
}

impl TryFrom<os_api::organization::CreateOrganization> for New {
    type Error = crate::Error;

    fn try_from(body: os_api::organization::CreateOrganization) -> Result<Self> {
        Ok(Self {
            logo: body.logo.map(|it| text::within("logo", &it, 0..=2048)).transpose()?,
            metadata: body.metadata.as_ref().map(metadata_of).transpose()?.flatten(),
            ..Self::named(&body.name, &body.slug)?
        })
    }
}

/// A slug in its one form.
///
/// # Errors
/// `VALIDATION_ERROR`.
pub fn slug_of(text: &str) -> Result<String> {
    let slug = text::within("slug", text, 1..=64)?;
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !slug.bytes().all(allowed) || slug.starts_with('-') || slug.ends_with('-') {
        return Err(Code::ValidationError.error(
            "`slug` may have lower-case letters, digits and, between them, hyphens: `acme-crm`",
        ));
    }
    Ok(slug)
}

/// The column of a JSON object; clients of the original also send its text.
pub(super) fn metadata_of(value: &Value) -> Result<Option<String>> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.clone(),
        _ => value.to_string(),
    };
    let is_object = serde_json::from_str(&text).is_ok_and(|it: Value| it.is_object());
    if !is_object || text.len() > METADATA_LIMIT {
        return Err(Code::ValidationError.error("`metadata` must be an object of at most 16 KiB"));
    }
    Ok(Some(text))
}
