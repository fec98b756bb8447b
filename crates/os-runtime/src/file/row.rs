//! Uploads in chunks, as the database keeps them.

use chrono::{DateTime, Utc};
use os_db::now;

/// An upload in chunks.
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

/// A chunk that is on disk.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Chunk {
    pub position: i64,
    pub checksum: String,
    pub size: i64,
}

impl Upload {
    /// Returns the number of chunks.
    pub fn chunks(&self) -> i64 {
        (self.total_size + self.chunk_size - 1) / self.chunk_size
    }

    /// Returns the size of a chunk, in bytes.
    pub fn size_of(&self, position: i64) -> i64 {
        self.chunk_size.min(self.total_size - position * self.chunk_size)
    }

    /// Returns the status on the wire.
    pub fn status(&self) -> &'static str {
        if self.is_completed {
            "completed"
        } else if self.expires_at <= now() {
            "expired"
        } else {
            "in_progress"
        }
    }
}
