//! Environments and versions as [`os_plan::admission`] sees them.

use super::EnvironmentType;
use crate::registry::version::VersionStatus;
use os_plan::admission::{self, Allow, Stage, Status, TargetKind};

/// Returns an environment as admission sees it.
pub fn target(environment: EnvironmentType) -> TargetKind {
    let is_production = environment == EnvironmentType::Production;
    TargetKind::Environment { name: environment.as_str(), is_production }
}

/// Returns the stage of a version as admission sees it.
pub fn stage(status: VersionStatus, is_pre_release: bool) -> Stage {
    let status = match status {
        VersionStatus::Draft => Status::Draft,
        VersionStatus::Published => Status::Published,
        VersionStatus::Deprecated => Status::Deprecated,
    };
    Stage { status, is_pre_release }
}

/// Returns whether versions of this stage run in environments of this type.
pub fn runs_in(
    environment: EnvironmentType,
    status: VersionStatus,
    is_pre_release: bool,
    allow: Allow,
) -> bool {
    admission::check_stage(target(environment), stage(status, is_pre_release), allow).is_ok()
}
