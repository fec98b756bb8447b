//! The actor of a change, and the rights of its credential.
//!
//! **Invariant:** only this crate makes an [`Actor`] and a [`Principal`]. Other crates can make
//! the server itself only, [`Actor::system`].

use crate::ids::{ApiKeyId, OrganizationId, SessionId, UserId};
use crate::{Code, Result};
use os_http::RequestId;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// The cause of an event: a principal and its request.
#[derive(Debug, Clone)]
pub struct Actor {
    principal: Principal,
    request: RequestId,
}

/// The identity that a request acts for (docs/wire/authentication.md#principals).
#[derive(Debug, Clone)]
pub enum Principal {
    /// A user, by session or API key.
    User(UserPrincipal),
    /// The service key: every organization, but no platform administration.
    Service,
    /// A bound runtime, by its token.
    Runtime(RuntimePrincipal),
    /// The server itself.
    System(SystemPrincipal),
}

/// The server itself; made by [`Actor::system`].
#[derive(Debug, Clone, Copy)]
pub struct SystemPrincipal(());

/// A user and what their credential allows. Cheap to clone.
#[derive(Debug, Clone)]
pub struct UserPrincipal(Arc<Credentials>);

/// The account and the rights behind a credential.
#[derive(Debug)]
pub(crate) struct Credentials {
    pub id: UserId,
    pub email: String,
    /// True if the account administers the whole server.
    pub is_admin: bool,
    pub session: Option<SessionId>,
    pub api_key: Option<ApiKeyId>,
    pub active_organization: Option<OrganizationId>,
    pub scopes: Scopes,
    /// True if another server opened the session.
    pub is_remote: bool,
}

/// A runtime that is bound to an organization, or to one of its environments.
#[derive(Debug, Clone, Copy)]
pub struct RuntimePrincipal {
    connection: Uuid,
    organization: OrganizationId,
    environment: Option<Uuid>,
}

impl RuntimePrincipal {
    pub(crate) fn new(
        connection: Uuid,
        organization: OrganizationId,
        environment: Option<Uuid>,
    ) -> Self {
        Self { connection, organization, environment }
    }

    /// The id of its connection.
    pub fn connection(&self) -> Uuid {
        self.connection
    }

    /// The organization that it belongs to.
    pub fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// The environment that it is bound to, if it is bound to one.
    pub fn environment(&self) -> Option<Uuid> {
        self.environment
    }
}

impl UserPrincipal {
    pub(crate) fn new(credentials: Credentials) -> Self {
        Self(Arc::new(credentials))
    }

    /// The id of the account.
    pub fn id(&self) -> UserId {
        self.0.id
    }

    /// The email address of the account.
    pub fn email(&self) -> &str {
        &self.0.email
    }

    /// The session; `None` when an API key was presented.
    pub fn session(&self) -> Option<SessionId> {
        self.0.session
    }

    /// The API key; `None` when a session was presented.
    pub fn api_key(&self) -> Option<ApiKeyId> {
        self.0.api_key
    }

    /// The organization they work in, if one is chosen.
    pub fn active_organization(&self) -> Option<OrganizationId> {
        self.0.active_organization
    }

    /// The one organization that an API key is confined to, if it is.
    pub fn confined_to(&self) -> Option<OrganizationId> {
        self.0.active_organization.filter(|_| self.0.api_key.is_some())
    }

    /// The scopes of the credential.
    pub fn scopes(&self) -> &Scopes {
        &self.0.scopes
    }

    /// Returns whether the user may administer the whole server with this credential. A key that
    /// is confined to one organization never does.
    pub fn is_platform_admin(&self) -> bool {
        self.0.is_admin && self.0.scopes.allow(Scope::Admin) && self.confined_to().is_none()
    }

    /// Returns whether another server opened the session.
    pub(crate) fn is_remote(&self) -> bool {
        self.0.is_remote
    }
}

