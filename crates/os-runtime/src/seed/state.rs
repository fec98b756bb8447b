//! The state of a load: what its passes share.

use super::row::{Action, Row};
use crate::kernel::Kernel;
use crate::object::Object;
use chrono::{DateTime, Utc};
use os_api::runtime::install::{DatasetResult, LoadedSeeds, SeedError};
use os_db::Name;
use os_package::ManifestId;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// The most errors that a report lists.
const MAX_LISTED_ERRORS: usize = 100;

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
    pub report: LoadedSeeds,
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
    /// `true` if this load inserts the record.
    pub is_new: bool,
}

impl State<'_> {
    /// Lists an error, unless the list is full; the counts hold all.
    pub fn list_error(&mut self, error: SeedError) {
        if self.report.error_list.len() < MAX_LISTED_ERRORS {
            self.report.error_list.push(error);
        }
    }

    /// Adds the result of a dataset to the report.
    pub fn close(&mut self, dataset: DatasetResult) {
        self.report.inserted += dataset.inserted;
        self.report.updated += dataset.updated;
        self.report.skipped += dataset.skipped;
        self.report.errors += dataset.errored;
        self.report.datasets.push(dataset);
    }

    /// Counts an inserted record as one with an error.
    pub fn take_back(&mut self, object: &str) {
        let datasets = &mut self.report.datasets;
        if let Some(dataset) = datasets.iter_mut().find(|it| it.object == object && it.inserted > 0)
        {
            dataset.inserted -= 1;
            dataset.errored += 1;
            self.report.inserted -= 1;
            self.report.errors += 1;
        }
    }

    /// Returns the id of the record that was loaded under this key.
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
