//! Installing into a live runtime: the first install of the examples (or of the
//! artifacts that `BENCH_ARTIFACTS` names), with more and more packages there
//! already, and what readers feel of it. Then a start with three packages.

use crate::load::load;
use crate::process;
use crate::table;
use os_test::Http;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const URL: &str = "/api/v1/marketplace/install-local";
const ROUNDS: usize = 5;

pub fn run() {
    first_installs();
    with_others();
    readers();
    start();
}

/// The artifacts that are measured: a name and the body of the request.
fn artifacts() -> Vec<(String, Value)> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let paths: Vec<PathBuf> = match std::env::var("BENCH_ARTIFACTS") {
        Ok(named) => named.split(',').map(PathBuf::from).collect(),
        Err(_) => ["crm/1.1.0", "helpdesk/0.4.0"]
            .map(|it| examples.join(it).join("objectstack.json"))
            .into(),
    };
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let artifact: Value = serde_json::from_str(&text).unwrap();
        let id =
            artifact["manifest"]["id"].as_str().or(artifact["id"].as_str()).unwrap().to_owned();
        (format!("{id}, {} kB", text.len() / 1000), json!({ "manifest": artifact }))
    };
    paths.into_iter().map(read).collect()
}

fn database(home: &Path) -> String {
    format!("sqlite://{}", home.join("bench.db").display())
}

/// Milliseconds of one install.
fn install(http: &mut Http, body: &Value) -> f64 {
    let text = body.to_string();
    let at = Instant::now();
    let answer = http.send("POST", URL, "application/json", text.as_bytes());
    let took = at.elapsed().as_secs_f64() * 1000.0;
    assert!(answer.status < 300, "{}", String::from_utf8_lossy(&answer.body));
    took
}

fn first_installs() {
    let artifacts = artifacts();
    let mut first = vec![Vec::new(); artifacts.len()];
    let mut again = vec![Vec::new(); artifacts.len()];
    for _ in 0..ROUNDS {
        let home = tempfile::tempdir().unwrap();
        let (server, token) = process::serve(home.path(), &database(home.path()));
        let mut http = Http::connect(&server.address).with_token(&token);
        for (at, (_, body)) in artifacts.iter().enumerate() {
            first[at].push(install(&mut http, body));
        }
        for (at, (_, body)) in artifacts.iter().enumerate() {
            again[at].push(install(&mut http, body));
        }
    }
    let rows: Vec<Vec<String>> = artifacts
        .iter()
        .zip(first.into_iter().zip(again))
        .map(|((name, _), (first, again))| {
            vec![name.clone(), table::ms(table::median(first)), table::ms(table::median(again))]
        })
        .collect();
    table::print("Installs, with seeds", &["median of 5", "first", "again"], &rows);
}

/// A small package of its own namespace.
fn small(at: usize) -> Value {
    let fields =
        json!({ "name": { "type": "text", "required": true }, "amount": { "type": "number" } });
    json!({ "manifest": {
        "manifest": { "id": format!("com.example.small{at}"), "namespace": format!("small{at}"),
                      "version": "1.0.0", "type": "app", "name": "Small" },
        "objects": [{ "name": format!("small{at}_thing"), "label": "Thing", "fields": fields }],
    } })
}

fn with_others() {
    let home = tempfile::tempdir().unwrap();
    let (server, token) = process::serve(home.path(), &database(home.path()));
    let mut http = Http::connect(&server.address).with_token(&token);
    let mut there = 0;
    let mut rows = Vec::new();
    for others in [1, 10, 100, 1000] {
        for at in there..others {
            install(&mut http, &small(at));
        }
        let times = (others..others + ROUNDS).map(|at| install(&mut http, &small(at))).collect();
        there = others + ROUNDS;
        rows.push(vec![others.to_string(), table::ms(table::median(times))]);
    }
    table::print("One more small package", &["packages there", "median of 5"], &rows);
}

/// The latency of reads without installs, and while packages are installed.
fn readers() {
    let home = tempfile::tempdir().unwrap();
    let (server, token) = process::serve(home.path(), &database(home.path()));
    let mut http = Http::connect(&server.address).with_token(&token);
    for (_, body) in artifacts() {
        install(&mut http, &body);
    }
    let path = "/api/v1/meta/object";
    let read = || {
        load(4, Duration::from_secs(4), |_| {
            let mut http = Http::connect(&server.address).with_token(&token);
            move || assert_eq!(http.get(path).status, 200)
        })
    };
    let alone = read();
    let during = std::thread::scope(|scope| {
        let (address, token) = (server.address.clone(), token.clone());
        let installing = scope.spawn(move || {
            let mut http = Http::connect(&address).with_token(&token);
            let end = Instant::now() + Duration::from_secs(4);
            let mut count = 0;
            while Instant::now() < end {
                install(&mut http, &small(count));
                count += 1;
                std::thread::sleep(Duration::from_millis(50));
            }
            count
        });
        let during = read();
        (during, installing.join().unwrap())
    });
    let row = |name: String, load: &crate::load::Load| {
        vec![
            name,
            table::rate(load.per_second()),
            table::ms(load.percentile(0.5)),
            table::ms(load.percentile(0.99)),
        ]
    };
    let rows =
        [row("alone".to_owned(), &alone), row(format!("during {} installs", during.1), &during.0)];
    table::print("4 readers of the metadata", &["", "reads", "p50", "p99"], &rows);
}

/// From nothing to the first answer, with three packages installed.
fn start() {
    let home = tempfile::tempdir().unwrap();
    let url = database(home.path());
    {
        let (server, token) = process::serve(home.path(), &url);
        let mut http = Http::connect(&server.address).with_token(&token);
        for (_, body) in artifacts() {
            install(&mut http, &body);
        }
        install(&mut http, &small(0));
    }
    let (mut times, mut memory) = (Vec::new(), 0.0);
    for _ in 0..ROUNDS {
        let at = Instant::now();
        let (server, token) = process::serve(home.path(), &url);
        times.push(server.opened.duration_since(at).as_secs_f64() * 1000.0);
        let mut http = Http::connect(&server.address).with_token(&token);
        assert_eq!(http.get("/api/v1/meta/object").status, 200);
        std::thread::sleep(Duration::from_millis(300));
        memory = server.memory();
    }
    let rows = [
        vec!["until the port is open".to_owned(), table::ms(table::median(times))],
        vec!["memory after a sign-in and a read".to_owned(), format!("{memory:.1} MiB")],
    ];
    table::print("Start with three packages", &["", "median of 5"], &rows);
}
