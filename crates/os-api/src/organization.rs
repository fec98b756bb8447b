//! Bodies of the `organization` endpoints (docs/wire/organizations.md#organization-endpoints).
//! Answers are camelCase; the rows under `/api/v1/data` are snake_case.

use crate::limits;
use crate::user::Profile;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// An organization: the owner of packages and environments.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    pub id: Uuid,
    pub name: String,
    pub slug: String,
    pub logo: Option<String>,
    /// An object of the clients.
    pub metadata: Option<Value>,
    pub created_at: DateTime<Utc>,
}

/// An organization with its members.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct FullOrganization {
    #[serde(flatten)]
    pub organization: Organization,
    pub members: Vec<Member>,
    /// Pending invitations; empty for callers who may not manage members.
    pub invitations: Vec<Invitation>,
    /// Not supported: always empty.
    pub teams: Vec<Value>,
}

/// A member of an organization.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub user_id: Uuid,
    /// `owner`, `admin`, `delegated_admin` or `member`.
    pub role: String,
    pub created_at: DateTime<Utc>,
    pub user: Profile,
}

/// A page of members.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Members {
    pub members: Vec<Member>,
    pub total: i64,
}

/// Creates an organization; its creator becomes the owner.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateOrganization {
    #[schemars(extend("minLength" = 1, "maxLength" = limits::MAX_NAME_CHARS, "pattern" = limits::LINE))]
    pub name: String,
    /// Lower-case letters, digits and hyphens; unique on this server.
    #[schemars(extend("maxLength" = limits::MAX_SLUG_CHARS, "pattern" = limits::SLUG))]
    pub slug: String,
    #[serde(default)]
    #[schemars(extend("maxLength" = limits::MAX_URL_CHARS, "pattern" = limits::ANY_LINE))]
    pub logo: Option<String>,
    #[serde(default)]
    pub metadata: Option<Value>,
    /// Without effect: all organizations are alike.
    #[serde(default)]
    pub is_personal: Option<bool>,
}

/// Updates an organization.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateOrganization {
    /// The active organization by default.
    #[serde(default)]
    pub organization_id: Option<Uuid>,
    #[serde(deserialize_with = "crate::object::required")]
    pub data: OrganizationChange,
}

/// Absent members stay unchanged.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationChange {
    #[serde(default)]
    #[schemars(extend("minLength" = 1, "maxLength" = limits::MAX_NAME_CHARS, "pattern" = limits::LINE))]
    pub name: Option<String>,
    #[serde(default)]
    #[schemars(extend("maxLength" = limits::MAX_SLUG_CHARS, "pattern" = limits::SLUG))]
    pub slug: Option<String>,
    #[serde(default)]
    #[schemars(extend("maxLength" = limits::MAX_URL_CHARS, "pattern" = limits::ANY_LINE))]
    pub logo: Option<String>,
    #[serde(default)]
    pub metadata: Option<Value>,
}

/// Names an organization by id or slug; the active one by default.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrganizationQuery {
    #[serde(default, alias = "organization_id")]
    pub organization_id: Option<Uuid>,
    #[serde(default, alias = "organization_slug")]
    pub organization_slug: Option<String>,
    /// The number of members, at most 500.
    #[serde(default)]
    #[schemars(extend("minimum" = 1, "maximum" = limits::MAX_RECORD_ROWS))]
    pub limit: Option<i64>,
    #[serde(default)]
    #[schemars(extend("minimum" = 0))]
    pub offset: Option<i64>,
}

/// Sets the active organization of a session, by id or slug.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("anyOf" = limits::any_of(&["organization_id", "organization_slug"])))]
pub struct SetActiveOrganization {
    #[serde(default)]
    pub organization_id: Option<Uuid>,
    #[serde(default)]
    pub organization_slug: Option<String>,
}

/// Names an organization.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ThisOrganization {
    /// The active organization by default.
    #[serde(default)]
    pub organization_id: Option<Uuid>,
}

/// Checks whether a slug is free.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckSlug {
    #[schemars(extend("maxLength" = limits::MAX_SLUG_CHARS, "pattern" = limits::SLUG))]
    pub slug: String,
}

/// Removes a member.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveMember {
    #[schemars(extend("anyOf" = limits::uuid_or_email()))]
    pub member_id_or_email: String,
    /// The active organization by default.
    #[serde(default)]
    pub organization_id: Option<Uuid>,
}

/// Changes the role of a member.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateMemberRole {
    pub member_id: Uuid,
    /// `owner`, `admin`, `delegated_admin` or `member`.
    #[schemars(extend("enum" = limits::ORGANIZATION_ROLES))]
    pub role: String,
    /// The active organization by default.
    #[serde(default)]
    pub organization_id: Option<Uuid>,
}

/// The member that was removed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct RemovedMember {
    pub member: Member,
}

/// An offer of membership to an email address.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub organization_name: String,
    pub email: String,
    pub role: String,
    /// `pending`, `accepted`, `rejected`, `expired` or `canceled`.
    pub status: String,
    pub inviter_id: Uuid,
    pub expires_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
}

/// Invites an email address.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteMember {
    #[schemars(extend("minLength" = limits::MIN_EMAIL_CHARS, "maxLength" = limits::MAX_EMAIL_CHARS, "pattern" = limits::EMAIL))]
    pub email: String,
    /// `owner`, `admin`, `delegated_admin` or `member`.
    #[schemars(extend("enum" = limits::ORGANIZATION_ROLES))]
    pub role: String,
    /// The active organization by default.
    #[serde(default)]
    pub organization_id: Option<Uuid>,
}

/// An invitation that was just created. `token` and `url` are shown once.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct CreatedInvitation {
    #[serde(flatten)]
    pub invitation: Invitation,
    /// The secret of the link.
    pub token: String,
    /// The link for the invited person.
    pub url: String,
}

/// Names an invitation.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ThisInvitation {
    pub invitation_id: Uuid,
    /// The secret of its link; accounts that are older than the invitation do without.
    #[serde(default)]
    pub token: Option<String>,
}

/// An invitation that was answered; `member` when it was accepted.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct AnsweredInvitation {
    pub invitation: Invitation,
    pub member: Option<Member>,
}

/// The organization is deleted with its environments.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeletedOrganization {
    /// Always `true`.
    pub deleted: bool,
    pub organization_id: Uuid,
    pub deleted_environments: usize,
    pub warnings: Vec<String>,
}

/// A row of `sys_organization`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct OrganizationRecord {
    pub id: Uuid,
    pub name: String,
    pub slug: String,
    pub logo: Option<String>,
    pub metadata: Option<Value>,
    pub created_at: DateTime<Utc>,
}

/// A row of `sys_member`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct MemberRecord {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub user_id: Uuid,
    pub role: String,
    pub created_at: DateTime<Utc>,
}
