//! Pages of the current organization and its members.

use super::workplace::{current, find_current, list_visible};
use crate::confirm::Confirm;
use crate::flash::done;
use crate::frame::Frame;
use crate::invitation_link::path_of;
use crate::respond::{page, page_as};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use os_api::organization as wire;
use os_control::http::extract::{Form, Path};
use os_control::{Code, Control, Result};
use os_db::Tx;
use os_identity::organization::{
    self, NewOrganization, Organization, OrganizationAccess, OrganizationRole, for_change,
    invitation::{self, Answer, Invitation},
    member::{self, Member},
};
use os_identity::pagination::Pagination;
use os_identity::{
    Actor, InvitationId, MemberId, OrganizationId, Scope, SignedInUser, UserPrincipal, session,
    text,
};
use serde::Deserialize;
use uuid::Uuid;

const PATH: &str = "/organization";

/// Returns access to the current organization for a change of its members.
async fn access(
    tx: &mut Tx,
    actor: &Actor,
    needed: OrganizationRole,
) -> Result<OrganizationAccess> {
    let id = current(tx, actor).await?.id;
    for_change(tx, actor, id, needed).await
}

#[derive(Template)]
#[template(path = "control/organization.html")]
struct OrganizationPage {
    frame: Frame,
    organization: Option<Organization>,
    others: Vec<Organization>,
    members: Vec<wire::Member>,
    invitations: Vec<wire::Invitation>,
    /// The invitations of the reader.
    mine: Vec<wire::Invitation>,
    may_manage: bool,
    roles: Vec<&'static str>,
    /// The link of the invitation that was just created.
    link: Option<InvitationLink>,
}

/// The address of a person and the link to send there.
struct InvitationLink {
    email: String,
    url: String,
}

pub async fn show(
    State(control): State<Control>,
    SignedInUser { actor, user }: SignedInUser,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    page(&organization_page(&mut tx, &actor, &user, frame).await?)
}

