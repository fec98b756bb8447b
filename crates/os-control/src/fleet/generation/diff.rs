//! The differences between two generations.

use super::Entry;
use os_api::generation::{PackageAt, PackageMoved, PackageSettingsChanged};
use os_package::VersionNumber;
use serde::Serialize;
use std::collections::BTreeMap;

/// The differences, each list by manifest id.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Diff {
    pub added: Vec<PackageAt>,
    pub removed: Vec<PackageAt>,
    pub upgraded: Vec<PackageMoved>,
    pub downgraded: Vec<PackageMoved>,
    pub enabled: Vec<String>,
    pub disabled: Vec<String>,
    pub settings_changed: Vec<PackageSettingsChanged>,
}

/// Compares two lists. Values of settings are not shown: they may be secret.
pub fn diff(from: &[Entry], to: &[Entry]) -> Diff {
    let by_id = |list: &[Entry]| -> BTreeMap<String, Entry> {
        list.iter().map(|it| (it.package_id.clone(), it.clone())).collect()
    };
    let (from, to) = (by_id(from), by_id(to));
    let at =
        |it: &Entry| PackageAt { package_id: it.package_id.clone(), version: it.version.clone() };
    let mut diff = Diff {
        added: to.values().filter(|it| !from.contains_key(&it.package_id)).map(at).collect(),
        removed: from.values().filter(|it| !to.contains_key(&it.package_id)).map(at).collect(),
        ..Diff::default()
    };
    for (before, after) in from.iter().filter_map(|(id, before)| Some((before, to.get(id)?))) {
        compare(before, after, &mut diff);
    }
    diff
}

fn compare(before: &Entry, after: &Entry, diff: &mut Diff) {
    let package_id = before.package_id.clone();
    if before.version != after.version {
        let number = |text: &str| text.parse::<VersionNumber>().ok();
        let is_newer = number(&before.version) < number(&after.version);
        let list = if is_newer { &mut diff.upgraded } else { &mut diff.downgraded };
        let (from, to) = (before.version.clone(), after.version.clone());
        list.push(PackageMoved { package_id: package_id.clone(), from, to });
    }
    match (before.enabled, after.enabled) {
        (false, true) => diff.enabled.push(package_id.clone()),
        (true, false) => diff.disabled.push(package_id.clone()),
        _ => {}
    }
    let keys = before.settings.changed_names(&after.settings);
    if !keys.is_empty() {
        diff.settings_changed.push(PackageSettingsChanged { package_id, keys });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use os_package::StoredSettings;
    use serde_json::{Value, json};
    use uuid::Uuid;

    fn entry(id: &str, version: &str, enabled: bool, settings: Value) -> Entry {
        Entry {
            package_id: id.to_owned(),
            package_row_id: Uuid::nil(),
            package_version_id: Uuid::nil(),
            version: version.to_owned(),
            checksum: String::new(),
            enabled,
            with_sample_data: false,
            settings: StoredSettings::given(settings, None),
            settings_needed: Vec::new(),
        }
    }

    #[test]
    fn every_kind_of_difference_is_reported_once() {
        let from = [
            entry("a.gone", "1.0.0", true, json!({})),
            entry("a.up", "1.9.0", true, json!({})),
            entry("a.down", "2.0.0", false, json!({})),
            entry("a.set", "1.0.0", true, json!({"x": 1, "y": 2})),
            entry("a.same", "1.0.0", true, json!({"x": 1})),
        ];
        let to = [
            entry("a.new", "1.0.0", true, json!({})),
            entry("a.up", "1.10.0", false, json!({})),
            entry("a.down", "2.0.0-rc.1", true, json!({})),
            entry("a.set", "1.0.0", true, json!({"x": 3, "z": 4})),
            entry("a.same", "1.0.0", true, json!({"x": 1})),
        ];
        let shown = serde_json::to_value(diff(&from, &to)).unwrap();
        assert_eq!(
            shown,
            json!({
                "added": [{"package_id": "a.new", "version": "1.0.0"}],
                "removed": [{"package_id": "a.gone", "version": "1.0.0"}],
                "upgraded": [{"package_id": "a.up", "from": "1.9.0", "to": "1.10.0"}],
                "downgraded": [{"package_id": "a.down", "from": "2.0.0", "to": "2.0.0-rc.1"}],
                "enabled": ["a.down"],
                "disabled": ["a.up"],
                "settings_changed": [{"package_id": "a.set", "keys": ["x", "y", "z"]}],
            })
        );
        assert_eq!(diff(&to, &to), Diff::default());
    }
}
