//! A place packages are installed in.

mod sql;

use crate::{EnvironmentId, OrganizationId, Result, UserId};
use os_db::Tx;

/// What an environment is for: decides which versions it may run (contract §4.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub enum EnvironmentType {
    Production,
    Sandbox,
    Development,
    Test,
    Staging,
    Preview,
    Trial,
}

/// Where an environment is in its life (contract §2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub enum EnvironmentStatus {
    Provisioning,
    Active,
    Suspended,
    Archived,
    Failed,
    Migrating,
}

/// What somebody may do in an environment, least first (contract §1.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub enum EnvironmentRole {
    Guest,
    Reader,
    Maker,
    Admin,
    Owner,
}

impl EnvironmentRole {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Reader => "reader",
            Self::Maker => "maker",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

/// What doors need to know of an environment.
#[derive(Debug, sqlx::FromRow)]
pub struct ForAccess {
    pub organization_id: OrganizationId,
    pub environment_type: EnvironmentType,
    pub status: EnvironmentStatus,
}

/// For doors only: nothing is checked yet.
pub async fn find_for_access(tx: &mut Tx, id: EnvironmentId) -> Result<Option<ForAccess>> {
    Ok(sql::find_for_access(tx, id).await?)
}

/// The role a user was given in this environment, apart from the organization's.
pub async fn role_of(
    tx: &mut Tx,
    id: EnvironmentId,
    user: UserId,
) -> Result<Option<EnvironmentRole>> {
    Ok(sql::role_of(tx, id, user).await?)
}
