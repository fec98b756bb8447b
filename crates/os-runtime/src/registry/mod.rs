//! The registry: packages that were published to this runtime, for others to fetch.
//!
//! The table is that of `@objectstack/service-package`: an id, a version, a
//! manifest, metadata, and their hash. It has no owner, no review, no life cycle;
//! callers of [`Registry`] decide who may publish.
//!
//! **Invariant:** a publish that was answered is on disk, complete, with the hash of its content;
//! of two publishes of one version the later wins. *Latest* is the version whose first publish
//! is the most recent, also within one second.

mod change;
pub mod http;
mod memory;
mod publication;
mod record;
mod sql;

pub use memory::Listing;
pub use os_api::runtime::registry::PackageRecord;

use crate::{Code, Result};
use change::RegistryChange;
use memory::ReadAt;
use os_db::{Db, Migration};
use publication::Publication;
use serde_json::Value;
use std::sync::Arc;

/// The version that stands for the newest.
pub const LATEST: &str = "latest";

/// The tables of the registry.
pub const MIGRATION: Migration =
    Migration::shared("0004_registry", include_str!("../../migrations/0004_registry.sql"));

/// The packages of a database. Cheap to clone; clones share the cache.
///
/// ```
/// # tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
/// use os_runtime::registry::Registry;
/// use serde_json::{Value, json};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("packages.db");
/// # let path = path.to_str().expect("a path");
/// let registry = Registry::open(os_db::Db::connect(path).await?).await?;
/// let metadata = json!({ "objects": [{ "name": "crm_account" }] });
/// for version in ["1.2.0", "1.3.0"] {
///     registry.publish(&json!({ "id": "crm", "version": version, "name": "CRM" }), &metadata).await?;
/// }
///
/// let latest = registry.get("crm", None).await?.expect("it was published");
/// assert_eq!(latest.version, "1.3.0");
/// let pinned = registry.get("crm", Some("1.2.0")).await?.expect("it was published");
/// assert_eq!(pinned.manifest::<Value>()?["name"], "CRM");
/// assert_eq!(registry.list().await?.len(), 1);
///
/// registry.delete("crm", Some("1.3.0")).await?;
/// let latest = registry.get("crm", None).await?.expect("one version is left");
/// assert_eq!(latest.version, "1.2.0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Registry {
    db: Db,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    memory: memory::Memory,
    queue: change::Queue,
}

impl Registry {
    /// Creates a registry on a database that has its tables.
    pub fn new(db: Db) -> Self {
        Self { db, shared: Arc::default() }
    }

