//! The release binary of this build as a server of its own, and the bare peer.

use crate::http::Http;
use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub const EMAIL: &str = "admin@example.com";
pub const PASSWORD: &str = "correct horse battery";

pub struct Server {
    process: Child,
    pub address: String,
    _home: Option<tempfile::TempDir>,
}

impl Server {
    /// `os start` on an empty home, or on this database.
    pub fn start(database: Option<&str>) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut server = Self::start_in(home.path(), database);
        server._home = Some(home);
        server
    }

    pub fn start_in(home: &Path, database: Option<&str>) -> Self {
        let port = free_port();
        let mut command = Command::new(env!("CARGO_BIN_EXE_os"));
        command
            .args(["cloud", "serve", "--port", &port.to_string(), "--home", home.to_str().unwrap()])
            .env("OS_ADMIN_EMAIL", EMAIL)
            .env("OS_ADMIN_PASSWORD", PASSWORD)
            .env("OS_LOG", "warn");
        if let Some(database) = database {
            command.env("OS_DATABASE_URL", database);
        }
        let server = Self::spawn(command, port);
        while server.http().get("/api/v1/ready").status != 200 {
            std::thread::sleep(Duration::from_millis(1));
        }
        server
    }

    /// The bare axum peer: this program again.
    pub fn bare(arguments: &[&str]) -> Self {
        let port = free_port();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg("bare").arg(port.to_string()).args(arguments);
        Self::spawn(command, port)
    }

    fn spawn(mut command: Command, port: u16) -> Self {
        let process = command.stdout(Stdio::null()).spawn().unwrap();
        let address = format!("127.0.0.1:{port}");
        let deadline = Instant::now() + Duration::from_secs(60);
        while std::net::TcpStream::connect(&address).is_err() {
            assert!(Instant::now() < deadline, "the server does not answer");
            std::thread::sleep(Duration::from_millis(1));
        }
        Self { process, address, _home: None }
    }

    pub fn http(&self) -> Http {
        Http::connect(&self.address)
    }

    /// A token of the administrator.
    pub fn sign_in(&self) -> String {
        let body = json!({ "email": EMAIL, "password": PASSWORD });
        let answer = self.http().json("POST", "/api/v1/auth/sign-in/email", &body);
        answer["token"].as_str().unwrap().to_owned()
    }

    /// Resident memory in MiB, from the operating system.
    pub fn memory(&self) -> f64 {
        let status = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(status).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
        let kib = line.split_whitespace().nth(1).and_then(|it| it.parse::<f64>().ok());
        kib.unwrap_or_default() / 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The database the servers share with the bench: PostgreSQL when the tests use
/// it, else a SQLite file in `home`.
pub fn database(home: &Path) -> String {
    match std::env::var("TEST_DATABASE_URL") {
        Ok(url) => url,
        Err(_) => format!("sqlite://{}", home.join("bench.db").display()),
    }
}

/// A bundle of about 70 kB: 100 objects with fields.
pub fn bundle(id: &str, version: &str) -> Value {
    let objects: Vec<Value> = (0..100)
        .map(|object| {
            let fields: serde_json::Map<String, Value> = (0..8)
                .map(|field| {
                    let definition = json!({
                        "type": "text", "label": format!("Field {field}"), "required": field == 0,
                    });
                    (format!("field_{field}"), definition)
                })
                .collect();
            json!({
                "name": format!("bench_object_{object}"), "label": format!("Object {object}"),
                "sharingModel": "private", "fields": fields,
                "description": "An object of the benchmark, as large as objects of real packages are on average.",
            })
        })
        .collect();
    json!({
        "manifest": {
            "id": id, "namespace": "bench", "version": version, "type": "app", "name": "Bench",
        },
        "objects": objects,
    })
}

/// Publishes a package that everybody may see, with one approved version.
pub fn publish_listed(http: &mut Http, id: &str) -> String {
    let package = json!({
        "manifest_id": id, "display_name": "Bench", "visibility": "marketplace",
        "description": "A package to measure with", "category": "devtools", "license": "MIT",
        "readme": "# Bench\n\nA package to measure with.",
    });
    let package = http.json("POST", "/api/v1/cloud/packages", &package);
    let package = package["id"].as_str().unwrap().to_owned();
    let svg =
        br#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>"#;
    let icon = format!("/api/v1/cloud/packages/{package}/icon");
    assert!(http.send("POST", &icon, "image/svg+xml", svg).status < 300);
    let version =
        json!({ "version": "1.0.0", "bundle": bundle(id, "1.0.0"), "auto_approve": true });
    http.json("POST", &format!("/api/v1/cloud/packages/{package}/versions"), &version);
    package
}
