//! Admission: the decision whether a version of a package may go into a target
//! (docs/wire/installations.md#installation-endpoints, docs/wire/runtime-install.md#install-local,
//! docs/wire/dependencies.md#resolution, docs/wire/dependencies.md#platform,
//! docs/wire/installations.md#which-versions-run-where, docs/wire/manifest.md#settings).
//!
//! [`admit`] makes the whole decision. Its checks are public for questions about a part:
//! a page that lists the versions to choose from has no settings yet, and enabling an installed
//! package checks its needs alone.
//!
//! **Invariant:** every refusal names the package, the reason, and what to do next.

pub mod conflict;
mod dependency;
mod platform;
mod refusal;

pub use dependency::{
    Dependent, Need, Unmet, UnmetKind, check_dependencies, check_dependents, dependents, is_present,
};
pub use refusal::{Reason, Refusal, platform_scoped};

use os_package::{
    Dependency, Installed, ManifestId, Namespace, Scope, SettingsFault, SettingsSchema,
    StoredSettings, VersionNumber, names,
};
use serde_json::Value;

/// A kind of target, which has sentences and rules of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// An environment of a control plane.
    Environment {
        /// Its type: `sandbox`, `production`, ….
        name: &'static str,
        /// True when it runs published, stable versions only.
        is_production: bool,
    },
    /// A runtime.
    Runtime,
}

/// The facts about what is to run a version.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Its kind.
    pub kind: TargetKind,
    /// The version of its platform.
    pub platform_version: &'a str,
    /// The major version of the protocol that it speaks.
    pub protocol_major: u64,
    /// The installed packages, an older version of the package included. `None` skips the check of
    /// needs: for a package that stays disabled.
    pub installed: Option<&'a [Installed]>,
}

/// The facts about a version that is to go in.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// Its package.
    pub id: &'a ManifestId,
    /// Its number.
    pub version: &'a VersionNumber,
    /// Its stage. `None` for an artifact that no registry knows.
    pub stage: Option<Stage>,
    /// To whom it belongs.
    pub scope: Scope,
    /// The oldest platform it runs on.
    pub min_platform_version: Option<&'a str>,
    /// The protocol it needs.
    pub protocol_range: Option<&'a str>,
    /// The packages it needs.
    pub dependencies: &'a [Dependency],
    /// Its settings. `None` skips their check.
    pub settings: Option<Settings<'a>>,
}

/// The settings that a version is to run with.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a> {
    /// Their schema in the version.
    pub schema: Option<&'a Value>,
    /// The values, without the defaults of the schema.
    pub values: &'a StoredSettings,
    /// True for settings of an installation, false for those of a request.
    pub are_stored: bool,
}

/// The stage of release of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// Its status in the registry.
    pub status: Status,
    /// True for the number of a pre-release.
    pub is_pre_release: bool,
}

/// The status of a version in a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It can still change.
    Draft,
    /// It never changes.
    Published,
    /// It never changes, and is not offered any more.
    Deprecated,
}

/// Exceptions that a request makes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allow {
    /// Drafts and pre-releases, outside production.
    pub draft: bool,
    /// Deprecated versions.
    pub deprecated: bool,
}

impl Allow {
    /// Every exception: for a version that the target has run before.
    pub const ALL: Self = Self { draft: true, deprecated: true };
}

/// Decides whether a version may go into a target. Returns warnings about what could not be
/// checked.
///
/// # Errors
/// The first reason, in this order: scope, stage, platform, protocol, dependencies, dependents,
/// settings.
pub fn admit(
    target: &Target<'_>,
    candidate: &Candidate<'_>,
    allow: Allow,
) -> Result<Vec<String>, Refusal> {
    let Candidate { id, version, .. } = candidate;
    let refuse = |reason| Refusal::of(target.kind, id, version, reason);
    if target.kind != TargetKind::Runtime && candidate.scope == Scope::Platform {
        return Err(refuse(Reason::PlatformScoped));
    }
    if let Some(stage) = candidate.stage {
        check_stage(target.kind, stage, allow).map_err(refuse)?;
    }
    let warnings = platform::check(target, candidate).map_err(refuse)?;
    if let Some(installed) = target.installed {
        check_needs(target.kind, Subject::of(candidate), installed)?;
    }
    if let Some(settings) = candidate.settings {
        check_settings(target.kind, Subject::of(candidate), settings)?;
    }
    Ok(warnings)
}

/// A version and what it needs.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Its package.
    pub id: &'a ManifestId,
    /// Its number.
    pub version: &'a VersionNumber,
    /// The packages it needs.
    pub dependencies: &'a [Dependency],
}

