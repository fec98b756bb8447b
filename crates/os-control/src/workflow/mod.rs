//! Rules that span nouns of several wings, each in one transaction.

pub mod delete_organization;
