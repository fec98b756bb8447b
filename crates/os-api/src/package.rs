//! Bodies of the `package` endpoints.

use crate::limits;
use chrono::{DateTime, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Texts of a listing in another language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PackageTranslation {
    #[serde(default, alias = "display_name", skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readme: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tagline: Option<String>,
    /// Captions by the number of the screenshot: `"0"`, `"1"`, …
    #[serde(default, alias = "screenshot_captions", skip_serializing_if = "Option::is_none")]
    pub screenshot_captions: Option<BTreeMap<String, String>>,
}

/// Translations by locale: `en`, `zh-CN`.
pub type Translations = BTreeMap<String, PackageTranslation>;

/// Registers a package, or updates its details. Absent members stay unchanged; `null` clears an
/// optional member.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SavePackage {
    /// Required to register; cannot change later.
    #[schemars(extend("maxLength" = limits::MAX_NAME_CHARS, "pattern" = os_package::MANIFEST_ID_PATTERN))]
    pub manifest_id: Option<String>,
    /// The owner; cannot change later. The active organization by default.
    #[schemars(extend("format" = "uuid"))]
    pub owner_org_id: Option<String>,
    /// Cannot change once it is set.
    #[schemars(extend("pattern" = os_package::NAMESPACE_PATTERN))]
    pub namespace: Option<String>,
    /// Required to register.
    #[schemars(extend("minLength" = 1, "maxLength" = limits::MAX_DISPLAY_NAME_CHARS, "pattern" = limits::NOT_BLANK))]
    pub display_name: Option<String>,
    /// `private`, `org` or `marketplace`.
    #[schemars(extend("enum" = limits::or_null(&limits::PACKAGE_VISIBILITIES)))]
    pub visibility: Option<String>,
    /// `objectstack` and `partner` are set by platform administrators only.
    #[schemars(extend("enum" = limits::or_null(&limits::PUBLISHERS)))]
    pub publisher: Option<String>,
    pub is_starter: Option<bool>,
    #[schemars(extend("maxItems" = limits::MAX_TAGS, "items" = serde_json::json!({"type": "string", "maxLength": limits::MAX_TAG_CHARS, "pattern": limits::NOT_BLANK})))]
    pub tags: Option<Vec<String>>,
    #[serde(deserialize_with = "clearable")]
    #[schemars(extend("maxLength" = limits::MAX_DESCRIPTION_CHARS))]
    pub description: Option<Option<String>>,
    #[serde(deserialize_with = "clearable")]
    #[schemars(extend("maxLength" = limits::MAX_TAGLINE_CHARS))]
    pub tagline: Option<Option<String>>,
    /// Markdown.
    #[serde(deserialize_with = "clearable")]
    #[schemars(extend("maxLength" = limits::MAX_README_CHARS))]
    pub readme: Option<Option<String>>,
    #[serde(deserialize_with = "clearable")]
    #[schemars(extend("maxLength" = limits::MAX_CATEGORY_CHARS))]
    pub category: Option<Option<String>>,
    #[serde(deserialize_with = "clearable")]
    #[schemars(extend("maxLength" = limits::MAX_URL_CHARS, "pattern" = limits::WEB_ADDRESS))]
    pub icon_url: Option<Option<String>>,
    #[serde(deserialize_with = "clearable")]
    #[schemars(extend("maxLength" = limits::MAX_URL_CHARS, "pattern" = limits::WEB_ADDRESS))]
    pub homepage_url: Option<Option<String>>,
    /// An SPDX expression.
    #[serde(deserialize_with = "clearable")]
    #[schemars(extend("maxLength" = limits::MAX_LICENSE_CHARS))]
    pub license: Option<Option<String>>,
    #[serde(deserialize_with = "clearable")]
    pub translations: Option<Option<Translations>>,
    /// Replaced by who is signed in.
    pub created_by: Option<String>,
}

/// The members of [`SavePackage`] that registering needs; a schema only.
#[derive(Debug)]
pub struct RegisterPackage;

impl JsonSchema for RegisterPackage {
    fn schema_name() -> Cow<'static, str> {
        "RegisterPackage".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let save = generator.subschema_for::<SavePackage>();
        let string = serde_json::json!({ "type": "string" });
        schemars::json_schema!({
            "allOf": [save],
            "required": ["manifest_id", "display_name"],
            "properties": { "manifest_id": string, "display_name": string },
        })
    }
}

/// Distinguishes a field that is `null` from one that is absent.
fn clearable<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// A package.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Package {
    /// The id of the row; people use `manifest_id`.
    pub id: Uuid,
    pub manifest_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    pub owner_org_id: Uuid,
    pub display_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tagline: Option<String>,
    /// Markdown; not part of lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readme: Option<String>,
    /// `private`, `org` or `marketplace`.
    pub visibility: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    pub tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// `objectstack`, `partner`, `community` or `private`.
    pub publisher: String,
    pub is_starter: bool,
    /// `true` if it is listed in the public catalog.
    pub listed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translations: Option<Translations>,
    /// The highest published version, stable before pre-release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_version: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub created_by: String,
}

/// The answer to [`SavePackage`].
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct SavedPackage {
    /// `true` if it was created.
    pub created: bool,
    /// Problems that did not prevent the change.
    pub warnings: Vec<String>,
    #[serde(flatten)]
    pub package: Package,
}

/// A package with its newest versions.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct PackageDetail {
    pub package: Package,
    /// The newest versions that the caller may see, at most 100.
    pub versions: Vec<crate::version::Version>,
}

/// One page of packages.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Packages {
    pub packages: Vec<Package>,
    /// The number of packages on all pages.
    pub total: i64,
    /// The cursor of the next page; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// The query of a list of packages.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ListPackages {
    /// Words to search for; each matches the start of a word.
    pub q: Option<String>,
    #[schemars(extend("enum" = limits::or_null(&limits::PACKAGE_VISIBILITIES)))]
    pub visibility: Option<String>,
    pub category: Option<String>,
    /// Only packages of this owner.
    #[serde(alias = "organizationId")]
    #[schemars(extend("format" = "uuid"))]
    pub organization_id: Option<String>,
    /// 1 to 100; 50 by default.
    #[schemars(extend("minimum" = 1, "maximum" = limits::MAX_PAGE_ROWS))]
    pub limit: Option<i64>,
    /// The number of packages to skip; prefer `cursor`.
    #[schemars(extend("minimum" = 0, "maximum" = limits::MAX_OFFSET_ROWS))]
    pub offset: Option<i64>,
    /// The `next_cursor` of the previous response.
    pub cursor: Option<String>,
}

/// The answer to an icon upload.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Icon {
    pub icon_url: String,
}

/// An organization that may see a package besides its owner.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Grant {
    pub organization_id: Uuid,
    pub organization_name: String,
    pub created_at: DateTime<Utc>,
    pub created_by: String,
}

/// All grants of a package.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Grants {
    pub grants: Vec<Grant>,
    pub total: usize,
}

/// Grants an organization access to a package.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantPackage {
    pub organization_id: Uuid,
}

/// The answer to a delete.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Deleted {
    pub id: String,
    pub success: bool,
}

/// Publishes the example packages of the program.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PublishExamples {
    /// The owner; the active organization by default.
    pub organization_id: Option<Uuid>,
}

/// The published examples.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PublishedExamples {
    /// `com.example.crm@1.0.0`, …
    pub published: Vec<String>,
}
