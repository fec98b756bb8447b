//! The folder a server keeps everything in, and its database.
//!
//! **Invariant:** an SQLite database has one server. The lock beside it is
//! held as long as the process lives and is let go even by `kill -9`.

use crate::cli::DatabaseArgs;
use crate::failure::Failure;
use crate::files;
use anyhow::{Context, Result};
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

/// Where a server keeps its data.
pub struct Home {
    pub folder: PathBuf,
    pub database: Database,
}

/// Which database a server uses.
pub enum Database {
    Sqlite(PathBuf),
    Postgres(String),
}

/// Held while a server uses an SQLite file.
pub struct Lock {
    _file: File,
}

impl Home {
    /// What flags and the environment say; touches nothing.
    pub fn find(arguments: &DatabaseArgs) -> Result<Self> {
        let folder = std::path::absolute(&arguments.home)
            .with_context(|| format!("`{}` is not a folder", arguments.home.display()))?;
        let database = match arguments.database.as_deref().filter(|it| !it.is_empty()) {
            None => Database::Sqlite(folder.join("control.db")),
            Some(url) if url.starts_with("postgres:") || url.starts_with("postgresql:") => {
                Database::Postgres(url.to_owned())
            }
            Some(url) => Database::Sqlite(sqlite_file(url)?),
        };
        Ok(Self { folder, database })
    }

    /// Makes what is missing, and takes the lock of an SQLite database.
    pub fn prepare(&self) -> Result<Option<Lock>> {
        let remedy = |error: anyhow::Error| {
            Failure::new(format!("{error:#}"))
                .hint("choose a folder you may write to with `--home`, or `OS_HOME`")
        };
        files::create_private_folder(&self.folder).map_err(remedy)?;
        let Database::Sqlite(file) = &self.database else { return Ok(None) };
        let lock = Lock::take(file)?;
        files::create_private_file(file).map_err(remedy)?;
        Ok(Some(lock))
    }
}

impl Database {
    /// What [`os_db::Db::connect`] opens.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(file) => file.display().to_string(),
            Self::Postgres(url) => url.clone(),
        }
    }

    /// For people and logs: never a password.
    pub fn shown(&self) -> String {
        match self {
            Self::Sqlite(file) => file.display().to_string(),
            Self::Postgres(url) => match url::Url::parse(url) {
                Ok(url) => format!(
                    "postgres://{}{}",
                    url.host_str().filter(|it| !it.is_empty()).unwrap_or("localhost"),
                    url.path()
                ),
                Err(_) => "postgres".to_owned(),
            },
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
        Ok(Home::find(&arguments)?.database)
    }

    #[test]
    fn a_database_is_postgres_or_a_file() {
        assert_eq!(database("").unwrap().url(), "/srv/os/control.db");
        assert_eq!(database("sqlite:///data/x.db").unwrap().url(), "/data/x.db");
        assert_eq!(database("/data/x.db").unwrap().url(), "/data/x.db");
        assert!(database("mysql://x").is_err());
        assert!(database("sqlite://").is_err());
    }

    #[test]
    fn a_password_is_never_shown() {
        assert_eq!(database("postgres://u:p@db/os").unwrap().shown(), "postgres://db/os");
    }
}
