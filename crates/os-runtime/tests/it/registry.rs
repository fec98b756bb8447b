use os_db::Clock;
use os_runtime::registry::Registry;
use os_test::runtime::{App, REGISTRY, manifest};
use serde_json::{Value, json};
use std::time::Duration;

const PUBLISH: &str = "/api/v1/packages/publish";

#[tokio::test]
async fn a_list_that_is_remembered_follows_every_change() {
    let app = App::new().await;
    let registry = Registry::new(app.db.clone());
    let publish = async |id: &str, version: &str, metadata: Value| {
        registry.publish(&manifest(id, version), &metadata).await.unwrap();
    };
    publish("a", "1.0.0", json!({})).await;
    publish("b", "1.0.0", json!({})).await;
    assert_eq!(listed(&registry).await, ["b@1.0.0", "a@1.0.0"]);
    publish("a", "1.1.0", json!({})).await;
    publish("c", "1.0.0", json!({})).await;
    publish("a", "1.2.0", json!({})).await;
    publish("b", "1.0.0", json!({ "again": 1 })).await;
    publish("a", "1.0.0", json!({ "again": 2 })).await;
    publish("c", "1.0.0", json!({ "again": 3 })).await;
    let fresh = Registry::new(app.db.clone());
    for registry in [&registry, &fresh] {
        assert_eq!(listed(registry).await, ["a@1.2.0", "c@1.0.0", "b@1.0.0"]);
    }
    let (ours, theirs) = (registry.list().await.unwrap(), fresh.list().await.unwrap());
    let json = |listing: &[_]| {
        let of = |it: &std::sync::Arc<os_runtime::registry::PackageRecord>| json!(**it);
        listing.iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(json(&ours), json(&theirs), "what is remembered is what is stored");
    registry.delete("a", Some("1.2.0")).await.unwrap();
    assert_eq!(listed(&registry).await, ["c@1.0.0", "a@1.1.0", "b@1.0.0"]);
}

/// What `list` answers, as `id@version`.
async fn listed(registry: &Registry) -> Vec<String> {
    registry.list().await.unwrap().iter().map(|it| format!("{}@{}", it.id, it.version)).collect()
}

#[tokio::test]
async fn a_published_package_has_the_hash_of_the_original() {
    let app = App::new().await;
    let owner = app.owner().await;
    let metadata = json!({ "objects": [{ "name": "a" }] });
    let hash = "c4b3e3727735f25a88d7fe5ada59b8b0a2779cd4745cbd703b96a6357d8152ab";
    let published = owner.publish("com.a", "1.0.0", metadata.clone()).await;
    assert_eq!(published["message"], "Published com.a@1.0.0");
    assert_eq!(published["package"], json!({ "id": "com.a", "version": "1.0.0", "hash": hash }));
    let record = owner.package("com.a").await;
    assert_eq!(record["manifest"], manifest("com.a", "1.0.0"));
    assert_eq!((&record["metadata"], &record["hash"]), (&metadata, &json!(hash)));
    let at = record["created_at"].as_str().unwrap();
    assert_eq!((at.len(), &record["updated_at"]), (26, &json!(at)), "{at}");
    assert_eq!(owner.get(REGISTRY).await.data(), json!({ "packages": [record], "total": 1 }));
}

#[tokio::test]
async fn hashes_are_over_the_json_that_javascript_writes() {
    let app = App::new().await;
    let owner = app.owner().await;
    let body = r#"{ "metadata": {"z": 1.0, "10": "\u00e9\u2028", "9": 1e21, "a": [-0, 0.1e-6, 9007199254740993]},
                    "manifest": {"version": "1.0.0", "id": "x", "id": "com.b"} }"#;
    let json = [("content-type", "application/json")];
    let answer = owner.send(axum::http::Method::POST, PUBLISH, &json, body.into()).await;
    // JSON.stringify of the same in Node 22, hashed.
    assert_eq!(
        answer.data()["package"]["hash"],
        "f576c63d7b43d482b3bea1bce0f91af18739b2b7222f2128ad301db57d777491"
    );
}

