//! Initial records of a package, identified by a natural key (docs/wire/seeds.md).
//!
//! **Invariant:** a bad record never fails an install, and leaves no trace: it is
//! reported, and the others go on. Every row that seeding inserted is remembered, so
//! that purging deletes exactly those.

mod dataset;
mod load;
mod plan;
mod purge;
mod reference;
mod row;
mod second_pass;
mod sql;
mod state;
mod write;

pub use dataset::{Dataset, Mode, read};
pub use load::load;
pub use purge::{Purged, purge};
pub use sql::last_position;
pub use state::Seeding;
