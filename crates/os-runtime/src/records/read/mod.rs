//! Reading records: lists, single records, groups, and their JSON.

pub mod aggregate;
mod computed;
mod decode;
pub mod encode;
mod expand;
mod expanded;
pub mod json;
mod limit;
mod list;
mod plan;

pub use json::timestamp;
pub use limit::MAX_LIST_BYTES;
pub use list::{list, list_values, one, one_value, written, written_value};
