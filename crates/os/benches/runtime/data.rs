//! Records over HTTP, against a bare axum route that runs the same statements.

use crate::load::{Load, load};
use crate::process;
use crate::table;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use os_db::{Db, now};
use os_test::{Http, Process, free_port};
use serde::Serialize;
use serde_json::{Value, json};
use std::process::Command;
use std::time::Duration;

const CLIENTS: usize = 16;
const ROUNDS: usize = 3;
const RECORDS: usize = 10_000;
const LIST: &str = "/api/v1/data/bench_task?filter=%7B%22status%22%3A%22open%22%7D&sort=-due&top=25&select=id,name,status,due,amount";

pub fn run() {
    let home = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", home.path().join("bench.db").display());
    let database = std::env::var("TEST_DATABASE_URL").unwrap_or(database);
    let (ours, token) = process::serve(home.path(), &database);
    let ids = fill(&mut Http::connect(&ours.address).with_token(&token));
    let port = free_port();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["bare", &port.to_string(), &database]);
    let bare = Process::start(command, port);

    let mut rows = Vec::new();
    for (name, request, limit) in [
        ("list of 25, with total", Request::Get(LIST.to_owned()), Request::Get("/list".to_owned())),
        ("one record", Request::One("/api/v1/data/bench_task/", &ids), Request::One("/one/", &ids)),
        ("create", Request::Create("/api/v1/data/bench_task"), Request::Create("/create")),
    ] {
        let (mut of_ours, mut of_bare, mut p99) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            of_bare.push(request_rate(&bare.address, &token, &limit).per_second());
            let load = request_rate(&ours.address, &token, &request);
            p99.push(load.percentile(0.99));
            of_ours.push(load.per_second());
        }
        let (of_ours, of_bare) = (table::median(of_ours), table::median(of_bare));
        rows.push(vec![
            name.to_owned(),
            table::rate(of_ours),
            table::ms(table::median(p99)),
            table::rate(of_bare),
            table::ratio(of_ours, of_bare),
        ]);
    }
    let head = ["16 clients, median of 3", "ours", "p99", "bare statements", "ratio"];
    table::print("Records, 10,000 of them", &head, &rows);
}

/// What each client sends, again and again.
enum Request<'r> {
    Get(String),
    One(&'r str, &'r [String]),
    Create(&'r str),
}

fn request_rate(address: &str, token: &str, request: &Request<'_>) -> Load {
    load(CLIENTS, Duration::from_secs(3), |client| {
        let mut http = Http::connect(address).with_token(token);
        let mut count = client;
        move || {
            count += 1;
            let answer = match request {
                Request::Get(path) => http.get(path),
                Request::One(path, ids) => {
                    http.get(&format!("{path}{}", ids[count * 97 % ids.len()]))
                }
                Request::Create(path) => {
                    let body = record(count).to_string();
                    http.send("POST", path, "application/json", body.as_bytes())
                }
            };
            assert!(answer.status < 300, "{}", String::from_utf8_lossy(&answer.body));
        }
    })
}

fn record(at: usize) -> Value {
    let status = ["open", "busy", "done", "late"][at % 4];
    json!({
        "name": format!("Task {at}"),
        "status": status,
        "due": format!("2026-{:02}-{:02}", at % 12 + 1, at % 28 + 1),
        "amount": at as f64 / 4.0,
    })
}

/// Installs a package with one object, and makes its records.
fn fill(http: &mut Http) -> Vec<String> {
    let artifact = json!({
        "manifest": { "id": "com.example.bench", "namespace": "bench", "version": "1.0.0", "type": "app", "name": "Bench" },
        "objects": [{
            "name": "bench_task", "label": "Task",
            "fields": {
                "name": { "type": "text", "required": true, "maxLength": 200 },
                "status": { "type": "select", "options": ["open", "busy", "done", "late"] },
                "due": { "type": "date" },
                "amount": { "type": "number" },
            },
            "indexes": [{ "fields": ["status", "due"] }],
        }],
    });
    let body = json!({ "manifest": artifact });
    http.json("POST", "/api/v1/marketplace/install-local", &body);
    let mut ids = Vec::with_capacity(RECORDS);
    for first in (0..RECORDS).step_by(200) {
        let records: Vec<Value> = (first..first + 200).map(record).collect();
        let made = http.json("POST", "/api/v1/data/bench_task/createMany", &json!(records));
        let records = made["records"].as_array().unwrap();
        ids.extend(records.iter().map(|it| it["id"].as_str().unwrap().to_owned()));
    }
    ids
}

// ---- The limit

#[derive(Serialize, os_db::FromRow)]
struct Task {
    id: String,
    name: Option<String>,
    status: Option<String>,
    due: Option<String>,
    amount: Option<f64>,
}

#[derive(Serialize)]
struct List {
    records: Vec<Task>,
    total: i64,
}

/// `bare PORT DATABASE`: the statements of the requests, and nothing else.
pub fn bare(arguments: &[String]) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let router = Router::new()
            .route("/list", get(list))
            .route("/one/{id}", get(one))
            .route("/create", post(create))
            .with_state(Db::connect(&arguments[1]).await.unwrap());
        let address = format!("127.0.0.1:{}", arguments[0]);
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        axum::serve(listener, router).await.unwrap();
    });
}

async fn list(State(db): State<Db>) -> impl IntoResponse {
    let mut tx = db.autocommit().await.unwrap();
    let records: Vec<Task> = tx
        .query("SELECT id, name, status, due, amount FROM bench_task WHERE status = $1 ORDER BY due DESC, id DESC LIMIT 25")
        .bind("open".to_owned())
        .all()
        .await
        .unwrap();
    let (total,): (i64,) = tx
        .query("SELECT COUNT(*) FROM bench_task WHERE status = $1")
        .bind("open".to_owned())
        .one()
        .await
        .unwrap();
    axum::Json(List { records, total })
}

async fn one(State(db): State<Db>, Path(id): Path<String>) -> impl IntoResponse {
    let mut tx = db.autocommit().await.unwrap();
    let task: Task = tx
        .query("SELECT id, name, status, due, amount FROM bench_task WHERE id = $1")
        .bind(id)
        .one()
        .await
        .unwrap();
    axum::Json(task)
}

#[derive(serde::Deserialize)]
struct NewTask {
    name: String,
    status: String,
    due: String,
    amount: f64,
}

async fn create(State(db): State<Db>, axum::Json(task): axum::Json<NewTask>) -> impl IntoResponse {
    let id = uuid::Uuid::now_v7().to_string();
    let mut tx = db.write().await.unwrap();
    tx.query(
        "INSERT INTO bench_task (id, name, status, due, amount, created_at, updated_at, created_by, updated_by, owner_id)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $7, $7)",
    )
    .bind(id.clone())
    .bind(task.name)
    .bind(task.status)
    .bind(task.due)
    .bind(task.amount)
    .bind(now())
    .bind("0190f0c0-0000-7000-8000-000000000000".to_owned())
    .run()
    .await
    .unwrap();
    tx.commit().await.unwrap();
    ([(header::CONTENT_TYPE, "application/json")], format!("{{\"id\":\"{id}\"}}"))
}
