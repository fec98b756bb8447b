//! The checks of a package that joins the kernel (docs/wire/runtime-install.md#install-local,
//! docs/wire/dependencies.md#resolution, docs/wire/dependencies.md#platform,
//! docs/wire/manifest.md#settings, docs/wire/names.md#namespaces).
//!
//! **Invariant:** nothing is changed here, and every refusal names the remedy.

use super::{Incoming, InstallOptions};
use crate::kernel::{Kernel, Loaded, Origin, Package};
use crate::{Code, Config, Error, Result};
use os_package::{
    Installed, InvalidArtifact, Manifest, Migration, ProblemCode, Step, StoredSettings, names,
};
use os_plan::admission::conflict::Conflict;
use os_plan::admission::{
    self, Allow, Candidate, Reason, Refusal, Settings, Subject, Target, TargetKind, UnmetKind,
};
use serde_json::{Value, json};

/// Refuses the id of a package that is part of the runtime, or of the artifact it was started
/// with (docs/wire/runtime-install.md#conflicts).
///
/// # Errors
/// `MANIFEST_CONFLICT`.
pub fn own_id(kernel: &Kernel, incoming: &Incoming) -> Result<()> {
    let id = incoming.id.as_str();
    let is_reserved = names::is_system_package(id)
        || kernel.package(id).is_some_and(|loaded| loaded.origin != Origin::Ledger);
    if is_reserved {
        return Err(Code::ManifestConflict.error(format!(
            "{id} is part of this runtime and cannot be replaced; give the package another id"
        )));
    }
    Ok(())
}

/// Refuses to replace a version, where the caller does not want it.
///
/// # Errors
/// `RESOURCE_CONFLICT`.
pub fn is_new(options: &InstallOptions, before: Option<&Loaded>) -> Result<()> {
    match before {
        Some(before) if options.is_new => {
            let (id, version) = (&before.package.manifest.id, &before.package.manifest.version);
            Err(Code::ResourceConflict.error(format!(
                "Package '{id}' already exists, as {version}; send `overwrite: true` to install over it"
            )))
        }
        _ => Ok(()),
    }
}

/// Refuses names of objects that belong to the platform or the database.
///
/// # Errors
/// `RESERVED_NAME`.
pub fn reserved_names(package: &Package) -> Result<()> {
    let objects = package.objects.iter().map(|object| object.name.as_str());
    admission::check_names(package.namespace.as_ref(), objects).map_err(|reason| {
        let Manifest { id, version, .. } = &package.manifest;
        refused(&Refusal::of(TargetKind::Runtime, id, version, reason))
    })
}

/// Refuses migrations that change an object of another package: two namespaces may begin alike.
///
/// # Errors
/// `MIGRATION_FAILED`.
pub fn own_migrations(kernel: &Kernel, manifest: &Manifest) -> Result<()> {
    let migrations = manifest.migrations.iter().filter_map(|item| Migration::read(item).ok());
    for migration in migrations {
        for object in migration.steps.iter().flat_map(Step::objects) {
            let owner = kernel.owner_of(object).filter(|owner| **owner != manifest.id);
            if let Some(owner) = owner {
                return Err(Code::MigrationFailed.error(format!(
                    "the migration `{}` changes `{object}`, which belongs to {owner}; a package changes objects of its own only",
                    migration.id.escape_default()
                )));
            }
        }
    }
    Ok(())
}

/// Checks whether a package may run here (docs/wire/runtime-install.md#install-local,
/// docs/wire/dependencies.md#resolution, docs/wire/dependencies.md#platform,
/// docs/wire/manifest.md#settings). `installed` is `None` for a package that stays disabled, whose
/// needs are not checked. Its [`settings`] are checked apart.
///
/// # Errors
/// `PLATFORM_INCOMPATIBLE`, `OS_PROTOCOL_INCOMPATIBLE`, `DEPENDENCY_…`, `DEPENDENT_CONFLICT`.
pub fn admit(config: &Config, package: &Package, installed: Option<&[Installed]>) -> Result<()> {
    let manifest = &package.manifest;
    let target = Target {
        kind: TargetKind::Runtime,
        platform_version: &config.platform_version,
        protocol_major: config.protocol_major,
        installed,
    };
    let min_platform_version = manifest.min_platform_version.as_ref().map(ToString::to_string);
    let candidate = Candidate {
        id: &manifest.id,
        version: &manifest.version,
        stage: None,
        scope: manifest.scope,
        min_platform_version: min_platform_version.as_deref(),
        protocol_range: manifest.protocol_range.as_deref(),
        dependencies: &manifest.dependencies,
        settings: None,
    };
    // Warnings about what could not be compared were given when the version was published.
    admission::admit(&target, &candidate, Allow::ALL).map(drop).map_err(|refusal| refused(&refusal))
}

