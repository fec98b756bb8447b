//! What a version must satisfy to run in an environment.

use super::{Installation, list};
use crate::fleet::environment::EnvironmentType;
use crate::registry::version::{Installable, VersionStatus};
use crate::{Code, Config, EnvironmentId, Error, Result};
use os_db::Tx;
use os_package::{
    Admission, Dependency, DependencyFailureKind, Installed, ManifestId, Scope, VersionNumber,
    check_dependencies, check_dependents, protocol,
};
use serde_json::json;

/// What a request lets pass.
#[derive(Debug, Clone, Copy, Default)]
pub struct Allow {
    /// Drafts and pre-releases, outside production.
    pub draft: bool,
    pub deprecated: bool,
}

/// Which versions run where: the table of contract §4.5.
///
/// # Errors
/// `DRAFT_NOT_ALLOWED`, `VERSION_DEPRECATED`.
pub fn status(kind: EnvironmentType, version: &Installable, allow: Allow) -> Result<()> {
    let what = match (version.status, version.is_pre_release) {
        (VersionStatus::Draft, _) => Some("a draft"),
        (_, true) => Some("a pre-release"),
        (_, false) => None,
    };
    if let Some(what) = what {
        if kind == EnvironmentType::Production {
            return Err(Code::DraftNotAllowed.error(format!(
                "{} {} is {what}; production environments run published, stable versions only",
                version.manifest_id, version.version
            )));
        }
        if !allow.draft {
            return Err(Code::DraftNotAllowed.error(format!(
                "{} {} is {what}; say `allow_draft: true` to run it in this {} environment",
                version.manifest_id,
                version.version,
                kind.as_str()
            )));
        }
    }
    if version.status == VersionStatus::Deprecated && !allow.deprecated {
        return Err(Code::VersionDeprecated.error(format!(
            "{} {} is deprecated; choose another version, or say `allow_deprecated: true`",
            version.manifest_id, version.version
        )));
    }
    Ok(())
}

/// Whether everything that is installed could run in production.
///
/// # Errors
/// `DRAFT_NOT_ALLOWED`, naming what could not.
pub async fn all_fit_production(tx: &mut Tx, environment: EnvironmentId) -> Result<()> {
    let all = list(tx, environment).await?;
    let unfit: Vec<String> = all
        .iter()
        .filter(|it| it.is_pre_release || it.version_status == VersionStatus::Draft)
        .map(|it| format!("{} {}", it.manifest_id, it.version))
        .collect();
    if unfit.is_empty() {
        return Ok(());
    }
    Err(Code::DraftNotAllowed.error(format!(
        "`env_type` cannot become production while drafts or pre-releases are installed: {}; move them to published, stable versions first",
        unfit.join(", ")
    )))
}

/// Platform packages belong to the server, not to an environment (contract §3.5).
///
/// # Errors
/// `PLATFORM_SCOPED_PACKAGE`.
pub fn scope(version: &Installable) -> Result<()> {
    match version.scope {
        Scope::Environment => Ok(()),
        Scope::Platform => Err(platform_scoped(version.manifest_id.as_str())),
    }
}

/// The same for what is installed already.
///
/// # Errors
/// `PLATFORM_SCOPED_PACKAGE`.
pub fn installed_scope(installation: &Installation) -> Result<()> {
    match installation.scope.as_str() {
        "platform" => Err(platform_scoped(&installation.manifest_id)),
        _ => Ok(()),
    }
}

fn platform_scoped(manifest_id: &str) -> Error {
    Code::PlatformScoped.error(format!(
        "{manifest_id} is a platform package; it comes with the server and cannot be installed, disabled or uninstalled per environment"
    ))
}

