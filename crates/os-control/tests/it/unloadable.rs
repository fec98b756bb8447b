//! What no runtime would load is not published, and leaves nothing behind.

use crate::publisher::World;
use os_test::Response;
use os_test::control::{PACKAGES, bundle, version, versions};
use serde_json::{Value, json};

const CRM: &str = "com.acme.crm";

async fn world() -> World {
    let world = World::new().await;
    world.ada.register(CRM, world.acme).await;
    world
}

/// An artifact whose object has these members beside its name.
fn with_object(more: &Value) -> Value {
    let mut artifact = bundle(CRM, "1.0.0");
    for (key, value) in more.as_object().unwrap() {
        artifact["objects"][0][key] = value.clone();
    }
    artifact
}

fn with_seeds(object: &str) -> Value {
    let mut artifact = bundle(CRM, "1.0.0");
    let record = json!({"email": "mallory@example.com", "name": "m", "role": "admin"});
    artifact["data"] = json!([{"object": object, "externalId": "email", "records": [record]}]);
    artifact
}

fn with_requires(capabilities: &[&str]) -> Value {
    let mut artifact = bundle(CRM, "1.0.0");
    artifact["requires"] = json!(capabilities);
    artifact
}

fn in_namespace(namespace: &str) -> Value {
    let mut artifact = bundle(CRM, "1.0.0");
    artifact["manifest"]["namespace"] = json!(namespace);
    artifact["objects"][0]["name"] = json!(format!("{namespace}_thing"));
    artifact
}

/// Artifacts, and the path of what is wrong with each.
fn unloadable() -> Vec<(Value, &'static str, &'static str)> {
    let many: serde_json::Map<String, Value> =
        (0..1001).map(|n| (format!("f{n}"), json!({"type": "text"}))).collect();
    let long = json!({"fields": {"x".repeat(64): {"type": "text"}}});
    let mut policy = bundle(CRM, "1.0.0");
    policy["permissions"] = json!([{"name": "app_set", "objects": {"app_thing": {"allowRead": true}},
        "rowLevelSecurity": [{"object": "app_thing", "operation": "select", "using": "nope == 1"}]}]);
    let invalid = "PACKAGE_MANIFEST_INVALID";
    vec![
        (with_seeds("sys_user"), "RESERVED_NAME", "data[0].object"),
        (with_seeds("sys_user_permission_set"), "RESERVED_NAME", "data[0].object"),
        (with_seeds("tt_note"), invalid, "data[0].object"),
        (in_namespace("ux"), "RESERVED_NAME", "manifest.namespace"),
        (in_namespace("ai"), "RESERVED_NAME", "manifest.namespace"),
        (
            with_object(&json!({"fields": {"ctid": {"type": "text"}}})),
            invalid,
            "objects[0].fields.ctid",
        ),
        (
            with_object(&json!({"fileAccessDelegate": "approvals"})),
            invalid,
            "objects[0].fileAccessDelegate",
        ),
        (with_requires(&["trigers"]), invalid, "requires[0]"),
        (with_object(&long), invalid, "objects[0].fields"),
        (with_object(&json!({"fields": many})), invalid, "objects[0].fields"),
        (
            with_object(&json!({"indexes": [{"fields": ["nope"]}]})),
            invalid,
            "objects[0].indexes[0]",
        ),
        (with_object(&json!({"fields": {"z": {"type": "fancy"}}})), invalid, "objects[0].fields.z"),
        (with_object(&json!({"sharingModel": "everybody"})), invalid, "objects[0].sharingModel"),
        (
            with_object(&json!({"enable": {"apiMethods": ["fly"]}})),
            invalid,
            "objects[0].enable.apiMethods",
        ),
        (policy, invalid, "permissions[0].rowLevelSecurity[0]"),
    ]
}

fn assert_refused(answer: &Response, code: &str, path: &str) {
    let status = if code == "RESERVED_NAME" { 422 } else { 400 };
    assert_eq!(answer.refusal(), (status, code.to_owned()), "{}", answer.text());
    let problem = &answer.json()["error"]["details"]["problems"][0];
    assert!(problem["path"].as_str().unwrap().starts_with(path), "{path}: {problem}");
    assert!(problem["message"].as_str().unwrap().len() > 10, "{problem}");
}

