//! From a presented credential to the principal that it stands for
//! (docs/wire/authentication.md#credentials). Unknown, expired and revoked ones, and those of
//! banned accounts, stand for nobody.

use crate::actor::{Actor, Principal, RuntimePrincipal};
use crate::session::Live;
use crate::state::{HasIdentity, Identity};
use crate::{Result, api_key, remote, session};
use os_db::Tx;
use os_http::{PresentedCredential, RequestId};
use subtle::ConstantTimeEq;

/// The prefix of every runtime token.
const RUNTIME_TOKEN_PREFIX: &str = "oscc_";

/// Looks up whom a credential stands for.
///
/// # Errors
/// `SERVICE_UNAVAILABLE` when the session authority does not answer, `PERMISSION_DENIED` when it
/// does not admit the user.
pub async fn authenticate<S: HasIdentity>(
    server: &S,
    presented: PresentedCredential,
) -> Result<Option<Principal>> {
    let identity = server.identity();
    if let Some(user) = identity.sessions().get(presented.secret()) {
        return Ok(Some(Principal::User(user)));
    }
    let mut tx = identity.db().autocommit().await?;
    let found = find(server, &mut tx, &presented).await?;
    drop(tx);
    match found {
        Some(Found::Session(live)) => {
            let (expires_at, user) = (live.expires_at, live.principal());
            identity.sessions().put(presented.secret(), &user, Some(expires_at));
            Ok(Some(Principal::User(user)))
        }
        Some(Found::Other(principal)) => Ok(Some(principal)),
        None => of_authority(identity, presented.secret()).await,
    }
}

async fn of_authority(identity: &Identity, token: &str) -> Result<Option<Principal>> {
    Ok(remote::find(identity, token).await?.map(Principal::User))
}

/// Looks up the actor of a token from the body of a request.
///
/// # Errors
/// Those of the database.
pub async fn authenticate_token<S: HasIdentity>(
    server: &S,
    tx: &mut Tx,
    token: String,
    request: RequestId,
) -> Result<Option<Actor>> {
    let principal = match find(server, tx, &PresentedCredential::Bearer(token)).await? {
        Some(Found::Session(live)) => Principal::User(live.principal()),
        Some(Found::Other(principal)) => principal,
        None => return Ok(None),
    };
    Ok(Some(Actor::new(principal, request)))
}

enum Found {
    Session(Live),
    Other(Principal),
}

async fn find<S: HasIdentity>(
    server: &S,
    tx: &mut Tx,
    presented: &PresentedCredential,
) -> Result<Option<Found>> {
    use PresentedCredential::{ApiKey, Bearer, Cookie};
    let identity = server.identity();
    Ok(match presented {
        _ if presented.is_api_key() && identity.config().organizations => {
            of_key(identity, tx, presented.secret()).await?
        }
        Bearer(secret) if secret.starts_with(RUNTIME_TOKEN_PREFIX) => {
            let found = server.find_runtime(tx, secret).await?;
            found.map(|found| {
                Found::Other(Principal::Runtime(RuntimePrincipal::new(
                    found.connection,
                    found.organization,
                    found.environment,
                )))
            })
        }
        Bearer(secret) if is_service_key(identity, secret) => {
            Some(Found::Other(Principal::Service))
        }
        Bearer(token) | ApiKey(token) | Cookie(token) => {
            session::authenticate(tx, token).await?.map(Found::Session)
        }
    })
}

async fn of_key(identity: &Identity, tx: &mut Tx, key: &str) -> Result<Option<Found>> {
    let Some(found) = api_key::authenticate(tx, key).await? else { return Ok(None) };
    identity.last_use().note(identity.db(), found.id, found.last_used_at);
    Ok(Some(Found::Other(Principal::User(found.principal()))))
}

fn is_service_key(identity: &Identity, secret: &str) -> bool {
    let key = identity.config().service_key.as_ref();
    key.is_some_and(|key| bool::from(key.as_bytes().ct_eq(secret.as_bytes())))
}
