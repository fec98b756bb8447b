//! Requests of the runtime to other servers: few at a time, never around in a circle, and with
//! the credential of the runtime only for callers who may manage it.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::IntoResponse;
use os_runtime::WITH_RUNTIME_CREDENTIAL;
use os_test::eventually;
use os_test::runtime::App;
use serde_json::json;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

const LIST: &str = "/api/v1/marketplace/packages";
const MAX_OUTGOING_REQUESTS: usize = 8;

/// A path, and the credential that was sent with it.
type Recorded = (String, Option<String>);

/// A control plane that remembers requests and answers `{}`, or never.
#[derive(Clone, Default)]
struct Plane {
    requests: Arc<Mutex<Vec<Recorded>>>,
    is_silent: bool,
}

impl Plane {
    async fn start(&self) -> String {
        let (listener, url) = port().await;
        serve(listener, Router::new().fallback(answer).with_state(self.clone()));
        url
    }

    fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    /// The paths that were asked for with this credential.
    fn paths_with(&self, credential: &str) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        let own = requests.iter().filter(|(_, it)| it.as_deref() == Some(credential));
        own.map(|(path, _)| path.clone()).collect()
    }
}

async fn answer(State(plane): State<Plane>, request: Request) -> impl IntoResponse {
    let credential = request.headers().get(header::AUTHORIZATION);
    let credential = credential.map(|it| it.to_str().unwrap().to_owned());
    plane.requests.lock().unwrap().push((request.uri().path().to_owned(), credential));
    if plane.is_silent {
        std::future::pending::<()>().await;
    }
    (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], "{}")
}

async fn port() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

fn serve(listener: TcpListener, routes: Router) {
    tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
}

#[tokio::test]
async fn callers_without_an_account_share_a_few_requests_to_the_catalog() {
    let plane = Plane { is_silent: true, ..Plane::default() };
    let url = plane.start().await;
    let app = App::with(|config| config.cloud_url = Some(url)).await;
    app.owner().await;
    let mut requests = JoinSet::new();
    for number in 0..40 {
        let client = app.anonymous();
        requests.spawn(async move { client.get(&format!("{LIST}?offset={number}")).await });
    }
    for _ in MAX_OUTGOING_REQUESTS..40 {
        let refused = requests.join_next().await.unwrap().unwrap();
        assert_eq!(refused.refusal(), (503, "SERVICE_UNAVAILABLE".to_owned()));
        assert_eq!(refused.headers["retry-after"], "1");
    }
    eventually("the catalog has all requests that were sent", async || {
        (plane.count() == MAX_OUTGOING_REQUESTS).then_some(())
    })
    .await;
    // Accounts and what managers ask do not wait for them.
    let owner = app.sign_in("owner").await;
    let refused = owner.post("/api/v1/cloud-connection/install", json!({})).await;
    assert_eq!(refused.refusal(), (503, "CLOUD_UNCONFIGURED".to_owned()));
    // A caller who goes away frees nothing while the catalog is still asked.
    requests.shutdown().await;
    let refused = app.anonymous().get(LIST).await;
    assert_eq!((refused.status, plane.count()), (503, MAX_OUTGOING_REQUESTS));
}

#[tokio::test]
async fn a_runtime_that_is_its_own_control_plane_asks_once() {
    let (listener, url) = port().await;
    let app = App::with(|config| config.cloud_url = Some(url)).await;
    let owner = app.owner().await;
    serve(listener, os_runtime::routes(app.server.clone()));
    let refused = app.anonymous().get(LIST).await;
    assert_eq!(refused.refusal(), (502, "MARKETPLACE_PROXY_FAILED".to_owned()));
    assert!(refused.message().contains("OS_CLOUD_URL"), "{}", refused.message());
    let body = json!({ "packageId": "com.acme.crm" });
    let refused = owner.post("/api/v1/marketplace/install-local", body).await;
    assert_eq!(refused.refusal(), (502, "CLOUD_FETCH_FAILED".to_owned()));
    assert!(refused.message().contains("REQUEST_LOOP"), "{}", refused.message());
}

