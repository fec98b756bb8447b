use crate::{ApiKeyId, EnvironmentId, OrganizationId, RuntimeConnectionId, SessionId, UserId};
use std::collections::BTreeSet;

/// Names a request in the log, in events and in the answer's `x-request-id`.
pub type RequestId = String;

/// Who does something.
#[derive(Debug, Clone)]
pub struct Actor {
    pub principal: Principal,
    pub request: RequestId,
}

/// The kinds of callers (contract §3.0.3).
#[derive(Debug, Clone)]
pub enum Principal {
    /// A person, by session or API key.
    User(ActorUser),
    /// The service key: every organization, but no platform administration.
    Service,
    /// A runtime, by its connection token: its organization, its environment.
    Runtime {
        connection: RuntimeConnectionId,
        organization: OrganizationId,
        environment: Option<EnvironmentId>,
    },
    /// The server itself, at the first run.
    System,
}

/// A person and what their credential lets them do.
#[derive(Debug, Clone)]
pub struct ActorUser {
    pub id: UserId,
    pub email: String,
    pub is_platform_admin: bool,
    /// `None` when an API key was presented.
    pub session: Option<SessionId>,
    /// `None` when a session was presented.
    pub api_key: Option<ApiKeyId>,
    /// The organization they work in, if one is chosen.
    pub active_organization: Option<OrganizationId>,
    pub scopes: Scopes,
}

/// What an API key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    Read,
    Publish,
    Install,
    /// Members, keys, environments, review.
    Admin,
}

impl Scope {
    /// The name in the `scopes` of an API key.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Publish => "publish",
            Self::Install => "install",
            Self::Admin => "admin",
        }
    }

    pub const ALL: [Scope; 4] = [Self::Read, Self::Publish, Self::Install, Self::Admin];
}

/// The scopes of a credential; sessions and keys without scopes have all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scopes(pub Option<BTreeSet<Scope>>);

impl Scopes {
    pub const ALL: Scopes = Scopes(None);

    /// Whether `scope` is allowed; every scope includes reading.
    pub fn allow(&self, scope: Scope) -> bool {
        match &self.0 {
            None => true,
            Some(scopes) => scope == Scope::Read || scopes.contains(&scope),
        }
    }

    /// Their names, as a key's row keeps them; none stands for all.
    pub fn names(&self) -> Vec<String> {
        self.0.iter().flatten().map(|scope| scope.as_str().to_owned()).collect()
    }
}

impl Actor {
    /// The server itself.
    pub fn system() -> Self {
        Self { principal: Principal::System, request: "first-run".to_owned() }
    }

    /// `user`, `service`, `runtime` or `system`.
    pub fn kind(&self) -> &'static str {
        match self.principal {
            Principal::User(_) => "user",
            Principal::Service => "service",
            Principal::Runtime { .. } => "runtime",
            Principal::System => "system",
        }
    }

    /// The id within its kind, where there is one.
    pub fn id(&self) -> Option<String> {
        match &self.principal {
            Principal::User(user) => Some(user.id.to_string()),
            Principal::Runtime { connection, .. } => Some(connection.to_string()),
            Principal::Service | Principal::System => None,
        }
    }

    /// What columns such as `created_by` and `installed_by` keep: the user's id,
    /// or the kind of caller where there is no user.
    pub fn label(&self) -> String {
        match &self.principal {
            Principal::User(user) => user.id.to_string(),
            Principal::Runtime { connection, .. } => format!("runtime:{connection}"),
            Principal::Service => "service".to_owned(),
            Principal::System => "system".to_owned(),
        }
    }

    pub fn user(&self) -> Option<&ActorUser> {
        match &self.principal {
            Principal::User(user) => Some(user),
            _ => None,
        }
    }

    pub fn is_platform_admin(&self) -> bool {
        self.user().is_some_and(|user| user.is_platform_admin && user.scopes.allow(Scope::Admin))
    }

    /// Whether the credential allows `scope`; roles are checked elsewhere.
    pub fn allows(&self, scope: Scope) -> bool {
        match &self.principal {
            Principal::User(user) => user.scopes.allow(scope),
            Principal::Service | Principal::System => true,
            Principal::Runtime { .. } => matches!(scope, Scope::Read | Scope::Install),
        }
    }
}
