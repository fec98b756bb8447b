//! Settings of an installation: judged by the schema of the version, secrets kept.

use crate::operator::Site;
use os_test::control::{ENVIRONMENTS, installations};
use serde_json::json;

const CRM: &str = "com.acme.crm";

#[tokio::test]
async fn settings_fit_the_schema_and_secrets_are_never_shown() {
    let site = Site::new().await;
    site.package(CRM, &["0.1.0"]).await;
    let schema = json!({"configurationSchema": {
        "type": "object", "required": ["url"], "additionalProperties": false,
        "properties": {
            "url": {"type": "string"},
            "limit": {"type": "integer", "default": 10},
            "token": {"type": "string", "writeOnly": true},
        },
    }});
    site.release(CRM, "1.0.0", schema.clone()).await;
    let mut stricter = schema;
    stricter["configurationSchema"]["properties"]["url"]["maxLength"] = json!(3);
    site.release(CRM, "2.0.0", stricter).await;
    for (settings, path) in [
        (json!({}), "/url"),
        (json!({"url": 1}), "/url"),
        (json!({"url": "x", "limit": "y"}), "/limit"),
        (json!({"url": "x", "more": 1}), "/more"),
    ] {
        let body = json!({"packageId": CRM, "version": "1.0.0", "settings": settings});
        let answer = site.ada.post(&installations(site.dev), body).await;
        assert_eq!(answer.refusal(), (422, "SETTINGS_INVALID".into()), "{settings}");
        let details = &answer.json()["error"]["details"];
        assert_eq!(details["errors"][0]["path"], path, "{settings}: {details}");
    }
    let given = json!({"url": "https", "token": "s3cret"});
    let body = json!({"packageId": CRM, "version": "1.0.0", "settings": given});
    let installed = site.ada.post(&installations(site.dev), body).await.data();
    assert_eq!(installed["package"]["settings"], json!({"url": "https", "limit": 10}));

    // What was not shown is not lost by sending back what was shown.
    let body = json!({"settings": {"url": "http", "limit": 11}});
    let changed = site.ada.operate(site.dev, CRM, "settings", body).await.data();
    assert_eq!(changed["package"]["settings"], json!({"url": "http", "limit": 11}));
    let stored = "SELECT COUNT(*) FROM sys_package_installation WHERE settings LIKE '%s3cret%'";
    assert_eq!(site.app.count(stored).await, 1);
    let removed = json!({"settings": {"url": "http", "token": null}});
    site.ada.operate(site.dev, CRM, "settings", removed).await.data();
    assert_eq!(site.app.count(stored).await, 0);

    let refused = site.ada.operate(site.dev, CRM, "upgrade", json!({})).await;
    assert_eq!(refused.refusal(), (422, "SETTINGS_INVALID".into()));
    assert!(refused.message().contains("do not fit 2.0.0"), "{}", refused.message());
    let leaks = "SELECT COUNT(*) FROM sys_event WHERE detail LIKE '%s3cret%'";
    assert_eq!(site.app.count(leaks).await, 0);
    let first = site.ada.get(&format!("{ENVIRONMENTS}/{}/generations/1", site.dev)).await.data();
    assert_eq!(
        first["generation"]["packages"][0]["settings"],
        json!({"url": "https", "limit": 10})
    );
    let url = format!("{ENVIRONMENTS}/{}/generations/1/restore", site.dev);
    site.ada.post(&url, json!({})).await.data();
    assert_eq!(site.app.count(stored).await, 1, "restored in full");
}
