//! The details of a package (docs/wire/names.md#patterns, docs/wire/packages.md#details,
//! docs/wire/packages.md#translations).
//!
//! **Invariant:** a [`PackageFields`] holds nothing that is too long, malformed or unknown.

use crate::registry::package::{Package, PublisherTier, Visibility};
use crate::{Code, Result};
use os_api::limits::{
    MAX_CATEGORY_CHARS, MAX_DESCRIPTION_CHARS, MAX_DISPLAY_NAME_CHARS, MAX_LICENSE_CHARS,
    MAX_README_CHARS, MAX_TAG_CHARS, MAX_TAGLINE_CHARS, MAX_TAGS, MAX_URL_CHARS,
};
use os_api::package::{PackageTranslation, SavePackage, Translations};
use os_identity::OrganizationId;
use os_package::{Locale, ManifestId, Namespace};
use url::Url;

const MAX_CAPTIONS: usize = 32;

/// Checked details of a package: `None` keeps a field, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct PackageFields {
    pub manifest_id: Option<ManifestId>,
    pub owner: Option<OrganizationId>,
    pub namespace: Option<Namespace>,
    pub display_name: Option<String>,
    pub visibility: Option<Visibility>,
    pub publisher: Option<PublisherTier>,
    pub is_starter: Option<bool>,
    pub tags: Option<Vec<String>>,
    pub description: Option<Option<String>>,
    pub tagline: Option<Option<String>>,
    pub readme: Option<Option<String>>,
    pub category: Option<Option<String>>,
    pub icon_url: Option<Option<String>>,
    pub homepage_url: Option<Option<String>>,
    pub license: Option<Option<String>>,
    pub translations: Option<Option<Translations>>,
}

impl PackageFields {
    /// Checks every field.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` or `INVALID_FORMAT`, naming the field.
    pub fn read(body: SavePackage) -> Result<Self> {
        let invalid = |field: &str, error: &dyn std::fmt::Display| {
            Code::InvalidFormat.error(format!("`{field}`: {error}"))
        };
        Ok(Self {
            manifest_id: body
                .manifest_id
                .map(|it| it.parse().map_err(|error| invalid("manifest_id", &error)))
                .transpose()?,
            owner: body.owner_org_id.map(|it| organization("owner_org_id", &it)).transpose()?,
            namespace: body
                .namespace
                .map(|it| it.parse().map_err(|error| invalid("namespace", &error)))
                .transpose()?,
            display_name: body.display_name.map(display_name).transpose()?,
            visibility: body.visibility.as_deref().map(visibility).transpose()?,
            publisher: body.publisher.as_deref().map(publisher).transpose()?,
            is_starter: body.is_starter,
            tags: body.tags.map(tags).transpose()?,
            description: text("description", body.description, MAX_DESCRIPTION_CHARS)?,
            tagline: text("tagline", body.tagline, MAX_TAGLINE_CHARS)?,
            readme: text("readme", body.readme, MAX_README_CHARS)?,
            category: text("category", body.category, MAX_CATEGORY_CHARS)?,
            icon_url: text("icon_url", body.icon_url, MAX_URL_CHARS)?,
            homepage_url: web_address("homepage_url", body.homepage_url)?,
            license: text("license", body.license, MAX_LICENSE_CHARS)?,
            translations: body
                .translations
                .map(|it| it.map(translations).transpose())
                .transpose()?,
        })
    }

    /// Applies the details to a package; the caller has checked the namespace and
    /// the right.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` for an icon that is neither on the web nor the one that was uploaded.
    pub fn apply(self, package: &mut Package) -> Result<()> {
        if let Some(name) = self.display_name {
            package.sort_name = sort_name(&name);
            package.display_name = name;
        }
        if let Some(icon) = self.icon_url
            && icon != package.icon_url
        {
            package.icon_url = web_address("icon_url", Some(icon))?.flatten();
            package.icon_checksum = None;
        }
        set(&mut package.visibility, self.visibility);
        set(&mut package.publisher, self.publisher);
        set(&mut package.is_starter, self.is_starter);
        set(&mut package.tags, self.tags.map(|it| serde_json::json!(it).to_string()));
        set(&mut package.description, self.description);
        set(&mut package.tagline, self.tagline);
        set(&mut package.readme, self.readme);
        set(&mut package.category, self.category);
        set(&mut package.homepage_url, self.homepage_url);
        set(&mut package.license, self.license);
        let translations =
            self.translations.map(|it| it.map(|it| serde_json::json!(it).to_string()));
        set(&mut package.translations, translations);
        Ok(())
    }
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

/// Returns the key that lists are ordered by.
pub fn sort_name(display_name: &str) -> Vec<u8> {
    display_name.to_lowercase().into_bytes()
}

/// Reads the id of an organization.
///
/// # Errors
/// `INVALID_FORMAT`.
pub fn organization(field: &str, text: &str) -> Result<OrganizationId> {
    text.parse().map_err(|_| {
        Code::InvalidFormat
            .error(format!("`{field}`: `{}` is not the id of an organization", excerpt(text)))
    })
}

/// Reads `private`, `org` or `marketplace`.
///
/// # Errors
/// `VALIDATION_ERROR`.
pub fn visibility(text: &str) -> Result<Visibility> {
    Visibility::ALL.into_iter().find(|it| it.as_str() == text).ok_or_else(|| {
        Code::ValidationError.error(format!(
            "`visibility`: `{}` is none of private, org, marketplace",
            excerpt(text)
        ))
    })
}

fn publisher(text: &str) -> Result<PublisherTier> {
    PublisherTier::ALL.into_iter().find(|it| it.as_str() == text).ok_or_else(|| {
        Code::ValidationError.error(format!(
            "`publisher`: `{}` is none of objectstack, partner, community, private",
            excerpt(text)
        ))
    })
}

fn display_name(text: String) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Code::ValidationError
            .error("`display_name` must have 1 to 128 characters; it is empty"));
    }
    within("display_name", text, MAX_DISPLAY_NAME_CHARS)?;
    Ok(text.to_owned())
}

