//! Proof of being the runtime of an environment.

use crate::fleet::environment::{EnvironmentAccess, EnvironmentRole};
use crate::{Code, EnvironmentId, Result, RuntimeConnectionId};
use os_db::Tx;
use os_identity::{Actor, Principal, Scope};

/// Proof that an actor is the runtime that is bound to an environment.
///
/// **Invariant:** [`RuntimeAccess::find`] is the only maker.
#[derive(Debug, Clone)]
pub struct RuntimeAccess {
    environment: EnvironmentAccess,
    connection: RuntimeConnectionId,
}

impl RuntimeAccess {
    /// Checks that the actor is the runtime of the environment.
    ///
    /// # Errors
    /// `ENVIRONMENT_NOT_FOUND` for outsiders, `PERMISSION_DENIED` for anyone else.
    pub async fn find(tx: &mut Tx, actor: &Actor, id: &str) -> Result<Self> {
        let (role, scope) = (EnvironmentRole::Reader, Scope::Read);
        let environment = EnvironmentAccess::find(tx, actor, id, role, scope).await?;
        match actor.principal() {
            Principal::Runtime(runtime) if runtime.environment().is_some() => {
                let connection = RuntimeConnectionId(runtime.connection());
                Ok(Self { environment, connection })
            }
            _ => Err(Code::PermissionDenied.error(
                "only the runtime of this environment may do this: bind it, and send its token",
            )),
        }
    }

    /// The actor: the runtime.
    pub fn actor(&self) -> &Actor {
        self.environment.actor()
    }

    /// The environment that the runtime is bound to.
    pub fn environment(&self) -> EnvironmentId {
        self.environment.environment()
    }

    /// The access to the environment, as a reader.
    pub(in crate::fleet) fn as_environment(&self) -> &EnvironmentAccess {
        &self.environment
    }

    /// The connection whose token was sent.
    pub fn connection(&self) -> RuntimeConnectionId {
        self.connection
    }
}
