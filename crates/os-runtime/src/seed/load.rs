//! Loading datasets, in two passes, so that records may refer to each other in any
//! order and in circles.

use super::dataset::{Dataset, Mode, in_order};
use super::state::{Seeding, State};
use super::{plan, second_pass, sql, write};
use crate::Result;
use crate::object::{Object, number};
use crate::schema;
use os_api::runtime::install::{DatasetResult, LoadedSeeds, SeedError};
use os_db::Tx;
use os_package::system;
use std::collections::HashMap;
use std::sync::Arc;

/// The mode in responses: seeds are loaded before the install returns.
const INLINE_MODE: &str = "inline";

/// Loads all datasets into the tables of the kernel.
///
/// # Errors
/// Those of the database; bad records are in the report.
pub async fn load(
    tx: &mut Tx,
    seeding: &Seeding<'_>,
    datasets: Vec<Dataset>,
) -> Result<LoadedSeeds> {
    let keys = datasets.iter().filter(|dataset| dataset.key.len() == 1);
    let mut state = State {
        seeding,
        loaded: HashMap::new(),
        keys: keys.map(|it| (it.object.clone(), it.key[0].clone())).collect(),
        deferred: Vec::new(),
        position: sql::last_position(tx, seeding.package).await?,
        report: LoadedSeeds { mode: INLINE_MODE.to_owned(), ..LoadedSeeds::default() },
    };
    for dataset in in_order(datasets, seeding.kernel) {
        let report = one(tx, &mut state, &dataset).await?;
        state.close(report);
    }
    second_pass::run(tx, &mut state).await?;
    Ok(state.report)
}

async fn one(tx: &mut Tx, state: &mut State<'_>, dataset: &Dataset) -> Result<DatasetResult> {
    let mut report = DatasetResult {
        object: dataset.object.clone(),
        mode: dataset.mode.as_str().to_owned(),
        total: dataset.records.len() as u64,
        ..DatasetResult::default()
    };
    let object = match own_object(state.seeding, &dataset.object) {
        Ok(object) => object,
        Err(reason) => {
            refuse_all(state, dataset, &mut report, &reason);
            return Ok(report);
        }
    };
    if dataset.mode == Mode::Replace {
        sql::delete_seeded(tx, state.seeding.package, &object.name).await?;
    }
    let is_new = schema::is_empty(tx, &object.name).await?;
    let mut rows = Vec::with_capacity(dataset.records.len());
    for (index, record) in dataset.records.iter().enumerate() {
        let mut planning =
            plan::Planning { dataset, object: &object, index, is_new, report: &mut report };
        match planning.row(tx, state, record).await? {
            Ok(row) => rows.push(row),
            Err(error) => {
                report.errored += 1;
                state.list_error(*error);
            }
        }
    }
    write::rows(tx, state, &object, rows, &mut report).await?;
    number::recount(tx, &object.name).await?;
    Ok(report)
}

/// Returns the object of a dataset, or why its records are not loaded. A package writes to its own
/// objects only, whatever its artifact says (docs/wire/seeds.md#objects-that-a-package-seeds).
fn own_object(seeding: &Seeding<'_>, name: &str) -> std::result::Result<Arc<Object>, String> {
    let Seeding { package, kernel, .. } = seeding;
    match kernel.owner_of(name) {
        Some(owner) if owner != *package => {
            return Err(format!(
                "`{name}` belongs to {owner}; a package seeds objects of its own only"
            ));
        }
        None if system::is_known(name) => {
            return Err(format!("`{name}` of the platform is not served here"));
        }
        _ => {}
    }
    let owned = kernel.object(name).map_err(|error| error.message().to_owned())?;
    if owned.object.is_external {
        return Err("the object lives in another database".to_owned());
    }
    Ok(owned.object.clone())
}

fn refuse_all(state: &mut State<'_>, dataset: &Dataset, report: &mut DatasetResult, message: &str) {
    report.errored = report.total;
    for (record_index, record) in dataset.records.iter().enumerate() {
        state.list_error(SeedError {
            source_object: dataset.object.clone(),
            field: None,
            target_object: None,
            target_field: None,
            attempted_value: record.clone(),
            record_index,
            message: message.to_owned(),
        });
    }
}
