//! The first account of a runtime, made before anybody can ask for it.
//!
//! **Invariant:** on a runtime that has an account with a password, nothing
//! happens. A password we made up is told once, to whoever started the runtime.

use super::{ACCOUNTS_LOCK, NewUser, User, checked_email, create, insert, sql};
use crate::{Code, Result, Runtime};
use os_db::now;

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
    /// The runtime has accounts already.
    AlreadyDone,
    /// It has so many accounts, all of people who signed in elsewhere, and no
    /// password was wished for.
    NobodyHasAPassword { accounts: i64 },
    /// The account owns the runtime.
    Created {
        email: String,
        /// The password, where it was made up: to be shown once.
        generated_password: Option<String>,
    },
}

/// Makes the account that owns the runtime, on one that has none, or none that
/// anybody can sign in to.
///
/// # Errors
/// `VALIDATION_ERROR` for an email address or password that is not allowed.
pub async fn prepare(runtime: &Runtime, wish: FirstRun) -> Result<FirstRunOutcome> {
    let (accounts, with_password) = sql::count(&mut runtime.db.peek().await?).await?;
    if with_password > 0 {
        return Ok(FirstRunOutcome::AlreadyDone);
    }
    let email = checked_email(&wish.email)?;
    if accounts > 0 {
        return match &wish.password {
            Some(password) => give_password(runtime, email, password).await,
            None => Ok(FirstRunOutcome::NobodyHasAPassword { accounts }),
        };
    }
    let generated_password = wish.password.is_none().then(os_http::secret::password);
    let password = wish.password.or_else(|| generated_password.clone()).unwrap_or_default();
    let new = account(runtime, &email, &password).await?;
    let mut tx = runtime.db.write().await?;
    match create(&mut tx, new, false).await {
        // Another process was quicker while we were hashing.
        Err(error) if error.code() == Code::SelfRegistrationClosed => {
            Ok(FirstRunOutcome::AlreadyDone)
        }
        made => {
            made?;
            tx.commit().await?;
            Ok(FirstRunOutcome::Created { email, generated_password })
        }
    }
}

/// The account to be made, named by its address.
async fn account(runtime: &Runtime, email: &str, password: &str) -> Result<NewUser> {
    let password = runtime.accounts.passwords.hash(password).await?;
    let name = email.split('@').next().unwrap_or("admin").to_owned();
    Ok(NewUser { name, email: email.to_owned(), password })
}

/// Makes this account the owner, with this password, where nobody has one.
async fn give_password(
    runtime: &Runtime,
    email: String,
    password: &str,
) -> Result<FirstRunOutcome> {
    let new = account(runtime, &email, password).await?;
    let mut tx = runtime.db.write().await?;
    tx.lock(ACCOUNTS_LOCK).await?;
    if sql::count(&mut tx).await?.1 > 0 {
        return Ok(FirstRunOutcome::AlreadyDone);
    }
    match sql::by_email(&mut tx, &email).await? {
        Some(found) => {
            let (role, password) = ("admin".to_owned(), new.password);
            let owner = User { role, password, updated_at: now(), ..found };
            sql::update(&mut tx, &owner).await?;
        }
        None => drop(insert(&mut tx, new, "admin").await?),
    }
    tx.commit().await?;
    Ok(FirstRunOutcome::Created { email, generated_password: None })
}
