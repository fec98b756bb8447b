//! JSON of the registry: one file per noun.

pub mod catalog;
pub mod examples;
pub mod listing;
pub mod package;
pub mod version;
mod version_body;
