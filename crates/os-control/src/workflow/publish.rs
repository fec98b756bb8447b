//! Publishing a version, submitting it for review and installing it, in one request.

use crate::fleet::environment::{EnvironmentAccess, EnvironmentRole};
use crate::fleet::installation::{self, Allow, InstallRequest, UpgradeRequest, VersionRef};
use crate::registry::listing;
use crate::registry::package::PackageAccess;
use crate::registry::version::{
    self, ListingStatus, NewVersion, PublishOutcome, Version, VersionStatus,
};
use crate::{Code, Config, Result};
use os_api::version::InstalledOnPublish;
use os_db::Tx;
use os_identity::Scope;
use serde_json::Map;

/// A request to publish a version, and then to list and to install it.
pub struct PublishRequest {
    pub version: NewVersion,
    pub review: Review,
    pub install: Option<InstallTarget>,
}

/// The way of a published version into the marketplace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Review {
    Unlisted,
    Submit,
    /// Platform administrators only.
    AutoApprove,
}

/// The environment that a version is installed in once it is published.
pub struct InstallTarget {
    pub environment: String,
    pub seed_sample_data: bool,
}

/// A version that was published, or was there already.
pub struct Published {
    pub version: Version,
    pub created: bool,
    pub warnings: Vec<String>,
    pub installation: Option<InstalledOnPublish>,
}

/// Publishes a version (docs/wire/versions.md#publish-in-one-step), then submits it for review and
/// installs it, as the request says.
///
/// # Errors
/// Those of [`version::publish`]; `LISTING_POLICY_VIOLATION` when it cannot be
/// listed as requested; nothing is written then.
pub async fn publish(
    tx: &mut Tx,
    access: &PackageAccess,
    config: &Config,
    request: PublishRequest,
) -> Result<Published> {
    if request.review == Review::AutoApprove && !access.actor().is_platform_admin() {
        return Err(Code::PermissionDenied.error(
            "`auto_approve` is for platform administrators; send `submit_for_review` instead",
        ));
    }
    let outcome = version::publish(tx, access, &request.version).await?;
    let PublishOutcome { mut version, created } = outcome;
    let mut warnings = request.version.warnings().to_vec();
    if version.status == VersionStatus::Deprecated {
        warnings.push(format!("version {} is deprecated", version.version));
    }
    match (request.review, version.listing_status) {
        (Review::Submit, ListingStatus::Draft | ListingStatus::Rejected) => {
            version = listing::submit(tx, access, &version).await?;
        }
        (Review::AutoApprove, status) if status != ListingStatus::Approved => {
            version = listing::auto_approve(tx, access, &version).await?;
        }
        _ => {}
    }
    let mut installation = None;
    if let Some(target) = request.install {
        match install_after_publish(tx, access, config, &version, &target).await {
            Ok(installed) => installation = Some(installed),
            Err(error) => warnings.push(format!("not installed: {}", error.message())),
        }
    }
    Ok(Published { version, created, warnings, installation })
}

/// Installs what was just published, or upgrades to it where the package is
/// installed already; undone alone when it is refused (docs/wire/versions.md#install-on-publish).
///
/// # Errors
/// Those of the access to the environment and of the installation.
async fn install_after_publish(
    tx: &mut Tx,
    publisher: &PackageAccess,
    config: &Config,
    version: &Version,
    target: &InstallTarget,
) -> Result<InstalledOnPublish> {
    tx.savepoint().await?;
    match install_or_upgrade(tx, publisher, config, version, target).await {
        Ok(installed) => {
            tx.release_savepoint().await?;
            Ok(installed)
        }
        Err(error) => {
            tx.rollback_to_savepoint().await?;
            Err(error)
        }
    }
}

async fn install_or_upgrade(
    tx: &mut Tx,
    publisher: &PackageAccess,
    config: &Config,
    version: &Version,
    target: &InstallTarget,
) -> Result<InstalledOnPublish> {
    let (role, scope) = (EnvironmentRole::Maker, Scope::Install);
    let access =
        EnvironmentAccess::find(tx, publisher.actor(), &target.environment, role, scope).await?;
    let package = publisher.manifest_id();
    // The request names this version, so drafts and pre-releases are meant; production refuses
    // them all the same.
    let allow = Allow { draft: true, deprecated: false };
    let installed = installation::find(tx, &access, package).await?;
    let installation = if installed.is_some() {
        let request = UpgradeRequest {
            version: Some(version.id.to_string()),
            allow,
            ..UpgradeRequest::default()
        };
        installation::upgrade(tx, &access, config, package, request).await?.installation
    } else {
        let request = InstallRequest {
            version: VersionRef::Row(version.id),
            allow,
            settings: Map::new(),
            with_sample_data: target.seed_sample_data,
            enable: true,
            verdict: None,
        };
        installation::install(tx, &access, config, request).await?.installation
    };
    Ok(InstalledOnPublish {
        environment_id: access.environment().to_string(),
        installation_id: installation.id.to_string(),
    })
}