impl<'a> Subject<'a> {
    fn of(candidate: &Candidate<'a>) -> Self {
        let Candidate { id, version, dependencies, .. } = *candidate;
        Self { id, version, dependencies }
    }
}

impl<'a> From<&'a Installed> for Subject<'a> {
    fn from(it: &'a Installed) -> Self {
        Self { id: &it.package, version: &it.version, dependencies: &it.dependencies }
    }
}

/// Checks that a target has what a version needs, and that the version meets the needs of others.
///
/// # Errors
/// [`Reason::Dependencies`], [`Reason::Dependents`].
pub fn check_needs(
    target: TargetKind,
    subject: Subject<'_>,
    installed: &[Installed],
) -> Result<(), Refusal> {
    let Subject { id, version, .. } = subject;
    check_own_needs(target, subject, installed)?;
    check_dependents(id, Some(version), installed)
        .map_err(|dependents| Refusal::of(target, id, version, Reason::Dependents(dependents)))
}

/// Checks that a target has what a version needs.
///
/// # Errors
/// [`Reason::Dependencies`].
pub fn check_own_needs(
    target: TargetKind,
    subject: Subject<'_>,
    installed: &[Installed],
) -> Result<(), Refusal> {
    let Subject { id, version, dependencies } = subject;
    check_dependencies(id, dependencies, installed)
        .map_err(|unmet| Refusal::of(target, id, version, Reason::Dependencies(unmet)))
}

/// Checks that versions of this stage run in the target: the table of
/// docs/wire/installations.md#which-versions-run-where.
///
/// # Errors
/// [`Reason::Unstable`], [`Reason::Deprecated`].
pub fn check_stage(target: TargetKind, stage: Stage, allow: Allow) -> Result<(), Reason> {
    let is_production = matches!(target, TargetKind::Environment { is_production: true, .. });
    let is_draft = stage.status == Status::Draft;
    if (is_draft || stage.is_pre_release) && (is_production || !allow.draft) {
        return Err(Reason::Unstable { is_draft });
    }
    if stage.status == Status::Deprecated && !allow.deprecated {
        return Err(Reason::Deprecated);
    }
    Ok(())
}

/// Checks that nobody needs an installed package, so that it can go
/// (docs/wire/dependencies.md#dependents).
///
/// # Errors
/// [`Reason::StillNeeded`].
pub fn check_removal(
    target: TargetKind,
    subject: Subject<'_>,
    installed: &[Installed],
) -> Result<(), Refusal> {
    check_dependents(subject.id, None, installed).map_err(|dependents| {
        Refusal::of(target, subject.id, subject.version, Reason::StillNeeded(dependents))
    })
}

/// Checks settings, with the defaults of their schema filled in (docs/wire/manifest.md#settings).
///
/// # Errors
/// [`Reason::Settings`], [`Reason::SettingsTooComplex`], [`Reason::SettingsSchema`].
pub fn check_settings(
    target: TargetKind,
    subject: Subject<'_>,
    settings: Settings<'_>,
) -> Result<(), Refusal> {
    settings_reason(settings)
        .map_or(Ok(()), |reason| Err(Refusal::of(target, subject.id, subject.version, reason)))
}

fn settings_reason(settings: Settings<'_>) -> Option<Reason> {
    let Settings { schema, values, are_stored } = settings;
    let Some(schema) = schema else {
        return (!values.is_object()).then_some(Reason::SettingsNoObject);
    };
    match SettingsSchema::parse(schema) {
        Ok(schema) => Some(match schema.check(values).err()? {
            SettingsFault::Problems(problems) => Reason::Settings { problems, are_stored },
            SettingsFault::TooComplex => Reason::SettingsTooComplex,
        }),
        Err(error) => Some(Reason::SettingsSchema(error)),
    }
}

/// Namespaces whose tables would collide with those of the databases, with those of a runtime, or
/// with the indexes that it creates.
const TABLE_PREFIXES: [&str; 5] = ["sqlite", "pg", "schema", "ux", "ix"];

/// Checks that a package takes no name of the platform or of the database
/// (docs/wire/names.md#namespaces).
///
/// # Errors
/// [`Reason::ReservedObject`], [`Reason::ReservedNamespace`].
pub fn check_names<'a>(
    namespace: Option<&Namespace>,
    objects: impl IntoIterator<Item = &'a str>,
) -> Result<(), Reason> {
    if let Some(object) = objects.into_iter().find(|name| names::is_reserved_object(name)) {
        return Err(Reason::ReservedObject(object.to_owned()));
    }
    match namespace.filter(|it| TABLE_PREFIXES.contains(&it.as_str())) {
        Some(namespace) => Err(Reason::ReservedNamespace(namespace.clone())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
