//! Accounts: the first one, changes of one's own, and rows for consoles.

use super::done;
use crate::client::Client;
use crate::extract::{SignedIn, SignedInUser};
use crate::pagination::PaginationQuery;
use crate::password::{self, PasswordChange};
use crate::state::Identity;
use crate::user::{self, User, UserUpdate};
use crate::visible::Visible;
use crate::{Code, Result, session};
use axum::extract::State;
use os_api::record::Records;
use os_api::user::{
    BootstrapStatus, ChangePassword, PasswordChanged, RequestPasswordReset, ResetPassword, Status,
    UpdateUser, UserRecord,
};
use os_http::Lenient;
use os_http::extract::{Bare, Query};

/// Shows whether the server has an account: a console offers *create the first account* or
/// *sign in*.
pub async fn bootstrap_status(State(identity): State<Identity>) -> Result<Bare<BootstrapStatus>> {
    let any = user::any(&mut identity.db().autocommit().await?).await?;
    Ok(Bare(BootstrapStatus { has_owner: any, has_users: any }))
}

/// Changes the name or picture of the user who asks.
pub async fn update(
    State(identity): State<Identity>,
    SignedInUser { actor, user }: SignedInUser,
    Lenient(body): Lenient<UpdateUser>,
) -> Result<Bare<Status>> {
    session::required(&user)?;
    let update = UserUpdate::try_from(body)?;
    let mut tx = identity.db().write().await?;
    user::update(&mut tx, &actor, user.id(), update).await?;
    tx.commit().await?;
    Ok(done())
}

/// Changes the password of the user who asks.
pub async fn change_password(
    State(identity): State<Identity>,
    client: Client,
    SignedInUser { actor, user }: SignedInUser,
    Lenient(body): Lenient<ChangePassword>,
) -> Result<Bare<PasswordChanged>> {
    let change = PasswordChange {
        current: &body.current_password,
        new: &body.new_password,
        ends_other_sessions: body.revoke_other_sessions.unwrap_or(true),
    };
    let user = password::change(&identity, &client, &actor, &user, change).await?;
    Ok(Bare(PasswordChanged { token: None, user: user.into() }))
}

/// Refuses to send a link. The response is the same for every address, so that it tells nothing
/// of accounts.
pub async fn request_password_reset(
    State(identity): State<Identity>,
    client: Client,
    Lenient(body): Lenient<RequestPasswordReset>,
) -> Result<Bare<Status>> {
    identity.guess_limits().count(client.address, None)?;
    crate::text::email(&body.email)?;
    Err(Code::ResetPasswordDisabled.error(
        "this server sends no mail; ask its administrator for a link (Users in the Console, or `os user reset-password` on its machine)",
    ))
}

/// Replaces the password of the person who has a link.
pub async fn reset_password(
    State(identity): State<Identity>,
    client: Client,
    Lenient(body): Lenient<ResetPassword>,
) -> Result<Bare<Status>> {
    let ResetPassword { token, new_password } = &body;
    password::reset(&identity, &client, token, new_password).await?;
    Ok(done())
}

/// `sys_user`: the users of my organizations.
pub async fn records(
    State(identity): State<Identity>,
    SignedIn(actor): SignedIn,
    Query(query): Query<PaginationQuery>,
) -> Result<Bare<Records<UserRecord>>> {
    let page = query.checked()?;
    let mut tx = identity.db().read().await?;
    let (users, total) = user::list(&mut tx, Visible::to(&actor), page).await?;
    Ok(Bare(page.of("sys_user", users.into_iter().map(Into::into).collect(), total)))
}

impl From<User> for UserRecord {
    fn from(user: User) -> Self {
        Self {
            id: user.id.0,
            name: user.name,
            email: user.email,
            email_verified: user.email_verified,
            image: user.image,
            role: user.role,
            banned: user.banned,
            last_login_at: user.last_login_at,
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}
