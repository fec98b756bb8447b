//! The runtime: packages come alive.
//!
//! Read `routes` first: it lists every URL. A package comes in through
//! `install`, is read into an `object::Object` for each of its types, joins
//! the `kernel`, gets its tables (`schema`), its first records (`seed`) and
//! its line in the `ledger`.
//!
//! **Invariant:** what is loaded is what is in the ledger. The database commits
//! first, then the kernel is swapped whole; readers take the kernel they found
//! and never wait.

mod artifact;
pub mod auth;
mod browse;
mod config;
mod discovery;
mod error;
mod health;
mod loadable;
mod managed;
mod meta;
mod middleware;
mod not_running;
mod openapi;
mod package;
mod routes;
mod storage;
mod upstream;

mod connection;
mod delivery;
mod file;
pub mod install;
pub mod kernel;
mod ledger;
pub mod object;
mod reconcile;
pub mod records;
pub mod registry;
mod schema;
mod seed;
mod system;

pub use artifact::ArtifactSource;
pub use auth::{FirstRunOutcome, prepare};
pub use config::Config;
pub use connection::Binding;
pub use delivery::{Delivery, deliveries};
pub use error::{Code, Error, Result};
pub use install::{Booted, Developed, Draft, LeftOut};
pub use kernel::Quarantined;
pub use loadable::read_artifact;
pub use os_identity::first_run::FirstRun;
pub use os_identity::{AuthorityAnswer, RemoteSession, SessionAuthority};
pub use reconcile::reconcile;
pub use routes::{MAX_BODY_BYTES, WITH_RUNTIME_CREDENTIAL, endpoints, openapi, router, routes};
pub use schema::Kept;

use kernel::{Kernel, LiveKernel};
use os_db::{Db, Migration};
use os_identity::{HasIdentity, Identity};
use std::sync::Arc;

/// An endpoint of the runtime.
pub type Endpoint = os_http::Endpoint<Runtime>;

/// A runtime, as its handlers see it. Cheap to clone.
#[derive(Clone)]
pub struct Runtime {
    pub db: Db,
    pub config: Arc<Config>,
    live: LiveKernel,
    identity: Identity,
    connection: connection::Connection,
    metadata: meta::ResponseCache,
    catalog: browse::CatalogProxy,
    registry: registry::Registry,
    managed: managed::Managed,
    files: file::Files,
    lists: records::http::ListBudget,
}

impl Runtime {
    /// Creates a runtime on a database that is migrated already, without packages.
    pub fn new(db: Db, config: Config) -> Self {
        health::start_clock();
        let config = Arc::new(config);
        Self {
            registry: registry::Registry::new(db.clone()),
            managed: managed::Managed::default(),
            files: file::Files::new(db.clone(), &config),
            identity: Identity::new(db.clone(), config.identity()),
            lists: records::http::ListBudget::new(&db),
            db,
            live: LiveKernel::empty(),
            connection: connection::Connection::new(&config),
            metadata: meta::ResponseCache::default(),
            catalog: browse::CatalogProxy::new(config.clone()),
            config,
        }
    }

    /// Accepts the sessions that another server opened, too.
    pub fn with_session_authority(self, authority: Arc<dyn SessionAuthority>) -> Self {
        Self { identity: self.identity.with_session_authority(authority), ..self }
    }

    /// Sends how often the live kernel was replaced, whenever it is.
    pub fn changes(&self) -> tokio::sync::watch::Receiver<u64> {
        self.live.subscribe()
    }

    /// Returns the current kernel; its holder sees one state throughout.
    pub fn kernel(&self) -> Arc<Kernel> {
        self.live.load()
    }
}

impl HasIdentity for Runtime {
    fn identity(&self) -> &Identity {
        &self.identity
    }
}

/// The schema, oldest step first.
pub const MIGRATIONS: &[Migration] = &[
    os_identity::ACCOUNTS,
    Migration::shared("0001_core", include_str!("../migrations/0001_core.sql")),
    Migration::shared("0003_system", include_str!("../migrations/0003_system.sql")),
    registry::MIGRATION,
    Migration::shared("0005_files", include_str!("../migrations/0005_files.sql")),
    Migration::shared("0006_connection", include_str!("../migrations/0006_connection.sql")),
    Migration::shared(
        "0007_delivery_outcome",
        include_str!("../migrations/0007_delivery_outcome.sql"),
    ),
    Migration::shared(
        "0008_settings_secrets",
        include_str!("../migrations/0008_settings_secrets.sql"),
    ),
    os_identity::PASSWORD_RESETS,
    Migration::shared(
        "0009_autonumber_scope",
        include_str!("../migrations/0009_autonumber_scope.sql"),
    ),
];
