//! The data folder of a server and its database.
//!
//! **Invariant:** an SQLite database has one server. The lock beside it is
//! held until the process ends, even by `kill -9`.

use crate::cli::DatabaseArgs;
use crate::failure::Failure;
use crate::files;
use anyhow::{Context, Result};
use os_db::{Db, Name, StatementTimeouts};
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

/// The database file of a control plane.
pub const CONTROL_FILE: &str = "control.db";

/// The database file of a runtime.
pub const RUNTIME_FILE: &str = "runtime.db";

/// The schema of a runtime's tables in the PostgreSQL database of its control plane.
const RUNTIME_SCHEMA: &str = "os_runtime";

/// The location of a server's data.
pub struct Home {
    pub folder: PathBuf,
    pub database: Database,
}

/// The database of a server.
pub enum Database {
    Sqlite(PathBuf),
    Postgres {
        url: String,
        /// The schema of its tables; `None`: the default of the URL or the user.
        schema: Option<Name>,
    },
}

/// The lock on an SQLite file; released when dropped.
pub struct Lock {
    _file: File,
}

impl Home {
    /// Finds it from flags and the environment, without touching the disk. `file` is the default
    /// name of the database.
    pub fn find(arguments: &DatabaseArgs, file: &str) -> Result<Self> {
        let folder = std::path::absolute(&arguments.home)
            .with_context(|| format!("`{}` is not a folder", arguments.home.display()))?;
        let database = match arguments.database.as_deref().filter(|it| !it.is_empty()) {
            None => Database::Sqlite(folder.join(file)),
            Some(url) => Database::named(url)?,
        };
        Ok(Self { folder, database })
    }

    /// Creates the folder if missing and takes the lock of an SQLite database.
    pub fn prepare(&self) -> Result<Option<Lock>> {
        files::create_private_folder(&self.folder).map_err(cannot_write)?;
        self.lock(&self.database)
    }

    /// Creates the file of an SQLite database of this home if missing, and takes its lock.
    pub fn lock(&self, database: &Database) -> Result<Option<Lock>> {
        let Database::Sqlite(file) = database else { return Ok(None) };
        let is_new = !file.exists();
        files::create_private_file(file).map_err(cannot_write)?;
        let lock = Lock::take(file)?;
        let found =
            file.metadata().with_context(|| format!("could not read {}", file.display()))?;
        check_names(file, &found)?;
        if !is_new && found.len() == 0 {
            self.check_lost(file)?;
        }
        Ok(Some(lock))
    }

    /// Refuses an empty database beside data that only its server can have made: it was lost, and is
    /// not new.
    fn check_lost(&self, file: &Path) -> Result<()> {
        let has_bytes = |path: &Path| path.metadata().is_ok_and(|it| it.is_file() && it.len() > 0);
        let has_files = |path: &Path| path.read_dir().is_ok_and(|mut it| it.next().is_some());
        let beside = |name: &str| self.folder.join(name);
        let runtime = file.with_file_name(RUNTIME_FILE);
        let traces = [
            (suffixed(file, "-wal"), has_bytes as fn(&Path) -> bool),
            (beside("files"), has_files),
            (beside("artifacts"), has_files),
            (beside("cloud-connection.json"), has_bytes),
        ];
        let of_runtime = (runtime != file).then_some((runtime, has_bytes as fn(&Path) -> bool));
        let mut traces = traces.into_iter().chain(of_runtime);
        match traces.find(|(path, is_trace)| is_trace(path)) {
            None => Ok(()),
            Some((trace, _)) => Err(Failure::new(format!(
                "the database {} is empty, although {} holds data of its server",
                file.display(),
                trace.display()
            ))
            .hint("restore the database from a backup; to begin anew, move both away")
            .into()),
        }
    }
}

/// Refuses a file with several names: each of them would have a lock of its own.
#[cfg(unix)]
fn check_names(file: &Path, found: &std::fs::Metadata) -> Result<()> {
    match std::os::unix::fs::MetadataExt::nlink(found) {
        0 | 1 => Ok(()),
        names => Err(Failure::new(format!(
            "the database {} has {names} names (hard links), so two servers could open it",
            file.display()
        ))
        .hint("remove the other names, or copy the file with `sqlite3 FILE \".backup 'COPY'\"`")
        .into()),
    }
}

#[cfg(not(unix))]
fn check_names(_: &Path, _: &std::fs::Metadata) -> Result<()> {
    Ok(())
}

fn suffixed(file: &Path, suffix: &str) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(suffix);
    PathBuf::from(path)
}

fn cannot_write(error: anyhow::Error) -> Failure {
    Failure::new(format!("{error:#}")).hint("select a writable folder with `--home` (OS_HOME)")
}

