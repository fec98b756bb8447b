//! Pages of the organization one works in, and of who belongs to it.

use super::invitation::{self, Invitation};
use super::member::{self, Member};
use super::{New, Organization, OrganizationRole, for_change};
use crate::auth::{Actor, Scope};
use crate::console::{Ask, Frame, done, page};
use crate::data::Page as Range;
use crate::http::extract::{Form, Path};
use crate::http::guards;
use crate::http::guards::{OrganizationAccess, User};
use crate::{Code, Control, InvitationId, OrganizationId, Result, session, text};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_api::organization as wire;
use os_db::Tx;
use serde::Deserialize;
use uuid::Uuid;

const HERE: &str = "/organization";

/// The organization that the pages are about: the one that was chosen for the
/// session, else the oldest membership.
///
/// # Errors
/// `RESOURCE_NOT_FOUND` for who belongs to none.
pub async fn current(tx: &mut Tx, actor: &Actor) -> Result<Organization> {
    find_current(tx, actor).await?.ok_or_else(|| {
        Code::NotFound.error(
            "you belong to no organization yet; accept an invitation or create one at /organization",
        )
    })
}

async fn find_current(tx: &mut Tx, actor: &Actor) -> Result<Option<Organization>> {
    let Some(user) = actor.user() else { return Ok(None) };
    let mut all = super::list_of(tx, user.id).await?;
    let chosen = all.iter().position(|it| Some(it.id) == user.active_organization);
    Ok((!all.is_empty()).then(|| all.swap_remove(chosen.unwrap_or(0))))
}

/// Access to it for a change of who belongs to it.
async fn access(
    tx: &mut Tx,
    actor: &Actor,
    needed: OrganizationRole,
) -> Result<OrganizationAccess> {
    let id = current(tx, actor).await?.id;
    for_change(tx, actor, id, needed).await
}

#[derive(Template)]
#[template(path = "organization.html")]
struct OrganizationPage {
    frame: Frame,
    organization: Option<Organization>,
    others: Vec<Organization>,
    members: Vec<wire::Member>,
    invitations: Vec<wire::Invitation>,
    /// What the reader was invited to.
    mine: Vec<wire::Invitation>,
    may_manage: bool,
    roles: Vec<&'static str>,
}

pub async fn show(
    State(control): State<Control>,
    User { actor, user }: User,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let others = super::list_of(&mut tx, user.id).await?;
    let mine = invitation::list_for(&mut tx, &user.email).await?;
    let organization = find_current(&mut tx, &actor).await?;
    let mut members: Vec<Member> = Vec::new();
    let mut invitations: Vec<Invitation> = Vec::new();
    let mut may_manage = false;
    if let Some(id) = organization.as_ref().map(|it| it.id) {
        let needed = OrganizationRole::DelegatedAdmin;
        may_manage = guards::organization(&mut tx, &actor, id, needed, Scope::Admin).await.is_ok();
        members = member::list(&mut tx, id, Range { limit: 500, offset: 0 }).await?.0;
        if may_manage {
            invitations = invitation::list(&mut tx, id).await?;
        }
    }
    page(&OrganizationPage {
        frame,
        organization,
        others,
        members: members.into_iter().map(Into::into).collect(),
        invitations: invitations.into_iter().map(Into::into).collect(),
        mine: mine.into_iter().map(Into::into).collect(),
        may_manage,
        roles: OrganizationRole::ALL.iter().map(|role| role.as_str()).collect(),
    })
}

#[derive(Deserialize)]
pub struct NewForm {
    name: String,
    slug: String,
}

pub async fn create(
    State(control): State<Control>,
    User { actor, user }: User,
    Form(form): Form<NewForm>,
) -> Result<Response> {
    let session = session::required(&user)?;
    let new = New::named(form.name.trim(), form.slug.trim())?;
    let mut tx = control.db.write().await?;
    let created = super::create(&mut tx, &actor, user.id, new).await?;
    session::set_organization(&mut tx, session, created.id).await?;
    tx.commit().await?;
    Ok(done(HERE, &format!("{} is created; you work in it now.", created.name)))
}

#[derive(Deserialize)]
pub struct SwitchForm {
    organization: Uuid,
}

