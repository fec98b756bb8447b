//! Version numbers: semver 2.0 with the limits of a version row (docs/wire/names.md#patterns).
//!
//! **Invariant:** equal numbers are the same string, and the lower one has the lower precedence.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use crate::text::{checked_text, excerpt};

/// The number of a version, such as `1.2.3` or `1.2.3-beta.1`.
///
/// It keeps its source: two numbers that differ in build metadata only have the same
/// precedence but are two versions (docs/wire/versions.md#selection).
#[derive(Debug, Clone)]
pub struct VersionNumber {
    text: String,
    semver: semver::Version,
}

/// An error: the string is not a [`VersionNumber`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a version: {reason}; a right one looks like `1.2.3` or `1.2.3-beta.1`")]
pub struct InvalidVersion {
    text: String,
    reason: &'static str,
}

impl VersionNumber {
    /// Returns the number as its author wrote it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the major version.
    pub fn major(&self) -> u64 {
        self.semver.major
    }

    /// Returns whether it has a pre-release part: `1.0.0-rc.1` (docs/wire/versions.md#selection).
    pub fn is_pre_release(&self) -> bool {
        !self.semver.pre.is_empty()
    }

    /// Returns whether it is the same release: equal except for build metadata.
    pub fn same_precedence(&self, other: &Self) -> bool {
        self.semver.cmp_precedence(&other.semver).is_eq()
    }

    /// Returns bytes that sort as versions do, for an index: comparing two keys compares the
    /// precedence of their versions. Build metadata is ignored (docs/wire/versions.md#selection).
    pub fn precedence_key(&self) -> Vec<u8> {
        // A list sorts below its continuations, a number below a word, and no
        // list at all (a release) above every list.
        const END: u8 = 0;
        const NUMBER: u8 = 1;
        const WORD: u8 = 2;
        const RELEASE: u8 = 255;
        let mut key = Vec::with_capacity(32);
        for part in [self.semver.major, self.semver.minor, self.semver.patch] {
            key.extend(part.to_be_bytes());
        }
        if !self.is_pre_release() {
            key.push(RELEASE);
            return key;
        }
        for identifier in self.semver.pre.split('.') {
            if identifier.bytes().all(|b| b.is_ascii_digit()) {
                // Without leading zeros, the longer number is the greater one.
                let length = u8::try_from(identifier.len()).unwrap_or(u8::MAX);
                key.extend([NUMBER, length]);
                key.extend(identifier.bytes());
            } else {
                key.push(WORD);
                key.extend(identifier.bytes());
                key.push(END);
            }
        }
        key.push(END);
        key
    }

    /// Returns whether a string looks like a pre-release, even if it is no version
    /// (docs/wire/names.md#patterns).
    pub fn looks_like_pre_release(text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        ["-alpha", "-beta", "-rc", "-dev", "-preview", "-staging", "-pr"]
            .iter()
            .any(|hint| text.contains(hint))
    }

    /// Converts to the type of the crate that implements npm's ranges.
    pub(crate) fn to_npm(&self) -> nodejs_semver::Version {
        use nodejs_semver::Identifier::{AlphaNumeric, Numeric};
        let identify = |text: &str| match text.parse() {
            Ok(number) => Numeric(number),
            Err(_) => AlphaNumeric(text.to_owned()),
        };
        let pre = &self.semver.pre;
        let pre = if pre.is_empty() { vec![] } else { pre.split('.').map(identify).collect() };
        nodejs_semver::Version::new(
            self.semver.major,
            self.semver.minor,
            self.semver.patch,
            pre,
            vec![],
        )
    }
}

impl FromStr for VersionNumber {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let invalid = |reason| InvalidVersion { text: excerpt(text), reason };
        if text.is_empty() {
            return Err(invalid("it is empty"));
        }
        if text.len() > 64 {
            return Err(invalid("it is longer than 64 characters"));
        }
        if text.contains(|c: char| c.is_uppercase()) {
            return Err(invalid("capitals are not allowed, use lower case"));
        }
        if text.starts_with('v') {
            return Err(invalid("it must not start with `v`"));
        }
        let core = text.split(['-', '+']).next().unwrap_or_default();
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if core.split('.').count() != 3 || !core.split('.').all(is_number) {
            return Err(invalid("it must be three numbers, separated by dots"));
        }
        if core.split('.').any(|part| part.len() > 1 && part.starts_with('0')) {
            return Err(invalid("a number must not have leading zeros"));
        }
        let semver = semver::Version::parse(text).map_err(|_| {
            invalid(
                "what follows `-` and `+` must be parts of a-z, 0-9 and hyphens between dots, \
                 numbers without leading zeros",
            )
        })?;
        if [semver.major, semver.minor, semver.patch]
            .iter()
            .any(|part| *part > nodejs_semver::MAX_SAFE_INTEGER)
        {
            return Err(invalid("a number is too large"));
        }
        Ok(Self { text: text.to_owned(), semver })
    }
}

