//! A runtime with a database of its own, and people to ask it.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, header};
use http_body_util::BodyExt;
use os_db::TestDb;
use os_runtime::{Config, MIGRATIONS, Runtime};
use serde_json::{Value, json};
use tower::ServiceExt;

pub const PASSWORD: &str = "correct horse battery";

pub struct App {
    pub test: TestDb,
    pub config: Config,
    pub runtime: Runtime,
    routes: Router,
}

/// Someone who sends requests.
#[derive(Clone)]
pub struct User {
    pub token: Option<String>,
    routes: Router,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl App {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A runtime that is configured otherwise than in most tests.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let test = TestDb::new(MIGRATIONS).await;
        let mut config = Config { password_memory_kib: 8, ..Config::default() };
        change(&mut config);
        let runtime = Runtime::new(test.db.clone(), config.clone());
        runtime.boot().await.unwrap();
        let routes = os_runtime::routes(runtime.clone());
        Self { test, config, runtime, routes }
    }

    pub fn anonymous(&self) -> User {
        User { token: None, routes: self.routes.clone() }
    }

    /// Whoever presents this token.
    pub fn bearer(&self, token: &str) -> User {
        User { token: Some(token.to_owned()), ..self.anonymous() }
    }

    /// The first account: it owns the runtime.
    pub async fn owner(&self) -> User {
        self.register("owner").await
    }

    /// An account; needs `open_registration` unless it is the first.
    pub async fn register(&self, name: &str) -> User {
        let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
        let answer = self.anonymous().post("/api/v1/auth/sign-up/email", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        self.bearer(answer.json()["token"].as_str().unwrap())
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        self.test.db.read().await.unwrap().query(sql).one::<(i64,)>().await.unwrap().0
    }
}

impl User {
    pub async fn get(&self, url: &str) -> Answer {
        self.json(Method::GET, url, None).await
    }

    pub async fn post(&self, url: &str, body: Value) -> Answer {
        self.json(Method::POST, url, Some(body)).await
    }

    pub async fn patch(&self, url: &str, body: Value) -> Answer {
        self.json(Method::PATCH, url, Some(body)).await
    }

    pub async fn delete(&self, url: &str) -> Answer {
        self.json(Method::DELETE, url, None).await
    }

    pub async fn json(&self, method: Method, url: &str, body: Option<Value>) -> Answer {
        let body = body.map(|it| it.to_string().into_bytes()).unwrap_or_default();
        self.send(method, url, &[("content-type", "application/json")], body).await
    }

    pub async fn send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(url);
        if headers.iter().all(|(name, _)| *name != "host") {
            request = request.header("host", "localhost");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let response =
            self.routes.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes().to_vec();
        Answer { status, headers, bytes }
    }
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// What is inside the envelope of a success.
    pub fn data(&self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.text());
        self.json()["data"].clone()
    }

    /// The status and code of a refusal, in whichever form it has.
    pub fn refusal(&self) -> (u16, String) {
        let body = self.json();
        let code = body["error"]["code"].as_str().or(body["code"].as_str()).unwrap_or_default();
        (self.status, code.to_owned())
    }

    /// What people read.
    pub fn message(&self) -> String {
        let body = self.json();
        let text = body["error"]["message"].as_str().or(body["message"].as_str());
        text.unwrap_or_default().to_owned()
    }
}
