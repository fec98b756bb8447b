//! The limit: axum routes that do the unavoidable and nothing else.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header;
use axum::routing::{get, post};
use os_db::{Db, now};
use os_package::{Checksum, canonical};
use serde_json::Value;
use uuid::Uuid;

/// `bare PORT FILE…`: answers `/0`, `/1`, … with the files, from memory.
/// `bare PORT --database URL`: commits the rows of a publish and of an upgrade.
pub fn main(arguments: &[String]) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let router = match &arguments[1..] {
            [flag, url] if flag == "--database" => commits(url).await,
            files => files.iter().enumerate().fold(Router::new(), |router, (at, file)| {
                let bytes = Bytes::from(std::fs::read(file).unwrap());
                let answer =
                    move || async move { ([(header::CONTENT_TYPE, "application/json")], bytes) };
                router.route(&format!("/{at}"), get(answer))
            }),
        };
        let listener =
            tokio::net::TcpListener::bind(format!("127.0.0.1:{}", arguments[0])).await.unwrap();
        axum::serve(listener, router).await.unwrap();
    });
}

async fn commits(url: &str) -> Router {
    let db = Db::connect(url).await.unwrap();
    Router::new()
        .route("/publish", post(publish))
        .route("/upgrade", post(upgrade))
        .route("/commit", post(commit))
        .layer(DefaultBodyLimit::max(32 << 20))
        .with_state(db)
}

/// Parses, canonicalises, hashes, and commits a version and its event.
async fn publish(State(db): State<Db>, body: Bytes) -> String {
    let mut body: Value = serde_json::from_slice(&body).unwrap();
    let manifest = canonical(&body["bundle"].take());
    let checksum = Checksum::of(manifest.as_bytes()).to_string();
    let mut tx = db.write().await.unwrap();
    tx.query("INSERT INTO bare_version (id, package_id, version, checksum, size, created_at, manifest_json) VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(Uuid::now_v7())
        .bind(Uuid::nil())
        .bind(Uuid::now_v7().to_string())
        .bind(checksum.clone())
        .bind(manifest.len() as i64)
        .bind(now())
        .bind(manifest)
        .run()
        .await
        .unwrap();
    event(&mut tx).await;
    tx.commit().await.unwrap();
    checksum
}

/// Commits a moved pointer, its history, its generation and its event.
async fn upgrade(State(db): State<Db>, _body: Bytes) -> String {
    let mut tx = db.write().await.unwrap();
    tx.query("UPDATE bare_installation SET version = $1 WHERE id = 1")
        .bind(Uuid::now_v7().to_string())
        .run()
        .await
        .unwrap();
    for table in [
        "INSERT INTO bare_history (id, at, detail) VALUES ($1, $2, $3)",
        "INSERT INTO bare_generation (id, at, detail) VALUES ($1, $2, $3)",
    ] {
        tx.query(table).bind(Uuid::now_v7()).bind(now()).bind("x".repeat(300)).run().await.unwrap();
    }
    event(&mut tx).await;
    tx.commit().await.unwrap();
    "{}".to_owned()
}

/// Commits one small row: the bare commit rate of the database.
async fn commit(State(db): State<Db>) -> String {
    let mut tx = db.write().await.unwrap();
    event(&mut tx).await;
    tx.commit().await.unwrap();
    "{}".to_owned()
}

async fn event(tx: &mut os_db::Tx) {
    tx.query("INSERT INTO bare_event (id, at, detail) VALUES ($1, $2, $3)")
        .bind(Uuid::now_v7())
        .bind(now())
        .bind("x".repeat(300))
        .run()
        .await
        .unwrap();
}

/// The tables of the bare routes.
pub const TABLES: &[os_db::Migration] = &[os_db::Migration::shared(
    "bench_bare",
    "CREATE TABLE bare_version (id UUID PRIMARY KEY, package_id UUID NOT NULL, version TEXT NOT NULL,
                                checksum TEXT NOT NULL, size BIGINT NOT NULL, created_at TIMESTAMPTZ NOT NULL,
                                manifest_json TEXT NOT NULL, UNIQUE (package_id, version));
     CREATE TABLE bare_installation (id BIGINT PRIMARY KEY, version TEXT NOT NULL);
     INSERT INTO bare_installation VALUES (1, '');
     CREATE TABLE bare_history (id UUID PRIMARY KEY, at TIMESTAMPTZ NOT NULL, detail TEXT NOT NULL);
     CREATE TABLE bare_generation (id UUID PRIMARY KEY, at TIMESTAMPTZ NOT NULL, detail TEXT NOT NULL);
     CREATE TABLE bare_event (id UUID PRIMARY KEY, at TIMESTAMPTZ NOT NULL, detail TEXT NOT NULL);",
)];
