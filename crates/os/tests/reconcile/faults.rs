//! Failures that are reported and end.

use crate::site::{Site, artifact};
use serde_json::json;

const CRM: &str = "com.acme.crm";

#[tokio::test(flavor = "multi_thread")]
async fn a_generation_that_cannot_be_applied_changes_nothing_and_reports_why() {
    let site = Site::new().await;
    site.publish(&artifact("crm", "1.0.0", "crm", &["title"])).await;
    site.publish(&artifact("crm", "2.0.0", "sales", &["title"])).await;
    let machine = site.machine().await;
    let first = site.install(CRM, "1.0.0").await["package"].clone();
    site.until(CRM, "installed").await;
    machine.install_local(&artifact("local", "1.0.0", "sales", &["title"])).await;

    site.operate(CRM, "upgrade", json!({})).await;
    let row = site.until(CRM, "error").await;
    let reason = row["error_message"].as_str().unwrap();
    assert!(reason.contains("Namespace conflict"), "{reason}");
    assert_eq!((&row["version"], &row["observed_version"]), (&json!("2.0.0"), &json!("1.0.0")));
    assert_eq!(machine.installed().await, ["com.acme.crm@1.0.0", "com.acme.local@1.0.0"]);
    let connection = machine.connection().await;
    assert_eq!(
        (&connection["generation"], &connection["desiredGeneration"]),
        (&json!(1), &json!(2))
    );
    assert!(connection["error"].as_str().unwrap().contains("Namespace conflict"));

    let back = json!({"targetPackageVersionId": first["package_version_id"]});
    site.operate(CRM, "rollback", back).await;
    site.until(CRM, "installed").await;

    // What stands in the way goes away: it is tried again by itself.
    site.operate(CRM, "upgrade", json!({})).await;
    site.until(CRM, "error").await;
    let url = "/api/v1/marketplace/install-local/com.acme.local";
    machine.owner.delete(url).await.body();
    site.until(CRM, "installed").await;
    assert_eq!(machine.installed().await, ["com.acme.crm@2.0.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_control_plane_a_runtime_serves_and_catches_up_later() {
    let site = Site::new().await;
    for version in ["1.0.0", "1.1.0"] {
        site.publish(&artifact("crm", version, "crm", &["title"])).await;
    }
    let machine = site.machine().await;
    site.install(CRM, "1.0.0").await;
    site.until(CRM, "installed").await;

    site.close().await;
    let connection = machine.until("unreachable").await;
    assert!(connection["error"].is_string() && connection["lastSync"].is_string(), "{connection}");
    assert_eq!(machine.installed().await, ["com.acme.crm@1.0.0"]);
    site.operate(CRM, "upgrade", json!({})).await;

    // It starts without the control plane, too.
    let machine = machine.restart().await;
    machine.until("unreachable").await;
    assert_eq!(machine.installed().await, ["com.acme.crm@1.0.0"]);

    site.open(site.app.routes()).await;
    site.until(CRM, "installed").await;
    assert_eq!(machine.installed().await, ["com.acme.crm@1.1.0"]);
    let connection = machine.until("connected").await;
    assert_eq!((&connection["generation"], &connection["error"]), (&json!(2), &json!(null)));
}
