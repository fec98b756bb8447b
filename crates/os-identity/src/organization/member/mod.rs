//! A user in an organization, with a role.
//!
//! **Invariant:** the last owner neither leaves nor gets a lower role. The caller of a
//! rule that changes something holds the organization ([`super::for_change`]).

mod sql;

use super::{OrganizationAccess, OrganizationRole, invitation};
use crate::audit::{Event, Kind};
use crate::ids::{MemberId, OrganizationId, UserId};
use crate::pagination::Pagination;
use crate::visible::Visible;
use crate::{Code, Error, Result, session, text};
use chrono::{DateTime, Utc};
use os_db::Tx;
use serde_json::json;

/// A member, with the details of their user.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Member {
    pub id: MemberId,
    pub organization_id: OrganizationId,
    pub user_id: UserId,
    pub role: OrganizationRole,
    pub created_at: DateTime<Utc>,
    pub name: String,
    pub email: String,
    pub image: Option<String>,
}

/// Adds a user. The caller checks who may do so, and records the event.
pub async fn add(
    tx: &mut Tx,
    organization: OrganizationId,
    user: UserId,
    role: OrganizationRole,
) -> Result<()> {
    Ok(sql::insert(tx, organization, user, role).await?)
}

/// Lists the members of an organization, oldest first, and counts them.
pub async fn list(tx: &mut Tx, id: OrganizationId, page: Pagination) -> Result<(Vec<Member>, i64)> {
    Ok((sql::list(tx, id, page).await?, sql::count(tx, id).await?))
}

/// Lists the visible members, and counts them.
pub async fn list_visible(
    tx: &mut Tx,
    visible: Visible,
    page: Pagination,
) -> Result<(Vec<Member>, i64)> {
    Ok((sql::list_visible(tx, visible, page).await?, sql::count_visible(tx, visible).await?))
}

/// Looks up the membership of a user.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn of_user(tx: &mut Tx, organization: OrganizationId, user: UserId) -> Result<Member> {
    sql::find_by_user(tx, organization, user)
        .await?
        .ok_or_else(|| Code::NotFound.error("you are not a member of this organization"))
}

/// Removes a member, named by its id or by the user's email address.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`, `PERMISSION_DENIED` when the role is not the caller's
/// to take, `RESOURCE_CONFLICT` for the last owner.
pub async fn remove(tx: &mut Tx, access: &OrganizationAccess, named: &str) -> Result<Member> {
    let id = access.organization();
    let found = match named.parse::<MemberId>() {
        Ok(member) => sql::find(tx, id, member).await?,
        Err(_) => sql::find_by_email(tx, id, &text::email(named)?).await?,
    };
    let member = found.ok_or_else(|| unknown(named))?;
    must_manage(access, member.role)?;
    end(tx, access, &member).await?;
    Ok(member)
}

/// Ends the membership of the user who asks.
///
/// # Errors
/// `RESOURCE_CONFLICT` for the last owner.
pub async fn leave(tx: &mut Tx, access: &OrganizationAccess, user: UserId) -> Result<Member> {
    let member = of_user(tx, access.organization(), user).await?;
    end(tx, access, &member).await?;
    Ok(member)
}

async fn end(tx: &mut Tx, access: &OrganizationAccess, member: &Member) -> Result<()> {
    let id = access.organization();
    if member.role == OrganizationRole::Owner {
        must_leave_an_owner(tx, id).await?;
    }
    sql::delete(tx, member.id).await?;
    session::leave_organization(tx, id, Some(member.user_id)).await?;
    invitation::cancel_of(tx, id, member.user_id).await?;
    Event::new(Kind::MemberRemoved, json!({ "email": member.email }))
        .organization(id)
        .change(json!({ "role": member.role.as_str() }), json!(null))
        .record(tx, access.actor())
        .await
}

/// Gives a member another role.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`, `PERMISSION_DENIED` when the old or the new role is not
/// the caller's to handle, `RESOURCE_CONFLICT` for the last owner.
pub async fn set_role(
    tx: &mut Tx,
    access: &OrganizationAccess,
    id: MemberId,
    role: OrganizationRole,
) -> Result<Member> {
    let found = sql::find(tx, access.organization(), id).await?;
    let member = found.ok_or_else(|| unknown(&id.to_string()))?;
    must_manage(access, member.role)?;
    must_manage(access, role)?;
    if member.role == role {
        return Ok(member);
    }
    if member.role == OrganizationRole::Owner {
        must_leave_an_owner(tx, access.organization()).await?;
    }
    sql::set_role(tx, id, role).await?;
    if role < member.role {
        invitation::cancel_of(tx, access.organization(), member.user_id).await?;
    }
    Event::new(Kind::MemberRoleChanged, json!({ "email": member.email }))
        .organization(access.organization())
        .change(json!({ "role": member.role.as_str() }), json!({ "role": role.as_str() }))
        .record(tx, access.actor())
        .await?;
    Ok(Member { role, ..member })
}

/// Checks that the caller may give and take this role.
///
/// # Errors
/// `PERMISSION_DENIED`.
pub fn must_manage(access: &OrganizationAccess, role: OrganizationRole) -> Result<()> {
    if access.role().manages(role) {
        return Ok(());
    }
    Err(Code::PermissionDenied.error(format!(
        "your role {} may not give or take the role {}; ask an owner",
        access.role().as_str(),
        role.as_str()
    )))
}

async fn must_leave_an_owner(tx: &mut Tx, id: OrganizationId) -> Result<()> {
    if sql::count_owners(tx, id).await? > 1 {
        return Ok(());
    }
    Err(Code::Conflict
        .error("this is the last owner of the organization; make somebody else an owner first"))
}

fn unknown(named: &str) -> Error {
    Code::NotFound.error(format!("there is no member `{named}` in this organization"))
}
