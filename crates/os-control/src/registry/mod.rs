//! What is published: packages, their versions, and who sees them.
//!
//! Nothing here names the [`fleet`](crate::fleet).

pub mod catalog;
pub mod listing;
pub mod package;
pub mod version;
