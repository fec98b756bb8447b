//! Who owns packages and environments, and who belongs to it.
//!
//! **Invariant:** an organization always has an owner. Changes of who belongs to
//! it take turns ([`for_change`]), so that two that are each harmless cannot
//! take the last owner away together.

pub mod api;
pub mod invitation;
pub mod member;
mod new;
mod sql;

pub use new::{New, slug_of};

use crate::auth::{Actor, ActorUser, Scope};
use crate::data::{Page, Visible};
use crate::events::{Event, Kind};
use crate::http::guards;
use crate::http::guards::OrganizationAccess;
use crate::{Code, OrganizationId, Result, UserId, session, text};
use chrono::{DateTime, Utc};
use os_db::Tx;
use serde_json::{Value, json};

/// An organization, as the database knows it.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Organization {
    pub id: OrganizationId,
    pub name: String,
    pub slug: String,
    pub logo: Option<String>,
    /// A JSON object.
    pub metadata: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// What a member may do, least first (contract §4.13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, os_db::TextEnum)]
pub enum OrganizationRole {
    Member,
    /// Manages members; neither publishes nor installs.
    DelegatedAdmin,
    Admin,
    Owner,
}

impl OrganizationRole {
    pub const ALL: [Self; 4] = [Self::Member, Self::DelegatedAdmin, Self::Admin, Self::Owner];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::DelegatedAdmin => "delegated_admin",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// # Errors
    /// `VALIDATION_ERROR` that names the roles.
    pub fn parse(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| {
            Code::ValidationError.error(format!(
                "`role` must be owner, admin, delegated_admin or member, not `{text}`"
            ))
        })
    }

    /// Whether somebody with this role may give and take `other`: only owners
    /// make owners, delegated admins handle plain members.
    pub fn manages(self, other: Self) -> bool {
        match self {
            Self::Owner => true,
            Self::Admin => other < Self::Owner,
            Self::DelegatedAdmin => other == Self::Member,
            Self::Member => false,
        }
    }
}

/// Adds an organization with its first owner.
///
/// # Errors
/// `DUPLICATE_RECORD` when the slug is taken.
pub async fn create(tx: &mut Tx, actor: &Actor, owner: UserId, new: New) -> Result<Organization> {
    let id = OrganizationId::new();
    sql::insert(tx, id, &new).await.map_err(|error| taken(error, &new.slug))?;
    member::add(tx, id, owner, OrganizationRole::Owner).await?;
    let organization = get(tx, id).await?;
    Event::new(Kind::OrganizationCreated, json!({ "slug": organization.slug }))
        .organization(id)
        .change(Value::Null, organization.state())
        .record(tx, actor)
        .await?;
    Ok(organization)
}

fn taken(error: os_db::Error, slug: &str) -> crate::Error {
    if os_db::is_duplicate(&error) {
        return Code::DuplicateRecord
            .error(format!("an organization with the slug `{slug}` exists; choose another slug"));
    }
    error.into()
}

impl Organization {
    /// What events keep of it.
    fn state(&self) -> Value {
        json!({
            "name": self.name, "slug": self.slug, "logo": self.logo,
            "metadata": self.metadata_value(),
        })
    }

    /// `metadata` as an object.
    pub fn metadata_value(&self) -> Option<Value> {
        self.metadata.as_deref().and_then(|text| serde_json::from_str(text).ok())
    }
}

/// Changes name, slug, logo or metadata.
///
/// # Errors
/// `VALIDATION_ERROR`, `DUPLICATE_RECORD` when the slug is taken.
pub async fn update(
    tx: &mut Tx,
    access: &OrganizationAccess,
    change: os_api::organization::OrganizationChange,
) -> Result<Organization> {
    let before = get(tx, access.organization).await?;
    let mut after = before.clone();
    if let Some(name) = change.name {
        after.name = text::within("name", &name, 1..=255)?;
    }
    if let Some(slug) = change.slug {
        after.slug = slug_of(&slug)?;
    }
    if let Some(logo) = change.logo {
        after.logo = Some(text::within("logo", &logo, 0..=2048)?).filter(|it| !it.is_empty());
    }
    if let Some(metadata) = change.metadata {
        after.metadata = new::metadata_of(&metadata)?;
    }
    sql::update(tx, &after).await.map_err(|error| taken(error, &after.slug))?;
    Event::new(Kind::OrganizationUpdated, json!({ "slug": after.slug }))
        .organization(after.id)
        .change(before.state(), after.state())
        .record(tx, &access.actor)
        .await?;
    Ok(after)
}

