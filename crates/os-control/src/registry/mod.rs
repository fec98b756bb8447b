//! Packages, their versions, and their visibility.
//!
//! Nothing here names the [`fleet`](crate::fleet).

pub mod catalog;
pub mod listing;
pub mod package;
pub mod version;
