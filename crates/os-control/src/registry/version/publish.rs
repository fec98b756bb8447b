//! Sealing a version: in one shot from a compiled artifact, or from a draft.
//!
//! **Invariant:** of any number of requests that publish one version number,
//! one makes the row and the event; the same content again answers what is
//! there, other content is refused.

use super::{ListingStatus, Version, VersionStatus, sql};
use crate::events::{Event, Kind};
use crate::fleet::environment::EnvironmentRole;
use crate::fleet::installation::rules::Allow;
use crate::fleet::installation::upgrade::{self, UpgradeRequest};
use crate::fleet::installation::{self, InstallRequest, Named};
use crate::http::guards;
use crate::http::guards::PackageAccess;
use crate::registry::{listing, package};
use crate::{Code, Config, Error, Result, VersionId};
use os_api::version::InstalledOnPublish;
use os_db::Tx;
use os_identity::{Actor, Scope};
use os_package::{InvalidArtifact, ManifestId, ProblemCode, SealedVersion, VersionNumber};
use serde_json::{Map, Value, json};

/// A version that is to be published at once.
pub struct Publication {
    pub number: VersionNumber,
    pub sealed: SealedVersion,
    pub is_pre_release: bool,
    pub release_notes: Option<String>,
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

/// What came of it.
pub struct Published {
    pub version: Version,
    pub created: bool,
    pub warnings: Vec<String>,
    pub installation: Option<InstalledOnPublish>,
}

/// What a version is made of.
pub enum Content {
    /// A compiled artifact; its canonical form is what is stored.
    Bundle(Value),
    /// A manifest as text, stored as it is.
    Text(String),
}

/// Checks, canonicalises and hashes the content of a version (contract §4.6).
/// Takes long for a large one: call it before a transaction, off the async threads.
///
/// # Errors
/// `PACKAGE_MANIFEST_INVALID` or `RESERVED_NAME`, with every problem in `details`.
pub fn seal(content: Content, id: &ManifestId, number: &VersionNumber) -> Result<SealedVersion> {
    match content {
        Content::Bundle(bundle) => os_package::seal_bundle(bundle, id, number),
        // White space around the object is not part of it: what is hashed must
        // be what can be read back out of an answer.
        Content::Text(text) => os_package::seal_text(text.trim().to_owned(), id, number),
    }
    .map_err(refuse)
}

fn refuse(invalid: InvalidArtifact) -> Error {
    let code = match invalid.code() {
        ProblemCode::ReservedName => Code::ReservedName,
        ProblemCode::Invalid | ProblemCode::MultiPackage => Code::InvalidArtifact,
    };
    let problems: Vec<_> = invalid
        .problems
        .iter()
        .map(|problem| json!({ "path": problem.path, "message": problem.message }))
        .collect();
    code.error(invalid.to_string()).with_details(json!({ "problems": problems }))
}

/// Creates and seals a version in one step (contract §3.2.3).
///
/// # Errors
/// `VERSION_IMMUTABLE` when the number is taken by other content, `INVALID_STATE`
/// when a draft has it, `LISTING_POLICY_VIOLATION` when it was to be listed and
/// may not be: then nothing is written at all.
pub async fn publish(
    tx: &mut Tx,
    access: &PackageAccess,
    config: &Config,
    publication: Publication,
) -> Result<Published> {
    if publication.review == Review::AutoApprove && !access.actor.is_platform_admin() {
        return Err(Code::PermissionDenied.error(
            "`auto_approve` is for platform administrators; send `submit_for_review` instead",
        ));
    }
    let (version, created) = insert_or_find(tx, access, &publication).await?;
    let mut warnings = publication.sealed.warnings;
    if version.status == VersionStatus::Deprecated {
        warnings.push(format!("version {} is deprecated", version.version));
    }
    match (publication.review, version.listing_status) {
        (Review::Submit, ListingStatus::Draft | ListingStatus::Rejected) => {
            listing::submit(tx, access, &version).await?;
        }
        (Review::AutoApprove, status) if status != ListingStatus::Approved => {
            listing::auto_approve(tx, access, &version).await?;
        }
        _ => {}
    }
    if created {
        listing::refresh(tx, access.package).await?;
    }
    let mut installation = None;
    if let Some(wish) = publication.install {
        match install_after_publish(tx, &access.actor, config, &version, &wish).await {
            Ok(installed) => installation = Some(installed),
            Err(error) => warnings.push(format!("not installed: {}", error.message())),
        }
    }
    let version = match publication.review {
        Review::Unlisted => version,
        Review::Submit | Review::AutoApprove => super::reload(tx, version.id).await?,
    };
    Ok(Published { version, created, warnings, installation })
}

async fn insert_or_find(
    tx: &mut Tx,
    access: &PackageAccess,
    publication: &Publication,
) -> Result<(Version, bool)> {
    let row = sql::Insert {
        id: VersionId::new(),
        package: access.package,
        number: &publication.number,
        sealed: &publication.sealed,
        status: VersionStatus::Published,
        is_pre_release: publication.is_pre_release,
        release_notes: publication.release_notes.clone(),
        by: access.actor.label(),
    };
    let Some(version) = sql::insert(tx, row).await? else {
        return Ok((published_before(tx, access, publication).await?, false));
    };
    record(tx, access, Kind::VersionPublished, Value::Null, &version).await?;
    Ok((version, true))
}

/// The version that has the number already, if it has the same content.
async fn published_before(
    tx: &mut Tx,
    access: &PackageAccess,
    publication: &Publication,
) -> Result<Version> {
    let number = publication.number.as_str();
    let found = sql::find_by_number(tx, access.package, number)
        .await?
        .ok_or_else(|| Code::Conflict.error("the version was deleted just now; publish again"))?;
    if found.status == VersionStatus::Draft {
        return Err(Code::InvalidState.error(format!(
            "`version`: there is a draft of {number}; publish the draft, or delete it and publish again"
        )));
    }
    let checksum = publication.sealed.checksum.to_string();
    if found.checksum != checksum {
        let (old, new) = (&found.checksum[..12], &checksum[..12]);
        return Err(Code::VersionImmutable.error(format!(
            "`version`: {number} is published with other content ({old}…, yours is {new}…) and cannot change; publish under a new version"
        )));
    }
    Ok(found)
}

/// Seals a draft (contract §2.1).
///
/// # Errors
/// `VERSION_ALREADY_PUBLISHED` when it is no draft.
pub async fn publish_draft(
    tx: &mut Tx,
    access: &PackageAccess,
    draft: &Version,
) -> Result<Version> {
    if !sql::publish_draft(tx, draft.id, &access.actor.label()).await? {
        return Err(Code::VersionAlreadyPublished
            .error(format!("version {} is published already", draft.version)));
    }
    let version = super::reload(tx, draft.id).await?;
    record(tx, access, Kind::VersionPublished, draft.facts(), &version).await?;
    listing::refresh(tx, access.package).await?;
    Ok(version)
}

/// Installs what was just published, or upgrades to it where the package is
/// installed already; undone alone when it is refused (design §8.9).
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
            tx.keep().await?;
            Ok(installed)
        }
        Err(error) => {
            tx.undo().await?;
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
    let access = guards::environment(tx, actor, &wish.environment, role, scope).await?;
    let package = package::get(tx, version.package_id).await?.manifest_id;
    // Who publishes and installs in one step means this version, whatever it is;
    // production refuses pre-releases all the same.
    let allow = Allow { draft: true, deprecated: false };
    let installed = installation::find(tx, access.environment, &package).await?;
    let installation = if installed.is_some() {
        let request =
            UpgradeRequest { version: Some(version.id.to_string()), allow, expected: None };
        upgrade::upgrade(tx, &access, config, &package, request).await?.installation
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
        environment_id: access.environment.to_string(),
        installation_id: installation.id.to_string(),
    })
}

/// Records what happened to a version.
pub async fn record(
    tx: &mut Tx,
    access: &PackageAccess,
    kind: Kind,
    before: Value,
    version: &Version,
) -> Result<()> {
    let subject = json!({ "manifest_id": access.manifest_id, "version": version.version });
    Event::new(kind, subject)
        .organization(access.owner)
        .package(access.package)
        .change(before, version.facts())
        .record(tx, &access.actor)
        .await
}
