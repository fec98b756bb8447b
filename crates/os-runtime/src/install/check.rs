//! Whether a package may join the kernel (contract §3.10, §4.3, §4.4, §4.7, §4.8).
//!
//! **Invariant:** nothing is changed here, and every refusal says what to do.

use super::{Incoming, Options};
use crate::kernel::{Conflict, Kernel, Loaded, Origin, Package};
use crate::{Code, Config, Error, Result};
use os_package::{
    DependencyFailureKind, Installed, InvalidArtifact, ProblemCode, SettingsSchema,
    check_dependencies, check_dependents, names, protocol,
};
use serde_json::{Value, json};

/// Namespaces whose tables would collide with those of the databases, with our
/// own, or with the indexes we make.
const TABLE_PREFIXES: [&str; 5] = ["sqlite", "pg", "schema", "ux", "ix"];

/// Refuses the id of a package that is part of the runtime, or of what it was
/// started with (contract §4.10).
pub fn own_id(kernel: &Kernel, incoming: &Incoming) -> Result<()> {
    let id = incoming.id.as_str();
    let is_ours = names::is_system_package(id)
        || kernel.package(id).is_some_and(|loaded| loaded.origin != Origin::Ledger);
    if is_ours {
        return Err(Code::ManifestConflict.error(format!(
            "{id} is part of what this runtime was started with and cannot be installed over it; give the package another id"
        )));
    }
    Ok(())
}

/// Refuses a version in the place of another, where the caller wants none.
pub fn is_new(options: &Options, before: Option<&Loaded>) -> Result<()> {
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
pub fn reserved_names(package: &Package) -> Result<()> {
    for object in &package.objects {
        if names::is_reserved_object(object.name.as_str()) {
            return Err(Code::ReservedName.error(format!(
                "object `{}` has the prefix `sys_`, which is reserved for the platform; rename it",
                object.name
            )));
        }
    }
    match &package.namespace {
        Some(namespace) if TABLE_PREFIXES.contains(&namespace.as_str()) => Err(Code::ReservedName
            .error(format!(
                "the namespace `{namespace}` belongs to the database; choose another one"
            ))),
        _ => Ok(()),
    }
}

/// Refuses a package that was made for another platform (contract §4.4).
pub fn platform(config: &Config, package: &Package) -> Result<()> {
    let manifest = &package.manifest;
    if let Some(range) = &manifest.protocol_range
        && !protocol::admits(range, config.protocol_major).is_admitted()
    {
        let major = config.protocol_major;
        return Err(Code::ProtocolIncompatible
            .error(format!(
                "{} {} needs protocol {range}, and this runtime speaks {major}; install a version made for {major}, or migrate the package",
                manifest.id, manifest.version
            ))
            .with_details(json!({
                "code": "OS_PROTOCOL_INCOMPATIBLE",
                "packageId": manifest.id.as_str(),
                "requiredRange": range,
                "runtimeVersion": format!("{major}.0.0"),
                "runtimeMajor": major,
            })));
    }
    if let Some(least) = &manifest.min_platform_version
        && config.platform_version.parse().is_ok_and(|ours| *least > ours)
    {
        return Err(Code::PlatformIncompatible.error(format!(
            "{} {} needs platform {least} or newer, and this runtime is {}; upgrade the runtime",
            manifest.id, manifest.version, config.platform_version
        )));
    }
    Ok(())
}

/// Refuses what a package needs and does not find, and an upgrade that others
/// do not admit (contract §4.3).
pub fn dependencies(installed: &[Installed], package: &Package) -> Result<()> {
    let manifest = &package.manifest;
    let needs = &manifest.dependencies;
    check_dependencies(&manifest.id, &manifest.version, needs, installed).map_err(|failure| {
        let code = match failure.kind {
            DependencyFailureKind::Missing => Code::DependencyMissing,
            DependencyFailureKind::Mismatch => Code::DependencyVersionMismatch,
            DependencyFailureKind::Disabled => Code::DependencyDisabled,
            DependencyFailureKind::Cycle => Code::DependencyCycle,
        };
        let remedy = match failure.details["requiredActions"][0]["packageId"].as_str() {
            Some(id) => format!(" Run `os package install {id}`."),
            None => String::new(),
        };
        code.error(failure.message + &remedy).with_details(failure.details)
    })?;
    check_dependents(&manifest.id, Some(&manifest.version), installed).map_err(|dependents| {
        let who: Vec<String> = dependents
            .iter()
            .map(|it| format!("{} {} ({})", it.package, it.version, it.required_range))
            .collect();
        Code::DependentConflict
            .error(format!(
                "{} {} does not fit what others need of it: {}; upgrade them first",
                manifest.id,
                manifest.version,
                who.join(", ")
            ))
            .with_details(json!({ "dependents": dependents }))
    })
}

/// Refuses settings that, with their defaults, do not fit the schema (contract
/// §4.7). They are kept as they were given: an older version need not know the
/// defaults of a newer one.
pub fn settings(package: &Package, given: &Value) -> Result<()> {
    let Some(schema) = &package.manifest.configuration_schema else {
        if given.is_object() {
            return Ok(());
        }
        return Err(Code::SettingsInvalid.error("`settings` must be an object"));
    };
    let schema = SettingsSchema::parse(schema).map_err(|error| artifact(&error))?;
    schema.validate(&schema.with_defaults(given.clone())).map_err(|problems| {
        let first = problems.first().map(|it| format!("`{}` {}", it.path, it.message));
        Code::SettingsInvalid
            .error(format!(
                "the settings of {} {} do not fit: {}; send `settings` that do",
                package.manifest.id,
                package.manifest.version,
                first.unwrap_or_default()
            ))
            .with_details(json!({ "errors": problems }))
    })
}

/// The refusal for an artifact that cannot be read.
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

/// The refusal for a package that collides with another.
pub fn conflict(conflict: &Conflict) -> Error {
    Code::RegisterFailed.error(conflict.message()).with_details(conflict.details())
}
