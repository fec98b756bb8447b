//! Bodies between a control plane and the runtime of an environment: the desired state, and the
//! observed state.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// The longest wait of a response for another state.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WaitForChange {
    /// Seconds, at most 60. When the caller has the current state (`If-None-Match`), the response
    /// waits for another one; after this time it is 304.
    pub wait: Option<u64>,
}

/// Everything an environment should run. Its settings have secrets, so it is for the environment's
/// own runtime only.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DesiredState {
    pub environment_id: Uuid,
    /// The number of the current generation; 0 before the first.
    pub generation: i64,
    /// By manifest id.
    pub packages: Vec<DesiredPackage>,
}

/// A package that an environment should run.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DesiredPackage {
    /// The manifest id.
    pub package_id: String,
    pub version: String,
    pub package_version_id: Uuid,
    /// The SHA-256 of its artifact, hex: the name to fetch it by, and the check of its bytes.
    pub checksum: String,
    /// `true` if it is loaded.
    pub enabled: bool,
    /// `true` if the first install loads the seeds.
    pub with_sample_data: bool,
    /// As they were sent: without defaults, with secrets.
    pub settings: Value,
    /// JSON pointers to the secrets among the settings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secret_settings: Vec<String>,
}

impl std::fmt::Debug for DesiredPackage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DesiredPackage")
            .field("package_id", &self.package_id)
            .field("version", &self.version)
            .field("enabled", &self.enabled)
            .finish_non_exhaustive()
    }
}

/// The state that a runtime reports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObservedState {
    /// The generation that the runtime applied, or tried to apply.
    pub generation: i64,
    /// The reason of the first package that could not be applied, and the number of the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The state of each package of the generation.
    #[serde(deserialize_with = "crate::object::list")]
    pub packages: Vec<ObservedPackage>,
}

/// The state of a package in the runtime.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObservedPackage {
    /// The manifest id.
    pub package_id: String,
    pub state: ObservedPackageState,
    /// The version that is installed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The checksum that the control plane named for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
    /// The reason why it is not in its desired state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The outcome of the install of this version; absent where a control plane did not order it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<InstallOutcome>,
}

/// The outcome of installing a package in a runtime. It holds nothing of what people recorded
/// there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InstallOutcome {
    /// The version that was installed.
    pub version: String,
    /// The version it replaced; absent after a first install.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_version: Option<String>,
    pub installed_at: DateTime<Utc>,
    pub seeds: SeedOutcome,
    /// Data that the version no longer uses and the runtime kept; at most
    /// [`MAX_OUTCOME_ENTRIES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<KeptData>,
    /// Problems that did not prevent the install; at most [`MAX_OUTCOME_ENTRIES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Kinds of metadata in the package that this runtime stores and does not run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_running: Vec<String>,
}

/// The largest number of entries in each list of an [`InstallOutcome`].
pub const MAX_OUTCOME_ENTRIES: usize = 100;

/// The largest length of each text in an [`InstallOutcome`], in characters.
pub const MAX_OUTCOME_TEXT_CHARS: usize = 1000;

/// The outcome of loading the seeds of a package.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum SeedOutcome {
    /// The seeds were loaded, except for those that failed.
    Loaded {
        inserted: u64,
        updated: u64,
        /// Records that were there already.
        unchanged: u64,
        failed: u64,
        /// The first failures; at most [`MAX_OUTCOME_ENTRIES`].
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        failures: Vec<SeedFailure>,
    },
    /// No seed was loaded.
    Skipped {
        /// `no-datasets`, `already-installed`, `not-wanted` or `disabled`.
        reason: String,
    },
}

/// A seed record, or one of its references, that was not loaded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SeedFailure {
    pub object: String,
    /// The position of the record in its dataset, from 0.
    pub record_index: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    pub message: String,
}

/// Data that an install left in the database, although no field uses it any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeptData {
    pub object: String,
    /// The field; absent for the table of an object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The change, and the column that holds the data.
    pub reason: String,
}

/// The state of a package in a runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObservedPackageState {
    Installed,
    /// Installed, and not loaded.
    Disabled,
    Absent,
}

/// A report was recorded.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct RecordedState {
    /// The current generation.
    pub generation: i64,
}
