//! The catalog of a control plane, through the runtime; and one that is not well.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::IntoResponse;
use os_test::Response;
use os_test::runtime::{App, Client};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const LIST: &str = "/api/v1/marketplace/packages";

/// Status, content type and body.
type Said = (u16, &'static str, String);

/// A catalog that answers what the test wants, and remembers what it was asked.
#[derive(Clone, Default)]
struct Catalog {
    says: Arc<Mutex<Said>>,
    asked: Arc<Mutex<Vec<Request>>>,
}

impl Catalog {
    async fn start(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(self.clone());
        tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        url
    }

    fn says(&self, status: u16, kind: &'static str, body: impl ToString) {
        *self.says.lock().unwrap() = (status, kind, body.to_string());
    }

    fn asked(&self) -> Vec<(String, Option<String>)> {
        let outcome = |request: &Request| {
            let tag = request.headers().get("if-none-match");
            (request.uri().to_string(), tag.map(|tag| tag.to_str().unwrap().to_owned()))
        };
        self.asked.lock().unwrap().iter().map(outcome).collect()
    }
}

async fn answer(State(catalog): State<Catalog>, request: Request) -> axum::response::Response {
    let is_known = request.headers().contains_key("if-none-match");
    catalog.asked.lock().unwrap().push(request);
    let (status, kind, body) = catalog.says.lock().unwrap().clone();
    if kind == "never" {
        std::future::pending::<()>().await;
    }
    if is_known && status == 200 {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let headers =
        [("content-type", kind), ("etag", "\"one\""), ("set-cookie", "a=b"), ("server", "x")];
    (StatusCode::from_u16(status).unwrap(), headers, body).into_response()
}

fn list() -> Value {
    let item = |id: &str, category: &str| json!({"manifest_id": id, "display_name": id, "category": category});
    json!({"success": true, "data": {"items": [item("com.acme.crm", "crm"), item("com.acme.hr", "hr")], "total": 2}})
}

async fn browsing(url: String) -> App {
    App::with(|config| {
        config.cloud_url = Some(url);
        config.browse_timeout = Duration::from_millis(500);
    })
    .await
}

async fn ask(user: &Client, url: &str, headers: &[(&str, &str)]) -> Response {
    user.send(Method::GET, url, headers, Vec::new()).await
}

fn source(answer: &Response) -> &str {
    answer.headers["x-cache"].to_str().unwrap()
}

#[tokio::test]
async fn a_page_is_fetched_once_and_kept() {
    let catalog = Catalog::default();
    catalog.says(200, "application/json", list());
    let app = browsing(catalog.start().await).await;
    let owner = app.owner().await;

    let url = format!("{LIST}?q=crm&limit=100");
    let first = ask(&owner, &url, &[("cookie", "secret=1")]).await;
    assert_eq!((first.status, source(&first), first.json()), (200, "MISS", list()));
    assert_eq!(first.headers["etag"], "\"one\"");
    assert!(!first.headers.contains_key("set-cookie") && !first.headers.contains_key("server"));
    let again = ask(&app.anonymous(), &url, &[]).await;
    assert_eq!(
        (again.status, source(&again), again.headers["age"].to_str().unwrap()),
        (200, "HIT", "0")
    );
    let known = ask(&owner, &url, &[("if-none-match", "\"one\"")]).await;
    assert_eq!((known.status, known.bytes.len()), (304, 0));
    assert_eq!(catalog.asked().len(), 1);
    {
        let asked = catalog.asked.lock().unwrap();
        assert_eq!(asked[0].uri(), "/api/v1/marketplace/packages?q=crm&limit=100");
        assert_eq!(asked[0].headers()["user-agent"], "objectos-marketplace-proxy/1.1.0");
        assert!(!asked[0].headers().contains_key("authorization"));
        assert!(!asked[0].headers().contains_key("cookie"));
    }
    let bypass = ask(&owner, &url, &[("cache-control", "no-cache")]).await;
    assert_eq!(source(&bypass), "BYPASS");
    let other = ask(&owner, &url, &[("accept-language", "ja")]).await;
    assert_eq!(source(&other), "MISS", "another language is another page");
    assert_eq!(catalog.asked().len(), 3);
}

#[tokio::test]
async fn a_failing_catalog_differs_from_an_empty_one() {
    let catalog = Catalog::default();
    let app = browsing(catalog.start().await).await;
    let visitor = app.anonymous();
    catalog.says(
        404,
        "application/json",
        json!({"success": false, "error": {"code": "PACKAGE_NOT_FOUND", "message": "none"}}),
    );
    let missing = ask(&visitor, &format!("{LIST}/com.acme.none"), &[]).await;
    assert_eq!(missing.refusal(), (404, "PACKAGE_NOT_FOUND".to_owned()));
    for (status, kind, body) in [
        (200, "text/html", "<html>Please sign in to the network</html>".to_owned()),
        (200, "application/json", "<html>".to_owned()),
        (200, "application/json", list().to_string()[..40].to_owned()),
        (200, "never", list().to_string()),
        (404, "text/html", "<html>".to_owned()),
        (500, "application/json", "{}".to_owned()),
        (503, "text/html", String::new()),
        (302, "application/json", "{}".to_owned()),
    ] {
        catalog.says(status, kind, body);
        let answer = ask(&visitor, LIST, &[]).await;
        assert_eq!(
            answer.refusal(),
            (502, "MARKETPLACE_PROXY_FAILED".to_owned()),
            "{status} {kind}"
        );
    }
}

#[tokio::test]
async fn an_old_page_is_better_than_none() {
    let catalog = Catalog::default();
    catalog.says(200, "application/json", list());
    let app = App::with(|config| config.browse_timeout = Duration::from_millis(500)).await;
    assert_eq!(
        ask(&app.anonymous(), LIST, &[]).await.refusal(),
        (503, "MARKETPLACE_UNAVAILABLE".to_owned())
    );
    let cloud = catalog.start().await;
    let app = App::with(|config| {
        config.cloud_url = Some(cloud);
        config.browse_cache = Duration::from_secs(60);
    })
    .await;
    let visitor = app.anonymous();
    let url = format!("{LIST}/com.acme.crm/versions/latest/manifest");
    let soon = || app.advance(Duration::from_secs(60));
    assert_eq!(source(&ask(&visitor, &url, &[]).await), "MISS");
    soon();
    let again = ask(&visitor, &url, &[]).await;
    assert_eq!((source(&again), again.json()), ("REVALIDATED", list()));
    assert_eq!(catalog.asked()[1].1.as_deref(), Some("\"one\""));
    soon();
    catalog.says(500, "text/html", "");
    let stale = ask(&visitor, &url, &[]).await;
    assert_eq!((stale.status, source(&stale), stale.json()), (200, "STALE", list()));
    assert!(stale.headers.contains_key("age"));
}

#[tokio::test]
async fn a_static_catalog_is_queried_before_the_control_plane() {
    let files = Catalog::default();
    files.says(200, "application/json", list());
    let cloud = Catalog::default();
    cloud.says(200, "application/json", json!({"from": "cloud"}));
    let (files_url, cloud_url) = (files.start().await, cloud.start().await);
    let app = App::with(|config| {
        config.catalog_url = Some(format!("{files_url}/snapshot/"));
        config.cloud_url = Some(cloud_url);
    })
    .await;
    let visitor = app.anonymous();
    let all = ask(&visitor, LIST, &[]).await;
    assert_eq!((source(&all), all.json()), ("PUBLIC-R2", list()));
    let found = ask(&visitor, &format!("{LIST}?q=CRM"), &[]).await;
    assert_eq!((source(&found), &found.data()["total"]), ("PUBLIC-R2-FILTERED", &json!(1)));
    assert_eq!(found.headers["cache-control"], "public, max-age=30");
    let found = ask(&visitor, &format!("{LIST}?category=hr"), &[]).await;
    assert_eq!(found.data()["items"][0]["manifest_id"], "com.acme.hr");
    ask(&visitor, &format!("{LIST}/com.acme.crm/versions/1.0.0/manifest"), &[]).await;
    let asked: Vec<String> = files.asked().into_iter().map(|(url, _)| url).collect();
    assert_eq!(asked[0], "/snapshot/packages.json");
    assert_eq!(
        asked.last().unwrap(),
        "/snapshot/packages/com.acme.crm/versions/1.0.0/manifest.json"
    );
    assert!(cloud.asked().is_empty());
    files.says(404, "application/json", "{}");
    assert_eq!(ask(&visitor, LIST, &[]).await.json(), json!({"from": "cloud"}));
}

#[tokio::test]
async fn nothing_but_the_catalog_is_reached() {
    let catalog = Catalog::default();
    catalog.says(200, "application/json", list());
    let app = browsing(catalog.start().await).await;
    let owner = app.owner().await;
    for path in [
        "../auth/get-session",
        "packages/..",
        "packages/%2e%2e/x",
        "packages/%2E%2e",
        "a//b",
        "a%2fb",
        "a%5cb",
    ] {
        let answer = ask(&owner, &format!("/api/v1/marketplace/{path}"), &[]).await;
        assert!([400, 404].contains(&answer.status), "{path}: {}", answer.status);
    }
    let answer = owner.post(LIST, json!({})).await;
    assert_eq!(answer.refusal(), (404, "ENDPOINT_NOT_FOUND".to_owned()));
    assert!(catalog.asked().is_empty());
    let head = owner.send(Method::HEAD, LIST, &[], Vec::new()).await;
    assert_eq!((head.status, head.bytes.len()), (200, 0));
}
