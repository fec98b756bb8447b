//! The registry service against `@objectstack/service-package`.

use crate::table;
use os_db::Db;
use os_runtime::registry::Registry;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

const PACKAGES: usize = 10_000;
const ROUNDS: usize = 3;

/// What is timed; those without a peer are ours alone.
const WORK: [(&str, &str, Option<&str>); 9] = [
    ("publish", "publish, 1 caller", Some("publish")),
    ("publish16", "publish, 16 callers", Some("publish16")),
    ("latest", "get latest, any of 10,000", Some("latest")),
    ("latest_cold", "… read from the database", Some("latest")),
    ("pinned", "get pinned, any of 10,000", Some("pinned")),
    ("pinned_cold", "… read from the database", Some("pinned")),
    ("list", "list() of 10,000", Some("list")),
    ("list_after", "… each after a publish", Some("list")),
    ("list_cold", "… read from the database", Some("list")),
];

pub fn run() {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir().unwrap();
        theirs.extend(peer(&folder.path().join("peer.db")));
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        ours.push(runtime.block_on(measure(&folder.path().join("ours.db"))));
    }
    let middle = |runs: &[Value], key: &str| {
        let values: Vec<f64> = runs.iter().filter_map(|run| run[key].as_f64()).collect();
        (!values.is_empty()).then(|| table::median(values))
    };
    let rows: Vec<Vec<String>> = WORK
        .iter()
        .map(|(key, name, peer)| {
            let ours = middle(&ours, key).unwrap();
            let theirs = peer.and_then(|peer| middle(&theirs, peer));
            vec![
                (*name).to_owned(),
                micros(ours),
                theirs.map(micros).unwrap_or_default(),
                theirs.map(|theirs| format!("{:.1}x", theirs / ours)).unwrap_or_default(),
            ]
        })
        .collect();
    let head = ["each, median of 3", "ours", "npm", "faster"];
    table::print("Registry, SQLite with synchronous=FULL", &head, &rows);
}

fn micros(micros: f64) -> String {
    format!("{micros:.1} us")
}

fn peer(database: &Path) -> Option<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/runtime/registry.mjs");
    std::env::var_os("PEER_MODULES")?;
    let mut command = Command::new("node");
    let output = command.arg(script).arg(database).arg(PACKAGES.to_string()).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn manifest(id: &str, version: &str) -> Value {
    json!({
        "id": id, "version": version, "name": format!("Package {id}"), "namespace": "bench",
        "type": "app",
    })
}

fn metadata() -> Value {
    let objects: Vec<Value> = (0..3)
        .map(|it| {
            json!({
                "name": format!("bench_object_{it}"), "label": format!("Object {it}"),
                "fields": { "name": { "type": "text", "label": "Name", "required": true } },
            })
        })
        .collect();
    json!({ "objects": objects })
}

async fn measure(database: &Path) -> Value {
    let db = Db::connect(database.to_str().unwrap()).await.unwrap();
    let registry = Registry::open(db.clone()).await.unwrap();
    publish(&registry, 64, PACKAGES / 64 + 1, |caller, it| {
        manifest(&format!("p{}", it * 64 + caller), "1.0.0")
    })
    .await;
    let publish_1 = publish(&registry, 1, 100, |_, it| manifest("one", &format!("1.0.{it}"))).await;
    let publish_16 =
        publish(&registry, 16, 60, |caller, it| manifest("many", &format!("1.{caller}.{it}")))
            .await;

    let fresh = Registry::new(db.clone());
    let list_cold = list(&fresh, 1).await;
    let list_warm = list(&fresh, 1_000).await;
    let mut list_after = 0.0;
    for it in 0..50 {
        publish(&fresh, 1, 1, |_, _| manifest("one", "1.0.0")).await;
        fresh.publish(&manifest("other", &format!("1.0.{it}")), &metadata()).await.unwrap();
        list_after += list(&fresh, 1).await / 50.0;
    }
    let fresh = Registry::new(db.clone());
    let latest_cold = get(&fresh, None, PACKAGES).await;
    let latest = get(&fresh, None, 200_000).await;
    let fresh = Registry::new(db);
    let pinned_cold = get(&fresh, Some("1.0.0"), PACKAGES).await;
    let pinned = get(&fresh, Some("1.0.0"), 200_000).await;
    json!({
        "publish": publish_1, "publish16": publish_16, "latest": latest, "latest_cold": latest_cold,
        "pinned": pinned, "pinned_cold": pinned_cold, "list": list_warm, "list_after": list_after,
        "list_cold": list_cold,
    })
}

/// Microseconds for each publish, by callers that publish at once.
async fn publish(
    registry: &Registry,
    callers: usize,
    each: usize,
    manifest: fn(usize, usize) -> Value,
) -> f64 {
    let started = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let (registry, metadata) = (registry.clone(), metadata());
            tokio::spawn(async move {
                for it in 0..each {
                    registry.publish(&manifest(caller, it), &metadata).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    started.elapsed().as_secs_f64() * 1e6 / (callers * each) as f64
}

async fn get(registry: &Registry, version: Option<&str>, times: usize) -> f64 {
    let ids: Vec<String> = (0..times).map(|it| format!("p{}", it * 7919 % PACKAGES)).collect();
    let started = Instant::now();
    for id in &ids {
        assert!(registry.get(id, version).await.unwrap().is_some());
    }
    started.elapsed().as_secs_f64() * 1e6 / times as f64
}

async fn list(registry: &Registry, times: usize) -> f64 {
    let started = Instant::now();
    for _ in 0..times {
        assert!(registry.list().await.unwrap().len() >= PACKAGES);
    }
    started.elapsed().as_secs_f64() * 1e6 / times as f64
}
