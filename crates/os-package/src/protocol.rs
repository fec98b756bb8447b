//! The comparison of a package with the protocol a runtime speaks
//! (docs/wire/dependencies.md#platform).
//!
//! **Invariant:** only majors decide, and a range that cannot be parsed never refuses a package.

use crate::range::{is_any, tokens};

/// The relation of a range to a major version of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProtocolMatch {
    /// The package runs on this major.
    Matches,
    /// The package does not run on this major.
    Differs,
    /// The range is empty or cannot be parsed: the package may run, with a warning.
    Unparsed,
}

/// Compares a range such as `^17` with a major (the table of docs/wire/dependencies.md#platform).
pub fn matches(range: &str, major: u64) -> ProtocolMatch {
    match parsed_match(range, major) {
        Some(true) => ProtocolMatch::Matches,
        Some(false) => ProtocolMatch::Differs,
        None => ProtocolMatch::Unparsed,
    }
}

fn parsed_match(range: &str, major: u64) -> Option<bool> {
    if range.len() > 128 {
        return None;
    }
    if is_any(range.trim()) {
        return Some(true);
    }
    match tokens(range).as_slice() {
        [] => None,
        [low, hyphen, high] if hyphen == "-" => {
            let (low, high) = (Bound::parse(low)?, Bound::parse(high)?);
            Some((low.major..=high.major).contains(&major))
        }
        comparators => {
            let mut all = true;
            for comparator in comparators {
                all &= comparator_matches(comparator, major)?;
            }
            Some(all)
        }
    }
}

fn comparator_matches(comparator: &str, major: u64) -> Option<bool> {
    if is_any(comparator) {
        return Some(true);
    }
    let at = comparator.find(|c: char| !"<>=^~".contains(c))?;
    let (operator, version) = comparator.split_at(at);
    let bound = Bound::parse(version)?;
    Some(match operator {
        ">=" => major >= bound.major,
        ">" if bound.is_bare => major > bound.major,
        ">" => major >= bound.major,
        "<=" => major <= bound.major,
        "<" if bound.starts_major => major < bound.major,
        "<" => major <= bound.major,
        "^" | "~" | "=" | "" => major == bound.major,
        _ => return None,
    })
}

/// The relevant parts of the version in a comparator.
struct Bound {
    major: u64,
    /// `17`, without minor and patch.
    is_bare: bool,
    /// `17`, `17.0`, `17.0.0`: no version of the major is lower.
    starts_major: bool,
}

impl Bound {
    fn parse(version: &str) -> Option<Self> {
        let version = version.strip_prefix('v').unwrap_or(version);
        let core = version.split(['-', '+']).next()?;
        let (major, rest) = match core.split_once('.') {
            Some((major, rest)) => (major, rest.split('.').collect()),
            None => (core, Vec::new()),
        };
        let is_wildcard = |part: &str| matches!(part, "x" | "X" | "*");
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if rest.len() > 2 || !is_number(major) {
            return None;
        }
        if !rest.iter().all(|part| is_number(part) || is_wildcard(part)) {
            return None;
        }
        Some(Self {
            major: major.parse().ok()?,
            is_bare: rest.iter().all(|part| is_wildcard(part)),
            starts_major: rest
                .iter()
                .all(|part| is_wildcard(part) || part.bytes().all(|b| b == b'0')),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ProtocolMatch::{Differs, Matches, Unparsed};

    #[test]
    fn only_majors_decide() {
        for (range, expected) in [
            // docs/wire/dependencies.md#platform.
            ("^17", Matches),
            (">=4.0 <5", Differs),
            ("*", Matches),
            (">=17", Matches),
            ("<17.0.0", Differs),
            ("<18", Matches),
            ("16.x", Differs),
            ("17 || 18", Unparsed),
            ("", Unparsed),
            // The rest of the table.
            ("x", Matches),
            ("latest", Matches),
            (">=16, <18", Matches),
            (">= 16 < 18", Matches),
            ("16 - 18", Matches),
            ("18.0.0 - 19.0.0", Differs),
            (">=17.9.9", Matches),
            (">=18", Differs),
            (">17", Differs),
            (">17.x", Differs),
            (">17.0.0", Matches),
            (">16", Matches),
            ("<=17", Matches),
            ("<=16.9", Differs),
            ("<17", Differs),
            ("<17.0", Differs),
            ("<17.5", Matches),
            ("<17.0.1", Matches),
            ("~17.2.0", Matches),
            ("^16.4.0", Differs),
            ("17.*", Matches),
            ("17", Matches),
            ("17.2", Matches),
            ("17.2.3", Matches),
            ("=17.2.3", Matches),
            ("v17.0.0-beta.1", Matches),
            ("18.0.0", Differs),
            // Not understood.
            ("seventeen", Unparsed),
            ("17.1.2.3", Unparsed),
            (">=", Unparsed),
            ("<>17", Unparsed),
            ("17 seventeen", Unparsed),
            ("99999999999999999999", Unparsed),
            ("-", Unparsed),
            ("ü", Unparsed),
        ] {
            assert_eq!(matches(range, 17), expected, "{range:?}");
        }
        assert_eq!(matches(&format!("^17{}", " ".repeat(130)), 17), Unparsed);
    }
}
