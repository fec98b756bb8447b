//! The limit: axum routes that do the unavoidable and nothing else.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header;
use axum::routing::{get, post};
use os_db::{Db, now};
use os_package::{Checksum, VersionNumber, canonical};
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

/// The rows that the routes write to; `writes.rs` had the program make them.
#[derive(Clone)]
struct Bare {
    db: Db,
    organization: String,
    /// One for each client.
    packages: Vec<Uuid>,
    installations: Vec<Installed>,
}

#[derive(Clone)]
struct Installed {
    id: Uuid,
    environment: Uuid,
    package: Uuid,
    version: Uuid,
}

async fn commits(url: &str) -> Router {
    let db = Db::connect(url).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let owned: Vec<(Uuid, String)> = tx
        .query("SELECT id, owner_org_id FROM sys_package WHERE display_name = $1 ORDER BY id")
        .bind(PACKAGE.to_owned())
        .all()
        .await
        .unwrap();
    let rows: Vec<(Uuid, Uuid, Uuid, Uuid)> = tx
        .query("SELECT id, environment_id, package_id, package_version_id FROM sys_package_installation ORDER BY id")
        .all()
        .await
        .unwrap();
    drop(tx);
    let installations = rows
        .into_iter()
        .map(|(id, environment, package, version)| Installed { id, environment, package, version })
        .collect();
    Router::new()
        .route("/publish/{client}", post(publish))
        .route("/upgrade/{client}", post(upgrade))
        .route("/commit", post(commit))
        .layer(DefaultBodyLimit::max(32 << 20))
        .with_state(Bare {
            db,
            organization: owned[0].1.clone(),
            packages: owned.into_iter().map(|it| it.0).collect(),
            installations,
        })
}

/// What the packages are called whose versions `/publish/{client}` adds.
pub const PACKAGE: &str = "Bare";

/// Parses, canonicalises, hashes, and commits the rows of a publish: the version, the newest
/// version of its package, the event.
async fn publish(State(bare): State<Bare>, Path(client): Path<usize>, body: Bytes) -> String {
    let package = bare.packages[client];
    let mut body: Value = serde_json::from_slice(&body).unwrap();
    let number: VersionNumber = body["version"].as_str().unwrap().parse().unwrap();
    let manifest = canonical(&body["bundle"].take());
    let checksum = Checksum::of(manifest.as_bytes()).to_string();
    let (id, at) = (Uuid::now_v7(), now());
    let mut tx = bare.db.write().await.unwrap();
    tx.query(
        "INSERT INTO sys_package_version
            (id, package_id, version, precedence, status, is_pre_release, listing_status, checksum,
             scope, dependencies, artifact_kind, manifest_type, size, published_at, published_by,
             created_at, updated_at, created_by, manifest_json)
         VALUES ($1, $2, $3, $4, 'published', FALSE, 'draft', $5, 'environment', '[]', 'package',
                 'app', $6, $7, 'bare', $7, $7, 'bare', $8)",
    )
    .bind(id)
    .bind(package)
    .bind(number.as_str().to_owned())
    .bind(number.precedence_key())
    .bind(checksum.clone())
    .bind(manifest.len() as i64)
    .bind(at)
    .bind(manifest)
    .run()
    .await
    .unwrap();
    tx.query("UPDATE sys_package SET latest_version_id = $2 WHERE id = $1")
        .bind(package)
        .bind(id)
        .run()
        .await
        .unwrap();
    event(&mut tx, &bare, None).await;
    tx.commit().await.unwrap();
    checksum
}

/// Commits the rows of an upgrade: the pointer, the number of the generation, the generation, the
/// history, the event.
async fn upgrade(State(bare): State<Bare>, Path(client): Path<usize>, _body: Bytes) -> String {
    let it = &bare.installations[client];
    let (id, at) = (Uuid::now_v7(), now());
    let mut tx = bare.db.write().await.unwrap();
    let (generation,): (i64,) = tx
        .query("UPDATE sys_environment SET generation = generation + 1, updated_at = $2 WHERE id = $1 RETURNING generation")
        .bind(it.environment)
        .bind(at)
        .one()
        .await
        .unwrap();
    tx.query("UPDATE sys_package_installation SET package_version_id = $2, updated_at = $3 WHERE id = $1")
        .bind(it.id)
        .bind(it.version)
        .bind(at)
        .run()
        .await
        .unwrap();
    tx.query(
        "INSERT INTO sys_environment_generation
            (environment_id, number, cause, created_by, created_at, package_count, packages)
         VALUES ($1, $2, 'upgrade', 'bare', $3, 1, $4)",
    )
    .bind(it.environment)
    .bind(generation)
    .bind(at)
    .bind("x".repeat(300))
    .run()
    .await
    .unwrap();
    tx.query(
        "INSERT INTO sys_package_installation_history
            (id, installation_id, environment_id, package_id, from_version_id, to_version_id, action,
             generation, performed_by, performed_at)
         VALUES ($1, $2, $3, $4, $5, $5, 'upgrade', $6, 'bare', $7)",
    )
    .bind(id)
    .bind(it.id)
    .bind(it.environment)
    .bind(it.package)
    .bind(it.version)
    .bind(generation)
    .bind(at)
    .run()
    .await
    .unwrap();
    event(&mut tx, &bare, Some(it.environment)).await;
    tx.commit().await.unwrap();
    "{}".to_owned()
}

/// Commits one small row: the bare commit rate of the database.
async fn commit(State(bare): State<Bare>) -> String {
    let mut tx = bare.db.write().await.unwrap();
    event(&mut tx, &bare, None).await;
    tx.commit().await.unwrap();
    "{}".to_owned()
}

async fn event(tx: &mut os_db::Tx, bare: &Bare, environment: Option<Uuid>) {
    tx.query(
        "INSERT INTO sys_event (id, at, kind, actor_kind, actor_id, request_id, organization_id,
                                environment_id, package_id, detail)
         VALUES ($1, $2, 'bare', 'user', 'bare', 'bare', $3, $4, $5, $6)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(now())
    .bind(bare.organization.clone())
    .bind(environment)
    .bind(bare.packages[0])
    .bind("x".repeat(300))
    .run()
    .await
    .unwrap();
}
