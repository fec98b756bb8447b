use os_db::{Cell, CellType, Name, Result, Sql, Tx};

/// The most digits that are read as a number.
pub(super) const MAX_DIGITS: usize = 18;

/// The place where the numbers of a field are counted.
#[derive(Clone)]
pub(super) struct Place<'a> {
    pub object: &'a str,
    pub field: &'a str,
    pub scope: String,
}

/// Counts up and returns the number; `None` where the records must be looked at first.
pub(super) async fn count_up(tx: &mut Tx, place: &Place<'_>) -> Result<Option<i64>> {
    let found: Option<(i64,)> = tx
        .query(
            "UPDATE sys_autonumber SET last = last + 1
             WHERE object = $1 AND field = $2 AND scope = $3 AND NOT is_stale RETURNING last",
        )
        .bind(place.object.to_owned())
        .bind(place.field.to_owned())
        .bind(place.scope.clone())
        .optional()
        .await?;
    Ok(found.map(|(last,)| last))
}

/// Starts to count, or goes on, after the highest number that records have.
pub(super) async fn start(tx: &mut Tx, place: &Place<'_>, highest: i64) -> Result<i64> {
    let (last,) = tx
        .query(
            "INSERT INTO sys_autonumber (object, field, scope, last, is_stale)
             VALUES ($1, $2, $3, $4 + 1, FALSE)
             ON CONFLICT (object, field, scope) DO UPDATE SET is_stale = FALSE,
                last = CASE WHEN sys_autonumber.last > $4 THEN sys_autonumber.last ELSE $4 END + 1
             RETURNING last",
        )
        .bind(place.object.to_owned())
        .bind(place.field.to_owned())
        .bind(place.scope.clone())
        .bind(highest)
        .one()
        .await?;
    Ok(last)
}

/// Raises the last number to at least this one.
pub(super) async fn raise(tx: &mut Tx, place: &Place<'_>, number: i64) -> Result<()> {
    tx.query(
        "INSERT INTO sys_autonumber (object, field, scope, last, is_stale)
         VALUES ($1, $2, $3, $4, FALSE)
         ON CONFLICT (object, field, scope) DO UPDATE SET is_stale = FALSE,
            last = CASE WHEN sys_autonumber.last > $4 THEN sys_autonumber.last ELSE $4 END",
    )
    .bind(place.object.to_owned())
    .bind(place.field.to_owned())
    .bind(place.scope.clone())
    .bind(number)
    .run()
    .await
    .map(drop)
}

/// Returns the highest number between these texts in a column; 0 where there is none.
pub(super) async fn highest_number(
    tx: &mut Tx,
    table: &Name,
    column: &Name,
    (before, after): (&str, &str),
) -> Result<i64> {
    let mut sql = Sql::new("SELECT digits FROM (SELECT ltrim(substr(");
    let chars = |sql: &mut Sql, text: &str| {
        sql.push("CAST(").bind(Cell::Integer(Some(text.chars().count() as i64)));
        sql.push(" AS INTEGER)");
    };
    sql.name(column).push(", 1 + ");
    chars(&mut sql, before);
    sql.push(", length(").name(column).push(") - ");
    chars(&mut sql, before);
    sql.push(" - ");
    chars(&mut sql, after);
    sql.push("), '0') AS digits FROM ").name(table).push(" WHERE length(").name(column);
    sql.push(") > ");
    chars(&mut sql, before);
    sql.push(" + ");
    chars(&mut sql, after);
    sql.push(" AND substr(").name(column).push(", 1, ");
    chars(&mut sql, before);
    sql.push(") = ").bind(Cell::text(before));
    sql.push(" AND substr(").name(column).push(", 1 + length(").name(column).push(") - ");
    chars(&mut sql, after);
    sql.push(") = ").bind(Cell::text(after));
    // What is left of digits after all digits are taken away is nothing.
    sql.push(") AS found WHERE ltrim(digits, '0123456789') = '' AND length(digits) <= ");
    sql.bind(Cell::Integer(Some(MAX_DIGITS as i64)));
    sql.push(" ORDER BY length(digits) DESC, digits DESC LIMIT 1");
    let rows = tx.query_dynamic(sql).rows().await?;
    let Some(row) = rows.first() else { return Ok(0) };
    match row.cell(0, CellType::Text)? {
        Cell::Text(Some(digits)) => Ok(digits.parse().unwrap_or(0)),
        _ => Ok(0),
    }
}

/// Has the records of an object looked at before its next numbers are given.
pub(super) async fn mark_stale(tx: &mut Tx, object: &str) -> Result<()> {
    tx.query("UPDATE sys_autonumber SET is_stale = TRUE WHERE object = $1")
        .bind(object.to_owned())
        .run()
        .await
        .map(drop)
}

/// Gives the numbers of a field to the field's new name.
pub(super) async fn rename_field(tx: &mut Tx, object: &str, from: &str, to: &str) -> Result<()> {
    tx.query("UPDATE sys_autonumber SET field = $3 WHERE object = $1 AND field = $2")
        .bind(object.to_owned())
        .bind(from.to_owned())
        .bind(to.to_owned())
        .run()
        .await
        .map(drop)
}
