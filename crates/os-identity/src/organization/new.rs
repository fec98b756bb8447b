//! The details of a new organization, checked before they are stored.

use crate::{Code, Result, text};
use os_api::limits::MAX_URL_CHARS;
use serde_json::Value;

/// The longest JSON text of `metadata`.
const MAX_METADATA_BYTES: usize = 16 * 1024;

/// The length of the address of a logo, in characters.
pub(super) const LOGO_CHARS: std::ops::RangeInclusive<usize> = 0..=MAX_URL_CHARS;

/// An organization that is to be added, checked.
#[derive(Debug)]
pub struct NewOrganization {
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) logo: Option<String>,
    pub(super) metadata: Option<String>,
}

impl NewOrganization {
    /// Checks a name and a slug.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` for a name or slug that is not allowed.
    pub fn named(name: &str, slug: &str) -> Result<Self> {
        let name = text::within("name", name, text::NAME_CHARS)?;
        Ok(Self { name, slug: slug_of(slug)?, logo: None, metadata: None })
    }
}

impl TryFrom<os_api::organization::CreateOrganization> for NewOrganization {
    type Error = crate::Error;

    fn try_from(body: os_api::organization::CreateOrganization) -> Result<Self> {
        Ok(Self {
            logo: body.logo.map(|it| text::within("logo", &it, LOGO_CHARS)).transpose()?,
            metadata: body.metadata.as_ref().map(metadata_of).transpose()?.flatten(),
            ..Self::named(&body.name, &body.slug)?
        })
    }
}

/// Checks a slug, and returns it without surrounding space.
///
/// # Errors
/// `VALIDATION_ERROR`.
pub fn slug_of(text: &str) -> Result<String> {
    let slug = text::within("slug", text, text::SLUG_CHARS)?;
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !slug.bytes().all(allowed) || slug.starts_with('-') || slug.ends_with('-') {
        return Err(Code::ValidationError.error(
            "`slug` may contain lower-case letters, digits and, between them, hyphens: `acme-crm`",
        ));
    }
    Ok(slug)
}

/// Returns the column of a JSON object; some clients send its text.
pub(super) fn metadata_of(value: &Value) -> Result<Option<String>> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.clone(),
        _ => value.to_string(),
    };
    let is_object = serde_json::from_str(&text).is_ok_and(|it: Value| it.is_object());
    if !is_object || text.len() > MAX_METADATA_BYTES {
        return Err(Code::ValidationError.error("`metadata` must be an object of at most 16 KiB"));
    }
    Ok(Some(text))
}
