//! Statements whose tables and columns are known only at run time: those of the objects
//! of packages.
//!
//! **Invariant:** the text of a [`Sql`] consists of constants, [`Name`]s and
//! placeholders. Values are always bound.

use crate::query::Statement;
use crate::{Error, Query, Result, Tx};
use chrono::{DateTime, Utc};
use futures_util::{Stream, TryStreamExt};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row as _, TypeInfo, ValueRef};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The name of a table, column or index: lower-case letters, digits and
/// underscores, at most 63 of them, the limit of PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(Arc<str>);

/// An error: the string is not a [`Name`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidName(String);

impl Name {
    /// The limit of PostgreSQL.
    pub const MAX_CHARS: usize = 63;

    /// Returns the name, without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = InvalidName;

    fn from_str(text: &str) -> std::result::Result<Self, InvalidName> {
        let is_legal = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        let first = text.bytes().next().is_some_and(is_legal);
        let rest = text.bytes().all(|byte| is_legal(byte) || byte.is_ascii_digit());
        if first && rest && text.len() <= Self::MAX_CHARS {
            return Ok(Self(text.into()));
        }
        Err(InvalidName(text.chars().take(80).collect()))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not a valid name: start with a lower-case letter or an underscore, then use lower-case letters, digits and underscores, {} characters at most",
            self.0.escape_default(),
            Name::MAX_CHARS
        )
    }
}

impl std::error::Error for InvalidName {}

/// The type of a column that is created at run time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellType {
    Text,
    Integer,
    Real,
    Bool,
    Time,
}

impl CellType {
    /// Returns its name in both dialects.
    pub fn as_sql(self) -> &'static str {
        match self {
            Self::Text => "TEXT",
            Self::Integer => "BIGINT",
            Self::Real => "DOUBLE PRECISION",
            Self::Bool => "BOOLEAN",
            Self::Time => "TIMESTAMPTZ",
        }
    }

    /// Returns a NULL of this type.
    pub fn null(self) -> Cell {
        match self {
            Self::Text => Cell::Text(None),
            Self::Integer => Cell::Integer(None),
            Self::Real => Cell::Real(None),
            Self::Bool => Cell::Bool(None),
            Self::Time => Cell::Time(None),
        }
    }
}

/// A value of such a column; `None` is a typed NULL.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(Option<String>),
    Integer(Option<i64>),
    Real(Option<f64>),
    Bool(Option<bool>),
    Time(Option<DateTime<Utc>>),
}

impl Cell {
    /// Returns a string.
    pub fn text(value: impl Into<String>) -> Self {
        Self::Text(Some(value.into()))
    }

    /// Returns whether it is NULL.
    pub fn is_null(&self) -> bool {
        match self {
            Self::Text(value) => value.is_none(),
            Self::Integer(value) => value.is_none(),
            Self::Real(value) => value.is_none(),
            Self::Bool(value) => value.is_none(),
            Self::Time(value) => value.is_none(),
        }
    }
}

/// A statement under construction.
#[derive(Debug, Clone, Default)]
pub struct Sql {
    text: String,
    cells: Vec<Cell>,
}

impl Sql {
    /// Starts with a constant.
    pub fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), cells: Vec::new() }
    }

    /// Appends a constant.
    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a name in quotes: it may be a keyword.
    pub fn name(&mut self, name: &Name) -> &mut Self {
        self.text.push('"');
        self.text.push_str(name.as_str());
        self.text.push('"');
        self
    }

    /// Appends names, separated by commas.
    pub fn names<'n>(&mut self, names: impl IntoIterator<Item = &'n Name>) -> &mut Self {
        for (index, name) in names.into_iter().enumerate() {
            self.push(if index == 0 { "" } else { ", " }).name(name);
        }
        self
    }

    /// Appends a placeholder and binds the value.
    pub fn bind(&mut self, cell: Cell) -> &mut Self {
        use fmt::Write;
        self.cells.push(cell);
        write!(self.text, "${}", self.cells.len()).expect("writing to a string cannot fail");
        self
    }

    /// Appends placeholders, separated by commas, and binds the values.
    pub fn binds(&mut self, cells: impl IntoIterator<Item = Cell>) -> &mut Self {
        for (index, cell) in cells.into_iter().enumerate() {
            self.push(if index == 0 { "" } else { ", " }).bind(cell);
        }
        self
    }

    /// Appends another statement and renumbers its placeholders.
    pub fn append(&mut self, other: &Sql) -> &mut Self {
        let mut rest = other.text.as_str();
        for cell in &other.cells {
            // Only `bind` writes `$`: names cannot contain it, and constants do not.
            let (before, after) = rest.split_once('$').expect("there is one for each value");
            self.text.push_str(before);
            self.bind(cell.clone());
            rest = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
        }
        self.text.push_str(rest);
        self
    }

    /// Returns the text so far, without values.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Tx {
    /// Starts a statement that was built at run time, with its values.
    pub fn query_dynamic(&mut self, sql: Sql) -> Query<'_> {
        let text = if self.is_sqlite() { positional(&sql.text) } else { sql.text };
        let query = self.query_text(AssertSqlSafe(text));
        sql.cells.into_iter().fold(query, |query, cell| match cell {
            Cell::Text(value) => query.bind(value),
            Cell::Integer(value) => query.bind(value),
            Cell::Real(value) => query.bind(value),
            Cell::Bool(value) => query.bind(value),
            Cell::Time(value) => query.bind(value),
        })
    }
}

