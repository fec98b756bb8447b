//! The first account of a runtime, made before anybody can ask for it.
//!
//! **Invariant:** on a runtime that has an account, nothing happens. A password
//! we made up is told once, to whoever started the runtime.

use super::{NewUser, checked_email, create, sql};
use crate::{Code, Result, Runtime};

/// Letters and digits that nobody mistakes for one another: 31 of them.
const READABLE: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS: usize = 4;
const GROUP_LENGTH: usize = 5;

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
    /// The account owns the runtime.
    Created {
        email: String,
        /// The password, where it was made up: to be shown once.
        generated_password: Option<String>,
    },
}

/// Makes the account that owns the runtime, on one that has none.
///
/// # Errors
/// `VALIDATION_ERROR` for an email address or password that is not allowed.
pub async fn prepare(runtime: &Runtime, wish: FirstRun) -> Result<FirstRunOutcome> {
    if sql::any(&mut runtime.db.peek().await?).await? {
        return Ok(FirstRunOutcome::AlreadyDone);
    }
    let email = checked_email(&wish.email)?;
    let generated_password = wish.password.is_none().then(made_up);
    let password = wish.password.or_else(|| generated_password.clone()).unwrap_or_default();
    let password = runtime.accounts.passwords.hash(&password).await?;
    let name = email.split('@').next().unwrap_or("admin").to_owned();

    let mut tx = runtime.db.write().await?;
    let new = NewUser { name, email: email.clone(), password };
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

/// Twenty readable characters, about 99 bits: `abcde-fghjk-mnpqr-stuvw`.
fn made_up() -> String {
    let groups = (0..GROUPS).map(|_| (0..GROUP_LENGTH).map(|_| readable()).collect::<String>());
    groups.collect::<Vec<_>>().join("-")
}

/// One of the characters, each as likely as any other.
fn readable() -> char {
    loop {
        let mut byte = [0];
        getrandom::fill(&mut byte).expect("the operating system has randomness");
        // 248 is the largest multiple of 31 in a byte.
        if usize::from(byte[0]) < 256 / READABLE.len() * READABLE.len() {
            return char::from(READABLE[usize::from(byte[0]) % READABLE.len()]);
        }
    }
}
