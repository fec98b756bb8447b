//! A runtime runs the desired state of its environment.

use crate::site::{Site, artifact};
use os_test::eventually;
use serde_json::{Value, json};

const CRM: &str = "com.acme.crm";

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_done_to_an_installation_comes_alive() {
    let site = Site::new().await;
    site.publish(&artifact("crm", "1.0.0", "crm", &["title"])).await;
    site.publish(&artifact("crm", "1.1.0", "crm", &["title", "colour"])).await;
    let machine = site.machine().await;
    machine.until("connected").await;

    let first = site.install(CRM, "1.0.0").await["package"].clone();
    assert_eq!(first["status"], "installing");
    let row = site.until(CRM, "installed").await;
    assert_eq!((&row["observed_version"], &row["error_message"]), (&json!("1.0.0"), &Value::Null));
    assert_eq!(machine.installed().await, ["com.acme.crm@1.0.0"]);
    assert!(machine.columns("crm_thing").await.contains(&"title".to_owned()));

    let row = site.operate(CRM, "upgrade", json!({})).await;
    assert_eq!(row["package"]["status"], "upgrading");
    site.until(CRM, "installed").await;
    assert_eq!(machine.installed().await, ["com.acme.crm@1.1.0"]);
    assert!(machine.columns("crm_thing").await.contains(&"colour".to_owned()));

    site.operate(CRM, "disable", json!({})).await;
    settled(&site, 3).await;
    assert_eq!(machine.installed().await, ["com.acme.crm@1.1.0 off"]);
    site.operate(CRM, "enable", json!({})).await;
    let back = json!({"targetPackageVersionId": first["package_version_id"]});
    site.operate(CRM, "rollback", back).await;
    site.until(CRM, "installed").await;
    settled(&site, 5).await;
    assert_eq!(machine.installed().await, ["com.acme.crm@1.0.0"]);

    site.ada.delete(&format!("{}/{CRM}", site.packages())).await.body();
    settled(&site, 6).await;
    assert_eq!(machine.installed().await, [""; 0]);
    assert!(!machine.columns("crm_thing").await.is_empty(), "its data stays");
}

