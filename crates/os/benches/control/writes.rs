//! Durable publishes and upgrades, against bare routes that commit as much.

use crate::load::{Load, load};
use crate::server::{self, bundle, database};
use crate::{bare, table};
use os_test::{Http, Process};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const TIME: Duration = Duration::from_secs(3);
const ROUNDS: usize = 3;

/// Every published version has a number of its own.
static NUMBER: AtomicU64 = AtomicU64::new(0);

pub fn run() {
    let home = tempfile::tempdir().unwrap();
    let url = database(home.path());
    let server = server::control(home.path(), Some(&url));
    let bare_url =
        if url.starts_with("sqlite") { url.replace("bench.db", "bare.db") } else { url.clone() };
    prepare_bare(home.path(), &bare_url);
    let peer = server::bare(&["--database", &bare_url]);
    let token = server.sign_in();

    let mut rows = Vec::new();
    for clients in [1, 16, 64] {
        rows.push(row(
            "publish 70 kB",
            clients,
            || publish(&server, &token, clients),
            || bare_publish(&peer, clients),
        ));
    }
    for clients in [1, 16, 64] {
        let mut environments = prepare(&server, &token, clients);
        rows.push(row(
            "upgrade",
            clients,
            || upgrade(&server, &token, &mut environments),
            || bare_load(&peer, clients, |client| format!("/upgrade/{client}")),
        ));
    }
    let head = ["durable writes", "clients", "ours", "bare axum", "ratio", "p50", "p99", "p99/p50"];
    table::print("Writes", &head, &rows);
    let commits = bare_load(&peer, 1, |_| "/commit".to_owned()).per_second();
    let shared = bare_load(&peer, 16, |_| "/commit".to_owned()).per_second();
    println!(
        "\nbare commits of one small row: {commits:.0}/s with 1 client, {shared:.0}/s with 16"
    );
}

fn row(
    name: &str,
    clients: usize,
    mut ours: impl FnMut() -> Load,
    mut limit: impl FnMut() -> Load,
) -> Vec<String> {
    let (mut rates, mut limits, mut halves, mut tails) = (vec![], vec![], vec![], vec![]);
    for _ in 0..ROUNDS {
        limits.push(limit().per_second());
        let load = ours();
        rates.push(load.per_second());
        halves.push(load.percentile(0.5));
        tails.push(load.percentile(0.99));
    }
    let (rate, limit) = (table::median(rates), table::median(limits));
    let (half, tail) = (table::median(halves), table::median(tails));
    vec![
        name.to_owned(),
        clients.to_string(),
        table::rate(rate),
        table::rate(limit),
        table::ratio(rate, limit),
        table::ms(half),
        table::ms(tail),
        table::ratio(tail, half),
    ]
}

/// Has the program make the tables and the rows that the bare routes write to.
fn prepare_bare(home: &std::path::Path, url: &str) {
    let server = server::control(&home.join("bare"), Some(url));
    let token = server.sign_in();
    let mut http = server.http().with_token(&token);
    for client in 0..64 {
        let id = format!("com.example.bare-{client}");
        admin_json(&mut http, &json!({ "manifest_id": id, "display_name": bare::PACKAGE }));
    }
    prepare(&server, &token, 64);
}

fn bare_load(peer: &Process, clients: usize, path: impl Fn(usize) -> String) -> Load {
    load(clients, TIME, |client| {
        let (mut http, path) = (peer.http(), path(client));
        move || {
            let answer = http.send("POST", &path, "application/json", b"{}");
            assert_eq!(answer.status, 200);
        }
    })
}

/// As [`publish`], against the bare route.
fn bare_publish(peer: &Process, clients: usize) -> Load {
    load(clients, TIME, |client| {
        let text = publication(&format!("com.example.bare-{client}"));
        let (mut http, path) = (peer.http(), format!("/publish/{client}"));
        move || {
            let answer = http.send("POST", &path, "application/json", numbered(&text).as_bytes());
            assert_eq!(answer.status, 200);
        }
    })
}