/// A right that an API key can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    Read,
    Publish,
    Install,
    /// Members, keys, environments, review.
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Scope; 4] = [Self::Read, Self::Publish, Self::Install, Self::Admin];

    /// The name in the `scopes` of an API key.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Publish => "publish",
            Self::Install => "install",
            Self::Admin => "admin",
        }
    }
}

/// The scopes of a credential; sessions and keys without scopes have all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scopes(pub(crate) Option<BTreeSet<Scope>>);

impl Scopes {
    /// All scopes, including those of later releases.
    pub const ALL: Scopes = Scopes(None);

    /// Returns whether `scope` is allowed; every scope includes reading.
    pub fn allow(&self, scope: Scope) -> bool {
        match &self.0 {
            None => true,
            Some(scopes) => scope == Scope::Read || scopes.contains(&scope),
        }
    }

    /// Returns whether no scope is excluded.
    pub fn are_all(&self) -> bool {
        self.0.is_none()
    }

    /// Returns their names as a row stores them; an empty list stands for all.
    pub fn names(&self) -> Vec<String> {
        self.0.iter().flatten().map(|scope| scope.as_str().to_owned()).collect()
    }
}

impl Actor {
    pub(crate) fn new(principal: Principal, request: RequestId) -> Self {
        Self { principal, request }
    }

    /// The server itself, for a task that no request asked for: `first-run`.
    pub fn system(task: &'static str) -> Self {
        Self::new(Principal::System(SystemPrincipal(())), RequestId::of_task(task))
    }

    /// Returns the identity that the request acts for.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The id of the request.
    pub fn request(&self) -> &RequestId {
        &self.request
    }

    /// `user`, `service`, `runtime` or `system`.
    pub fn kind(&self) -> &'static str {
        match self.principal {
            Principal::User(_) => "user",
            Principal::Service => "service",
            Principal::Runtime(_) => "runtime",
            Principal::System(_) => "system",
        }
    }

    /// The id within its kind, where there is one.
    pub fn id(&self) -> Option<String> {
        match &self.principal {
            Principal::User(user) => Some(user.id().to_string()),
            Principal::Runtime(runtime) => Some(runtime.connection.to_string()),
            Principal::Service | Principal::System(_) => None,
        }
    }

    /// The value of columns such as `created_by` and `installed_by`: the user's id, or
    /// the kind of principal where there is no user.
    pub fn label(&self) -> String {
        match &self.principal {
            Principal::User(user) => user.id().to_string(),
            Principal::Runtime(runtime) => format!("runtime:{}", runtime.connection),
            Principal::Service => "service".to_owned(),
            Principal::System(_) => "system".to_owned(),
        }
    }

    /// The user, if it is one.
    pub fn user(&self) -> Option<&UserPrincipal> {
        match &self.principal {
            Principal::User(user) => Some(user),
            _ => None,
        }
    }

    /// Returns whether this is a user who may administer the whole server.
    pub fn is_platform_admin(&self) -> bool {
        self.user().is_some_and(UserPrincipal::is_platform_admin)
    }

    /// Returns whether this is a program that every organization trusts: the service key or the
    /// server itself.
    pub fn is_trusted_everywhere(&self) -> bool {
        matches!(self.principal, Principal::Service | Principal::System(_))
    }

    /// Checks that the credential allows `scope`.
    ///
    /// # Errors
    /// `PERMISSION_DENIED`.
    pub fn must_allow(&self, scope: Scope) -> Result<()> {
        if self.allows(scope) {
            return Ok(());
        }
        let name = scope.as_str();
        Err(Code::PermissionDenied.error(format!(
            "this credential lacks the scope `{name}`; create an API key that has it"
        )))
    }

    /// Returns whether the credential allows `scope`; roles are checked elsewhere.
    pub fn allows(&self, scope: Scope) -> bool {
        match &self.principal {
            Principal::User(user) => user.scopes().allow(scope),
            Principal::Service | Principal::System(_) => true,
            Principal::Runtime(_) => matches!(scope, Scope::Read | Scope::Install),
        }
    }
}
