//! The versions that an installation can move to, for pages that offer a choice.

use super::rules::{self, Allow, DesiredVersion, SettingsCheck};
use super::{sql, target};
use crate::fleet::environment::EnvironmentAccess;
use crate::registry::version::{self, Version};
use crate::{Code, Config, Error, Result};
use os_db::Tx;
use os_package::VersionNumber;
use std::collections::HashMap;

/// The most versions of a package that are judged.
const MAX_CANDIDATES: i64 = 100;

/// The direction in which an installation moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Upgrade,
    Rollback,
}

impl Direction {
    /// The exceptions that the change itself makes.
    fn allow(self) -> Allow {
        match self {
            Self::Upgrade => Allow::default(),
            Self::Rollback => Allow::ALL,
        }
    }

    fn is_ahead(self, from: &VersionNumber, to: &Version) -> bool {
        let Ok(to) = to.version.parse::<VersionNumber>() else { return false };
        match self {
            Self::Upgrade => to > *from,
            Self::Rollback => to < *from,
        }
    }
}

/// The versions in one direction, each list with the highest first.
#[derive(Debug, Default)]
pub struct MoveTargets {
    /// The versions that admission lets in.
    pub admitted: Vec<Version>,
    /// The versions that are released for this type of environment and that admission refuses for
    /// another reason.
    pub refused: Vec<RefusedTarget>,
}

/// A version that admission refuses.
#[derive(Debug)]
pub struct RefusedTarget {
    pub version: Version,
    pub error: Error,
}

/// Returns the versions that an upgrade or a rollback of the installation would be admitted to,
/// by the function that the change itself calls.
///
/// # Errors
/// `PACKAGE_NOT_INSTALLED`.
pub async fn targets(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    config: &Config,
    package: &str,
    direction: Direction,
) -> Result<MoveTargets> {
    let installed = super::list(tx, access).await?;
    let current = super::pick(&installed, package)?;
    let facts = rules::facts(&installed)?;
    let from = current.number()?;
    let mut candidates = match target::find_access(tx, access.organization(), current).await? {
        Some(visible) => version::list(tx, visible, None, MAX_CANDIDATES).await?,
        None => Vec::new(),
    };
    if direction == Direction::Rollback {
        let has_run = sql::versions_run(tx, access.environment(), current.package_id).await?;
        candidates.extend(version::find_all(tx, &has_run).await?);
    }
    candidates.retain(|it| direction.is_ahead(&from, it));
    candidates.sort_by(|a, b| (&b.precedence, b.id).cmp(&(&a.precedence, a.id)));
    candidates.dedup_by_key(|it| it.id);
    let found = version::installables(tx, &candidates).await?;
    let found: HashMap<_, _> = found.into_iter().map(|it| (it.id, it)).collect();
    let mut targets = MoveTargets::default();
    for version in candidates {
        let Some(installable) = found.get(&version.id) else { continue };
        let environment = access.environment_type();
        let desired = DesiredVersion { version: installable, allow: direction.allow() };
        let mut admitted = rules::admit(config, environment, desired, Some(&facts)).map(drop);
        if admitted.is_ok() {
            let wanted = SettingsCheck::of_installation(installable, current)?;
            admitted = rules::settings(environment, &rules::fact(installable), wanted).await;
        }
        match admitted {
            Ok(()) => targets.admitted.push(version),
            Err(error) if is_unreleased(&error) => {}
            Err(error) => targets.refused.push(RefusedTarget { version, error }),
        }
    }
    Ok(targets)
}

fn is_unreleased(error: &Error) -> bool {
    error.code().is_any_of(&[Code::DraftNotAllowed, Code::VersionDeprecated])
}
