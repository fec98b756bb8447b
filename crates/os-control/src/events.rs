//! The kinds of events of the control plane, besides those of `os-identity`.
//!
//! **Invariant:** a name never changes.

pub use os_identity::audit::{Event, EventKind};

#[rustfmt::skip]
os_identity::event_kinds! {
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

/// The names of all kinds of events, to choose from.
pub fn kind_names() -> impl Iterator<Item = String> {
    let of_identity = os_identity::audit::Kind::ALL.iter().map(|kind| kind.name());
    of_identity.chain(Kind::ALL.iter().map(|kind| kind.name()))
}
