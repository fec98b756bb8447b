//! Applying a generation: fetch, verify, and one transaction.

use super::plan::{Step, plan};
use crate::delivery::Delivered;
use crate::install::{
    ChangeRefused, Changes, Incoming, InstallOptions, Installer, PackageChange, apply_all,
};
use crate::upstream::on_thread;
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

/// The reason why a generation was not tried.
#[derive(Debug)]
pub enum ReconcileError {
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

/// Fetches the artifacts that the steps install, unless they were fetched before. Returns the
/// packages whose artifact is not available or does not have its checksum.
///
/// # Errors
/// When the control plane does not answer.
pub async fn fetch(
    client: &Arc<Client>,
    steps: &[Step<'_>],
    state: &DesiredState,
    artifacts: &mut Artifacts,
) -> Result<Vec<ChangeRefused>, ReconcileError> {
    let environment = state.environment_id.to_string();
    let mut refused = Vec::new();
    for step in steps {
        let Step::Install(package) = step else { continue };
        if artifacts.contains_key(&package.checksum) {
            continue;
        }
        let (client, environment) = (client.clone(), environment.clone());
        let checksum = package.checksum.clone();
        let fetched = on_thread(move || client.artifact(&environment, &checksum)).await;
        let verified = match fetched.map_err(Error::from)? {
            Ok(bytes) => verify(package, bytes),
            Err(client::Error::Refused(refusal)) if refusal.status == 404 => Err(missing(package)),
            Err(error) => return Err(ReconcileError::Upstream(error)),
        };
        match verified {
            Ok(bytes) => drop(artifacts.insert(package.checksum.clone(), bytes)),
            Err(error) => refused.push(refuse(package, error)),
        }
    }
    Ok(refused)
}

fn verify(package: &DesiredPackage, bytes: Vec<u8>) -> Result<Vec<u8>> {
    let actual = Checksum::of(&bytes);
    if actual.as_str() == package.checksum {
        return Ok(bytes);
    }
    Err(Code::ChecksumMismatch.error(format!(
        "the artifact of {} {} is not the one that the control plane names: its SHA-256 is {actual}, not {}",
        package.package_id, package.version, package.checksum
    )))
}

fn missing(package: &DesiredPackage) -> Error {
    Code::CloudNotFound.error(format!(
        "the control plane has no artifact of {} {} with the SHA-256 {}; install another version",
        package.package_id, package.version, package.checksum
    ))
}

fn refuse(package: &DesiredPackage, error: Error) -> ChangeRefused {
    ChangeRefused { package: package.package_id.clone(), error }
}

/// Applies a generation in one transaction, but for the packages that are refused: they stay as
/// they were. `unavailable` are those without an artifact. Returns all that were refused.
///
/// # Errors
/// When the transaction fails; nothing has changed then.
pub async fn apply(
    installer: &Installer,
    state: Arc<DesiredState>,
    artifacts: &Artifacts,
    unavailable: Vec<ChangeRefused>,
) -> Result<Vec<ChangeRefused>> {
    let artifacts = artifacts.clone();
    let applied = installer.with_install_lock(move |installer, guard| async move {
        let environment = state.environment_id.to_string();
        let mut tx = installer.db.write_install().await?;
        ledger::lock(&mut tx).await?;
        let (kernel, delivered) = (guard.kernel(), Delivered::from(&mut tx, &environment).await?);
        let changes = changes(plan(&kernel, &delivered, &state), &artifacts, unavailable);
        let applied = apply_all(&installer.config, &mut tx, &kernel, changes, INSTALLED_BY).await?;
        if !applied.is_changed && !applied.refused.is_empty() {
            return Ok(applied.refused);
        }
        delivered.replace(&mut tx, &state, &applied).await?;
        tx.commit().await?;
        guard.swap(applied.kernel);
        let (generation, refused) = (state.generation, applied.refused.len());
        tracing::info!(generation, refused, "applied what the control plane desires");
        Ok(applied.refused)
    });
    applied.await
}

/// Returns the changes that the steps make, with the artifacts that were fetched.
fn changes(
    steps: Vec<Step<'_>>,
    artifacts: &Artifacts,
    unavailable: Vec<ChangeRefused>,
) -> Changes {
    let mut all = Changes { changes: Vec::with_capacity(steps.len()), refused: unavailable };
    for step in steps {
        let change = match step {
            Step::Install(package) => {
                if all.refused.iter().any(|it| it.package == package.package_id) {
                    continue;
                }
                match incoming(package, artifacts) {
                    Ok(incoming) => PackageChange::Install(Box::new(incoming)),
                    Err(error) => {
                        all.refused.push(refuse(package, error));
                        continue;
                    }
                }
            }
            Step::Configure { id, package } => PackageChange::Configure {
                id,
                enabled: package.enabled,
                settings: package.settings.clone(),
                secret_settings: package.secret_settings.clone(),
            },
            Step::Uninstall(id) => PackageChange::Uninstall(id),
        };
        all.changes.push(change);
    }
    all
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
        secret_settings: package.secret_settings.clone(),
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
