//! The binary of this build as a server that can be killed.

use os_test::Process;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_os");

/// Starts a control plane.
pub fn control(home: &Path, database: &str) -> Process {
    Process::serve(PROGRAM, &["cloud", "serve"], home, Some(database))
}

/// Starts a runtime.
pub fn runtime(home: &Path, database: &str) -> Process {
    Process::serve(PROGRAM, &["serve"], home, Some(database))
}

/// The errors of a runtime that refuses to start.
pub fn refused_runtime(home: &Path, database: &str) -> String {
    let ran = Command::new(PROGRAM)
        .args(["serve", "--port", "0", "--home", home.to_str().unwrap()])
        .env("OS_DATABASE_URL", database)
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    String::from_utf8(ran.stderr).unwrap()
}

/// The answer, or `None` when the connection broke before it was whole.
pub fn ask(
    server: &Process,
    token: &str,
    (method, path): (&str, &str),
    body: &Value,
) -> Option<(u16, Value)> {
    let body = body.to_string();
    let mut stream = TcpStream::connect(&server.address).ok()?;
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        server.address,
        body.len()
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let text = String::from_utf8(answer).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.get(9..12)?.parse().ok()?;
    // An answer that was cut off is not an acknowledgement.
    serde_json::from_str(body).ok().map(|body| (status, body))
}