impl Database {
    /// Parses a database URL.
    pub fn named(url: &str) -> Result<Self> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return Ok(Self::Postgres { url: url.to_owned(), schema: None });
        }
        Ok(Self::Sqlite(sqlite_file(url)?))
    }

    /// Returns the database of the runtime that runs with this control plane: a file beside its
    /// file, or a schema in its PostgreSQL database.
    pub fn of_runtime(&self) -> Self {
        match self {
            Self::Sqlite(file) => Self::Sqlite(file.with_file_name(RUNTIME_FILE)),
            Self::Postgres { url, .. } => {
                let schema = RUNTIME_SCHEMA.parse().expect("it is a name");
                Self::Postgres { url: url.clone(), schema: Some(schema) }
            }
        }
    }

    /// Returns the size of an SQLite file.
    pub fn bytes(&self) -> Option<u64> {
        let Self::Sqlite(file) = self else { return None };
        file.metadata().ok().map(|it| it.len())
    }

    /// Opens the database.
    pub async fn connect(&self, timeouts: StatementTimeouts) -> os_db::Result<Db> {
        match self {
            Self::Sqlite(file) => Db::connect_with(&file.display().to_string(), timeouts).await,
            Self::Postgres { url, schema: None } => Db::connect_with(url, timeouts).await,
            Self::Postgres { url, schema: Some(schema) } => {
                Db::connect_schema(url, schema, os_db::POSTGRES_CONNECTIONS, timeouts).await
            }
        }
    }

    /// Returns a description for people and logs, without the password.
    pub fn shown(&self) -> String {
        match self {
            Self::Sqlite(file) => file.display().to_string(),
            Self::Postgres { url, schema } => {
                let place = url::Url::parse(url).map(|url| {
                    let host = url.host_str().filter(|it| !it.is_empty()).unwrap_or("localhost");
                    format!("postgres://{host}{}", url.path())
                });
                let place = place.unwrap_or_else(|_| "postgres".to_owned());
                match schema {
                    Some(schema) => format!("{place}, schema {schema}"),
                    None => place,
                }
            }
        }
    }
}

impl Lock {
    /// Takes the lock beside the file itself, also where `database` is a link to it.
    fn take(database: &Path) -> Result<Self> {
        let real = database
            .canonicalize()
            .with_context(|| format!("could not find {}", database.display()))?;
        let path = suffixed(&real, ".lock");
        let mut file = files::create_private_file(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(taken(database, &mut file).into()),
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("could not lock {}", path.display()));
            }
        }
        // For people; the lock does not depend on it.
        let _ = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
        Ok(Self { _file: file })
    }
}

fn taken(database: &Path, lock: &mut File) -> Failure {
    let mut pid = String::new();
    let _ = lock.rewind().and_then(|()| lock.read_to_string(&mut pid));
    let who = if pid.is_empty() { String::new() } else { format!(" (process {pid})") };
    Failure::new(format!("{} is in use by another server{who}", database.display()))
        .hint("stop that server, or use another folder with `--home`")
}

/// Returns the file of an SQLite URL.
fn sqlite_file(url: &str) -> Result<PathBuf> {
    let path = url
        .strip_prefix("sqlite://")
        .or(url.strip_prefix("sqlite:"))
        .or(url.strip_prefix("file:"))
        .unwrap_or(url);
    if path.contains("://") || path.is_empty() || path == ":memory:" {
        return Err(Failure::usage(format!("`{url}` is not a supported database URL"))
            .hint("use a `--database` such as postgres://user:password@host/name or sqlite:///path/to/file.db")
            .into());
    }
    std::path::absolute(path).with_context(|| format!("`{path}` is not a path"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(url: &str) -> Result<Database> {
        let home = PathBuf::from("/srv/os");
        let arguments = DatabaseArgs { home, database: Some(url.to_owned()) };
        Ok(Home::find(&arguments, CONTROL_FILE)?.database)
    }

    #[test]
    fn a_database_is_postgres_or_a_file() {
        assert_eq!(database("").unwrap().shown(), "/srv/os/control.db");
        assert_eq!(database("sqlite:///data/x.db").unwrap().shown(), "/data/x.db");
        assert_eq!(database("/data/x.db").unwrap().shown(), "/data/x.db");
        assert!(database("mysql://x").is_err());
        assert!(database("sqlite://").is_err());
    }

    #[test]
    fn a_runtime_keeps_its_data_beside_the_control_plane() {
        let beside = |url| database(url).unwrap().of_runtime().shown();
        assert_eq!(beside("/data/x.db"), "/data/runtime.db");
        assert_eq!(beside("postgres://u:p@db/os"), "postgres://db/os, schema os_runtime");
    }

    #[test]
    fn a_password_is_never_shown() {
        assert_eq!(database("postgres://u:p@db/os").unwrap().shown(), "postgres://db/os");
    }
}
