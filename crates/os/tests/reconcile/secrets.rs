//! A secret of settings, from the control plane to the runtime: it arrives, and neither tells it.

use crate::site::{Machine, Site, artifact};
use os_test::eventually;
use serde_json::{Value, json};

const CRM: &str = "com.acme.crm";
const SECRET: &str = "S3cret-of-the-site";

/// Asks both servers for everything that one can ask for without a body.
async fn looks_everywhere(site: &Site, machine: &Machine, stage: &str) {
    let fill = |path: &str| {
        let word = |it: &str| match it {
            "{environment}" => site.environment.clone(),
            "{package}" | "{name}" => CRM.to_owned(),
            "{type}" => "package".to_owned(),
            _ if it.starts_with('{') => "1".to_owned(),
            _ => it.to_owned(),
        };
        path.split('/').map(word).collect::<Vec<_>>().join("/")
    };
    let mut shown = 0;
    for endpoint in os_runtime::endpoints().iter().filter(|it| it.method == "GET") {
        let url = fill(endpoint.path);
        let text = String::from_utf8_lossy(&machine.owner.get(&url).await.bytes).into_owned();
        assert!(!text.contains(SECRET), "{stage}: runtime, {url}: {text}");
        shown += usize::from(text.contains("https://acme.com"));
    }
    // A later version may not describe it, and then it is not shown.
    assert!(shown > 1 || stage != "marked", "{stage}: what is not secret is shown");
    for endpoint in os_control::endpoints().iter().filter(|it| it.method == "GET") {
        let url = fill(endpoint.path);
        let text = String::from_utf8_lossy(&site.ada.get(&url).await.bytes).into_owned();
        assert!(!text.contains(SECRET), "{stage}: control plane, {url}: {text}");
    }
}

/// Waits until the runtime has stored the secret for a version.
async fn arrives(machine: &Machine, version: &'static str) {
    eventually(&format!("the secret is in {version}"), async || {
        let mut tx = machine.app.db.read().await.unwrap();
        let row: Option<(String, String)> =
            tx.query("SELECT version, settings FROM sys_ledger").optional().await.unwrap();
        row.filter(|(at, settings)| at == version && settings.contains(SECRET))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivered_secret_is_told_by_neither_server() {
    let site = Site::new().await;
    let mut crm = artifact("crm", "1.0.0", "crm", &["title"]);
    crm["manifest"]["configurationSchema"] = json!({"type": "object", "properties": {
        "url": {"type": "string"}, "token": {"type": "string", "writeOnly": true},
    }});
    site.publish(&crm).await;
    site.publish(&artifact("crm", "1.1.0", "crm", &["title"])).await;
    let mut picky = artifact("crm", "1.2.0", "crm", &["title"]);
    picky["manifest"]["configurationSchema"] =
        json!({"properties": {"token": {"type": "string"}, "url": {"type": "string"}}});
    site.publish(&picky).await;
    let machine = site.machine().await;
    let settings = json!({"url": "https://acme.com", "token": SECRET});
    let body = json!({"packageId": CRM, "version": "1.0.0", "settings": settings});
    let first = site.ada.post(&site.packages(), body).await.body()["package"].clone();
    arrives(&machine, "1.0.0").await;
    site.until(CRM, "installed").await;
    looks_everywhere(&site, &machine, "marked").await;
    for version in ["1.1.0", "1.2.0"] {
        site.operate(CRM, "upgrade", json!({"targetVersion": version})).await;
        arrives(&machine, version).await;
        site.until(CRM, "installed").await;
        looks_everywhere(&site, &machine, version).await;
    }
    let back: Value = json!({"targetPackageVersionId": first["package_version_id"]});
    site.operate(CRM, "rollback", back).await;
    arrives(&machine, "1.0.0").await;
    looks_everywhere(&site, &machine, "rolled back").await;
    let machine = machine.restart().await;
    looks_everywhere(&site, &machine, "restarted").await;
}
