//! Bodies of the `listing` endpoints.

use crate::limits;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Rejects a version's listing.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["reasons"]))]
pub struct RejectVersion {
    #[schemars(extend("minItems" = 1))]
    pub reasons: Vec<RejectionReason>,
    /// For the publisher.
    #[schemars(extend("maxLength" = limits::MAX_FEEDBACK_CHARS))]
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
#[serde(default, deny_unknown_fields)]
pub struct ListReviews {
    /// `pending_review` (default), `approved` or `rejected`.
    #[schemars(extend("enum" = limits::or_null(&limits::REVIEW_STATES)))]
    pub status: Option<String>,
    /// 1 to 100; 50 by default.
    #[schemars(extend("minimum" = 1, "maximum" = limits::MAX_PAGE_ROWS))]
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
