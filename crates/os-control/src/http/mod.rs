//! What stands around a request: bodies, guards, metrics, health, reference.

pub mod extract;
pub mod guards;
pub mod health;
pub mod observe;
pub mod openapi;
pub mod organizations;
