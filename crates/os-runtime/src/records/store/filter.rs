//! Conditions on the columns of a table, as a tree that becomes SQL.

use os_db::{Cell, Name, Sql};

/// A condition on records.
#[derive(Debug, Clone)]
pub enum Filter {
    /// Records that pass all of them; all records where there are none.
    All(Vec<Filter>),
    /// Records that pass one of them; no record where there are none.
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Column(Name, Test),
    /// Records whose field names a record of another object that passes.
    Parent {
        field: Name,
        object: Name,
        filter: Box<Filter>,
    },
}

/// A test of a column.
#[derive(Debug, Clone)]
pub enum Test {
    Is(Cell),
    /// Null is not equal to a value.
    IsNot(Cell),
    /// The operator stands between column and value.
    Compare(&'static str, Cell),
    Between(Cell, Cell),
    Among(Vec<Cell>),
    NotAmong(Vec<Cell>),
    IsNull,
    IsNotNull,
    /// Case-sensitive.
    Contains(String),
    NotContains(String),
    StartsWith(String),
    EndsWith(String),
    /// A pattern of LIKE, with `\` before characters that stand for themselves.
    Like(String),
    /// As `Like`, ignoring case.
    LikeAnyCase(String),
    /// A list in JSON holds this value, or part of one.
    Holds(String),
    HoldsNot(String),
}

impl Filter {
    /// Returns the filter that every record passes.
    pub fn everything() -> Self {
        Self::All(Vec::new())
    }

    /// Returns the filter that no record passes.
    pub fn nothing() -> Self {
        Self::Any(Vec::new())
    }

    /// Returns whether every record passes, as far as its form says.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::All(parts) if parts.iter().all(Self::is_everything))
    }

    /// Both filters together.
    pub fn and(self, other: Self) -> Self {
        match (self.is_everything(), other.is_everything()) {
            (true, _) => other,
            (_, true) => self,
            _ => {
                // Flat: databases bound the depth of a condition.
                let mut parts = match self {
                    Self::All(parts) => parts,
                    part => vec![part],
                };
                parts.push(other);
                Self::All(parts)
            }
        }
    }

    /// Appends the condition in SQL; columns are those of `table`.
    pub fn write(&self, sql: &mut Sql, table: &Name) {
        match self {
            Self::All(parts) => join(sql, table, parts, " AND ", "1 = 1"),
            Self::Any(parts) => join(sql, table, parts, " OR ", "1 = 0"),
            Self::Not(part) => {
                // A test of null is neither true nor false; here it is false.
                sql.push("NOT COALESCE(");
                part.write(sql, table);
                sql.push(", FALSE)");
            }
            Self::Column(name, test) => test.write(sql, table, name),
            Self::Parent { field, object, filter } => {
                sql.push("EXISTS (SELECT 1 FROM ").name(object).push(" WHERE ");
                column(sql, object, &super::id_column()).push(" = ");
                column(sql, table, field).push(" AND ");
                filter.write(sql, object);
                sql.push(")");
            }
        }
    }
}

fn join(sql: &mut Sql, table: &Name, parts: &[Filter], between: &'static str, none: &'static str) {
    if parts.is_empty() {
        sql.push(none);
        return;
    }
    if parts.len() > MAX_JOINED_PARTS {
        // Databases bound the depth of a condition, and each part in a row adds to it.
        let (left, right) = parts.split_at(parts.len() / 2);
        sql.push("(");
        join(sql, table, left, between, none);
        sql.push(between);
        join(sql, table, right, between, none);
        sql.push(")");
        return;
    }
    for (index, part) in parts.iter().enumerate() {
        sql.push(if index == 0 { "(" } else { between });
        part.write(sql, table);
    }
    sql.push(")");
}

/// The most parts that are joined without brackets of their own.
const MAX_JOINED_PARTS: usize = 64;

/// Appends a column with its table.
pub fn column<'s>(sql: &'s mut Sql, table: &Name, name: &Name) -> &'s mut Sql {
    sql.name(table).push(".").name(name)
}

impl Test {
    fn write(&self, sql: &mut Sql, table: &Name, name: &Name) {
        match self {
            Self::Is(cell) => drop(column(sql, table, name).push(" = ").bind(cell.clone())),
            Self::IsNot(cell) => {
                column(sql.push("("), table, name).push(" <> ").bind(cell.clone()).push(" OR ");
                column(sql, table, name).push(" IS NULL)");
            }
            Self::Compare(operator, cell) => {
                column(sql, table, name).push(operator).bind(cell.clone());
            }
            Self::Between(low, high) => {
                column(sql, table, name).push(" BETWEEN ").bind(low.clone());
                sql.push(" AND ").bind(high.clone());
            }
            Self::Among(cells) => {
                column(sql, table, name).push(" IN (").binds(cells.iter().cloned()).push(")");
            }
            Self::NotAmong(cells) => {
                column(sql.push("("), table, name).push(" NOT IN (").binds(cells.iter().cloned());
                column(sql.push(") OR "), table, name).push(" IS NULL)");
            }
            Self::IsNull => drop(column(sql, table, name).push(" IS NULL")),
            Self::IsNotNull => drop(column(sql, table, name).push(" IS NOT NULL")),
            Self::Contains(part) | Self::Holds(part) => {
                // Case counts in `replace` on both databases; in LIKE on one only.
                column(sql.push("replace("), table, name)
                    .push(", ")
                    .bind(Cell::text(part.as_str()));
                column(sql.push(", '') <> "), table, name);
            }
            Self::NotContains(part) | Self::HoldsNot(part) => {
                column(sql.push("COALESCE(replace("), table, name)
                    .push(", ")
                    .bind(Cell::text(part.as_str()));
                column(sql.push(", '') = "), table, name).push(", TRUE)");
            }
            Self::StartsWith(part) => {
                column(sql.push("substr("), table, name).push(", 1, CAST(").bind(length(part));
                sql.push(" AS INTEGER)) = ").bind(Cell::text(part.as_str()));
            }
            Self::EndsWith(part) => {
                column(sql.push("substr("), table, name).push(", length(");
                column(sql, table, name).push(") + 1 - CAST(").bind(length(part));
                sql.push(" AS INTEGER)) = ").bind(Cell::text(part.as_str()));
            }
            Self::Like(pattern) => {
                column(sql, table, name)
                    .push(" LIKE ")
                    .bind(Cell::text(pattern.as_str()))
                    .push(" ESCAPE '\\'");
            }
            Self::LikeAnyCase(pattern) => {
                column(sql.push("lower("), table, name)
                    .push(") LIKE lower(")
                    .bind(Cell::text(pattern.as_str()));
                sql.push(") ESCAPE '\\'");
            }
        }
    }
}

fn length(text: &str) -> Cell {
    Cell::Integer(Some(text.chars().count() as i64))
}

/// Returns the pattern of LIKE that finds a string anywhere.
pub fn pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
