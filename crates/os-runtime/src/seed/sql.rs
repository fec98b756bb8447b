use super::row::Row;
use crate::object::{Column, Object};
use crate::records::id_column;
use os_db::{Cell, Name, Result, Sql, Tx};
use os_identity::UserId;
use os_package::ManifestId;
use std::collections::HashMap;

/// Returns the id of a record that holds these values.
pub async fn find(tx: &mut Tx, table: &Name, wanted: Vec<(Name, Cell)>) -> Result<Option<String>> {
    let mut sql = Sql::new("SELECT ");
    sql.name(&id_column()).push(" FROM ").name(table);
    for (index, (name, cell)) in wanted.into_iter().enumerate() {
        sql.push(if index == 0 { " WHERE " } else { " AND " }).name(&name).push(" = ").bind(cell);
    }
    sql.push(" ORDER BY ").name(&id_column()).push(" LIMIT 1");
    match tx.query_dynamic(sql).rows().await?.first() {
        Some(row) => Ok(row.text(0)?.map(str::to_owned)),
        None => Ok(None),
    }
}

/// Returns the account that an email address or a name stands for.
pub async fn find_user(tx: &mut Tx, text: &str) -> Result<Option<String>> {
    let found: Option<(UserId,)> = tx
        .query("SELECT id FROM sys_user WHERE email = $1 OR name = $2 ORDER BY created_at LIMIT 1")
        .bind(text.to_lowercase())
        .bind(text.to_owned())
        .optional()
        .await?;
    Ok(found.map(|(id,)| id.to_string()))
}

/// The most values of one statement: SQLite looks each placeholder up among those
/// before it.
const MAX_STATEMENT_VALUES: usize = 600;

/// Inserts new rows; a column that a row does not mention is NULL.
pub async fn insert(tx: &mut Tx, object: &Object, rows: &[&Row]) -> Result<()> {
    let is_used = |name: &Name| rows.iter().any(|row| row.cells.iter().any(|(it, _)| it == name));
    let columns: Vec<&Column> =
        object.columns().iter().filter(|column| is_used(&column.name)).collect();
    for rows in rows.chunks((MAX_STATEMENT_VALUES / (columns.len() + 1)).max(1)) {
        let mut sql = Sql::new("INSERT INTO ");
        sql.name(&object.name).push(" (").name(&id_column());
        for column in &columns {
            sql.push(", ").name(&column.name);
        }
        sql.push(") VALUES ");
        for (index, row) in rows.iter().enumerate() {
            let cells: HashMap<&Name, &Cell> =
                row.cells.iter().map(|(name, it)| (name, it)).collect();
            let cell = |column: &&Column| {
                cells.get(&column.name).map_or(column.kind.null(), |cell| Cell::clone(cell))
            };
            sql.push(if index == 0 { "(" } else { ", (" });
            sql.binds([Cell::text(row.id.as_str())].into_iter().chain(columns.iter().map(cell)));
            sql.push(")");
        }
        tx.query_dynamic(sql).run().await?;
    }
    Ok(())
}

pub async fn update(tx: &mut Tx, table: &Name, id: &str, cells: Vec<(Name, Cell)>) -> Result<()> {
    let mut sql = Sql::new("UPDATE ");
    sql.name(table);
    for (index, (name, cell)) in cells.into_iter().enumerate() {
        sql.push(if index == 0 { " SET " } else { ", " }).name(&name).push(" = ").bind(cell);
    }
    sql.push(" WHERE ").name(&id_column()).push(" = ").bind(Cell::text(id));
    tx.query_dynamic(sql).run().await.map(drop)
}

