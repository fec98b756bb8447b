//! Files that people upload: records of `sys_file`, with their bytes in a folder
//! beside the database.
//!
//! A client asks for a place to send bytes to, sends them, and says that it is
//! done ([`upload`]); large files come in pieces ([`chunk`]). Fields of type
//! `file`, `image` and the like, and attachments, hold the id of such a record.
//!
//! **Invariant:** bytes are named by their SHA-256 and are on disk before a row
//! names them; what no row names is removed, never the other way round. A file
//! is read by whoever may read a record that it belongs to, and else only by
//! whoever uploaded it and by the owner of the runtime.

mod access;
pub mod api;
mod chunk;
mod claim;
mod download;
mod name;
mod sql;
mod store;
mod sweep;
mod token;
mod upload;

pub use claim::{Slot, claim, release};
pub use sweep::sweep;

use crate::{Code, Error};
use chrono::{DateTime, Utc};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::RwLock;

/// A record of `sys_file`.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct File {
    pub id: String,
    pub name: String,
    pub mime_type: String,
    pub size: f64,
    /// `None` until the bytes are there.
    pub checksum: Option<String>,
    pub status: String,
    pub owner_id: String,
    /// The object, record and field that hold it.
    pub object: Option<String>,
    pub record_id: Option<String>,
    pub field: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What is told of a file whose upload was not completed.
const PENDING: &str = "pending";
/// What is told of a file that is there.
const STORED: &str = "stored";

/// Where bytes are, and what links to them are signed with. Cheap to clone.
#[derive(Clone)]
pub struct Files {
    folder: Arc<PathBuf>,
    signer: token::Signer,
    /// Held shared from the arrival of bytes to the row that names them, and
    /// alone by whoever removes bytes that no row names.
    gate: Arc<RwLock<()>>,
}

impl Files {
    /// Files in this folder, which is made when the first one comes.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder: Arc::new(folder), signer: token::Signer::new(), gate: Arc::default() }
    }
}

impl File {
    /// Its size in bytes.
    fn bytes(&self) -> u64 {
        // The column is that of every number; sizes are whole and far below 2^53.
        self.size as u64
    }

    /// The object, record and field that hold it.
    pub fn holder(&self) -> Option<(&str, &str, &str)> {
        Some((self.object.as_deref()?, self.record_id.as_deref()?, self.field.as_deref()?))
    }

    fn is_stored(&self) -> bool {
        self.status == STORED
    }
}

/// Says that there is no such file, or none that the caller may see.
fn no_file(id: &str) -> Error {
    let shown: String = id.chars().take(80).collect();
    Code::FileNotFound.error(format!("there is no file {}", shown.escape_debug()))
}
