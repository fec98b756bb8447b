//! Getting in and out.

use super::frame::{Frame, page, page_as};
use crate::auth::api::{OwnOrigin, forget_cookie, session_cookie};
use crate::auth::{self, Opened, Visitor};
use crate::{Code, Error, Result, Runtime};
use askama::Template;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use os_http::extract::{Form, Query};
use serde::Deserialize;

/// Where somebody wanted to go before they were asked to sign in.
#[derive(Debug, Default, Deserialize)]
pub struct Back {
    #[serde(default)]
    next: String,
}

impl Back {
    fn path(&self) -> &str {
        os_console::own_path(&self.next)
    }
}

/// `/`: to where people work, or to where they get in.
pub async fn home(State(runtime): State<Runtime>, visitor: Visitor) -> Result<Redirect> {
    Ok(Redirect::to(match visitor.caller {
        Some(_) => "/installed",
        None if auth::has_accounts(&runtime).await? => "/sign-in",
        None => "/sign-up",
    }))
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
    State(runtime): State<Runtime>,
    visitor: Visitor,
    Query(back): Query<Back>,
    frame: Frame,
) -> Result<Response> {
    if visitor.caller.is_some() {
        return Ok(Redirect::to(back.path()).into_response());
    }
    if !auth::has_accounts(&runtime).await? {
        return Ok(Redirect::to("/sign-up").into_response());
    }
    let (next, is_open) = (back.path().to_owned(), runtime.config.open_registration);
    page(&SignInPage { frame, email: String::new(), next, error: None, is_open })
}

#[derive(Deserialize)]
pub struct SignInForm {
    email: String,
    password: String,
}

pub async fn sign_in(
    State(runtime): State<Runtime>,
    _: OwnOrigin,
    Query(back): Query<Back>,
    Form(form): Form<SignInForm>,
) -> Result<Response> {
    match auth::sign_in(&runtime, &form.email, &form.password).await {
        Ok(opened) => Ok(signed_in(&runtime, &opened, back.path())),
        Err(error) if is_theirs(&error) => {
            let (next, is_open) = (back.path().to_owned(), runtime.config.open_registration);
            let (email, told) = (form.email, Some(error.message().to_owned()));
            let page = SignInPage { frame: Frame::default(), email, next, error: told, is_open };
            page_as(error.code().status(), &page)
        }
        Err(error) => Err(error),
    }
}

/// What people can mend in the form.
fn is_theirs(error: &Error) -> bool {
    error.code().status().is_client_error() && error.code() != Code::InvalidOrigin
}

fn signed_in(runtime: &Runtime, opened: &Opened, next: &str) -> Response {
    ([(SET_COOKIE, session_cookie(runtime, &opened.token))], Redirect::to(next)).into_response()
}

#[derive(Template)]
#[template(path = "sign_up.html")]
struct SignUpPage {
    frame: Frame,
    name: String,
    email: String,
    next: String,
    error: Option<String>,
    /// Whether the runtime has no account yet.
    is_first: bool,
}

pub async fn sign_up_page(
    State(runtime): State<Runtime>,
    visitor: Visitor,
    Query(back): Query<Back>,
    frame: Frame,
) -> Result<Response> {
    if visitor.caller.is_some() {
        return Ok(Redirect::to(back.path()).into_response());
    }
    let is_first = !auth::has_accounts(&runtime).await?;
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
    State(runtime): State<Runtime>,
    _: OwnOrigin,
    Query(back): Query<Back>,
    Form(form): Form<SignUpForm>,
) -> Result<Response> {
    let SignUpForm { name, email, password } = form;
    match auth::register(&runtime, &email, &password, Some(&name)).await {
        Ok(opened) => Ok(signed_in(&runtime, &opened, back.path())),
        Err(error) if is_theirs(&error) => {
            let is_first = !auth::has_accounts(&runtime).await?;
            let (next, told) = (back.path().to_owned(), Some(error.message().to_owned()));
            let frame = Frame::default();
            let page = SignUpPage { frame, name, email, next, error: told, is_first };
            page_as(error.code().status(), &page)
        }
        Err(error) => Err(error),
    }
}

pub async fn sign_out(State(runtime): State<Runtime>, visitor: Visitor) -> Result<Response> {
    if let Some(token) = &visitor.token {
        auth::sign_out(&runtime, token).await?;
    }
    let mut response = os_console::flash::done("/sign-in", "You are signed out.");
    response.headers_mut().append(SET_COOKIE, forget_cookie(&runtime));
    Ok(response)
}