checked_text!(VersionNumber, InvalidVersion, r"^\d+\.\d+\.\d+(-[a-z0-9.-]+)?(\+[a-z0-9.-]+)?$");

impl PartialEq for VersionNumber {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for VersionNumber {}

impl Hash for VersionNumber {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl Ord for VersionNumber {
    /// Compares by precedence of semver 2.0, and then by build metadata.
    fn cmp(&self, other: &Self) -> Ordering {
        self.semver.cmp_precedence(&other.semver).then_with(|| self.text.cmp(&other.text))
    }
}

impl PartialOrd for VersionNumber {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> VersionNumber {
        text.parse().unwrap()
    }

    #[test]
    fn versions_are_lower_case_semver() {
        for good in
            ["1.2.3", "1.2.3-beta.1", "1.2.3+build.5", "0.0.0-dev.20260101120000", "1.0.0-0a"]
        {
            assert_eq!(version(good).to_string(), good);
        }
        let long = format!("1.2.3-{}", "a".repeat(59));
        let bad =
            ["", "1.2", "1.2.3-Beta.1", "v1.2.3", "01.2.3", "1.2.3-01", "1.2.3-", "1.2.3-a..b"];
        let more =
            ["1.2.3.4", " 1.2.3", "1.2.3\n", "1.2.x", "-1.2.3", "99999999999999999999.0.0", &long];
        for bad in bad.into_iter().chain(more).chain(["9007199254740993.0.0", "1.2.3+", "١.2.3"]) {
            assert!(bad.parse::<VersionNumber>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_invalid_version_is_reported_with_the_reason() {
        let message = |text: &str| text.parse::<VersionNumber>().unwrap_err().to_string();
        assert!(message("1.2").contains("three numbers"));
        assert!(message("1.2.3-Beta").contains("lower case"));
        assert!(message("v1.2.3").contains("must not start with `v`"));
        assert!(message("1.02.3").contains("leading zeros"));
    }

    #[test]
    fn pre_releases_come_first_and_count_by_number() {
        let order = "1.0.0-1 1.0.0-9 1.0.0-10 1.0.0-a 1.0.0-a.1 1.0.0-a.a 1.0.0-a-b 1.0.0-ab \
            1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 \
            1.0.0-rc.1 1.0.0-rc.9 1.0.0-rc.10 1.0.0 1.0.1-0 1.0.1 1.2.0 1.10.0 2.0.0";
        let order: Vec<_> = order.split_whitespace().map(version).collect();
        assert!(order.is_sorted(), "{order:?}");
        assert!(order.iter().map(VersionNumber::precedence_key).is_sorted());
    }

    #[test]
    fn keys_order_exactly_as_versions_do() {
        let cores = ["0.0.0", "0.0.1", "0.1.0", "1.0.0", "1.0.255", "1.0.256", "1.65536.0"];
        let pres = "0 1 2 10 255 256 99999999999999999999 100000000000000000000 a a-b a.b a.0 a.0.b \
            a.1 a.10 a.9 alpha beta rc rc.1 rc.10 x-y-z -- - 0.0 0.a a0 a00 0a 1-1";
        let mut all = vec![];
        for core in cores {
            all.push(version(core));
            all.push(version(&format!("{core}+b.1")));
            all.extend(pres.split_whitespace().map(|pre| version(&format!("{core}-{pre}"))));
            all.push(version(&format!("{core}-rc.1+b")));
        }
        for a in &all {
            for b in &all {
                let expected = a.semver.cmp_precedence(&b.semver);
                assert_eq!(a.precedence_key().cmp(&b.precedence_key()), expected, "{a} and {b}");
                assert_eq!(a.cmp(b).is_eq(), a == b, "{a} and {b}");
            }
        }
    }

    #[test]
    fn build_metadata_distinguishes_versions_of_equal_precedence() {
        let (a, b) = (version("1.0.0+a"), version("1.0.0+b"));
        assert_ne!(a, b);
        assert!(a < b && a.same_precedence(&b));
        assert_eq!(a.precedence_key(), b.precedence_key());
    }

    #[test]
    fn pre_release_hints_are_found_anywhere() {
        for text in ["1.0.0-rc.1", "1.0.0-PREVIEW", "x-pr7", "0.0.0-dev.2026", "1.0.0-x-staging"] {
            assert!(VersionNumber::looks_like_pre_release(text), "{text}");
        }
        for text in ["1.0.0", "1.0.0-1", "rc", "1.0.0+rc"] {
            assert!(!VersionNumber::looks_like_pre_release(text), "{text}");
        }
        assert!(version("1.0.0-1").is_pre_release() && !version("1.0.0+rc-1").is_pre_release());
    }
}
