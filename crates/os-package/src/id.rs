//! Ids of packages, namespaces and locales (docs/wire/names.md#patterns).
//!
//! **Invariant:** a value of these types is valid.

use std::str::FromStr;

use crate::text::{checked_text, excerpt};

/// The public name of a package: `com.acme.crm` (docs/wire/names.md#patterns;
/// docs/wire/README.md#ids).
///
/// Reverse-domain, lower case, at least two segments, at most 255 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ManifestId(String);

/// An error: the string is not a [`ManifestId`], and what a valid one looks like.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a package id: {reason}; a right one looks like `com.acme.crm`")]
pub struct InvalidManifestId {
    text: String,
    reason: &'static str,
}

impl ManifestId {
    /// Returns the id as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the last segment: `crm` of `com.acme.crm`.
    pub fn last_segment(&self) -> &str {
        self.0.rsplit('.').next().unwrap_or(&self.0)
    }
}

impl FromStr for ManifestId {
    type Err = InvalidManifestId;

    fn from_str(text: &str) -> Result<Self, InvalidManifestId> {
        match manifest_id_fault(text) {
            None => Ok(Self(text.to_owned())),
            Some(reason) => Err(InvalidManifestId { text: excerpt(text), reason }),
        }
    }
}

fn manifest_id_fault(text: &str) -> Option<&'static str> {
    let is_legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    Some(if text.is_empty() {
        "it is empty"
    } else if text.len() > 255 {
        "it is longer than 255 characters"
    } else if text.contains('_') {
        "underscores are not allowed, use hyphens (`com.acme.my-crm`)"
    } else if text.contains(|c: char| c.is_uppercase()) {
        "capitals are not allowed, use lower case"
    } else if !text.chars().all(is_legal) {
        "only a-z, 0-9, hyphens and dots are allowed"
    } else if text.split('.').any(str::is_empty) {
        "a segment between the dots is empty"
    } else if text.split('.').any(|segment| !segment.starts_with(|c: char| c.is_ascii_lowercase()))
    {
        "each segment must start with a letter"
    } else if !text.contains('.') {
        "it needs at least two segments, separated by dots"
    } else {
        return None;
    })
}

/// The pattern of a [`ManifestId`], for schemas.
pub const MANIFEST_ID_PATTERN: &str = r"^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$";

checked_text!(ManifestId, InvalidManifestId, MANIFEST_ID_PATTERN);

/// The prefix of a package's object names: `crm` (docs/wire/names.md#patterns).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Namespace(String);

/// An error: the string is not a [`Namespace`], and what a valid one looks like.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a namespace: {reason}; a right one looks like `crm` or `my_crm`")]
pub struct InvalidNamespace {
    text: String,
    reason: &'static str,
}

impl Namespace {
    /// Returns the namespace as a string, without the underscore of object names.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Derives the namespace of a package that declares none, from the last segment of its id
    /// (docs/wire/names.md#derived-namespace): `com.acme.my-crm` gives `my_crm`.
    pub fn derive(id: &ManifestId) -> Option<Self> {
        // An id is ASCII and lower case, so only the hyphen has to be replaced.
        let name = id.last_segment().replace('-', "_");
        let name = name.trim_start_matches(|c: char| !c.is_ascii_lowercase());
        name.get(..20).unwrap_or(name).parse().ok()
    }

    /// Returns whether an object name has this prefix: `crm_account` for `crm`.
    pub fn prefixes(&self, name: &str) -> bool {
        self.short_name(name).is_some()
    }

    /// Returns the part after the prefix: `account` of `crm_account`.
    pub fn short_name<'a>(&self, name: &'a str) -> Option<&'a str> {
        name.strip_prefix(self.as_str())?.strip_prefix('_').filter(|short| !short.is_empty())
    }
}

impl FromStr for Namespace {
    type Err = InvalidNamespace;

    fn from_str(text: &str) -> Result<Self, InvalidNamespace> {
        let is_legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let reason = if text.contains('-') {
            "hyphens are not allowed, use underscores"
        } else if text.contains(|c: char| c.is_uppercase()) {
            "capitals are not allowed, use lower case"
        } else if !text.chars().all(is_legal) {
            "only a-z, 0-9 and underscores are allowed"
        } else if !(2..=20).contains(&text.len()) {
            "it must have 2 to 20 characters"
        } else if !text.starts_with(|c: char| c.is_ascii_lowercase()) {
            "it must start with a letter"
        } else {
            return Ok(Self(text.to_owned()));
        };
        Err(InvalidNamespace { text: excerpt(text), reason })
    }
}

