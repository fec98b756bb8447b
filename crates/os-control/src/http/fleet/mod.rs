//! JSON of the fleet: one file per noun, and the routes of older clients.

pub mod compat;
pub mod environment;
pub mod generation;
pub mod installation;
pub mod runtime_link;
pub mod runtime_state;