/// Deletes an organization with its environments; answers how many those were.
///
/// # Errors
/// `RESOURCE_CONFLICT` while it owns packages or reserved namespaces.
pub async fn delete(tx: &mut Tx, access: &OrganizationAccess) -> Result<usize> {
    let id = access.organization;
    let before = get(tx, id).await?;
    let owned = sql::owned_names(tx, id).await?;
    if !owned.is_empty() {
        let names = owned.iter().map(|(name,)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        return Err(Code::Conflict.error(format!(
            "the organization owns {names}; what is published stays installable, so its owner cannot go"
        )));
    }
    let environments = sql::environments(tx, id).await?;
    for (environment, name) in &environments {
        Event::new(Kind::EnvironmentDeleted, json!({ "display_name": name }))
            .organization(id)
            .environment(*environment)
            .record(tx, &access.actor)
            .await?;
    }
    Event::new(Kind::OrganizationDeleted, json!({ "slug": before.slug }))
        .organization(id)
        .change(before.state(), Value::Null)
        .record(tx, &access.actor)
        .await?;
    session::leave_organization(tx, id, None).await?;
    sql::delete_environments(tx, id).await?;
    match sql::delete(tx, id).await {
        Err(error) if os_db::is_foreign_key(&error) => Err(Code::Conflict
            .error("something was added to the organization at this moment; look again")),
        other => Ok(other.map(|()| environments.len())?),
    }
}

/// The organization with this id.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn get(tx: &mut Tx, id: OrganizationId) -> Result<Organization> {
    sql::find(tx, id)
        .await?
        .ok_or_else(|| Code::NotFound.error(format!("there is no organization `{id}`")))
}

/// The organization with this slug, if there is one. Nothing is checked yet.
pub async fn find_by_slug(tx: &mut Tx, slug: &str) -> Result<Option<Organization>> {
    Ok(sql::find_by_slug(tx, slug).await?)
}

/// The role of a user, `None` for outsiders.
pub async fn role_of(
    tx: &mut Tx,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<OrganizationRole>> {
    Ok(sql::role_of(tx, organization, user).await?)
}

/// The organizations a user belongs to, oldest membership first.
pub async fn list_of(tx: &mut Tx, user: UserId) -> Result<Vec<Organization>> {
    Ok(sql::list_of(tx, user).await?)
}

/// The organizations that are visible, and how many they are.
pub async fn list(tx: &mut Tx, visible: Visible, page: Page) -> Result<(Vec<Organization>, i64)> {
    Ok((sql::list(tx, visible, page).await?, sql::count(tx, visible).await?))
}

/// The organization a request is about: the one it names, else the active one.
///
/// # Errors
/// `MISSING_REQUIRED_FIELD` when neither is there.
pub fn chosen(user: &ActorUser, named: Option<OrganizationId>) -> Result<OrganizationId> {
    named.or(user.active_organization).ok_or_else(|| {
        Code::MissingRequiredField
            .error("`organizationId` is missing, and no organization is active; name one")
    })
}

/// Access for a change of who belongs to an organization. Such changes of one
/// organization wait for each other until the transaction ends.
///
/// # Errors
/// As [`guards::organization`].
pub async fn for_change(
    tx: &mut Tx,
    actor: &Actor,
    id: OrganizationId,
    needed: OrganizationRole,
) -> Result<OrganizationAccess> {
    sql::touch(tx, id).await?;
    guards::organization(tx, actor, id, needed, Scope::Admin).await
}