/// Reads a text that can be cleared; a blank one clears it.
fn text(
    field: &str,
    value: Option<Option<String>>,
    max_chars: usize,
) -> Result<Option<Option<String>>> {
    let Some(Some(text)) = value else { return Ok(value) };
    within(field, &text, max_chars)?;
    Ok(Some((!text.trim().is_empty()).then_some(text)))
}

fn within(field: &str, text: &str, max_chars: usize) -> Result<()> {
    let count = text.chars().count();
    if count > max_chars {
        return Err(Code::ValidationError
            .error(format!("`{field}` may have {max_chars} characters at most; it has {count}")));
    }
    Ok(())
}

fn web_address(field: &str, value: Option<Option<String>>) -> Result<Option<Option<String>>> {
    let value = text(field, value, MAX_URL_CHARS)?;
    if let Some(Some(text)) = &value {
        let is_web = Url::parse(text)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if !is_web {
            return Err(Code::ValidationError.error(format!(
                "`{field}`: `{}` is not an address that starts with https:// or http://",
                excerpt(text)
            )));
        }
    }
    Ok(value)
}

fn tags(tags: Vec<String>) -> Result<Vec<String>> {
    if tags.len() > MAX_TAGS {
        return Err(Code::ValidationError
            .error(format!("`tags` may have {MAX_TAGS} entries at most; it has {}", tags.len())));
    }
    for (index, tag) in tags.iter().enumerate() {
        let field = format!("tags[{index}]");
        within(&field, tag, MAX_TAG_CHARS)?;
        if tag.trim().is_empty() {
            return Err(Code::ValidationError.error(format!("`{field}` is empty; leave it out")));
        }
    }
    Ok(tags)
}

fn translations(translations: Translations) -> Result<Translations> {
    for (locale, translation) in &translations {
        locale
            .parse::<Locale>()
            .map_err(|error| Code::InvalidFormat.error(format!("`translations`: {error}")))?;
        self::translation(&format!("translations.{locale}"), translation)?;
    }
    Ok(translations)
}

fn translation(path: &str, translation: &PackageTranslation) -> Result<()> {
    let texts = [
        ("displayName", &translation.display_name, MAX_DISPLAY_NAME_CHARS),
        ("description", &translation.description, MAX_DESCRIPTION_CHARS),
        ("readme", &translation.readme, MAX_README_CHARS),
        ("tagline", &translation.tagline, MAX_TAGLINE_CHARS),
    ];
    for (field, text, max_chars) in texts {
        within(&format!("{path}.{field}"), text.as_deref().unwrap_or_default(), max_chars)?;
    }
    if translation.display_name.as_deref().is_some_and(|name| name.trim().is_empty()) {
        return Err(
            Code::ValidationError.error(format!("`{path}.displayName` is empty; leave it out"))
        );
    }
    let captions = translation.screenshot_captions.iter().flatten();
    for (index, (number, caption)) in captions.enumerate() {
        if index >= MAX_CAPTIONS || number.parse::<u16>().is_err() {
            return Err(Code::ValidationError.error(format!(
                "`{path}.screenshotCaptions`: `{}` is not the number of one of {MAX_CAPTIONS} screenshots: \"0\", \"1\", …",
                excerpt(number)
            )));
        }
        within(&format!("{path}.screenshotCaptions.{number}"), caption, MAX_DESCRIPTION_CHARS)?;
    }
    Ok(())
}

/// The start of a text, short enough to be quoted.
fn excerpt(text: &str) -> String {
    text.chars().take(80).collect()
}
