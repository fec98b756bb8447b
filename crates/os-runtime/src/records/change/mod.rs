//! What changes records: made, changed, deleted, many at once.

pub mod batch;
pub mod clone;
pub mod delete;
pub mod files;
mod history;
mod record;
mod reference;
mod rules;
pub mod write;