#[tokio::test]
async fn a_circle_of_runtimes_ends_at_the_second() {
    let ((first, first_url), (second, second_url)) = (port().await, port().await);
    let one = App::with(|config| config.cloud_url = Some(second_url)).await;
    let two = App::with(|config| config.cloud_url = Some(first_url)).await;
    serve(first, os_runtime::routes(one.server.clone()));
    serve(second, os_runtime::routes(two.server.clone()));
    for app in [&one, &two] {
        let refused = app.anonymous().get(LIST).await;
        assert_eq!(refused.refusal(), (502, "MARKETPLACE_PROXY_FAILED".to_owned()));
    }
}

#[tokio::test]
async fn a_request_of_a_runtime_is_refused_on_every_path() {
    let app = App::new().await;
    let headers = [("x-objectstack-forwarded", "1")];
    for endpoint in os_runtime::endpoints() {
        let url = path_of(&endpoint);
        let sent = app.anonymous().send(endpoint.method, &url, &headers, Vec::new()).await;
        assert_eq!(sent.status, 508, "{url}: {}", sent.text());
    }
}

/// The path with words for its parameters.
fn path_of(endpoint: &os_runtime::Endpoint) -> String {
    endpoint.path.replace("{*", "{").replace(['{', '}'], "")
}

/// A body that names a package in the way of the endpoint.
fn body_for(path: &str) -> String {
    let name = if path.contains("cloud-connection") { "package_id" } else { "packageId" };
    json!({ name: "com.acme.crm" }).to_string()
}

const CREDENTIAL: &str = "Bearer the key of the operator";

/// Reads name the package in their query, changes in their body.
fn url_of(method: &Method, path: &str) -> String {
    match *method {
        Method::GET => format!("{path}?package_id=com.acme.crm"),
        _ => path.to_owned(),
    }
}

async fn bound() -> (App, Plane) {
    let plane = Plane::default();
    let url = plane.start().await;
    let app = App::with(|config| {
        config.cloud_url = Some(url);
        config.cloud_key = CREDENTIAL.strip_prefix("Bearer ").map(str::to_owned);
        config.environment_id = Some("01890000-0000-7000-8000-000000000001".to_owned());
        config.open_registration = true;
    })
    .await;
    (app, plane)
}

#[tokio::test]
async fn only_managers_cause_requests_with_the_credential_of_the_runtime() {
    let (app, plane) = bound().await;
    app.owner().await;
    let headers = [("content-type", "application/json")];
    for client in [app.anonymous(), app.register("eve").await] {
        for endpoint in os_runtime::endpoints() {
            let (path, body) = (path_of(&endpoint), body_for(endpoint.path));
            let url = url_of(&endpoint.method, &path);
            let sent = client.send(endpoint.method.clone(), &url, &headers, body.into());
            let status = sent.await.status;
            let listed = (endpoint.method.clone(), endpoint.path);
            if WITH_RUNTIME_CREDENTIAL.contains(&listed) {
                assert!([401, 403].contains(&status), "{} {path}: {status}", listed.0);
            }
        }
    }
    assert_eq!(plane.paths_with(CREDENTIAL), Vec::<String>::new());
}

#[tokio::test]
async fn the_list_of_requests_with_the_credential_of_the_runtime_is_complete() {
    let (app, plane) = bound().await;
    let owner = app.owner().await;
    let headers = [("content-type", "application/json")];
    let mut found = Vec::new();
    for endpoint in os_runtime::endpoints() {
        let (path, body) = (path_of(&endpoint), body_for(endpoint.path));
        if path.ends_with("/sign-out") || path.ends_with("/unbind") {
            continue;
        }
        let before = plane.paths_with(CREDENTIAL).len();
        let url = url_of(&endpoint.method, &path);
        owner.send(endpoint.method.clone(), &url, &headers, body.into()).await;
        if plane.paths_with(CREDENTIAL).len() > before {
            found.push((endpoint.method, endpoint.path));
        }
    }
    // Unbinding presents a token only, not a key.
    let unbind = (Method::POST, "/api/v1/cloud-connection/unbind");
    let listed = WITH_RUNTIME_CREDENTIAL.into_iter().filter(|it| *it != unbind);
    let (mut found, mut listed): (Vec<_>, Vec<_>) = (found, listed.collect());
    let by_path = |it: &(Method, &'static str)| (it.1, it.0.to_string());
    found.sort_by_key(by_path);
    listed.sort_by_key(by_path);
    assert_eq!(found, listed);
}
