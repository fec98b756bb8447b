use super::row::{Chunk, Upload};
use super::{File, Holder};
use chrono::{DateTime, Utc};
use os_db::{Result, Tx, now};

pub async fn insert(tx: &mut Tx, file: &File) -> Result<()> {
    let File { id, name, mime_type, size, checksum, status, owner_id, created_at, .. } =
        file.clone();
    tx.query(
        "INSERT INTO sys_file (id, name, mime_type, size, checksum, status, owner_id, created_by,
             created_at, updated_by, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $7, $8)",
    )
    .bind(id)
    .bind(name)
    .bind(mime_type)
    .bind(size)
    .bind(checksum)
    .bind(status)
    .bind(owner_id)
    .bind(created_at)
    .run()
    .await
    .map(drop)
}

pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<File>> {
    if id.contains('\0') {
        // No database keeps it, and PostgreSQL does not look for it.
        return Ok(None);
    }
    tx.query(
        "SELECT id, name, mime_type, size, checksum, status, owner_id, object, record_id, field,
             created_at, updated_at
         FROM sys_file WHERE id = $1",
    )
    .bind(id.to_owned())
    .optional()
    .await
}

/// Names the bytes of a file whose upload is not completed. Whether there is one.
pub async fn set_bytes(tx: &mut Tx, id: &str, checksum: &str, size: f64) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE sys_file SET checksum = $2, size = $3, updated_at = $4
             WHERE id = $1 AND status = 'pending'",
        )
        .bind(id.to_owned())
        .bind(checksum.to_owned())
        .bind(size)
        .bind(now())
        .run()
        .await?;
    Ok(changed > 0)
}

/// Completes the upload of a file whose bytes are there.
pub async fn complete(tx: &mut Tx, id: &str) -> Result<()> {
    tx.query(
        "UPDATE sys_file SET status = 'stored', updated_at = $2
         WHERE id = $1 AND status = 'pending' AND checksum IS NOT NULL",
    )
    .bind(id.to_owned())
    .bind(now())
    .run()
    .await
    .map(drop)
}

pub async fn delete(tx: &mut Tx, id: &str) -> Result<()> {
    tx.query("DELETE FROM sys_file WHERE id = $1").bind(id.to_owned()).run().await.map(drop)
}

/// Gives a file that no field holds to one; whether it could be given.
pub async fn claim(tx: &mut Tx, id: &str, holder: Holder<'_>) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE sys_file SET object = $2, record_id = $3, field = $4, updated_at = $5
             WHERE id = $1 AND object IS NULL",
        )
        .bind(id.to_owned())
        .bind(holder.object.to_owned())
        .bind(holder.record.to_owned())
        .bind(holder.field.to_owned())
        .bind(now())
        .run()
        .await?;
    Ok(changed > 0)
}

/// Returns the files that a field of a record holds.
pub async fn held(tx: &mut Tx, holder: Holder<'_>) -> Result<Vec<(String,)>> {
    tx.query("SELECT id FROM sys_file WHERE object = $1 AND record_id = $2 AND field = $3")
        .bind(holder.object.to_owned())
        .bind(holder.record.to_owned())
        .bind(holder.field.to_owned())
        .all()
        .await
}

/// Returns whether an attachment names the file.
pub async fn is_attached(tx: &mut Tx, id: &str) -> Result<bool> {
    let row: Option<(String,)> = tx
        .query("SELECT id FROM sys_attachment WHERE file_id = $1 LIMIT 1")
        .bind(id.to_owned())
        .optional()
        .await?;
    Ok(row.is_some())
}

/// Uploads that nobody completed in time.
pub async fn delete_abandoned(tx: &mut Tx, before: DateTime<Utc>) -> Result<()> {
    tx.query("DELETE FROM sys_upload WHERE expires_at < $1").bind(before).run().await?;
    tx.query(
        "DELETE FROM sys_file WHERE status = 'pending' AND created_at < $1
             AND NOT EXISTS (SELECT 1 FROM sys_upload WHERE sys_upload.file_id = sys_file.id)",
    )
    .bind(before)
    .run()
    .await
    .map(drop)
}

/// Returns the checksums that rows name, among those that begin with `from` up to `to`.
pub async fn named(tx: &mut Tx, from: &str, to: &str) -> Result<Vec<(String,)>> {
    tx.query(
        "SELECT checksum FROM sys_file WHERE checksum >= $1 AND checksum <= $2
         UNION SELECT checksum FROM sys_upload_chunk WHERE checksum >= $1 AND checksum <= $2",
    )
    .bind(from.to_owned())
    .bind(to.to_owned())
    .all()
    .await
}

pub async fn insert_upload(tx: &mut Tx, upload: &Upload) -> Result<()> {
    let Upload { id, file_id, user_id, resume_hash, total_size, chunk_size, started_at, .. } =
        upload.clone();
    tx.query(
        "INSERT INTO sys_upload (id, file_id, user_id, resume_hash, total_size, chunk_size,
             is_completed, started_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, FALSE, $7, $8)",
    )
    .bind(id)
    .bind(file_id)
    .bind(user_id)
    .bind(resume_hash)
    .bind(total_size)
    .bind(chunk_size)
    .bind(started_at)
    .bind(upload.expires_at)
    .run()
    .await
    .map(drop)
}

pub async fn upload(tx: &mut Tx, id: &str) -> Result<Option<Upload>> {
    if id.contains('\0') {
        return Ok(None);
    }
    tx.query(
        "SELECT id, file_id, user_id, resume_hash, total_size, chunk_size, is_completed,
             started_at, expires_at
         FROM sys_upload WHERE id = $1",
    )
    .bind(id.to_owned())
    .optional()
    .await
}

pub async fn set_chunk(tx: &mut Tx, upload: &str, chunk: &Chunk) -> Result<()> {
    tx.query(
        "INSERT INTO sys_upload_chunk (upload_id, position, checksum, size)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (upload_id, position) DO UPDATE SET
             checksum = excluded.checksum, size = excluded.size",
    )
    .bind(upload.to_owned())
    .bind(chunk.position)
    .bind(chunk.checksum.clone())
    .bind(chunk.size)
    .run()
    .await
    .map(drop)
}

pub async fn chunks(tx: &mut Tx, upload: &str) -> Result<Vec<Chunk>> {
    tx.query(
        "SELECT position, checksum, size FROM sys_upload_chunk
         WHERE upload_id = $1 ORDER BY position",
    )
    .bind(upload.to_owned())
    .all()
    .await
}

/// Forgets the pieces of an upload that is one file now.
pub async fn complete_upload(tx: &mut Tx, id: &str) -> Result<()> {
    tx.query("UPDATE sys_upload SET is_completed = TRUE WHERE id = $1")
        .bind(id.to_owned())
        .run()
        .await?;
    tx.query("DELETE FROM sys_upload_chunk WHERE upload_id = $1")
        .bind(id.to_owned())
        .run()
        .await
        .map(drop)
}
