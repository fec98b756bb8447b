//! Decides what may be installed where, in which order, and what differs between two artifacts.
//!
//! [`admission`] decides whether a version may go into a target: an environment of a control plane,
//! or a runtime. Both servers, their pages and the CLI ask it, and map the typed reasons of a
//! refusal to their own codes. A resolver that chooses versions takes the same values and belongs
//! beside it.
//!
//! **Invariant:** this crate is pure. It does no I/O and knows no SQL; an answer depends on the
//! arguments alone, and nothing is ever installed here.

pub mod admission;
pub mod diff;
pub mod order;
