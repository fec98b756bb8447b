//! Creating the table of an object, or altering the one that exists.

use super::found::Table;
use super::{Kept, cut, index_name, word};
use crate::object::{Column, DefaultValue, ID, Object, RETIRED_COLUMN_PREFIX};
use os_db::{Cell, CellType, Name, Result, Sql, Tx, is_duplicate};
use std::collections::BTreeSet;

/// Creates the table of an object.
pub async fn create(tx: &mut Tx, object: &Object) -> Result<()> {
    let mut sql = Sql::new("CREATE TABLE ");
    sql.name(&object.name).push(" (");
    for (index, Column { name, kind }) in object.columns().iter().enumerate() {
        sql.push(if index == 0 { "" } else { ", " }).name(name).push(" ").push(kind.as_sql());
        sql.push(if name.as_str() == ID { " PRIMARY KEY" } else { "" });
    }
    sql.push(")");
    tx.query_dynamic(sql).run().await?;
    for wanted in wanted_indexes(object) {
        wanted.create(tx, object).await?;
    }
    Ok(())
}

/// Alters the table of an object: adds columns, retires those whose type changed, and
/// reports in `kept` what the object no longer has.
pub async fn alter(tx: &mut Tx, object: &Object, table: Table, kept: &mut Vec<Kept>) -> Result<()> {
    let mut keep = |field: &str, reason: String| {
        let (object, field) = (object.name.to_string(), Some(field.to_owned()));
        kept.push(Kept { object, field, reason });
    };
    let columns = object.columns();
    for column in columns {
        match table.columns.get(column.name.as_str()) {
            Some(kind) if *kind == Some(column.kind) => {}
            Some(kind) => {
                let retired = retire_column(tx, object, &table, column, *kind).await?;
                let from = kind.map_or("another type", word);
                keep(
                    column.name.as_str(),
                    format!(
                        "the type changed from {from} to {}; the old values stay in the column `{retired}`",
                        word(column.kind)
                    ),
                );
            }
            None => add(tx, object, column).await?,
        }
    }
    for name in table.columns.keys().filter(|name| !name.starts_with(RETIRED_COLUMN_PREFIX)) {
        if !columns.iter().any(|column| column.name.as_str() == name) {
            keep(name, "the field was removed; its column and values stay".to_owned());
        }
    }
    indexes(tx, object, &table, kept).await
}

/// Renames a column, and adds one of the new type in its place: the one that was
/// retired when the type last changed, or a new one with every value that fits it
/// without loss.
async fn retire_column(
    tx: &mut Tx,
    object: &Object,
    table: &Table,
    column: &Column,
    was: Option<CellType>,
) -> Result<Name> {
    let of = |kind: &str| cut(format!("{RETIRED_COLUMN_PREFIX}{kind}_{}", column.name));
    let (retired, earlier) = (of(was.map_or("other", word)), of(word(column.kind)));
    // An index on the column would go on to watch the old values.
    for index in wanted_indexes(object).iter().filter(|it| it.columns.contains(&column.name)) {
        index.drop(tx).await?;
    }
    rename(tx, object, &column.name, &retired).await?;
    if table.columns.contains_key(earlier.as_str()) {
        rename(tx, object, &earlier, &column.name).await?;
    } else {
        add(tx, object, column).await?;
        if column.kind == CellType::Text && was.is_some() {
            let mut sql = Sql::new("UPDATE ");
            sql.name(&object.name).push(" SET ").name(&column.name).push(" = CAST(");
            sql.name(&retired).push(" AS TEXT) WHERE ").name(&retired).push(" IS NOT NULL");
            tx.query_dynamic(sql).run().await?;
        }
    }
    Ok(retired)
}

async fn rename(tx: &mut Tx, object: &Object, from: &Name, to: &Name) -> Result<()> {
    let mut sql = Sql::new("ALTER TABLE ");
    sql.name(&object.name).push(" RENAME COLUMN ").name(from).push(" TO ").name(to);
    tx.query_dynamic(sql).run().await.map(drop)
}

