//! The first account of a server, made before anybody can ask for it.
//!
//! **Invariant:** on a server that has an account, nothing happens. A password
//! we made up is told once, to whoever started the server.

use crate::auth::Actor;
use crate::fleet::environment::{self, EnvironmentType, NewEnvironment, hostname};
use crate::http::guards::OrganizationAccess;
use crate::organization::{self, OrganizationRole};
use crate::user::{self, NewUser};
use crate::{Code, Control, OrganizationId, Result, UserId, text};

/// The account an operator wishes for (design §5).
#[derive(Debug, Clone)]
pub struct FirstRun {
    pub email: String,
    /// `None`: one is made up.
    pub password: Option<String>,
}

/// What there is to tell the operator.
#[derive(Debug, Clone)]
pub enum FirstRunOutcome {
    /// The server has accounts already.
    AlreadyDone,
    /// The account owns the server and an organization to work in.
    Created {
        user: UserId,
        organization: OrganizationId,
        email: String,
        /// The password, where it was made up: to be shown once.
        generated_password: Option<String>,
    },
}

/// Makes the first account, with its organization and an environment to work in
/// and one to develop in, on a server that has none.
///
/// # Errors
/// `VALIDATION_ERROR` for an email address or password that is not allowed.
pub async fn prepare(control: &Control, wish: FirstRun) -> Result<FirstRunOutcome> {
    if user::any(&mut control.db.read().await?).await? {
        return Ok(FirstRunOutcome::AlreadyDone);
    }
    let email = text::email(&wish.email)?;
    let generated_password = wish.password.is_none().then(os_http::secret::password);
    let password = wish.password.as_ref().or(generated_password.as_ref()).cloned();
    let hash = control.passwords.hash(&password.unwrap_or_default()).await?;
    let name = email.split('@').next().unwrap_or("admin");

    let mut tx = control.db.write().await?;
    // Another process may have been quicker while we were hashing.
    if user::any(&mut tx).await? {
        return Ok(FirstRunOutcome::AlreadyDone);
    }
    let new = NewUser { name, email: &email, password_hash: &hash };
    let made = match user::create(&mut tx, new, &"first-run".to_owned()).await {
        Err(error) if error.code() == Code::ConcurrentModification => {
            return Ok(FirstRunOutcome::AlreadyDone);
        }
        other => other?,
    };
    let organizations = organization::list_of(&mut tx, made.id).await?;
    let organization = organizations.first().expect("the first account gets one").id;
    let access =
        OrganizationAccess { actor: Actor::system(), organization, role: OrganizationRole::Owner };
    let domain = hostname::domain(&control.config);
    for (name, kind) in
        [("Production", EnvironmentType::Production), ("Development", EnvironmentType::Development)]
    {
        let new = NewEnvironment::named(name, kind, kind == EnvironmentType::Production);
        environment::create(&mut tx, &access, new, &domain).await?;
    }
    tx.commit().await?;
    Ok(FirstRunOutcome::Created { user: made.id, organization, email, generated_password })
}