fn subject(manifest: &Manifest) -> Subject<'_> {
    Subject { id: &manifest.id, version: &manifest.version, dependencies: &manifest.dependencies }
}

/// Checks the needs of an installed package, and those of others on it
/// (docs/wire/dependencies.md#resolution).
///
/// # Errors
/// `DEPENDENCY_…`, `DEPENDENT_CONFLICT`.
pub fn dependencies(installed: &[Installed], package: &Package) -> Result<()> {
    admission::check_needs(TargetKind::Runtime, subject(&package.manifest), installed)
        .map_err(|refusal| refused(&refusal))
}

/// Checks that nobody who is enabled needs the package (docs/wire/dependencies.md#dependents).
///
/// # Errors
/// `DEPENDENT_PACKAGES`.
pub fn nobody_depends(installed: &[Installed], package: &Package) -> Result<()> {
    admission::check_removal(TargetKind::Runtime, subject(&package.manifest), installed)
        .map_err(|refusal| refused(&refusal))
}

/// Checks the settings of a package (docs/wire/manifest.md#settings), on a thread that serves no
/// requests. They are kept as they were given: an older version need not know the defaults of a
/// newer one.
///
/// # Errors
/// `SETTINGS_INVALID`, `SETTINGS_TOO_COMPLEX`.
pub async fn settings(package: &Package, values: &StoredSettings) -> Result<()> {
    let (manifest, values) = (package.manifest.clone(), values.clone());
    let checked = os_http::in_background(move || {
        let schema = manifest.configuration_schema.as_ref();
        let settings = Settings { schema, values: &values, are_stored: false };
        admission::check_settings(TargetKind::Runtime, subject(&manifest), settings)
    });
    checked.await?.map_err(|refusal| refused(&refusal))
}

/// Maps a refusal to its code.
fn refused(refusal: &Refusal) -> Error {
    let code = match &refusal.reason {
        Reason::PlatformTooOld { .. } => Code::PlatformIncompatible,
        Reason::ProtocolMismatch { .. } => Code::ProtocolIncompatible,
        Reason::Dependencies(unmet) => match unmet.kind() {
            UnmetKind::Missing => Code::DependencyMissing,
            UnmetKind::Mismatch => Code::DependencyVersionMismatch,
            UnmetKind::Disabled => Code::DependencyDisabled,
            UnmetKind::Cycle => Code::DependencyCycle,
        },
        Reason::Dependents(_) => Code::DependentConflict,
        Reason::StillNeeded(_) => Code::DependentPackages,
        Reason::SettingsNoObject | Reason::Settings { .. } => Code::SettingsInvalid,
        Reason::SettingsTooComplex => Code::SettingsTooComplex,
        Reason::SettingsSchema(error) => return artifact(error),
        Reason::ReservedObject(_) | Reason::ReservedNamespace(_) => Code::ReservedName,
        // A runtime knows neither scopes nor stages of a registry.
        Reason::PlatformScoped | Reason::Unstable { .. } | Reason::Deprecated => {
            Code::RegisterFailed
        }
    };
    let error = code.error(refusal.message());
    match refusal.details() {
        Some(details) => error.with_details(details),
        None => error,
    }
}

/// Returns the error of an artifact that cannot be read.
pub fn artifact(error: &InvalidArtifact) -> Error {
    let code = match error.code() {
        ProblemCode::Invalid => Code::RegisterFailed,
        ProblemCode::ReservedName => Code::ReservedName,
        ProblemCode::MultiPackage => Code::ManifestInvalid,
    };
    let problems: Vec<Value> = error
        .problems
        .iter()
        .map(|problem| json!({ "path": problem.path, "message": problem.message }))
        .collect();
    code.error(error.to_string()).with_details(json!({ "problems": problems }))
}

/// Returns the error of a package that collides with another.
pub fn conflict(conflict: &Conflict) -> Error {
    Code::RegisterFailed.error(conflict.message()).with_details(conflict.details())
}
