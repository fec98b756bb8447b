//! Which packages fit together in one environment (contract §4.3).
//!
//! Today a direct check: what is installed either satisfies what a package needs or it does not.
//! A resolver that chooses versions takes the same values and belongs beside it.
//!
//! **Invariant:** nothing is ever installed here; every refusal says which package to touch next.

mod order;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::names::is_system_package;
use crate::text::listing;
use crate::{ManifestId, VersionNumber, VersionRange, system};

pub use order::install_order;

/// A package that another one needs (contract §1.4, `dependencies`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependency {
    /// What is needed: a package or one of the `sys.*` of the platform.
    #[serde(rename = "packageId")]
    pub package: ManifestId,
    /// Which of its versions will do.
    #[serde(rename = "versionRange")]
    pub range: VersionRange,
    /// Whether it may be absent.
    #[serde(default)]
    pub optional: bool,
}

/// A package as it is installed in an environment, enabled or not (contract §4.3.2, step 0).
#[derive(Debug, Clone)]
pub struct Installed {
    /// Which package.
    pub package: ManifestId,
    /// The version the environment runs.
    pub version: VersionNumber,
    /// Whether it is loaded.
    pub enabled: bool,
    /// What that version needs.
    pub dependencies: Vec<Dependency>,
}

/// Why needs are not met; the error codes of contract §4.3.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DependencyFailureKind {
    /// `DEPENDENCY_MISSING`
    Missing,
    /// `DEPENDENCY_VERSION_MISMATCH`
    Mismatch,
    /// `DEPENDENCY_DISABLED`
    Disabled,
    /// `DEPENDENCY_CYCLE`
    Cycle,
}

/// A package cannot be installed, because of what it needs (contract §4.3.2).
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct DependencyFailure {
    /// The first failure in the order of the manifest.
    pub kind: DependencyFailureKind,
    /// A sentence per failure, naming the remedy.
    pub message: String,
    /// The spec's `DependencyResolutionResult`.
    pub details: Value,
}

/// A package that would break (contract §4.3.3, §4.3.4; its JSON is an entry of
/// `details.dependents`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Dependent {
    /// Which package.
    #[serde(rename = "packageId")]
    pub package: ManifestId,
    /// Its installed version.
    pub version: VersionNumber,
    /// What it needs.
    pub required_range: VersionRange,
}

/// Whether an environment has what a version needs (contract §4.3.2).
///
/// `installed` may hold an older entry of the package itself; it is ignored.
pub fn check_dependencies(
    package: &ManifestId,
    version: &VersionNumber,
    needs: &[Dependency],
    installed: &[Installed],
) -> Result<(), DependencyFailure> {
    let present: HashMap<&ManifestId, &Installed> =
        installed.iter().map(|installed| (&installed.package, installed)).collect();
    if let Some(cycle) = order::cycle_through(package, needs, &present) {
        return Err(cycle_failure(package, &cycle));
    }

    let findings: Vec<Finding> =
        needs.iter().map(|need| Finding::of(need, present.get(&need.package).copied())).collect();
    let Some(kind) = findings.iter().find_map(|finding| finding.failure) else { return Ok(()) };

    let failed: Vec<&Finding> = findings.iter().filter(|f| f.failure.is_some()).collect();
    let mut sentences: Vec<String> =
        failed.iter().take(5).map(|finding| finding.sentence(package, version)).collect();
    if failed.len() > sentences.len() {
        sentences.push(format!("{} more are not met.", failed.len() - sentences.len()));
    }
    let mut order: Vec<&str> = failed.iter().map(|f| f.need.package.as_str()).collect();
    order.push(package.as_str());
    let details = json!({
        "dependencies": findings.iter().map(Finding::to_json).collect::<Vec<_>>(),
        "canProceed": false,
        "requiredActions": failed.iter().map(|f| f.action()).collect::<Vec<_>>(),
        "installOrder": order,
    });
    Err(DependencyFailure { kind, message: sentences.join(" "), details })
}

/// Whether the enabled packages of an environment survive a change of one of them.
///
/// `Some` is the version an upgrade or rollback leads to: every range on it must admit it, an
/// optional one too (contract §4.3.3). `None` is uninstalling or disabling: whoever needs it, and
/// not just optionally, stands in the way (contract §4.3.4).
pub fn check_dependents(
    package: &ManifestId,
    new_version: Option<&VersionNumber>,
    installed: &[Installed],
) -> Result<(), Vec<Dependent>> {
    let breaks = |need: &Dependency| match new_version {
        Some(version) => !need.range.matches(version),
        None => !need.optional,
    };
    let others = installed.iter().filter(|other| other.enabled && other.package != *package);
    let dependents: Vec<Dependent> = others
        .filter_map(|other| {
            let need =
                other.dependencies.iter().find(|need| need.package == *package && breaks(need))?;
            Some(Dependent {
                package: other.package.clone(),
                version: other.version.clone(),
                required_range: need.range.clone(),
            })
        })
        .collect();
    if dependents.is_empty() { Ok(()) } else { Err(dependents) }
}

