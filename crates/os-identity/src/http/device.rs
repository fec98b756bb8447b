//! The device flow.

use crate::actor::UserPrincipal;
use crate::client::Client;
use crate::device::{self, DeviceCode, FlowError};
use crate::extract::{MaybeSignedIn, SignedInUser};
use crate::state::Identity;
use crate::{Error, session};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use os_api::device::{AccessToken, CodeQuery, CodeStatus, DecideCode, RedeemCode, RequestCode};
use os_api::session::Success;
use os_db::now;
use os_http::Lenient;
use os_http::extract::{Bare, NO_STORE, Query};

type Result<T> = std::result::Result<T, FlowError>;
/// A body whose rejection takes the form of the flow.
type Body<T> = std::result::Result<Lenient<T>, Error>;
/// A user whose absence takes the form of the flow.
type MaybeUser = std::result::Result<SignedInUser, Error>;

/// Creates a pair of codes.
pub async fn request(
    State(identity): State<Identity>,
    client: Client,
    body: Body<RequestCode>,
) -> Result<Response> {
    identity.guess_limits().count(client.address, None)?;
    let Lenient(body) = body?;
    let mut tx = identity.db().write().await?;
    let codes = device::request(&mut tx, &body.client_id, body.scope.as_deref()).await?;
    tx.commit().await?;
    let page = format!("{}/device", client.base_url);
    let body = os_api::device::DeviceCode {
        verification_uri_complete: format!("{page}?user_code={}", codes.user_code),
        verification_uri: page,
        device_code: codes.device_code,
        user_code: codes.user_code,
        expires_in: device::CODE_TTL.num_seconds(),
        interval: device::POLL_INTERVAL.num_seconds(),
    };
    Ok((NO_STORE, Bare(body)).into_response())
}

/// Exchanges an approved code for a session.
pub async fn redeem(
    State(identity): State<Identity>,
    client: Client,
    body: Body<RedeemCode>,
) -> Result<Response> {
    let Lenient(body) = body?;
    let mut tx = identity.db().write().await?;
    let poll = device::redeem(&identity, &mut tx, &client, &body).await?;
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

/// Shows a code, and to a signed-in user the program that asked for it.
pub async fn show(
    State(identity): State<Identity>,
    client: Client,
    MaybeSignedIn(actor): MaybeSignedIn,
    Query(query): Query<CodeQuery>,
) -> Result<Bare<CodeStatus>> {
    identity.guess_limits().count(client.address, None)?;
    let code = device::show(&mut identity.db().read().await?, &query.user_code).await?;
    let user = actor.as_ref().and_then(|actor| actor.user());
    if user.is_none_or(|user| user.session().is_none()) {
        return Ok(Bare(CodeStatus { client_id: None, scope: None, ..status(code) }));
    }
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

/// Approves a code.
pub async fn approve(
    State(identity): State<Identity>,
    user: MaybeUser,
    body: Body<DecideCode>,
) -> Result<Bare<Success>> {
    let (SignedInUser { actor, user }, Lenient(body)) = (user?, body?);
    session_needed(&user)?;
    let mut tx = identity.db().write().await?;
    device::approve(&mut tx, &actor, &user, &body.user_code).await?;
    tx.commit().await?;
    Ok(Bare(Success { success: true }))
}

/// Denies a code.
pub async fn deny(
    State(identity): State<Identity>,
    user: MaybeUser,
    body: Body<DecideCode>,
) -> Result<Bare<Success>> {
    let (SignedInUser { actor, user }, Lenient(body)) = (user?, body?);
    session_needed(&user)?;
    let mut tx = identity.db().write().await?;
    device::deny(&mut tx, &actor, &user, &body.user_code).await?;
    tx.commit().await?;
    Ok(Bare(Success { success: true }))
}

/// Checks that a session asks: the flow gives a session, which may do more than a key.
fn session_needed(user: &UserPrincipal) -> Result<()> {
    session::required(user).map(drop).map_err(FlowError::Other)
}
