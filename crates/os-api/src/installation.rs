//! Bodies of the `installation` endpoints (docs/wire/installations.md#row,
//! docs/wire/installations.md#installation-endpoints, docs/wire/installations.md#other-reads).

use crate::desired::InstallOutcome;
use crate::limits;
use chrono::{DateTime, Utc};
use os_package::ShownSettings;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Installs a package: `package_version_id`, or a package and perhaps a version.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("anyOf" = limits::any_of(&["package_version_id", "package_manifest_id", "package_id"])))]
pub struct InstallPackage {
    pub package_version_id: Option<String>,
    /// A manifest id such as `com.acme.crm`.
    pub package_manifest_id: Option<String>,
    /// A manifest id or a row id.
    pub package_id: Option<String>,
    /// A version number, a version row id or `latest` (default).
    pub version: Option<String>,
    /// Accepts drafts and pre-releases; never in production.
    pub allow_draft: Option<bool>,
    /// Accepts a deprecated version.
    pub allow_deprecated: Option<bool>,
    pub settings: Option<Map<String, Value>>,
    pub with_sample_data: Option<bool>,
    /// `true` by default.
    pub enable_on_install: Option<bool>,
    /// Replaced by who is signed in.
    pub installed_by: Option<String>,
}

/// Upgrades an installation, to the latest version by default.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UpgradePackage {
    pub target_package_version_id: Option<String>,
    pub target_version: Option<String>,
    pub allow_draft: Option<bool>,
    pub allow_deprecated: Option<bool>,
    /// The installed version, as the caller knows it; another one is a conflict.
    pub expected_package_version_id: Option<String>,
    /// Replaced by who is signed in.
    pub upgraded_by: Option<String>,
}

/// Rolls an installation back to an earlier version.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RollbackPackage {
    pub target_package_version_id: String,
    /// The installed version, as the caller knows it; another one is a conflict.
    #[serde(default)]
    pub expected_package_version_id: Option<String>,
    /// Replaced by who is signed in.
    #[serde(default)]
    pub rolled_back_by: Option<String>,
}

/// Replaces the settings of an installation. Absent secrets stay; `null` removes one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeSettings {
    pub settings: Map<String, Value>,
}

/// A package in an environment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Installation {
    pub id: Uuid,
    pub environment_id: Uuid,
    /// The manifest id, as clients expect it.
    pub package_id: String,
    /// The manifest id, again.
    #[serde(rename = "packageId")]
    pub manifest_id: String,
    pub package_row_id: Uuid,
    pub package_version_id: Uuid,
    pub version: String,
    /// `installed` or `disabled`; `installing`, `upgrading` or `error` while the bound runtime runs
    /// another version.
    pub status: String,
    /// The state that `status` has no name for: no runtime is connected, so nothing runs yet.
    /// Absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_note: Option<String>,
    pub enabled: bool,
    /// With the defaults of the version, without secrets.
    #[schemars(with = "Value")]
    pub settings: ShownSettings,
    /// JSON pointers to settings without which the version does not run; absent if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings_needed: Vec<String>,
    pub with_sample_data: bool,
    pub installed_at: DateTime<Utc>,
    pub installed_by: Option<String>,
    pub updated_at: DateTime<Utc>,
    /// The reason for the status `error`.
    pub error_message: Option<String>,
    /// The version that the bound runtime reports; null without one.
    #[serde(default)]
    pub observed_version: Option<String>,
    /// The outcome of the install of that version, as the runtime reported it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub install_outcome: Option<InstallOutcome>,
    pub display_name: String,
    pub icon_url: Option<String>,
    /// The highest version that the organization can install.
    pub latest_version: Option<String>,
    /// `true` if `latest_version` is higher, by semver.
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
    /// Problems that did not prevent the change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The reason why nothing was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// The package is uninstalled; its data stays.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Uninstalled {
    /// The manifest id.
    pub id: String,
    pub success: bool,
}

/// The pagination of a list.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pagination {
    /// 1 to 100; 50 by default.
    #[schemars(extend("minimum" = 1, "maximum" = limits::MAX_PAGE_ROWS))]
    pub limit: Option<i64>,
    /// The `next_cursor` of the previous response.
    pub cursor: Option<String>,
}

/// A change of an installation: of its version, its settings, or whether it is enabled.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct HistoryEntry {
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
    /// The generation that the change made.
    pub generation: i64,
    pub performed_by: String,
    pub performed_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A part of the changes of an installation, newest first.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct History {
    pub items: Vec<HistoryEntry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// The answer whether a package is installed.
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

/// The organization whose catalog is read.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListOrganizationPackages {
    /// The environment of the organization; the caller's active organization by default.
    pub environment_id: Option<String>,
    pub cursor: Option<String>,
}

/// The packages that an organization can install: its own, those it was granted, and those of
/// the marketplace.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct OrganizationPackages {
    pub items: Vec<OrganizationPackage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A package of an organization's catalog.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct OrganizationPackage {
    pub id: Uuid,
    pub manifest_id: String,
    pub display_name: String,
    pub description: Option<String>,
    pub category: Option<String>,
    pub icon_url: Option<String>,
    pub visibility: String,
    /// The highest version that the organization can install.
    pub latest_version: String,
}

/// Installs a package from a console.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InstallAction {
    /// The row id of the package, or its manifest id.
    pub record_id: String,
    #[serde(deserialize_with = "crate::object::required")]
    pub params: InstallActionParams,
}

/// The parameters of [`InstallAction`].
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InstallActionParams {
    #[serde(alias = "environmentId")]
    pub environment_id: String,
    pub version: Option<String>,
    #[serde(alias = "seedSampleData")]
    pub seed_sample_data: Option<bool>,
}

/// The outcome of [`InstallAction`].
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct InstallActionResult {
    pub installation: InstalledByAction,
    pub message: String,
}

/// An installation, in short.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct InstalledByAction {
    pub id: Uuid,
    pub environment_id: Uuid,
    pub package_id: String,
    pub version: String,
}
