//! The runtime that is measured, in a process of its own.

use os_test::Process;
use std::path::Path;

/// Starts `os serve` on an empty home; returns it with a token of its owner.
pub fn serve(home: &Path, database: &str) -> (Process, String) {
    let program = env!("CARGO_BIN_EXE_os");
    let server = Process::serve(program, &["serve"], home, Some(database));
    let token = server.sign_in();
    (server, token)
}
