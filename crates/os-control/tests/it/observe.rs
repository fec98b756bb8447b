use axum::http::Method;
use os_test::control::App;
use serde_json::json;

#[tokio::test]
async fn a_request_has_an_id_that_the_caller_may_choose() {
    let app = App::new().await;
    let url = "/api/v1/health";
    let chosen = app
        .anonymous()
        .send(Method::GET, url, &[("x-request-id", "deploy-7.a_b")], Vec::new())
        .await;
    assert_eq!(chosen.headers["x-request-id"], "deploy-7.a_b");
    let forged =
        app.anonymous().send(Method::GET, url, &[("x-request-id", "a b\"c")], Vec::new()).await;
    assert_ne!(forged.headers["x-request-id"], "a b\"c");
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused() {
    let app = App::new().await;
    let nothing = app.anonymous().get("/api/v1/nothing").await;
    assert_eq!(nothing.refusal(), (404, "ENDPOINT_NOT_FOUND".to_owned()));
    let method = app.anonymous().delete("/api/v1/health").await;
    assert_eq!(method.refusal(), (405, "METHOD_NOT_ALLOWED".to_owned()));
}

#[tokio::test]
async fn metrics_are_labelled_by_endpoint_and_never_by_id() {
    let app = App::new().await;
    app.anonymous().get("/api/v1/health").await;
    app.anonymous().get("/api/v1/cloud/environments/0192a8f0-secret-id").await;
    let metrics = app.anonymous().get("/metrics").await;
    assert!(
        metrics
            .text()
            .contains(r#"http_requests_total{method="GET",path="/api/v1/health",status="2xx"}"#)
    );
    assert!(!metrics.text().contains("secret-id"), "{}", metrics.text());
}

#[tokio::test]
async fn a_console_of_a_configured_runtime_may_call_with_cookies() {
    let app = App::with(|config| {
        config.trusted_origins = vec!["https://runtime.acme.com".to_owned()];
    })
    .await;
    let preflight = |origin: &'static str| {
        let (app, headers) =
            (app.anonymous(), [("origin", origin), ("access-control-request-method", "POST")]);
        async move { app.send(Method::OPTIONS, "/api/v1/health", &headers, Vec::new()).await }
    };
    let ours = preflight("https://runtime.acme.com").await;
    assert_eq!(ours.headers["access-control-allow-origin"], "https://runtime.acme.com");
    assert_eq!(ours.headers["access-control-allow-credentials"], "true");
    let theirs = preflight("https://evil.example").await;
    assert!(!theirs.headers.contains_key("access-control-allow-origin"));
}

#[test]
fn every_endpoint_declares_its_response() {
    let endpoints = os_control::endpoints();
    let name = |it: &os_control::Endpoint| format!("{} {}", it.method, it.path);
    let untyped: Vec<_> = endpoints.iter().filter(|it| !it.is_typed()).map(name).collect();
    assert_eq!(untyped, [""; 0], "an endpoint needs `.gives`, `.redirects` or `.unsupported`");
}

#[tokio::test]
async fn compatibility_endpoints_answer_as_declared() {
    let app = App::new().await;
    let ada = app.user("ada").await;
    let acme = app.organization("acme", &[(&ada, "owner")]).await;
    let environment = ada.create_environment(acme, "development").await;
    let url = |rest: &str| format!("/api/v1/cloud/environments/{environment}/{rest}");
    let revisions = ada.get(&url("revisions")).await.data();
    assert_eq!(revisions, json!({"items": [], "nextCursor": null, "branch": "main"}));
    let branches = ada.get(&url("branches")).await.data();
    assert_eq!(branches, json!([{"name": "main", "isDefault": true, "isProtected": true}]));
    let templates = ada.get("/api/v1/cloud/templates").await.data();
    assert_eq!(templates, json!({"templates": [], "total": 0}));
    let reseed = ada.post(&url("reseed"), json!({})).await;
    assert_eq!(
        (reseed.status, &reseed.data()["accepted"]),
        (202.try_into().unwrap(), &json!(true))
    );
    let renamed = ada.post(&url("branches/main/rename"), json!({})).await;
    assert_eq!(renamed.refusal(), (409, "INVALID_STATE".to_owned()));
}

#[tokio::test]
async fn the_reference_lists_every_endpoint() {
    let app = App::new().await;
    let document = app.anonymous().get("/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    for endpoint in os_control::endpoints() {
        let method = endpoint.method.as_str().to_ascii_lowercase();
        let summary = &document["paths"][endpoint.path][&method]["summary"];
        assert_eq!(summary, endpoint.summary, "{method} {}", endpoint.path);
    }
    let shown = serde_json::to_string_pretty(&document).unwrap() + "\n";
    expect_test::expect_file!["../../../../docs/openapi.control.json"].assert_eq(&shown);
}
