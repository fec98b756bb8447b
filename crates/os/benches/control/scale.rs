//! What reads cost with 1,000, 100,000 and 1,000,000 versions stored.

use crate::load::load;
use crate::server::{self, database};
use crate::table;
use os_db::{Db, now};
use std::time::Duration;
use uuid::Uuid;

/// Packages, and versions of each.
const SIZES: [(usize, usize); 3] = [(100, 10), (10_000, 10), (100_000, 10)];
const TIME: Duration = Duration::from_secs(2);

pub fn run() {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (packages, versions) in SIZES {
        let home = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", home.path().join("bench.db").display());
        let url =
            if std::env::var("TEST_DATABASE_URL").is_ok() { database(home.path()) } else { url };
        drop(server::control(home.path(), Some(&url)));
        fill(&url, packages, versions);
        let server = server::control(home.path(), Some(&url));
        let token = server.sign_in();
        let id = format!("com.example.filled-{}", packages / 2);
        let paths = [
            ("package detail", format!("/api/v1/cloud/packages/{id}")),
            ("latest version", format!("/api/v1/cloud/packages/{id}/versions/latest")),
            ("list, first page", "/api/v1/cloud/packages?limit=20".to_owned()),
            ("catalog, first page", "/api/v1/marketplace/packages?limit=20".to_owned()),
            ("search, one hit", format!("/api/v1/marketplace/packages?q=filled+{}", packages / 2)),
            ("search, all hit", "/api/v1/marketplace/packages?q=filled".to_owned()),
        ];
        for (at, (name, path)) in paths.iter().enumerate() {
            let measured = load(1, TIME, |_| {
                let (mut http, path) = (server.http().with_token(&token), path.clone());
                move || assert_eq!(http.get(&path).status, 200)
            });
            if rows.len() <= at {
                rows.push(vec![(*name).to_owned()]);
            }
            rows[at].push(table::ms(measured.percentile(0.5)));
        }
    }
    let head = ["p50 of one client", "1,000 versions", "100,000 versions", "1,000,000 versions"];
    table::print("Reads as the catalog grows", &head, &rows);
}

/// Stores packages that everybody may see, with manifests of 1 kB.
pub fn fill(url: &str, packages: usize, versions: usize) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let db = Db::connect(url).await.unwrap();
        let mut tx = db.read().await.unwrap();
        let (owner,): (String,) =
            tx.query("SELECT id FROM sys_organization LIMIT 1").one().await.unwrap();
        drop(tx);
        for first in (0..packages).step_by(500) {
            let mut tx = db.write().await.unwrap();
            for number in first..packages.min(first + 500) {
                package(&mut tx, &owner, number, versions).await;
            }
            tx.commit().await.unwrap();
        }
        let mut tx = db.write().await.unwrap();
        for name in ["listed", "packages"] {
            tx.query("INSERT INTO sys_counter (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
                .bind(name.to_owned())
                .bind(packages as i64)
                .run()
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        db.close().await;
    });
}

async fn package(tx: &mut os_db::Tx, owner: &str, number: usize, versions: usize) {
    let (id, name) = (Uuid::now_v7(), format!("filled {number:06}"));
    let ids: Vec<Uuid> = (0..versions).map(|_| Uuid::now_v7()).collect();
    let newest = *ids.last().unwrap();
    tx.query(
        "INSERT INTO sys_package (id, manifest_id, owner_org_id, display_name, description, visibility, tags, publisher,
                                  is_starter, listed, search_id, sort_name, latest_version_id, public_version_id,
                                  created_at, updated_at, created_by)
         VALUES ($1, $2, $3, $4, 'A package to measure with', 'marketplace', '[]', 'community', FALSE, TRUE, $5, $6, $7, $7, $8, $8, 'bench')",
    )
    .bind(id)
    .bind(format!("com.example.filled-{number}"))
    .bind(owner.to_owned())
    .bind(name.clone())
    .bind(number as i64 + 1)
    .bind(name.clone().into_bytes())
    .bind(newest)
    .bind(now())
    .run()
    .await
    .unwrap();
    tx.query_per_dialect(
        "INSERT INTO package_search (rowid, words) VALUES ($1, $2)",
        "INSERT INTO package_search (rowid, words) VALUES ($1, CAST($2 AS TSVECTOR))",
    )
    .bind(number as i64 + 1)
    .bind(format!("_listed com example filled {number} {name} a package to measure with"))
    .run()
    .await
    .unwrap();
    let manifest = format!(r#"{{"padding":"{}"}}"#, "x".repeat(1000));
    for (minor, version_id) in ids.into_iter().enumerate() {
        let version = format!("1.{minor}.0");
        let key = version.parse::<os_package::VersionNumber>().unwrap().precedence_key();
        tx.query(
            "INSERT INTO sys_package_version (id, package_id, version, precedence, status, is_pre_release, listing_status, checksum,
                 scope, dependencies, artifact_kind, manifest_type, size, published_at, published_by, created_at, updated_at, created_by, manifest_json)
             VALUES ($1, $2, $3, $4, 'published', FALSE, 'approved', $5, 'environment', '[]', 'package', 'app', 1000, $6, 'bench', $6, $6, 'bench', $7)",
        )
        .bind(version_id)
        .bind(id)
        .bind(version)
        .bind(key)
        .bind(os_package::Checksum::of(manifest.as_bytes()).to_string())
        .bind(now())
        .bind(manifest.clone())
        .run()
        .await
        .unwrap();
    }
}
