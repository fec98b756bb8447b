//! Bodies of the record endpoints of a runtime (docs/wire/records.md#record-endpoints). Bare.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A record: `id` and the fields of its object that the caller may read.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Record(pub Map<String, Value>);

/// The fields of a record to create or update, by name.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RecordFields(pub Map<String, Value>);

/// The query of a list. Every other parameter is the name of a field and the value it must
/// have.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct RecordListQuery {
    /// A condition in JSON, such as `{"status": {"$in": ["open", "new"]}}`. Also `filters`,
    /// `where` and `$filter`.
    pub filter: Option<String>,
    /// Fields, separated by commas. Also `fields` and `$select`.
    pub select: Option<String>,
    /// Fields, separated by commas; `-name` or `name desc` for the reverse order. Also
    /// `orderBy` and `$orderby`.
    pub sort: Option<String>,
    /// The largest number of records. Also `top` and `$top`.
    pub limit: Option<u32>,
    /// The number of records to skip. Also `skip` and `$skip`.
    pub offset: Option<u64>,
    /// Words that the record must contain. Also `$search`.
    pub search: Option<String>,
    /// The fields to search, separated by commas. Also `$searchFields`.
    pub search_fields: Option<String>,
    /// Lookups whose records are included, separated by commas. Also `populate` and `$expand`.
    pub expand: Option<String>,
    /// `false`: without `total`. Also `$count`.
    pub count: Option<bool>,
    /// Other parameters: a field and its value.
    #[serde(flatten)]
    pub fields_equal: Map<String, Value>,
}

/// The query of a single record.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RecordQuery {
    /// Fields, separated by commas.
    pub select: Option<String>,
    /// Lookups whose records are included, separated by commas.
    pub expand: Option<String>,
}

/// The query of a delete.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ExpectedVersionQuery {
    /// The `updated_at` that the caller read; another one is a conflict. Also the `If-Match`
    /// header.
    pub expected_version: Option<String>,
}

/// A list query in a body. Names of members are those of the query string.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct RecordListRequest {
    /// The object of the URL, again.
    pub object: Option<String>,
    /// A condition: an object, or a list such as `["status", "=", "open"]`.
    pub filter: Option<Value>,
    /// Fields: a list, or a string separated by commas.
    pub select: Option<Value>,
    /// A list of `{field, order}`, an object, or a string.
    pub sort: Option<Value>,
    /// The largest number of records.
    pub limit: Option<u32>,
    /// The number of records to skip.
    pub offset: Option<u64>,
    pub search: Option<String>,
    pub search_fields: Option<Value>,
    /// Lookups whose records are included.
    pub expand: Option<Value>,
    /// `false`: without `total`.
    pub count: Option<bool>,
    /// The fields to group by.
    pub group_by: Option<Value>,
    /// Aggregations: a list of `{function, field?, alias?}`.
    pub aggregations: Option<Value>,
}

/// A part of a list of records, or of groups.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordList {
    pub object: String,
    pub records: Vec<Record>,
    /// The number of all records; absent where it was not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    pub has_more: bool,
}

/// One record.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OneRecord {
    pub object: String,
    pub id: String,
    /// `id` alone where the caller may write it and not read it.
    pub record: Record,
    /// Fields that were sent and not written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropped_fields: Option<Vec<DroppedFields>>,
}

/// Fields that were sent and not written.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct DroppedFields {
    pub object: String,
    pub fields: Vec<String>,
    /// Always `readonly`.
    pub reason: String,
}

/// Updates a record: its fields by name, and perhaps `expectedVersion`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateRecord {
    /// The `updated_at` that the caller read; another one is a conflict. Also the `If-Match`
    /// header.
    pub expected_version: Option<String>,
    #[serde(flatten)]
    pub fields: Map<String, Value>,
}

/// The record is deleted.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeletedRecord {
    pub object: String,
    pub id: String,
    /// Always `true`.
    pub success: bool,
}

/// Clones a record: `overrides`, or the fields themselves.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CloneRecord {
    /// Fields with another value in the clone.
    pub overrides: Option<Map<String, Value>>,
    #[serde(flatten)]
    pub fields: Map<String, Value>,
}

/// A record that was cloned.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClonedRecord {
    pub object: String,
    pub id: String,
    pub source_id: String,
    pub record: Record,
}

/// Changes many records of one object.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordBatch {
    /// `create`, `update`, `upsert` or `delete`.
    pub operation: String,
    pub records: Vec<BatchRecord>,
    #[serde(default)]
    pub options: Option<BatchOptions>,
}

/// A record of a batch.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct BatchRecord {
    pub id: Option<String>,
    /// Its fields; absent for a delete.
    pub data: Option<Map<String, Value>>,
}

/// The treatment of failures in a batch.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct BatchOptions {
    /// All records or none; each for itself by default.
    pub atomic: Option<bool>,
    /// `true`, the default, if the records after a failure are tried.
    pub continue_on_error: Option<bool>,
    /// `true`, the default, if the response has the records.
    pub return_records: Option<bool>,
}

/// Updates many records.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateManyRecords {
    pub records: Vec<BatchRecord>,
    #[serde(default)]
    pub options: Option<BatchOptions>,
}

/// Deletes many records.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteManyRecords {
    pub ids: Vec<String>,
    #[serde(default)]
    pub options: Option<BatchOptions>,
}

/// The outcome of a batch.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct BatchResult {
    /// `true` if all records were changed.
    pub success: bool,
    pub operation: String,
    pub total: usize,
    pub succeeded: usize,
    pub failed: usize,
    /// In the order of the request.
    pub results: Vec<BatchRecordResult>,
}

/// The outcome of a batch for one record.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct BatchRecordResult {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub success: bool,
    /// The position in the request, from 0.
    pub index: usize,
    /// The record after the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Record>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<BatchError>>,
}

/// The reason why a record was not changed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BatchError {
    pub code: String,
    pub message: String,
    /// Absent where another record of the batch failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
}

/// The records to create, all or none.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct CreateManyRecords(pub Vec<Map<String, Value>>);

/// Records that were created.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct CreatedRecords {
    pub object: String,
    pub count: usize,
    pub records: Vec<Record>,
}

/// Changes records of several objects, all or none.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordTransaction {
    pub operations: Vec<TransactionStep>,
    /// Always `true`.
    #[serde(default)]
    pub atomic: Option<bool>,
}

/// A step of a transaction.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TransactionStep {
    pub object: String,
    /// `create`, `update` or `delete`.
    pub action: String,
    #[serde(default)]
    pub id: Option<String>,
    /// Its fields. `{"$ref": n}` is the id of the record that step `n` created.
    #[serde(default)]
    pub data: Option<Map<String, Value>>,
}

/// The outcome of a transaction.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct TransactionResult {
    /// For each step the record, or `{id, success}` after a delete.
    pub results: Vec<Record>,
}
