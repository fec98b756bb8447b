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
mod meta;
mod not_running;
mod observe;
mod package;
mod routes;
mod upstream;

mod connection;
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
pub use error::{Code, Error, Result};
pub use install::{Booted, Developed, Draft, LeftOut, develop, developed_from};
pub use kernel::SetAside;
pub use os_identity::first_run::FirstRun;
pub use os_identity::{AuthorityAnswer, SessionAuthority};
pub use reconcile::run as reconcile;
pub use routes::{Endpoint, MAX_BODY_BYTES, endpoints, router, routes};
pub use schema::Kept;
pub use seed::{Report as SeedReport, SeedError};

use arc_swap::ArcSwap;
use kernel::Kernel;
use os_db::{Db, Migration};
use os_identity::{HasIdentity, Identity};
use std::sync::Arc;

/// What every handler can reach. Cheap to clone.
#[derive(Clone)]
pub struct Runtime {
    pub db: Db,
    pub config: Arc<Config>,
    kernel: Arc<ArcSwap<Kernel>>,
    /// How often the kernel was swapped.
    swaps: tokio::sync::watch::Sender<u64>,
    /// Whoever changes what is installed takes their turn.
    changing: Arc<tokio::sync::Mutex<()>>,
    identity: Identity,
    connection: connection::Connection,
    /// Metadata as it was answered.
    answers: meta::Answers,
    /// Pages of the catalog.
    pages: browse::Pages,
    registry: registry::Registry,
    files: file::Files,
}

impl Runtime {
    /// A runtime on a database that is already migrated, with nothing loaded yet.
    pub fn new(db: Db, config: Config) -> Self {
        health::start_clock();
        Self {
            registry: registry::Registry::new(db.clone()),
            files: file::Files::new(config.home.join("files")),
            identity: Identity::new(db.clone(), config.identity()),
            db,
            kernel: Arc::new(ArcSwap::from_pointee(Kernel::empty())),
            swaps: tokio::sync::watch::Sender::new(0),
            changing: Arc::default(),
            connection: connection::Connection::new(&config),
            answers: meta::Answers::default(),
            pages: browse::Pages::default(),
            config: Arc::new(config),
        }
    }

    /// Accepts the sessions that another server opened, too.
    pub fn with_session_authority(self, authority: Arc<dyn SessionAuthority>) -> Self {
        Self { identity: self.identity.with_session_authority(authority), ..self }
    }

    /// Tells whenever what is live changes; the number is how often it did.
    pub fn changes(&self) -> tokio::sync::watch::Receiver<u64> {
        self.swaps.subscribe()
    }

    /// The kernel of this moment. Whoever keeps it sees one state throughout.
    pub fn kernel(&self) -> Arc<Kernel> {
        self.kernel.load_full()
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
];
