//! The records of objects: the data API (docs/wire/records.md#record-endpoints).
//!
//! From the bottom: `store` reads and writes rows, `rights` decides what a caller
//! may do with them, `query` checks what a caller asks for, `read` turns rows
//! into JSON, [`change`] writes them in stages, and [`http`] has the handlers. Each
//! uses only those before it.
//!
//! **Invariant:** a name reaches SQL only as a column of an object of the kernel,
//! a value only bound.

pub mod change;
pub mod http;
mod query;
mod read;
pub(crate) mod rights;
mod store;
pub mod view;

pub use change::files;
pub use store::id_column;
