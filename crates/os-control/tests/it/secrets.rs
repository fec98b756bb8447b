//! Secrets of settings where they could leave: copies, rows of earlier versions of this server; and
//! settings that are too much work.

use crate::operator::Site;
use os_test::control::{Client, ENVIRONMENTS, installations};
use serde_json::{Value, json};
use uuid::Uuid;

const CRM: &str = "com.acme.crm";
const SECRET: &str = "S3cret-of-acme";

/// An environment with a CRM whose `token` is secret and required, and whose `note` is secret.
async fn site() -> Site {
    let site = Site::new().await;
    site.package(CRM, &[]).await;
    let schema = json!({"configurationSchema": {
        "type": "object", "required": ["token"], "properties": {
            "url": {"type": "string"},
            "token": {"type": "string", "writeOnly": true},
            "note": {"type": "string", "format": "password"},
    }}});
    site.release(CRM, "1.0.0", schema).await;
    site.release(CRM, "1.1.0", json!({})).await;
    let settings = json!({"url": "u", "token": SECRET, "note": SECRET});
    let body = json!({"packageId": CRM, "version": "1.0.0", "settings": settings});
    site.ada.post(&installations(site.dev), body).await.data();
    site
}

fn copy(organization: Uuid, from: Uuid) -> Value {
    json!({"organization_id": organization, "display_name": "Copy",
        "clone_from_environment_id": from})
}

/// Lets the other organization see the package.
async fn grant(site: &Site) {
    let body = json!({"organization_id": site.evil});
    let granted = site.ada.post(&format!("/api/v1/cloud/packages/{CRM}/grants"), body).await;
    assert!(granted.status < 300, "{}", granted.text());
}

async fn desired(site: &Site, owner: &Client, environment: &str) -> Value {
    let body = json!({"name": "box", "environment_id": environment});
    let bound = owner.post("/api/v1/cloud-connection/bind", body).await.data();
    let runtime = site.app.bearer(bound["runtime_token"].as_str().unwrap());
    let url = format!("{ENVIRONMENTS}/{environment}/desired-state");
    runtime.get(&url).await.data()["packages"][0]["settings"].clone()
}

async fn row(owner: &Client, environment: &str) -> Value {
    let url = format!("{}/{CRM}", installations(environment.parse().unwrap()));
    owner.get(&url).await.data()["package"].clone()
}

#[tokio::test]
async fn a_copy_into_another_organization_has_no_secrets_and_says_so() {
    let site = site().await;
    grant(&site).await;
    let members = format!("{ENVIRONMENTS}/{}/members", site.dev);
    let count = "SELECT COUNT(*) FROM sys_environment";
    let before = site.app.count(count).await;
    let member = json!({"user_id": site.eve.id, "role": "maker"});
    let member = site.ada.post(&members, member).await.data();
    let refused = site.eve.post(ENVIRONMENTS, copy(site.evil, site.dev)).await;
    assert_eq!(
        refused.refusal(),
        (403, "PERMISSION_DENIED".into()),
        "a maker may not read secrets"
    );
    assert_eq!(site.app.count(count).await, before);

    let id = member["member"]["id"].as_str().or(member["id"].as_str()).unwrap().to_owned();
    let promoted = site.ada.patch(&format!("{members}/{id}"), json!({"role": "admin"})).await;
    assert!(promoted.status < 300, "{}", promoted.text());
    let made = site.eve.post(ENVIRONMENTS, copy(site.evil, site.dev)).await;
    assert!(!made.text().contains(SECRET), "{}", made.text());
    let made = made.data();
    assert_eq!(
        made["settingsLeftOut"],
        json!([{"packageId": CRM, "settings": ["/note", "/token"]}])
    );
    let warning = made["warnings"][0].as_str().unwrap();
    assert!(warning.contains("note, token"), "{warning}");

    let environment = made["environment"]["id"].as_str().unwrap();
    assert_eq!(desired(&site, &site.eve, environment).await, json!({"url": "u"}));
    let shown = row(&site.eve, environment).await;
    assert_eq!(shown["status"], "error", "it is not taken for one that runs");
    assert_eq!(shown["settings_needed"], json!(["/note", "/token"]));
    let reason = shown["error_message"].as_str().unwrap();
    assert!(reason.contains("needs configuration: `settings.note`, `settings.token`"), "{reason}");

    let url = format!("{}/{CRM}", installations(environment.parse().unwrap()));
    let half = site.eve.patch(&url, json!({"settings": {"url": "u"}})).await;
    assert_eq!(half.refusal(), (422, "SETTINGS_INVALID".into()));
    let body = json!({"settings": {"url": "u", "token": "of evil"}});
    let changed = site.eve.patch(&url, body).await.data();
    assert_eq!(changed["package"]["settings_needed"], Value::Null);
    assert_ne!(changed["package"]["status"], "error");

    // What was missing in an earlier generation is missing again.
    let url = format!("{ENVIRONMENTS}/{environment}/generations/1/restore");
    site.eve.post(&url, json!({})).await.data();
    assert_eq!(row(&site.eve, environment).await["status"], "error");
}

