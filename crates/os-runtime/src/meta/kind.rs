//! The kinds of metadata, as a console reads them.

use os_package::kind::{KINDS, Kind, NESTED_KINDS};
use serde_json::{Value, json};

pub use os_package::kind::singular;

/// The body of `GET /api/v1/meta`: the kinds in the order in which they are loaded.
pub fn described() -> Value {
    let entry = |kind: &&Kind| {
        json!({
            "type": kind.name,
            "label": kind.label,
            "filePatterns": [format!("**/*.{}.ts", kind.name.replace('_', "-"))],
            "supportsOverlay": false,
            "allowOrgOverride": false,
            "allowRuntimeCreate": false,
            "supportsVersioning": false,
            "executionPinned": false,
            "loadOrder": kind.load_order,
            "domain": kind.domain,
            "overrideSource": "registry",
        })
    };
    let mut kinds: Vec<&Kind> = KINDS.iter().collect();
    kinds.sort_by_key(|kind| (kind.load_order, kind.name));
    let names = kinds.iter().map(|kind| kind.name).chain(NESTED_KINDS);
    json!({
        "types": names.collect::<Vec<_>>(),
        "entries": kinds.iter().map(entry).collect::<Vec<_>>(),
    })
}
