//! Version numbers, and ranges of them.

use super::check_message;
use os_package::{VersionNumber, VersionRange};
use std::sync::LazyLock;

static VERSIONS: LazyLock<Vec<VersionNumber>> = LazyLock::new(|| {
    let all =
        ["0.0.0-0", "0.0.0", "0.2.3", "1.0.0-rc.1", "1.0.0", "1.2.3+build", "2.0.0", "99.9.9"];
    all.iter().map(|it| it.parse().expect("a legal version")).collect()
});

/// A range that is accepted admits the same versions when it is read again, and none that is
/// below all of it.
pub fn range(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    version(text);
    let range: VersionRange = match text.parse() {
        Ok(range) => range,
        Err(error) => return check_message(&format!("{error}")),
    };
    assert_eq!(range.as_str(), text);
    let json = serde_json::to_string(&range).expect("a string");
    let again: VersionRange = serde_json::from_str(&json).expect("it was written from a range");
    for version in VERSIONS.iter() {
        assert_eq!(range.matches(version), again.matches(version), "{version}");
        assert!(!(range.matches(version) && range.is_above(version)), "{version}");
    }
}

/// A version that is accepted is the same one when it is read again, and has one place among others.
fn version(text: &str) {
    let version: VersionNumber = match text.parse() {
        Ok(version) => version,
        Err(error) => return check_message(&format!("{error}")),
    };
    assert_eq!(version.as_str().parse::<VersionNumber>().as_ref(), Ok(&version));
    for other in VERSIONS.iter() {
        assert_eq!(version.cmp(other), other.cmp(&version).reverse(), "{other}");
        assert_eq!(version == *other, version.cmp(other).is_eq(), "{other}");
        let keys = version.precedence_key().cmp(&other.precedence_key());
        if !version.same_precedence(other) {
            assert_eq!(keys, version.cmp(other), "{other}");
        }
    }
}
