//! Names that two packages of a target must not share (docs/wire/runtime-install.md#conflicts,
//! docs/wire/runtime-install.md#namespace-exclusivity).

use os_package::names::is_platform_namespace;
use os_package::{ManifestId, Namespace};
use serde_json::{Value, json};

/// A name that another package holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// The namespace of the package.
    Namespace {
        /// The name.
        namespace: Namespace,
        /// The package that holds it.
        existing: ManifestId,
        /// The package that is to go in.
        incoming: ManifestId,
    },
    /// An object of the package.
    Object {
        /// The name.
        object: String,
        /// The package that holds it.
        existing: ManifestId,
        /// The package that is to go in.
        incoming: ManifestId,
    },
}

/// Checks that a namespace belongs to no other package. The namespaces of the platform are shared.
///
/// # Errors
/// [`Conflict::Namespace`].
pub fn check_namespace<'a>(
    incoming: &ManifestId,
    namespace: &Namespace,
    others: impl IntoIterator<Item = (&'a ManifestId, Option<&'a Namespace>)>,
) -> Result<(), Conflict> {
    if is_platform_namespace(namespace) {
        return Ok(());
    }
    match others.into_iter().find(|(_, theirs)| *theirs == Some(namespace)) {
        None => Ok(()),
        Some((existing, _)) => Err(Conflict::Namespace {
            namespace: namespace.clone(),
            existing: existing.clone(),
            incoming: incoming.clone(),
        }),
    }
}

/// Checks that no object belongs to another package; `owner` looks one up.
///
/// # Errors
/// [`Conflict::Object`].
pub fn check_objects<'a, 'o>(
    incoming: &ManifestId,
    objects: impl IntoIterator<Item = &'o str>,
    owner: impl Fn(&str) -> Option<&'a ManifestId>,
) -> Result<(), Conflict> {
    for object in objects {
        if let Some(existing) = owner(object) {
            return Err(Conflict::Object {
                object: object.to_owned(),
                existing: existing.clone(),
                incoming: incoming.clone(),
            });
        }
    }
    Ok(())
}

impl Conflict {
    /// Returns the sentence for people, with the remedy.
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

    /// Returns the details for programs.
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
