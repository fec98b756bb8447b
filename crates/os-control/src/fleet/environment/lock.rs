//! One change of an environment at a time.

pub use super::sql::Locked;

use super::{EnvironmentAccess, EnvironmentStatus, EnvironmentType, sql, watch};
use crate::{Code, EnvironmentId, Error, Result};
use os_db::Tx;
use os_identity::{OrganizationId, Principal};

/// Locks the environment for a change of what it runs. It is the first statement of every such
/// transaction.
///
/// # Errors
/// `ENVIRONMENT_NOT_ACTIVE` (docs/wire/environments.md#life-cycle), `ENVIRONMENT_NOT_FOUND`.
pub async fn lock(tx: &mut Tx, access: &EnvironmentAccess) -> Result<Locked> {
    let id = access.environment();
    match sql::lock_active(tx, id).await? {
        Some(locked) => Ok(locked),
        None => Err(not_active(super::get(tx, access).await?.status)),
    }
}

/// Locks the environment for any change but an install, which is the only one that a runtime's
/// token allows (docs/wire/rights.md).
///
/// # Errors
/// As [`lock`], and `PERMISSION_DENIED` for runtimes.
pub async fn lock_for_people(tx: &mut Tx, access: &EnvironmentAccess) -> Result<Locked> {
    if let Principal::Runtime(_) = access.actor().principal() {
        return Err(Code::PermissionDenied.error(
            "a runtime's token may install packages and nothing else; sign in, or use an API key",
        ));
    }
    lock(tx, access).await
}

impl Locked {
    /// The locked environment.
    pub fn environment(&self) -> EnvironmentId {
        self.id
    }

    /// The organization of the environment.
    pub fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// The type of the environment under the lock; the access may hold an earlier one.
    pub fn environment_type(&self) -> EnvironmentType {
        self.environment_type
    }

    /// The number of the current generation; 0 before the first.
    pub fn generation(&self) -> i64 {
        self.generation
    }

    /// Moves on to the next generation, and wakes the requests that wait for one after commit.
    pub async fn advance(&mut self, tx: &mut Tx) -> Result<()> {
        self.generation += 1;
        let id = self.id;
        tx.after_commit(move || watch::changed(id));
        Ok(sql::set_generation(tx, self.id, self.generation).await?)
    }
}

fn not_active(status: EnvironmentStatus) -> Error {
    let status = status.as_str();
    Code::EnvironmentNotActive.error(format!(
        "the environment is {status}; only packages of an active environment can change, so set its `status` to active first"
    ))
}
