//! Who was given a role in an environment itself, apart from the organization.
//!
//! **Invariant:** nobody gives or takes a role above their own.

pub use super::sql::Member;

use super::{EnvironmentAccess, EnvironmentRole, sql};
use crate::events::{Event, Kind};
use crate::{Code, Error, Result};
use os_db::Tx;
use os_identity::UserId;
use serde_json::{Value, json};
use uuid::Uuid;

/// Whom to add: an account id or an email address.
pub struct Whom {
    pub user_id: Option<Uuid>,
    pub email: Option<String>,
}

/// Everybody with a role of their own, in the order they came.
pub async fn list(tx: &mut Tx, access: &EnvironmentAccess) -> Result<Vec<Member>> {
    Ok(sql::list_members(tx, access.environment()).await?)
}

/// Gives somebody a role.
///
/// # Errors
/// `DUPLICATE_RECORD` when they have one, `RESOURCE_NOT_FOUND` for no account.
pub async fn add(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    whom: Whom,
    role: EnvironmentRole,
) -> Result<Member> {
    within(access, role)?;
    let user = find_user(tx, whom).await?;
    let invited_by = access.actor().label();
    match sql::insert_member(tx, access.environment(), user, role, invited_by).await {
        Ok(()) => {}
        Err(error) if os_db::is_duplicate(&error) => {
            return Err(Code::DuplicateRecord
                .error("they are a member of this environment; change the role with PATCH"));
        }
        Err(error) => return Err(error.into()),
    }
    let member = get(tx, access, user.0).await?;
    let after = json!({ "role": role.as_str() });
    record(tx, access, Kind::EnvironmentMemberAdded, &member, (Value::Null, after)).await?;
    Ok(member)
}

/// Gives a member another role.
///
/// # Errors
/// `PERMISSION_DENIED` when the old or the new one is above the caller's.
pub async fn set_role(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    member: &str,
    role: EnvironmentRole,
) -> Result<Member> {
    let before = find(tx, access, member).await?;
    within(access, before.role)?;
    within(access, role)?;
    if before.role == role {
        return Ok(before);
    }
    if !sql::set_member_role(tx, before.id, before.role, role).await? {
        return Err(changed_meanwhile());
    }
    let change = (json!({ "role": before.role.as_str() }), json!({ "role": role.as_str() }));
    record(tx, access, Kind::EnvironmentMemberRoleChanged, &before, change).await?;
    get(tx, access, before.id).await
}

/// Takes the role away.
///
/// # Errors
/// `PERMISSION_DENIED` when it is above the caller's.
pub async fn remove(tx: &mut Tx, access: &EnvironmentAccess, member: &str) -> Result<Member> {
    let gone = find(tx, access, member).await?;
    within(access, gone.role)?;
    if !sql::delete_member(tx, gone.id, gone.role).await? {
        return Err(changed_meanwhile());
    }
    let before = json!({ "role": gone.role.as_str() });
    record(tx, access, Kind::EnvironmentMemberRemoved, &gone, (before, Value::Null)).await?;
    Ok(gone)
}

fn within(access: &EnvironmentAccess, role: EnvironmentRole) -> Result<()> {
    if role <= access.role() {
        return Ok(());
    }
    Err(Code::PermissionDenied.error(format!(
        "`role`: you are {} and cannot give or take the role {}",
        access.role().as_str(),
        role.as_str()
    )))
}

async fn find_user(tx: &mut Tx, whom: Whom) -> Result<UserId> {
    let email = whom.email.map(|it| it.trim().to_lowercase());
    if whom.user_id.is_some() == email.is_some() {
        return Err(
            Code::MissingRequiredField.error("say who: either `user_id` or `email` is required")
        );
    }
    sql::find_user(tx, whom.user_id, email).await?.ok_or_else(|| {
        Code::NotFound.error("nobody has such an account; they need to sign up first")
    })
}

async fn find(tx: &mut Tx, access: &EnvironmentAccess, member: &str) -> Result<Member> {
    match member.parse() {
        Ok(id) => get(tx, access, id).await,
        Err(_) => Err(unknown(member)),
    }
}

async fn get(tx: &mut Tx, access: &EnvironmentAccess, id: Uuid) -> Result<Member> {
    sql::find_member(tx, access.environment(), id).await?.ok_or_else(|| unknown(&id.to_string()))
}

fn unknown(member: &str) -> Error {
    Code::NotFound.error(format!("the environment has no member `{member}` of its own"))
}

fn changed_meanwhile() -> Error {
    Code::ConcurrentModification.error("the member has changed; reload and try again")
}

async fn record(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    kind: Kind,
    member: &Member,
    (before, after): (Value, Value),
) -> Result<()> {
    let subject = json!({ "user_id": member.user_id.to_string(), "email": member.email });
    Event::new(kind, subject)
        .organization(access.organization())
        .environment(access.environment())
        .change(before, after)
        .record(tx, access.actor())
        .await
}
