//! A file in pieces, which may come in any order and more than once.

use super::row::{Chunk, Upload};
use super::upload::{self, Announced};
use super::{File, Files, access, no_file, sql};
use crate::{Code, Result};
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use os_identity::UserPrincipal;
use os_package::Checksum;

/// The sizes of a chunk in bytes; the last chunk may be smaller.
const CHUNK_BYTES: std::ops::RangeInclusive<u64> = 5 << 20..=32 << 20;
/// The longest time that an upload may take.
const UPLOAD_TTL: Duration = Duration::hours(24);

/// A chunk to store.
pub struct IncomingChunk<'c> {
    pub upload: &'c str,
    /// From 0.
    pub position: i64,
    pub resume_token: &'c str,
}

/// A new upload, with its secret.
pub struct NewUpload {
    pub upload: Upload,
    /// Returned once; kept as its hash.
    pub resume_token: String,
}

/// The received part of an upload.
pub struct UploadProgress {
    pub upload: Upload,
    pub file: File,
    pub uploaded_size: i64,
    /// The number of chunks from the first without a gap, which is the position of the next.
    pub uploaded_chunks: i64,
}

/// Starts an upload.
///
/// # Errors
/// `INVALID_REQUEST` for a file without bytes.
pub async fn start(
    files: &Files,
    caller: &UserPrincipal,
    wanted: Announced,
    chunk_size: Option<u64>,
) -> Result<NewUpload> {
    if wanted.size == 0 {
        return Err(Code::InvalidRequest.error("`totalSize` must be greater than 0"));
    }
    let chunk_size = chunk_size.unwrap_or_default().clamp(*CHUNK_BYTES.start(), *CHUNK_BYTES.end());
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).expect("the operating system has randomness");
    let resume_token = URL_SAFE_NO_PAD.encode(secret);
    let total_size = wanted.size as i64;
    let file = wanted.record(caller);
    let upload = Upload {
        id: uuid::Uuid::new_v4().simple().to_string(),
        file_id: file.id.clone(),
        user_id: file.owner_id.clone(),
        resume_hash: Checksum::of(resume_token.as_bytes()).to_string(),
        total_size,
        chunk_size: chunk_size as i64,
        is_completed: false,
        started_at: file.created_at,
        expires_at: file.created_at + UPLOAD_TTL,
    };
    let mut tx = files.db.write().await?;
    sql::insert(&mut tx, &file).await?;
    sql::insert_upload(&mut tx, &upload).await?;
    tx.commit().await?;
    Ok(NewUpload { upload, resume_token })
}

/// Stores a chunk. Returns it as it is stored.
///
/// # Errors
/// `UPLOAD_SESSION_NOT_FOUND`, `INVALID_RESUME_TOKEN`, `UPLOAD_SESSION_EXPIRED`,
/// `FILE_ALREADY_STORED`, `INVALID_REQUEST` for a wrong number or size,
/// `PAYLOAD_TOO_LARGE`.
pub async fn store_chunk(
    files: &Files,
    caller: &UserPrincipal,
    chunk: &IncomingChunk<'_>,
    body: Body,
) -> Result<Chunk> {
    let IncomingChunk { upload: id, position, resume_token } = *chunk;
    let upload = own(files, caller, id).await?;
    if Checksum::of(resume_token.as_bytes()).as_str() != upload.resume_hash {
        return Err(Code::InvalidResumeToken.error(
            "the header `x-resume-token` must be the `resumeToken` of the upload; send that",
        ));
    }
    check_open(&upload)?;
    if !(0..upload.chunks()).contains(&position) {
        return Err(Code::InvalidRequest.error(format!(
            "there is no chunk {position}; chunks are numbered from 0 to {}",
            upload.chunks() - 1
        )));
    }
    let size = upload.size_of(position);
    let arrived = files.receive(body, size.unsigned_abs()).await?;
    if arrived.size != size.unsigned_abs() {
        return Err(Code::InvalidRequest.error(format!(
            "received {} bytes, and chunk {position} has {size}; send the whole chunk",
            arrived.size
        )));
    }
    let chunk = Chunk { position, checksum: arrived.checksum.to_string(), size };
    let _gate = files.gate.read().await;
    files.keep(arrived).await?;
    let mut tx = files.db.write().await?;
    sql::set_chunk(&mut tx, id, &chunk).await?;
    tx.commit().await?;
    Ok(chunk)
}

