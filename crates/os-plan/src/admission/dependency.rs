//! The dependencies between the packages of one target (docs/wire/dependencies.md#resolution).
//!
//! A direct check: what is installed either satisfies a need or it does not.

use super::TargetKind;
use crate::order;
use os_package::names::is_system_package;
use os_package::{Dependency, Installed, ManifestId, VersionNumber, VersionRange, system};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Needs that a sentence lists.
const MAX_NEEDS_SHOWN: usize = 5;

/// Packages of a circle that a sentence lists.
const MAX_CIRCLE_SHOWN: usize = 10;

/// The reason that a need is not met; the error codes of docs/wire/dependencies.md#resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnmetKind {
    /// `DEPENDENCY_MISSING`
    Missing,
    /// `DEPENDENCY_VERSION_MISMATCH`
    Mismatch,
    /// `DEPENDENCY_DISABLED`
    Disabled,
    /// `DEPENDENCY_CYCLE`
    Cycle,
}

/// The unmet needs of a package (docs/wire/dependencies.md#resolution).
#[derive(Debug, Clone, PartialEq)]
pub enum Unmet {
    /// Some needs are not met. All needs, in the order of the manifest.
    Needs(Vec<Need>),
    /// The package would close a circle, which begins and ends with it.
    Cycle(Vec<ManifestId>),
}

/// A package that would break (docs/wire/dependencies.md#upgrades,
/// docs/wire/dependencies.md#dependents; its JSON is an entry of `details.dependents`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Dependent {
    /// Its id.
    #[serde(rename = "packageId")]
    pub package: ManifestId,
    /// Its installed version.
    pub version: VersionNumber,
    /// The versions it needs.
    pub required_range: VersionRange,
}

/// Checks that a target has what a version needs (docs/wire/dependencies.md#resolution).
///
/// `installed` may hold an older version of the package itself; it is ignored.
///
/// # Errors
/// All needs, some of them not met, or the circle that the package would close.
pub fn check_dependencies(
    package: &ManifestId,
    needs: &[Dependency],
    installed: &[Installed],
) -> Result<(), Unmet> {
    let present: HashMap<&ManifestId, &Installed> =
        installed.iter().map(|installed| (&installed.package, installed)).collect();
    if let Some(cycle) = order::cycle_through(package, needs, &present) {
        return Err(Unmet::Cycle(cycle));
    }
    let needs: Vec<Need> =
        needs.iter().map(|need| Need::of(need, present.get(&need.package).copied())).collect();
    if needs.iter().all(|need| need.failure.is_none()) { Ok(()) } else { Err(Unmet::Needs(needs)) }
}

/// Returns whether a target has an enabled package that a need admits, or the platform provides it.
pub fn is_present(need: &Dependency, installed: &[Installed]) -> bool {
    is_system_package(need.package.as_str())
        || installed
            .iter()
            .any(|it| it.package == need.package && it.enabled && need.range.matches(&it.version))
}

/// Checks that the enabled packages of a target survive a change of one of them.
///
/// With a version, for an upgrade or a rollback: every range on the package must admit it, an
/// optional one too (docs/wire/dependencies.md#upgrades). Without, for uninstalling and disabling:
/// no package may need it, unless optionally (docs/wire/dependencies.md#dependents).
///
/// # Errors
/// The packages that would break.
pub fn check_dependents(
    package: &ManifestId,
    new_version: Option<&VersionNumber>,
    installed: &[Installed],
) -> Result<(), Vec<Dependent>> {
    let dependents = dependents(package, new_version, installed);
    if dependents.is_empty() { Ok(()) } else { Err(dependents) }
}

/// Lists the enabled packages that would break; see [`check_dependents`].
pub fn dependents(
    package: &ManifestId,
    new_version: Option<&VersionNumber>,
    installed: &[Installed],
) -> Vec<Dependent> {
    let breaks = |need: &Dependency| match new_version {
        Some(version) => !need.range.matches(version),
        None => !need.optional,
    };
    let others = installed.iter().filter(|other| other.enabled && other.package != *package);
    let dependents = others.filter_map(|other| {
        let need =
            other.dependencies.iter().find(|need| need.package == *package && breaks(need))?;
        Some(Dependent {
            package: other.package.clone(),
            version: other.version.clone(),
            required_range: need.range.clone(),
        })
    });
    dependents.collect()
}

/// A need, and whether the target meets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// The package and the versions that are needed.
    pub dependency: Dependency,
    /// The version that is installed.
    pub installed: Option<VersionNumber>,
    /// The reason that it is not met. `None` when it is.
    pub failure: Option<UnmetKind>,
}

impl Need {
    fn of(need: &Dependency, installed: Option<&Installed>) -> Self {
        let failure = match installed {
            _ if is_system_package(need.package.as_str()) => None,
            // A disabled package is as good as absent, which an optional need allows.
            Some(installed) if need.optional && !installed.enabled => None,
            Some(installed) if !need.range.matches(&installed.version) => Some(UnmetKind::Mismatch),
            Some(installed) if !installed.enabled => Some(UnmetKind::Disabled),
            Some(_) => None,
            None if need.optional => None,
            None => Some(UnmetKind::Missing),
        };
        let installed = installed.map(|it| it.version.clone());
        Self { dependency: need.clone(), installed, failure }
    }

    /// True when a newer version would meet the need.
    fn is_outdated(&self) -> bool {
        self.installed.as_ref().is_some_and(|version| self.dependency.range.is_above(version))
    }

