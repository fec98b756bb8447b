//! The shapes of `/api/v1/data/{object}` (docs/wire/installations.md#reads-for-consoles). Bare.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A page of rows.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Records<T> {
    /// `sys_member`, …
    pub object: String,
    pub records: Vec<T>,
    /// The number of rows on all pages.
    pub total: i64,
    pub has_more: bool,
}

/// One row.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Record<T> {
    pub object: String,
    pub id: Uuid,
    pub record: T,
}

/// The row is deleted.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeletedRecord {
    pub object: String,
    pub id: Uuid,
    /// Always `true`.
    pub deleted: bool,
}
