//! The capabilities of the platform that a package may require (docs/wire/artifact.md#requires).

use crate::artifact::Artifact;
use crate::problem::Problems;
use crate::text::excerpt;
use serde_json::Value;

/// All of them, whether a runtime has them or not.
pub const CAPABILITIES: [&str; 28] = [
    "ai",
    "ai-studio",
    "i18n",
    "ui",
    "auth",
    "automation",
    "analytics",
    "audit",
    "cache",
    "storage",
    "queue",
    "job",
    "messaging",
    "triggers",
    "realtime",
    "mcp",
    "marketplace",
    "email",
    "sms",
    "sharing",
    "pinyin-search",
    "reports",
    "approvals",
    "settings",
    "webhooks",
    "hierarchy-security",
    "ai-seat",
    "governance",
];

/// Checks that `requires` lists capabilities of the platform.
pub fn check(artifact: Artifact<'_>, problems: &mut Problems) {
    let Some(member) = artifact.get("requires") else { return };
    let path = artifact.path("requires");
    let Value::Array(names) = member.value else {
        return problems.add(path, "must be a list of capabilities, such as `automation`");
    };
    for (at, name) in names.iter().enumerate() {
        if !name.as_str().is_some_and(|it| CAPABILITIES.contains(&it)) {
            let shown = name.as_str().map_or_else(|| excerpt(&name.to_string()), excerpt);
            let message = format!("the platform has no capability `{shown}`; remove it");
            problems.add(format!("{path}[{at}]"), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_required_must_exist() {
        let places = |requires: Value| -> Vec<String> {
            let mut problems = Problems::default();
            let artifact = json!({"id": "a.b", "requires": requires});
            check(Artifact::of(&artifact).unwrap(), &mut problems);
            let found = problems.none_or(()).err().map(|it| it.problems).unwrap_or_default();
            found.into_iter().map(|it| it.path).collect()
        };
        assert_eq!(places(json!(["ui", "hierarchy-security"])), [""; 0]);
        assert_eq!(places(json!(null)), [""; 0]);
        assert_eq!(places(json!(["ui", "trigers", 7])), ["requires[1]", "requires[2]"]);
        assert_eq!(places(json!("ui")), ["requires"]);
    }
}
