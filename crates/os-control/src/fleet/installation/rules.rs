//! The checks of versions in environments: the facts for [`os_plan::admission`], and the codes of
//! its refusals.

use super::Installation;
use crate::fleet::environment::EnvironmentType;
use crate::fleet::environment::admission::{stage, target};
use crate::registry::version::Installable;
use crate::{Code, Config, Error, Result};
use anyhow::anyhow;
use os_package::{Installed, ManifestId};
use os_plan::admission::{self, Candidate, Reason, Refusal, Settings, Subject, Target, UnmetKind};
use serde_json::Value;

pub use os_plan::admission::Allow;

/// A version that an environment should run, with its settings.
#[derive(Debug, Clone, Copy)]
pub struct DesiredVersion<'a> {
    pub version: &'a Installable,
    pub allow: Allow,
    /// The settings, and true when the installation has them already. `None` skips their check.
    pub settings: Option<(&'a Value, bool)>,
}

/// Checks that a version may run in an environment of this type. Returns warnings about what
/// could not be checked. `installed` is `None` when dependencies are checked apart.
///
/// # Errors
/// `PLATFORM_SCOPED_PACKAGE`, `DRAFT_NOT_ALLOWED`, `VERSION_DEPRECATED`, `PLATFORM_INCOMPATIBLE`,
/// `DEPENDENCY_…`, `DEPENDENT_CONFLICT`, `SETTINGS_INVALID`.
pub fn admit(
    config: &Config,
    environment: EnvironmentType,
    desired: DesiredVersion<'_>,
    installed: Option<&[Installed]>,
) -> Result<Vec<String>> {
    let DesiredVersion { version, allow, settings } = desired;
    let target = Target {
        kind: target(environment),
        platform_version: &config.platform_version,
        protocol_major: config.protocol_major,
        installed,
    };
    let schema = version.configuration_schema.as_ref();
    let candidate = Candidate {
        id: &version.manifest_id,
        version: &version.version,
        stage: Some(stage(version.status, version.is_pre_release)),
        scope: version.scope,
        min_platform_version: version.min_platform_version.as_deref(),
        protocol_range: version.protocol_range.as_deref(),
        dependencies: &version.dependencies,
        settings: settings.map(|(values, are_stored)| Settings { schema, values, are_stored }),
    };
    admission::admit(&target, &candidate, allow).map_err(|refusal| refused(&refusal))
}

/// Maps a refusal to its code.
pub fn refused(refusal: &Refusal) -> Error {
    let code = match &refusal.reason {
        Reason::PlatformScoped => Code::PlatformScoped,
        Reason::Unstable { .. } => Code::DraftNotAllowed,
        Reason::Deprecated => Code::VersionDeprecated,
        Reason::PlatformTooOld { .. } | Reason::ProtocolMismatch { .. } => {
            Code::PlatformIncompatible
        }
        Reason::Dependencies(unmet) => match unmet.kind() {
            UnmetKind::Missing => Code::DependencyMissing,
            UnmetKind::Mismatch => Code::DependencyVersionMismatch,
            UnmetKind::Disabled => Code::DependencyDisabled,
            UnmetKind::Cycle => Code::DependencyCycle,
        },
        Reason::Dependents(_) => Code::DependentConflict,
        Reason::StillNeeded(_) => Code::DependentPackages,
        Reason::SettingsNoObject | Reason::Settings { .. } => Code::SettingsInvalid,
        // It was checked when the version was created.
        Reason::SettingsSchema(error) => {
            return anyhow!("a stored configuration schema: {error}").into();
        }
        Reason::ReservedObject(_) | Reason::ReservedNamespace(_) => Code::ReservedName,
    };
    let error = code.error(refusal.message());
    match refusal.details() {
        Some(details) => error.with_details(details),
        None => error,
    }
}

/// Refuses to touch an installation that belongs to the server
/// (docs/wire/installations.md#installation-endpoints).
///
/// # Errors
/// `PLATFORM_SCOPED_PACKAGE`.
pub fn installed_scope(installation: &Installation) -> Result<()> {
    match installation.scope.as_str() {
        "platform" => {
            let id: ManifestId = installation.installed()?.package;
            Err(Code::PlatformScoped.error(admission::platform_scoped(&id)))
        }
        _ => Ok(()),
    }
}

/// Checks that the environment has what an installed version needs
/// (docs/wire/dependencies.md#resolution).
///
/// # Errors
/// `DEPENDENCY_…`, each with the spec's details.
pub fn dependencies(
    environment: EnvironmentType,
    subject: &Installed,
    installed: &[Installed],
) -> Result<()> {
    admission::check_own_needs(target(environment), Subject::from(subject), installed)
        .map_err(|refusal| refused(&refusal))
}

/// Checks the needs of an installed version, and those of others on it
/// (docs/wire/dependencies.md#resolution).
///
/// # Errors
/// `DEPENDENCY_…`, `DEPENDENT_CONFLICT`.
pub fn needs(
    environment: EnvironmentType,
    subject: &Installed,
    installed: &[Installed],
) -> Result<()> {
    admission::check_needs(target(environment), Subject::from(subject), installed)
        .map_err(|refusal| refused(&refusal))
}

/// Checks new settings of an installed version (docs/wire/manifest.md#settings).
///
/// # Errors
/// `SETTINGS_INVALID`, with everything that is wrong in `details`.
pub fn settings(
    environment: EnvironmentType,
    subject: &Installed,
    schema: Option<&Value>,
    values: &Value,
) -> Result<()> {
    let settings = Settings { schema, values, are_stored: false };
    admission::check_settings(target(environment), Subject::from(subject), settings)
        .map_err(|refusal| refused(&refusal))
}

/// Checks that nobody needs an installed package (docs/wire/dependencies.md#dependents).
///
/// # Errors
/// `DEPENDENT_PACKAGES`.
pub fn nobody_depends(
    environment: EnvironmentType,
    subject: &Installed,
    installed: &[Installed],
) -> Result<()> {
    admission::check_removal(target(environment), Subject::from(subject), installed)
        .map_err(|refusal| refused(&refusal))
}

/// The installed packages of a list, as admission sees them.
pub fn facts(installed: &[Installation]) -> Result<Vec<Installed>> {
    installed.iter().map(Installation::installed).collect()
}
