//! Changing records.
//!
//! Every change of a row, whatever it comes from, is a [`Change`] that goes through the
//! stages of [`pipeline`]: records that clients create, update and delete, one by one
//! or many at once, those that follow a deletion, and seeds.
//!
//! **Invariant:** a change is one transaction: record, history and activity are
//! there together or not at all.

pub mod batch;
pub mod batch_input;
mod cascade;
pub mod clone;
mod draft;
mod errors;
pub mod files;
mod history;
mod lock;
mod numbers;
mod parent;
pub mod pipeline;
pub mod record;
mod reference;
mod rules;
pub mod transaction;
mod unique;
mod value;

pub use draft::Draft;
pub use errors::{RecordError, ValidationErrors};
pub use history::json_of;
pub use pipeline::{Change, Operation};
pub use value::field_cell;
