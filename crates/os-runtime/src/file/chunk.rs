//! A file in pieces, which may come in any order and more than once.

use super::upload::{self, Announced};
use super::{File, access, no_file, sql};
use crate::auth::Caller;
use crate::{Code, Result, Runtime};
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use os_db::now;
use os_package::Checksum;

/// The smallest piece, but for the last, and the largest.
const CHUNK_SIZES: std::ops::RangeInclusive<u64> = 5 << 20..=32 << 20;
/// How long an upload may take.
const LIFETIME: Duration = Duration::hours(24);

/// An upload in pieces.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Upload {
    pub id: String,
    pub file_id: String,
    pub user_id: String,
    pub resume_hash: String,
    pub total_size: i64,
    pub chunk_size: i64,
    pub is_completed: bool,
    pub started_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// A piece that is on disk.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Chunk {
    pub position: i64,
    pub checksum: String,
    pub size: i64,
}

/// An upload that was begun, with its secret.
pub struct Begun {
    pub upload: Upload,
    /// Returned once; kept as its hash.
    pub resume_token: String,
}

/// How far an upload is.
pub struct Progress {
    pub upload: Upload,
    pub file: File,
    pub uploaded_size: i64,
    /// How many pieces are there without a gap: the number of the next one.
    pub uploaded_chunks: i64,
}

impl Upload {
    /// How many pieces there will be.
    pub fn chunks(&self) -> i64 {
        (self.total_size + self.chunk_size - 1) / self.chunk_size
    }

    /// How many bytes a piece has.
    fn size_of(&self, position: i64) -> i64 {
        self.chunk_size.min(self.total_size - position * self.chunk_size)
    }

    pub fn status(&self) -> &'static str {
        match () {
            () if self.is_completed => "completed",
            () if self.expires_at <= now() => "expired",
            () => "in_progress",
        }
    }
}

/// Begins an upload.
///
/// # Errors
/// `INVALID_REQUEST` for a file without bytes.
pub async fn begin(
    runtime: &Runtime,
    caller: &Caller,
    wanted: Announced,
    chunk_size: Option<u64>,
) -> Result<Begun> {
    if wanted.size == 0 {
        return Err(Code::InvalidRequest.error("`totalSize` must be greater than 0"));
    }
    let chunk_size = chunk_size.unwrap_or_default().clamp(*CHUNK_SIZES.start(), *CHUNK_SIZES.end());
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
        expires_at: file.created_at + LIFETIME,
    };
    let mut tx = runtime.db.write().await?;
    sql::insert(&mut tx, &file).await?;
    sql::insert_upload(&mut tx, &upload).await?;
    tx.commit().await?;
    Ok(Begun { upload, resume_token })
}

/// Takes a piece. Returns it as it is stored.
///
/// # Errors
/// `UPLOAD_SESSION_NOT_FOUND`, `INVALID_RESUME_TOKEN`, `UPLOAD_SESSION_EXPIRED`,
/// `FILE_ALREADY_STORED`, `INVALID_REQUEST` for a wrong number or size,
/// `PAYLOAD_TOO_LARGE`.
pub async fn take(
    runtime: &Runtime,
    caller: &Caller,
    (id, position): (&str, i64),
    resume_token: &str,
    body: Body,
) -> Result<Chunk> {
    let upload = own(runtime, caller, id).await?;
    if Checksum::of(resume_token.as_bytes()).as_str() != upload.resume_hash {
        return Err(Code::InvalidResumeToken
            .error("the header `x-resume-token` must be the `resumeToken` of the upload"));
    }
    may_go_on(&upload)?;
    if !(0..upload.chunks()).contains(&position) {
        return Err(Code::InvalidRequest.error(format!(
            "there is no chunk {position}; chunks are counted from 0 to {}",
            upload.chunks() - 1
        )));
    }
    let size = upload.size_of(position);
    let _gate = runtime.files.gate.read().await;
    let arrived = runtime.files.receive(body, size.unsigned_abs()).await?;
    if arrived.size != size.unsigned_abs() {
        return Err(Code::InvalidRequest.error(format!(
            "{} bytes came; chunk {position} has {size}. Send the whole chunk.",
            arrived.size
        )));
    }
    let chunk = Chunk { position, checksum: arrived.checksum.to_string(), size };
    runtime.files.keep(arrived).await?;
    let mut tx = runtime.db.write().await?;
    sql::set_chunk(&mut tx, id, &chunk).await?;
    tx.commit().await?;
    Ok(chunk)
}

/// Joins the pieces. Doing it again is no error.
///
/// # Errors
/// `UPLOAD_SESSION_NOT_FOUND`, `UPLOAD_SESSION_EXPIRED`; `UPLOAD_INCOMPLETE`,
/// naming the pieces that are missing; `UNSUPPORTED_MEDIA_TYPE`.
pub async fn complete(runtime: &Runtime, caller: &Caller, id: &str) -> Result<File> {
    let upload = own(runtime, caller, id).await?;
    if upload.is_completed {
        return access::own(runtime, caller, &upload.file_id).await;
    }
    may_go_on(&upload)?;
    let mut tx = runtime.db.peek().await?;
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
    let gate = runtime.files.gate.read().await;
    let arrived = runtime.files.join(checksums.clone()).await?;
    upload::store(runtime, &file, arrived, true).await?;
    let mut tx = runtime.db.write().await?;
    sql::complete_upload(&mut tx, id).await?;
    tx.commit().await?;
    drop(gate);
    super::sweep::remove_unnamed(runtime, checksums).await?;
    access::own(runtime, caller, &upload.file_id).await
}

/// How far an upload is.
///
/// # Errors
/// `UPLOAD_SESSION_NOT_FOUND`.
pub async fn progress(runtime: &Runtime, caller: &Caller, id: &str) -> Result<Progress> {
    let upload = own(runtime, caller, id).await?;
    let mut tx = runtime.db.peek().await?;
    let file = sql::get(&mut tx, &upload.file_id).await?.ok_or_else(|| no_file(&upload.file_id))?;
    let chunks = sql::chunks(&mut tx, id).await?;
    let in_a_row = (0..).zip(&chunks).take_while(|(at, chunk)| *at == chunk.position).count();
    let (uploaded_size, uploaded_chunks) = match upload.is_completed {
        true => (upload.total_size, upload.chunks()),
        false => (chunks.iter().map(|chunk| chunk.size).sum(), in_a_row as i64),
    };
    Ok(Progress { upload, file, uploaded_size, uploaded_chunks })
}

/// An upload that this caller began.
async fn own(runtime: &Runtime, caller: &Caller, id: &str) -> Result<Upload> {
    let upload = sql::upload(&mut runtime.db.peek().await?, id).await?;
    upload.filter(|upload| upload.user_id == caller.id().to_string()).ok_or_else(|| {
        Code::UploadSessionNotFound.error("there is no such upload; start a new one")
    })
}

fn may_go_on(upload: &Upload) -> Result<()> {
    match upload.status() {
        "completed" => Err(Code::FileAlreadyStored
            .error("the upload is complete, and files never change; start a new one")),
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
