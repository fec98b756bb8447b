use crate::operator::Site;
use os_test::control::{ENVIRONMENTS, installations};
use serde_json::json;

const BIND: &str = "/api/v1/cloud-connection/bind";
const STATUS: &str = "/api/v1/cloud-connection/status";
const REVOKE: &str = "/api/v1/cloud-connection/revoke";

#[tokio::test]
async fn a_runtime_is_bound_acts_for_its_environment_and_is_revoked() {
    let site = Site::new().await;
    site.package("com.acme.crm", &["1.0.0", "1.1.0"]).await;
    let body = json!({
        "name": "box", "runtime_version": "0.3.0", "token": site.ada.token,
        "scope": "openid profile email", "environment_id": site.dev,
    });
    let bound = site.app.anonymous().post(BIND, body).await.data();
    let token = bound["runtime_token"].as_str().unwrap();
    assert!(token.starts_with("oscc_") && token.len() > 40 && bound["bound"] == true);
    assert_eq!(bound["connection"]["organization_id"], json!(site.acme));
    assert_eq!(bound["connection"]["account_email"], site.ada.email);
    let kept = "SELECT COUNT(*) FROM sys_runtime_connection WHERE token_hash LIKE 'oscc_%'";
    assert_eq!(site.app.count(kept).await, 0, "only its hash is kept");

    let runtime = site.app.bearer(token);
    let status = runtime.get(&format!("{STATUS}?environment_id={}", site.dev)).await.data();
    assert_eq!((&status["bound"], &status["runtime_id"]), (&json!(true), &bound["runtime_id"]));
    let other = runtime.get(&format!("{STATUS}?environment_id={}", site.prod)).await.data();
    assert_eq!(other, json!({"bound": false}));

    runtime.install(site.dev, "com.acme.crm", "1.0.0").await.data();
    let upgrade = runtime.operate(site.dev, "com.acme.crm", "upgrade", json!({})).await;
    assert_eq!(upgrade.refusal(), (403, "PERMISSION_DENIED".into()), "install, nothing else");
    assert_eq!(runtime.get(&installations(site.prod)).await.refusal().0, 404);
    let list = runtime.get(ENVIRONMENTS).await.data();
    assert_eq!(list["total"], 1);

    let runtimes = format!("{ENVIRONMENTS}/{}/runtimes", site.dev);
    let listed = site.max.get(&runtimes).await.data();
    assert_eq!(listed["runtimes"][0]["runtime_id"], bound["runtime_id"]);
    assert!(listed["runtimes"][0]["last_seen_at"].is_string());
    assert_eq!(site.mia.get(&runtimes).await.refusal().0, 403);

    assert_eq!(runtime.post(REVOKE, json!({})).await.data(), json!({"revoked": true}));
    assert_eq!(runtime.get(STATUS).await.refusal(), (401, "UNAUTHENTICATED".into()));
    let events =
        "SELECT COUNT(*) FROM sys_event WHERE kind IN ('runtime_bound', 'runtime_revoked')";
    assert_eq!(site.app.count(events).await, 2);
}

#[tokio::test]
async fn binding_again_ends_the_older_token() {
    let site = Site::new().await;
    let body = json!({"name": "box", "environment_id": "env_local"});
    let first = site.ada.post(BIND, body).await.data();
    assert_eq!(first["connection"]["environment_id"], json!(null));
    let body = json!({"name": "box", "runtime_id": first["runtime_id"]});
    let second = site.ada.post(BIND, body.clone()).await.data();
    assert_eq!(second["runtime_id"], first["runtime_id"]);
    let old = site.app.bearer(first["runtime_token"].as_str().unwrap());
    assert_eq!(old.get(STATUS).await.refusal().0, 401);
    let new = site.app.bearer(second["runtime_token"].as_str().unwrap());
    assert_eq!(new.get(STATUS).await.data()["bound"], true);

    // Another organization that claims the same runtime ends nothing here.
    site.eve.post(BIND, body).await.data();
    assert_eq!(new.get(STATUS).await.data()["bound"], true);
    let which = json!({"runtime_id": first["runtime_id"]});
    site.eve.post(REVOKE, which).await.data();
    assert_eq!(new.get(STATUS).await.data()["bound"], true);
}

#[tokio::test]
async fn only_administrators_bind_and_revoke() {
    let site = Site::new().await;
    let body =
        |token: Option<&str>| json!({"name": "box", "environment_id": site.dev, "token": token});
    let nobody = site.app.anonymous();
    for (user, body, status) in [
        (&nobody, body(None), 401),
        (&nobody, body(Some("wrong")), 401),
        (&site.ada, body(Some("wrong")), 401),
        (&nobody, body(site.mia.token.as_deref()), 403),
        (&nobody, body(site.eve.token.as_deref()), 404),
        (&site.mia, body(None), 403),
        (&site.ada, json!({"environment_id": site.dev}), 400),
        (&site.ada, json!({"name": ""}), 400),
        (&site.ada, json!({"name": "box", "runtime_id": "x"}), 400),
    ] {
        let answer = user.post(BIND, body.clone()).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
    }
    let bound = site.max.post(BIND, body(None)).await.data();
    let which = json!({"environment_id": site.dev});
    let of_runtime = json!({"runtime_id": bound["runtime_id"]});
    for (user, status) in [(&site.mia, 403), (&site.eve, 404)] {
        assert_eq!(user.post(REVOKE, which.clone()).await.status, status);
        assert_eq!(user.post(REVOKE, of_runtime.clone()).await.status, 404);
        let refused = user.post(REVOKE, json!({})).await;
        assert_eq!(refused.refusal(), (400, "MISSING_REQUIRED_FIELD".to_owned()));
        let url = format!("{STATUS}?environment_id={}", site.dev);
        assert_eq!(user.get(&url).await.data(), json!({"bound": false}));
    }
    let url =
        format!("{ENVIRONMENTS}/{}/runtimes/{}", site.dev, bound["runtime_id"].as_str().unwrap());
    assert_eq!(site.max.delete(&url).await.data(), json!({"revoked": true}));
    assert_eq!(site.max.delete(&url).await.data(), json!({"revoked": false}));
    assert_eq!(site.app.service().post(REVOKE, which).await.data(), json!({"revoked": false}));
}