#[tokio::test]
async fn latest_is_what_was_published_last_whatever_its_number() {
    let app = App::new().await;
    let owner = app.owner().await;
    for version in ["1.5.0", "2.0.0", "0.9.0"] {
        owner.publish("crm", version, json!({})).await;
        assert_eq!(owner.package("crm").await["version"], version);
    }
    owner.publish("todo", "1.0.0", json!({})).await;
    let list = owner.get(REGISTRY).await.data();
    let versions: Vec<_> = list["packages"].as_array().unwrap().iter().collect();
    assert_eq!(versions.len(), 2, "one for each package, also within one second");
    assert_eq!((&versions[0]["id"], &versions[1]["version"]), (&json!("todo"), &json!("0.9.0")));
    let asked = owner.get(&format!("{REGISTRY}/crm?version=latest")).await.data();
    assert_eq!(asked["version"], "0.9.0");
    let pinned = owner.get(&format!("{REGISTRY}/crm?version=1.5.0")).await.data();
    assert_eq!(pinned["version"], "1.5.0");
}

#[tokio::test]
async fn publishing_again_replaces_and_does_not_make_it_the_latest() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.publish("crm", "1.0.0", json!({})).await;
    let first = owner.package("crm").await;
    owner.publish("crm", "1.1.0", json!({})).await;
    owner.publish("crm", "1.0.0", json!({ "views": [] })).await;
    assert_eq!(owner.package("crm").await["version"], "1.1.0");
    let again = owner.get(&format!("{REGISTRY}/crm?version=1.0.0")).await.data();
    assert_eq!(again["created_at"], first["created_at"]);
    assert!(again["updated_at"].as_str() > first["updated_at"].as_str());
    assert_ne!(again["hash"], first["hash"]);
    assert_eq!(again["metadata"], json!({ "views": [] }));
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_packages").await, 2);
}

#[tokio::test]
async fn a_version_or_all_of_them_are_deleted() {
    let app = App::new().await;
    let owner = app.owner().await;
    for version in ["1.0.0", "1.1.0", "1.2.0"] {
        owner.publish("@acme/crm", version, json!({})).await;
    }
    let url = format!("{REGISTRY}/@acme%2Fcrm");
    let deleted = owner.delete(&format!("{url}?version=1.2.0")).await.data();
    assert_eq!(deleted["deleted"], 1);
    assert_eq!(owner.get(&url).await.data()["version"], "1.1.0");
    assert_eq!(owner.delete(&url).await.data()["deleted"], 2);
    for answer in [owner.get(&url).await, owner.delete(&url).await] {
        assert_eq!(answer.refusal(), (404, "RESOURCE_NOT_FOUND".to_owned()));
        assert!(answer.message().contains("@acme/crm"), "{}", answer.message());
    }
    assert_eq!(owner.get(REGISTRY).await.data(), json!({ "packages": [], "total": 0 }));
}

