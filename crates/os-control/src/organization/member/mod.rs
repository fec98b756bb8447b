//! Somebody who belongs to an organization, and what they may do there.
//!
//! **Invariant:** the last owner neither goes nor becomes less. Whoever calls a
//! rule here that changes something holds the organization's turn
//! ([`super::for_change`]).

pub mod api;
mod sql;

use super::{OrganizationRole, invitation};
use crate::data::{Page, Visible};
use crate::events::{Event, Kind};
use crate::http::guards::OrganizationAccess;
use crate::{Code, Error, MemberId, OrganizationId, Result, UserId, session, text};
use chrono::{DateTime, Utc};
use os_db::Tx;
use serde_json::json;

/// A membership with its person.
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

/// Adds a person; who may, is decided by the caller, and recorded there.
pub async fn add(
    tx: &mut Tx,
    organization: OrganizationId,
    user: UserId,
    role: OrganizationRole,
) -> Result<()> {
    Ok(sql::insert(tx, organization, user, role).await?)
}

/// The members of an organization, oldest first, and how many they are.
pub async fn list(tx: &mut Tx, id: OrganizationId, page: Page) -> Result<(Vec<Member>, i64)> {
    Ok((sql::list(tx, id, page).await?, sql::count(tx, id).await?))
}

/// The memberships that are visible, and how many they are.
pub async fn list_visible(tx: &mut Tx, visible: Visible, page: Page) -> Result<(Vec<Member>, i64)> {
    Ok((sql::list_visible(tx, visible, page).await?, sql::count_visible(tx, visible).await?))
}

/// The membership of a person.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn of_user(tx: &mut Tx, organization: OrganizationId, user: UserId) -> Result<Member> {
    sql::find_by_user(tx, organization, user)
        .await?
        .ok_or_else(|| Code::NotFound.error("you are not a member of this organization"))
}

/// Ends a membership, named by its id or by the person's email address.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`, `PERMISSION_DENIED` when the role is not the caller's
/// to take, `RESOURCE_CONFLICT` for the last owner.
pub async fn remove(tx: &mut Tx, access: &OrganizationAccess, named: &str) -> Result<Member> {
    let id = access.organization;
    let found = match named.parse::<MemberId>() {
        Ok(member) => sql::find(tx, id, member).await?,
        Err(_) => sql::find_by_email(tx, id, &text::email(named)?).await?,
    };
    let member = found.ok_or_else(|| unknown(named))?;
    must_manage(access, member.role)?;
    end(tx, access, &member).await?;
    Ok(member)
}

/// Ends the membership of who is asking.
///
/// # Errors
/// `RESOURCE_CONFLICT` for the last owner.
pub async fn leave(tx: &mut Tx, access: &OrganizationAccess, user: UserId) -> Result<Member> {
    let member = of_user(tx, access.organization, user).await?;
    end(tx, access, &member).await?;
    Ok(member)
}

async fn end(tx: &mut Tx, access: &OrganizationAccess, member: &Member) -> Result<()> {
    let id = access.organization;
    if member.role == OrganizationRole::Owner {
        must_leave_an_owner(tx, id).await?;
    }
    sql::delete(tx, member.id).await?;
    session::leave_organization(tx, id, Some(member.user_id)).await?;
    invitation::cancel_of(tx, id, member.user_id).await?;
    Event::new(Kind::MemberRemoved, json!({ "email": member.email }))
        .organization(id)
        .change(json!({ "role": member.role.as_str() }), json!(null))
        .record(tx, &access.actor)
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
    let found = sql::find(tx, access.organization, id).await?;
    let member = found.ok_or_else(|| unknown(&id.to_string()))?;
    must_manage(access, member.role)?;
    must_manage(access, role)?;
    if member.role == role {
        return Ok(member);
    }
    if member.role == OrganizationRole::Owner {
        must_leave_an_owner(tx, access.organization).await?;
    }
    sql::set_role(tx, id, role).await?;
    if role < member.role {
        invitation::cancel_of(tx, access.organization, member.user_id).await?;
    }
    Event::new(Kind::MemberRoleChanged, json!({ "email": member.email }))
        .organization(access.organization)
        .change(json!({ "role": member.role.as_str() }), json!({ "role": role.as_str() }))
        .record(tx, &access.actor)
        .await?;
    Ok(Member { role, ..member })
}

/// Whether the caller may give and take this role.
///
/// # Errors
/// `PERMISSION_DENIED`.
pub fn must_manage(access: &OrganizationAccess, role: OrganizationRole) -> Result<()> {
    if access.role.manages(role) {
        return Ok(());
    }
    Err(Code::PermissionDenied.error(format!(
        "your role {} may not give or take the role {}; ask an owner",
        access.role.as_str(),
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
