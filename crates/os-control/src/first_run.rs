//! The first start of a server: an account, its organization, and two environments.
//!
//! **Invariant:** on a server that has an account, nothing happens.

use crate::fleet::environment::{self, EnvironmentType, NewEnvironment, hostname};
use crate::{Control, Result};
use os_identity::first_run::{self, FirstAccount};
use os_identity::organization::{self, OrganizationRole};
use os_identity::{Actor, OrganizationId, Scope, UserId};

pub use os_identity::first_run::FirstRun;

/// The result of preparing a server, for the operator.
#[derive(Debug, Clone)]
pub enum FirstRunOutcome {
    /// The server has accounts already.
    AlreadyDone,
    /// The account owns the server and an organization to work in.
    Created {
        user: UserId,
        organization: OrganizationId,
        email: String,
        /// The password, where it was generated: to be shown once.
        generated_password: Option<String>,
    },
}

/// Creates the first account, with its organization and an environment to work in and
/// one to develop in, on a server that has none.
///
/// # Errors
/// `VALIDATION_ERROR` for an email address or password that is not allowed.
pub async fn prepare(control: &Control, first_run: FirstRun) -> Result<FirstRunOutcome> {
    let identity = &control.identity;
    let owner = match first_run::prepare(identity, first_run).await? {
        FirstAccount::Missing(owner) => owner,
        FirstAccount::Exists | FirstAccount::NobodyHasPassword { .. } => {
            return Ok(FirstRunOutcome::AlreadyDone);
        }
    };
    let mut tx = control.db.write().await?;
    let Some(user) = first_run::create(identity, &mut tx, &owner).await? else {
        return Ok(FirstRunOutcome::AlreadyDone);
    };
    let organizations = organization::list_of(&mut tx, user.id).await?;
    let organization = organizations.first().expect("the first account gets one").id;
    let (actor, role) = (Actor::system("first-run"), OrganizationRole::Owner);
    let access = organization::access(&mut tx, &actor, organization, role, Scope::Admin).await?;
    let domain = hostname::domain(&control.config);
    for (name, kind) in
        [("Production", EnvironmentType::Production), ("Development", EnvironmentType::Development)]
    {
        let new = NewEnvironment::named(name, kind, kind == EnvironmentType::Production);
        environment::create(&mut tx, &access, new, &domain).await?;
    }
    tx.commit().await?;
    Ok(FirstRunOutcome::Created {
        user: user.id,
        organization,
        email: owner.email().to_owned(),
        generated_password: owner.generated_password().map(str::to_owned),
    })
}
