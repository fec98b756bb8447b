//! Uploading a file in one request: announce, send, complete.

use super::store::{Arrived, too_large};
use super::token::Direction;
use super::{File, Files, PENDING, access, name, no_file, sql};
use crate::{Code, Result};
use axum::body::Body;
use os_db::now;
use os_identity::UserPrincipal;

/// The validity of an upload link, in seconds.
pub const UPLOAD_LINK_TTL_SECONDS: i64 = 3600;

/// A file to upload.
pub struct Announced {
    pub name: String,
    pub mime_type: String,
    pub size: u64,
}

/// A file that waits for its bytes, and the link they are sent to.
pub struct Presigned {
    pub file: File,
    pub token: String,
}

impl Announced {
    /// Checks the name, the type and the size.
    ///
    /// # Errors
    /// `INVALID_REQUEST` for a bad name or type, `PAYLOAD_TOO_LARGE`.
    pub fn checked(files: &Files, filename: &str, mime_type: &str, size: u64) -> Result<Self> {
        let (name, mime_type) = (name::checked(filename)?, name::media_type(mime_type)?);
        if size > files.max_file_bytes {
            return Err(too_large(files.max_file_bytes));
        }
        Ok(Self { name, mime_type, size })
    }

    /// Returns the record of the file.
    pub fn record(self, caller: &UserPrincipal) -> File {
        let at = now();
        File {
            id: uuid::Uuid::new_v4().to_string(),
            name: self.name,
            mime_type: self.mime_type,
            size: self.size as f64,
            checksum: None,
            status: PENDING.to_owned(),
            owner_id: caller.id().to_string(),
            object: None,
            record_id: None,
            field: None,
            created_at: at,
            updated_at: at,
        }
    }
}

/// Announces a file.
///
/// # Errors
/// When the database fails.
pub async fn presign(
    files: &Files,
    caller: &UserPrincipal,
    wanted: Announced,
) -> Result<Presigned> {
    let file = wanted.record(caller);
    let mut tx = files.db.write().await?;
    sql::insert(&mut tx, &file).await?;
    tx.commit().await?;
    let token = files.signer.sign(Direction::Send, &file.id, UPLOAD_LINK_TTL_SECONDS);
    Ok(Presigned { file, token })
}

/// Stores the bytes of an announced file; `content_type` is the header of their request.
///
/// # Errors
/// `INVALID_TOKEN`, `FILE_NOT_FOUND`, `FILE_ALREADY_STORED`,
/// `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE`, `INVALID_REQUEST` for fewer
/// bytes than were announced.
pub async fn send(
    files: &Files,
    token: &str,
    content_type: Option<&str>,
    body: Body,
) -> Result<()> {
    let id = files.signer.read(Direction::Send, token)?;
    let file =
        sql::get(&mut files.db.autocommit().await?, &id).await?.ok_or_else(|| no_file(&id))?;
    if file.is_stored() {
        return Err(already_stored(&id));
    }
    if let Some(given) = content_type
        && name::media_type(given)? != file.mime_type
    {
        return Err(Code::UnsupportedMediaType.error(format!(
            "the file was announced as {}; send it with that `content-type`",
            file.mime_type
        )));
    }
    let arrived = files.receive(body, file.bytes()).await?;
    if arrived.size < file.bytes() {
        return Err(Code::InvalidRequest.error(format!(
            "received {} bytes, and {} were announced; send the whole file",
            arrived.size,
            file.bytes()
        )));
    }
    let _gate = files.gate.read().await;
    store(files, &file, arrived, false).await
}

/// Writes bytes to the disk, then the row that names them; `is_complete` also completes the
/// upload.
///
/// # Errors
/// `UNSUPPORTED_MEDIA_TYPE`, `FILE_ALREADY_STORED`.
pub async fn store(files: &Files, file: &File, arrived: Arrived, is_complete: bool) -> Result<()> {
    name::begins_as(&file.mime_type, &arrived.head)?;
    let (checksum, size) = (arrived.checksum.to_string(), arrived.size as f64);
    files.keep(arrived).await?;
    let mut tx = files.db.write().await?;
    if !sql::set_bytes(&mut tx, &file.id, &checksum, size).await? {
        return Err(already_stored(&file.id));
    }
    if is_complete {
        sql::complete(&mut tx, &file.id).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Completes the upload of a file whose bytes were received. A repetition is no error.
///
/// # Errors
/// `FILE_NOT_FOUND`; `UPLOAD_INCOMPLETE` when no bytes were received.
pub async fn complete(files: &Files, caller: &UserPrincipal, id: &str) -> Result<File> {
    let file = access::own(files, caller, id).await?;
    if file.checksum.is_none() {
        return Err(Code::UploadIncomplete
            .error("no bytes of this file were received; send them to its `uploadUrl` first"));
    }
    let mut tx = files.db.write().await?;
    sql::complete(&mut tx, id).await?;
    let file = sql::get(&mut tx, id).await?.ok_or_else(|| no_file(id))?;
    tx.commit().await?;
    Ok(file)
}

/// Deletes a file that nothing refers to, and its bytes where no other file has them.
///
/// # Errors
/// `FILE_NOT_FOUND`, `FILE_IN_USE`.
pub async fn delete(files: &Files, caller: &UserPrincipal, id: &str) -> Result<()> {
    let file = access::own(files, caller, id).await?;
    let mut tx = files.db.write().await?;
    if file.holder().is_some() || sql::is_attached(&mut tx, id).await? {
        return Err(Code::FileInUse.error("a record has this file; remove it there first"));
    }
    sql::delete(&mut tx, id).await?;
    tx.commit().await?;
    files.remove_unnamed(file.checksum.into_iter().collect()).await
}

fn already_stored(id: &str) -> crate::Error {
    Code::FileAlreadyStored
        .error(format!("the file {id} is complete, and files never change; upload another one"))
}
