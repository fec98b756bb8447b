//! A record of a dataset that was planned.

use os_db::{Cell, Name};
use serde_json::Value;

/// The change that a record of a dataset needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Insert,
    Update,
    Skip,
}

/// A record that was read.
pub struct Row {
    pub index: usize,
    pub action: Action,
    pub id: String,
    pub key: Option<String>,
    /// The cells to write, besides `id`.
    pub cells: Vec<(Name, Cell)>,
    pub record: Value,
}
