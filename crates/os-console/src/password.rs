//! Pages of one's own account, and of the link to a new password, for the accounts of either
//! server (docs/wire/authentication.md#passwords).

use crate::account::Accounts;
use crate::flash;
use crate::frame::Frame;
use crate::respond::{page, page_as};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use os_http::extract::{Form, Query};
use os_http::{Error, Result};
use os_identity::password::{self, PasswordChange};
use os_identity::{Client, Code, SignedInUser, session};
use serde::Deserialize;

const PATH: &str = "/account";

#[derive(Template)]
#[template(path = "account/own.html")]
struct AccountPage {
    frame: Frame,
    email: String,
    error: Option<String>,
}

pub async fn show<S: Accounts>(
    State(_): State<S>,
    SignedInUser { user, .. }: SignedInUser,
    frame: Frame,
) -> Result<Response> {
    session::required(&user)?;
    page(&AccountPage { frame, email: user.email().to_owned(), error: None })
}

#[derive(Deserialize)]
pub struct ChangeForm {
    current: String,
    new: String,
}

/// Changes the password of the person who is signed in.
pub async fn change<S: Accounts>(
    State(server): State<S>,
    client: Client,
    SignedInUser { actor, user }: SignedInUser,
    frame: Frame,
    Form(form): Form<ChangeForm>,
) -> Result<Response> {
    let change =
        PasswordChange { current: &form.current, new: &form.new, ends_other_sessions: true };
    match password::change(server.identity(), &client, &actor, &user, change).await {
        Ok(_) => Ok(flash::done(
            PATH,
            "Your password is changed. Your other sessions have ended; API keys stay as they are.",
        )),
        Err(error) => {
            let is_wrong = error.code() == Code::InvalidEmailOrPassword;
            let message = if is_wrong { "The current password is wrong." } else { error.message() }
                .to_owned();
            let email = user.email().to_owned();
            shown_again(&error, &AccountPage { frame, email, error: Some(message) })
                .unwrap_or(Err(error))
        }
    }
}

#[derive(Deserialize)]
pub struct ResetQuery {
    #[serde(default)]
    token: String,
}

#[derive(Template)]
#[template(path = "account/reset.html")]
struct ResetPage<'a> {
    frame: Frame,
    email: String,
    token: &'a str,
    error: Option<String>,
}

/// The form behind a link; opening it changes nothing.
pub async fn reset_page<S: Accounts>(
    State(server): State<S>,
    client: Client,
    Query(ResetQuery { token }): Query<ResetQuery>,
    frame: Frame,
) -> Result<Response> {
    let email = password::of_reset_link(server.identity(), &client, &token).await?.email;
    page(&ResetPage { frame, email, token: &token, error: None })
}

#[derive(Deserialize)]
pub struct ResetForm {
    password: String,
}

/// Chooses a new password with a link, which is used up.
pub async fn reset<S: Accounts>(
    State(server): State<S>,
    client: Client,
    Query(ResetQuery { token }): Query<ResetQuery>,
    frame: Frame,
    Form(form): Form<ResetForm>,
) -> Result<Response> {
    let identity = server.identity();
    match password::reset(identity, &client, &token, &form.password).await {
        Ok(_) => Ok(flash::done(
            "/sign-in",
            "Your password is changed and all your sessions have ended. Sign in with the new one.",
        )),
        Err(error) if error.code() == Code::ValidationError => {
            let email = password::of_reset_link(identity, &client, &token).await?.email;
            let message = Some(error.message().to_owned());
            let again = ResetPage { frame, email, token: &token, error: message };
            shown_again(&error, &again).unwrap_or(Err(error))
        }
        Err(error) => Err(error),
    }
}

/// Shows a form again with its error, if the person can correct it there.
fn shown_again(error: &Error, form: &impl Template) -> Option<Result<Response>> {
    let status = error.code().status();
    let is_theirs = status.is_client_error() && status != StatusCode::FORBIDDEN;
    is_theirs.then(|| Ok(error.add_headers(page_as(status, form)?).into_response()))
}