    /// Opens a registry on its own; creates the tables where they are missing.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open(db: Db) -> Result<Self> {
        os_db::migrate(&db, &[MIGRATION]).await?;
        Ok(Self::new(db))
    }

    /// Publishes a version. Publishing it again replaces its content, and does not make it the
    /// latest. Returns the hash.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
    /// # use os_runtime::registry::Registry;
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("packages.db");
    /// # let registry = Registry::open(os_db::Db::connect(path.to_str().expect("a path")).await?).await?;
    /// use serde_json::json;
    ///
    /// let manifest = json!({ "id": "com.a", "version": "1.0.0", "name": "com.a" });
    /// let hash = registry.publish(&manifest, &json!({ "objects": [{ "name": "a" }] })).await?;
    /// assert_eq!(hash, "c4b3e3727735f25a88d7fe5ada59b8b0a2779cd4745cbd703b96a6357d8152ab");
    ///
    /// let refused = registry.publish(&json!({ "id": "com.a" }), &json!({})).await;
    /// assert!(refused.unwrap_err().message().contains("`version` is missing"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `PACKAGE_MANIFEST_INVALID` for a manifest without id or version,
    /// `VALIDATION_ERROR` for metadata that is not an object.
    pub async fn publish(&self, manifest: &Value, metadata: &Value) -> Result<String> {
        let publication = Publication::read(manifest, metadata)?;
        let hash = publication.hash.clone();
        change::commit_change(self, RegistryChange::Publish(publication)).await?;
        Ok(hash)
    }

    /// One version of a package, or the latest for `None` and for `"latest"`;
    /// `None` where there is no such package or version.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
    /// # use os_runtime::registry::Registry;
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("packages.db");
    /// # let registry = Registry::open(os_db::Db::connect(path.to_str().expect("a path")).await?).await?;
    /// # use serde_json::json;
    /// // Latest is what was published last, whatever its number.
    /// for version in ["2.0.0", "0.9.0"] {
    ///     registry.publish(&json!({ "id": "crm", "version": version }), &json!({})).await?;
    /// }
    /// assert_eq!(registry.get("crm", None).await?.expect("published").version, "0.9.0");
    /// assert!(registry.get("crm", Some("3.0.0")).await?.is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of the database; `MARKETPLACE_STORAGE_FAILED` for a damaged row.
    pub async fn get(&self, id: &str, version: Option<&str>) -> Result<Option<Arc<PackageRecord>>> {
        let version = version.filter(|version| *version != LATEST);
        if cannot_exist(id, version) {
            return Ok(None);
        }
        if let Some(record) = self.shared.memory.get(id, version) {
            return Ok(Some(record));
        }
        let mut tx = self.db.autocommit().await?;
        let changes = self.changes(&mut tx).await?;
        let row = match version {
            Some(version) => sql::pinned(&mut tx, id, version).await?,
            None => sql::latest(&mut tx, id).await?,
        };
        let Some(row) = row else { return Ok(None) };
        let record = Arc::new(record::read(row)?);
        self.shared.memory.keep(changes, version, &record);
        Ok(Some(record))
    }

    /// Returns the latest version of every package, the newest first.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
    /// # use os_runtime::registry::Registry;
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("packages.db");
    /// # let registry = Registry::open(os_db::Db::connect(path.to_str().expect("a path")).await?).await?;
    /// # use serde_json::json;
    /// for (id, version) in [("crm", "1.0.0"), ("todo", "1.0.0"), ("crm", "1.1.0")] {
    ///     registry.publish(&json!({ "id": id, "version": version }), &json!({})).await?;
    /// }
    /// let all = registry.list().await?;
    /// let all: Vec<_> = all.iter().map(|it| (it.id.as_str(), it.version.as_str())).collect();
    /// assert_eq!(all, [("crm", "1.1.0"), ("todo", "1.0.0")]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Registry::get`].
    pub async fn list(&self) -> Result<Listing> {
        if let Some(listing) = self.shared.memory.listing() {
            return Ok(listing);
        }
        let mut tx = self.db.autocommit().await?;
        let changes = self.changes(&mut tx).await?;
        let rows = sql::all_latest(&mut tx).await?;
        let records: Result<Vec<_>> =
            rows.into_iter().map(|row| record::read(row).map(Arc::new)).collect();
        let mut records = records?;
        records.sort_by(|a, b| b.created_at.cmp(&a.created_at));
        let listing: Listing = records.into();
        self.shared.memory.keep_listing(changes, &listing);
        Ok(listing)
    }

    /// Deletes one version, or all of them. Returns the number of deleted versions; a package that
    /// does not exist is no error.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
    /// # use os_runtime::registry::Registry;
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("packages.db");
    /// # let registry = Registry::open(os_db::Db::connect(path.to_str().expect("a path")).await?).await?;
    /// # use serde_json::json;
    /// for version in ["1.0.0", "1.1.0", "1.2.0"] {
    ///     registry.publish(&json!({ "id": "crm", "version": version }), &json!({})).await?;
    /// }
    /// assert_eq!(registry.delete("crm", Some("1.0.0")).await?, 1);
    /// assert_eq!(registry.delete("crm", None).await?, 2);
    /// assert_eq!(registry.delete("crm", None).await?, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `INVALID_REQUEST` for a version that is empty or `latest`.
    pub async fn delete(&self, id: &str, version: Option<&str>) -> Result<u64> {
        if version.is_some_and(|version| version.is_empty() || version == LATEST) {
            return Err(Code::InvalidRequest.error(
                "`version` must be the number of the version to delete, such as `1.0.0`; leave it out to delete all versions",
            ));
        }
        if cannot_exist(id, version) {
            return Ok(0);
        }
        let (id, version) = (id.to_owned(), version.map(str::to_owned));
        change::commit_change(self, RegistryChange::Delete { id, version }).await
    }

    /// Returns the number of changes under which a row that is read now may be cached.
    async fn changes(&self, tx: &mut os_db::Tx) -> Result<i64> {
        if let Some(changes) = self.shared.memory.confirmed() {
            return Ok(changes);
        }
        let read_at = ReadAt::now();
        let changes = sql::changes(tx).await?;
        self.shared.memory.confirm(changes, read_at);
        Ok(changes)
    }
}

/// Returns whether no package can have this id or version: PostgreSQL refuses to look for U+0000.
fn cannot_exist(id: &str, version: Option<&str>) -> bool {
    id.contains('\0') || version.is_some_and(|version| version.contains('\0'))
}
