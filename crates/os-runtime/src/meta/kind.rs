//! The kinds of metadata, and what the console shows of each.

use os_package::METADATA_TYPES;
use serde_json::{Value, json};

/// A kind of metadata, as `GET /api/v1/meta` describes it.
struct Kind {
    name: &'static str,
    label: &'static str,
    domain: &'static str,
    /// The smaller, the earlier it is read.
    order: u16,
}

const fn kind(name: &'static str, label: &'static str, domain: &'static str, order: u16) -> Kind {
    Kind { name, label, domain, order }
}

/// Those that an artifact can hold, and `package` itself.
const KINDS: [Kind; 29] = [
    kind("package", "Package", "system", 0),
    kind("datasource", "Datasource", "system", 5),
    kind("object", "Object", "data", 10),
    kind("capability", "Capability", "security", 12),
    kind("permission", "Permission Set", "security", 15),
    kind("position", "Position", "security", 15),
    kind("sharing_rule", "Sharing Rule", "security", 16),
    kind("hook", "Hook", "data", 30),
    kind("action", "Action", "ui", 50),
    kind("page", "Page", "ui", 50),
    kind("view", "View", "ui", 50),
    kind("dataset", "Dataset", "ui", 55),
    kind("analytics_cube", "Analytics Cube", "ui", 56),
    kind("dashboard", "Dashboard", "ui", 60),
    kind("report", "Report", "ui", 60),
    kind("app", "Application", "ui", 70),
    kind("flow", "Flow", "automation", 80),
    kind("job", "Background Job", "automation", 80),
    kind("email_template", "Email Template", "system", 85),
    kind("tool", "AI Tool", "ai", 85),
    kind("rag_pipeline", "RAG Pipeline", "ai", 86),
    kind("skill", "AI Skill", "ai", 88),
    kind("agent", "AI Agent", "ai", 90),
    kind("api", "API Endpoint", "system", 92),
    kind("connector", "Connector", "system", 93),
    kind("webhook", "Webhook", "automation", 94),
    kind("mapping", "Import Mapping", "data", 96),
    kind("book", "Documentation Book", "system", 99),
    kind("doc", "Documentation", "system", 99),
];

/// Kinds of the original that never stand on their own in an artifact: a list of
/// them is empty.
const ALWAYS_EMPTY: [&str; 5] = ["field", "seed", "data", "translation", "external_catalog"];

/// The name of a kind in the singular, from either form.
pub fn singular(text: &str) -> Option<&'static str> {
    let of_artifact = METADATA_TYPES.iter().find(|(plural, _)| *plural == text);
    of_artifact.map(|(_, singular)| *singular).or_else(|| {
        let names = KINDS.iter().map(|kind| kind.name).chain(ALWAYS_EMPTY);
        names
            .into_iter()
            .find(|name| *name == text || text.strip_suffix('s').is_some_and(|stem| stem == *name))
    })
}

/// The answer of `GET /api/v1/meta`.
pub fn described() -> Value {
    let entry = |kind: &Kind| {
        json!({
            "type": kind.name,
            "label": kind.label,
            "filePatterns": [format!("**/*.{}.ts", kind.name.replace('_', "-"))],
            "supportsOverlay": false,
            "allowOrgOverride": false,
            "allowRuntimeCreate": false,
            "supportsVersioning": false,
            "executionPinned": false,
            "loadOrder": kind.order,
            "domain": kind.domain,
            "overrideSource": "registry",
        })
    };
    let names = KINDS.iter().map(|kind| kind.name).chain(ALWAYS_EMPTY);
    json!({
        "types": names.collect::<Vec<_>>(),
        "entries": KINDS.iter().map(entry).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_collection_of_an_artifact_has_a_kind_in_both_forms() {
        for (plural, name) in METADATA_TYPES {
            assert!(KINDS.iter().any(|kind| kind.name == *name), "{name}");
            assert_eq!(singular(plural), Some(*name));
            assert_eq!(singular(name), Some(*name));
        }
        assert_eq!(singular("packages"), Some("package"));
        assert_eq!(singular("nonsense"), None);
        assert_eq!(singular("OBJECT"), None);
    }
}
