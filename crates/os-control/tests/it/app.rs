//! A control plane with a database of its own, and people to ask it.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, header};
use http_body_util::BodyExt;
use os_control::{Config, Control, MIGRATIONS};
use os_db::{TestDb, now};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower::ServiceExt;
use uuid::Uuid;

pub const SERVICE_KEY: &str = "the-service-key-of-the-tests";

pub struct App {
    pub test: TestDb,
    pub control: Control,
    routes: Router,
}

/// Someone who sends requests; see [`App::user`].
#[derive(Clone)]
pub struct User {
    pub id: Uuid,
    pub email: String,
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

    /// A control plane that is configured otherwise than in most tests.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let test = TestDb::new(MIGRATIONS).await;
        let mut config = Config {
            service_key: Some(SERVICE_KEY.to_owned()),
            password_memory_kib: 8,
            throttle: false,
            ..Config::default()
        };
        change(&mut config);
        let control = Control::new(test.db.clone(), config);
        let routes = os_control::routes(control.clone());
        Self { test, control, routes }
    }

    pub fn anonymous(&self) -> User {
        User { id: Uuid::nil(), email: String::new(), token: None, routes: self.routes.clone() }
    }

    /// Whoever presents this secret as a bearer token.
    pub fn bearer(&self, token: &str) -> User {
        User { token: Some(token.to_owned()), ..self.anonymous() }
    }

    pub fn service(&self) -> User {
        self.bearer(SERVICE_KEY)
    }

    /// A person with a session. `role` of the server: user.
    pub async fn user(&self, name: &str) -> User {
        self.person(name, "user").await
    }

    /// A platform administrator with a session.
    pub async fn admin(&self, name: &str) -> User {
        self.person(name, "admin").await
    }

    async fn person(&self, name: &str, role: &str) -> User {
        let (id, token, email) =
            (Uuid::now_v7(), format!("session-of-{name}"), format!("{name}@example.com"));
        let mut tx = self.test.db.write().await.unwrap();
        tx.query("INSERT INTO sys_user (id, name, email, email_verified, role, banned, created_at, updated_at) VALUES ($1, $2, $3, FALSE, $4, FALSE, $5, $5)")
            .bind(id).bind(name.to_owned()).bind(email.clone()).bind(role.to_owned()).bind(now()).run().await.unwrap();
        let hash: String =
            Sha256::digest(&token).iter().map(|byte| format!("{byte:02x}")).collect();
        tx.query("INSERT INTO sys_session (id, user_id, token_hash, expires_at, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)")
            .bind(Uuid::now_v7()).bind(id).bind(hash).bind(now() + chrono::Duration::days(7)).bind(now()).run().await.unwrap();
        tx.commit().await.unwrap();
        User { id, email, token: Some(token), routes: self.routes.clone() }
    }

    /// A new organization with these members (`owner`, `admin`, `member`, …).
    pub async fn organization(&self, slug: &str, members: &[(&User, &str)]) -> Uuid {
        let id = Uuid::now_v7();
        let mut tx = self.test.db.write().await.unwrap();
        tx.query("INSERT INTO sys_organization (id, name, slug, created_at, updated_at) VALUES ($1, $2, $2, $3, $3)")
            .bind(id).bind(slug.to_owned()).bind(now()).run().await.unwrap();
        tx.commit().await.unwrap();
        for (user, role) in members {
            self.join(id, user, role).await;
        }
        id
    }

    /// Makes somebody a member of an organization.
    pub async fn join(&self, organization: Uuid, user: &User, role: &str) {
        let mut tx = self.test.db.write().await.unwrap();
        tx.query("INSERT INTO sys_member (id, organization_id, user_id, role, created_at) VALUES ($1, $2, $3, $4, $5)")
            .bind(Uuid::now_v7()).bind(organization).bind(user.id).bind(role.to_string()).bind(now()).run().await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A new active environment of this type.
    pub async fn environment(&self, organization: Uuid, kind: &str) -> Uuid {
        let id = Uuid::now_v7();
        let mut tx = self.test.db.write().await.unwrap();
        tx.query("INSERT INTO sys_environment (id, organization_id, display_name, environment_type, is_default, is_system, plan, status, visibility, storage_limit_mb, metadata, generation, created_by, created_at, updated_at) VALUES ($1, $2, $3, $3, FALSE, FALSE, 'free', 'active', 'private', 1024, '{}', 0, 'test', $4, $4)")
            .bind(id).bind(organization).bind(kind.to_owned()).bind(now()).run().await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// A new private package without versions.
    pub async fn package(&self, organization: Uuid, manifest_id: &str) -> Uuid {
        let id = Uuid::now_v7();
        let mut tx = self.test.db.write().await.unwrap();
        tx.query("INSERT INTO sys_counter (name, value) VALUES ('packages', 1) ON CONFLICT (name) DO UPDATE SET value = sys_counter.value + 1").run().await.unwrap();
        tx.query("INSERT INTO sys_package (id, manifest_id, owner_org_id, display_name, visibility, tags, publisher, is_starter, listed, search_id, sort_name, created_at, updated_at, created_by) VALUES ($1, $2, $3, $2, 'private', '[]', 'private', FALSE, FALSE, $4, $6, $5, $5, 'test')")
            .bind(id).bind(manifest_id.to_owned()).bind(organization).bind((id.as_u128() as u64 >> 2) as i64).bind(now()).bind(manifest_id.as_bytes().to_vec()).run().await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        let mut tx = self.test.db.read().await.unwrap();
        tx.query(sql).one::<(i64,)>().await.unwrap().0
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
        let body = if self.bytes.is_empty() { json!({}) } else { self.json() };
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
