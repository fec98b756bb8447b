//! Writing the rows of a dataset: all at once or, if one does not fit, one by one, so
//! that only the bad ones are left out.
//!
//! The stages before and after the write are those of every change
//! (`records::change::pipeline`).

use super::row::{Action, Row};
use super::sql;
use super::state::State;
use crate::object::Object;
use crate::records::change::{Change, Operation, pipeline};
use os_api::runtime::install::{DatasetResult, SeedError};
use os_db::{Error, Tx, is_bad_value, is_duplicate};
use std::sync::Arc;

/// The numbers of rows that were written, by kind.
#[derive(Default)]
struct Written {
    inserted: u64,
    updated: u64,
    same: u64,
}

/// Writes the rows, in their order.
///
/// # Errors
/// Those of the database; bad rows are in the report.
pub async fn rows(
    tx: &mut Tx,
    state: &mut State<'_>,
    object: &Arc<Object>,
    rows: Vec<Row>,
    report: &mut DatasetResult,
) -> crate::Result<()> {
    tx.savepoint().await?;
    let all: Vec<&Row> = rows.iter().collect();
    match write(tx, state, object, &all).await {
        Ok(written) => {
            tx.release_savepoint().await?;
            state.count(report, &written);
            for row in rows {
                finish(tx, state, object, row).await?;
            }
            return Ok(());
        }
        Err(error) if is_a_bad_row(&error) => tx.rollback_to_savepoint().await?,
        Err(error) => return Err(error.into()),
    }
    for row in rows {
        tx.savepoint().await?;
        match write(tx, state, object, &[&row]).await {
            Ok(written) => {
                tx.release_savepoint().await?;
                state.count(report, &written);
                finish(tx, state, object, row).await?;
            }
            Err(error) if is_a_bad_row(&error) => {
                tx.rollback_to_savepoint().await?;
                report.errored += 1;
                state.forget(object.name.as_str(), &row);
                state.list_error(refused(object, row, &error));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The stages after a row was written.
async fn finish(
    tx: &mut Tx,
    state: &State<'_>,
    object: &Arc<Object>,
    row: Row,
) -> crate::Result<()> {
    let operation = match row.action {
        Action::Insert => Operation::Insert,
        Action::Update => Operation::Update,
        Action::Skip => return Ok(()),
    };
    let change = Change::seed(object, operation, row.id, row.cells, state.seeding.now);
    pipeline::finish(tx, change).await.map(drop)
}

fn is_a_bad_row(error: &Error) -> bool {
    is_duplicate(error) || is_bad_value(error)
}

/// Inserts what is new with a statement for many rows, and updates the rest.
async fn write(
    tx: &mut Tx,
    state: &State<'_>,
    object: &Arc<Object>,
    rows: &[&Row],
) -> Result<Written, Error> {
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

async fn update(
    tx: &mut Tx,
    state: &State<'_>,
    object: &Arc<Object>,
    row: &Row,
) -> Result<(), Error> {
    let (id, cells) = (row.id.clone(), row.cells.clone());
    let mut change = Change::seed(object, Operation::Update, id, cells, state.seeding.now);
    change.stamp();
    sql::update(tx, &object.name, &row.id, change.draft.cells).await
}

impl State<'_> {
    fn count(&mut self, report: &mut DatasetResult, written: &Written) {
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
        "the database does not accept one of the values; a string in an index may be too long"
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
