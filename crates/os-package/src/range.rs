//! Ranges of versions, as dependencies and `engines` write them (docs/wire/dependencies.md#ranges).
//!
//! **Invariant:** a comparator reaches the npm crate only after our own, stricter grammar has
//! parsed it, and alone: that crate skips what it does not know, and reads comparators that
//! exclude each other (`^1.0.0 ^2.0.0`) as if one of them were enough.

use std::str::FromStr;

use crate::VersionNumber;
use crate::text::{checked_text, excerpt};

/// The versions of another package that satisfy a need: `^1.2.0`, `>=1.0.0 <2.0.0`, `*`.
///
/// It has npm's semantics: `^0.2.3` stays below `0.3.0`, and a pre-release matches only where the
/// range names a pre-release of the same three numbers (docs/wire/versions.md#selection,
/// docs/wire/dependencies.md#ranges).
#[derive(Debug, Clone)]
pub struct VersionRange {
    text: String,
    /// One of them must admit a version; `None` admits every version, pre-releases included.
    alternatives: Option<Vec<Alternative>>,
}

/// The comparators between two `||`.
#[derive(Debug, Clone)]
struct Alternative {
    /// The bounds, all comparators taken together.
    bounds: nodejs_semver::Range,
    /// The three numbers of each pre-release that is named: only their pre-releases are admitted.
    pre_releases: Vec<(u64, u64, u64)>,
}

/// An error: the string is not a [`VersionRange`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a version range: {reason}; a right one looks like `^1.2.0`, `>=1.0.0 <2.0.0` or `*`"
)]
pub struct InvalidRange {
    text: String,
    reason: &'static str,
}

impl VersionRange {
    /// Returns the range as its author wrote it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether a version is in the range.
    pub fn matches(&self, version: &VersionNumber) -> bool {
        let Some(alternatives) = &self.alternatives else { return true };
        let npm = version.to_npm();
        let core = (npm.major(), npm.minor(), npm.patch());
        alternatives.iter().any(|alternative| {
            alternative.bounds.satisfies_with_prerelease(&npm, true)
                && (!version.is_pre_release() || alternative.pre_releases.contains(&core))
        })
    }

    /// Returns whether a version is lower than all of the range, so that an upgrade helps.
    pub fn is_above(&self, version: &VersionNumber) -> bool {
        let npm = version.to_npm();
        let is_above = |alternative: &Alternative| {
            let lower = nodejs_semver::OutsideDirection::Lower;
            alternative.bounds.outside(&npm, lower, true).unwrap_or(false)
        };
        self.alternatives.as_ref().is_some_and(|alternatives| alternatives.iter().all(is_above))
    }
}

impl PartialEq for VersionRange {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for VersionRange {}

impl FromStr for VersionRange {
    type Err = InvalidRange;

    fn from_str(text: &str) -> Result<Self, InvalidRange> {
        let invalid = |reason| InvalidRange { text: excerpt(text), reason };
        if text.len() > 128 {
            return Err(invalid("it is longer than 128 characters"));
        }
        let range = text.trim();
        if range.is_empty() {
            return Err(invalid("it is empty"));
        }
        let alternatives = match is_any(range) {
            true => None,
            false => {
                let parts = range.split("||").map(Alternative::parse);
                Some(parts.collect::<Result<_, _>>().map_err(invalid)?)
            }
        };
        Ok(Self { text: text.to_owned(), alternatives })
    }
}

checked_text!(VersionRange, InvalidRange, r"^.{1,128}$");

/// Returns whether the whole range is one of the words for "any version"
/// (docs/wire/dependencies.md#ranges).
pub(crate) fn is_any(range: &str) -> bool {
    matches!(range, "*" | "x" | "X" | "latest")
}

/// Splits at spaces and commas, and joins an operator that stands alone with what it
/// belongs to: `>= 1.0.0` is `>=1.0.0`.
pub(crate) fn tokens(range: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut operator = false;
    for token in range.split(|c: char| c.is_ascii_whitespace() || c == ',') {
        if token.is_empty() {
            continue;
        }
        match tokens.last_mut() {
            Some(last) if operator => last.push_str(token),
            _ => tokens.push(token.to_owned()),
        }
        operator = token.bytes().all(|b| b"<>=^~".contains(&b));
    }
    tokens
}

impl Alternative {
    fn parse(alternative: &str) -> Result<Self, &'static str> {
        const EMPTY: &str = "no version can satisfy it";
        let tokens = tokens(alternative);
        let mut pre_releases = Vec::new();
        let comparators = match tokens.as_slice() {
            [low, hyphen, high] if hyphen == "-" => {
                pre_releases.extend(partial(low)?);
                pre_releases.extend(partial(high)?);
                vec![format!("{} - {}", bare(low), bare(high))]
            }
            tokens => {
                let mut comparators = Vec::with_capacity(tokens.len());
                for token in tokens {
                    let (operator, version) = split_operator(token);
                    pre_releases.extend(partial(version)?);
                    if !operator.is_empty() && bare(version).starts_with(['x', 'X', '*']) {
                        return Err("an operator needs a version after it");
                    }
                    comparators.push(format!("{operator}{}", bare(version)));
                }
                comparators
            }
        };
        let mut bounds: Option<nodejs_semver::Range> = None;
        for comparator in comparators {
            let next = nodejs_semver::Range::parse(comparator).map_err(|_| EMPTY)?;
            bounds = Some(match bounds {
                None => next,
                Some(bounds) => bounds.intersect(&next).ok_or(EMPTY)?,
            });
        }
        let bounds = bounds.ok_or("a part of it is empty")?;
        Ok(Self { bounds, pre_releases })
    }
}

fn split_operator(token: &str) -> (&str, &str) {
    let operators = [">=", "<=", ">", "<", "=", "^", "~"];
    let operator = operators.into_iter().find(|operator| token.starts_with(operator));
    token.split_at(operator.map_or(0, str::len))
}

fn bare(version: &str) -> &str {
    version.strip_prefix('v').unwrap_or(version)
}

/// Checks `1`, `1.2`, `1.x`, `1.2.*`, `1.2.3-beta.1+build`, each with an optional `v`, and returns the
/// three numbers of a pre-release.
fn partial(version: &str) -> Result<Option<(u64, u64, u64)>, &'static str> {
    const WRONG: &str = "it holds something that is neither a version nor an operator";
    let version = bare(version);
    let (core, suffix) = match version.find(['-', '+']) {
        Some(at) => version.split_at(at),
        None => (version, ""),
    };
    let parts: Vec<&str> = core.split('.').collect();
    let is_wildcard = |part: &str| matches!(part, "x" | "X" | "*");
    for part in &parts {
        let is_number = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !is_number && !is_wildcard(part) {
            return Err(WRONG);
        }
        if is_number && part.len() > 1 && part.starts_with('0') {
            return Err("a number must not have leading zeros");
        }
        if is_number && part.parse().is_ok_and(|n: u64| n <= nodejs_semver::MAX_SAFE_INTEGER) {
            continue;
        }
        if is_number {
            return Err("a number is too large");
        }
    }
    let has_wildcard = parts.iter().any(|part| is_wildcard(part));
    match (parts.len(), suffix) {
        (1..=3, "") => Ok(None),
        (3, _) if !has_wildcard => {
            let version = semver::Version::parse(version)
                .map_err(|_| "what follows `-` or `+` is no legal pre-release or build")?;
            let core = (version.major, version.minor, version.patch);
            Ok((!version.pre.is_empty()).then_some(core))
        }
        _ => Err(WRONG),
    }
}

#[cfg(test)]
mod tests;
