//! What packages must not share (contract §4.10, §4.11).

use super::{Kernel, Package};
use os_package::names::is_platform_namespace;
use os_package::{ManifestId, Namespace};
use serde_json::{Value, json};

/// Why a package cannot join a kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// Its namespace is another package's.
    Namespace { namespace: Namespace, existing: ManifestId, incoming: ManifestId },
    /// One of its objects is another package's.
    Object { object: String, existing: ManifestId, incoming: ManifestId },
}

/// A namespace belongs to one package, those of the platform excepted.
pub fn namespace(kernel: &Kernel, package: &Package) -> Result<(), Conflict> {
    let Some(namespace) = &package.namespace else { return Ok(()) };
    if is_platform_namespace(namespace) {
        return Ok(());
    }
    let holder = kernel.packages().find(|it| it.package.namespace.as_ref() == Some(namespace));
    holder.map_or(Ok(()), |holder| {
        Err(Conflict::Namespace {
            namespace: namespace.clone(),
            existing: holder.package.manifest.id.clone(),
            incoming: package.manifest.id.clone(),
        })
    })
}

/// An object belongs to one package.
pub fn objects(kernel: &Kernel, package: &Package) -> Result<(), Conflict> {
    for object in &package.objects {
        if let Some(owned) = kernel.objects.get(&object.name) {
            return Err(Conflict::Object {
                object: object.name.to_string(),
                existing: owned.owner.package.manifest.id.clone(),
                incoming: package.manifest.id.clone(),
            });
        }
    }
    Ok(())
}

impl Conflict {
    /// What is in the way, for people.
    pub fn message(&self) -> String {
        match self {
            Self::Namespace { namespace, existing, incoming } => format!(
                "Namespace conflict: `{namespace}` of {incoming} is the namespace of {existing}, which is installed. Uninstall {existing}, or give {incoming} another namespace."
            ),
            Self::Object { object, existing, incoming } => format!(
                "Object conflict: `{object}` of {incoming} belongs to {existing}, which is installed. Rename it, or uninstall {existing}."
            ),
        }
    }

    /// What is in the way, for programs.
    pub fn details(&self) -> Value {
        match self {
            Self::Namespace { namespace, existing, incoming } => json!({
                "type": "namespace_conflict",
                "requestedNamespace": namespace.as_str(),
                "namespace": namespace.as_str(),
                "conflictingPackageId": existing.as_str(),
                "existingPackageId": existing.as_str(),
                "incomingPackageId": incoming.as_str(),
            }),
            Self::Object { object, existing, incoming } => json!({
                "type": "object_conflict",
                "object": object,
                "existingPackageId": existing.as_str(),
                "incomingPackageId": incoming.as_str(),
            }),
        }
    }
}
