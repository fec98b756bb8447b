//! Types, states, visibilities and roles of environments.

/// The purpose of an environment, which decides the versions that it may run
/// (docs/wire/installations.md#which-versions-run-where).
#[derive(Debug, Clone, Copy, PartialEq, Eq, os_db::TextEnum)]
pub enum EnvironmentType {
    Production,
    Sandbox,
    Development,
    Test,
    Staging,
    Preview,
    Trial,
}

/// The status of an environment (docs/wire/environments.md#life-cycle).
#[derive(Debug, Clone, Copy, PartialEq, Eq, os_db::TextEnum)]
pub enum EnvironmentStatus {
    Provisioning,
    Active,
    Suspended,
    Archived,
    Failed,
    Migrating,
}

/// The visibility of the artifacts that an environment runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, os_db::TextEnum)]
pub enum Visibility {
    Private,
    Unlisted,
    Public,
}

/// The role of a user in an environment, weakest first (docs/wire/environments.md#types).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, os_db::TextEnum)]
pub enum EnvironmentRole {
    Guest,
    Reader,
    Maker,
    Admin,
    Owner,
}

impl EnvironmentType {
    pub const ALL: [Self; 7] = [
        Self::Production,
        Self::Sandbox,
        Self::Development,
        Self::Test,
        Self::Staging,
        Self::Preview,
        Self::Trial,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
            Self::Development => "development",
            Self::Test => "test",
            Self::Staging => "staging",
            Self::Preview => "preview",
            Self::Trial => "trial",
        }
    }

    /// Reads a name as the console does, `dev` and `prod` included
    /// (docs/wire/environments.md#types).
    pub fn parse(text: &str) -> Option<Self> {
        let name = text.trim().to_ascii_lowercase();
        match name.as_str() {
            "prod" => Some(Self::Production),
            "dev" => Some(Self::Development),
            _ => Self::ALL.into_iter().find(|it| it.as_str() == name),
        }
    }
}

impl EnvironmentStatus {
    pub const ALL: [Self; 6] = [
        Self::Provisioning,
        Self::Active,
        Self::Suspended,
        Self::Archived,
        Self::Failed,
        Self::Migrating,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provisioning => "provisioning",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Archived => "archived",
            Self::Failed => "failed",
            Self::Migrating => "migrating",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }

    /// Returns whether a user may change the status to `next` (docs/wire/environments.md#life-cycle).
    pub fn may_become(self, next: Self) -> bool {
        use EnvironmentStatus::{Active, Archived, Migrating, Suspended};
        self == next
            || matches!(
                (self, next),
                (Active, Suspended | Archived | Migrating)
                    | (Suspended | Archived | Migrating, Active)
            )
    }
}

impl Visibility {
    pub const ALL: [Self; 3] = [Self::Private, Self::Unlisted, Self::Public];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Unlisted => "unlisted",
            Self::Public => "public",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

impl EnvironmentRole {
    pub const ALL: [Self; 5] = [Self::Guest, Self::Reader, Self::Maker, Self::Admin, Self::Owner];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Reader => "reader",
            Self::Maker => "maker",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}
