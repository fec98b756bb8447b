//! Damage of a database file.

use crate::{Db, Error, Result};

/// The primary result codes of SQLite for a damaged file: `SQLITE_CORRUPT`, `SQLITE_NOTADB`.
const DAMAGE_CODES: [i32; 2] = [11, 26];

impl Db {
    /// Reads all pages of an SQLite file and returns the first thing that is wrong with them; `None`
    /// where they are sound. PostgreSQL looks after its own files.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn damage(&self) -> Result<Option<String>> {
        let mut tx = self.write_unlimited().await?;
        if !tx.is_sqlite() {
            return Ok(None);
        }
        let checked: Result<Option<(String,)>> = tx.query("PRAGMA quick_check(1)").optional().await;
        match checked {
            Ok(found) => Ok(found.map(|(it,)| it).filter(|it| it != "ok")),
            Err(error) if is_damage(&error) => Ok(Some(error.to_string())),
            Err(error) => Err(error),
        }
    }
}

fn is_damage(error: &Error) -> bool {
    let code = error.as_database_error().and_then(|it| it.code());
    let code = code.and_then(|it| it.parse::<i32>().ok());
    code.is_some_and(|it| DAMAGE_CODES.contains(&(it & 0xff)))
}