/// Joins the chunks. A repetition is no error.
///
/// # Errors
/// `UPLOAD_SESSION_NOT_FOUND`, `UPLOAD_SESSION_EXPIRED`; `UPLOAD_INCOMPLETE`,
/// naming the missing chunks; `UNSUPPORTED_MEDIA_TYPE`.
pub async fn complete(files: &Files, caller: &UserPrincipal, id: &str) -> Result<File> {
    let upload = own(files, caller, id).await?;
    if upload.is_completed {
        return access::own(files, caller, &upload.file_id).await;
    }
    check_open(&upload)?;
    let mut tx = files.db.autocommit().await?;
    let chunks = sql::chunks(&mut tx, id).await?;
    let missing: Vec<i64> = (0..upload.chunks())
        .filter(|position| !chunks.iter().any(|chunk| chunk.position == *position))
        .collect();
    if !missing.is_empty() {
        return Err(Code::UploadIncomplete
            .error(format!("chunks are missing: {}; send them first", first_few(&missing)))
            .with_details(serde_json::json!({ "missing": missing })));
    }
    let file = sql::get(&mut tx, &upload.file_id).await?.ok_or_else(|| no_file(&upload.file_id))?;
    drop(tx);
    let checksums: Vec<String> = chunks.into_iter().map(|chunk| chunk.checksum).collect();
    let gate = files.gate.read().await;
    let arrived = files.join(checksums.clone()).await?;
    upload::store(files, &file, arrived, true).await?;
    let mut tx = files.db.write().await?;
    sql::complete_upload(&mut tx, id).await?;
    tx.commit().await?;
    drop(gate);
    files.remove_unnamed(checksums).await?;
    access::own(files, caller, &upload.file_id).await
}

/// Returns how much of an upload was received.
///
/// # Errors
/// `UPLOAD_SESSION_NOT_FOUND`.
pub async fn progress(files: &Files, caller: &UserPrincipal, id: &str) -> Result<UploadProgress> {
    let upload = own(files, caller, id).await?;
    let mut tx = files.db.autocommit().await?;
    let file = sql::get(&mut tx, &upload.file_id).await?.ok_or_else(|| no_file(&upload.file_id))?;
    let chunks = sql::chunks(&mut tx, id).await?;
    let in_a_row = (0..).zip(&chunks).take_while(|(at, chunk)| *at == chunk.position).count();
    let (uploaded_size, uploaded_chunks) = match upload.is_completed {
        true => (upload.total_size, upload.chunks()),
        false => (chunks.iter().map(|chunk| chunk.size).sum(), in_a_row as i64),
    };
    Ok(UploadProgress { upload, file, uploaded_size, uploaded_chunks })
}

/// Finds an upload that this caller started.
///
/// # Errors
/// `UPLOAD_SESSION_NOT_FOUND`.
pub async fn own(files: &Files, caller: &UserPrincipal, id: &str) -> Result<Upload> {
    let upload = sql::upload(&mut files.db.autocommit().await?, id).await?;
    upload.filter(|upload| upload.user_id == caller.id().to_string()).ok_or_else(|| {
        Code::UploadSessionNotFound.error("there is no such upload; start a new one")
    })
}

fn check_open(upload: &Upload) -> Result<()> {
    match upload.status() {
        "completed" => Err(Code::FileAlreadyStored
            .error("the upload is complete, and a file never changes; start a new upload")),
        "expired" => Err(Code::UploadSessionExpired.error(format!(
            "Upload session expired at {}; start a new chunked upload",
            upload.expires_at
        ))),
        _ => Ok(()),
    }
}

fn first_few(numbers: &[i64]) -> String {
    let few: Vec<String> = numbers.iter().take(10).map(ToString::to_string).collect();
    let more = if numbers.len() > few.len() { ", …" } else { "" };
    format!("{}{more}", few.join(", "))
}
