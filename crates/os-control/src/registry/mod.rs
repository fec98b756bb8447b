//! What is published: packages, their versions, and who sees them.

pub mod catalog;
pub mod examples;
pub mod listing;
pub mod package;
pub mod version;
