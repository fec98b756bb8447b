//! The first account of a runtime, created before anybody can ask for it.
//!
//! **Invariant:** on a runtime where somebody has a password, nothing happens.

use crate::{Result, Runtime};
use os_identity::first_run::{self, FirstAccount, FirstRun};

/// The outcome of a first run, for the operator.
#[derive(Debug, Clone)]
pub enum FirstRunOutcome {
    /// The runtime has accounts already.
    AlreadyDone,
    /// It has this many accounts, all of users who signed in elsewhere, and the operator
    /// chose no password.
    NobodyHasAPassword { accounts: i64 },
    /// The account owns the runtime.
    Created {
        email: String,
        /// The password, where it was generated: to be shown once.
        generated_password: Option<String>,
    },
}

/// Creates the account that owns the runtime, on one that has none, or none that anybody
/// can sign in to.
///
/// # Errors
/// `VALIDATION_ERROR` for an email address or password that is not allowed.
pub async fn prepare(runtime: &Runtime, first_run: FirstRun) -> Result<FirstRunOutcome> {
    let identity = &runtime.identity;
    let owner = match first_run::prepare(identity, first_run).await? {
        FirstAccount::Exists => return Ok(FirstRunOutcome::AlreadyDone),
        FirstAccount::NobodyHasPassword { accounts } => {
            return Ok(FirstRunOutcome::NobodyHasAPassword { accounts });
        }
        FirstAccount::Missing(owner) => owner,
    };
    let mut tx = runtime.db.write().await?;
    if first_run::create(identity, &mut tx, &owner).await?.is_none() {
        return Ok(FirstRunOutcome::AlreadyDone);
    }
    tx.commit().await?;
    Ok(FirstRunOutcome::Created {
        email: owner.email().to_owned(),
        generated_password: owner.generated_password().map(str::to_owned),
    })
}