/// What became of one need.
struct Finding<'a> {
    need: &'a Dependency,
    installed: Option<&'a Installed>,
    failure: Option<DependencyFailureKind>,
}

impl<'a> Finding<'a> {
    fn of(need: &'a Dependency, installed: Option<&'a Installed>) -> Self {
        let failure = match installed {
            _ if is_system_package(need.package.as_str()) => None,
            // Disabled is as good as absent, so an optional need is content with it.
            Some(installed) if need.optional && !installed.enabled => None,
            Some(installed) if !need.range.matches(&installed.version) => {
                Some(DependencyFailureKind::Mismatch)
            }
            Some(installed) if !installed.enabled => Some(DependencyFailureKind::Disabled),
            Some(_) => None,
            None if need.optional => None,
            None => Some(DependencyFailureKind::Missing),
        };
        Self { need, installed, failure }
    }

    /// Whether a newer version would meet the need.
    fn is_outdated(&self) -> bool {
        self.installed.is_some_and(|installed| self.need.range.is_above(&installed.version))
    }

    fn reason(&self) -> Option<String> {
        let version = self.installed.map(|installed| &installed.version);
        Some(match (self.failure?, version) {
            (DependencyFailureKind::Mismatch, Some(version)) => {
                format!("but {version} is installed in this environment")
            }
            (DependencyFailureKind::Disabled, _) => {
                "which is installed but disabled in this environment".to_owned()
            }
            _ if self.is_unknown_system_package() => {
                let provided: Vec<&str> = system::PACKAGES.iter().map(|it| it.id).collect();
                format!("which no platform provides; it provides {}", provided.join(", "))
            }
            _ => "which is not installed in this environment".to_owned(),
        })
    }

    fn remedy(&self) -> String {
        let id = &self.need.package;
        match self.failure {
            Some(DependencyFailureKind::Mismatch) if self.is_outdated() => {
                format!("Upgrade {id} first.")
            }
            Some(DependencyFailureKind::Mismatch) => {
                format!("Choose a version of {id} that is {} first.", self.need.range)
            }
            Some(DependencyFailureKind::Disabled) => format!("Enable {id} first."),
            _ if self.is_unknown_system_package() => format!("Remove the dependency on {id}."),
            _ => format!("Install {id} first."),
        }
    }

    fn sentence(&self, package: &ManifestId, version: &VersionNumber) -> String {
        let Dependency { package: id, range, .. } = self.need;
        let reason = self.reason().unwrap_or_default();
        format!("{package} {version} requires {id} {range}, {reason}. {}", self.remedy())
    }

    fn is_unknown_system_package(&self) -> bool {
        self.need.package.as_str().starts_with("sys.")
    }

    fn status(&self) -> &'static str {
        match self.failure {
            None => "satisfied",
            Some(DependencyFailureKind::Missing) => "needs_install",
            Some(DependencyFailureKind::Mismatch) if self.is_outdated() => "needs_upgrade",
            Some(_) => "conflict",
        }
    }

    fn action(&self) -> Value {
        let kind = match self.status() {
            "needs_install" => "install",
            "needs_upgrade" => "upgrade",
            _ => "confirm_conflict",
        };
        json!({"type": kind, "packageId": self.need.package, "description": self.remedy()})
    }

    fn to_json(&self) -> Value {
        let mut entry = json!({
            "packageId": self.need.package,
            "requiredRange": self.need.range,
            "status": self.status(),
        });
        if let Some(installed) = self.installed {
            entry["installedVersion"] = json!(installed.version);
            if self.failure.is_none() {
                entry["resolvedVersion"] = json!(installed.version);
            }
        }
        if let Some(reason) = self.reason() {
            entry["conflictReason"] = json!(reason);
        }
        entry
    }
}

fn cycle_failure(package: &ManifestId, cycle: &[ManifestId]) -> DependencyFailure {
    let names: Vec<&str> = cycle.iter().map(ManifestId::as_str).collect();
    let message = if cycle.len() <= 2 {
        format!("{package} depends on itself. Remove the dependency from its manifest.")
    } else {
        format!(
            "{package} would close a circle of dependencies: {}. One of them must give up its \
             dependency or make it optional.",
            if names.len() <= 10 { names.join(" → ") } else { listing(&names) }
        )
    };
    let details = json!({
        "dependencies": [],
        "canProceed": false,
        "requiredActions": [],
        "installOrder": [],
        "circularDependencies": [names],
    });
    DependencyFailure { kind: DependencyFailureKind::Cycle, message, details }
}

#[cfg(test)]
mod tests;
