//! Writing the rows of a dataset: all at once, or, if one does not fit, one by
//! one, so that only the bad ones are left out.

use super::load::State;
use super::plan::{Action, Row};
use super::{DatasetReport, SeedError, sql};
use crate::object::Object;
use os_db::{Error, Result, Tx, is_bad_value, is_duplicate};

/// How many rows of each kind were written.
#[derive(Default)]
struct Written {
    inserted: u64,
    updated: u64,
    same: u64,
}

/// Writes the rows, in their order.
pub async fn rows(
    tx: &mut Tx,
    state: &mut State<'_>,
    object: &Object,
    rows: Vec<Row>,
    report: &mut DatasetReport,
) -> Result<()> {
    tx.savepoint().await?;
    let all: Vec<&Row> = rows.iter().collect();
    match write(tx, state, object, &all).await {
        Ok(written) => {
            tx.keep().await?;
            state.count(report, &written);
            return Ok(());
        }
        Err(error) if is_the_rows_fault(&error) => tx.undo().await?,
        Err(error) => return Err(error),
    }
    for row in rows {
        tx.savepoint().await?;
        match write(tx, state, object, &[&row]).await {
            Ok(written) => {
                tx.keep().await?;
                state.count(report, &written);
            }
            Err(error) if is_the_rows_fault(&error) => {
                tx.undo().await?;
                report.errored += 1;
                state.forget(object.name.as_str(), &row);
                state.report.list(refused(object, row, &error));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn is_the_rows_fault(error: &Error) -> bool {
    is_duplicate(error) || is_bad_value(error)
}

/// Inserts what is new with a statement for many rows, and updates the rest.
async fn write(tx: &mut Tx, state: &State<'_>, object: &Object, rows: &[&Row]) -> Result<Written> {
    let is_new = |row: &&Row| row.action == Action::Insert;
    let new: Vec<&Row> = rows.iter().copied().filter(is_new).collect();
    sql::insert(tx, object, &new).await?;
    sql::remember(tx, state.seeding.package, &object.name, &new, state.position).await?;
    let mut written = Written { inserted: new.len() as u64, ..Written::default() };
    for row in rows.iter().filter(|row| !is_new(row)) {
        let is_due = row.action == Action::Update;
        if is_due && sql::differs(tx, object, &row.id, &row.cells).await? {
            update(tx, state, object, row).await?;
            written.updated += 1;
        } else {
            written.same += 1;
        }
    }
    Ok(written)
}

async fn update(tx: &mut Tx, state: &State<'_>, object: &Object, row: &Row) -> Result<()> {
    let mut cells = row.cells.clone();
    if let Some(column) = object.column("updated_at")
        && !cells.iter().any(|(name, _)| *name == column.name)
    {
        cells.push((column.name, os_db::Cell::Time(Some(state.seeding.now))));
    }
    sql::update(tx, &object.name, &row.id, cells).await
}

impl State<'_> {
    fn count(&mut self, report: &mut DatasetReport, written: &Written) {
        report.inserted += written.inserted;
        report.updated += written.updated;
        report.skipped += written.same;
        self.position += written.inserted.cast_signed();
    }
}

fn refused(object: &Object, row: Row, error: &Error) -> SeedError {
    let message = if is_duplicate(error) {
        "another record has the same value in a field that is unique"
    } else {
        "the database does not take one of the values; a text in an index may be too long"
    };
    SeedError {
        source_object: object.name.to_string(),
        field: None,
        target_object: None,
        target_field: None,
        attempted_value: row.record,
        record_index: row.index,
        message: message.to_owned(),
    }
}
