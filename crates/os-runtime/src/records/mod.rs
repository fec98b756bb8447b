//! The records of objects: the data API (contract §3.15).
//!
//! A request becomes an [`Ask`]: an object of the kernel, a caller, and their
//! rights ([`rights`]). A list is a [`query::Query`], answered by [`read`]; a
//! change is a draft ([`change`]), written by [`change`] with everything that
//! follows from it: numbers, history, activity, what refers to a record that
//! goes.
//!
//! **Invariant:** a name reaches SQL only as a column of an object of the kernel,
//! a value only bound. A change is one transaction: record, history and activity
//! are there together or not at all.

mod cel;
mod change;
pub mod http;
mod query;
mod read;
mod rights;
mod store;
pub mod view;

pub use change::files;
