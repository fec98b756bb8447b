//! Servers that are measured, each in a process of its own.

use crate::http::Http;
use serde_json::json;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const EMAIL: &str = "admin@example.com";
const PASSWORD: &str = "correct horse battery";

/// Starts `os serve` on an empty home; returns it with a token of its owner.
pub fn serve(home: &Path, database: &str, port: u16) -> (Process, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_os"));
    command
        .args(["serve", "--port", &port.to_string(), "--home", home.to_str().unwrap()])
        .env("OS_ADMIN_EMAIL", EMAIL)
        .env("OS_ADMIN_PASSWORD", PASSWORD)
        .env("OS_DATABASE_URL", database)
        .env("OS_LOG", "warn");
    let server = Process::start(command, port);
    let body = json!({ "email": EMAIL, "password": PASSWORD });
    let answer = Http::connect(&server.address).json("POST", "/api/v1/auth/sign-in/email", &body);
    let token = answer["token"].as_str().unwrap().to_owned();
    (server, token)
}

/// A server that is killed when the benchmark is done with it.
pub struct Process {
    child: Child,
    pub address: String,
    /// When its port was open.
    pub ready: Instant,
}

impl Process {
    /// Starts it and waits until it answers.
    pub fn start(mut command: Command, port: u16) -> Self {
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let address = format!("127.0.0.1:{port}");
        let deadline = Instant::now() + Duration::from_secs(60);
        while std::net::TcpStream::connect(&address).is_err() {
            assert!(Instant::now() < deadline, "the server does not answer");
            std::thread::sleep(Duration::from_millis(1));
        }
        Self { child, address, ready: Instant::now() }
    }

    /// Resident memory, in MiB.
    pub fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
