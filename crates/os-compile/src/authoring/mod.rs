//! The authoring module that is part of the program, in place of `@objectstack/spec`.
//!
//! **Invariant:** its helpers add nothing that the validator does not check; a project that
//! compiles with it compiles to the same artifact with the original.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The package that authors import.
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

/// The source of that module.
pub const CORE_SOURCE: &str = include_str!("core.js");

/// The types of its helpers, for editors. Those of metadata replace [`TYPES_MARKER`].
pub const TYPES: &str = include_str!("spec.d.ts");

/// The marker for the types of metadata.
pub const TYPES_MARKER: &str = "/*types*/";

/// The names it exports.
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
    use os_package::field::{FieldType, Helper};
    use os_package::kind;

    #[test]
    fn the_exports_are_read_from_the_module() {
        for name in ["defineStack", "Field", "cel", "P", "defineSeed", "defineView"] {
            assert!(EXPORTS.contains(name), "{name}");
        }
        assert!(!EXPORTS.contains("keep"));
    }

    /// Returns the strings of a list in the module, from its name to the first `]`.
    fn listed(name: &str) -> BTreeSet<&'static str> {
        let start = CORE_SOURCE.find(&format!("const {name} = [")).unwrap();
        let list = CORE_SOURCE[start..].split(']').next().unwrap();
        list.split('"').skip(1).step_by(2).collect()
    }

    #[test]
    fn field_has_the_helpers_of_the_table() {
        let with = |helper| {
            let types = FieldType::ALL.iter().filter(move |it| it.properties().helper == helper);
            types.map(|it| it.as_str())
        };
        assert_eq!(listed("PLAIN_FIELDS"), with(Helper::Plain).collect::<BTreeSet<_>>());
        let start = CORE_SOURCE.find("const fields = {").unwrap();
        let body = CORE_SOURCE[start..].split("\n};").next().unwrap();
        let keys = body.lines().filter_map(|line| line.strip_prefix("  "));
        let keys = keys.filter(|line| !line.starts_with(' '));
        let keys: BTreeSet<_> = keys.filter_map(|line| line.split([':', ',']).next()).collect();
        let special = with(Helper::Special).map(|name| match name {
            "master_detail" => "masterDetail",
            name => name,
        });
        assert_eq!(keys, special.collect::<BTreeSet<_>>());
    }

    #[test]
    fn stacks_are_composed_by_every_collection_that_the_table_of_kinds_has() {
        let joined = listed("JOINED");
        // Objects have their own way. The original composes RAG pipelines as a plain value.
        let kinds = kind::in_artifacts().map(|(collection, _)| collection);
        for collection in kinds.filter(|it| !["objects", "ragPipelines"].contains(it)) {
            assert!(joined.contains(collection), "{collection}");
        }
    }
}
