//! Checking, canonicalizing and hashing the content of a version
//! (docs/wire/artifact.md#canonical-bytes).

use crate::{Code, Error, Result};
use os_package::{
    ArtifactReader, InvalidArtifact, ManifestId, ProblemCode, SealedVersion, VersionNumber,
};
use serde_json::{Value, json};

/// The content of a version, before it is sealed.
pub enum Content {
    /// A compiled artifact; its canonical form is what is stored.
    Bundle(Value),
    /// A manifest as text, stored as it is.
    Text(String),
}

/// Checks, canonicalises and hashes the content of a version, which a runtime must be able to load
/// (docs/wire/artifact.md#canonical-bytes). Takes long for a large one: call it before a
/// transaction, off the async threads.
///
/// # Errors
/// `PACKAGE_MANIFEST_INVALID` or `RESERVED_NAME`, with every problem in `details`.
pub fn seal(
    content: Content,
    id: &ManifestId,
    number: &VersionNumber,
    reader: ArtifactReader,
) -> Result<SealedVersion> {
    match content {
        Content::Bundle(bundle) => os_package::seal_bundle(bundle, id, number, reader),
        // White space around the object is not part of it: what is hashed must
        // be what can be read back out of an answer.
        Content::Text(text) => os_package::seal_text(text.trim().to_owned(), id, number, reader),
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
