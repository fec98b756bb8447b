//! How large a body may be, and which members it may have, on every route.

use axum::http::Method;
use os_http::endpoint::{Content, MAX_BODY_BYTES, MAX_OPEN_BODY_BYTES};
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

/// Reads whose query keeps unknown parameters, with the reason.
const OPEN_QUERIES: [(&str, &str); 5] = [
    ("/api/v1/data/{object}", "each is a field, and one that the object does not have is refused"),
    ("/api/v1/meta/{type}", "studios ask for previews of drafts, of which there are none"),
    ("/api/v1/meta/{type}/{name}", "studios ask for previews of drafts, of which there are none"),
    ("/api/v1/meta/{type}/{name}/published", "as the item itself"),
    ("/api/v1/ui/view/{object}/{shape}", "as the item itself"),
];

#[tokio::test]
async fn nothing_takes_a_member_or_a_parameter_that_it_does_not_have() {
    let app = App::new().await;
    let owner = app.owner().await;
    let object = os_test::runtime::object("book_page", &["title", "text"]);
    owner.installs(&os_test::runtime::package("book", "1.0.0", json!([object]))).await;
    let id = owner.made("book_page", json!({"title": "One"})).await;
    let mut wrong = Vec::new();
    for it in os_runtime::endpoints().into_iter().filter(|it| !it.page && !it.unsupported) {
        let url = it.path.replace("{object}", "book_page").replace("{id}", &id);
        let url = url.replace("{package}", "book").replace("{type}", "object");
        let url = url.replace("{name}", "book_page").replace("{shape}", "list");
        // An upload is looked up before its body is read, and there is none.
        let is_read = matches!(it.body, Some(Content::Json(_))) && !it.path.contains("{upload}");
        if it.method != Method::GET && is_read {
            let sent = match it.path.rsplit('/').next() {
                Some("createMany") => json!([{"__unknown": 1}]),
                Some("batch") if it.path.contains("/data/") => {
                    json!({"operation": "create", "records": [], "__unknown": 1})
                }
                Some("batch") => json!({"operations": [], "__unknown": 1}),
                Some("updateMany") => json!({"records": [], "__unknown": 1}),
                Some("deleteMany") => json!({"ids": [], "__unknown": 1}),
                _ => json!({"__unknown": 1}),
            };
            let answer = owner.json(it.method.clone(), &url, Some(sent)).await;
            if answer.status != 400 || !answer.text().contains("__unknown") {
                wrong.push(format!(
                    "{} {}: {} {}",
                    it.method,
                    it.path,
                    answer.status,
                    answer.text()
                ));
            }
        }
        let is_open = OPEN_QUERIES.iter().any(|(path, _)| *path == it.path);
        if it.method == Method::GET && (is_open || it.query.is_none()) {
            continue;
        }
        let address = format!("{url}?__unknown=1");
        let answer = owner.json(it.method.clone(), &address, None).await;
        if answer.status != 400 || !answer.text().contains("__unknown") {
            wrong.push(format!("{} {address}: {} {}", it.method, answer.status, answer.text()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(owner.get(&format!("/api/v1/data/book_page/{id}")).await.status, 200);
}

#[tokio::test]
async fn a_delete_from_the_registry_names_its_version_or_is_refused() {
    let app = App::new().await;
    let owner = app.owner().await;
    let version = json!({"manifest": {"id": "crm", "version": "1.0.0"}, "metadata": {}});
    owner.post("/api/v1/packages/publish", version).await.data();
    let misspelled = owner.delete("/api/v1/registry/packages/crm?verison=0.9.0").await;
    assert_eq!(misspelled.refusal(), (400, "VALIDATION_ERROR".to_owned()));
    assert!(misspelled.text().contains("did you mean `version`?"), "{}", misspelled.text());
    assert_eq!(owner.get("/api/v1/registry/packages/crm").await.status, 200);
}

#[tokio::test]
async fn options_of_a_batch_are_known_and_of_their_type() {
    let app = App::new().await;
    let owner = app.owner().await;
    let object = os_test::runtime::object("book_page", &["title", "text"]);
    owner.installs(&os_test::runtime::package("book", "1.0.0", json!([object]))).await;
    for (options, named) in [
        (json!({"atomc": true}), "did you mean `atomic`?"),
        (json!({"atomic": "yes"}), "`atomic`"),
        (json!({"validateOnly": true}), "validateOnly"),
        (json!([true]), "must be an object"),
    ] {
        let body = json!({
            "operation": "create", "records": [{"data": {"title": "a"}}], "options": options,
        });
        let answer = owner.post("/api/v1/data/book_page/batch", body).await;
        assert_eq!(answer.refusal(), (400, "VALIDATION_FAILED".to_owned()));
        assert!(answer.text().contains(named), "{}", answer.text());
    }
    let records = owner.get("/api/v1/data/book_page").await.json();
    assert_eq!(records["total"], 0);
}

#[tokio::test]
async fn a_large_artifact_is_installed() {
    let app = App::new().await;
    let mut crm = example("crm/1.0.0");
    crm["manifest"]["description"] = "a".repeat(100_000).into();
    let answer = app.owner().await.post(INSTALLED, json!({"manifest": crm})).await;
    assert!(answer.status < 500 && answer.status != 413, "{}", answer.text());
}
