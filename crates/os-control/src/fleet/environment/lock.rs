//! One change of an environment at a time.

pub use super::sql::Locked;

use super::{EnvironmentAccess, EnvironmentStatus, sql, watch};
use crate::{Code, Error, Result};
use os_db::Tx;
use os_identity::Principal;

/// Takes the environment for a change of what it runs. First statement of
/// every such transaction.
///
/// # Errors
/// `ENVIRONMENT_NOT_ACTIVE` (docs/wire/environments.md#life-cycle), `ENVIRONMENT_NOT_FOUND`.
pub async fn lock(tx: &mut Tx, access: &EnvironmentAccess) -> Result<Locked> {
    let id = access.environment();
    match sql::lock_active(tx, id).await? {
        Some(locked) => Ok(locked),
        None => Err(not_active(super::get(tx, id).await?.status)),
    }
}

/// Takes it for a change that is more than a first installation, which is all
/// that a runtime's token is good for (docs/wire/rights.md).
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
    /// Moves on to the next generation, and tells who waits for it.
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
