//! Loading datasets, in two passes, so that records may refer to each other in any
//! order and in circles.

use super::dataset::{Dataset, Mode, in_order};
use super::plan::{Action, Row};
use super::{DatasetReport, Report, SeedError, plan, reference, sql, write};
use crate::Result;
use crate::kernel::Kernel;
use crate::object::Object;
use crate::schema;
use chrono::{DateTime, Utc};
use os_db::{Name, Tx};
use os_package::ManifestId;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// The parameters of a load.
pub struct Seeding<'s> {
    pub package: &'s ManifestId,
    /// The kernel that will be live when the transaction has committed.
    pub kernel: &'s Kernel,
    pub now: DateTime<Utc>,
}

/// The state of a load.
pub struct State<'s> {
    pub seeding: &'s Seeding<'s>,
    /// The records of this load: object, natural key, id.
    pub loaded: HashMap<String, HashMap<String, String>>,
    /// The natural key of each object in this load, where it is one field.
    pub keys: HashMap<String, String>,
    pub deferred: Vec<Deferred>,
    /// The position of the last inserted row.
    pub position: i64,
    pub report: Report,
}

/// A reference that the first pass could not resolve.
pub struct Deferred {
    pub object: Arc<Object>,
    pub id: String,
    pub field: Name,
    pub value: Value,
    pub record_index: usize,
    /// The index of its dataset's report.
    pub dataset: usize,
}

/// Loads all datasets into the tables of the kernel.
///
/// # Errors
/// Those of the database; bad records are in the report.
pub async fn load(tx: &mut Tx, seeding: &Seeding<'_>, datasets: Vec<Dataset>) -> Result<Report> {
    let keys = datasets.iter().filter(|dataset| dataset.key.len() == 1);
    let mut state = State {
        seeding,
        loaded: HashMap::new(),
        keys: keys.map(|it| (it.object.clone(), it.key[0].clone())).collect(),
        deferred: Vec::new(),
        position: sql::last_position(tx, seeding.package).await?,
        report: Report::default(),
    };
    for dataset in in_order(datasets, seeding.kernel) {
        let report = one(tx, &mut state, &dataset).await?;
        state.report.close(report);
    }
    reference::close_deferred(tx, &mut state).await?;
    Ok(state.report)
}

async fn one(tx: &mut Tx, state: &mut State<'_>, dataset: &Dataset) -> Result<DatasetReport> {
    let mut report = DatasetReport {
        object: dataset.object.clone(),
        mode: dataset.mode.as_str(),
        total: dataset.records.len() as u64,
        ..DatasetReport::default()
    };
    let object = match state.seeding.kernel.object(&dataset.object) {
        Ok(owned) if !owned.object.is_external => owned.object.clone(),
        Ok(_) => {
            refuse_all(state, dataset, &mut report, "the object lives in another database");
            return Ok(report);
        }
        Err(error) => {
            refuse_all(state, dataset, &mut report, error.message());
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
                state.report.list(*error);
            }
        }
    }
    write::rows(tx, state, &object, rows, &mut report).await?;
    Ok(report)
}

fn refuse_all(state: &mut State<'_>, dataset: &Dataset, report: &mut DatasetReport, message: &str) {
    report.errored = report.total;
    for (record_index, record) in dataset.records.iter().enumerate() {
        state.report.list(SeedError {
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

impl State<'_> {
    /// The id of the record that was loaded under this key.
    pub fn loaded_id(&self, object: &str, key: &str) -> Option<&String> {
        self.loaded.get(object)?.get(key)
    }

    /// Remembers a record of this load.
    pub fn remember(&mut self, object: &str, row: &Row) {
        if let (Some(key), Action::Insert | Action::Update | Action::Skip) = (&row.key, row.action)
        {
            let of_object = self.loaded.entry(object.to_owned()).or_default();
            of_object.insert(key.clone(), row.id.clone());
        }
    }

    /// Forgets a record that could not be written.
    pub fn forget(&mut self, object: &str, row: &Row) {
        if let (Some(key), Some(of_object)) = (&row.key, self.loaded.get_mut(object)) {
            of_object.remove(key);
        }
        self.deferred.retain(|deferred| deferred.id != row.id);
    }
}
