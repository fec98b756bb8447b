//! A package that cannot be applied stays as it was, and keeps no other one back.

use crate::site::{Machine, Site, artifact};
use os_control::Control;
use os_package::Checksum;
use os_test::{Client, eventually};
use serde_json::{Value, json};

const BAD: &str = "com.acme.bad";
const GOOD: &str = "com.acme.good";

/// Publishes a version as a control plane did that did not ask what a runtime loads.
async fn publish_unloadable(site: &Site, artifact: &Value) {
    site.publish(artifact).await;
    let mut unloadable = artifact.clone();
    unloadable["objects"][0]["fields"] = json!({"ctid": {"type": "text"}});
    let text = unloadable.to_string();
    let mut tx = site.app.db.write().await.unwrap();
    tx.query(
        "UPDATE sys_package_version SET manifest_json = $1, checksum = $2
          WHERE version = $3
            AND package_id = (SELECT id FROM sys_package WHERE manifest_id = $4)",
    )
    .bind(text.clone())
    .bind(Checksum::of(text.as_bytes()).to_string())
    .bind(artifact["manifest"]["version"].as_str().unwrap().to_owned())
    .bind(artifact["manifest"]["id"].as_str().unwrap().to_owned())
    .run()
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

fn needing(mut artifact: Value, other: &str) -> Value {
    artifact["manifest"]["dependencies"] = json!({ other: "^1.0.0" });
    artifact
}

/// Waits until the runtime runs the generation that is desired, without an error.
async fn until_settled(machine: &Machine) {
    eventually("the desired generation runs", async || {
        let it = machine.connection().await;
        (it["generation"] == it["desiredGeneration"] && it["error"].is_null()).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_that_is_taken_keeps_no_other_package_back() {
    let site = Site::new().await;
    for version in ["1.0.0", "1.1.0"] {
        site.publish(&artifact("good", version, "good", &["title"])).await;
    }
    site.publish(&artifact("bad", "1.0.0", "taken", &["title"])).await;
    let machine = site.machine().await;
    machine.install_local(&artifact("local", "1.0.0", "taken", &["title"])).await;
    site.install(BAD, "1.0.0").await;
    let bad = site.until(BAD, "error").await;
    assert!(bad["error_message"].as_str().unwrap().starts_with("Namespace conflict"), "{bad}");

    site.install(GOOD, "1.0.0").await;
    site.until(GOOD, "installed").await;
    site.operate(GOOD, "upgrade", json!({})).await;
    site.until(GOOD, "installed").await;
    assert_eq!(machine.installed().await, ["com.acme.good@1.1.0", "com.acme.local@1.0.0"]);
    let bad = site.until(BAD, "error").await;
    assert_eq!(bad["observed_version"], Value::Null, "{bad}");
    let connection = machine.connection().await;
    assert_ne!(connection["generation"], connection["desiredGeneration"]);
    assert!(connection["error"].as_str().unwrap().starts_with("com.acme.bad: Namespace conflict"));

    // What stands in its way goes: it is tried again by itself.
    machine.owner.delete("/api/v1/marketplace/install-local/com.acme.local").await.body();
    site.until(BAD, "installed").await;
    until_settled(&machine).await;
    assert_eq!(machine.installed().await, ["com.acme.bad@1.0.0", "com.acme.good@1.1.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_an_unloadable_package_waits_and_says_so() {
    let site = Site::new().await;
    publish_unloadable(&site, &artifact("bad", "1.0.0", "bad", &["title"])).await;
    site.publish(&needing(artifact("needy", "1.0.0", "needy", &["title"]), BAD)).await;
    site.publish(&artifact("good", "1.0.0", "good", &["title"])).await;
    for id in [BAD, "com.acme.needy", GOOD] {
        site.install(id, "1.0.0").await;
    }
    let machine = site.machine().await;
    site.until(GOOD, "installed").await;
    let bad = site.until(BAD, "error").await;
    assert!(bad["error_message"].as_str().unwrap().contains("ctid"), "{bad}");
    let needy = site.until("com.acme.needy", "error").await;
    assert!(needy["error_message"].as_str().unwrap().contains(BAD), "{needy}");
    assert_eq!(machine.installed().await, ["com.acme.good@1.0.0"]);
    assert!(machine.columns("bad_thing").await.is_empty(), "nothing of it is left");
    assert!(machine.columns("needy_thing").await.is_empty(), "nothing of it is left");

    let pages = os_console::control_plane(site.app.server.clone());
    let ada = Client::<Control>::new(pages).with_token(site.ada.token.as_ref().unwrap());
    let environment = format!("/environments/{}", site.environment);
    for (page, part) in [
        (format!("{environment}/packages/{BAD}"), "ctid"),
        (format!("{environment}/packages/com.acme.needy"), BAD),
        (environment, "(and 1 more)"),
    ] {
        let shown = ada.get(&page).await;
        assert!(shown.text().contains(part), "{page} {part}: {}", shown.text());
    }

    // It is replaced by one that loads: what waited for it follows.
    site.publish(&artifact("bad", "1.0.1", "bad", &["title"])).await;
    site.operate(BAD, "upgrade", json!({})).await;
    site.until(BAD, "installed").await;
    site.until("com.acme.needy", "installed").await;
    until_settled(&machine).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_stays_keeps_what_it_needs() {
    let site = Site::new().await;
    site.publish(&artifact("core", "1.0.0", "core", &["title"])).await;
    site.publish(&needing(artifact("bad", "1.0.0", "bad", &["title"]), "com.acme.core")).await;
    publish_unloadable(&site, &artifact("bad", "1.1.0", "bad", &["title"])).await;
    site.publish(&artifact("bad", "1.2.0", "bad", &["title"])).await;
    for version in ["1.0.0", "1.1.0"] {
        site.publish(&artifact("good", version, "good", &["title"])).await;
    }
    let machine = site.machine().await;
    for id in ["com.acme.core", BAD, GOOD] {
        site.install(id, "1.0.0").await;
        site.until(id, "installed").await;
    }

    site.operate(BAD, "upgrade", json!({"targetVersion": "1.1.0"})).await;
    site.until(BAD, "error").await;
    let core = format!("{}/com.acme.core", site.packages());
    assert_eq!(site.ada.delete(&core).await.status, 200);
    site.operate(GOOD, "upgrade", json!({})).await;
    site.until(GOOD, "installed").await;
    let running = ["com.acme.bad@1.0.0", "com.acme.core@1.0.0", "com.acme.good@1.1.0"];
    assert_eq!(machine.installed().await, running);
    let machine = machine.restart().await;
    machine.until("connected").await;
    site.until(BAD, "error").await;
    assert_eq!(machine.installed().await, running);

    site.operate(BAD, "upgrade", json!({"targetVersion": "1.2.0"})).await;
    site.until(BAD, "installed").await;
    until_settled(&machine).await;
    assert_eq!(machine.installed().await, ["com.acme.bad@1.2.0", "com.acme.good@1.1.0"]);
}