/// Returns whether a record holds anything else than these values.
pub async fn differs(
    tx: &mut Tx,
    object: &Object,
    id: &str,
    cells: &[(Name, Cell)],
) -> Result<bool> {
    if cells.is_empty() {
        return Ok(false);
    }
    let mut sql = Sql::new("SELECT ");
    sql.names(cells.iter().map(|(name, _)| name)).push(" FROM ").name(&object.name);
    sql.push(" WHERE ").name(&id_column()).push(" = ").bind(Cell::text(id));
    let row = tx.query_dynamic(sql).row().await?;
    for (index, (name, cell)) in cells.iter().enumerate() {
        let kind = object.column(name.as_str()).expect("cells are made from columns").kind;
        if row.cell(index, kind)? != *cell {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Deletes a record; false if it is gone already.
pub async fn delete(tx: &mut Tx, table: &Name, id: &str) -> Result<bool> {
    let mut sql = Sql::new("DELETE FROM ");
    sql.name(table).push(" WHERE ").name(&id_column()).push(" = ").bind(Cell::text(id));
    Ok(tx.query_dynamic(sql).run().await? > 0)
}

/// Returns the ids of the records that refer to this id.
pub async fn referring(tx: &mut Tx, table: &Name, field: &Name, id: &str) -> Result<Vec<String>> {
    let mut sql = Sql::new("SELECT ");
    sql.name(&id_column()).push(" FROM ").name(table).push(" WHERE ").name(field);
    sql.push(" = ").bind(Cell::text(id));
    let rows = tx.query_dynamic(sql).rows().await?;
    rows.iter().map(|row| Ok(row.text(0)?.unwrap_or_default().to_owned())).collect()
}

/// Deletes what seeding inserted into one object.
pub async fn delete_seeded(tx: &mut Tx, package: &ManifestId, table: &Name) -> Result<()> {
    for (object, id, _) in seeded(tx, package).await? {
        if object == table.as_str() {
            delete(tx, table, &id).await?;
            forget(tx, package, &object, &id).await?;
        }
    }
    Ok(())
}

/// Returns all that seeding inserted, the last first: object, id, natural key.
pub async fn seeded(tx: &mut Tx, package: &ManifestId) -> Result<Vec<(String, String, String)>> {
    tx.query(
        "SELECT object, record_id, seed_key FROM sys_seeded_row WHERE manifest_id = $1
         ORDER BY position DESC",
    )
    .bind(package.to_string())
    .all()
    .await
}

pub async fn last_position(tx: &mut Tx, package: &ManifestId) -> Result<i64> {
    let (last,): (i64,) = tx
        .query("SELECT COALESCE(MAX(position), 0) FROM sys_seeded_row WHERE manifest_id = $1")
        .bind(package.to_string())
        .one()
        .await?;
    Ok(last)
}

/// Remembers that seeding inserted these rows, after what it inserted so far.
pub async fn remember(
    tx: &mut Tx,
    package: &ManifestId,
    object: &Name,
    rows: &[&Row],
    last: i64,
) -> Result<()> {
    let mut position = last;
    for rows in rows.chunks(MAX_STATEMENT_VALUES / 5) {
        let mut sql = Sql::new(
            "INSERT INTO sys_seeded_row (manifest_id, object, record_id, seed_key, position) VALUES ",
        );
        for (index, row) in rows.iter().enumerate() {
            position += 1;
            let key = row.key.as_deref().unwrap_or_default().replace('\0', "\u{1f}");
            let texts = [package.as_str(), object.as_str(), row.id.as_str(), key.as_str()];
            sql.push(if index == 0 { "(" } else { ", (" });
            sql.binds(texts.into_iter().map(Cell::text).chain([Cell::Integer(Some(position))]));
            sql.push(")");
        }
        sql.push(" ON CONFLICT (manifest_id, object, record_id) DO NOTHING");
        tx.query_dynamic(sql).run().await?;
    }
    Ok(())
}

pub async fn forget(tx: &mut Tx, package: &ManifestId, object: &str, id: &str) -> Result<()> {
    tx.query("DELETE FROM sys_seeded_row WHERE manifest_id = $1 AND object = $2 AND record_id = $3")
        .bind(package.to_string())
        .bind(object.to_owned())
        .bind(id.to_owned())
        .run()
        .await
        .map(drop)
}
