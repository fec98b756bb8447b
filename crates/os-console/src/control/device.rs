//! The page on which a person confirms a device (docs/wire/authentication.md#device-flow).

use crate::frame::Frame;
use crate::respond::{page, page_as};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use os_control::http::extract::{Form, Query};
use os_control::{Control, Error, Result};
use os_identity::device::{self, FlowError, Status};
use os_identity::{SignedInUser, UserPrincipal, session};
use serde::Deserialize;

/// The step of the device flow that the page shows.
enum Step {
    EnterCode { error: Option<String> },
    Decide { code: String, client: String },
    Approved,
    Denied,
}

#[derive(Template)]
#[template(path = "control/device.html")]
struct Page {
    frame: Frame,
    email: String,
    step: Step,
}

#[derive(Deserialize)]
pub struct CodeQuery {
    #[serde(default)]
    user_code: String,
}

/// Shows a code and asks for a decision; looking changes nothing.
pub async fn show(
    State(control): State<Control>,
    SignedInUser { user, .. }: SignedInUser,
    Query(shown): Query<CodeQuery>,
    frame: Frame,
) -> Result<Response> {
    if shown.user_code.trim().is_empty() {
        return answer(frame, &user, Ok(Step::EnterCode { error: None }));
    }
    session::required(&user)?;
    let code = device::show(&mut control.db.read().await?, &shown.user_code).await;
    let step = code.map(|code| match code.status {
        Status::Pending => {
            let client = code.client_id.unwrap_or_else(|| "A program".to_owned());
            Step::Decide { code: code.user_code, client }
        }
        Status::Approved => Step::Approved,
        Status::Denied => Step::Denied,
    });
    answer(frame, &user, step)
}

#[derive(Deserialize)]
pub struct Decision {
    user_code: String,
    decision: String,
}

pub async fn decide(
    State(control): State<Control>,
    SignedInUser { actor, user }: SignedInUser,
    frame: Frame,
    Form(form): Form<Decision>,
) -> Result<Response> {
    session::required(&user)?;
    let mut tx = control.db.write().await?;
    let step = if form.decision == "approve" {
        device::approve(&mut tx, &actor, &user, &form.user_code).await.map(|()| Step::Approved)
    } else {
        device::deny(&mut tx, &actor, &user, &form.user_code).await.map(|()| Step::Denied)
    };
    if step.is_ok() {
        tx.commit().await?;
    }
    answer(frame, &user, step)
}

fn answer(frame: Frame, user: &UserPrincipal, step: Result<Step, FlowError>) -> Result<Response> {
    let email = user.email().to_owned();
    match step {
        Ok(step) => page(&Page { frame, email, step }),
        Err(FlowError::Other(error)) => Err::<Response, Error>(error),
        Err(refusal) => {
            let step = Step::EnterCode { error: Some(refusal.description().to_owned()) };
            page_as(StatusCode::BAD_REQUEST, &Page { frame, email, step })
        }
    }
}
