use super::{DeviceCode, Refusal};
use crate::auth::ActorUser;
use crate::client::Client;
use crate::http::extract::{Bare, Lenient, Query};
use crate::http::guards::{User, Visitor};
use crate::session::api::NO_STORE;
use crate::{Control, Error, device, session};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use os_api::device::{AccessToken, CodeStatus, DecideCode, RedeemCode, RequestCode};
use os_api::session::Success;
use os_db::now;
use serde::Deserialize;

type Result<T> = std::result::Result<T, Refusal>;
/// A body whose refusal takes the form of the flow.
type Body<T> = std::result::Result<Lenient<T>, Error>;
/// A person whose absence takes the form of the flow.
type Person = std::result::Result<User, Error>;

pub async fn request(
    State(control): State<Control>,
    client: Client,
    body: Body<RequestCode>,
) -> Result<Response> {
    control.throttle.count(&client, None)?;
    let Lenient(body) = body?;
    let mut tx = control.db.write().await?;
    let made = device::request(&mut tx, &body.client_id, body.scope.as_deref()).await?;
    tx.commit().await?;
    let page = format!("{}/device", client.base_url);
    let codes = os_api::device::DeviceCode {
        verification_uri_complete: format!("{page}?user_code={}", made.user_code),
        verification_uri: page,
        device_code: made.device_code,
        user_code: made.user_code,
        expires_in: device::LIFETIME.num_seconds(),
        interval: device::INTERVAL.num_seconds(),
    };
    Ok((NO_STORE, Bare(codes)).into_response())
}

pub async fn redeem(
    State(control): State<Control>,
    client: Client,
    body: Body<RedeemCode>,
) -> Result<Response> {
    let Lenient(body) = body?;
    let mut tx = control.db.write().await?;
    let poll = device::redeem(&mut tx, &client, &body).await?;
    tx.commit().await?;
    let redeemed = poll?;
    let token = AccessToken {
        access_token: redeemed.session.token,
        token_type: "Bearer".to_owned(),
        expires_in: (redeemed.session.expires_at - now()).num_seconds(),
        scope: redeemed.scope,
    };
    Ok((NO_STORE, Bare(token)).into_response())
}

#[derive(Deserialize)]
pub struct Shown {
    #[serde(default)]
    user_code: String,
}

/// What a code is about. Whoever is signed in claims it by looking.
pub async fn show(
    State(control): State<Control>,
    client: Client,
    Visitor(actor): Visitor,
    Query(shown): Query<Shown>,
) -> Result<Bare<CodeStatus>> {
    control.throttle.count(&client, None)?;
    let person = actor.as_ref().and_then(|actor| actor.user());
    let Some(user) = person.filter(|user| user.session.is_some()) else {
        let code = device::show(&mut control.db.read().await?, &shown.user_code).await?;
        return Ok(Bare(CodeStatus { client_id: None, scope: None, ..status(code) }));
    };
    let mut tx = control.db.write().await?;
    let code = device::claim(&mut tx, user, &shown.user_code).await?;
    tx.commit().await?;
    Ok(Bare(status(code)))
}

fn status(code: DeviceCode) -> CodeStatus {
    CodeStatus {
        status: code.status.as_str().to_owned(),
        user_code: code.user_code,
        client_id: code.client_id,
        scope: code.scope,
    }
}

pub async fn approve(
    State(control): State<Control>,
    person: Person,
    body: Body<DecideCode>,
) -> Result<Bare<Success>> {
    let (User { actor, user }, Lenient(body)) = (person?, body?);
    session_needed(&user)?;
    let mut tx = control.db.write().await?;
    device::approve(&mut tx, &actor, &user, &body.user_code).await?;
    tx.commit().await?;
    Ok(Bare(Success { success: true }))
}

pub async fn deny(
    State(control): State<Control>,
    person: Person,
    body: Body<DecideCode>,
) -> Result<Bare<Success>> {
    let (User { actor, user }, Lenient(body)) = (person?, body?);
    session_needed(&user)?;
    let mut tx = control.db.write().await?;
    device::deny(&mut tx, &actor, &user, &body.user_code).await?;
    tx.commit().await?;
    Ok(Bare(Success { success: true }))
}

/// A session comes out of this, so a key, which may be less, cannot ask for it.
fn session_needed(user: &ActorUser) -> Result<()> {
    session::required(user).map(drop).map_err(Refusal::Other)
}
