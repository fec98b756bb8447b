//! Applying a generation: fetch, verify, and one transaction.

use super::plan::{Step, plan};
use crate::connection::on_thread;
use crate::delivery::Delivered;
use crate::install::{
    ChangeRefused, Incoming, InstallOptions, Installer, PackageChange, apply_all,
};
use crate::{Code, Error, Result, ledger};
use os_api::client::{self, Client};
use os_api::desired::{DesiredPackage, DesiredState};
use os_package::Checksum;
use std::collections::HashMap;
use std::sync::Arc;

/// The installer of a package, in the ledger.
const INSTALLED_BY: &str = "control-plane";

/// Artifacts by their checksums, which were verified.
pub type Artifacts = HashMap<String, Vec<u8>>;

/// The reason why a generation is not running.
#[derive(Debug)]
pub enum ReconcileError {
    /// The generation cannot be applied.
    Refused(ChangeRefused),
    /// The control plane does not answer, or not as it should.
    Upstream(client::Error),
    /// This runtime failed.
    Internal(Error),
}

impl From<Error> for ReconcileError {
    fn from(error: Error) -> Self {
        Self::Internal(error)
    }
}

/// Fetches the artifacts that the steps install, unless they were fetched before.
///
/// # Errors
/// When an artifact is not available or does not have its checksum.
pub async fn fetch(
    client: &Arc<Client>,
    steps: &[Step<'_>],
    state: &DesiredState,
    artifacts: &mut Artifacts,
) -> Result<(), ReconcileError> {
    let environment = state.environment_id.to_string();
    for step in steps {
        let Step::Install(package) = step else { continue };
        if artifacts.contains_key(&package.checksum) {
            continue;
        }
        let (client, environment) = (client.clone(), environment.clone());
        let checksum = package.checksum.clone();
        let fetched = on_thread(move || client.artifact(&environment, &checksum)).await;
        let bytes = match fetched.map_err(Error::from)? {
            Ok(bytes) => bytes,
            Err(client::Error::Refused(refusal)) if refusal.status == 404 => {
                return Err(missing(package));
            }
            Err(error) => return Err(ReconcileError::Upstream(error)),
        };
        verify(package, &bytes)?;
        artifacts.insert(package.checksum.clone(), bytes);
    }
    Ok(())
}

fn verify(package: &DesiredPackage, bytes: &[u8]) -> Result<(), ReconcileError> {
    let actual = Checksum::of(bytes);
    if actual.as_str() == package.checksum {
        return Ok(());
    }
    let error = Code::ChecksumMismatch.error(format!(
        "the artifact of {} {} is not the one that the control plane names: its SHA-256 is {actual}, not {}",
        package.package_id, package.version, package.checksum
    ));
    Err(refused(package, error))
}

fn missing(package: &DesiredPackage) -> ReconcileError {
    let error = Code::CloudNotFound.error(format!(
        "the control plane has no artifact of {} {} with the SHA-256 {}; install another version",
        package.package_id, package.version, package.checksum
    ));
    refused(package, error)
}

fn refused(package: &DesiredPackage, error: Error) -> ReconcileError {
    ReconcileError::Refused(ChangeRefused { package: package.package_id.parse().ok(), error })
}

/// Applies a generation, wholly or not at all.
///
/// # Errors
/// When it cannot be applied; nothing has changed then.
pub async fn apply(
    installer: &Installer,
    state: Arc<DesiredState>,
    artifacts: &Artifacts,
) -> Result<(), ReconcileError> {
    let artifacts = artifacts.clone();
    let applied = installer.with_install_lock(move |installer, guard| async move {
        let environment = state.environment_id.to_string();
        let mut tx = installer.db.write().await?;
        ledger::lock(&mut tx).await?;
        let (kernel, delivered) = (guard.kernel(), Delivered::from(&mut tx, &environment).await?);
        let changes = match changes(plan(&kernel, &delivered, &state), &artifacts) {
            Ok(changes) => changes,
            Err(refused) => return Ok(Err(refused)),
        };
        let applied =
            match apply_all(&installer.config, &mut tx, &kernel, changes, INSTALLED_BY).await {
                Ok(applied) => applied,
                Err(refused) => return Ok(Err(refused)),
            };
        delivered.replace(&mut tx, &state, applied.outcomes).await?;
        tx.commit().await?;
        guard.swap(applied.kernel);
        tracing::info!(generation = state.generation, "applied what the control plane desires");
        Ok(Ok(()))
    });
    applied.await?.map_err(ReconcileError::Refused)
}

/// Returns the changes that the steps make, with the artifacts that were fetched.
fn changes(
    steps: Vec<Step<'_>>,
    artifacts: &Artifacts,
) -> Result<Vec<PackageChange>, ChangeRefused> {
    let change = |step| {
        Ok(match step {
            Step::Install(package) => {
                let incoming = incoming(package, artifacts);
                let of = |error| ChangeRefused { package: package.package_id.parse().ok(), error };
                PackageChange::Install(incoming.map_err(of)?)
            }
            Step::Configure { id, enabled, settings } => {
                PackageChange::Configure { id, enabled, settings: settings.clone() }
            }
            Step::Uninstall(id) => PackageChange::Uninstall(id),
        })
    };
    steps.into_iter().map(change).collect()
}

fn incoming(package: &DesiredPackage, artifacts: &Artifacts) -> Result<Incoming> {
    let bytes = artifacts.get(&package.checksum).ok_or_else(|| {
        // Somebody changed what is installed while the artifact was fetched.
        Code::ConcurrentModification.error("what is installed changed meanwhile; trying again")
    })?;
    os_http::extract::without_nul(bytes)?;
    let artifact = os_http::extract::parse(bytes)?;
    let options = InstallOptions {
        settings: Some(package.settings.clone()),
        without_seeds: !package.with_sample_data,
        enabled: Some(package.enabled),
        is_new: false,
    };
    let (id, version) = (package.package_id.clone(), package.package_version_id.to_string());
    let code = Code::CatalogManifestInvalid;
    let incoming = Incoming::of(artifact, Some(id), Some(version), options, code)?;
    let is_it =
        incoming.id.as_str() == package.package_id && incoming.version.as_str() == package.version;
    if is_it {
        return Ok(incoming);
    }
    Err(code.error(format!(
        "the artifact is {} {}, and the control plane names {} {}; publish the version again",
        incoming.id, incoming.version, package.package_id, package.version
    )))
}
