//! Reads that are served from memory, against axum routes that answer the same
//! bytes and do nothing else.

use crate::load::load;
use crate::process;
use crate::table;
use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::routing::get;
use os_test::{Http, Process, free_port};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const CLIENTS: usize = 16;
const ROUNDS: usize = 3;

/// What is read, and how often a second the npm runtime answers it (issue 3).
const READS: [(&str, &str, f64); 3] = [
    ("one object", "/api/v1/meta/object/crm_account", 169.0),
    ("all objects", "/api/v1/meta/object", f64::NAN),
    ("what is installed", "/api/v1/marketplace/install-local", 148.0),
];

pub fn run() {
    let home = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", home.path().join("bench.db").display());
    let (ours, token) = process::serve(home.path(), &database);
    let mut http = Http::connect(&ours.address).with_token(&token);
    install(&mut http);
    let files: Vec<PathBuf> = READS
        .iter()
        .enumerate()
        .map(|(at, (_, path, _))| keep(&mut http, path, &home.path().join(at.to_string())))
        .collect();
    let port = free_port();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["files", &port.to_string()]).args(&files);
    let bare = Process::start(command, port);

    let mut rows = Vec::new();
    for (at, (name, path, npm)) in READS.iter().enumerate() {
        let (mut of_ours, mut of_bare, mut p99) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            of_bare.push(rate(&bare.address, &token, &format!("/{at}")).0);
            let (per_second, slow) = rate(&ours.address, &token, path);
            of_ours.push(per_second);
            p99.push(slow);
        }
        let (of_ours, of_bare) = (table::median(of_ours), table::median(of_bare));
        let faster = if npm.is_nan() { String::new() } else { format!("{:.0}x", of_ours / npm) };
        rows.push(vec![
            (*name).to_owned(),
            format!("{} B", std::fs::metadata(&files[at]).unwrap().len()),
            table::rate(of_ours),
            table::ms(table::median(p99)),
            table::rate(of_bare),
            table::ratio(of_ours, of_bare),
            faster,
        ]);
    }
    let head = ["16 clients, median of 3", "body", "ours", "p99", "bare axum", "ratio", "npm"];
    table::print("Reads from memory", &head, &rows);
}

/// Requests a second, and the 99th percentile of their latency in milliseconds.
fn rate(address: &str, token: &str, path: &str) -> (f64, f64) {
    let load = load(CLIENTS, Duration::from_secs(3), |_| {
        let mut http = Http::connect(address).with_token(token);
        move || assert_eq!(http.get(path).status, 200)
    });
    (load.per_second(), load.percentile(0.99))
}

/// Both examples, the second of which needs the first.
fn install(http: &mut Http) {
    for example in ["crm/1.1.0", "helpdesk/0.4.0"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
        let text = std::fs::read_to_string(root.join(example).join("objectstack.json")).unwrap();
        let artifact: Value = serde_json::from_str(&text).unwrap();
        let body = json!({ "manifest": artifact });
        http.json("POST", "/api/v1/marketplace/install-local", &body);
    }
}

/// Writes what we answer into a file.
fn keep(http: &mut Http, path: &str, file: &Path) -> PathBuf {
    std::fs::write(file, http.get(path).body).unwrap();
    file.to_owned()
}

/// `files PORT FILE…`: answers `/0`, `/1`, … with the files, from memory.
pub fn bare(arguments: &[String]) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let router = arguments[1..].iter().enumerate().fold(Router::new(), |router, (at, file)| {
            let bytes = Bytes::from(std::fs::read(file).unwrap());
            let answer =
                move || async move { ([(header::CONTENT_TYPE, "application/json")], bytes) };
            router.route(&format!("/{at}"), get(answer))
        });
        let address = format!("127.0.0.1:{}", arguments[0]);
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        axum::serve(listener, router).await.unwrap();
    });
}
