use crate::{Code, Result};

/// The role of a member, the weakest first (docs/wire/rights.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, os_db::TextEnum)]
pub enum OrganizationRole {
    Member,
    /// Manages members; neither publishes nor installs.
    DelegatedAdmin,
    Admin,
    Owner,
}

impl OrganizationRole {
    /// Every role, least first.
    pub const ALL: [Self; 4] = [Self::Member, Self::DelegatedAdmin, Self::Admin, Self::Owner];

    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::DelegatedAdmin => "delegated_admin",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// Reads a name.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` that names the roles.
    pub fn parse(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| {
            Code::ValidationError.error(format!(
                "`role` must be owner, admin, delegated_admin or member, not `{text}`"
            ))
        })
    }

    /// Returns whether a member with this role may grant and revoke `other`: only owners appoint
    /// owners, delegated admins handle plain members.
    pub fn manages(self, other: Self) -> bool {
        match self {
            Self::Owner => true,
            Self::Admin => other < Self::Owner,
            Self::DelegatedAdmin => other == Self::Member,
            Self::Member => false,
        }
    }
}
