//! The desired state of an environment: its current generation.
//!
//! **Invariant:** a runtime receives all of it or nothing: the list is the one
//! that was recorded with the generation. A runtime that has it waits, and is
//! woken by the commit that makes another one current.

use super::{RuntimeAccess, sql};
use crate::Result;
use crate::fleet::generation;
use anyhow::Context;
use os_api::desired as wire;
use os_db::Tx;
use os_package::Checksum;

/// A desired state as a response.
pub struct Desired {
    pub generation: i64,
    pub body: Vec<u8>,
    /// A strong ETag: equal for equal bytes.
    pub etag: String,
}

/// Reads the current state of an environment.
pub async fn desired_state(
    tx: &mut Tx,
    access: &RuntimeAccess,
    generation: i64,
) -> Result<Desired> {
    let environment = access.environment();
    let packages = match generation {
        0 => Vec::new(),
        number => generation::get(tx, access.as_environment(), number).await?.packages,
    };
    let state = wire::DesiredState {
        environment_id: environment.0,
        generation,
        packages: packages.into_iter().map(Into::into).collect(),
    };
    let body = serde_json::to_vec(&os_api::Envelope::new(state)).context("a desired state")?;
    let etag = format!("\"{generation}-{}\"", &Checksum::of(&body).as_str()[..16]);
    Ok(Desired { generation, body, etag })
}

/// Returns the number of the current generation; `None` when the connection was revoked.
pub async fn current_generation(tx: &mut Tx, access: &RuntimeAccess) -> Result<Option<i64>> {
    Ok(sql::current_generation(tx, access.environment(), access.connection()).await?)
}

/// Finds the artifact of a version that the environment runs or has run, by its checksum.
pub async fn artifact(
    tx: &mut Tx,
    access: &RuntimeAccess,
    checksum: &str,
) -> Result<Option<String>> {
    Ok(sql::artifact(tx, access.environment(), checksum).await?)
}

impl From<generation::Entry> for wire::DesiredPackage {
    fn from(entry: generation::Entry) -> Self {
        Self {
            package_id: entry.package_id,
            version: entry.version,
            package_version_id: entry.package_version_id,
            checksum: entry.checksum,
            enabled: entry.enabled,
            with_sample_data: entry.with_sample_data,
            settings: entry.settings.reveal().clone(),
            secret_settings: entry.settings.secrets().map(str::to_owned).collect(),
        }
    }
}
