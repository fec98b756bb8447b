//! Bodies of the `session` endpoints (docs/wire/authentication.md#sessions). Answers are camelCase.

use crate::limits;
use crate::user::User;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Signs in with a password.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    pub email: String,
    pub password: String,
    /// `true`, the default, if the cookie outlives the browser.
    #[serde(default)]
    pub remember_me: Option<bool>,
    /// `email`, the only way to sign in.
    #[serde(default, rename = "type")]
    pub kind: Option<SignInKind>,
    /// Without effect: the response names no page to go to.
    #[serde(default)]
    pub callback_url: Option<String>,
}

/// A way to sign in.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SignInKind {
    Email,
}

/// A new session.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct SignedIn {
    /// Always `false`: there is no other page to go to.
    pub redirect: bool,
    /// To be sent as `Authorization: Bearer`; shown once.
    pub token: String,
    pub user: User,
}

/// The change is done.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Success {
    /// Always `true`.
    pub success: bool,
}

/// The session of the request; `null` in its place when nobody is signed in.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CurrentSession {
    pub user: CurrentUser,
    pub session: Session,
}

/// The user of the current session.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CurrentUser {
    #[serde(flatten)]
    pub user: User,
    /// `admin` for administrators of the whole server, else `user`.
    pub role: String,
    pub is_platform_admin: bool,
    /// `platform_admin`, the role in the active organization (`org_owner`, …), `everyone`.
    pub positions: Vec<String>,
}

/// A session, or the API key that stands for one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    pub id: Uuid,
    /// The token that was presented; absent in lists and for API keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    pub user_id: Uuid,
    /// Null for an API key that does not expire.
    pub expires_at: Option<DateTime<Utc>>,
    pub active_organization_id: Option<Uuid>,
    pub active_environment_id: Option<Uuid>,
    /// Teams are not supported: always null.
    pub active_team_id: Option<Uuid>,
    pub ip_address: String,
    pub user_agent: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// `true` if it is the session of the request.
    pub current: bool,
    /// The scopes of an API key; absent for a key without limits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
}

/// Revokes a session of the signed-in user, by its id or token.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("anyOf" = limits::any_of(&["id", "token"])))]
pub struct RevokeSession {
    #[serde(default)]
    pub id: Option<Uuid>,
    #[serde(default)]
    pub token: Option<String>,
}

/// The ways to sign in.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthConfig {
    pub email_password: EmailPassword,
    /// None are supported: always empty.
    pub social_providers: Vec<String>,
    pub features: Features,
}

/// Signing in with an email address and a password.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EmailPassword {
    pub enabled: bool,
    /// `true` if new accounts need an invitation.
    pub disable_sign_up: bool,
    pub require_email_verification: bool,
}

/// The features of the sign-in page.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Features {
    pub organization: bool,
    pub multi_org_enabled: bool,
    pub device_authorization: bool,
    pub two_factor: bool,
    pub passkeys: bool,
    pub magic_link: bool,
}
