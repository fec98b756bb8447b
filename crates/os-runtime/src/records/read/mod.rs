//! What is answered when records are read.

pub mod aggregate;
mod computed;
pub mod encode;
mod expand;
mod list;

pub use list::{list, one};
