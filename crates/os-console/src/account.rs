//! Pages to sign in, up and out, for the accounts of either server.

use crate::flash;
use crate::frame::Frame;
use crate::invitation_link;
use crate::respond::{Back, page, page_as};
use askama::Template;
use axum::extract::State;
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
    const WORDS: Words;
}

/// The texts and the start page of a server.
pub struct Words {
    /// The path that a signed-in user starts at.
    pub start: &'static str,
    /// The line below *Sign in*.
    pub sign_in: &'static str,
    /// The line below *Create an account*.
    pub sign_up: &'static str,
    /// The greeting of the first account.
    pub first: &'static str,
    /// The line below *Sign in* while registration is closed.
    pub closed: &'static str,
    /// The remedy of a person who lost their password.
    pub forgot: &'static str,
}

/// The state of registration.
#[derive(Debug, Clone, Copy)]
struct RegistrationState {
    /// True while the server has no account.
    is_first: bool,
    /// True if the operator lets anybody create an account.
    is_open: bool,
}

impl RegistrationState {
    async fn of(identity: &Identity) -> Result<Self> {
        let is_first = !user::any(&mut identity.db().autocommit().await?).await?;
        Ok(Self { is_first, is_open: identity.config().open_registration })
    }
}

/// `/`: the start page, or the way in.
pub async fn home<S: Accounts>(State(server): State<S>, frame: Frame) -> Result<Redirect> {
    Ok(Redirect::to(match frame.email {
        Some(_) => S::WORDS.start,
        None if RegistrationState::of(server.identity()).await?.is_first => "/sign-up",
        None => "/sign-in",
    }))
}

/// One of the two forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FormKind {
    SignIn,
    SignUp,
}

#[derive(Template)]
#[template(path = "account/form.html")]
struct FormPage<'f> {
    frame: Frame,
    kind: FormKind,
    words: Words,
    registration: RegistrationState,
    name: &'f str,
    email: &'f str,
    /// The path to open afterwards.
    next: &'f str,
    error: Option<String>,
}

impl<'f> FormPage<'f> {
    fn empty<S: Accounts>(kind: FormKind, registration: RegistrationState, next: &'f str) -> Self {
        let (frame, words) = (Frame::default(), S::WORDS);
        Self { frame, kind, words, registration, name: "", email: "", next, error: None }
    }
}

pub async fn sign_in_page<S: Accounts>(
    State(server): State<S>,
    Query(back): Query<Back>,
    frame: Frame,
) -> Result<Response> {
    show::<S>(&server, FormKind::SignIn, &back, frame).await
}

/// Anybody may open it: an invited person registers here too, and goes on to the link of their
/// invitation.
pub async fn sign_up_page<S: Accounts>(
    State(server): State<S>,
    Query(back): Query<Back>,
    frame: Frame,
) -> Result<Response> {
    show::<S>(&server, FormKind::SignUp, &back, frame).await
}

async fn show<S: Accounts>(
    server: &S,
    kind: FormKind,
    back: &Back,
    frame: Frame,
) -> Result<Response> {
    if frame.email.is_some() {
        return Ok(Redirect::to(back.path()).into_response());
    }
    let registration = RegistrationState::of(server.identity()).await?;
    if kind == FormKind::SignIn && registration.is_first {
        return Ok(Redirect::to("/sign-up").into_response());
    }
    page(&FormPage { frame, ..FormPage::empty::<S>(kind, registration, back.path()) })
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
    match account::sign_in(identity, &client, &form.email, &form.password).await {
        Ok(entered) => Ok(signed_in(identity, &entered, back.path())),
        Err(error) => {
            let registration = RegistrationState::of(identity).await?;
            let page = FormPage::empty::<S>(FormKind::SignIn, registration, back.path());
            show_again(error, FormPage { email: &form.email, ..page })
        }
    }
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
    let SignUpForm { name, email, password } = &form;
    let invitation = invitation_link::secret_of(back.path());
    let new = Registration { name: Some(name), email, password, invitation };
    match account::register(identity, &client, new).await {
        Ok(entered) => Ok(signed_in(identity, &entered, back.path())),
        Err(error) => {
            let registration = RegistrationState::of(identity).await?;
            let page = FormPage::empty::<S>(FormKind::SignUp, registration, back.path());
            show_again(error, FormPage { name, email, ..page })
        }
    }
}

/// Shows the form again with the error, if the person can correct it there.
fn show_again(error: Error, page: FormPage<'_>) -> Result<Response> {
    let status = error.code().status();
    if !status.is_client_error() || error.code() == Code::InvalidOrigin {
        return Err(error);
    }
    let page = FormPage { error: Some(error.message().to_owned()), ..page };
    Ok(error.add_headers(page_as(status, &page)?))
}

fn signed_in(identity: &Identity, entered: &Entered, next: &str) -> Response {
    let cookie = cookie::set(identity.config(), &entered.session.token, true);
    ([(SET_COOKIE, cookie)], Redirect::to(next)).into_response()
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
