//! The pages of signing in and out.

use super::{Opened, api, cookie};
use crate::client::Client;
use crate::console::{Back, Frame, done, page, page_as};
use crate::http::extract::{Form, Query};
use crate::http::guards::Visitor;
use crate::{Control, Error, Result, session, user};
use askama::Template;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// `/`: to where people work, or to where they get in.
pub async fn home(State(control): State<Control>, Visitor(actor): Visitor) -> Result<Redirect> {
    if actor.is_some() {
        return Ok(Redirect::to("/environments"));
    }
    let any = user::any(&mut control.db.read().await?).await?;
    Ok(Redirect::to(if any { "/sign-in" } else { "/sign-up" }))
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
    email: String,
    next: String,
    error: Option<String>,
    /// Whether anybody may create an account.
    is_open: bool,
}

pub async fn sign_in_page(
    State(control): State<Control>,
    Visitor(actor): Visitor,
    Query(back): Query<Back>,
    frame: Frame,
) -> Result<Response> {
    if actor.is_some() {
        return Ok(Redirect::to(back.path()).into_response());
    }
    if !user::any(&mut control.db.read().await?).await? {
        return Ok(Redirect::to("/sign-up").into_response());
    }
    let (next, is_open) = (back.path().to_owned(), control.config.open_registration);
    page(&SignInPage { frame, email: String::new(), next, error: None, is_open })
}

#[derive(Deserialize)]
pub struct SignInForm {
    email: String,
    password: String,
}

pub async fn sign_in(
    State(control): State<Control>,
    client: Client,
    Query(back): Query<Back>,
    Form(form): Form<SignInForm>,
) -> Result<Response> {
    match api::enter(&control, &client, &form.email, &form.password).await {
        Ok((opened, _)) => Ok(signed_in(&control, &opened, back.path())),
        Err(error) if is_theirs(&error) => {
            let (next, is_open) = (back.path().to_owned(), control.config.open_registration);
            let (email, told) = (form.email, Some(error.message().to_owned()));
            let frame = Frame::default();
            let form = SignInPage { frame, email, next, error: told, is_open };
            page_as(error.code().status(), &form)
        }
        Err(error) => Err(error),
    }
}

/// What people can mend in the form, other than an origin that is not ours.
fn is_theirs(error: &Error) -> bool {
    error.code().status().is_client_error() && error.code() != crate::Code::InvalidOrigin
}

fn signed_in(control: &Control, opened: &Opened, next: &str) -> Response {
    let cookie = cookie::set(&control.config, &opened.token, true);
    ([(SET_COOKIE, cookie)], Redirect::to(next)).into_response()
}

#[derive(Template)]
#[template(path = "sign_up.html")]
struct SignUpPage {
    frame: Frame,
    name: String,
    email: String,
    next: String,
    error: Option<String>,
    /// Whether the server has no account yet.
    is_first: bool,
}

/// Open to everybody: whoever was invited may register too, and is known by
/// the address only.
pub async fn sign_up_page(
    State(control): State<Control>,
    Visitor(actor): Visitor,
    Query(back): Query<Back>,
    frame: Frame,
) -> Result<Response> {
    if actor.is_some() {
        return Ok(Redirect::to(back.path()).into_response());
    }
    let is_first = !user::any(&mut control.db.read().await?).await?;
    let (name, email, next) = (String::new(), String::new(), back.path().to_owned());
    page(&SignUpPage { frame, name, email, next, error: None, is_first })
}

#[derive(Deserialize)]
pub struct SignUpForm {
    name: String,
    email: String,
    password: String,
}

pub async fn sign_up(
    State(control): State<Control>,
    client: Client,
    Query(back): Query<Back>,
    Form(form): Form<SignUpForm>,
) -> Result<Response> {
    let name = Some(form.name.as_str());
    match api::register(&control, &client, name, &form.email, &form.password).await {
        Ok((opened, _)) => Ok(signed_in(&control, &opened, back.path())),
        Err(error) if is_theirs(&error) => {
            let is_first = !user::any(&mut control.db.read().await?).await?;
            let SignUpForm { name, email, .. } = form;
            let (next, told) = (back.path().to_owned(), Some(error.message().to_owned()));
            let frame = Frame::default();
            let form = SignUpPage { frame, name, email, next, error: told, is_first };
            page_as(error.code().status(), &form)
        }
        Err(error) => Err(error),
    }
}

pub async fn sign_out(State(control): State<Control>, Visitor(actor): Visitor) -> Result<Response> {
    if let Some(actor) = actor {
        let mut tx = control.db.write().await?;
        session::close(&mut tx, &actor).await?;
        tx.commit().await?;
    }
    let mut response = done("/sign-in", "You are signed out.");
    response.headers_mut().append(SET_COOKIE, cookie::remove(&control.config));
    Ok(response)
}
