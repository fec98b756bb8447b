//! The reader that decides what is published: what a runtime would not load, a control plane and
//! the compiler refuse (docs/wire/versions.md#what-is-published).

use crate::kernel::{Kernel, Package, Read};
use crate::system;
use os_package::{InvalidArtifact, ManifestId, Problem, ProblemCode, VersionNumber, names};
use os_plan::admission::conflict::Conflict;
use os_plan::admission::{self, Reason, Refusal, TargetKind};
use serde_json::Value;
use std::sync::LazyLock;

/// The packages that are part of every runtime.
static SYSTEM: LazyLock<Kernel> =
    LazyLock::new(|| system::load(&Kernel::empty()).expect("every test of a runtime loads them"));

/// Reads an artifact as every runtime does that installs it, and returns the warnings for its
/// author. What depends on the runtime, such as its version and its other packages, is not checked.
///
/// # Errors
/// The problems that were found.
pub fn read_artifact(
    artifact: &Value,
    id: &ManifestId,
    version: &VersionNumber,
) -> Result<Vec<String>, InvalidArtifact> {
    let Read { package, warnings, .. } = Package::read(artifact, id, version)?;
    let is_nested = artifact.get("manifest").is_some_and(Value::is_object);
    check_names(&package).map_err(|(path, message)| {
        let path = match path.as_str() {
            "id" | "namespace" if is_nested => format!("manifest.{path}"),
            _ => path,
        };
        let code = ProblemCode::ReservedName;
        InvalidArtifact { problems: vec![Problem { path, message, code }] }
    })?;
    Ok(warnings)
}

/// Checks that a package takes no name of the database, nor of the packages of every runtime.
fn check_names(package: &Package) -> Result<(), (String, String)> {
    let (id, version) = (&package.manifest.id, &package.manifest.version);
    if names::is_system_package(id.as_str()) {
        return Err(("id".to_owned(), format!("{id} is part of every runtime; choose another id")));
    }
    let objects = package.objects.iter().map(|object| object.name.as_str());
    admission::check_names(package.namespace.as_ref(), objects).map_err(|reason| {
        let path = match &reason {
            Reason::ReservedObject(name) => path_of(package, name),
            _ => "namespace".to_owned(),
        };
        (path, Refusal::of(TargetKind::Runtime, id, version, reason).message())
    })?;
    SYSTEM.check_names(package, false).map_err(|conflict| match conflict {
        Conflict::Namespace { namespace, existing, .. } => (
            "namespace".to_owned(),
            format!("`{namespace}` is the namespace of {existing}, which is part of every runtime; choose another"),
        ),
        Conflict::Object { object, existing, .. } => (
            path_of(package, &object),
            format!("`{object}` belongs to {existing}, which is part of every runtime; rename it"),
        ),
    })
}

fn path_of(package: &Package, object: &str) -> String {
    let index = package.objects.iter().position(|it| it.name.as_str() == object);
    format!("objects[{}].name", index.unwrap_or_default())
}
