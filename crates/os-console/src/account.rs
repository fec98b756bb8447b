//! Getting in and out: the same pages for the accounts of either server.

use crate::flash;
use crate::frame::Frame;
use crate::respond::{Back, page, page_as};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use os_http::extract::{Form, Query};
use os_http::{Code, Error, Result};
use os_identity::account::{self, Entered, Registration};
use os_identity::session::cookie;
use os_identity::{Client, HasIdentity, Identity, MaybeSignedIn, Presented, user};
use serde::Deserialize;

/// A server whose accounts have pages.
pub trait Accounts: HasIdentity {
    /// What the pages say of this server.
    const WORDS: Words;
}

/// What the pages say of a server.
pub struct Words {
    /// Its start page for people who are signed in.
    pub start: &'static str,
    /// Completes *Sign in*.
    pub sign_in: &'static str,
    /// Completes *Create an account*.
    pub sign_up: &'static str,
    /// Greets the first account.
    pub first: &'static str,
    /// Says how to get an account where nobody may create one.
    pub closed: &'static str,
}

/// Who may create an account.
#[derive(Debug, Clone, Copy)]
struct WhoMayRegister {
    /// Whether nobody has an account yet.
    is_first: bool,
    /// Whether the operator lets everybody create one.
    is_open: bool,
}

impl WhoMayRegister {
    async fn of(identity: &Identity) -> Result<Self> {
        let is_first = !user::any(&mut identity.db().autocommit().await?).await?;
        Ok(Self { is_first, is_open: identity.config().open_registration })
    }
}

/// `/`: the start page, or the way in.
pub async fn home<S: Accounts>(State(server): State<S>, frame: Frame) -> Result<Redirect> {
    Ok(Redirect::to(match frame.email {
        Some(_) => S::WORDS.start,
        None if WhoMayRegister::of(server.identity()).await?.is_first => "/sign-up",
        None => "/sign-in",
    }))
}

#[derive(Template)]
#[template(path = "account/sign_in.html")]
struct SignInPage<'f> {
    frame: Frame,
    words: Words,
    email: &'f str,
    next: &'f str,
    error: Option<String>,
    is_open: bool,
}

pub async fn sign_in_page<S: Accounts>(
    State(server): State<S>,
    Query(back): Query<Back>,
    frame: Frame,
) -> Result<Response> {
    if frame.email.is_some() {
        return Ok(Redirect::to(back.path()).into_response());
    }
    let WhoMayRegister { is_first, is_open } = WhoMayRegister::of(server.identity()).await?;
    if is_first {
        return Ok(Redirect::to("/sign-up").into_response());
    }
    let (words, next) = (S::WORDS, back.path());
    page(&SignInPage { frame, words, email: "", next, error: None, is_open })
}

#[derive(Deserialize)]
pub struct SignInForm {
    pub email: String,
    pub password: String,
}

pub async fn sign_in<S: Accounts>(
    State(server): State<S>,
    client: Client,
    Query(back): Query<Back>,
    Form(form): Form<SignInForm>,
) -> Result<Response> {
    let identity = server.identity();
    let error = match account::sign_in(identity, &client, &form.email, &form.password).await {
        Ok(entered) => return Ok(signed_in(identity, &entered, back.path())),
        Err(error) => error,
    };
    let Some((status, message)) = correction(&error) else { return Err(error) };
    let is_open = WhoMayRegister::of(server.identity()).await?.is_open;
    let frame = Frame::default();
    let (words, email, next) = (S::WORDS, form.email.as_str(), back.path());
    let page = SignInPage { frame, words, email, next, error: Some(message), is_open };
    Ok(error.add_headers(page_as(status, &page)?))
}

/// The status and the message of an error that the person can correct in the form.
fn correction(error: &Error) -> Option<(StatusCode, String)> {
    let status = error.code().status();
    let can_correct = status.is_client_error() && error.code() != Code::InvalidOrigin;
    can_correct.then(|| (status, error.message().to_owned()))
}

fn signed_in(identity: &Identity, entered: &Entered, next: &str) -> Response {
    let cookie = cookie::set(identity.config(), &entered.session.token, true);
    ([(SET_COOKIE, cookie)], Redirect::to(next)).into_response()
}

#[derive(Template)]
#[template(path = "account/sign_up.html")]
struct SignUpPage<'f> {
    frame: Frame,
    words: Words,
    name: &'f str,
    email: &'f str,
    next: &'f str,
    error: Option<String>,
    is_first: bool,
}

/// Open to everybody: who was invited may register too, and is known by the
/// email address only.
pub async fn sign_up_page<S: Accounts>(
    State(server): State<S>,
    Query(back): Query<Back>,
    frame: Frame,
) -> Result<Response> {
    if frame.email.is_some() {
        return Ok(Redirect::to(back.path()).into_response());
    }
    let is_first = WhoMayRegister::of(server.identity()).await?.is_first;
    let (words, next) = (S::WORDS, back.path());
    page(&SignUpPage { frame, words, name: "", email: "", next, error: None, is_first })
}

#[derive(Deserialize)]
pub struct SignUpForm {
    pub name: String,
    pub email: String,
    pub password: String,
}

pub async fn sign_up<S: Accounts>(
    State(server): State<S>,
    client: Client,
    Query(back): Query<Back>,
    Form(form): Form<SignUpForm>,
) -> Result<Response> {
    let identity = server.identity();
    let registration =
        Registration { name: Some(&form.name), email: &form.email, password: &form.password };
    let refused = match account::register(identity, &client, registration).await {
        Ok(entered) => return Ok(signed_in(identity, &entered, back.path())),
        Err(error) => error,
    };
    let Some((status, message)) = correction(&refused) else { return Err(refused) };
    let is_first = WhoMayRegister::of(server.identity()).await?.is_first;
    let frame = Frame::default();
    let (words, next, error) = (S::WORDS, back.path(), Some(message));
    let SignUpForm { name, email, .. } = &form;
    let page = SignUpPage { frame, words, name, email, next, error, is_first };
    Ok(refused.add_headers(page_as(status, &page)?))
}

pub async fn sign_out<S: Accounts>(
    State(server): State<S>,
    MaybeSignedIn(actor): MaybeSignedIn,
    presented: Presented,
) -> Result<Response> {
    let identity = server.identity();
    if let Some(actor) = actor {
        account::sign_out(identity, &actor, presented.session_token()).await?;
    }
    let mut response = flash::done("/sign-in", "You are signed out.");
    response.headers_mut().append(SET_COOKIE, cookie::remove(identity.config()));
    Ok(response)
}