/// Waits until the runtime has reported a generation, without error.
async fn settled(site: &Site, generation: i64) {
    let url = format!("/api/v1/cloud/environments/{}/runtimes", site.environment);
    eventually(&format!("generation {generation} runs"), async || {
        let runtime = &site.ada.get(&url).await.body()["runtimes"][0];
        let runs = runtime["observed_generation"] == generation;
        (runs && runtime["observed_error"].is_null()).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_generation_is_one_change_with_what_it_needs_first() {
    let site = Site::new().await;
    site.publish(&artifact("common", "1.0.0", "common", &["title"])).await;
    site.publish(&artifact("common", "2.0.0", "common", &["title"])).await;
    let needing = |version: &str, range: &str| {
        let mut it = artifact("app", version, "app", &["title"]);
        it["manifest"]["dependencies"] = json!({"com.acme.common": range});
        it
    };
    site.publish(&needing("1.0.0", "^1.0.0")).await;
    site.install("com.acme.common", "1.0.0").await;
    site.install("com.acme.app", "1.0.0").await;
    let machine = site.machine().await;
    site.until("com.acme.app", "installed").await;
    settled(&site, 2).await;
    assert_eq!(machine.installed().await, ["com.acme.app@1.0.0", "com.acme.common@1.0.0"]);

    // All of it away, and all of it back, in one step each.
    for id in ["com.acme.app", "com.acme.common"] {
        site.ada.delete(&format!("{}/{id}", site.packages())).await.body();
    }
    settled(&site, 4).await;
    assert_eq!(machine.installed().await, [""; 0]);
    let url = format!("/api/v1/cloud/environments/{}/generations/2/restore", site.environment);
    site.ada.post(&url, json!({})).await.body();
    settled(&site, 5).await;
    assert_eq!(machine.installed().await, ["com.acme.app@1.0.0", "com.acme.common@1.0.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn local_packages_are_kept_unless_desired_state_names_them() {
    let site = Site::new().await;
    site.publish(&artifact("crm", "1.1.0", "crm", &["title"])).await;
    let machine = site.machine().await;
    machine.install_local(&artifact("notes", "0.1.0", "notes", &["title"])).await;
    machine.install_local(&artifact("crm", "1.0.0", "crm", &["title"])).await;
    machine.until("connected").await;
    assert_eq!(machine.installed().await.len(), 2);
    site.install(CRM, "1.1.0").await;
    site.until(CRM, "installed").await;
    assert_eq!(machine.installed().await, ["com.acme.crm@1.1.0", "com.acme.notes@0.1.0"]);
    site.ada.delete(&format!("{}/{CRM}", site.packages())).await.body();
    settled(&site, 2).await;
    assert_eq!(machine.installed().await, ["com.acme.notes@0.1.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_arrive_with_their_secrets() {
    let site = Site::new().await;
    let mut crm = artifact("crm", "1.0.0", "crm", &["title"]);
    crm["manifest"]["configuration"] = json!({
        "type": "object",
        "properties": {"key": {"type": "string", "format": "password"}, "size": {"type": "number"}},
    });
    site.publish(&crm).await;
    let machine = site.machine().await;
    let body = json!({"packageId": CRM, "settings": {"size": 3, "key": "s3cret"}});
    site.ada.post(&site.packages(), body).await.body();
    site.until(CRM, "installed").await;
    let kept = "SELECT settings FROM sys_ledger";
    let mut tx = machine.app.db.read().await.unwrap();
    let (settings,): (String,) = tx.query(kept).one().await.unwrap();
    drop(tx);
    let settings: Value = serde_json::from_str(&settings).unwrap();
    assert_eq!(settings, json!({"size": 3, "key": "s3cret"}));
    let url = format!("{}/{CRM}", site.packages());
    site.ada.patch(&url, json!({"settings": {"size": 4}})).await.body();
    settled(&site, 2).await;
    let mut tx = machine.app.db.read().await.unwrap();
    let (settings,): (String,) = tx.query(kept).one().await.unwrap();
    assert!(settings.contains('4'), "{settings}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runtime_leaves_the_packages_of_its_environment_alone() {
    let site = Site::new().await;
    site.publish(&artifact("crm", "1.0.0", "crm", &["title"])).await;
    site.publish(&artifact("rival", "1.0.0", "notes", &["title"])).await;
    let machine = site.machine().await;
    machine.install_local(&artifact("notes", "0.1.0", "notes", &["title"])).await;
    site.install(CRM, "1.0.0").await;
    site.until(CRM, "installed").await;
    let refused = (409, "PACKAGE_MANAGED".to_owned());
    let newer = json!({"manifest": artifact("crm", "2.0.0", "crm", &["title"])});
    let local = "/api/v1/marketplace/install-local";
    let answer = machine.owner.post(local, newer.clone()).await;
    assert_eq!(answer.refusal(), refused);
    assert!(answer.message().contains(&site.environment), "{}", answer.message());
    let mut over = newer.clone();
    over["overwrite"] = json!(true);
    let packages = format!("/api/v1/packages/{CRM}");
    for answer in [
        machine.owner.post("/api/v1/packages", over).await,
        machine.owner.patch(&format!("{packages}/disable"), json!({})).await,
        machine.owner.delete(&packages).await,
        machine.owner.delete(&format!("{local}/{CRM}?force=1")).await,
    ] {
        assert_eq!(answer.refusal(), refused, "{}", answer.text());
    }
    // What the environment wants and could not deliver is its own, too.
    site.install("com.acme.rival", "1.0.0").await;
    site.until("com.acme.rival", "error").await;
    let rival = json!({"manifest": artifact("rival", "1.0.0", "rival", &["title"])});
    assert_eq!(machine.owner.post(local, rival).await.refusal(), refused);
    assert_eq!(machine.installed().await, ["com.acme.crm@1.0.0", "com.acme.notes@0.1.0"]);

    machine.owner.post("/api/v1/cloud-connection/unbind", json!({})).await.body();
    machine.owner.post(local, newer).await.body();
    assert_eq!(machine.installed().await, ["com.acme.crm@2.0.0", "com.acme.notes@0.1.0"]);
}