    fn reason(&self, target: TargetKind) -> Option<String> {
        let target = target.noun();
        Some(match (self.failure?, &self.installed) {
            (UnmetKind::Mismatch, Some(version)) => {
                format!("but {version} is installed in this {target}")
            }
            (UnmetKind::Disabled, _) => {
                format!("which is installed but disabled in this {target}")
            }
            _ if self.is_unknown_system_package() => {
                let provided: Vec<&str> = system::PACKAGES.iter().map(|it| it.id).collect();
                format!("which no platform provides; it provides {}", provided.join(", "))
            }
            _ => format!("which is not installed in this {target}"),
        })
    }

    fn remedy(&self) -> String {
        let id = &self.dependency.package;
        match self.failure {
            Some(UnmetKind::Mismatch) if self.is_outdated() => format!("Upgrade {id} first."),
            Some(UnmetKind::Mismatch) => {
                format!("Choose a version of {id} that is {} first.", self.dependency.range)
            }
            Some(UnmetKind::Disabled) => format!("Enable {id} first."),
            _ if self.is_unknown_system_package() => format!("Remove the dependency on {id}."),
            _ => format!("Install {id} first."),
        }
    }

    /// The command that carries out the remedy in a runtime.
    fn command(&self) -> Option<String> {
        let is_missing = self.failure == Some(UnmetKind::Missing);
        (is_missing && !self.is_unknown_system_package())
            .then(|| format!("Run `os package install {}`.", self.dependency.package))
    }

    fn sentence(
        &self,
        target: TargetKind,
        package: &ManifestId,
        version: &VersionNumber,
    ) -> String {
        let Dependency { package: id, range, .. } = &self.dependency;
        let reason = self.reason(target).unwrap_or_default();
        format!("{package} {version} requires {id} {range}, {reason}. {}", self.remedy())
    }

    fn is_unknown_system_package(&self) -> bool {
        self.dependency.package.as_str().starts_with("sys.")
    }

    fn status(&self) -> &'static str {
        match self.failure {
            None => "satisfied",
            Some(UnmetKind::Missing) => "needs_install",
            Some(UnmetKind::Mismatch) if self.is_outdated() => "needs_upgrade",
            Some(_) => "conflict",
        }
    }

    fn action(&self) -> Value {
        let kind = match self.status() {
            "needs_install" => "install",
            "needs_upgrade" => "upgrade",
            _ => "confirm_conflict",
        };
        json!({"type": kind, "packageId": self.dependency.package, "description": self.remedy()})
    }

    fn to_json(&self, target: TargetKind) -> Value {
        let mut entry = json!({
            "packageId": self.dependency.package,
            "requiredRange": self.dependency.range,
            "status": self.status(),
        });
        if let Some(installed) = &self.installed {
            entry["installedVersion"] = json!(installed);
            if self.failure.is_none() {
                entry["resolvedVersion"] = json!(installed);
            }
        }
        if let Some(reason) = self.reason(target) {
            entry["conflictReason"] = json!(reason);
        }
        entry
    }
}

impl Unmet {
    /// Returns the kind of the first need that is not met, in the order of the manifest.
    pub fn kind(&self) -> UnmetKind {
        match self {
            Self::Needs(needs) => {
                needs.iter().find_map(|need| need.failure).unwrap_or(UnmetKind::Missing)
            }
            Self::Cycle(_) => UnmetKind::Cycle,
        }
    }

    /// Returns a sentence for each need that is not met, with its remedy.
    pub(super) fn message(
        &self,
        target: TargetKind,
        package: &ManifestId,
        version: &VersionNumber,
    ) -> String {
        let needs = match self {
            Self::Cycle(cycle) => return cycle_message(package, cycle),
            Self::Needs(needs) => needs,
        };
        let failed: Vec<&Need> = needs.iter().filter(|need| need.failure.is_some()).collect();
        let shown = failed.iter().take(MAX_NEEDS_SHOWN);
        let mut sentences: Vec<String> =
            shown.map(|need| need.sentence(target, package, version)).collect();
        if failed.len() > sentences.len() {
            sentences.push(format!("{} more are not met.", failed.len() - sentences.len()));
        }
        if target == TargetKind::Runtime {
            sentences.extend(failed.first().and_then(|need| need.command()));
        }
        sentences.join(" ")
    }

    /// Returns the spec's `DependencyResolutionResult`.
    pub(super) fn details(&self, target: TargetKind, package: &ManifestId) -> Value {
        match self {
            Self::Needs(needs) => {
                let failed = || needs.iter().filter(|need| need.failure.is_some());
                let mut order: Vec<&ManifestId> =
                    failed().map(|need| &need.dependency.package).collect();
                order.push(package);
                json!({
                    "dependencies":
                        needs.iter().map(|need| need.to_json(target)).collect::<Vec<_>>(),
                    "canProceed": false,
                    "requiredActions": failed().map(Need::action).collect::<Vec<_>>(),
                    "installOrder": order,
                })
            }
            Self::Cycle(cycle) => json!({
                "dependencies": [],
                "canProceed": false,
                "requiredActions": [],
                "installOrder": [],
                "circularDependencies": [cycle],
            }),
        }
    }
}

fn cycle_message(package: &ManifestId, cycle: &[ManifestId]) -> String {
    if cycle.len() <= 2 {
        return format!("{package} depends on itself. Remove the dependency from its manifest.");
    }
    let names: Vec<&str> = cycle.iter().map(ManifestId::as_str).collect();
    let shown = match names.len() {
        0..=MAX_CIRCLE_SHOWN => names.join(" → "),
        more => {
            let shown = names[..MAX_CIRCLE_SHOWN].join(" → ");
            format!("{shown} → … ({} packages)", more - 1)
        }
    };
    format!(
        "{package} would close a circle of dependencies: {shown}. One of them must give up its dependency or make it optional."
    )
}

#[cfg(test)]
mod tests;
