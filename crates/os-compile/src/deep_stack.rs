//! A deep stack for recursion.
//!
//! **Invariant:** parsers and visitors of programs run here, on a stack that is deep enough for
//! whatever [`crate::syntax`] accepts. Only the part that is used takes memory.

use std::io;
use std::panic;
use std::thread;

/// Bytes of stack: enough for the deepest text in a debug build.
const STACK_BYTES: usize = 512 << 20;

/// Runs a task on a deep stack.
///
/// # Errors
///
/// The system cannot start a thread.
pub fn run<T: Send>(task: impl FnOnce() -> T + Send) -> io::Result<T> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().name("compile".to_owned()).stack_size(STACK_BYTES);
        let running = thread.spawn_scoped(scope, task)?;
        Ok(running.join().unwrap_or_else(|cause| panic::resume_unwind(cause)))
    })
}
