//! The artifact that a runtime is started with: one package, or several
//! (docs/wire/artifact.md#several-packages, docs/wire/runtime-install.md#start-artifact).
//!
//! **Invariant:** a package that cannot be loaded keeps the runtime from starting: the operator
//! named it, and wants no runtime without it.

use super::{Incoming, check};
use crate::kernel::{Kernel, Loaded, Origin, Package, Read, Receipt};
use crate::seed::{self, Dataset};
use crate::{Code, Config, Result};
use os_db::now;
use os_package::{ManifestId, StoredSettings};
use serde_json::Value;
use std::sync::Arc;

/// The seeds of a package.
pub type Seeds = (ManifestId, Vec<Dataset>);

/// Returns the kernel with the packages of an artifact, and their seeds.
///
/// # Errors
/// When a package is malformed, made for another platform, or collides with another.
pub fn load(config: &Config, mut kernel: Kernel, artifact: Value) -> Result<(Kernel, Vec<Seeds>)> {
    let mut seeds = Vec::new();
    for member in members(artifact)? {
        let incoming = Incoming::inline(member, None, Default::default())?;
        if kernel.package(incoming.id.as_str()).is_some() {
            return Err(Code::ManifestConflict.error(format!(
                "{} is loaded already, or twice in the artifact; remove one of them",
                incoming.id
            )));
        }
        let Incoming { artifact, id, version, .. } = incoming;
        let Read { package, flat, warnings } =
            Package::read(&artifact, &id, &version).map_err(|error| check::artifact(&error))?;
        for warning in warnings {
            tracing::warn!(package = %id, warning);
        }
        check::reserved_names(&package)?;
        check::admit(config, &package, None)?;
        let receipt = Receipt {
            package_id: id.to_string(),
            version_id: version.to_string(),
            previous_version: None,
            settings: StoredSettings::none(),
            enabled: true,
            with_sample_data: false,
            sample_data_purged: false,
            installed_by: None,
            installed_at: now(),
            updated_at: now(),
        };
        let loaded = Loaded { package: Arc::new(package), origin: Origin::Boot, receipt };
        kernel = kernel
            .with(loaded, config.shared_namespaces)
            .map_err(|conflict| check::conflict(&conflict))?;
        seeds.push((id, seed::read(&flat, config.seed_environment.as_deref())));
    }
    Ok((kernel, seeds))
}

/// Returns the packages of an artifact: itself, unless it only holds others.
fn members(mut artifact: Value) -> Result<Vec<Value>> {
    let packages = artifact.as_object_mut().and_then(|it| it.shift_remove("packages"));
    let mut members = match packages {
        None | Some(Value::Null) => return Ok(vec![artifact]),
        Some(Value::Array(packages)) if packages.iter().all(Value::is_object) => packages,
        Some(_) => {
            return Err(Code::ManifestInvalid.error("`packages` must be a list of artifacts"));
        }
    };
    let has = |key: &str| artifact.get(key).is_some();
    if members.is_empty() || has("id") || has("manifest") {
        members.push(artifact);
    }
    Ok(members)
}
