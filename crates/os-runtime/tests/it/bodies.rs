//! How large a body may be, on every route.

use axum::http::Method;
use os_http::endpoint::{MAX_BODY_BYTES, MAX_OPEN_BODY_BYTES};
use os_test::runtime::{App, INSTALLED, example};
use serde_json::json;

/// The routes that take more than a usual body, in MiB.
const LARGE: [(&str, &str, usize); 12] = [
    ("POST", "/api/v1/packages", 32),
    ("POST", "/api/v1/marketplace/install-local", 32),
    ("POST", "/api/v1/packages/publish", 32),
    ("POST", "/api/v1/data/{object}", 4),
    ("POST", "/api/v1/data/{object}/query", 4),
    ("POST", "/api/v1/data/{object}/batch", 4),
    ("POST", "/api/v1/data/{object}/createMany", 4),
    ("POST", "/api/v1/data/{object}/updateMany", 4),
    ("POST", "/api/v1/data/{object}/deleteMany", 4),
    ("PATCH", "/api/v1/data/{object}/{id}", 4),
    ("POST", "/api/v1/data/{object}/{id}/clone", 4),
    ("POST", "/api/v1/batch", 4),
];

#[test]
fn every_route_has_a_limit() {
    for it in os_runtime::endpoints() {
        let large = LARGE.iter().find(|(method, path, _)| it.method == *method && it.path == *path);
        let limit = match large {
            Some((_, _, mib)) => mib * 1024 * 1024,
            None if it.open || matches!(it.method, Method::GET | Method::DELETE) => {
                MAX_OPEN_BODY_BYTES
            }
            None => MAX_BODY_BYTES,
        };
        assert_eq!(it.max_body_bytes, limit, "{} {}", it.method, it.path);
    }
}

#[tokio::test]
async fn nobody_sends_a_large_body_without_a_credential() {
    let app = App::new().await;
    let nobody = app.anonymous();
    let password = "a".repeat(MAX_OPEN_BODY_BYTES);
    for path in ["sign-up/email", "sign-in/email"] {
        let body = json!({"email": "ada@example.com", "password": password});
        let answer = nobody.post(&format!("/api/v1/auth/{path}"), body).await;
        assert_eq!(answer.refusal(), (413, "PAYLOAD_TOO_LARGE".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn a_large_artifact_is_installed() {
    let app = App::new().await;
    let mut crm = example("crm/1.0.0");
    crm["manifest"]["description"] = "a".repeat(100_000).into();
    let answer = app.owner().await.post(INSTALLED, json!({"manifest": crm})).await;
    assert!(answer.status < 500 && answer.status != 413, "{}", answer.text());
}
