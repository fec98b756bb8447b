//! Statements on the tables of objects.

use super::filter::Test;
use super::{Filter, id_column};
use crate::object::{Column, Object};
use os_db::{Cell, Name, Result, Sql, Tx};

/// A row, as it is stored: a cell for each column of the object.
pub type StoredRow = Vec<Cell>;

/// Returns the row of a record that passes a filter.
pub async fn stored(tx: &mut Tx, object: &Object, filter: &Filter) -> Result<Option<StoredRow>> {
    Ok(all_stored(tx, object, filter, 1).await?.pop())
}

/// Returns the rows that pass a filter, at most `limit`, by id.
pub async fn all_stored(
    tx: &mut Tx,
    object: &Object,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<StoredRow>> {
    let columns = object.columns();
    let mut sql = Sql::new("SELECT ");
    sql.names(columns.iter().map(|column| &column.name)).push(" FROM ").name(&object.name);
    sql.push(" WHERE ");
    filter.write(&mut sql, &object.name);
    sql.push(" ORDER BY ").name(&id_column()).push(" LIMIT ").bind(Cell::Integer(Some(limit)));
    let rows = tx.query_dynamic(sql).rows().await?;
    let cells = |row: &os_db::Row| -> Result<StoredRow> {
        let each = |(at, column): (usize, &Column)| row.cell(at, column.kind);
        columns.iter().enumerate().map(each).collect()
    };
    rows.iter().map(cells).collect()
}

/// Returns whether a record passes a filter.
pub async fn exists(tx: &mut Tx, table: &Name, filter: &Filter) -> Result<bool> {
    let mut sql = Sql::new("SELECT 1 FROM ");
    sql.name(table).push(" WHERE ");
    filter.write(&mut sql, table);
    sql.push(" LIMIT 1");
    Ok(!tx.query_dynamic(sql).rows().await?.is_empty())
}

/// Returns the ids that have a record which passes. Those records are not deleted before the
/// transaction ends, so that what is written next may refer to them.
pub async fn kept(
    tx: &mut Tx,
    table: &Name,
    ids: &[String],
    filter: &Filter,
) -> Result<Vec<String>> {
    let cells = ids.iter().map(|id| Cell::text(id.as_str())).collect();
    let filter = Filter::Column(id_column(), Test::Among(cells)).and(filter.clone());
    let mut sql = Sql::new("SELECT ");
    sql.name(&id_column()).push(" FROM ").name(table).push(" WHERE ");
    filter.write(&mut sql, table);
    tx.keep_rows(&mut sql, table);
    let rows = tx.query_dynamic(sql).rows().await?;
    let text = |row: &os_db::Row| Ok(row.text(0)?.unwrap_or_default().to_owned());
    rows.iter().map(text).collect()
}

/// Inserts rows that have the same columns, in the same order.
pub async fn insert(tx: &mut Tx, table: &Name, rows: Vec<Vec<(Name, Cell)>>) -> Result<()> {
    let Some(first) = rows.first() else { return Ok(()) };
    let mut sql = Sql::new("INSERT INTO ");
    sql.name(table).push(" (").names(first.iter().map(|(name, _)| name)).push(") VALUES ");
    for (index, row) in rows.into_iter().enumerate() {
        sql.push(if index == 0 { "(" } else { ", (" });
        sql.binds(row.into_iter().map(|(_, cell)| cell)).push(")");
    }
    tx.query_dynamic(sql).run().await.map(drop)
}

/// Writes cells into the rows that pass; returns how many there were.
pub async fn update(
    tx: &mut Tx,
    table: &Name,
    cells: Vec<(Name, Cell)>,
    filter: &Filter,
) -> Result<u64> {
    let mut sql = Sql::new("UPDATE ");
    sql.name(table);
    for (index, (name, cell)) in cells.into_iter().enumerate() {
        sql.push(if index == 0 { " SET " } else { ", " }).name(&name).push(" = ").bind(cell);
    }
    sql.push(" WHERE ");
    filter.write(&mut sql, table);
    tx.query_dynamic(sql).run().await
}

/// Deletes the rows that pass; returns how many there were.
pub async fn delete(tx: &mut Tx, table: &Name, filter: &Filter) -> Result<u64> {
    let mut sql = Sql::new("DELETE FROM ");
    sql.name(table).push(" WHERE ");
    filter.write(&mut sql, table);
    tx.query_dynamic(sql).run().await
}
