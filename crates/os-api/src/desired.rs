//! Bodies between a control plane and the runtime of an environment: what should
//! run, and what does.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// How long an answer may wait for something new.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct WaitForChange {
    /// Seconds, 60 at most: a state that the caller has already (`If-None-Match`)
    /// is answered once another one is current, or with 304 when time is up.
    pub wait: Option<u64>,
}

/// Everything an environment should run.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DesiredState {
    pub environment_id: Uuid,
    /// The number of the current generation; 0 before the first.
    pub generation: i64,
    /// By manifest id.
    pub packages: Vec<DesiredPackage>,
}

/// A package that an environment should run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DesiredPackage {
    /// The manifest id.
    pub package_id: String,
    pub version: String,
    pub package_version_id: Uuid,
    /// The SHA-256 of its artifact, hex: what to ask for, and what to trust.
    pub checksum: String,
    /// Whether it is loaded.
    pub enabled: bool,
    /// Whether a first installation loads the seeds.
    pub with_sample_data: bool,
    /// As they were given: without defaults, with secrets.
    pub settings: Value,
}

/// What a runtime makes of a generation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObservedState {
    /// The generation that was tried.
    pub generation: i64,
    /// Why it could not be applied; nothing of it was then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Each package of the generation, as it is.
    pub packages: Vec<ObservedPackage>,
}

/// A package of a generation, as it is in the runtime.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObservedPackage {
    /// The manifest id.
    pub package_id: String,
    pub state: ObservedPackageState,
    /// The version that is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The checksum that the control plane named when it was put there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
    /// Why it is not as it should be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What the install of this version did; absent where a control plane did not order it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<InstallOutcome>,
}

/// What the install of a package did in a runtime. It holds nothing of what people recorded there.
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

/// What happened to the seeds of a package.
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
    /// What changed, and where the data is.
    pub reason: String,
}

/// Whether a package is there, and loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObservedPackageState {
    Installed,
    /// There, and not loaded.
    Disabled,
    Absent,
}

/// That a report was taken down.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Noted {
    /// The generation that is current by now.
    pub generation: i64,
}
