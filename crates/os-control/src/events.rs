//! The record of what happened, by whom.
//!
//! **Invariant:** an event is written in the transaction that made it happen,
//! and never changes. The names are kept for ever.

use crate::auth::Actor;
use crate::{EnvironmentId, EventId, OrganizationId, PackageId, Result};
use os_db::{Tx, now};
use serde_json::{Value, json};

macro_rules! kinds {
    ($($name:ident),* $(,)?) => {
        /// What can happen.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind { $($name),* }

        impl Kind {
            /// All of them, to choose from.
            pub const ALL: &[Kind] = &[$(Self::$name),*];
        }
    };
}

#[rustfmt::skip]
kinds! {
    UserCreated, UserUpdated, UserPasswordChanged, UserSignedIn, UserSignedOut,
    OrganizationCreated, OrganizationUpdated, OrganizationDeleted,
    MemberAdded, MemberRoleChanged, MemberRemoved,
    InvitationCreated, InvitationAccepted, InvitationRejected, InvitationCanceled,
    ApiKeyCreated, ApiKeyUpdated, ApiKeyRevoked, ApiKeyDeleted,
    DeviceApproved, DeviceDenied,
    PackageCreated, PackageUpdated, PackageDeleted, PackageGranted, PackageGrantRevoked,
    VersionCreated, VersionUpdated, VersionPublished, VersionDeprecated, VersionUndeprecated, VersionDeleted,
    VersionSubmitted, VersionWithdrawn, VersionApproved, VersionRejected, VersionUnlisted,
    NamespaceReserved,
    EnvironmentCreated, EnvironmentUpdated, EnvironmentDeleted, EnvironmentCredentialRotated,
    EnvironmentMemberAdded, EnvironmentMemberRoleChanged, EnvironmentMemberRemoved,
    InstallationInstalled, InstallationUpgraded, InstallationRolledBack, InstallationEnabled,
    InstallationDisabled, InstallationSettingsChanged, InstallationUninstalled,
    GenerationRestored,
    RuntimeBound, RuntimeRevoked, RuntimeApplied, RuntimeFailed,
}

impl Kind {
    /// `InstallationRolledBack` is `installation_rolled_back` on the wire.
    pub fn name(self) -> String {
        let mut name = String::new();
        for c in format!("{self:?}").chars() {
            if c.is_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.push(c.to_ascii_lowercase());
        }
        name
    }
}

/// Something that happened, before it is recorded.
#[derive(Debug)]
pub struct Event {
    kind: Kind,
    organization: Option<OrganizationId>,
    environment: Option<EnvironmentId>,
    package: Option<PackageId>,
    subject: Value,
    before: Value,
    after: Value,
}

impl Event {
    /// `subject` names what it happened to, for people: `{"manifest_id": "com.acme.crm"}`.
    pub fn new(kind: Kind, subject: Value) -> Self {
        Self {
            kind,
            organization: None,
            environment: None,
            package: None,
            subject,
            before: Value::Null,
            after: Value::Null,
        }
    }

    /// The organization whose members may read it.
    pub fn organization(mut self, id: OrganizationId) -> Self {
        self.organization = Some(id);
        self
    }

    pub fn environment(mut self, id: EnvironmentId) -> Self {
        self.environment = Some(id);
        self
    }

    pub fn package(mut self, id: PackageId) -> Self {
        self.package = Some(id);
        self
    }

    /// What changed: the old and the new state of what did.
    pub fn change(mut self, before: Value, after: Value) -> Self {
        (self.before, self.after) = (before, after);
        self
    }

    /// Writes it down, in the transaction of the change.
    pub async fn record(self, tx: &mut Tx, actor: &Actor) -> Result<()> {
        let detail = json!({ "subject": self.subject, "before": self.before, "after": self.after });
        tx.query(
            "INSERT INTO sys_event (id, at, kind, actor_kind, actor_id, request_id,
                                    organization_id, environment_id, package_id, detail)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(EventId::new())
        .bind(now())
        .bind(self.kind.name())
        .bind(actor.kind())
        .bind(actor.id())
        .bind(actor.request.clone())
        .bind(self.organization)
        .bind(self.environment)
        .bind(self.package)
        .bind(detail.to_string())
        .run()
        .await?;
        Ok(())
    }
}
