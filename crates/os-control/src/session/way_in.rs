//! Signing in and up, as the API and the pages do it.

use super::{Opened, open};
use crate::client::Client;
use crate::user::{self, NewUser, User};
use crate::{Control, Result, text};

/// Opens a session for somebody who knows the password.
///
/// # Errors
/// `INVALID_EMAIL_OR_PASSWORD`, `RATE_LIMIT_EXCEEDED`.
pub async fn enter(
    control: &Control,
    client: &Client,
    email: &str,
    password: &str,
) -> Result<(Opened, User)> {
    control.throttle.count(client, Some(email))?;
    let user = user::check_password(control, email, password).await?;
    let mut tx = control.db.write().await?;
    let opened = open(&mut tx, &user, client).await?;
    tx.commit().await?;
    Ok((opened, user))
}

/// Creates an account and opens its first session.
///
/// # Errors
/// `SELF_REGISTRATION_CLOSED`, `USER_ALREADY_EXISTS`, `RATE_LIMIT_EXCEEDED`;
/// `VALIDATION_ERROR` for an email address, a name or a password.
pub async fn register(
    control: &Control,
    client: &Client,
    name: Option<&str>,
    email: &str,
    password: &str,
) -> Result<(Opened, User)> {
    control.throttle.count(client, Some(email))?;
    let email = text::email(email)?;
    let name = name.or(email.split('@').next()).unwrap_or_default();
    let name = text::within("name", name, 1..=255)?;
    let is_open = control.config.open_registration;
    user::may_register(&mut control.db.read().await?, &email, is_open).await?;
    let password_hash = control.passwords.hash(password).await?;

    let mut tx = control.db.write().await?;
    user::may_register(&mut tx, &email, is_open).await?;
    let new = NewUser { name: &name, email: &email, password_hash: &password_hash };
    let user = user::create(&mut tx, new, &client.request).await?;
    let opened = open(&mut tx, &user, client).await?;
    tx.commit().await?;
    Ok((opened, user))
}
