//! Who owns packages and environments, and who belongs to it.
//!
//! **Invariant:** an organization always has an owner.

pub mod console;
mod sql;

use crate::{Code, OrganizationId, Result, UserId};
use chrono::{DateTime, Utc};
use os_db::Tx;

/// An organization, as the database knows it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Organization {
    pub id: OrganizationId,
    pub name: String,
    pub slug: String,
    pub logo: Option<String>,
    pub metadata: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// What a member may do, least first (contract §4.13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub enum OrganizationRole {
    Member,
    /// Manages members; neither publishes nor installs.
    DelegatedAdmin,
    Admin,
    Owner,
}

impl OrganizationRole {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::DelegatedAdmin => "delegated_admin",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

/// Adds an organization with its first owner.
///
/// # Errors
/// `DUPLICATE_RECORD` when the slug is taken.
pub async fn create(tx: &mut Tx, name: &str, slug: &str, owner: UserId) -> Result<Organization> {
    let id = OrganizationId::new();
    match sql::insert(tx, id, name, slug).await {
        Ok(()) => {}
        Err(error) if os_db::is_duplicate(&error) => {
            return Err(Code::DuplicateRecord.error(format!(
                "an organization with the slug `{slug}` exists; choose another slug"
            )));
        }
        Err(error) => return Err(error.into()),
    }
    sql::insert_member(tx, id, owner, OrganizationRole::Owner).await?;
    get(tx, id).await
}

pub async fn get(tx: &mut Tx, id: OrganizationId) -> Result<Organization> {
    sql::find(tx, id)
        .await?
        .ok_or_else(|| Code::NotFound.error(format!("there is no organization `{id}`")))
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