#[tokio::test]
async fn a_copy_within_the_organization_keeps_secrets() {
    let site = site().await;
    let made = site.max.post(ENVIRONMENTS, copy(site.acme, site.dev)).await.data();
    assert_eq!(made["settingsLeftOut"], Value::Null);
    let environment = made["environment"]["id"].as_str().unwrap();
    let settings = json!({"url": "u", "token": SECRET, "note": SECRET});
    assert_eq!(desired(&site, &site.max, environment).await, settings);
    let shown = row(&site.max, environment).await;
    assert_eq!(shown["settings"], json!({"url": "u"}));
    assert_eq!(shown["settings_needed"], Value::Null);
    assert_eq!(shown["status"], "installing", "its runtime has asked for it");
}

#[tokio::test]
async fn rows_without_paths_are_judged_by_the_schema_of_their_version() {
    let site = site().await;
    let forget = "UPDATE sys_package_installation SET settings_secrets = NULL";
    site.app.execute(forget).await;
    let environment = site.dev.to_string();
    assert_eq!(row(&site.ada, &environment).await["settings"], json!({"url": "u"}));
    // They move on with what their version hid.
    site.ada.operate(site.dev, CRM, "upgrade", json!({})).await.data();
    assert_eq!(row(&site.ada, &environment).await["settings"], json!({"url": "u"}));
    // Without a schema nobody can tell.
    site.app.execute(forget).await;
    assert_eq!(row(&site.ada, &environment).await["settings"], json!({}));
    let packages = "UPDATE sys_environment_generation SET packages = \
        REPLACE(packages, '\"settings_secrets\"', '\"unknown\"')";
    site.app.execute(packages).await;
    for (number, settings) in [(1, json!({"url": "u"})), (2, json!({}))] {
        let url = format!("{ENVIRONMENTS}/{}/generations/{number}", site.dev);
        let shown = site.ada.get(&url).await.data();
        assert_eq!(shown["generation"]["packages"][0]["settings"], settings, "{number}");
    }
}

#[tokio::test]
async fn events_name_settings_and_hold_no_values() {
    let site = site().await;
    let body = json!({"settings": {"url": "another-address"}});
    site.ada.operate(site.dev, CRM, "settings", body).await.data();
    let url = format!("/api/v1/cloud/events?environment_id={}", site.dev);
    let events = site.ada.get(&url).await;
    assert!(!events.text().contains("another-address"), "{}", events.text());
    assert!(events.text().contains("settings_changed\":[\"url\"]"), "{}", events.text());
}

#[tokio::test]
async fn settings_that_are_too_much_work_are_refused() {
    let site = Site::new().await;
    site.package(CRM, &[]).await;
    let branches = vec![json!({"type": "object"}); 2400];
    let bomb = json!({"configurationSchema": {
        "properties": {"a": {"items": {"anyOf": branches}}}}});
    site.release(CRM, "1.0.0", bomb).await;
    let written = site.written().await;
    for (items, code) in
        [(20, "SETTINGS_INVALID"), (90, "SETTINGS_TOO_COMPLEX"), (120_000, "SETTINGS_TOO_COMPLEX")]
    {
        let settings = json!({"a": vec![1; items]});
        let body = json!({"packageId": CRM, "version": "1.0.0", "settings": settings});
        let refused = site.ada.post(&installations(site.dev), body).await;
        assert_eq!(refused.refusal(), (422, code.into()), "{items}");
        let says = if items == 20 { "settings.a.0" } else { "100000 steps" };
        assert!(refused.message().contains(says), "{items}: {}", refused.message());
    }
    assert_eq!(site.written().await, written);
    let fits = json!({"packageId": CRM, "version": "1.0.0", "settings": {"a": [{}]}});
    site.ada.post(&installations(site.dev), fits).await.data();
}
