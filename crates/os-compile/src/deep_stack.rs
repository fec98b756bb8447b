//! Room for recursion.
//!
//! **Invariant:** parsers and visitors of programs run here, on a stack that holds whatever
//! [`crate::syntax`] lets through. Only the part that is used takes memory.

use std::io;
use std::panic;
use std::thread;

/// Enough for the deepest text, without optimisation.
const SIZE: usize = 512 << 20;

/// Runs something on a stack that is deep enough.
///
/// # Errors
///
/// The system has no thread to give.
pub fn run<T: Send>(task: impl FnOnce() -> T + Send) -> io::Result<T> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().name("compile".to_owned()).stack_size(SIZE);
        let running = thread.spawn_scoped(scope, task)?;
        Ok(running.join().unwrap_or_else(|cause| panic::resume_unwind(cause)))
    })
}
