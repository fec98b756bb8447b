//! The control plane: who publishes what, and what should run where.
//!
//! Read [`routes`] first: it lists every URL. The nouns stand in two wings:
//! [`registry`] (what is published) and [`fleet`] (where it runs); [`http`] is
//! what stands around a request. Each noun is a folder with the same files:
//! `mod.rs` (its types and rules), `sql.rs` (its statements, private to the
//! noun) and `api.rs` (JSON). Pages are the crate `os-console`, which asks the same
//! rules.
//!
//! **Invariant:** a request is one transaction. Handlers open and commit it;
//! rules and statements only borrow it.

pub mod auth;
pub mod client;
mod config;
pub mod data;
mod error;
pub mod events;
mod first_run;
pub mod http;
mod own_runtime;
pub mod page;
mod routes;
mod sweep;
pub mod text;
mod throttle;

pub mod api_key;
pub mod device;
pub mod event;
pub mod organization;
pub mod session;
pub mod user;

pub mod fleet;
pub mod registry;

pub use config::Config;
pub use error::{Code, Error, Result};
pub use first_run::{FirstRun, FirstRunOutcome, prepare};
pub use fleet::desired::watch::stop as stop_waiting;
pub use http::openapi::openapi;
pub use own_runtime::{OwnRuntime, bind_own_runtime};
pub use registry::examples::Example;
pub use routes::{Endpoint, endpoints, router, routes};
pub use sweep::{Swept, sweep};

use os_db::{Db, Migration};
use os_http::Passwords;
use std::sync::Arc;

/// What every handler can reach.
#[derive(Clone)]
pub struct Control {
    pub db: Db,
    pub config: Arc<Config>,
    /// Answers of the catalog that are ready to be sent.
    pub catalog: Arc<registry::catalog::Cache>,
    passwords: Passwords,
    throttle: Arc<throttle::Throttle>,
    last_use: api_key::LastUse,
}

impl Control {
    /// A control plane on a database that is already migrated.
    pub fn new(db: Db, config: Config) -> Self {
        http::health::start_clock();
        Self {
            db,
            catalog: Arc::default(),
            passwords: Passwords::new(config.password_memory_kib),
            throttle: Arc::new(throttle::Throttle::new(config.throttle)),
            last_use: api_key::LastUse::default(),
            config: Arc::new(config),
        }
    }
}

/// The schema, oldest step first.
pub const MIGRATIONS: &[Migration] = &[
    Migration::shared("0001_init", include_str!("../migrations/0001_init.sql")),
    Migration {
        name: "0002_search",
        sqlite: include_str!("../migrations/0002_search.sqlite.sql"),
        postgres: include_str!("../migrations/0002_search.postgres.sql"),
    },
    Migration::shared("0003_observed", include_str!("../migrations/0003_observed.sql")),
];

os_db::id! {
    ApiKeyId,
    DeviceCodeId,
    EnvironmentId,
    EventId,
    InstallationId,
    InvitationId,
    MemberId,
    OrganizationId,
    PackageId,
    RuntimeConnectionId,
    SessionId,
    UserId,
    VersionId,
}
