use os_db::{Result, Tx};

/// Counts a number of a field up and returns it.
pub(super) async fn next_number(tx: &mut Tx, object: &str, field: &str) -> Result<i64> {
    let (last,) = tx
        .query(
            "INSERT INTO sys_autonumber (object, field, last) VALUES ($1, $2, 1)
             ON CONFLICT (object, field) DO UPDATE SET last = sys_autonumber.last + 1
             RETURNING last",
        )
        .bind(object.to_owned())
        .bind(field.to_owned())
        .one()
        .await?;
    Ok(last)
}

/// Gives the number of a field to the field's new name.
pub(super) async fn rename_field(tx: &mut Tx, object: &str, from: &str, to: &str) -> Result<()> {
    tx.query("UPDATE sys_autonumber SET field = $3 WHERE object = $1 AND field = $2")
        .bind(object.to_owned())
        .bind(from.to_owned())
        .bind(to.to_owned())
        .run()
        .await
        .map(drop)
}
