//! Control planes, and what people do with them.

mod environments;
mod packages;

pub use environments::{ENVIRONMENTS, artifact, installations};
pub use packages::{PACKAGES, bundle, listing, version, versions};

use crate::{PASSWORD_MEMORY_KIB, TestDb, eventually};
use os_control::{Config, Control, MIGRATIONS};
use os_db::now;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A control plane with a database of its own.
pub type App = crate::App<Control>;

/// Sends requests to a control plane.
pub type Client = crate::Client<Control>;

/// The service key of every control plane under test.
pub const SERVICE_KEY: &str = "the-service-key-of-the-tests";

/// The configuration of most tests: cheap passwords, no limit on attempts.
pub fn config() -> Config {
    Config {
        service_key: Some(SERVICE_KEY.to_owned()),
        password_memory_kib: PASSWORD_MEMORY_KIB,
        throttle: false,
        ..Config::default()
    }
}

impl App {
    /// A control plane without accounts.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A control plane that is configured otherwise than in most tests.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let database = TestDb::new(MIGRATIONS).await;
        let mut config = config();
        change(&mut config);
        let control = Control::new(database.db.clone(), config);
        let routes = os_control::routes(control.clone());
        Self::of(database, control, routes)
    }

    /// Waits until a request for desired state waits.
    pub async fn a_runtime_waits(&self) {
        let metrics = self.anonymous();
        eventually("a request waits", async || {
            let page = metrics.get("/metrics").await;
            page.text().contains("desired_state_requests_waiting 1").then_some(())
        })
        .await;
    }

    /// A client with the service key.
    pub fn service(&self) -> Client {
        self.bearer(SERVICE_KEY)
    }

    /// A person with a session. `role` of the server: user.
    pub async fn user(&self, name: &str) -> Client {
        self.person(name, "user").await
    }

    /// A platform administrator with a session.
    pub async fn admin(&self, name: &str) -> Client {
        self.person(name, "admin").await
    }

    async fn person(&self, name: &str, role: &str) -> Client {
        let (id, token, email) =
            (Uuid::now_v7(), format!("session-of-{name}"), format!("{name}@example.com"));
        let mut tx = self.db.write().await.unwrap();
        tx.query("INSERT INTO sys_user (id, name, email, email_verified, role, banned, created_at, updated_at) VALUES ($1, $2, $3, FALSE, $4, FALSE, $5, $5)")
            .bind(id.to_string()).bind(name.to_owned()).bind(email.clone()).bind(role.to_owned()).bind(now()).run().await.unwrap();
        let hash = hash(&token);
        tx.query("INSERT INTO sys_session (id, user_id, token_hash, expires_at, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)")
            .bind(Uuid::now_v7().to_string()).bind(id.to_string()).bind(hash).bind(now() + chrono::Duration::days(7)).bind(now()).run().await.unwrap();
        tx.commit().await.unwrap();
        self.bearer(&token).with_account(id, &email)
    }

    /// A new organization with these members (`owner`, `admin`, `member`, …).
    pub async fn organization(&self, slug: &str, members: &[(&Client, &str)]) -> Uuid {
        let id = Uuid::now_v7();
        let mut tx = self.db.write().await.unwrap();
        tx.query("INSERT INTO sys_organization (id, name, slug, created_at, updated_at) VALUES ($1, $2, $2, $3, $3)")
            .bind(id.to_string()).bind(slug.to_owned()).bind(now()).run().await.unwrap();
        tx.commit().await.unwrap();
        for (user, role) in members {
            self.join(id, user, role).await;
        }
        id
    }

    /// Makes somebody a member of an organization.
    pub async fn join(&self, organization: Uuid, user: &Client, role: &str) {
        let mut tx = self.db.write().await.unwrap();
        tx.query("INSERT INTO sys_member (id, organization_id, user_id, role, created_at) VALUES ($1, $2, $3, $4, $5)")
            .bind(Uuid::now_v7().to_string()).bind(organization.to_string()).bind(user.id.to_string()).bind(role.to_string()).bind(now()).run().await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A new active environment of this type.
    pub async fn environment(&self, organization: Uuid, kind: &str) -> Uuid {
        let id = Uuid::now_v7();
        let mut tx = self.db.write().await.unwrap();
        tx.query("INSERT INTO sys_environment (id, organization_id, display_name, environment_type, is_default, is_system, plan, status, visibility, storage_limit_mb, metadata, generation, created_by, created_at, updated_at) VALUES ($1, $2, $3, $3, FALSE, FALSE, 'free', 'active', 'private', 1024, '{}', 0, 'test', $4, $4)")
            .bind(id).bind(organization.to_string()).bind(kind.to_owned()).bind(now()).run().await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// A new private package without versions.
    pub async fn package(&self, organization: Uuid, manifest_id: &str) -> Uuid {
        let id = Uuid::now_v7();
        let mut tx = self.db.write().await.unwrap();
        tx.query("INSERT INTO sys_counter (name, value) VALUES ('packages', 1) ON CONFLICT (name) DO UPDATE SET value = sys_counter.value + 1").run().await.unwrap();
        tx.query("INSERT INTO sys_package (id, manifest_id, owner_org_id, display_name, visibility, tags, publisher, is_starter, listed, search_id, sort_name, created_at, updated_at, created_by) VALUES ($1, $2, $3, $2, 'private', '[]', 'private', FALSE, FALSE, $4, $6, $5, $5, 'test')")
            .bind(id).bind(manifest_id.to_owned()).bind(organization.to_string()).bind((id.as_u128() as u64 >> 2) as i64).bind(now()).bind(manifest_id.as_bytes().to_vec()).run().await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// An API key of a person.
    pub async fn api_key(&self, user: &Client, scopes: &[&str]) -> Client {
        let secret = format!("osk_{}", Uuid::now_v7().simple());
        let mut tx = self.db.write().await.unwrap();
        tx.query("INSERT INTO sys_api_key (id, name, prefix, key_hash, user_id, scopes, revoked, created_at, updated_at) VALUES ($1, 'test', 'osk_', $2, $3, $4, FALSE, $5, $5)")
            .bind(Uuid::now_v7().to_string()).bind(hash(&secret)).bind(user.id.to_string()).bind(json!(scopes).to_string()).bind(now())
            .run().await.unwrap();
        tx.commit().await.unwrap();
        self.bearer(&secret)
    }

    /// A runtime that is bound to an organization.
    pub async fn bound_runtime(&self, organization: Uuid) -> Client {
        let secret = format!("oscc_{}", Uuid::now_v7().simple());
        let mut tx = self.db.write().await.unwrap();
        tx.query("INSERT INTO sys_runtime_connection (id, runtime_id, organization_id, name, token_hash, bound_by, bound_at) VALUES ($1, $1, $2, 'test', $3, 'test', $4)")
            .bind(Uuid::now_v7()).bind(organization.to_string()).bind(hash(&secret)).bind(now())
            .run().await.unwrap();
        tx.commit().await.unwrap();
        self.bearer(&secret)
    }
}

fn hash(secret: &str) -> String {
    Sha256::digest(secret).iter().map(|byte| format!("{byte:02x}")).collect()
}
