//! Publishing a version, submitting it for review and installing it, in one request.

use crate::fleet::environment::{EnvironmentAccess, EnvironmentRole};
use crate::fleet::installation::{self, Allow, InstallRequest, Named, UpgradeRequest};
use crate::registry::listing;
use crate::registry::package::{self, PackageAccess};
use crate::registry::version::{self, ListingStatus, Publication, Version, VersionStatus};
use crate::{Code, Config, Result};
use os_api::version::InstalledOnPublish;
use os_db::Tx;
use os_identity::{Actor, Scope};
use serde_json::Map;

/// A version that is to be published, and what follows.
pub struct PublishRequest {
    pub publication: Publication,
    pub review: Review,
    pub install: Option<InstallWish>,
}

/// What is to become of its place in the marketplace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Review {
    Unlisted,
    Submit,
    /// Platform administrators only.
    AutoApprove,
}

/// Where a version is to be installed once it is published.
pub struct InstallWish {
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
/// Those of [`version::publish`]; `LISTING_POLICY_VIOLATION` when it is to be
/// listed and may not be: then nothing is written at all.
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
    let (version, created) = version::publish(tx, access, &request.publication).await?;
    let mut warnings = request.publication.sealed.warnings;
    if version.status == VersionStatus::Deprecated {
        warnings.push(format!("version {} is deprecated", version.version));
    }
    match (request.review, version.listing_status) {
        (Review::Submit, ListingStatus::Draft | ListingStatus::Rejected) => {
            listing::submit(tx, access, &version).await?;
        }
        (Review::AutoApprove, status) if status != ListingStatus::Approved => {
            listing::auto_approve(tx, access, &version).await?;
        }
        _ => {}
    }
    let mut installation = None;
    if let Some(wish) = request.install {
        match install_after_publish(tx, access.actor(), config, &version, &wish).await {
            Ok(installed) => installation = Some(installed),
            Err(error) => warnings.push(format!("not installed: {}", error.message())),
        }
    }
    let version = match request.review {
        Review::Unlisted => version,
        Review::Submit | Review::AutoApprove => version::get(tx, version.id).await?,
    };
    Ok(Published { version, created, warnings, installation })
}

/// Installs what was just published, or upgrades to it where the package is
/// installed already; undone alone when it is refused (docs/wire/versions.md#install-on-publish).
///
/// # Errors
/// Whatever the installation is refused for.
async fn install_after_publish(
    tx: &mut Tx,
    actor: &Actor,
    config: &Config,
    version: &Version,
    wish: &InstallWish,
) -> Result<InstalledOnPublish> {
    tx.savepoint().await?;
    match install_or_upgrade(tx, actor, config, version, wish).await {
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
    actor: &Actor,
    config: &Config,
    version: &Version,
    wish: &InstallWish,
) -> Result<InstalledOnPublish> {
    let (role, scope) = (EnvironmentRole::Maker, Scope::Install);
    let access = EnvironmentAccess::find(tx, actor, &wish.environment, role, scope).await?;
    let package = package::get(tx, version.package_id).await?.manifest_id;
    // Who publishes and installs in one step means this version, whatever it is;
    // production refuses pre-releases all the same.
    let allow = Allow { draft: true, deprecated: false };
    let installed = installation::find(tx, &access, &package).await?;
    let installation = if installed.is_some() {
        let request =
            UpgradeRequest { version: Some(version.id.to_string()), allow, expected: None };
        installation::upgrade(tx, &access, config, &package, request).await?.installation
    } else {
        let request = InstallRequest {
            named: Named::Version(version.id),
            allow,
            settings: Map::new(),
            with_sample_data: wish.seed_sample_data,
            enable: true,
        };
        installation::install(tx, &access, config, request).await?.0
    };
    Ok(InstalledOnPublish {
        environment_id: access.environment().to_string(),
        installation_id: installation.id.to_string(),
    })
}
