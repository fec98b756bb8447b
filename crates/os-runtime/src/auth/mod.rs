//! Authorization in a runtime, on top of the accounts of `os-identity`.
//!
//! The first account owns the runtime; after it, registration is closed unless the
//! operator opened it.

mod first_run;
mod guards;

pub use first_run::{FirstRunOutcome, prepare};
pub use guards::{MayManage, SignedIn};
