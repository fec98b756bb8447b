//! Changes of several nouns in one transaction.

pub mod copy_environment;
pub mod delete_organization;
pub mod delete_package;
pub mod examples;
pub mod local_runtime;
pub mod publish;
pub mod sweep;
