//! Bodies of the `installation` endpoints (contract §1.5, §3.5, §3.6).

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Installs a package: `package_version_id`, or a package and perhaps a version.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct InstallPackage {
    pub package_version_id: Option<String>,
    /// A manifest id such as `com.acme.crm`.
    pub package_manifest_id: Option<String>,
    /// A manifest id or a row id.
    pub package_id: Option<String>,
    /// A version number, a version row id or `latest` (default).
    pub version: Option<String>,
    /// Drafts and pre-releases will do; never in production.
    pub allow_draft: Option<bool>,
    /// A deprecated version will do.
    pub allow_deprecated: Option<bool>,
    pub settings: Option<Map<String, Value>>,
    pub with_sample_data: Option<bool>,
    /// True where nothing is said.
    pub enable_on_install: Option<bool>,
}

/// Moves an installation to a newer version: the latest, unless one is named.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct UpgradePackage {
    pub target_package_version_id: Option<String>,
    pub target_version: Option<String>,
    pub allow_draft: Option<bool>,
    pub allow_deprecated: Option<bool>,
    /// The version that the caller believes installed; another one is a conflict.
    pub expected_package_version_id: Option<String>,
}

/// Moves an installation back to an older version.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct RollbackPackage {
    pub target_package_version_id: String,
    /// The version that the caller believes installed; another one is a conflict.
    #[serde(default)]
    pub expected_package_version_id: Option<String>,
}

/// Replaces the settings of an installation. Secrets that are left out stay;
/// `null` removes one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ChangeSettings {
    pub settings: Map<String, Value>,
}

/// A package in an environment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Installation {
    pub id: Uuid,
    pub environment_id: Uuid,
    /// The manifest id: clients read it so.
    pub package_id: String,
    /// The manifest id, again.
    #[serde(rename = "packageId")]
    pub manifest_id: String,
    pub package_row_id: Uuid,
    pub package_version_id: Uuid,
    pub version: String,
    /// `installed` or `disabled`; `installing`, `upgrading` or `error` while the
    /// runtime that is bound to the environment runs something else.
    pub status: String,
    pub enabled: bool,
    /// With the defaults of the version, without secrets.
    pub settings: Value,
    pub with_sample_data: bool,
    pub installed_at: DateTime<Utc>,
    pub installed_by: Option<String>,
    pub updated_at: DateTime<Utc>,
    /// Why the status is `error`.
    pub error_message: Option<String>,
    /// The version that the runtime runs, as it reported; null where none does.
    #[serde(default)]
    pub observed_version: Option<String>,
    pub display_name: String,
    pub icon_url: Option<String>,
    /// The highest version that the organization could install.
    pub latest_version: Option<String>,
    /// Whether that one is higher, by semver.
    pub update_available: bool,
}

/// Everything that is installed in an environment.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Installations {
    pub packages: Vec<Installation>,
    pub total: usize,
}

/// The installation after a change.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct OneInstallation {
    pub package: Installation,
    /// What one should know although it was done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Why nothing was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// An installation is gone; the data stays.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Uninstalled {
    /// The manifest id.
    pub id: String,
    pub success: bool,
}

/// Which page of a list to answer.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct Page {
    /// 1 to 100; 50 where nothing is said.
    pub limit: Option<i64>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// A move of an installation's pointer, or of another part of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Move {
    pub id: Uuid,
    pub installation_id: Uuid,
    pub environment_id: Uuid,
    pub package_id: String,
    /// `install`, `upgrade`, `rollback`, `enable`, `disable`, `settings` or `uninstall`.
    pub action: String,
    pub from_version_id: Option<Uuid>,
    pub from_version: Option<String>,
    pub to_version_id: Option<Uuid>,
    pub to_version: Option<String>,
    /// The generation that the move made.
    pub generation: i64,
    pub performed_by: String,
    pub performed_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One page of the moves of a package in an environment, newest first.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct History {
    pub items: Vec<Move>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Whether a package is installed (I1).
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstalledOrNot {
    pub installed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_sample_data: Option<bool>,
}

/// Which organization's catalog to answer (I2).
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct ListOrganizationPackages {
    /// The environment whose organization is meant; without it, the caller's.
    pub environment_id: Option<String>,
    pub cursor: Option<String>,
}

/// What an organization could install: its own packages, those it was granted
/// and those of the marketplace.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct OrganizationPackages {
    pub items: Vec<OrganizationPackage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A line of the catalog of an organization.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct OrganizationPackage {
    pub id: Uuid,
    pub manifest_id: String,
    pub display_name: String,
    pub description: Option<String>,
    pub category: Option<String>,
    pub icon_url: Option<String>,
    pub visibility: String,
    /// The highest version that the organization could install.
    pub latest_version: String,
}

/// Installs a package from a console (I3).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct InstallAction {
    /// The row id of the package, or its manifest id.
    pub record_id: String,
    pub params: InstallActionParams,
}

/// Where and how.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct InstallActionParams {
    #[serde(alias = "environmentId")]
    pub environment_id: String,
    pub version: Option<String>,
    #[serde(alias = "seedSampleData")]
    pub seed_sample_data: Option<bool>,
}

/// What came of [`InstallAction`].
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct InstallActionResult {
    pub installation: InstalledByAction,
    pub message: String,
}

/// The essence of an installation.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct InstalledByAction {
    pub id: Uuid,
    pub environment_id: Uuid,
    pub package_id: String,
    pub version: String,
}
