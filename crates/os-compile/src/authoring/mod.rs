//! The authoring module that is part of the program, in place of `@objectstack/spec`.
//!
//! **Invariant:** its helpers add nothing that the schema pass does not check; a project that
//! compiles with it compiles to the same artifact with the original.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// What authors import.
pub const PACKAGE: &str = "@objectstack/spec";

/// Its subpaths; the first is the package itself.
pub const SUBPATHS: [&str; 15] = [
    "",
    "ai",
    "api",
    "automation",
    "cloud",
    "contracts",
    "data",
    "identity",
    "integration",
    "kernel",
    "security",
    "shared",
    "studio",
    "system",
    "ui",
];

/// The name of the module that the subpaths re-export.
pub const CORE: &str = "os:spec";

/// The text of that module.
pub const CORE_SOURCE: &str = include_str!("core.js");

/// The types of its helpers, for editors. Those of metadata stand where it says [`TYPES_HERE`].
pub const TYPES: &str = include_str!("spec.d.ts");

/// The place of the types of metadata.
pub const TYPES_HERE: &str = "/*types*/";

/// Everything it exports.
pub static EXPORTS: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let name = |line: &'static str| {
        let rest = line.strip_prefix("export ")?;
        let rest = rest.strip_prefix("const ").or_else(|| rest.strip_prefix("function "))?;
        rest.split([' ', '(']).next()
    };
    CORE_SOURCE.lines().filter_map(name).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exports_are_read_from_the_module() {
        for name in ["defineStack", "Field", "cel", "P", "defineSeed", "defineView"] {
            assert!(EXPORTS.contains(name), "{name}");
        }
        assert!(!EXPORTS.contains("keep"));
    }
}
