//! Members of an environment, besides those of its organization.
//!
//! **Invariant:** nobody assigns or removes a role above their own.

pub use super::sql::Member;

use super::{EnvironmentAccess, EnvironmentRole, sql};
use crate::events::{Event, Kind};
use crate::{Code, Error, Result};
use os_db::Tx;
use os_identity::UserId;
use serde_json::{Value, json};
use uuid::Uuid;

/// The account to add: by its id or its email address, exactly one of them.
pub struct MemberRef {
    pub user_id: Option<Uuid>,
    pub email: Option<String>,
}

/// Lists the members, oldest first.
pub async fn list(tx: &mut Tx, access: &EnvironmentAccess) -> Result<Vec<Member>> {
    Ok(sql::list_members(tx, access.environment()).await?)
}

/// Adds a member.
///
/// # Errors
/// `DUPLICATE_RECORD` for a member, `RESOURCE_NOT_FOUND` without such an account,
/// `PERMISSION_DENIED` for a role above the caller's.
pub async fn add(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    who: MemberRef,
    role: EnvironmentRole,
) -> Result<Member> {
    within(access, role)?;
    let user = find_user(tx, access, who).await?;
    let invited_by = access.actor().label();
    match sql::insert_member(tx, access.environment(), user, role, invited_by).await {
        Ok(()) => {}
        Err(error) if os_db::is_duplicate(&error) => {
            return Err(Code::DuplicateRecord
                .error("the account is a member of this environment; change its role with PATCH"));
        }
        Err(error) => return Err(error.into()),
    }
    let member = get(tx, access, user.0).await?;
    record(
        tx,
        access,
        Kind::EnvironmentMemberAdded,
        &member,
        Roles { before: None, after: Some(role) },
    )
    .await?;
    Ok(member)
}

/// Changes the role of a member.
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
    let roles = Roles { before: Some(before.role), after: Some(role) };
    record(tx, access, Kind::EnvironmentMemberRoleChanged, &before, roles).await?;
    get(tx, access, before.id).await
}

/// Removes a member.
///
/// # Errors
/// `PERMISSION_DENIED` when the role is above the caller's.
pub async fn remove(tx: &mut Tx, access: &EnvironmentAccess, member: &str) -> Result<Member> {
    let gone = find(tx, access, member).await?;
    within(access, gone.role)?;
    if !sql::delete_member(tx, gone.id, gone.role).await? {
        return Err(changed_meanwhile());
    }
    let roles = Roles { before: Some(gone.role), after: None };
    record(tx, access, Kind::EnvironmentMemberRemoved, &gone, roles).await?;
    Ok(gone)
}

fn within(access: &EnvironmentAccess, role: EnvironmentRole) -> Result<()> {
    if role <= access.role() {
        return Ok(());
    }
    Err(Code::PermissionDenied.error(format!(
        "`role`: you are {} and cannot assign or remove the role {}",
        access.role().as_str(),
        role.as_str()
    )))
}

/// Finds the account to add. An address is looked up among the members of the organization only:
/// nobody learns who else has an account (docs/wire/environments.md#members). Ids are not guessed.
async fn find_user(tx: &mut Tx, access: &EnvironmentAccess, who: MemberRef) -> Result<UserId> {
    let email = who.email.map(|it| it.trim().to_lowercase());
    match (who.user_id, email) {
        (Some(id), None) => sql::find_user(tx, id).await?.ok_or_else(|| {
            Code::NotFound
                .error("`user_id`: there is no such account; its owner needs to sign up first")
        }),
        (None, Some(email)) => {
            sql::find_user_by_email(tx, access.organization(), email).await?.ok_or_else(|| {
                Code::NotFound.error(
                    "`email`: no member of the organization has this address; invite them to the organization, or add them by the `user_id` that they give you",
                )
            })
        }
        _ => {
            Err(Code::MissingRequiredField
                .error("exactly one of `user_id` and `email` is required"))
        }
    }
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

/// The role of a member before and after a change.
struct Roles {
    before: Option<EnvironmentRole>,
    after: Option<EnvironmentRole>,
}

async fn record(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    kind: Kind,
    member: &Member,
    roles: Roles,
) -> Result<()> {
    let facts = |role: Option<EnvironmentRole>| match role {
        Some(role) => json!({ "role": role.as_str() }),
        None => Value::Null,
    };
    let subject = json!({ "user_id": member.user_id.to_string(), "email": member.email });
    Event::new(kind, subject)
        .organization(access.organization())
        .environment(access.environment())
        .change(facts(roles.before), facts(roles.after))
        .record(tx, access.actor())
        .await
}
