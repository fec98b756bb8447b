//! Catalog reads, against a bare axum route with the same bytes.

use crate::server::{bare, control, publish_listed};
use crate::table;
use std::process::Command;

const ROUNDS: usize = 3;

pub fn run() {
    let home = tempfile::tempdir().unwrap();
    let server = control(home.path(), None);
    let mut http = server.http().with_token(&server.sign_in());
    let package = publish_listed(&mut http, "com.example.bench");
    let paths = [
        ("package detail", format!("/api/v1/marketplace/packages/{package}")),
        (
            "manifest, exact version",
            format!("/api/v1/marketplace/packages/{package}/versions/1.0.0/manifest"),
        ),
        (
            "manifest, latest",
            "/api/v1/marketplace/packages/com.example.bench/versions/latest/manifest".to_owned(),
        ),
        ("list of packages", "/api/v1/marketplace/packages".to_owned()),
    ];

    let dir = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (at, (_, path)) in paths.iter().enumerate() {
        let answer = server.http().get(path);
        assert_eq!(answer.status, 200, "{path}");
        let file = dir.path().join(at.to_string());
        std::fs::write(&file, answer.body).unwrap();
        files.push(file.to_str().unwrap().to_owned());
    }
    let peer = bare(&files.iter().map(String::as_str).collect::<Vec<_>>());

    let mut rows = Vec::new();
    for (at, (name, path)) in paths.iter().enumerate() {
        let (mut ours, mut limit) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            limit.push(wrk(&peer.address, &format!("/{at}")));
            ours.push(wrk(&server.address, path));
        }
        let (ours, limit) = (table::median(ours), table::median(limit));
        let size = std::fs::metadata(&files[at]).unwrap().len();
        rows.push(vec![
            (*name).to_owned(),
            format!("{size} B"),
            table::rate(ours),
            table::rate(limit),
            table::ratio(ours, limit),
        ]);
    }
    let head = ["wrk -c16, median of 3", "body", "ours", "bare axum", "ratio"];
    table::print("Reads of the catalog", &head, &rows);
    println!("\nresident memory after the load: {:.1} MiB", server.memory());
}

/// Requests per second, as wrk counts them.
fn wrk(address: &str, path: &str) -> f64 {
    let output = Command::new("wrk")
        .args(["-t1", "-c16", "-d3s", &format!("http://{address}{path}")])
        .output()
        .expect("wrk is installed: apt-get install wrk");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.contains("Non-2xx"), "{text}");
    let line = text.lines().find_map(|line| line.strip_prefix("Requests/sec:"));
    line.and_then(|it| it.trim().parse().ok()).unwrap_or_else(|| panic!("{text}"))
}
