//! The kinds of metadata, as a console reads them.

use os_api::runtime::metadata::{MetadataKind, MetadataKinds};
use os_package::kind::{KINDS, Kind, NESTED_KINDS};

/// Returns the body of `GET /api/v1/meta`: the kinds in the order in which they are loaded.
pub fn described() -> MetadataKinds {
    let mut kinds: Vec<&Kind> = KINDS.iter().collect();
    kinds.sort_by_key(|kind| (kind.load_order, kind.name));
    let names = kinds.iter().map(|kind| kind.name).chain(NESTED_KINDS);
    MetadataKinds {
        types: names.map(str::to_owned).collect(),
        entries: kinds.into_iter().map(entry).collect(),
    }
}

fn entry(kind: &Kind) -> MetadataKind {
    MetadataKind {
        name: kind.name.to_owned(),
        label: kind.label.to_owned(),
        file_patterns: vec![format!("**/*.{}.ts", kind.name.replace('_', "-"))],
        supports_overlay: false,
        allow_org_override: false,
        allow_runtime_create: false,
        supports_versioning: false,
        execution_pinned: false,
        load_order: kind.load_order,
        domain: kind.domain.to_owned(),
        override_source: "registry".to_owned(),
    }
}