/// Replaces `$1`, `$2`, … by `?`. SQLite looks for each name among all others, which takes a
/// second for some ten thousand values; [`Sql`] has each once, in order.
fn positional(text: &str) -> String {
    let mut parts = text.split('$');
    let mut positional = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        positional.push('?');
        positional.push_str(part.trim_start_matches(|digit: char| digit.is_ascii_digit()));
    }
    positional
}

/// Gathers rows up to a number of bytes.
async fn gather(
    rows: impl Stream<Item = Result<Row>>,
    max_bytes: usize,
) -> Result<Option<Vec<Row>>> {
    let mut rows = std::pin::pin!(rows);
    let (mut all, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.try_next().await? {
        bytes += row.bytes();
        if bytes > max_bytes {
            return Ok(None);
        }
        all.push(row);
    }
    Ok(Some(all))
}

/// A row of such a statement; columns count from 0.
pub enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident -> $type:ty),* $(,)?) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// When there is no such column, or its value is of another type.
        pub fn $name(&self, index: usize) -> Result<Option<$type>> {
            match self {
                Self::Sqlite(row) => row.try_get_unchecked(index),
                Self::Postgres(row) => row.try_get_unchecked(index),
            }
        }
    )*};
}

impl Row {
    /// Returns the length of its strings.
    fn bytes(&self) -> usize {
        match self {
            Self::Sqlite(row) => (0..row.len())
                .map(|at| match row.try_get_raw(at) {
                    Ok(value) if value.type_info().name() == "TEXT" => {
                        row.try_get_unchecked::<&str, _>(at).map_or(0, str::len)
                    }
                    _ => 0,
                })
                .sum(),
            Self::Postgres(row) => (0..row.len())
                .map(|at| match row.try_get_raw(at) {
                    Ok(value) if !value.is_null() => value.as_bytes().map_or(0, <[u8]>::len),
                    _ => 0,
                })
                .sum(),
        }
    }

    columns! {
        /// Reads a column of [`CellType::Text`].
        text -> &str,
        /// Reads a column of [`CellType::Integer`].
        integer -> i64,
        /// Reads a column of [`CellType::Real`].
        real -> f64,
        /// Reads a column of [`CellType::Bool`].
        boolean -> bool,
        /// Reads a column of [`CellType::Time`].
        time -> DateTime<Utc>,
    }

    /// Reads a column of this type.
    ///
    /// # Errors
    /// When there is no such column, or its value is of another type.
    pub fn cell(&self, index: usize, kind: CellType) -> Result<Cell> {
        Ok(match kind {
            CellType::Text => Cell::Text(self.text(index)?.map(str::to_owned)),
            CellType::Integer => Cell::Integer(self.integer(index)?),
            CellType::Real => Cell::Real(self.real(index)?),
            CellType::Bool => Cell::Bool(self.boolean(index)?),
            CellType::Time => Cell::Time(self.time(index)?),
        })
    }
}

impl Query<'_> {
    /// Returns all rows of a statement started with [`Tx::query_dynamic`].
    ///
    /// # Errors
    /// Those of the statement.
    pub async fn rows(self) -> Result<Vec<Row>> {
        let rows = async {
            Ok(match self.statement {
                Statement::Sqlite(query, conn) => {
                    query.fetch_all(conn).await?.into_iter().map(Row::Sqlite).collect()
                }
                Statement::Postgres(query, conn) => {
                    query.fetch_all(conn).await?.into_iter().map(Row::Postgres).collect()
                }
            })
        };
        self.deadline.run(rows).await
    }

    /// Returns all rows, or `None` if their strings have more than `max_bytes` together; reading
    /// stops there.
    ///
    /// # Errors
    /// Those of the statement.
    pub async fn rows_within(self, max_bytes: usize) -> Result<Option<Vec<Row>>> {
        let rows = async {
            match self.statement {
                Statement::Sqlite(query, conn) => {
                    gather(query.fetch(conn).map_ok(Row::Sqlite), max_bytes).await
                }
                Statement::Postgres(query, conn) => {
                    gather(query.fetch(conn).map_ok(Row::Postgres), max_bytes).await
                }
            }
        };
        self.deadline.run(rows).await
    }

    /// Returns the first row.
    ///
    /// # Errors
    /// [`Error::RowNotFound`] if there is none, which is a bug.
    pub async fn row(self) -> Result<Row> {
        self.rows().await?.into_iter().next().ok_or(Error::RowNotFound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_or_refused() {
        for good in ["a", "_x1", "crm_account", &"a".repeat(63)] {
            assert_eq!(good.parse::<Name>().unwrap().as_str(), good);
        }
        for bad in ["", "1a", "Crm", "a b", "a\"b", "a;b", "ä", "a\0", &"a".repeat(64)] {
            assert!(bad.parse::<Name>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn values_stay_out_of_the_text() {
        let table: Name = "order".parse().unwrap();
        let mut sql = Sql::new("SELECT 1 FROM ");
        sql.name(&table).push(" WHERE x = ").bind(Cell::text("'; DROP")).push(" AND y IN (");
        sql.binds([Cell::Integer(Some(1)), Cell::Real(None)]).push(")");
        assert_eq!(sql.as_str(), r#"SELECT 1 FROM "order" WHERE x = $1 AND y IN ($2, $3)"#);
        let mut outer = Sql::new("SELECT ");
        outer.bind(Cell::Integer(Some(7))).push(", (").append(&sql).push(")");
        let text = r#"SELECT $1, (SELECT 1 FROM "order" WHERE x = $2 AND y IN ($3, $4))"#;
        assert_eq!(outer.as_str(), text);
        let text = r#"SELECT ?, (SELECT 1 FROM "order" WHERE x = ? AND y IN (?, ?))"#;
        assert_eq!(positional(outer.as_str()), text);
    }
}
