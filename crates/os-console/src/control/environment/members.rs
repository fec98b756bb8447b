//! The members of an environment.

use super::{EnvironmentFrame, crumbs};
use crate::confirm::Confirm;
use crate::flash::done;
use crate::frame::Frame;
use crate::respond::page;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_control::fleet::environment::member::{self, Member, MemberRef};
use os_control::fleet::environment::{self, EnvironmentRole};
use os_control::http::extract::{Form, Path};
use os_control::http::guards::{MayManageEnvironment, MayReadEnvironment};
use os_control::{Code, Control, Result};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "control/environment_members.html")]
struct MembersPage {
    frame: Frame,
    around: EnvironmentFrame,
    members: Vec<Member>,
    roles: Vec<&'static str>,
}

pub async fn list(
    State(control): State<Control>,
    access: MayReadEnvironment,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let around = EnvironmentFrame::of(&mut tx, &access, "Members").await?;
    let members = member::list(&mut tx, &access).await?;
    let roles = EnvironmentRole::ALL.into_iter().filter(|role| *role <= access.role());
    let roles = roles.map(EnvironmentRole::as_str).collect();
    page(&MembersPage { frame, around, members, roles })
}

#[derive(Deserialize)]
pub struct MemberForm {
    email: String,
    role: String,
}

pub async fn add(
    State(control): State<Control>,
    access: MayManageEnvironment,
    Form(form): Form<MemberForm>,
) -> Result<Response> {
    let role = EnvironmentRole::parse(&form.role)
        .ok_or_else(|| Code::ValidationError.error("`role` is not one of the list"))?;
    let whom = MemberRef { user_id: None, email: Some(form.email.trim().to_lowercase()) };
    let mut tx = control.db.write().await?;
    let added = member::add(&mut tx, &access, whom, role).await?;
    tx.commit().await?;
    let here = format!("/environments/{}/members", access.environment());
    Ok(done(&here, &format!("{} is {} of this environment.", added.name, role.as_str())))
}

#[derive(Deserialize)]
pub struct MemberPath {
    member: String,
}

pub async fn confirm_remove(
    State(control): State<Control>,
    access: MayManageEnvironment,
    Path(path): Path<MemberPath>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let environment = environment::get(&mut tx, &access).await?;
    let all = member::list(&mut tx, &access).await?;
    let found = all.into_iter().find(|it| it.id.to_string() == path.member);
    let found = found.ok_or_else(|| Code::NotFound.error("there is no such member"))?;
    let back = format!("/environments/{}/members", environment.id);
    page(&Confirm {
        frame,
        question: format!("Remove {} from {}?", found.name, environment.display_name),
        consequence: "They keep the access that the organization gives them.".to_owned(),
        crumbs: crumbs(&environment),
        button: "Remove member",
        back,
    })
}

pub async fn remove(
    State(control): State<Control>,
    access: MayManageEnvironment,
    Path(path): Path<MemberPath>,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    let removed = member::remove(&mut tx, &access, &path.member).await?;
    tx.commit().await?;
    let here = format!("/environments/{}/members", access.environment());
    Ok(done(&here, &format!("{} is removed.", removed.name)))
}