#[tokio::test]
async fn bad_input_is_refused_and_changes_nothing() {
    let app = App::new().await;
    let owner = app.owner().await;
    let good = manifest("crm", "1.0.0");
    let long = "x".repeat(256);
    for (body, code, named) in [
        (json!({}), "MISSING_REQUIRED_FIELD", "manifest"),
        (json!({ "manifest": good }), "MISSING_REQUIRED_FIELD", "metadata"),
        (json!({ "metadata": {} }), "MISSING_REQUIRED_FIELD", "manifest"),
        (json!({ "manifest": good, "metadata": [] }), "VALIDATION_ERROR", "metadata"),
        (json!({ "manifest": "crm", "metadata": {} }), "PACKAGE_MANIFEST_INVALID", "id"),
        (json!({ "manifest": {}, "metadata": {} }), "PACKAGE_MANIFEST_INVALID", "id"),
        (
            json!({ "manifest": { "id": "crm" }, "metadata": {} }),
            "PACKAGE_MANIFEST_INVALID",
            "version",
        ),
        (
            json!({ "manifest": { "id": "crm", "version": 1 }, "metadata": {} }),
            "PACKAGE_MANIFEST_INVALID",
            "version",
        ),
        (
            json!({ "manifest": manifest("", "1.0.0"), "metadata": {} }),
            "PACKAGE_MANIFEST_INVALID",
            "id",
        ),
        (
            json!({ "manifest": manifest("a\nb", "1.0.0"), "metadata": {} }),
            "PACKAGE_MANIFEST_INVALID",
            "id",
        ),
        (
            json!({ "manifest": manifest(&long, "1.0.0"), "metadata": {} }),
            "PACKAGE_MANIFEST_INVALID",
            "id",
        ),
        (
            json!({ "manifest": manifest("crm", "latest"), "metadata": {} }),
            "PACKAGE_MANIFEST_INVALID",
            "latest",
        ),
        (json!({ "manifest": good, "metadata": { "a": "\0" } }), "VALIDATION_ERROR", "U+0000"),
    ] {
        let answer = owner.post(PUBLISH, body.clone()).await;
        assert_eq!(answer.refusal(), (400, code.to_owned()), "{body}");
        assert!(answer.message().contains(named), "{body}: {}", answer.message());
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_packages").await, 0);

    owner.publish("crm", "1.0.0", json!({})).await;
    for version in ["", "latest"] {
        let answer = owner.delete(&format!("{REGISTRY}/crm?version={version}")).await;
        assert_eq!(answer.refusal(), (400, "INVALID_REQUEST".to_owned()));
    }
    for id in ["crm%27%20OR%201=1--", "%2e%2e%2fcrm", "CRM"] {
        assert_eq!(owner.delete(&format!("{REGISTRY}/{id}")).await.status, 404, "{id}");
        assert_eq!(owner.get(&format!("{REGISTRY}/{id}")).await.status, 404, "{id}");
    }
    for id in ["%00", "crm?version=%00"] {
        assert_eq!(owner.delete(&format!("{REGISTRY}/{id}")).await.status, 400, "{id}");
        assert_eq!(owner.get(&format!("{REGISTRY}/{id}")).await.status, 400, "{id}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_packages").await, 1);
}

#[tokio::test]
async fn publishing_says_what_no_runtime_would_load() {
    let app = App::new().await;
    let owner = app.owner().await;
    let fields = json!({"name": {"type": "text"}});
    let good = json!({"objects": [{"name": "crm_a", "fields": fields}]});
    let seeds = json!({"objects": [], "data": [{"object": "sys_user", "externalId": "email",
        "records": [{"email": "m@example.com"}]}]});
    let odd = json!({"objects": [{"name": "crm_a", "fields": {"x": {"type": "fancy"}}}]});
    for (id, metadata, named) in [
        ("com.acme.crm", &good, None),
        ("com.acme.crm", &seeds, Some("data[0].object")),
        ("com.acme.crm", &odd, Some("objects[0].fields.x.type")),
        ("@acme/crm", &good, Some("`id`")),
    ] {
        let published = owner.publish(id, "1.0.0", metadata.clone()).await;
        let warnings = &published["warnings"];
        match named {
            None => assert!(warnings.is_null(), "{warnings}"),
            Some(named) => {
                let warning = warnings[0].as_str().unwrap();
                assert!(warning.contains("no runtime"), "{warning}");
                assert!(warning.contains(named), "{named}: {warning}");
            }
        }
    }
}

#[tokio::test]
async fn only_the_owner_publishes_and_only_people_with_an_account_read() {
    let app = App::with(|config| config.open_registration = true).await;
    let owner = app.owner().await;
    let user = app.register("ada").await;
    owner.publish("crm", "1.0.0", json!({})).await;
    let body = json!({ "manifest": manifest("crm", "1.1.0"), "metadata": {} });
    let url = format!("{REGISTRY}/crm");
    for (who, status) in [(&app.anonymous(), 401), (&user, 403)] {
        assert_eq!(who.post(PUBLISH, body.clone()).await.status, status);
        assert_eq!(who.delete(&url).await.status, status);
    }
    for url in [REGISTRY, &url] {
        assert_eq!(app.anonymous().get(url).await.status, 401);
        assert_eq!(user.get(url).await.status, 200);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_packages").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_publishes_of_a_version_at_once_one_is_there_whole() {
    let app = App::new().await;
    let registry = Registry::new(app.db.clone());
    let other = Registry::new(app.db.clone());
    for round in 0..20 {
        let version = format!("1.0.{round}");
        let publish = |registry: &Registry, who: usize| {
            let (registry, manifest) = (registry.clone(), manifest("crm", &version));
            tokio::spawn(async move {
                registry
                    .publish(&manifest, &json!({ "who": who, "pad": "x".repeat(who * 1000) }))
                    .await
            })
        };
        let tasks: Vec<_> =
            (0..8).map(|who| publish(if who % 2 == 0 { &registry } else { &other }, who)).collect();
        let mut hashes = Vec::new();
        for task in tasks {
            hashes.push(task.await.unwrap().unwrap());
        }
        let record = Registry::new(app.db.clone()).get("crm", Some(&version)).await.unwrap();
        let record = record.unwrap();
        let who = record.metadata::<Value>().unwrap()["who"].as_u64().unwrap();
        assert_eq!(record.hash, hashes[usize::try_from(who).unwrap()]);
    }
    let rows = app.count("SELECT COUNT(*) FROM sys_packages").await;
    let times = app.count("SELECT COUNT(DISTINCT created_at) FROM sys_packages").await;
    assert_eq!((rows, times), (20, 20));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_answer_sees_what_was_answered_before() {
    let app = App::new().await;
    let registry = Registry::new(app.db.clone());
    let tasks = (0..8).map(|package| {
        let registry = registry.clone();
        tokio::spawn(async move {
            let id = format!("p{package}");
            for version in (0..30).map(|number| format!("{}.0.0", 30 - number)) {
                registry.publish(&manifest(&id, &version), &json!({})).await.unwrap();
                assert_eq!(registry.get(&id, None).await.unwrap().unwrap().version, version);
                let listed = listed(&registry).await;
                assert!(listed.contains(&format!("{id}@{version}")), "{listed:?}");
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(listed(&registry).await.len(), 8);
    assert_eq!(app.count("SELECT COUNT(DISTINCT created_at) FROM sys_packages").await, 240);
}

#[tokio::test]
async fn a_package_published_by_another_process_is_seen_within_a_second() {
    let app = App::new().await;
    let clock = Clock::default();
    let (ours, theirs) = (Registry::new(app.db.clone()), Registry::new(app.db.clone()));
    ours.publish(&manifest("crm", "1.0.0"), &json!({})).await.unwrap();
    assert_eq!(listed(&ours).await, ["crm@1.0.0"]);
    assert_eq!(ours.get("crm", None).await.unwrap().unwrap().version, "1.0.0");
    theirs.publish(&manifest("crm", "1.1.0"), &json!({})).await.unwrap();
    clock.advance(Duration::from_secs(1));
    let found = clock.scope(ours.get("crm", None)).await.unwrap().unwrap();
    assert_eq!(found.version, "1.1.0");
    assert_eq!(clock.scope(listed(&ours)).await, ["crm@1.1.0"]);
    theirs.delete("crm", None).await.unwrap();
    // A change of ours that follows one of theirs shows both at once.
    ours.publish(&manifest("todo", "1.0.0"), &json!({})).await.unwrap();
    assert_eq!(listed(&ours).await, ["todo@1.0.0"]);
}

#[tokio::test]
async fn a_damaged_row_is_named_and_can_be_replaced() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.publish("crm", "1.0.0", json!({})).await;
    let mut tx = app.db.write().await.unwrap();
    tx.query("UPDATE sys_packages SET metadata = '{'").run().await.unwrap();
    tx.commit().await.unwrap();
    let answer = owner.get(&format!("{REGISTRY}/crm")).await;
    assert_eq!(answer.refusal(), (500, "MARKETPLACE_STORAGE_FAILED".to_owned()));
    assert!(answer.message().contains("crm@1.0.0"), "{}", answer.message());
    owner.publish("crm", "1.0.0", json!({})).await;
    assert_eq!(owner.package("crm").await["metadata"], json!({}));
}
