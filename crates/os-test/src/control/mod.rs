//! Control planes, and what people do with them.
//!
//! Builders send the requests that people send, so that no test starts from a state that
//! the product cannot reach. What no request makes is in `damage.rs`.

mod environments;
mod organizations;
mod packages;

pub use environments::{ENVIRONMENTS, artifact, installations};
pub use packages::{PACKAGES, bundle, listing, version, versions};

use crate::{PASSWORD, PASSWORD_MEMORY_KIB, TestDb, eventually};
use os_control::{Config, Control, MIGRATIONS};
use os_http::RequestId;
use os_identity::user::{self, NewUser};
use os_identity::{HasIdentity, session};
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
        reader: os_runtime::read_artifact,
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

    /// A user with a session.
    pub async fn user(&self, name: &str) -> Client {
        self.account(name, user::USER).await
    }

    /// A platform administrator with a session.
    pub async fn admin(&self, name: &str) -> Client {
        self.account(name, user::ADMIN).await
    }

    /// An account with a session, and with [`PASSWORD`]. Made by the rules and not by a
    /// request: registration is closed in most tests.
    async fn account(&self, name: &str, role: &str) -> Client {
        let email = format!("{name}@example.com");
        let identity = self.server.identity();
        let password_hash = identity.passwords().hash(PASSWORD).await.unwrap();
        let sender = os_identity::Client {
            address: None,
            user_agent: None,
            base_url: "http://localhost".to_owned(),
            request: RequestId::of_task("test"),
        };
        let new = NewUser { name, email: &email, role, password_hash: Some(&password_hash) };
        let mut tx = self.db.write().await.unwrap();
        let user = user::create(&mut tx, new, &sender.request).await.unwrap();
        let opened = session::open(&mut tx, &user, None, &sender).await.unwrap();
        tx.commit().await.unwrap();
        self.bearer(&opened.token).with_account(user.id.0, &email)
    }

    /// A new organization with these members (`owner`, `admin`, `member`, …). The first
    /// owner creates it and invites the others; without an owner among them, one more
    /// account does.
    pub async fn organization(&self, slug: &str, members: &[(&Client, &str)]) -> Uuid {
        let founder = match members.iter().find(|(_, role)| *role == "owner") {
            Some((owner, _)) => (*owner).clone(),
            None => self.user(&format!("founder-of-{slug}")).await,
        };
        let organization = founder.create_organization(slug).await;
        for (user, role) in members.iter().filter(|(user, _)| user.id != founder.id) {
            founder.add_member(organization, user, role).await;
        }
        organization
    }
}
