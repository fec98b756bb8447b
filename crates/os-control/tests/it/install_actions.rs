//! Installations as runtimes and consoles ask for them (docs/wire/installations.md#other-reads).

use crate::operator::Site;
use os_test::control::ENVIRONMENTS;
use serde_json::json;

const CRM: &str = "com.acme.crm";

#[tokio::test]
async fn runtimes_and_consoles_ask_in_their_own_way() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0", "1.1.0"]).await;
    let probe = format!("{ENVIRONMENTS}/{}/installations/{CRM}", site.dev);
    assert_eq!(site.mia.get(&probe).await.data(), json!({"installed": false}));

    let runtime = site.ada.bind_runtime(site.acme).await;
    for url in [
        "/api/v1/cloud/org-packages".to_owned(),
        format!("/api/v1/cloud/org-packages?environment_id={}", site.dev),
    ] {
        let items = runtime.get(&url).await.data();
        assert_eq!(items["items"][0]["manifest_id"], CRM);
        assert_eq!(items["items"][0]["latest_version"], "1.1.0");
    }
    let foreign = format!("/api/v1/cloud/org-packages?environment_id={}", site.dev);
    assert_eq!(site.eve.get(&foreign).await.refusal(), (404, "ENVIRONMENT_NOT_FOUND".into()));
    assert_eq!(site.eve.get("/api/v1/cloud/org-packages").await.data()["items"], json!([]));

    let action = "/api/v1/actions/sys_package/install_package";
    let body = json!({
        "recordId": CRM, "params": {"environment_id": site.dev, "seed_sample_data": true},
    });
    assert_eq!(site.eve.post(action, body.clone()).await.refusal().0, 404);
    assert_eq!(site.mia.post(action, body.clone()).await.refusal().0, 403);
    let installed = site.max.post(action, body.clone()).await.data();
    assert_eq!(installed["installation"]["version"], "1.1.0");
    assert_eq!(installed.get("success"), None);
    let twice = site.max.post(action, body).await;
    assert_eq!(twice.refusal(), (409, "PACKAGE_ALREADY_INSTALLED".into()));

    let id = installed["installation"]["id"].as_str().unwrap();
    let found = json!({
        "installed": true, "installationId": id, "version": "1.1.0", "withSampleData": true,
    });
    assert_eq!(site.mia.get(&probe).await.data(), found);
    for verb in ["reseed", "purge"] {
        let url = format!("/api/v1/cloud/installations/{id}/{verb}-sample-data");
        assert_eq!(site.max.post(&url, json!({})).await.refusal(), (409, "INVALID_STATE".into()));
        let hidden = site.eve.post(&url, json!({})).await;
        assert_eq!(hidden.refusal(), (404, "PACKAGE_NOT_INSTALLED".into()));
    }
}