#[tokio::test]
async fn what_no_runtime_loads_is_refused_and_leaves_nothing_behind() {
    let world = world().await;
    let events = world.app.count("SELECT COUNT(*) FROM sys_event").await;
    for (artifact, code, path) in unloadable() {
        let draft = json!({"version": "1.0.0", "manifestJson": artifact.to_string()});
        let bundle = json!({"version": "1.0.0", "bundle": artifact});
        for body in [draft, bundle] {
            let answer = world.ada.post(&versions(CRM), body).await;
            assert_refused(&answer, code, path);
            assert_eq!(world.app.count("SELECT COUNT(*) FROM sys_package_version").await, 0);
        }
    }
    assert_eq!(world.app.count("SELECT COUNT(*) FROM sys_event").await, events);
    assert_eq!(world.ada.publish(CRM, "1.0.0").await.status, 201, "the number is still free");
}

#[tokio::test]
async fn a_bundle_that_says_of_no_package_what_it_is_is_refused() {
    let world = world().await;
    for artifact in [json!({"a": 1}), json!({"manifest": {"a": 1}}), json!({"objects": []})] {
        let answer =
            world.ada.post(&versions(CRM), json!({"version": "1.0.0", "bundle": artifact})).await;
        assert_eq!(answer.refusal(), (400, "PACKAGE_MANIFEST_INVALID".to_owned()));
        assert!(answer.message().contains("`id` and `name` are missing"), "{}", answer.message());
    }
    assert_eq!(world.app.count("SELECT COUNT(*) FROM sys_package_version").await, 0);
}

#[tokio::test]
async fn a_draft_changes_and_is_published_only_to_what_a_runtime_loads() {
    let world = world().await;
    world.ada.draft(CRM, "1.0.0").await.data();
    let before = world.ada.get(&version(CRM, "1.0.0")).await.data();
    for (artifact, code, path) in unloadable() {
        let body = json!({"manifestJson": artifact.to_string()});
        let answer = world.ada.patch(&version(CRM, "1.0.0"), body).await;
        assert_refused(&answer, code, path);
    }
    assert_eq!(world.ada.get(&version(CRM, "1.0.0")).await.data(), before);

    // A draft of an earlier server may hold anything.
    let text = with_seeds("sys_user").to_string();
    let mut tx = world.app.db.write().await.unwrap();
    tx.query("UPDATE sys_package_version SET manifest_json = $1").bind(text).run().await.unwrap();
    tx.commit().await.unwrap();
    let publish = version(CRM, "1.0.0/publish");
    let answer = world.ada.post(&publish, json!({})).await;
    assert_refused(&answer, "RESERVED_NAME", "data[0].object");
    let shown = world.ada.get(&version(CRM, "1.0.0")).await.data();
    assert_eq!(shown["version"]["status"], "draft");

    let body = json!({"manifestJson": bundle(CRM, "1.0.0").to_string()});
    world.ada.patch(&version(CRM, "1.0.0"), body).await.data();
    assert_eq!(world.ada.post(&publish, json!({})).await.data()["status"], "published");
    assert_eq!(world.ada.post(&publish, json!({})).await.refusal().1, "VERSION_ALREADY_PUBLISHED");
}

#[tokio::test]
async fn authors_read_the_warnings_of_the_runtime_when_they_publish() {
    let world = world().await;
    let formula = json!({"fields": {"f": {"type": "formula", "expression": "nope(1)"}}});
    let body = json!({"version": "1.0.0", "bundle": with_object(&formula)});
    let data = world.ada.post(&versions(CRM), body).await.data();
    let warnings = data["warnings"].as_array().unwrap();
    assert!(warnings.iter().any(|it| it.as_str().unwrap().contains("nope")), "{data}");

    let mut bundle = with_object(&json!({"lifecycle": {"class": "record"}}));
    bundle["flows"] = json!([{"name": "app_one"}, {"name": "app_two"}]);
    bundle["manifest"]["version"] = json!("1.1.0");
    let body = json!({"version": "1.1.0", "bundle": bundle});
    let warnings = world.ada.post(&versions(CRM), body).await.data()["warnings"].to_string();
    for said in [
        "flows[0]: has no effect here, nor in another place: flows do not run",
        "objects[0].lifecycle: has no effect here: records stay until people delete them",
    ] {
        assert_eq!(warnings.matches(said).count(), 1, "{said}: {warnings}");
    }
}

#[tokio::test]
async fn seeds_that_no_runtime_serves_may_be_published() {
    let world = world().await;
    let body = json!({"version": "1.0.0", "bundle": with_seeds("sys_business_unit")});
    assert_eq!(world.ada.post(&versions(CRM), body).await.status, 201);
    assert_eq!(world.ada.get(PACKAGES).await.status, 200);
}
