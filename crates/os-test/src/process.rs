//! Servers in processes of their own, which can be killed.

use crate::{Http, PASSWORD, eventually_blocking};
use serde_json::json;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The first account of every server that [`Process::serve`] starts.
pub const ADMIN_EMAIL: &str = "admin@example.com";

/// A server in a process of its own; killed when dropped.
pub struct Process {
    child: Mutex<Child>,
    /// Its `host:port`.
    pub address: String,
    /// When its port was open.
    pub opened: Instant,
}

impl Process {
    /// Starts the program `os` with a command that serves, and waits until it is ready.
    pub fn serve(program: &str, command: &[&str], home: &Path, database: Option<&str>) -> Self {
        let port = free_port();
        let mut process = Command::new(program);
        process
            .args(command)
            .args(["--port", &port.to_string(), "--home", home.to_str().unwrap()])
            .env("OS_ADMIN_EMAIL", ADMIN_EMAIL)
            .env("OS_ADMIN_PASSWORD", PASSWORD)
            .env("OS_LOG", "off");
        if let Some(database) = database {
            process.env("OS_DATABASE_URL", database);
        }
        let server = Self::start(process, port);
        server.wait_until_ready();
        server
    }

    /// Starts a command, and waits until its port is open.
    pub fn start(mut command: Command, port: u16) -> Self {
        let child = command.stdout(Stdio::null()).spawn().unwrap();
        let child = Mutex::new(child);
        let mut server =
            Self { child, address: format!("127.0.0.1:{port}"), opened: Instant::now() };
        eventually_blocking("the port is open", || TcpStream::connect(&server.address).ok());
        server.opened = Instant::now();
        server
    }

    /// Waits until the server is ready for requests.
    pub fn wait_until_ready(&self) {
        eventually_blocking("the server is ready", || {
            TcpStream::connect(&self.address).ok()?;
            (self.http().get("/api/v1/ready").status == 200).then_some(())
        });
    }

    /// A connection to the server.
    pub fn http(&self) -> Http {
        Http::connect(&self.address)
    }

    /// Signs in as [`ADMIN_EMAIL`]; returns the token.
    pub fn sign_in(&self) -> String {
        let body = json!({ "email": ADMIN_EMAIL, "password": PASSWORD });
        let session = self.http().json("POST", "/api/v1/auth/sign-in/email", &body);
        session["token"].as_str().unwrap().to_owned()
    }

    /// Sends SIGKILL: nothing is flushed, nothing is finished.
    pub fn kill(&self) {
        let mut child = self.child.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Sends SIGTERM, and waits until the server has stopped; returns its exit code, and the time
    /// that it took.
    pub fn stop(&self) -> (Option<i32>, Duration) {
        let started = Instant::now();
        let id = self.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let ended = || self.child.lock().unwrap().try_wait().unwrap();
        let status = eventually_blocking("the server stops", ended);
        (status.code(), started.elapsed())
    }

    /// Resident memory in MiB, from the operating system; zero where it does not tell.
    pub fn memory(&self) -> f64 {
        self.mebibytes("VmRSS:")
    }

    /// The most resident memory since [`Process::forget_peak`], in MiB.
    pub fn peak_memory(&self) -> f64 {
        self.mebibytes("VmHWM:")
    }

    /// Lets the peak begin again with what is resident now.
    pub fn forget_peak(&self) {
        let _ = std::fs::write(format!("/proc/{}/clear_refs", self.id()), "5");
    }

    fn id(&self) -> u32 {
        self.child.lock().unwrap().id()
    }

    fn mebibytes(&self, name: &str) -> f64 {
        let path = format!("/proc/{}/status", self.id());
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        let kib = line.split_whitespace().nth(1).and_then(|it| it.parse::<f64>().ok());
        kib.unwrap_or_default() / 1024.0
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
