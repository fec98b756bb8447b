use crate::Result;
use crate::api_key::LastUse;
use crate::authority::SessionAuthority;
use crate::config::Config;
use crate::guess_limits::GuessLimits;
use crate::ids::OrganizationId;
use crate::session::SessionCache;
use axum::extract::FromRef;
use os_db::{Db, Tx};
use os_http::Passwords;
use std::sync::Arc;
use uuid::Uuid;

/// The state that identity needs of its server. Cheap to clone.
#[derive(Clone)]
pub struct Identity {
    db: Db,
    config: Arc<Config>,
    passwords: Passwords,
    guess_limits: Arc<GuessLimits>,
    last_use: LastUse,
    sessions: SessionCache,
    authority: Option<Arc<dyn SessionAuthority>>,
}

impl Identity {
    /// The identity of a server whose database has the tables of this crate.
    pub fn new(db: Db, config: Config) -> Self {
        Self {
            db,
            passwords: Passwords::new(config.password_memory_kib),
            guess_limits: Arc::new(GuessLimits::new(config.throttle)),
            last_use: LastUse::default(),
            sessions: SessionCache::new(config.session_cache),
            authority: None,
            config: Arc::new(config),
        }
    }

    /// Also accepts sessions that another server opened.
    pub fn with_session_authority(self, authority: Arc<dyn SessionAuthority>) -> Self {
        Self { authority: Some(authority), ..self }
    }

    /// The database of the server.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The operator's configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The password hasher.
    pub fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    /// The limits on guessing passwords and codes.
    pub fn guess_limits(&self) -> &GuessLimits {
        &self.guess_limits
    }

    pub(crate) fn last_use(&self) -> &LastUse {
        &self.last_use
    }

    pub(crate) fn sessions(&self) -> &SessionCache {
        &self.sessions
    }

    pub(crate) fn authority(&self) -> Option<&dyn SessionAuthority> {
        self.authority.as_deref()
    }
}

/// A server with accounts. Its handlers may take what this crate extracts.
pub trait HasIdentity: Clone + Send + Sync + 'static {
    /// Its identity.
    fn identity(&self) -> &Identity;

    /// Looks up the token of a bound runtime (`oscc_…`), where this server issues them.
    fn find_runtime(
        &self,
        tx: &mut Tx,
        token: &str,
    ) -> impl Future<Output = Result<Option<RuntimeToken>>> + Send {
        let _ = (tx, token);
        async { Ok(None) }
    }
}

/// The connection behind the token of a bound runtime.
#[derive(Debug, Clone, Copy)]
pub struct RuntimeToken {
    pub connection: Uuid,
    pub organization: OrganizationId,
    /// The environment that it is bound to, if it is bound to one.
    pub environment: Option<Uuid>,
}

impl<S: HasIdentity> FromRef<S> for Identity {
    fn from_ref(server: &S) -> Self {
        server.identity().clone()
    }
}
