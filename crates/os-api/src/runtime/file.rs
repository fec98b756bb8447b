//! Bodies of the `storage` endpoints of a runtime (docs/wire/files.md).

use crate::limits;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Announces a file that is uploaded in one request.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PresignUpload {
    #[schemars(extend("minLength" = 1, "maxLength" = limits::MAX_FILE_NAME_BYTES, "pattern" = limits::FILE_NAME))]
    pub filename: String,
    #[schemars(extend("pattern" = limits::MEDIA_TYPE))]
    pub mime_type: String,
    /// In bytes.
    pub size: u64,
    /// Without effect: a file belongs to its uploader, and to the record that names it.
    pub scope: Option<String>,
    /// Without effect: there is one place for files.
    pub bucket: Option<String>,
}

/// The address for the bytes of an announced file.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PresignedUpload {
    /// Good without a session until it expires.
    pub upload_url: String,
    /// Always `PUT`.
    pub method: String,
    /// To be sent with the bytes.
    pub headers: BTreeMap<String, String>,
    pub file_id: String,
    /// Seconds.
    pub expires_in: i64,
    /// The path that answers a link to the file.
    pub download_url: String,
}

/// The bytes of a file were received.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct BytesReceived {
    /// Always `true`.
    pub received: bool,
}

/// Completes an upload whose bytes were received.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompleteUpload {
    pub file_id: String,
    /// Without effect: the server computes the checksum itself.
    pub e_tag: Option<String>,
}

/// A file that is stored.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoredFile {
    pub file_id: String,
    /// The path that answers its bytes.
    pub path: String,
    pub name: String,
    /// In bytes.
    pub size: u64,
    pub mime_type: String,
    pub last_modified: DateTime<Utc>,
    pub created: DateTime<Utc>,
    /// The SHA-256 of its bytes, hex.
    pub etag: Option<String>,
}

/// Starts an upload in chunks.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartChunkedUpload {
    #[schemars(extend("minLength" = 1, "maxLength" = limits::MAX_FILE_NAME_BYTES, "pattern" = limits::FILE_NAME))]
    pub filename: String,
    #[schemars(extend("pattern" = limits::MEDIA_TYPE))]
    pub mime_type: String,
    /// In bytes.
    #[schemars(extend("minimum" = 1))]
    pub total_size: u64,
    /// In bytes, 5 MiB to 32 MiB; other sizes are brought into this range.
    pub chunk_size: Option<u64>,
    /// Without effect: a file belongs to its uploader, and to the record that names it.
    pub scope: Option<String>,
    /// Without effect: there is one place for files.
    pub bucket: Option<String>,
    /// Without effect.
    pub metadata: Option<BTreeMap<String, String>>,
}

/// An upload in chunks.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChunkedUpload {
    pub upload_id: String,
    /// To be sent as `x-resume-token` with each chunk; shown once.
    pub resume_token: String,
    pub file_id: String,
    pub total_chunks: i64,
    /// In bytes.
    pub chunk_size: i64,
    pub expires_at: DateTime<Utc>,
}

/// A chunk that is stored.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoredChunk {
    /// From 0.
    pub chunk_index: i64,
    /// The SHA-256 of its bytes, hex.
    pub e_tag: String,
    pub bytes_received: i64,
}

/// Joins the chunks of an upload.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct JoinChunks {
    /// The upload of the URL, again.
    pub upload_id: Option<String>,
    /// Without effect: the server knows its chunks and their checksums.
    #[serde(deserialize_with = "crate::object::list")]
    pub parts: Vec<UploadedPart>,
}

/// A chunk, as its uploader knows it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UploadedPart {
    pub chunk_index: i64,
    pub e_tag: String,
}

/// A file that was joined from its chunks.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct JoinedFile {
    #[serde(flatten)]
    pub file: StoredFile,
    /// The same as `path`.
    pub key: String,
    /// The path that answers a link to the file.
    pub url: String,
}

/// The received part of an upload.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UploadProgress {
    pub upload_id: String,
    pub file_id: String,
    pub filename: String,
    /// In bytes.
    pub total_size: i64,
    /// In bytes.
    pub uploaded_size: i64,
    pub total_chunks: i64,
    /// The number of chunks from the first without a gap, which is the index of the next.
    pub uploaded_chunks: i64,
    pub percent_complete: i64,
    /// `in_progress`, `completed` or `expired`.
    pub status: String,
    pub started_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// A link that answers a file without a session.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileLink {
    pub url: String,
    /// Seconds.
    pub expires_in: i64,
}

/// The file is deleted.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeletedFile {
    pub file_id: String,
}
