//! Bytes in a folder: `<first two digits>/<the other 62>` of their SHA-256, and
//! `incoming/` for those that are being received.
//!
//! **Invariant:** a file under its checksum is complete and on disk: it is written
//! under another name, synced, and renamed.

use super::Files;
use crate::{Code, Error, Result};
use anyhow::Context;
use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use os_package::Checksum;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tokio::sync::mpsc;

/// The size of one read.
const READ_BYTES: usize = 128 * 1024;
/// The number of first bytes that show a file's type.
const HEAD_BYTES: usize = 16;

/// Bytes that were received and that no row names yet.
pub struct Arrived {
    temporary: Temporary,
    pub size: u64,
    pub checksum: Checksum,
    /// The first bytes.
    pub head: Vec<u8>,
}

/// A file that is removed when dropped, unless it was renamed.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // It does not exist any more when it was renamed.
        let _ = fs::remove_file(&self.0);
    }
}

/// Writes bytes to a file and hashes them.
struct Writer {
    file: File,
    temporary: Temporary,
    hasher: Sha256,
    size: u64,
    head: Vec<u8>,
}

impl Writer {
    fn new(folder: &Path) -> io::Result<Self> {
        let incoming = folder.join(INCOMING_FOLDER);
        fs::create_dir_all(&incoming)?;
        let path = incoming.join(format!("{}{}", *OWN_PREFIX, uuid::Uuid::now_v7().simple()));
        let file = File::create_new(&path)?;
        let (hasher, head) = (Sha256::new(), Vec::new());
        Ok(Self { file, temporary: Temporary(path), hasher, size: 0, head })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let missing = HEAD_BYTES.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..missing]);
        self.hasher.update(bytes);
        self.size += bytes.len() as u64;
        self.file.write_all(bytes)
    }

    fn finish(self) -> io::Result<Arrived> {
        self.file.sync_all()?;
        let hex: String = self.hasher.finalize().iter().map(|it| format!("{it:02x}")).collect();
        let checksum = hex.parse().expect("it is 64 hexadecimal digits");
        let Self { temporary, size, head, .. } = self;
        Ok(Arrived { temporary, size, checksum, head })
    }
}

/// The beginning of the names of bytes that this process receives.
pub static OWN_PREFIX: LazyLock<String> =
    LazyLock::new(|| format!("{}-", uuid::Uuid::now_v7().simple()));

/// The folder of bytes that are being received.
pub const INCOMING_FOLDER: &str = "incoming";

impl Files {
    /// Receives a body of at most `limit` bytes.
    ///
    /// # Errors
    /// `PAYLOAD_TOO_LARGE`; `INVALID_REQUEST` when it ends early;
    /// `FILE_STORAGE_FAILED` when the disk is full.
    pub async fn receive(&self, mut body: Body, limit: u64) -> Result<Arrived> {
        let folder = self.folder.clone();
        let (sender, mut receiver) = mpsc::channel::<Bytes>(8);
        let writing = tokio::task::spawn_blocking(move || {
            let mut writer = Writer::new(&folder)?;
            while let Some(bytes) = receiver.blocking_recv() {
                writer.write(&bytes)?;
            }
            writer.finish()
        });
        let mut size = 0;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| {
                Code::InvalidRequest.error("the request body ended early; send the bytes again")
            })?;
            let Ok(bytes) = frame.into_data() else { continue };
            size += bytes.len() as u64;
            if size > limit {
                return Err(too_large(limit));
            }
            if sender.send(bytes).await.is_err() {
                // Writing stopped with an error, which is returned below.
                break;
            }
        }
        drop(sender);
        writing.await.context("writing a file")?.map_err(|error| refuse(&error))
    }

    /// Joins stored bytes into one file.
    ///
    /// # Errors
    /// `FILE_STORAGE_FAILED`.
    pub async fn join(&self, checksums: Vec<String>) -> Result<Arrived> {
        let files = self.clone();
        let joining = tokio::task::spawn_blocking(move || {
            let mut writer = Writer::new(&files.folder)?;
            let mut piece = vec![0; READ_BYTES];
            for checksum in checksums {
                let mut file = File::open(files.path(&checksum))?;
                loop {
                    let count = file.read(&mut piece)?;
                    if count == 0 {
                        break;
                    }
                    writer.write(&piece[..count])?;
                }
            }
            writer.finish()
        });
        joining.await.context("joining a file")?.map_err(|error| refuse(&error))
    }

    /// Moves bytes to the path of their checksum. On return they are on disk.
    ///
    /// # Errors
    /// `FILE_STORAGE_FAILED`.
    pub async fn keep(&self, arrived: Arrived) -> Result<()> {
        let (folder, path) = (self.folder.clone(), self.path(arrived.checksum.as_str()));
        let keeping = tokio::task::spawn_blocking(move || {
            let shelf = path.parent().unwrap_or(&folder);
            if !shelf.exists() {
                fs::create_dir_all(shelf)?;
                File::open(&*folder)?.sync_all()?;
            }
            fs::rename(&arrived.temporary.0, &path)?;
            File::open(shelf)?.sync_all()
        });
        keeping.await.context("keeping a file")?.map_err(|error| refuse(&error))
    }

    /// Streams `length` bytes from `start`.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub async fn read(&self, checksum: &str, start: u64, length: u64) -> Result<Body> {
        let path = self.path(checksum);
        let opening = tokio::task::spawn_blocking(move || {
            let mut file = File::open(&path).with_context(|| path.display().to_string())?;
            file.seek(SeekFrom::Start(start))?;
            anyhow::Ok(file)
        });
        let file = opening.await.context("opening a file")??;
        let (mut sender, body) = http_body_util::channel::Channel::<Bytes, io::Error>::new(4);
        let handle = tokio::runtime::Handle::current();
        tokio::task::spawn_blocking(move || {
            let mut rest = file.take(length);
            loop {
                let mut piece =
                    vec![0; READ_BYTES.min(usize::try_from(rest.limit()).unwrap_or(READ_BYTES))];
                match rest.read(&mut piece) {
                    Ok(0) => break,
                    Ok(count) => {
                        piece.truncate(count);
                        // The reader of the response has gone.
                        if handle.block_on(sender.send_data(piece.into())).is_err() {
                            break;
                        }
                    }
                    Err(error) => {
                        sender.abort(error);
                        break;
                    }
                }
            }
        });
        Ok(Body::new(body))
    }

    /// Returns the path of the bytes with this checksum.
    pub fn path(&self, checksum: &str) -> PathBuf {
        let (shelf, rest) = checksum.split_at(2);
        self.folder.join(shelf).join(rest)
    }
}

/// Returns the error of a body that exceeds the limit.
pub fn too_large(limit: u64) -> Error {
    Code::PayloadTooLarge.error(format!("the file is too large; send at most {limit} bytes"))
}

fn refuse(error: &io::Error) -> Error {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    match error.kind() {
        StorageFull | QuotaExceeded | FileTooLarge => Code::FileStorageFailed
            .error("the disk of the runtime is full; nothing was stored. Make room and try again."),
        _ => anyhow::anyhow!("storing a file: {error}").into(),
    }
}
