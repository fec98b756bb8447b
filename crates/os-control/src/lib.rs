//! The control plane: packages and their versions, and what each environment should run.
//!
//! Read [`routes`] first: it lists every URL. The layers, each of which names
//! only those below it:
//!
//! - [`http`]: guards, the handlers of every route (`http/registry/package.rs`),
//!   and what stands around a request. A handler opens the transaction, calls a
//!   rule and commits.
//! - [`workflow`]: what several nouns do together.
//! - [`event`]: reading the audit log.
//! - [`fleet`]: where packages run.
//! - [`registry`]: what is published.
//!
//! A noun is a folder: `mod.rs` (its types and invariants), `access.rs` (the
//! proof that its rules take, with the only maker), a file for each verb,
//! `sql.rs` (its statements, private to the noun) and `wire.rs` (bodies that it
//! becomes). Pages are the crate `os-console`, which calls the same rules.
//!
//! **Invariant:** a request is one transaction. Handlers open and commit it;
//! rules and statements only borrow it.

mod config;
mod error;
pub mod events;
mod first_run;
pub mod http;
pub mod pagination;
mod routes;

pub mod event;

pub mod fleet;
pub mod registry;
pub mod workflow;

pub use config::{Config, Example};
pub use error::{Code, Error, Result};
pub use first_run::{FirstRun, FirstRunOutcome, prepare};
pub use fleet::environment::watch::stop as stop_waiting;
pub use routes::{endpoints, openapi, router, routes};
pub use workflow::local_runtime::{LocalRuntime, bind_local_runtime};
pub use workflow::sweep::{SweepCounts, sweep};

pub use os_identity::administration;

use os_db::{Db, Migration, Tx};
use os_identity::{HasIdentity, Identity, RuntimeToken};
use std::sync::Arc;

/// An endpoint of the control plane.
pub type Endpoint = os_http::Endpoint<Control>;

/// The state that handlers share.
#[derive(Clone)]
pub struct Control {
    pub db: Db,
    pub config: Arc<Config>,
    /// Responses of the catalog that are ready to be sent.
    pub catalog: Arc<http::cache::Cache>,
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
        fleet::runtime_link::find_by_token(tx, token).await
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
    Migration::shared(
        "0004_install_outcome",
        include_str!("../migrations/0004_install_outcome.sql"),
    ),
    os_identity::INVITATION_SECRETS,
    Migration::shared(
        "0005_settings_secrets",
        include_str!("../migrations/0005_settings_secrets.sql"),
    ),
    os_identity::PASSWORD_RESETS,
];

os_db::id! {
    EnvironmentId,
    InstallationId,
    PackageId,
    RuntimeConnectionId,
    VersionId,
}