/// The body of a publish; [`numbered`] gives it a version.
fn publication(id: &str) -> String {
    json!({ "version": "VERSION", "bundle": bundle(id, "VERSION") }).to_string()
}

fn numbered(text: &str) -> String {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    text.replace("VERSION", &format!("1.0.{number}"))
}

/// Each client publishes new versions of a package of its own.
fn publish(server: &Process, token: &str, clients: usize) -> Load {
    let mut admin = server.http().with_token(token);
    load(clients, TIME, |client| {
        let id = format!("com.example.bench-{clients}-{client}");
        let package = json!({ "manifest_id": id, "display_name": "Bench" });
        let package = admin_json(&mut admin, &package);
        let path = format!("/api/v1/cloud/packages/{package}/versions");
        let text = publication(&id);
        let mut http = server.http().with_token(token);
        move || {
            let answer = http.send("POST", &path, "application/json", numbered(&text).as_bytes());
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(answer.status < 300, "{text}");
        }
    })
}

/// `load` makes its workers one after the other, so one connection serves all.
fn admin_json(admin: &mut Http, package: &Value) -> String {
    let package = admin.json("POST", "/api/v1/cloud/packages", package);
    package["id"].as_str().unwrap().to_owned()
}

/// An environment for each client with one package installed, of two versions.
fn prepare(server: &Process, token: &str, clients: usize) -> Vec<UpgradeTarget> {
    let mut http = server.http().with_token(token);
    let id = format!("com.example.upgrade-{clients}");
    let package = json!({ "manifest_id": id, "display_name": "Upgrade" });
    let package = http.json("POST", "/api/v1/cloud/packages", &package);
    let path = format!("/api/v1/cloud/packages/{}/versions", package["id"].as_str().unwrap());
    let mut versions = ["1.0.0", "1.1.0"].map(|version| {
        let body = json!({ "version": version, "bundle": bundle(&id, version) });
        http.json("POST", &path, &body)["id"].as_str().unwrap().to_owned()
    });
    versions.reverse();
    let [newer, older] = versions;
    let organizations = http.json("GET", "/api/v1/auth/organization/list", &json!({}));
    (0..clients)
        .map(|client| {
            let environment = json!({
                "organization_id": organizations[0]["id"], "display_name": format!("E{client}"),
                "env_type": "development",
            });
            let created = http.json("POST", "/api/v1/cloud/environments", &environment);
            let environment = created["environment"]["id"].as_str().unwrap();
            let packages = format!("/api/v1/cloud/environments/{environment}/packages");
            http.json("POST", &packages, &json!({ "packageVersionId": older }));
            UpgradeTarget {
                path: format!("{packages}/{id}"),
                newer: newer.clone(),
                older: older.clone(),
            }
        })
        .collect()
}

#[derive(Clone)]
struct UpgradeTarget {
    path: String,
    newer: String,
    older: String,
}

/// Each client moves its installation up and back down, in turn.
fn upgrade(server: &Process, token: &str, environments: &mut [UpgradeTarget]) -> Load {
    load(environments.len(), TIME, |client| {
        let it = environments[client].clone();
        let mut http = server.http().with_token(token);
        let body = |version: &str| json!({ "targetPackageVersionId": version }).to_string();
        // A round before left it anywhere: start from the older one.
        let back = http.send(
            "POST",
            &format!("{}/rollback", it.path),
            "application/json",
            body(&it.older).as_bytes(),
        );
        assert!(back.status < 500);
        let mut up = true;
        move || {
            let (path, version) = if up { ("upgrade", &it.newer) } else { ("rollback", &it.older) };
            let path = format!("{}/{path}", it.path);
            let answer = http.send("POST", &path, "application/json", body(version).as_bytes());
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            assert_eq!(answer.status, 200, "{text}");
            up = !up;
        }
    })
}
