use super::{Change, User};
use crate::client::Client;
use crate::data::{Paging, Visible};
use crate::http::extract::{Bare, Lenient, Query};
use crate::http::guards::{Signed, User as SignedUser};
use crate::{Control, Result, session, user};
use axum::extract::State;
use os_api::record::Records;
use os_api::user::{
    BootstrapStatus, ChangePassword, PasswordChanged, Status, UpdateUser, UserRecord,
};

/// Whether the console shows *create the first account* or *sign in*.
pub async fn bootstrap_status(State(control): State<Control>) -> Result<Bare<BootstrapStatus>> {
    let any = user::any(&mut control.db.read().await?).await?;
    Ok(Bare(BootstrapStatus { has_owner: any, has_users: any }))
}

pub async fn update(
    State(control): State<Control>,
    SignedUser { actor, user }: SignedUser,
    Lenient(body): Lenient<UpdateUser>,
) -> Result<Bare<Status>> {
    session::required(&user)?;
    let change = Change::try_from(body)?;
    let mut tx = control.db.write().await?;
    user::update(&mut tx, &actor, user.id, change).await?;
    tx.commit().await?;
    Ok(done())
}

pub async fn change_password(
    State(control): State<Control>,
    client: Client,
    SignedUser { actor, user }: SignedUser,
    Lenient(body): Lenient<ChangePassword>,
) -> Result<Bare<PasswordChanged>> {
    let session = session::required(&user)?;
    control.throttle.count(&client, Some(&user.email))?;
    let user = user::check_password(&control, &user.email, &body.current_password).await?;
    let hash = control.passwords.hash(&body.new_password).await?;
    let others_but = body.revoke_other_sessions.unwrap_or(true).then_some(session);
    let mut tx = control.db.write().await?;
    user::change_password(&mut tx, &actor, &user, &hash, others_but).await?;
    tx.commit().await?;
    Ok(Bare(PasswordChanged { token: None, user: user.into() }))
}

/// `sys_user`: the people of my organizations.
pub async fn records(
    State(control): State<Control>,
    Signed(actor): Signed,
    Query(paging): Query<Paging>,
) -> Result<Bare<Records<UserRecord>>> {
    let page = paging.page()?;
    let mut tx = control.db.read().await?;
    let (users, total) = user::list(&mut tx, Visible::to(&actor), page).await?;
    Ok(Bare(page.of("sys_user", users.into_iter().map(Into::into).collect(), total)))
}

/// `{"status": true}`: it was done, and there is nothing to tell.
pub fn done() -> Bare<Status> {
    Bare(Status { status: true })
}

impl From<User> for os_api::user::User {
    fn from(user: User) -> Self {
        Self {
            id: user.id.0,
            email: user.email,
            name: user.name,
            image: user.image,
            email_verified: user.email_verified,
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
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
