//! The handlers of `/api/v1/storage` (docs/wire/files.md).

use super::readable;
use crate::auth::SignedIn;
use crate::file::chunk::{self, IncomingChunk, UploadProgress};
use crate::file::token::Direction;
use crate::file::upload::{self, Announced, UPLOAD_LINK_TTL_SECONDS};
use crate::file::{self, File, download};
use crate::{Code, Result, Runtime};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use os_api::runtime::file as wire;
use os_http::extract::{Data, Json, Path};
use std::collections::BTreeMap;

const STORAGE_PATH: &str = "/api/v1/storage";
/// The validity of a download link, in seconds.
const DOWNLOAD_LINK_TTL_SECONDS: i64 = 300;

/// Announces a file; answers where to send its bytes.
pub async fn presign_upload(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    headers: HeaderMap,
    Json(body): Json<wire::PresignUpload>,
) -> Result<Data<wire::PresignedUpload>> {
    let announced = Announced::checked(&runtime.files, &body.filename, &body.mime_type, body.size)?;
    let presigned = upload::presign(&runtime.files, &caller, announced).await?;
    let base = base_url(&runtime, &headers);
    let (file, token) = (presigned.file, presigned.token);
    Ok(Data(wire::PresignedUpload {
        upload_url: format!("{base}{STORAGE_PATH}/_local/raw/{token}"),
        method: "PUT".to_owned(),
        headers: BTreeMap::from([("content-type".to_owned(), file.mime_type)]),
        expires_in: UPLOAD_LINK_TTL_SECONDS,
        download_url: format!("{STORAGE_PATH}/files/{}/url", file.id),
        file_id: file.id,
    }))
}

/// Receives the bytes of an announced file.
pub async fn receive_bytes(
    State(runtime): State<Runtime>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Data<wire::BytesReceived>> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    upload::send(&runtime.files, &token, content_type, body).await?;
    Ok(Data(wire::BytesReceived { received: true }))
}

/// Completes an upload whose bytes were received.
pub async fn complete_upload(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Json(body): Json<wire::CompleteUpload>,
) -> Result<Data<wire::StoredFile>> {
    let file = upload::complete(&runtime.files, &caller, &body.file_id).await?;
    Ok(Data(stored_file(file)))
}

fn stored_file(file: File) -> wire::StoredFile {
    wire::StoredFile {
        path: format!("{STORAGE_PATH}/files/{}", file.id),
        size: file.bytes(),
        file_id: file.id,
        name: file.name,
        mime_type: file.mime_type,
        last_modified: file.updated_at,
        created: file.created_at,
        etag: file.checksum,
    }
}

/// Starts an upload in chunks.
pub async fn start_chunked_upload(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Json(body): Json<wire::StartChunkedUpload>,
) -> Result<Data<wire::ChunkedUpload>> {
    let announced =
        Announced::checked(&runtime.files, &body.filename, &body.mime_type, body.total_size)?;
    let started = chunk::start(&runtime.files, &caller, announced, body.chunk_size).await?;
    let upload = started.upload;
    Ok(Data(wire::ChunkedUpload {
        total_chunks: upload.chunks(),
        chunk_size: upload.chunk_size,
        expires_at: upload.expires_at,
        upload_id: upload.id,
        resume_token: started.resume_token,
        file_id: upload.file_id,
    }))
}

/// Receives a chunk of an upload.
pub async fn receive_chunk(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path((upload, position)): Path<(String, i64)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Data<wire::StoredChunk>> {
    let resume_token =
        headers.get("x-resume-token").and_then(|it| it.to_str().ok()).unwrap_or_default();
    let chunk = IncomingChunk { upload: &upload, position, resume_token };
    let chunk = chunk::store_chunk(&runtime.files, &caller, &chunk, body).await?;
    Ok(Data(wire::StoredChunk {
        chunk_index: chunk.position,
        e_tag: chunk.checksum,
        bytes_received: chunk.size,
    }))
}

/// Joins the chunks of an upload.
pub async fn join_chunks(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path(upload): Path<String>,
    body: Result<Json<wire::JoinChunks>>,
) -> Result<Data<wire::JoinedFile>> {
    chunk::own(&runtime.files, &caller, &upload).await?;
    let Json(body) = body?;
    if body.upload_id.is_some_and(|id| id != upload) {
        return Err(
            Code::ValidationError.error("`uploadId` is another upload than that of the URL")
        );
    }
    let file = stored_file(chunk::complete(&runtime.files, &caller, &upload).await?);
    let (key, url) = (file.path.clone(), format!("{}/url", file.path));
    Ok(Data(wire::JoinedFile { file, key, url }))
}

/// Shows how much of an upload was received.
pub async fn show_progress(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path(upload): Path<String>,
) -> Result<Data<wire::UploadProgress>> {
    let progress = chunk::progress(&runtime.files, &caller, &upload).await?;
    let UploadProgress { upload, file, uploaded_size, uploaded_chunks } = progress;
    Ok(Data(wire::UploadProgress {
        total_chunks: upload.chunks(),
        status: upload.status().to_owned(),
        upload_id: upload.id,
        file_id: file.id,
        filename: file.name,
        total_size: upload.total_size,
        uploaded_size,
        uploaded_chunks,
        percent_complete: uploaded_size * 100 / upload.total_size,
        started_at: upload.started_at,
        expires_at: upload.expires_at,
    }))
}

/// Answers a link to a file that is valid without a session.
pub async fn show_link(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Data<wire::FileLink>> {
    let file = readable(&runtime.db, &runtime.files, &runtime.kernel(), &caller, &id).await?;
    let token = runtime.files.signer.sign(Direction::Fetch, &file.id, DOWNLOAD_LINK_TTL_SECONDS);
    let url = format!("{}{STORAGE_PATH}/_local/raw/{token}", base_url(&runtime, &headers));
    Ok(Data(wire::FileLink { url, expires_in: DOWNLOAD_LINK_TTL_SECONDS }))
}

/// Answers a file to the holder of a link.
pub async fn download_by_link(
    State(runtime): State<Runtime>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let id = runtime.files.signer.read(Direction::Fetch, &token)?;
    let file = file::stored(&runtime.files, &id).await?;
    download::respond(&runtime.files, &headers, &file).await
}

/// Answers a file, or a range of it.
pub async fn download_file(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let file = readable(&runtime.db, &runtime.files, &runtime.kernel(), &caller, &id).await?;
    download::respond(&runtime.files, &headers, &file).await
}

/// Deletes a file that nothing refers to.
pub async fn delete_file(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path(id): Path<String>,
) -> Result<Data<wire::DeletedFile>> {
    upload::delete(&runtime.files, &caller, &id).await?;
    Ok(Data(wire::DeletedFile { file_id: id }))
}

/// Returns the address that this request was sent to: clients follow links on their own.
fn base_url(runtime: &Runtime, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    match (&runtime.config.base_url, host) {
        (Some(base), _) => base.clone(),
        (None, Some(host)) => format!("http://{host}"),
        (None, None) => String::new(),
    }
}
