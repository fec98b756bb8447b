//! Rows of objects: conditions on them, and the statements that read and write them.

pub mod filter;
pub mod sql;

pub use filter::Filter;

use crate::object::ID;
use os_db::Name;

/// The name of the column that every record is known by.
pub fn id() -> Name {
    ID.parse().expect("it is a plain name")
}
