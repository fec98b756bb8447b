//! Pages of the API keys.

use crate::confirm::Confirm;
use crate::flash::done;
use crate::frame::Frame;
use crate::respond::{page, page_as};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Duration, Utc};
use os_api::api_key::{CreateApiKey, Timestamp};
use os_control::http::extract::{Form, Path};
use os_control::{Code, Control, Result};
use os_db::{Tx, now};
use os_identity::api_key::{self, ApiKey, NewApiKey, VisibleKeys};
use os_identity::pagination::Pagination;
use os_identity::{Actor, ApiKeyId, SignedInUser, UserPrincipal};
use serde::Deserialize;

const SCOPES: [(&str, &str); 4] = [
    ("read", "See packages and environments."),
    ("publish", "Register packages, publish versions."),
    ("install", "Install, upgrade and roll back."),
    ("admin", "Members, keys, environments."),
];

/// A key as the list shows it.
struct Row {
    id: ApiKeyId,
    name: String,
    prefix: String,
    scopes: Vec<String>,
    last_used_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    revoked: bool,
}

impl From<ApiKey> for Row {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            scopes: key.scope_names(),
            name: key.name,
            prefix: key.prefix,
            last_used_at: key.last_used_at,
            expires_at: key.expires_at,
            revoked: key.revoked,
        }
    }
}

#[derive(Template)]
#[template(path = "control/keys.html")]
struct KeysPage {
    frame: Frame,
    keys: Vec<Row>,
    scopes: &'static [(&'static str, &'static str)],
    /// The secret of the key that was just created.
    secret: Option<String>,
    error: Option<String>,
}

pub async fn list(
    State(control): State<Control>,
    SignedInUser { user, .. }: SignedInUser,
    frame: Frame,
) -> Result<Response> {
    let keys = own(&mut control.db.read().await?, &user).await?;
    page(&KeysPage { frame, keys, scopes: &SCOPES, secret: None, error: None })
}

/// The keys of the signed-in user only.
async fn own(tx: &mut Tx, user: &UserPrincipal) -> Result<Vec<Row>> {
    let (keys, _) =
        api_key::list(tx, VisibleKeys::own(user), Pagination { limit: 200, offset: 0 }).await?;
    Ok(keys.into_iter().map(Row::from).collect())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct KeyForm {
    name: String,
    days: String,
    read: Option<String>,
    publish: Option<String>,
    install: Option<String>,
    admin: Option<String>,
}

/// Responds with the page itself, without a redirect: the secret is shown once.
pub async fn create(
    State(control): State<Control>,
    SignedInUser { actor, user }: SignedInUser,
    frame: Frame,
    Form(form): Form<KeyForm>,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    let made = add(&mut tx, &actor, &user, form).await;
    let keys = own(&mut tx, &user).await?;
    match made {
        Ok(secret) => {
            tx.commit().await?;
            let secret = Some(secret);
            let page = KeysPage { frame, keys, scopes: &SCOPES, secret, error: None };
            page_as(StatusCode::CREATED, &page)
        }
        Err(error) if error.code().status().is_client_error() => {
            let message = Some(error.message().to_owned());
            let page = KeysPage { frame, keys, scopes: &SCOPES, secret: None, error: message };
            page_as(error.code().status(), &page)
        }
        Err(error) => Err(error),
    }
}

async fn add(tx: &mut Tx, actor: &Actor, user: &UserPrincipal, form: KeyForm) -> Result<String> {
    let chosen = [form.read, form.publish, form.install, form.admin];
    let scopes = SCOPES.iter().zip(chosen).filter(|(_, chosen)| chosen.is_some());
    let scopes: Vec<String> = scopes.map(|((name, _), _)| (*name).to_owned()).collect();
    if scopes.is_empty() {
        return Err(Code::MissingRequiredField.error("choose at least one scope"));
    }
    let days: Option<i64> = form.days.parse().ok().filter(|days| (1..=3650).contains(days));
    let expires_at = days.map(|days| Timestamp::Number((now() + Duration::days(days)).timestamp()));
    let new = NewApiKey::try_from(CreateApiKey {
        name: Some(form.name),
        scopes: Some(scopes),
        expires_at,
        ..CreateApiKey::default()
    })?;
    Ok(api_key::create(tx, actor, user, new).await?.1)
}

#[derive(Deserialize)]
pub struct KeyPath {
    key: uuid::Uuid,
}

pub async fn confirm_revoke(
    State(control): State<Control>,
    SignedInUser { user, .. }: SignedInUser,
    Path(path): Path<KeyPath>,
    frame: Frame,
) -> Result<Response> {
    let key =
        api_key::get(&mut control.db.read().await?, VisibleKeys::own(&user), ApiKeyId(path.key))
            .await?;
    page(&Confirm {
        frame,
        crumbs: vec![("/keys".to_owned(), "API keys".to_owned())],
        question: format!("Revoke {}?", key.name),
        consequence: "Programs that use this key will be refused. This cannot be undone."
            .to_owned(),
        button: "Revoke key",
        back: "/keys".to_owned(),
    })
}

pub async fn revoke(
    State(control): State<Control>,
    SignedInUser { actor, user }: SignedInUser,
    Path(path): Path<KeyPath>,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    let key = api_key::get(&mut tx, VisibleKeys::own(&user), ApiKeyId(path.key)).await?;
    api_key::revoke(&mut tx, &actor, &key).await?;
    tx.commit().await?;
    Ok(done("/keys", &format!("{} is revoked.", key.name)))
}
