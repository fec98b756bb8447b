//! Applying a generation: fetch, verify, and one transaction.

use super::plan::{Step, plan};
use super::{Delivered, sql};
use crate::connection::aside;
use crate::install::{self, Change, Incoming, Options, Refused, in_turn};
use crate::{Code, Error, Result, Runtime, ledger};
use anyhow::Context;
use os_api::client::{self, Client};
use os_api::desired::{DesiredPackage, DesiredState, InstallOutcome};
use os_db::Tx;
use os_package::{Checksum, ManifestId};
use std::collections::HashMap;
use std::sync::Arc;

/// Who the ledger names.
const BY: &str = "control-plane";

/// Artifacts whose bytes are what their checksums say.
pub type Artifacts = HashMap<String, Vec<u8>>;

/// Why a generation does not run.
#[derive(Debug)]
pub enum Trouble {
    /// It cannot, as it is.
    Refused(Refused),
    /// The control plane does not answer, or not as it should.
    Upstream(client::Error),
    /// It is ours to mend.
    Ours(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

/// Fetches what is not there, unless it was fetched before.
pub async fn fetch(
    client: &Arc<Client>,
    steps: &[Step<'_>],
    state: &DesiredState,
    artifacts: &mut Artifacts,
) -> Result<(), Trouble> {
    let environment = state.environment_id.to_string();
    for step in steps {
        let Step::Install(package) = step else { continue };
        if artifacts.contains_key(&package.checksum) {
            continue;
        }
        let (client, environment) = (client.clone(), environment.clone());
        let checksum = package.checksum.clone();
        let fetched = aside(move || client.artifact(&environment, &checksum)).await;
        let bytes = match fetched.map_err(Error::from)? {
            Ok(bytes) => bytes,
            Err(client::Error::Refused(refusal)) if refusal.status == 404 => {
                return Err(gone(package));
            }
            Err(error) => return Err(Trouble::Upstream(error)),
        };
        verify(package, &bytes)?;
        artifacts.insert(package.checksum.clone(), bytes);
    }
    Ok(())
}

fn verify(package: &DesiredPackage, bytes: &[u8]) -> Result<(), Trouble> {
    let ours = Checksum::of(bytes);
    if ours.as_str() == package.checksum {
        return Ok(());
    }
    let error = Code::ChecksumMismatch.error(format!(
        "the artifact of {} {} is not the one that the control plane names: its SHA-256 is {ours}, not {}",
        package.package_id, package.version, package.checksum
    ));
    Err(refused(package, error))
}

fn gone(package: &DesiredPackage) -> Trouble {
    let error = Code::CloudNotFound.error(format!(
        "the control plane has no artifact of {} {} with the SHA-256 {} any more; install another version",
        package.package_id, package.version, package.checksum
    ));
    refused(package, error)
}

fn refused(package: &DesiredPackage, error: Error) -> Trouble {
    Trouble::Refused(Refused { package: package.package_id.parse().ok(), error })
}

/// Makes a generation run, wholly or not at all.
///
/// # Errors
/// Then nothing has changed.
pub async fn apply(
    runtime: &Runtime,
    state: Arc<DesiredState>,
    artifacts: &Artifacts,
) -> Result<(), Trouble> {
    let artifacts = artifacts.clone();
    let applied = in_turn(runtime, move |runtime, turn| async move {
        let environment = state.environment_id.to_string();
        let mut tx = runtime.db.write().await?;
        ledger::lock(&mut tx).await?;
        let (kernel, delivered) = (turn.kernel(), Delivered::of(&mut tx, &environment).await?);
        let changes = match changes(plan(&kernel, &delivered, &state), &artifacts) {
            Ok(changes) => changes,
            Err(refused) => return Ok(Err(refused)),
        };
        let applied = match install::several(&runtime.config, &mut tx, &kernel, changes, BY).await {
            Ok(applied) => applied,
            Err(refused) => return Ok(Err(refused)),
        };
        record(&mut tx, &state, delivered, applied.outcomes).await?;
        tx.commit().await?;
        turn.swap(applied.kernel);
        tracing::info!(generation = state.generation, "applied what the control plane desires");
        Ok(Ok(()))
    });
    applied.await?.map_err(Trouble::Refused)
}

/// What is to be done with what was fetched.
fn changes(steps: Vec<Step<'_>>, artifacts: &Artifacts) -> Result<Vec<Change>, Refused> {
    let change = |step| {
        Ok(match step {
            Step::Install(package) => {
                let incoming = incoming(package, artifacts);
                let of = |error| Refused { package: package.package_id.parse().ok(), error };
                Change::Install(incoming.map_err(of)?)
            }
            Step::Configure { id, enabled, settings } => {
                Change::Configure { id, enabled, settings: settings.clone() }
            }
            Step::Uninstall(id) => Change::Uninstall(id),
        })
    };
    steps.into_iter().map(change).collect()
}

fn incoming(package: &DesiredPackage, artifacts: &Artifacts) -> Result<Incoming> {
    let bytes = artifacts.get(&package.checksum).ok_or_else(|| {
        // Somebody changed what is installed while it was fetched.
        Code::ConcurrentModification.error("what is installed changed meanwhile; trying again")
    })?;
    os_http::extract::without_nul(bytes)?;
    let artifact = os_http::extract::parse(bytes)?;
    let options = Options {
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
        "the artifact says that it is {} {}, and the control plane that it is {} {}",
        incoming.id, incoming.version, package.package_id, package.version
    )))
}

/// Records what runs once the transaction is committed. A package that did not change keeps the
/// outcome of its install.
async fn record(
    tx: &mut Tx,
    state: &DesiredState,
    mut before: Delivered,
    mut outcomes: HashMap<ManifestId, InstallOutcome>,
) -> Result<()> {
    let environment = state.environment_id.to_string();
    sql::forget(tx).await?;
    for package in &state.packages {
        let id: &str = &package.package_id;
        let parsed = id.parse::<ManifestId>().ok();
        let outcome = parsed.and_then(|id| {
            let earlier = before.packages.remove(&id).and_then(|it| it.outcome);
            outcomes.remove(&id).or(earlier)
        });
        let outcome = outcome.map(|it| serde_json::to_string(&it)).transpose();
        let package = sql::NewDelivery {
            manifest_id: id,
            checksum: &package.checksum,
            outcome: outcome.context("writing the outcome of an install")?,
        };
        sql::insert_package(tx, &environment, package).await?;
    }
    Ok(sql::insert_generation(tx, &environment, state.generation).await?)
}
