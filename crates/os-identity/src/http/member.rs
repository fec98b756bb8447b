//! The members of an organization.

use crate::Result;
use crate::actor::Scope;
use crate::extract::{SignedIn, SignedInUser};
use crate::ids::{MemberId, OrganizationId};
use crate::organization::member::Member;
use crate::organization::{self, OrganizationRole, member};
use crate::pagination::{Pagination, PaginationQuery};
use crate::state::Identity;
use crate::visible::Visible;
use axum::extract::State;
use os_api::organization::{
    MemberRecord, Members, OrganizationQuery, RemoveMember, RemovedMember, ThisOrganization,
    UpdateMemberRole,
};
use os_api::record::Records;
use os_api::user::Profile;
use os_http::Lenient;
use os_http::extract::{Bare, Query};

/// Lists the members of an organization.
pub async fn list(
    State(identity): State<Identity>,
    SignedInUser { actor, user }: SignedInUser,
    Query(query): Query<OrganizationQuery>,
) -> Result<Bare<Members>> {
    let page = Pagination::new(Some(query.limit.unwrap_or(100)), query.offset)?;
    let id = organization::chosen(&user, query.organization_id.map(OrganizationId))?;
    let mut tx = identity.db().read().await?;
    organization::access(&mut tx, &actor, id, OrganizationRole::Member, Scope::Read).await?;
    let (members, total) = member::list(&mut tx, id, page).await?;
    Ok(Bare(Members { members: members.into_iter().map(Into::into).collect(), total }))
}

/// Shows the membership of the user who asks.
pub async fn active(
    State(identity): State<Identity>,
    SignedInUser { actor, user }: SignedInUser,
    Query(query): Query<OrganizationQuery>,
) -> Result<Bare<os_api::organization::Member>> {
    let id = organization::chosen(&user, query.organization_id.map(OrganizationId))?;
    let mut tx = identity.db().read().await?;
    organization::access(&mut tx, &actor, id, OrganizationRole::Member, Scope::Read).await?;
    Ok(Bare(member::of_user(&mut tx, id, user.id()).await?.into()))
}

/// Removes a member.
pub async fn remove(
    State(identity): State<Identity>,
    SignedInUser { actor, user }: SignedInUser,
    Lenient(body): Lenient<RemoveMember>,
) -> Result<Bare<RemovedMember>> {
    let id = organization::chosen(&user, body.organization_id.map(OrganizationId))?;
    let mut tx = identity.db().write().await?;
    let needed = OrganizationRole::DelegatedAdmin;
    let access = organization::for_change(&mut tx, &actor, id, needed).await?;
    let removed = member::remove(&mut tx, &access, &body.member_id_or_email).await?;
    tx.commit().await?;
    Ok(Bare(RemovedMember { member: removed.into() }))
}

/// Gives a member another role.
pub async fn update_role(
    State(identity): State<Identity>,
    SignedInUser { actor, user }: SignedInUser,
    Lenient(body): Lenient<UpdateMemberRole>,
) -> Result<Bare<os_api::organization::Member>> {
    let role = OrganizationRole::parse(&body.role)?;
    let id = organization::chosen(&user, body.organization_id.map(OrganizationId))?;
    let mut tx = identity.db().write().await?;
    let access = organization::for_change(&mut tx, &actor, id, OrganizationRole::Admin).await?;
    let member = member::set_role(&mut tx, &access, MemberId(body.member_id), role).await?;
    tx.commit().await?;
    Ok(Bare(member.into()))
}

/// Ends the membership of the user who asks.
pub async fn leave(
    State(identity): State<Identity>,
    SignedInUser { actor, user }: SignedInUser,
    Lenient(body): Lenient<ThisOrganization>,
) -> Result<Bare<os_api::organization::Member>> {
    let id = organization::chosen(&user, body.organization_id.map(OrganizationId))?;
    let mut tx = identity.db().write().await?;
    let access = organization::for_change(&mut tx, &actor, id, OrganizationRole::Member).await?;
    let left = member::leave(&mut tx, &access, user.id()).await?;
    tx.commit().await?;
    Ok(Bare(left.into()))
}

/// `sys_member`: the members of my organizations.
pub async fn records(
    State(identity): State<Identity>,
    SignedIn(actor): SignedIn,
    Query(query): Query<PaginationQuery>,
) -> Result<Bare<Records<MemberRecord>>> {
    let page = query.checked()?;
    let mut tx = identity.db().read().await?;
    let (rows, total) = member::list_visible(&mut tx, Visible::to(&actor), page).await?;
    Ok(Bare(page.of("sys_member", rows.into_iter().map(Into::into).collect(), total)))
}

impl From<Member> for os_api::organization::Member {
    fn from(member: Member) -> Self {
        let user = Profile {
            id: member.user_id.0,
            name: member.name,
            email: member.email,
            image: member.image,
        };
        Self {
            id: member.id.0,
            organization_id: member.organization_id.0,
            user_id: member.user_id.0,
            role: member.role.as_str().to_owned(),
            created_at: member.created_at,
            user,
        }
    }
}

impl From<Member> for MemberRecord {
    fn from(member: Member) -> Self {
        Self {
            id: member.id.0,
            organization_id: member.organization_id.0,
            user_id: member.user_id.0,
            role: member.role.as_str().to_owned(),
            created_at: member.created_at,
        }
    }
}
