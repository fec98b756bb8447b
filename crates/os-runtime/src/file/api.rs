use super::chunk::{self, Progress};
use super::token::Direction;
use super::upload::{self, Announced, SENDING};
use super::{File, access, download};
use crate::auth::Signed;
use crate::{Result, Runtime};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use os_http::extract::{Data, Json, Path};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

const BASE: &str = "/api/v1/storage";
/// How long a link to fetch bytes from is good, in seconds.
const FETCHING: i64 = 300;

/// A file to come, in one piece.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Presign {
    filename: String,
    mime_type: String,
    /// In bytes.
    size: u64,
}

/// A file to come, in pieces.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Begin {
    filename: String,
    mime_type: String,
    /// In bytes.
    total_size: u64,
    chunk_size: Option<u64>,
}

/// The bytes have been sent.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Complete {
    file_id: String,
}

pub async fn presign(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    headers: HeaderMap,
    Json(Presign { filename, mime_type, size }): Json<Presign>,
) -> Result<Data<Value>> {
    let wanted = Announced::checked(&runtime, &filename, &mime_type, size)?;
    let presigned = upload::presign(&runtime, &caller, wanted).await?;
    let base = base_url(&runtime, &headers);
    let (id, token) = (&presigned.file.id, &presigned.token);
    Ok(Data(json!({
        "uploadUrl": format!("{base}{BASE}/_local/raw/{token}"),
        "method": "PUT",
        "headers": { "content-type": presigned.file.mime_type },
        "fileId": id,
        "expiresIn": SENDING,
        "downloadUrl": format!("{BASE}/files/{id}/url"),
    })))
}

pub async fn send(
    State(runtime): State<Runtime>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Data<Value>> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    upload::send(&runtime, &token, content_type, body).await?;
    Ok(Data(json!({ "received": true })))
}

pub async fn complete(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    Json(Complete { file_id }): Json<Complete>,
) -> Result<Data<Value>> {
    let file = upload::complete(&runtime, &caller, &file_id).await?;
    Ok(Data(described(&file)))
}

/// What the original's clients read of a stored file.
fn described(file: &File) -> Value {
    json!({
        "fileId": file.id,
        "path": format!("{BASE}/files/{}", file.id),
        "name": file.name,
        "size": file.bytes(),
        "mimeType": file.mime_type,
        "lastModified": file.updated_at,
        "created": file.created_at,
        "etag": file.checksum,
    })
}

pub async fn begin(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    Json(body): Json<Begin>,
) -> Result<Data<Value>> {
    let Begin { filename, mime_type, total_size, chunk_size } = body;
    let wanted = Announced::checked(&runtime, &filename, &mime_type, total_size)?;
    let begun = chunk::begin(&runtime, &caller, wanted, chunk_size).await?;
    let upload = &begun.upload;
    Ok(Data(json!({
        "uploadId": upload.id,
        "resumeToken": begun.resume_token,
        "fileId": upload.file_id,
        "totalChunks": upload.chunks(),
        "chunkSize": upload.chunk_size,
        "expiresAt": upload.expires_at,
    })))
}

pub async fn take(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    Path((upload, position)): Path<(String, i64)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Data<Value>> {
    let token = headers.get("x-resume-token").and_then(|it| it.to_str().ok()).unwrap_or_default();
    let chunk = chunk::take(&runtime, &caller, (&upload, position), token, body).await?;
    Ok(Data(json!({
        "chunkIndex": chunk.position, "eTag": chunk.checksum, "bytesReceived": chunk.size,
    })))
}

pub async fn join(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    Path(upload): Path<String>,
) -> Result<Data<Value>> {
    let file = chunk::complete(&runtime, &caller, &upload).await?;
    let mut body = described(&file);
    body["key"] = body["path"].clone();
    body["url"] = format!("{BASE}/files/{}/url", file.id).into();
    Ok(Data(body))
}

pub async fn progress(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    Path(upload): Path<String>,
) -> Result<Data<Value>> {
    let progress = chunk::progress(&runtime, &caller, &upload).await?;
    let Progress { upload, file, uploaded_size, uploaded_chunks } = progress;
    Ok(Data(json!({
        "uploadId": upload.id,
        "fileId": file.id,
        "filename": file.name,
        "totalSize": upload.total_size,
        "uploadedSize": uploaded_size,
        "totalChunks": upload.chunks(),
        "uploadedChunks": uploaded_chunks,
        "percentComplete": uploaded_size * 100 / upload.total_size,
        "status": upload.status(),
        "startedAt": upload.started_at,
        "expiresAt": upload.expires_at,
    })))
}

pub async fn url(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Data<Value>> {
    let file = access::readable(&runtime, &caller, &id).await?;
    let token = runtime.files.signer.sign(Direction::Fetch, &file.id, FETCHING);
    let base = base_url(&runtime, &headers);
    Ok(Data(json!({ "url": format!("{base}{BASE}/_local/raw/{token}"), "expiresIn": FETCHING })))
}

pub async fn fetch(
    State(runtime): State<Runtime>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let id = runtime.files.signer.read(Direction::Fetch, &token)?;
    let file = access::stored(&runtime, &id).await?;
    download::answer(&runtime, &headers, &file).await
}

pub async fn get(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let file = access::readable(&runtime, &caller, &id).await?;
    download::answer(&runtime, &headers, &file).await
}

pub async fn delete(
    State(runtime): State<Runtime>,
    Signed(caller): Signed,
    Path(id): Path<String>,
) -> Result<Data<Value>> {
    upload::delete(&runtime, &caller, &id).await?;
    Ok(Data(json!({ "fileId": id })))
}

/// Where this request reached us: links are followed without our help.
fn base_url(runtime: &Runtime, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    match (&runtime.config.base_url, host) {
        (Some(base), _) => base.clone(),
        (None, Some(host)) => format!("http://{host}"),
        (None, None) => String::new(),
    }
}
