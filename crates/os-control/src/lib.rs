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

mod config;
mod error;
pub mod events;
mod first_run;
pub mod http;
mod own_runtime;
pub mod page;
mod routes;
mod sweep;

pub mod event;

pub mod fleet;
pub mod registry;
pub mod workflow;

pub use config::Config;
pub use error::{Code, Error, Result};
pub use first_run::{FirstRun, FirstRunOutcome, prepare};
pub use fleet::desired::watch::stop as stop_waiting;
pub use http::openapi::openapi;
pub use own_runtime::{OwnRuntime, bind_own_runtime};
pub use registry::examples::Example;
pub use routes::{Endpoint, endpoints, router, routes};
pub use sweep::{Swept, sweep};

use os_db::{Db, Migration, Tx};
use os_identity::{HasIdentity, Identity, RuntimeToken};
use std::sync::Arc;

/// What every handler can reach.
#[derive(Clone)]
pub struct Control {
    pub db: Db,
    pub config: Arc<Config>,
    /// Answers of the catalog that are ready to be sent.
    pub catalog: Arc<registry::catalog::Cache>,
    identity: Identity,
}

impl Control {
    /// A control plane on a database that is already migrated.
    pub fn new(db: Db, config: Config) -> Self {
        http::health::start_clock();
        Self {
            identity: Identity::new(db.clone(), config.identity()),
            db,
            catalog: Arc::default(),
            config: Arc::new(config),
        }
    }
}

impl HasIdentity for Control {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    async fn find_runtime(&self, tx: &mut Tx, token: &str) -> Result<Option<RuntimeToken>> {
        fleet::runtime_connection::find_by_token(tx, token).await
    }
}

/// The schema, oldest step first.
pub const MIGRATIONS: &[Migration] = &[
    os_identity::ACCOUNTS,
    os_identity::ORGANIZATIONS,
    Migration::shared("0001_init", include_str!("../migrations/0001_init.sql")),
    Migration {
        name: "0002_search",
        sqlite: include_str!("../migrations/0002_search.sqlite.sql"),
        postgres: include_str!("../migrations/0002_search.postgres.sql"),
    },
    Migration::shared("0003_observed", include_str!("../migrations/0003_observed.sql")),
];

os_db::id! {
    EnvironmentId,
    InstallationId,
    PackageId,
    RuntimeConnectionId,
    VersionId,
}
