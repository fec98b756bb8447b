//! The folder a server keeps everything in, and its database.
//!
//! **Invariant:** an SQLite database has one server. The lock beside it is
//! held as long as the process lives and is let go even by `kill -9`.

use crate::cli::DatabaseArgs;
use crate::failure::Failure;
use crate::files;
use anyhow::{Context, Result};
use os_db::{Db, Name};
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

/// The database of a control plane.
pub const CONTROL_FILE: &str = "control.db";

/// The database of a runtime.
pub const RUNTIME_FILE: &str = "runtime.db";

/// Where the tables of a runtime are, in the PostgreSQL of its control plane.
const RUNTIME_SCHEMA: &str = "os_runtime";

/// Where a server keeps its data.
pub struct Home {
    pub folder: PathBuf,
    pub database: Database,
}

/// Which database a server uses.
pub enum Database {
    Sqlite(PathBuf),
    Postgres {
        url: String,
        /// Where its tables are, unless the URL or the user decide it.
        schema: Option<Name>,
    },
}

/// Held while a server uses an SQLite file.
pub struct Lock {
    _file: File,
}

impl Home {
    /// What flags and the environment say; touches nothing. `file` is the name of
    /// the database where they name none.
    pub fn find(arguments: &DatabaseArgs, file: &str) -> Result<Self> {
        let folder = std::path::absolute(&arguments.home)
            .with_context(|| format!("`{}` is not a folder", arguments.home.display()))?;
        let database = match arguments.database.as_deref().filter(|it| !it.is_empty()) {
            None => Database::Sqlite(folder.join(file)),
            Some(url) => Database::named(url)?,
        };
        Ok(Self { folder, database })
    }

    /// Makes what is missing, and takes the lock of an SQLite database.
    pub fn prepare(&self) -> Result<Option<Lock>> {
        files::create_private_folder(&self.folder).map_err(cannot_write)?;
        self.database.lock()
    }
}

fn cannot_write(error: anyhow::Error) -> Failure {
    Failure::new(format!("{error:#}"))
        .hint("choose a folder you may write to with `--home`, or `OS_HOME`")
}

impl Database {
    /// The database of a URL.
    pub fn named(url: &str) -> Result<Self> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return Ok(Self::Postgres { url: url.to_owned(), schema: None });
        }
        Ok(Self::Sqlite(sqlite_file(url)?))
    }

    /// The database of the runtime that runs with this control plane: a file
    /// beside its file, or a schema in its PostgreSQL.
    pub fn of_runtime(&self) -> Self {
        match self {
            Self::Sqlite(file) => Self::Sqlite(file.with_file_name(RUNTIME_FILE)),
            Self::Postgres { url, .. } => {
                let schema = RUNTIME_SCHEMA.parse().expect("it is a name");
                Self::Postgres { url: url.clone(), schema: Some(schema) }
            }
        }
    }

    /// Makes the file of an SQLite database where it is missing, and takes its lock.
    pub fn lock(&self) -> Result<Option<Lock>> {
        let Self::Sqlite(file) = self else { return Ok(None) };
        let lock = Lock::take(file)?;
        files::create_private_file(file).map_err(cannot_write)?;
        Ok(Some(lock))
    }

    /// Opens it.
    pub async fn connect(&self) -> os_db::Result<Db> {
        match self {
            Self::Sqlite(file) => Db::connect(&file.display().to_string()).await,
            Self::Postgres { url, schema: None } => Db::connect(url).await,
            Self::Postgres { url, schema: Some(schema) } => {
                Db::connect_schema(url, schema, os_db::POSTGRES_CONNECTIONS).await
            }
        }
    }

    /// For people and logs: never a password.
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
    fn take(database: &Path) -> Result<Self> {
        let mut path = database.as_os_str().to_owned();
        path.push(".lock");
        let path = PathBuf::from(path);
        let mut file = files::create_private_file(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(taken(database, &mut file).into()),
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("could not lock {}", path.display()));
            }
        }
        // For whoever wants to know; the lock does not depend on it.
        let _ = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
        Ok(Self { _file: file })
    }
}

fn taken(database: &Path, lock: &mut File) -> Failure {
    let mut pid = String::new();
    let _ = lock.rewind().and_then(|()| lock.read_to_string(&mut pid));
    let who = if pid.is_empty() { String::new() } else { format!(" (process {pid})") };
    Failure::new(format!("another server{who} already uses {}", database.display()))
        .hint("stop it, or choose another folder with `--home`")
}

/// The file of an SQLite URL.
fn sqlite_file(url: &str) -> Result<PathBuf> {
    let path = url
        .strip_prefix("sqlite://")
        .or(url.strip_prefix("sqlite:"))
        .or(url.strip_prefix("file:"))
        .unwrap_or(url);
    if path.contains("://") || path.is_empty() || path == ":memory:" {
        return Err(Failure::usage(format!("`{url}` is no database we know"))
            .hint("write `--database` like postgres://user:password@host/name or sqlite:///path/to/file.db")
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
