//! Initial records of a package, identified by a natural key (docs/wire/seeds.md).
//!
//! **Invariant:** a bad record never fails an install, and leaves no trace: it is
//! reported, and the others go on. Every row that seeding inserted is remembered, so
//! that purging deletes exactly those.

mod dataset;
mod load;
mod plan;
mod purge;
mod reference;
mod sql;
mod write;

pub use dataset::{Dataset, Mode, read};
pub use load::{Seeding, load};
pub use purge::{Purged, purge};
pub use sql::last_position;

use serde::Serialize;
use serde_json::Value;

/// The outcome of seeding.
#[derive(Debug, Default, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    pub inserted: u64,
    pub updated: u64,
    pub skipped: u64,
    pub errors: u64,
    pub error_list: Vec<SeedError>,
    pub dropped_refs: u64,
    pub datasets: Vec<DatasetReport>,
}

/// The outcome of seeding for one dataset.
#[derive(Debug, Default, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DatasetReport {
    pub object: String,
    pub mode: &'static str,
    pub inserted: u64,
    pub updated: u64,
    pub skipped: u64,
    pub errored: u64,
    pub total: u64,
    pub references_resolved: u64,
    pub references_deferred: u64,
    pub references_dropped: u64,
}

/// Why a record, or a reference of one, was left out.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SeedError {
    pub source_object: String,
    pub field: Option<String>,
    pub target_object: Option<String>,
    pub target_field: Option<String>,
    pub attempted_value: Value,
    pub record_index: usize,
    pub message: String,
}

/// How many errors a report lists; it counts all.
const MAX_LISTED_ERRORS: usize = 100;

impl Report {
    fn list(&mut self, error: SeedError) {
        if self.error_list.len() < MAX_LISTED_ERRORS {
            self.error_list.push(error);
        }
    }

    fn close(&mut self, dataset: DatasetReport) {
        self.inserted += dataset.inserted;
        self.updated += dataset.updated;
        self.skipped += dataset.skipped;
        self.errors += dataset.errored;
        self.datasets.push(dataset);
    }
}
