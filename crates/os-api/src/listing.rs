//! Bodies of the `listing` endpoints.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Rejects a version's listing.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct RejectVersion {
    pub reasons: Vec<RejectionReason>,
    /// For the publisher.
    pub feedback: Option<String>,
}

/// The reason for rejecting a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RejectionReason {
    SecurityVulnerability,
    PolicyViolation,
    QualityBelowStandard,
    MisleadingMetadata,
    Incompatible,
    Duplicate,
    InsufficientDocumentation,
    Other,
}

/// The query of the review queue.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ListReviews {
    /// `pending_review` (default), `approved` or `rejected`.
    pub status: Option<String>,
    /// 1 to 100; 50 by default.
    pub limit: Option<i64>,
    /// `next_cursor` of the previous response.
    pub cursor: Option<String>,
}

/// A version that was submitted, with its package.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Review {
    #[serde(flatten)]
    pub version: crate::version::Version,
    pub package: ReviewedPackage,
}

/// The package, for a reviewer.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ReviewedPackage {
    pub id: Uuid,
    pub manifest_id: String,
    pub display_name: String,
    pub owner_org_id: Uuid,
    pub owner_name: String,
    pub visibility: String,
    pub publisher: String,
}

/// One page of the review queue, oldest first.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Reviews {
    pub items: Vec<Review>,
    pub total: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}
