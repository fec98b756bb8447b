//! The first account of a server, created before it accepts requests.
//!
//! **Invariant:** on a server where an account has a password, nothing happens. A
//! generated password is returned once, for the operator who started the server.

use crate::Result;
use crate::account::{self, NewAccount};
use crate::state::Identity;
use crate::text;
use crate::user::{self, User};
use os_db::Tx;
use os_http::{RequestId, secret};

/// The account that an operator asks for (docs/wire/authentication.md#first-account).
#[derive(Debug, Clone)]
pub struct FirstRun {
    pub email: String,
    /// `None`: one is generated.
    pub password: Option<String>,
}

/// The state of the first account.
#[derive(Debug)]
pub enum FirstAccount {
    /// Somebody can sign in already.
    Exists,
    /// All accounts belong to users of another server, and the operator chose no
    /// password.
    NobodyHasPassword { accounts: i64 },
    /// The owner is to be created.
    Missing(Owner),
}

/// The owner of a server who is to be created.
#[derive(Debug)]
pub struct Owner {
    name: String,
    email: String,
    password_hash: String,
    generated_password: Option<String>,
}

impl Owner {
    /// Their email address.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// Returns the generated password, to be shown once.
    pub fn generated_password(&self) -> Option<&str> {
        self.generated_password.as_deref()
    }
}

/// Checks whether the first account is missing, and prepares it.
///
/// # Errors
/// `VALIDATION_ERROR` for an email address or password that is not allowed.
pub async fn prepare(identity: &Identity, first_run: FirstRun) -> Result<FirstAccount> {
    let count = user::count(&mut identity.db().autocommit().await?).await?;
    if count.with_password > 0 {
        return Ok(FirstAccount::Exists);
    }
    if count.all > 0 && first_run.password.is_none() {
        return Ok(FirstAccount::NobodyHasPassword { accounts: count.all });
    }
    let email = text::email(&first_run.email)?;
    let generated_password = first_run.password.is_none().then(secret::password);
    let password = first_run.password.or_else(|| generated_password.clone()).unwrap_or_default();
    let password_hash = identity.passwords().hash(&password).await?;
    let name = email.split('@').next().unwrap_or("admin").to_owned();
    Ok(FirstAccount::Missing(Owner { name, email, password_hash, generated_password }))
}

/// Creates the owner; `None` if another process was faster.
///
/// # Errors
/// Those of the database.
pub async fn create(identity: &Identity, tx: &mut Tx, owner: &Owner) -> Result<Option<User>> {
    user::lock(tx).await?;
    let count = user::count(tx).await?;
    if count.with_password > 0 {
        return Ok(None);
    }
    if let Some(found) = user::find_by_email(tx, &owner.email).await? {
        return user::make_owner(tx, &found, &owner.password_hash).await.map(Some);
    }
    let request = RequestId::of_task("first-run");
    let Owner { name, email, password_hash, .. } = owner;
    let new = NewAccount { name, email, password_hash };
    let user = account::create(identity, tx, new, &request).await?;
    if user.is_platform_admin() {
        return Ok(Some(user));
    }
    // Accounts without a password were there before.
    user::set_role(tx, &user, user::ADMIN).await.map(Some)
}
