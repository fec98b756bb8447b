//! What is installed is there again after a restart, whatever happened to the database.

use os_test::runtime::{App, INSTALLED, example, object, package, with, with_manifest};
use serde_json::{Value, json};

#[tokio::test]
async fn everything_is_loaded_again_what_is_needed_first() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&example("crm/1.1.0")).await;
    owner.installs(&example("helpdesk/0.4.0")).await;
    let (state, list) = (app.state().await, owner.get(INSTALLED).await.data());
    let booted = app.server.boot().await.unwrap();
    assert_eq!((booted.packages, booted.quarantined.len()), (2, 0));
    assert_eq!((app.state().await, owner.get(INSTALLED).await.data()), (state, list));
}

#[tokio::test]
async fn a_damaged_entry_is_quarantined_named_and_can_be_repaired() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&example("crm/1.0.0")).await;
    for name in ["one", "two", "three"] {
        let artifact = package(name, "1.0.0", json!([object(&format!("{name}_item"), &["name"])]));
        owner
            .installs(&with(
                artifact,
                "data",
                json!([{"object": format!("{name}_item"), "records": []}]),
            ))
            .await;
    }
    app.execute("UPDATE sys_ledger SET artifact = substr(artifact, 1, 100) WHERE manifest_id = 'com.acme.one'").await;
    app.execute("UPDATE sys_ledger SET version = 'soon' WHERE manifest_id = 'com.acme.two'").await;
    app.execute("UPDATE sys_ledger SET settings = '{' WHERE manifest_id = 'com.acme.three'").await;
    for _ in 0..2 {
        let booted = app.server.boot().await.unwrap();
        assert_eq!(booted.packages, 1);
        let ids: Vec<&str> = booted.quarantined.iter().map(|it| it.manifest_id.as_str()).collect();
        assert_eq!(ids, ["com.acme.one", "com.acme.three", "com.acme.two"]);
    }
    let list = owner.get(INSTALLED).await.data();
    assert_eq!((&list["total"], list["setAside"].as_array().unwrap().len()), (&json!(1), 3));
    assert!(list["setAside"][0]["reason"].as_str().unwrap().contains("checksum"));
    let reseed =
        owner.post(&format!("{}/com.acme.one/reseed-sample-data", INSTALLED), json!({})).await;
    assert_eq!(reseed.refusal(), (500, "MARKETPLACE_STORAGE_FAILED".to_owned()));
    owner.installs(&package("one", "1.0.1", json!([object("one_item", &["name"])]))).await;
    assert_eq!(owner.uninstall("com.acme.two").await.status, 200);
    let booted = app.server.boot().await.unwrap();
    assert_eq!((booted.packages, booted.quarantined.len()), (2, 1));
}

#[tokio::test]
async fn unmet_dependencies_do_not_stop_a_boot() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&example("crm/1.1.0")).await;
    owner.installs(&example("helpdesk/0.4.0")).await;
    app.execute("DELETE FROM sys_ledger WHERE manifest_id = 'com.example.crm'").await;
    let booted = app.server.boot().await.unwrap();
    assert_eq!((booted.packages, booted.quarantined.len()), (1, 0));
}

#[tokio::test]
async fn a_database_restored_without_records_is_seeded_again() {
    let app = App::new().await;
    let owner = app.owner().await;
    let data = json!([{"object": "shop_item", "records": [{"name": "Chair"}]}]);
    let shop =
        with(package("shop", "1.0.0", json!([object("shop_item", &["name"])])), "data", data);
    owner.installs(&shop).await;
    app.execute("DELETE FROM shop_item").await;
    app.server.boot().await.unwrap();
    assert_eq!(app.rows("shop_item").await, 1);
    app.execute("DROP TABLE shop_item").await;
    app.server.boot().await.unwrap();
    assert_eq!(app.rows("shop_item").await, 1, "a table that was lost is made again");
}

#[tokio::test]
async fn seeds_that_were_not_requested_are_not_loaded() {
    let app = App::new().await;
    let owner = app.owner().await;
    let data = json!([{"object": "shop_item", "records": [{"name": "Chair"}]}]);
    let shop =
        with(package("shop", "1.0.0", json!([object("shop_item", &["name"])])), "data", data);
    let body = json!({"manifest": shop, "seedSampleData": false});
    let answer = owner.post(INSTALLED, body).await.data();
    assert_eq!(answer["seeded"], json!({"mode": "skipped", "reason": "not-wanted"}));
    app.server.boot().await.unwrap();
    assert_eq!(app.rows("shop_item").await, 0);
}

#[tokio::test]
async fn flat_and_nested_artifacts_are_the_same_package() {
    let nested = with_manifest(
        package("shop", "1.0.0", json!([object("shop_item", &["name"])])),
        "name",
        json!("Shop"),
    );
    let mut flat = nested["manifest"].clone();
    flat["objects"] = nested["objects"].clone();
    let mut doubled: Value = nested.clone();
    doubled["id"] = json!("com.acme.shop");
    doubled["version"] = json!("1.0.0");
    let mut kept_artifacts = Vec::new();
    for artifact in [nested, flat, doubled] {
        let app = App::new().await;
        app.owner().await.installs(&artifact).await;
        let kept = app.column("sys_ledger", "artifact").await[0].clone().unwrap();
        kept_artifacts.push(serde_json::from_str::<Value>(&kept).unwrap());
    }
    assert_eq!(kept_artifacts[0], kept_artifacts[1]);
    assert_eq!(kept_artifacts[0], kept_artifacts[2]);
}
