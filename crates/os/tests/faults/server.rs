//! The binary of this build as a server that can be killed.

use crate::http::Http;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

const EMAIL: &str = "admin@example.com";
const PASSWORD: &str = "correct horse battery";
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Server {
    process: Mutex<Child>,
    pub address: String,
}

impl Server {
    /// A control plane.
    pub fn start(home: &Path, database: &str) -> Self {
        Self::run(&["cloud", "serve"], home, database)
    }

    /// A runtime.
    pub fn serve(home: &Path, database: &str) -> Self {
        Self::run(&["serve"], home, database)
    }

    /// What a runtime says that does not start.
    pub fn refused(home: &Path, database: &str) -> String {
        let ran = Command::new(env!("CARGO_BIN_EXE_os"))
            .args(["serve", "--port", "0", "--home", home.to_str().unwrap()])
            .env("OS_DATABASE_URL", database)
            .output()
            .unwrap();
        assert_eq!(ran.status.code(), Some(1), "{ran:?}");
        String::from_utf8(ran.stderr).unwrap()
    }

    fn run(command: &[&str], home: &Path, database: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new(env!("CARGO_BIN_EXE_os"))
            .args(command)
            .args(["--port", &port.to_string(), "--home", home.to_str().unwrap()])
            .env("OS_DATABASE_URL", database)
            .env("OS_ADMIN_EMAIL", EMAIL)
            .env("OS_ADMIN_PASSWORD", PASSWORD)
            .env("OS_LOG", "off")
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let server = Self { process: Mutex::new(process), address: format!("127.0.0.1:{port}") };
        server.wait_until_ready();
        server
    }

    /// SIGKILL: nothing is flushed, nothing is finished.
    pub fn kill(&self) {
        let mut process = self.process.lock().unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
    }

    pub fn wait_until_ready(&self) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let ready = TcpStream::connect(&self.address).is_ok()
                && Http::connect(&self.address).get("/api/v1/ready").status == 200;
            if ready {
                return;
            }
            assert!(Instant::now() < deadline, "the server at {} is not ready", self.address);
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn sign_in(&self) -> String {
        let body = json!({ "email": EMAIL, "password": PASSWORD });
        let answer = Http::connect(&self.address).json("POST", "/api/v1/auth/sign-in/email", &body);
        answer["token"].as_str().unwrap().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill_if_alive();
    }
}

impl Server {
    fn kill_if_alive(&self) {
        let mut process = self.process.lock().unwrap();
        let _ = process.kill();
        let _ = process.wait();
    }
}

/// The answer, or `None` when the connection broke before it was whole.
pub fn ask(
    server: &Server,
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
