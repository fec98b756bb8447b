//! Dependencies between packages (docs/wire/manifest.md#fields,
//! docs/wire/dependencies.md#resolution). Whether they are met is decided in `os-plan`.

use crate::{ManifestId, VersionNumber, VersionRange};
use serde::{Deserialize, Serialize};

/// A package that another one needs (docs/wire/manifest.md#fields, `dependencies`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependency {
    /// The package, or one of the `sys.*` packages of the platform.
    #[serde(rename = "packageId")]
    pub package: ManifestId,
    /// The versions that satisfy the need.
    #[serde(rename = "versionRange")]
    pub range: VersionRange,
    /// `true` if the package may be absent.
    #[serde(default)]
    pub optional: bool,
}

/// A package as it is installed in a place, enabled or not (docs/wire/dependencies.md#installed).
#[derive(Debug, Clone)]
pub struct Installed {
    /// Its id.
    pub package: ManifestId,
    /// The installed version.
    pub version: VersionNumber,
    /// `true` if it is loaded.
    pub enabled: bool,
    /// The packages that version needs.
    pub dependencies: Vec<Dependency>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_dependency_is_written_as_the_seed_writes_it() {
        let given = json!({"packageId": "com.acme.crm", "versionRange": "^1.0.0"});
        let read: Dependency = serde_json::from_value(given).unwrap();
        assert!(!read.optional);
        let written =
            json!({"packageId": "com.acme.crm", "versionRange": "^1.0.0", "optional": false});
        assert_eq!(json!(read), written);
    }
}
