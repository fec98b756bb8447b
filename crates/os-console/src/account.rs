//! Getting in and out: the same pages for the accounts of either server.

use crate::flash;
use crate::frame::{Frame, Host};
use crate::respond::{Back, page, page_as};
use askama::Template;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use os_http::extract::{Form, Query};
use os_http::{Code, Error, Result};
use serde::Deserialize;

/// The longest name and email address of an account, in characters.
pub const MAX_NAME_CHARS: usize = 255;
pub const MAX_EMAIL_CHARS: usize = 255;

/// A server that keeps accounts.
pub trait Accounts: Host {
    /// What the pages say of this server.
    const WORDS: Words;

    /// Tells who may create an account now.
    fn registration(&self) -> impl Future<Output = Result<Registration>> + Send;

    /// Checks a password and opens a session. Returns its cookie.
    fn sign_in(
        &self,
        parts: &mut Parts,
        form: &SignInForm,
    ) -> impl Future<Output = Result<HeaderValue>> + Send;

    /// Creates an account and opens its first session. Returns its cookie.
    fn sign_up(
        &self,
        parts: &mut Parts,
        form: &SignUpForm,
    ) -> impl Future<Output = Result<HeaderValue>> + Send;

    /// Ends the session of a request, if it has one. Returns the cookie that
    /// makes the browser forget it.
    fn sign_out(&self, parts: &mut Parts) -> impl Future<Output = Result<HeaderValue>> + Send;
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
pub struct Registration {
    /// Whether nobody has an account yet.
    pub is_first: bool,
    /// Whether the operator lets everybody create one.
    pub is_open: bool,
}

/// `/`: the start page, or the way in.
pub async fn home<S: Accounts>(State(server): State<S>, frame: Frame) -> Result<Redirect> {
    Ok(Redirect::to(match frame.email {
        Some(_) => S::WORDS.start,
        None if server.registration().await?.is_first => "/sign-up",
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
    let Registration { is_first, is_open } = server.registration().await?;
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
    Query(back): Query<Back>,
    mut parts: Parts,
    Form(form): Form<SignInForm>,
) -> Result<Response> {
    let error = match server.sign_in(&mut parts, &form).await {
        Ok(cookie) => return Ok(signed_in(cookie, back.path())),
        Err(error) => error,
    };
    let Some((status, message)) = correction(&error) else { return Err(error) };
    let is_open = server.registration().await?.is_open;
    let frame = Frame::default();
    let (words, email, next) = (S::WORDS, form.email.as_str(), back.path());
    page_as(status, &SignInPage { frame, words, email, next, error: Some(message), is_open })
}

/// The status and the message of an error that the person can correct in the form.
fn correction(error: &Error) -> Option<(StatusCode, String)> {
    let status = error.code().status();
    let can_correct = status.is_client_error() && error.code() != Code::InvalidOrigin;
    can_correct.then(|| (status, error.message().to_owned()))
}

fn signed_in(cookie: HeaderValue, next: &str) -> Response {
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
    let is_first = server.registration().await?.is_first;
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
    Query(back): Query<Back>,
    mut parts: Parts,
    Form(form): Form<SignUpForm>,
) -> Result<Response> {
    let error = match server.sign_up(&mut parts, &form).await {
        Ok(cookie) => return Ok(signed_in(cookie, back.path())),
        Err(error) => error,
    };
    let Some((status, message)) = correction(&error) else { return Err(error) };
    let is_first = server.registration().await?.is_first;
    let frame = Frame::default();
    let (words, next, error) = (S::WORDS, back.path(), Some(message));
    let SignUpForm { name, email, .. } = &form;
    page_as(status, &SignUpPage { frame, words, name, email, next, error, is_first })
}

pub async fn sign_out<S: Accounts>(State(server): State<S>, mut parts: Parts) -> Result<Response> {
    let cookie = server.sign_out(&mut parts).await?;
    let mut response = flash::done("/sign-in", "You are signed out.");
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}