pub async fn switch(
    State(control): State<Control>,
    User { actor, user }: User,
    Form(form): Form<SwitchForm>,
) -> Result<Response> {
    let (session, id) = (session::required(&user)?, OrganizationId(form.organization));
    let mut tx = control.db.write().await?;
    guards::organization(&mut tx, &actor, id, OrganizationRole::Member, Scope::Read).await?;
    session::set_organization(&mut tx, session, id).await?;
    let name = super::get(&mut tx, id).await?.name;
    tx.commit().await?;
    Ok(done(HERE, &format!("You work in {name} now.")))
}

#[derive(Deserialize)]
pub struct InviteForm {
    email: String,
    role: String,
}

pub async fn invite(
    State(control): State<Control>,
    User { actor, user }: User,
    Form(form): Form<InviteForm>,
) -> Result<Response> {
    let (email, role) = (text::email(&form.email)?, OrganizationRole::parse(&form.role)?);
    let mut tx = control.db.write().await?;
    let access = access(&mut tx, &actor, OrganizationRole::DelegatedAdmin).await?;
    invitation::create(&mut tx, &access, user.id, &email, role).await?;
    tx.commit().await?;
    Ok(done(HERE, &format!("{email} is invited.")))
}

#[derive(Deserialize)]
pub struct AnswerPath {
    invitation: Uuid,
    answer: String,
}

pub async fn answer(
    State(control): State<Control>,
    User { actor, user }: User,
    Path(path): Path<AnswerPath>,
) -> Result<Response> {
    let (session, id) = (session::required(&user)?, InvitationId(path.invitation));
    let mut tx = control.db.write().await?;
    let sentence = match path.answer.as_str() {
        "accept" => {
            let accepted = invitation::accept(&mut tx, &actor, &user, session, id).await?;
            format!("Welcome to {}.", accepted.organization_name)
        }
        "reject" => {
            invitation::reject(&mut tx, &actor, &user, id).await?;
            "The invitation is declined.".to_owned()
        }
        "cancel" => {
            let found = invitation::get(&mut tx, id).await?;
            let (of, needed) = (found.organization_id, OrganizationRole::DelegatedAdmin);
            let access = for_change(&mut tx, &actor, of, needed).await?;
            invitation::cancel(&mut tx, &access, found).await?;
            "The invitation is canceled.".to_owned()
        }
        other => return Err(Code::NotFound.error(format!("nobody can `{other}` an invitation"))),
    };
    tx.commit().await?;
    Ok(done(HERE, &sentence))
}

#[derive(Deserialize)]
pub struct MemberPath {
    member: Uuid,
}

#[derive(Deserialize)]
pub struct RoleForm {
    role: String,
}

pub async fn set_role(
    State(control): State<Control>,
    User { actor, .. }: User,
    Path(path): Path<MemberPath>,
    Form(form): Form<RoleForm>,
) -> Result<Response> {
    let role = OrganizationRole::parse(&form.role)?;
    let mut tx = control.db.write().await?;
    let access = access(&mut tx, &actor, OrganizationRole::Admin).await?;
    let member = member::set_role(&mut tx, &access, crate::MemberId(path.member), role).await?;
    tx.commit().await?;
    Ok(done(HERE, &format!("{} is {} now.", member.name, role.as_str().replace('_', " "))))
}

pub async fn confirm_remove(
    State(control): State<Control>,
    User { actor, .. }: User,
    Path(path): Path<MemberPath>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let organization = current(&mut tx, &actor).await?;
    let (all, _) = member::list(&mut tx, organization.id, Range { limit: 500, offset: 0 }).await?;
    let found = all.into_iter().find(|it| it.id.0 == path.member);
    let member = found.ok_or_else(|| Code::NotFound.error("there is no such member"))?;
    page(&Ask {
        frame,
        crumbs: vec![(HERE.to_owned(), organization.name.clone())],
        question: format!("Remove {} from {}?", member.name, organization.name),
        consequence: "They no longer see its packages and environments. Their account stays."
            .to_owned(),
        button: "Remove member",
        back: HERE.to_owned(),
    })
}

pub async fn remove(
    State(control): State<Control>,
    User { actor, .. }: User,
    Path(path): Path<MemberPath>,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    let access = access(&mut tx, &actor, OrganizationRole::DelegatedAdmin).await?;
    let member = member::remove(&mut tx, &access, &path.member.to_string()).await?;
    tx.commit().await?;
    Ok(done(HERE, &format!("{} is removed.", member.name)))
}
