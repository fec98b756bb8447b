//! Files that people upload: records of `sys_file`, with their bytes in a folder
//! beside the database.
//!
//! A client announces a file, sends its bytes, and completes the upload ([`upload`]); large files
//! come in chunks ([`chunk`]). Fields of type
//! `file`, `image` and the like, and attachments, hold the id of such a record.
//!
//! **Invariant:** bytes are named by their SHA-256 and are on disk before a row
//! names them; what no row names is removed, never the other way round. Who may
//! read a file is decided in [`storage`](crate::storage).

mod access;
pub mod chunk;
mod claim;
pub mod download;
mod name;
mod row;
mod sql;
mod store;
mod sweep;
pub mod token;
pub mod upload;

pub use access::{is_owned_by, stored};
pub use claim::{Slot, claim, release};

use crate::{Code, Config, Error};
use chrono::{DateTime, Utc};
use os_db::Db;
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

/// The status of a file whose upload is not complete.
const PENDING: &str = "pending";
/// The status of a file whose upload is complete.
const STORED: &str = "stored";

/// The files of a runtime. Cheap to clone.
#[derive(Clone)]
pub struct Files {
    db: Db,
    /// The largest file, in bytes.
    max_file_bytes: u64,
    folder: Arc<PathBuf>,
    pub signer: token::Signer,
    /// Held shared from the moment when bytes have their name to the row that names them, never
    /// while a client sends; exclusively while bytes that no row names are removed.
    gate: Arc<RwLock<()>>,
}

impl Files {
    /// Returns the files in the home folder; their folder is created with the first one.
    pub fn new(db: Db, config: &Config) -> Self {
        Self {
            db,
            max_file_bytes: config.max_file_bytes,
            folder: Arc::new(config.home.join("files")),
            signer: token::Signer::new(),
            gate: Arc::default(),
        }
    }
}

/// The field of a record that holds a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder<'h> {
    pub object: &'h str,
    /// The id of the record.
    pub record: &'h str,
    pub field: &'h str,
}

impl File {
    /// Returns its size in bytes.
    pub fn bytes(&self) -> u64 {
        // The column is that of every number; sizes are whole and far below 2^53.
        self.size as u64
    }

    /// Returns the field that holds it.
    pub fn holder(&self) -> Option<Holder<'_>> {
        Some(Holder {
            object: self.object.as_deref()?,
            record: self.record_id.as_deref()?,
            field: self.field.as_deref()?,
        })
    }

    fn is_stored(&self) -> bool {
        self.status == STORED
    }
}

/// Returns the error of a file that does not exist, or that the caller may not read.
pub fn no_file(id: &str) -> Error {
    let shown: String = id.chars().take(80).collect();
    Code::FileNotFound.error(format!("there is no file {}", shown.escape_debug()))
}
