use super::Member;
use crate::auth::Scope;
use crate::data::{Page, Paging, Visible};
use crate::http::extract::{Bare, Lenient, Query};
use crate::http::guards;
use crate::http::guards::{Signed, User};
use crate::organization::{self, OrganizationRole, member};
use crate::{Control, MemberId, OrganizationId, Result};
use axum::extract::State;
use os_api::organization::{
    MemberRecord, Members, OrganizationQuery, RemoveMember, RemovedMember, ThisOrganization,
    UpdateMemberRole,
};
use os_api::record::Records;
use os_api::user::Profile;

pub async fn list(
    State(control): State<Control>,
    User { actor, user }: User,
    Query(query): Query<OrganizationQuery>,
) -> Result<Bare<Members>> {
    let page = Page::new(Some(query.limit.unwrap_or(100)), query.offset)?;
    let id = organization::chosen(&user, query.organization_id.map(OrganizationId))?;
    let mut tx = control.db.read().await?;
    guards::organization(&mut tx, &actor, id, OrganizationRole::Member, Scope::Read).await?;
    let (members, total) = member::list(&mut tx, id, page).await?;
    Ok(Bare(Members { members: members.into_iter().map(Into::into).collect(), total }))
}

/// The membership of who is asking.
pub async fn active(
    State(control): State<Control>,
    User { actor, user }: User,
    Query(query): Query<OrganizationQuery>,
) -> Result<Bare<os_api::organization::Member>> {
    let id = organization::chosen(&user, query.organization_id.map(OrganizationId))?;
    let mut tx = control.db.read().await?;
    guards::organization(&mut tx, &actor, id, OrganizationRole::Member, Scope::Read).await?;
    Ok(Bare(member::of_user(&mut tx, id, user.id).await?.into()))
}

pub async fn remove(
    State(control): State<Control>,
    User { actor, user }: User,
    Lenient(body): Lenient<RemoveMember>,
) -> Result<Bare<RemovedMember>> {
    let id = organization::chosen(&user, body.organization_id.map(OrganizationId))?;
    let mut tx = control.db.write().await?;
    let needed = OrganizationRole::DelegatedAdmin;
    let access = organization::for_change(&mut tx, &actor, id, needed).await?;
    let removed = member::remove(&mut tx, &access, &body.member_id_or_email).await?;
    tx.commit().await?;
    Ok(Bare(RemovedMember { member: removed.into() }))
}

pub async fn update_role(
    State(control): State<Control>,
    User { actor, user }: User,
    Lenient(body): Lenient<UpdateMemberRole>,
) -> Result<Bare<os_api::organization::Member>> {
    let role = OrganizationRole::parse(&body.role)?;
    let id = organization::chosen(&user, body.organization_id.map(OrganizationId))?;
    let mut tx = control.db.write().await?;
    let access = organization::for_change(&mut tx, &actor, id, OrganizationRole::Admin).await?;
    let member = member::set_role(&mut tx, &access, MemberId(body.member_id), role).await?;
    tx.commit().await?;
    Ok(Bare(member.into()))
}

pub async fn leave(
    State(control): State<Control>,
    User { actor, user }: User,
    Lenient(body): Lenient<ThisOrganization>,
) -> Result<Bare<os_api::organization::Member>> {
    let id = organization::chosen(&user, body.organization_id.map(OrganizationId))?;
    let mut tx = control.db.write().await?;
    let access = organization::for_change(&mut tx, &actor, id, OrganizationRole::Member).await?;
    let left = member::leave(&mut tx, &access, user.id).await?;
    tx.commit().await?;
    Ok(Bare(left.into()))
}

/// `sys_member`: who belongs to my organizations.
pub async fn records(
    State(control): State<Control>,
    Signed(actor): Signed,
    Query(paging): Query<Paging>,
) -> Result<Bare<Records<MemberRecord>>> {
    let page = paging.page()?;
    let mut tx = control.db.read().await?;
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
