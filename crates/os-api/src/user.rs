//! Bodies of the `user` endpoints. Answers are camelCase: the original's
//! clients read them so.

use crate::limits;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A user.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    /// The address of a picture.
    pub image: Option<String>,
    pub email_verified: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// The part of a user that other users may see.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Profile {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub image: Option<String>,
}

/// Creates an account.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    #[schemars(extend("minLength" = limits::MIN_EMAIL_CHARS, "maxLength" = limits::MAX_EMAIL_CHARS, "pattern" = limits::EMAIL))]
    pub email: String,
    /// 8 to 256 characters.
    #[schemars(extend("minLength" = limits::MIN_PASSWORD_CHARS, "maxLength" = limits::MAX_PASSWORD_CHARS))]
    pub password: String,
    /// The display name; the part of the email address before the @ by default.
    #[serde(default)]
    #[schemars(extend("minLength" = 1, "maxLength" = limits::MAX_NAME_CHARS, "pattern" = limits::LINE))]
    pub name: Option<String>,
    /// The secret of an invitation's link; with it the address may register where registration
    /// is closed.
    #[serde(default)]
    pub invitation_token: Option<String>,
    /// Without effect: the response names no page to go to.
    #[serde(default)]
    pub callback_url: Option<String>,
}

/// Updates the profile of the signed-in user.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateUser {
    #[serde(default)]
    #[schemars(extend("minLength" = 1, "maxLength" = limits::MAX_NAME_CHARS, "pattern" = limits::LINE))]
    pub name: Option<String>,
    /// The address of a picture; an empty string removes it.
    #[serde(default)]
    #[schemars(extend("maxLength" = limits::MAX_URL_CHARS, "pattern" = limits::ANY_LINE))]
    pub image: Option<String>,
}

/// Changes the password of the signed-in user.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    pub current_password: String,
    /// 8 to 256 characters.
    #[schemars(extend("minLength" = limits::MIN_PASSWORD_CHARS, "maxLength" = limits::MAX_PASSWORD_CHARS))]
    pub new_password: String,
    /// `true`, the default, if all other sessions end.
    #[serde(default)]
    pub revoke_other_sessions: Option<bool>,
}

/// A changed password.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct PasswordChanged {
    /// Always null: the session keeps its token.
    pub token: Option<String>,
    pub user: User,
}

/// Asks for a link to a new password by mail.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestPasswordReset {
    pub email: String,
    /// Without effect: no mail is sent.
    #[serde(default)]
    pub redirect_to: Option<String>,
}

/// Chooses a new password with the secret of a link.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// The secret in the link.
    pub token: String,
    /// 8 to 256 characters.
    pub new_password: String,
}

/// The change is done.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Status {
    /// Always `true`.
    pub status: bool,
}

/// The state of a server before its first account.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BootstrapStatus {
    pub has_owner: bool,
    pub has_users: bool,
}

/// A row of `sys_user`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct UserRecord {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub email_verified: bool,
    pub image: Option<String>,
    pub role: String,
    pub banned: bool,
    pub last_login_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}