/// Adds a column; existing records get the default, where it is a value.
async fn add(tx: &mut Tx, object: &Object, Column { name, kind }: &Column) -> Result<()> {
    let mut sql = Sql::new("ALTER TABLE ");
    sql.name(&object.name).push(" ADD COLUMN ").name(name).push(" ").push(kind.as_sql());
    tx.query_dynamic(sql).run().await?;
    let field = object.field(name.as_str()).filter(|field| !field.kind.is_reference());
    let default = field.and_then(|field| match field.default.as_ref()? {
        DefaultValue::Value(value) => field.cell(value).ok(),
        _ => None,
    });
    if let Some(default) = default.filter(|cell: &Cell| !cell.is_null()) {
        let mut sql = Sql::new("UPDATE ");
        sql.name(&object.name).push(" SET ").name(name).push(" = ").bind(default);
        tx.query_dynamic(sql).run().await?;
    }
    Ok(())
}

/// An index that the runtime manages.
struct Wanted {
    name: Name,
    columns: Vec<Name>,
    is_unique: bool,
}

/// The prefixes of indexes that the runtime manages; no namespace may have them.
pub const UNIQUE_INDEX_PREFIX: &str = "ux";
pub const PLAIN_INDEX_PREFIX: &str = "ix";

/// Returns the indexes that follow from an object: unique fields, references, and what
/// the package declares.
fn wanted_indexes(object: &Object) -> Vec<Wanted> {
    let stored = |name: &Name| object.column(name.as_str()).is_some();
    let mut seen = BTreeSet::new();
    let fields = object.fields.iter().filter(|field| !field.is_json() && stored(&field.name));
    let of_fields = fields
        .filter(|field| field.is_unique || field.kind.is_reference())
        .map(|field| (vec![field.name.clone()], field.is_unique));
    let declared = object.indexes.iter().filter(|index| index.fields.iter().all(stored));
    let declared = declared.map(|index| (index.fields.clone(), index.is_unique));
    of_fields
        .chain(declared)
        .map(|(columns, is_unique)| {
            let prefix = if is_unique { UNIQUE_INDEX_PREFIX } else { PLAIN_INDEX_PREFIX };
            let name = index_name(prefix, &object.name, &columns);
            Wanted { name, columns, is_unique }
        })
        .filter(|wanted| seen.insert(wanted.name.clone()))
        .collect()
}

impl Wanted {
    async fn create(&self, tx: &mut Tx, object: &Object) -> Result<()> {
        let unique = "CREATE UNIQUE INDEX IF NOT EXISTS ";
        let mut sql = Sql::new(if self.is_unique { unique } else { "CREATE INDEX IF NOT EXISTS " });
        sql.name(&self.name).push(" ON ").name(&object.name).push(" (");
        sql.names(&self.columns).push(")");
        tx.query_dynamic(sql).run().await.map(drop)
    }

    async fn drop(&self, tx: &mut Tx) -> Result<()> {
        let mut sql = Sql::new("DROP INDEX IF EXISTS ");
        sql.name(&self.name);
        tx.query_dynamic(sql).run().await.map(drop)
    }
}

/// Creates the indexes that are missing, and drops managed ones that are no longer
/// wanted: an index holds no data, and a unique one would refuse records.
async fn indexes(tx: &mut Tx, object: &Object, table: &Table, kept: &mut Vec<Kept>) -> Result<()> {
    let wanted = wanted_indexes(object);
    let is_ours = |name: &&String| {
        [UNIQUE_INDEX_PREFIX, PLAIN_INDEX_PREFIX]
            .iter()
            .any(|it| name.strip_prefix(it).is_some_and(|it| it.starts_with('_')))
    };
    for name in table.indexes.iter().filter(is_ours) {
        if !wanted.iter().any(|it| it.name.as_str() == name)
            && let Ok(name) = name.parse()
        {
            Wanted { name, columns: Vec::new(), is_unique: false }.drop(tx).await?;
        }
    }
    for index in wanted.into_iter().filter(|it| !table.indexes.contains(it.name.as_str())) {
        tx.savepoint().await?;
        match index.create(tx, object).await {
            Ok(()) => tx.release_savepoint().await?,
            Err(error) if is_duplicate(&error) => {
                tx.rollback_to_savepoint().await?;
                let fields: Vec<&str> = index.columns.iter().map(Name::as_str).collect();
                kept.push(Kept {
                    object: object.name.to_string(),
                    field: Some(fields.join(", ")),
                    reason: "values repeat, so uniqueness is not enforced; make them unique and install again".to_owned(),
                });
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
