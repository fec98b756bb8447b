//! Artifacts: the whole reader of runtimes, and the manifest alone.

use super::{check_message, check_refusal};
use os_package::{Manifest, ManifestId, VersionNumber, flatten, seal_bundle, seal_text};
use os_runtime::read_artifact;
use serde_json::{Value, json};

/// The most warnings for one author.
const MAX_WARNINGS: usize = 10_000;

/// Reads the packages that are part of every runtime.
pub fn prepare() {
    let (id, version) = identity(&json!({}));
    let _ = read_artifact(&json!({"id": "com.acme.crm", "name": "CRM"}), &id, &version);
}

/// An artifact that is accepted can be sealed, and what is sealed is accepted as it is.
pub fn artifact(bytes: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return };
    let (id, version) = identity(&value);
    let warnings = match read_artifact(&value, &id, &version) {
        Ok(warnings) => warnings,
        Err(refusal) => return check_refusal(&refusal),
    };
    assert!(warnings.len() <= MAX_WARNINGS, "{} warnings", warnings.len());
    warnings.iter().for_each(|warning| check_message(warning));
    let sealed = match seal_bundle(value, &id, &version, read_artifact) {
        Ok(sealed) => sealed,
        // It declares neither id nor name, which only publishing asks for.
        Err(refusal) => return check_refusal(&refusal),
    };
    let again = seal_text(sealed.manifest_json, &id, &version, read_artifact);
    let again = again.unwrap_or_else(|refusal| panic!("it was sealed, then refused: {refusal}"));
    assert_eq!(again.checksum, sealed.checksum);
    assert_eq!(again.manifest, sealed.manifest);
}

/// A manifest that is accepted is the same one when it is flat.
pub fn manifest(bytes: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return };
    let (id, version) = identity(&value);
    match Manifest::read(&value, &id, &version) {
        Ok(manifest) => {
            assert_eq!((&manifest.id, &manifest.version), (&id, &version));
            let flat = Manifest::read(&flatten(&value), &id, &version);
            assert_eq!(flat.as_ref(), Ok(&manifest), "the flat form");
        }
        Err(refusal) => check_refusal(&refusal),
    }
}

/// Returns the id and version that an artifact declares, or others where these are none.
fn identity(value: &Value) -> (ManifestId, VersionNumber) {
    let declared = |key: &str| value["manifest"][key].as_str().or(value[key].as_str());
    let id = declared("id").and_then(|it| it.parse().ok());
    let version = declared("version").and_then(|it| it.parse().ok());
    (
        id.unwrap_or_else(|| "com.acme.crm".parse().expect("a legal id")),
        version.unwrap_or_else(|| "1.0.0".parse().expect("a legal version")),
    )
}