/// Both gates of contract §4.4. Answers warnings for what could not be judged.
///
/// # Errors
/// `PLATFORM_INCOMPATIBLE`.
pub fn platform(config: &Config, version: &Installable) -> Result<Vec<String>> {
    let mut warnings = Vec::new();
    let (id, number) = (&version.manifest_id, &version.version);
    if let Some(least) = &version.min_platform_version {
        let ours = config.platform_version.parse::<VersionNumber>();
        match (least.parse::<VersionNumber>(), ours) {
            (Ok(least), Ok(ours)) if ours < least => {
                return Err(Code::PlatformIncompatible.error(format!(
                    "{id} {number} needs platform {least} or newer; this is {ours}, so upgrade the platform or choose an older version"
                )));
            }
            (Ok(_), Ok(_)) => {}
            _ => warnings.push(format!(
                "the least platform version `{least}` of {id} {number} could not be compared"
            )),
        }
    }
    let major = config.protocol_major;
    match version.protocol_range.as_deref() {
        None => warnings.push(format!(
            "{id} {number} does not say which protocol it needs (`engines.protocol`)"
        )),
        Some(range) => match protocol::admits(range, major) {
            Admission::Admitted => {}
            Admission::Refused => return Err(protocol_refused(version, range, major)),
            Admission::Unparsed => warnings.push(format!(
                "the protocol range `{range}` of {id} {number} is not understood; it was let pass"
            )),
        },
    }
    Ok(warnings)
}

fn protocol_refused(version: &Installable, range: &str, major: u64) -> Error {
    let (id, number) = (&version.manifest_id, &version.version);
    Code::PlatformIncompatible
        .error(format!(
            "{id} {number} needs protocol {range}; this platform speaks {major}, so choose a version made for it"
        ))
        .with_details(json!({
            "code": "OS_PROTOCOL_INCOMPATIBLE", "packageId": id, "requiredRange": range,
            "runtimeMajor": major,
        }))
}

/// Whether the environment has what a version needs (contract §4.3).
///
/// # Errors
/// `DEPENDENCY_…`, each with the spec's details.
pub fn dependencies(
    package: &ManifestId,
    version: &VersionNumber,
    needs: &[Dependency],
    installed: &[Installed],
) -> Result<()> {
    check_dependencies(package, version, needs, installed).map_err(|failure| {
        let code = match failure.kind {
            DependencyFailureKind::Missing => Code::DependencyMissing,
            DependencyFailureKind::Mismatch => Code::DependencyVersionMismatch,
            DependencyFailureKind::Disabled => Code::DependencyDisabled,
            DependencyFailureKind::Cycle => Code::DependencyCycle,
        };
        code.error(failure.message).with_details(failure.details)
    })
}

/// Whether those who need the package can live with this version (contract §4.3.3).
///
/// # Errors
/// `DEPENDENT_CONFLICT`.
pub fn dependents_accept(
    package: &ManifestId,
    version: &VersionNumber,
    installed: &[Installed],
) -> Result<()> {
    check_dependents(package, Some(version), installed).map_err(|dependents| {
        let who: Vec<String> = dependents
            .iter()
            .map(|it| format!("{} {} (needs {})", it.package, it.version, it.required_range))
            .collect();
        Code::DependentConflict
            .error(format!(
                "{package} {version} does not suit {}; change these first, or choose another version",
                who.join(", ")
            ))
            .with_details(json!({ "dependents": dependents }))
    })
}

/// Whether nobody needs the package (contract §4.3.4).
///
/// # Errors
/// `DEPENDENT_PACKAGES`.
pub fn nobody_depends(package: &ManifestId, installed: &[Installed]) -> Result<()> {
    check_dependents(package, None, installed).map_err(|dependents| {
        let who: Vec<String> =
            dependents.iter().map(|it| format!("{} {}", it.package, it.version)).collect();
        Code::DependentPackages
            .error(format!(
                "{package} is needed by {}; uninstall or disable these first, or add `?force=1`",
                who.join(", ")
            ))
            .with_details(json!({ "dependents": dependents }))
    })
}

/// What is installed, as the rules about dependencies look at it.
pub async fn installed(tx: &mut Tx, environment: EnvironmentId) -> Result<Vec<Installed>> {
    facts(&list(tx, environment).await?)
}

/// What rules look at, of everything that is installed.
pub fn facts(installed: &[Installation]) -> Result<Vec<Installed>> {
    installed.iter().map(Installation::installed).collect()
}