/// The pattern of a [`Namespace`], for schemas.
pub const NAMESPACE_PATTERN: &str = "^[a-z][a-z0-9_]{1,19}$";

checked_text!(Namespace, InvalidNamespace, NAMESPACE_PATTERN);

/// A language, with or without a region: `en`, `zh-CN` (docs/wire/names.md#patterns).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Locale(String);

/// An error: the string is not a [`Locale`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a locale; a right one looks like `en` or `zh-CN`")]
pub struct InvalidLocale(String);

impl Locale {
    /// Returns the locale as a key of `translations`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Locale {
    type Err = InvalidLocale;

    fn from_str(text: &str) -> Result<Self, InvalidLocale> {
        let (language, region) = match text.split_once('-') {
            Some((language, region)) => (language, Some(region)),
            None => (text, None),
        };
        let language_fits =
            (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_lowercase());
        let region_fits = region.is_none_or(|region| {
            region.len() == 2 && region.bytes().all(|b| b.is_ascii_uppercase())
        });
        if language_fits && region_fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidLocale(excerpt(text)))
        }
    }
}

checked_text!(Locale, InvalidLocale, "^[a-z]{2,3}(-[A-Z]{2})?$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifest_ids_are_reverse_domain_names() {
        for good in ["com.acme.crm", "com.acme.my-crm", "a.b", "sys.feeds", "local.app2"] {
            assert_eq!(good.parse::<ManifestId>().unwrap().as_str(), good);
        }
        let long = format!("com.{}", "a".repeat(252));
        let bad = ["com.example.my_crm", "Com.Acme", "crm", "com.acme.", "com.9a", "", ".a.b"];
        for bad in
            bad.into_iter().chain(["a..b", "com.acme crm", "com.-a", "cöm.b", "a.b\n", &long])
        {
            assert!(bad.parse::<ManifestId>().is_err(), "{bad}");
        }
        assert!(long[..255].parse::<ManifestId>().is_ok());
    }

    #[test]
    fn an_invalid_id_is_reported_with_its_remedy() {
        let message = |text: &str| text.parse::<ManifestId>().unwrap_err().to_string();
        assert_eq!(
            message("com.example.my_crm"),
            "`com.example.my_crm` is not a package id: underscores are not allowed, use hyphens \
             (`com.acme.my-crm`); a right one looks like `com.acme.crm`"
        );
        assert!(message("Com.Acme").contains("capitals are not allowed"));
        assert!(message("crm").contains("at least two segments"));
        assert!(message(&"x".repeat(100_000)).len() < 500);
    }

    #[test]
    fn namespaces_are_short_prefixes() {
        for good in ["crm", "my_crm", "a1", &"a".repeat(20)] {
            assert!(good.parse::<Namespace>().is_ok(), "{good}");
        }
        for bad in ["a", &"a".repeat(21), "9a", "_crm", "my-crm", "CRM", "", "c m", "crü"] {
            assert!(bad.parse::<Namespace>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_namespace_is_derived_from_the_last_segment() {
        for (id, namespace) in [
            ("com.acme.crm", Some("crm")),
            ("com.acme.my-crm", Some("my_crm")),
            ("com.acme.a", None),
            ("com.acme.a-very-long-name-indeed", Some("a_very_long_name_ind")),
        ] {
            let derived = Namespace::derive(&id.parse().unwrap());
            assert_eq!(derived.as_ref().map(Namespace::as_str), namespace, "{id}");
        }
    }

    #[test]
    fn a_prefix_needs_something_after_it() {
        let crm: Namespace = "crm".parse().unwrap();
        assert_eq!(crm.short_name("crm_account"), Some("account"));
        assert!(!crm.prefixes("crm_") && !crm.prefixes("crmaccount") && !crm.prefixes("crm"));
    }

    #[test]
    fn locales_are_a_language_with_an_optional_region() {
        for good in ["en", "zh-CN", "fil"] {
            assert!(good.parse::<Locale>().is_ok(), "{good}");
        }
        for bad in ["", "e", "EN", "zh-cn", "zh_CN", "zh-", "engl", "en-USA", "zh-CN-x"] {
            assert!(bad.parse::<Locale>().is_err(), "{bad}");
        }
    }

    #[test]
    fn json_is_checked_like_everything_else() {
        let id: ManifestId = serde_json::from_str(r#""com.acme.crm""#).unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), r#""com.acme.crm""#);
        let error = serde_json::from_str::<ManifestId>(r#""crm""#).unwrap_err();
        assert!(error.to_string().contains("is not a package id"), "{error}");
        let schema = schemars::schema_for!(Namespace);
        assert_eq!(schema.get("pattern").unwrap(), "^[a-z][a-z0-9_]{1,19}$");
    }
}
