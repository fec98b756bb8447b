//! The release binary of this build as a server of its own, and the bare peer.

use os_test::{Http, Process, free_port};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// Starts a control plane in this home, or on this database.
pub fn control(home: &Path, database: Option<&str>) -> Process {
    Process::serve(env!("CARGO_BIN_EXE_os"), &["cloud", "serve"], home, database)
}

/// Starts the bare axum peer: this program again.
pub fn bare(arguments: &[&str]) -> Process {
    let port = free_port();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg("bare").arg(port.to_string()).args(arguments);
    Process::start(command, port)
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
