//! Reserved names (docs/wire/names.md#reserved-names, docs/wire/dependencies.md#system-packages).
//!
//! **Invariant:** only the prefixes and words listed here are special.

use crate::{ManifestId, Namespace, system};

/// Prefixes of package ids that are first-party (docs/wire/names.md#reserved-names).
const RESERVED_PREFIXES: &[&str] = &["com.objectstack.", "ai.objectstack.", "sys.", "objectstack."];

/// Namespaces that platform packages share (docs/wire/names.md#reserved-names).
const PLATFORM_NAMESPACES: &[&str] = &["base", "system", "sys"];

/// The prefix of object names that only platform packages may use
/// (docs/wire/names.md#reserved-names).
const RESERVED_OBJECT_PREFIX: &str = "sys_";

/// Returns whether only the platform's own publisher may use this id
/// (docs/wire/names.md#reserved-names).
pub fn is_reserved_id(id: &ManifestId) -> bool {
    RESERVED_PREFIXES.iter().any(|prefix| id.as_str().starts_with(prefix))
}

/// Returns whether the id is the CLI's fallback for packages without one, allowed for private and
/// organization packages only (docs/wire/names.md#reserved-names).
pub fn is_local_id(id: &ManifestId) -> bool {
    id.as_str().starts_with("local.")
}

/// Returns whether the namespace belongs to the platform (docs/wire/names.md#reserved-names).
pub fn is_platform_namespace(namespace: &Namespace) -> bool {
    PLATFORM_NAMESPACES.contains(&namespace.as_str())
}

/// Returns whether an object name is reserved for the platform (docs/wire/names.md#reserved-names).
pub fn is_reserved_object(name: &str) -> bool {
    name.starts_with(RESERVED_OBJECT_PREFIX)
}

/// Returns whether a package is part of every runtime: a dependency on it is satisfied by any range
/// (docs/wire/dependencies.md#system-packages).
pub fn is_system_package(id: &str) -> bool {
    system::PACKAGES.iter().any(|package| package.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_party_ids_are_known_by_their_prefix() {
        for (id, reserved) in [
            ("com.objectstack.crm", true),
            ("ai.objectstack.x", true),
            ("sys.identity", true),
            ("objectstack.core", true),
            ("com.objectstackers.crm", false),
            ("com.acme.objectstack", false),
            ("local.crm", false),
        ] {
            assert_eq!(is_reserved_id(&id.parse().unwrap()), reserved, "{id}");
        }
        assert!(is_local_id(&"local.my-crm".parse().unwrap()));
        assert!(!is_local_id(&"locals.my-crm".parse().unwrap()));
    }

    #[test]
    fn the_platform_has_three_namespaces_and_six_packages() {
        for namespace in ["base", "system", "sys"] {
            assert!(is_platform_namespace(&namespace.parse().unwrap()));
        }
        assert!(!is_platform_namespace(&"crm".parse().unwrap()));
        assert!(is_system_package("sys.feeds") && !is_system_package("sys.unknown"));
        assert!(is_reserved_object("sys_user") && !is_reserved_object("system_user"));
    }
}
