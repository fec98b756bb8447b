//! Refusals of admission, with one set of messages for every caller.

use super::{Dependent, TargetKind, Unmet};
use os_package::settings::{MAX_CHECK_STEPS, SettingsProblem};
use os_package::{InvalidArtifact, ManifestId, Namespace, VersionNumber};
use serde_json::{Value, json};

/// Problems of settings that a sentence lists.
const MAX_PROBLEMS_SHOWN: usize = 5;

/// A refusal: the package, the target, and the reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The package that may not go in.
    pub package: ManifestId,
    /// Its version.
    pub version: VersionNumber,
    /// The kind of target.
    pub target: TargetKind,
    /// The reason, which callers map to a code.
    pub reason: Reason,
}

/// The reason of a refusal.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// The package belongs to the server.
    PlatformScoped,
    /// The version is a draft or a pre-release.
    Unstable {
        /// True for a draft, false for a pre-release.
        is_draft: bool,
    },
    /// The version is deprecated.
    Deprecated,
    /// The version needs a newer platform.
    PlatformTooOld {
        /// The oldest platform it runs on.
        needed: VersionNumber,
        /// The version of the platform.
        ours: VersionNumber,
    },
    /// The version needs another major version of the protocol.
    ProtocolMismatch {
        /// The range it needs.
        range: String,
        /// The major version that the target speaks.
        major: u64,
    },
    /// The target lacks what the version needs.
    Dependencies(Unmet),
    /// Other packages need another version.
    Dependents(Vec<Dependent>),
    /// Other packages need the package, so that it cannot go.
    StillNeeded(Vec<Dependent>),
    /// The settings are no JSON object.
    SettingsNoObject,
    /// The settings do not match their schema.
    Settings {
        /// The problems.
        problems: Vec<SettingsProblem>,
        /// True for settings of an installation, false for those of a request.
        are_stored: bool,
    },
    /// Checking the settings would take too many steps.
    SettingsTooComplex,
    /// The schema of the settings cannot be read.
    SettingsSchema(InvalidArtifact),
    /// An object has a name of the platform.
    ReservedObject(String),
    /// The namespace is one of the database.
    ReservedNamespace(Namespace),
}

impl Refusal {
    /// A refusal for a reason of [`super::check_stage`] or [`super::check_names`].
    pub fn of(
        target: TargetKind,
        package: &ManifestId,
        version: &VersionNumber,
        reason: Reason,
    ) -> Self {
        Self { package: package.clone(), version: version.clone(), target, reason }
    }

    /// Returns the sentence for people, with the remedy.
    pub fn message(&self) -> String {
        let Self { package: id, version, target, reason } = self;
        match reason {
            Reason::PlatformScoped => platform_scoped(id),
            Reason::Unstable { is_draft } => self.unstable(*is_draft),
            Reason::Deprecated => format!(
                "{id} {version} is deprecated; choose another version, or pass `allow_deprecated: true`"
            ),
            Reason::PlatformTooOld { needed, ours } => {
                let name = target.platform();
                format!(
                    "{id} {version} needs platform {needed} or newer, and this {name} is {ours}; upgrade the {name} or choose an older version"
                )
            }
            Reason::ProtocolMismatch { range, major } => format!(
                "{id} {version} needs protocol {range}, and this {} speaks {major}; choose a version made for {major}, or migrate the package",
                target.platform()
            ),
            Reason::Dependencies(unmet) => unmet.message(*target, id, version),
            Reason::Dependents(dependents) => format!(
                "{id} {version} does not meet what other packages need: {}; upgrade these first, or choose another version",
                listed(dependents, |it| format!(
                    "{} {} needs {}",
                    it.package, it.version, it.required_range
                ))
            ),
            Reason::StillNeeded(dependents) => format!(
                "{id} is needed by {}; uninstall or disable these first, or add `?force=1`",
                listed(dependents, |it| format!("{} {}", it.package, it.version))
            ),
            Reason::SettingsNoObject => "`settings` must be an object".to_owned(),
            Reason::Settings { problems, are_stored } => self.settings(problems, *are_stored),
            Reason::SettingsTooComplex => format!(
                "`settings` are too many for the schema of {id} {version}: checking them would take more than {MAX_CHECK_STEPS} steps, about one for each value and each part of the schema that is applied to it; send fewer values, or publish a version with a simpler schema"
            ),
            Reason::SettingsSchema(error) => error.to_string(),
            Reason::ReservedObject(object) => format!(
                "object `{object}` has the prefix `sys_`, which is reserved for the platform; rename it"
            ),
            Reason::ReservedNamespace(namespace) => {
                format!("the namespace `{namespace}` belongs to the database; choose another one")
            }
        }
    }

    fn unstable(&self, is_draft: bool) -> String {
        let Self { package: id, version, .. } = self;
        let what = if is_draft { "a draft" } else { "a pre-release" };
        match self.target {
            TargetKind::Environment { is_production: true, .. } => format!(
                "{id} {version} is {what}; production environments run published, stable versions only"
            ),
            TargetKind::Environment { name, .. } => format!(
                "{id} {version} is {what}; pass `allow_draft: true` to run it in this {name} environment"
            ),
            TargetKind::Runtime => {
                format!("{id} {version} is {what}; pass `allow_draft: true` to run it")
            }
        }
    }

    fn settings(&self, problems: &[SettingsProblem], are_stored: bool) -> String {
        let shown = problems.iter().take(MAX_PROBLEMS_SHOWN);
        let shown: Vec<String> = shown
            .map(|it| format!("`settings{}` {}", it.path.replace('/', "."), it.message))
            .collect();
        let mut message = shown.join("; ");
        if are_stored {
            message.push_str(&format!(
                "; the settings of the installation do not fit {}, so change them first",
                self.version
            ));
        }
        message
    }

    /// Returns the details for programs, where the reason has any.
    pub fn details(&self) -> Option<Value> {
        Some(match &self.reason {
            Reason::ProtocolMismatch { range, major } => json!({
                "code": "OS_PROTOCOL_INCOMPATIBLE",
                "packageId": self.package,
                "requiredRange": range,
                "runtimeVersion": format!("{major}.0.0"),
                "runtimeMajor": major,
            }),
            Reason::Dependencies(unmet) => unmet.details(self.target, &self.package),
            Reason::Dependents(dependents) | Reason::StillNeeded(dependents) => {
                json!({ "dependents": dependents })
            }
            Reason::Settings { problems, .. } => json!({ "errors": problems }),
            _ => return None,
        })
    }
}

/// Returns the sentence for a package that belongs to the server
/// (docs/wire/installations.md#installation-endpoints).
pub fn platform_scoped(id: &ManifestId) -> String {
    format!(
        "{id} is a platform package: it comes with the server and cannot be installed, disabled or uninstalled per environment"
    )
}

fn listed(dependents: &[Dependent], one: impl Fn(&Dependent) -> String) -> String {
    dependents.iter().map(one).collect::<Vec<_>>().join(", ")
}

impl TargetKind {
    /// The thing that has a platform version.
    fn platform(self) -> &'static str {
        match self {
            Self::Environment { .. } => "platform",
            Self::Runtime => "runtime",
        }
    }

    /// The target, as sentences call it.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Environment { .. } => "environment",
            Self::Runtime => "runtime",
        }
    }
}
