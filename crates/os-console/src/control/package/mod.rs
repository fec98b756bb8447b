//! Pages of the packages of an organization.

pub mod form;
pub mod icon;
pub mod list;
pub mod show;
