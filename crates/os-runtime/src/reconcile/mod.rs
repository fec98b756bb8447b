//! Reconciling with a control plane: the runtime installs what the control plane desires, and
//! reports what it runs (docs/wire/runtime-connection.md#desired-and-observed-state).
//!
//! A package of the control plane wins over one that somebody installed here under the
//! same id; everything else that was installed here is left alone.
//!
//! **Invariant:** a generation is applied in one transaction. A package that is refused
//! stays as it was and is reported; it keeps no other one back. Bytes whose SHA-256 is not the one that the control plane names go no
//! further. Without the control plane everything keeps running.

mod apply;
mod backoff;
mod plan;
mod reconciler;
mod report;

pub use reconciler::reconcile;
