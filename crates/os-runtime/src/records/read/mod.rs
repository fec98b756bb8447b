//! Reading records: lists, single records, groups, and their JSON.

pub mod aggregate;
mod computed;
pub mod encode;
mod expand;
mod list;

pub use encode::timestamp;
pub use list::{list, one, written, written_value};