async fn organization_page(
    tx: &mut Tx,
    actor: &Actor,
    user: &UserPrincipal,
    frame: Frame,
) -> Result<OrganizationPage> {
    let others = list_visible(tx, user).await?;
    // A key has no invitations: answering one needs the user.
    let mine = match user.session() {
        Some(_) => invitation::list_for(tx, user.id()).await?,
        None => Vec::new(),
    };
    let organization = find_current(tx, actor).await?;
    let mut members: Vec<Member> = Vec::new();
    let mut invitations: Vec<Invitation> = Vec::new();
    let mut may_manage = false;
    if let Some(id) = organization.as_ref().map(|it| it.id) {
        let needed = OrganizationRole::DelegatedAdmin;
        may_manage = organization::access(tx, actor, id, needed, Scope::Admin).await.is_ok();
        members = member::list(tx, id, Pagination { limit: 500, offset: 0 }).await?.0;
        if may_manage {
            invitations = invitation::list(tx, id).await?;
        }
    }
    Ok(OrganizationPage {
        frame,
        organization,
        link: None,
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
    SignedInUser { actor, user }: SignedInUser,
    Form(form): Form<NewForm>,
) -> Result<Response> {
    let session = session::required(&user)?;
    let new = NewOrganization::named(form.name.trim(), form.slug.trim())?;
    let mut tx = control.db.write().await?;
    let created = organization::create(&mut tx, &actor, user.id(), new).await?;
    session::set_organization(&mut tx, session, created.id).await?;
    tx.commit().await?;
    Ok(done(PATH, &format!("{} is created; you work in it now.", created.name)))
}

#[derive(Deserialize)]
pub struct SwitchForm {
    organization: Uuid,
}

pub async fn switch(
    State(control): State<Control>,
    SignedInUser { actor, user }: SignedInUser,
    Form(form): Form<SwitchForm>,
) -> Result<Response> {
    let (session, id) = (session::required(&user)?, OrganizationId(form.organization));
    let mut tx = control.db.write().await?;
    organization::access(&mut tx, &actor, id, OrganizationRole::Member, Scope::Read).await?;
    session::set_organization(&mut tx, session, id).await?;
    let name = organization::get(&mut tx, id).await?.name;
    tx.commit().await?;
    Ok(done(PATH, &format!("You work in {name} now.")))
}

#[derive(Deserialize)]
pub struct InviteForm {
    email: String,
    role: String,
}

/// Responds with the page itself, without a redirect: the link is shown once.
pub async fn invite(
    State(control): State<Control>,
    SignedInUser { actor, user }: SignedInUser,
    frame: Frame,
    Form(form): Form<InviteForm>,
) -> Result<Response> {
    let (email, role) = (text::email(&form.email)?, OrganizationRole::parse(&form.role)?);
    let mut tx = control.db.write().await?;
    let access = access(&mut tx, &actor, OrganizationRole::DelegatedAdmin).await?;
    let created = invitation::create(&mut tx, &access, user.id(), &email, role).await?;
    let url = format!("{}{}", frame.address, path_of(&created.secret));
    let mut shown = organization_page(&mut tx, &actor, &user, frame).await?;
    tx.commit().await?;
    shown.link = Some(InvitationLink { email, url });
    page_as(StatusCode::CREATED, &shown)
}

#[derive(Deserialize)]
pub struct AnswerPath {
    invitation: Uuid,
    answer: String,
}

pub async fn answer(
    State(control): State<Control>,
    SignedInUser { actor, user }: SignedInUser,
    Path(path): Path<AnswerPath>,
) -> Result<Response> {
    let (session, id) = (session::required(&user)?, InvitationId(path.invitation));
    let mut tx = control.db.write().await?;
    let sentence = match path.answer.as_str() {
        "accept" => {
            let own = Answer { id, secret: None };
            let accepted = invitation::accept(&mut tx, &actor, &user, session, own).await?;
            format!("Welcome to {}.", accepted.organization_name)
        }
        "reject" => {
            let own = Answer { id, secret: None };
            invitation::reject(&mut tx, &actor, &user, own).await?;
            "The invitation is declined.".to_owned()
        }
        "cancel" => {
            let found = invitation::get(&mut tx, id).await?;
            let (of, needed) = (found.organization_id, OrganizationRole::DelegatedAdmin);
            let access = for_change(&mut tx, &actor, of, needed).await?;
            invitation::cancel(&mut tx, &access, found).await?;
            "The invitation is canceled.".to_owned()
        }
        other => {
            return Err(
                Code::NotFound.error(format!("there is no action `{other}` on an invitation"))
            );
        }
    };
    tx.commit().await?;
    Ok(done(PATH, &sentence))
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
    SignedInUser { actor, .. }: SignedInUser,
    Path(path): Path<MemberPath>,
    Form(form): Form<RoleForm>,
) -> Result<Response> {
    let role = OrganizationRole::parse(&form.role)?;
    let mut tx = control.db.write().await?;
    let access = access(&mut tx, &actor, OrganizationRole::Admin).await?;
    let member = member::set_role(&mut tx, &access, MemberId(path.member), role).await?;
    tx.commit().await?;
    Ok(done(PATH, &format!("{} is {} now.", member.name, role.as_str().replace('_', " "))))
}

pub async fn confirm_remove(
    State(control): State<Control>,
    SignedInUser { actor, .. }: SignedInUser,
    Path(path): Path<MemberPath>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let organization = current(&mut tx, &actor).await?;
    let (all, _) =
        member::list(&mut tx, organization.id, Pagination { limit: 500, offset: 0 }).await?;
    let found = all.into_iter().find(|it| it.id.0 == path.member);
    let member = found.ok_or_else(|| Code::NotFound.error("there is no such member"))?;
    page(&Confirm {
        frame,
        crumbs: vec![(PATH.to_owned(), organization.name.clone())],
        question: format!("Remove {} from {}?", member.name, organization.name),
        consequence: "They lose access to its packages and environments. Their account stays."
            .to_owned(),
        button: "Remove member",
        back: PATH.to_owned(),
    })
}

pub async fn remove(
    State(control): State<Control>,
    SignedInUser { actor, .. }: SignedInUser,
    Path(path): Path<MemberPath>,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    let access = access(&mut tx, &actor, OrganizationRole::DelegatedAdmin).await?;
    let member = member::remove(&mut tx, &access, &path.member.to_string()).await?;
    tx.commit().await?;
    Ok(done(PATH, &format!("{} is removed.", member.name)))
}
