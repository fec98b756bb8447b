//! Whether a package fits the protocol a runtime speaks (contract §4.4).
//!
//! **Invariant:** only majors decide, and what is not understood is never a refusal.

use crate::range::{is_any, tokens};

/// What a range says about a major version of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// The package runs on this major.
    Admitted,
    /// The package does not run on this major.
    Refused,
    /// The range was empty or not understood: admitted, with a warning.
    Unparsed,
}

impl Admission {
    /// Whether the package may run: only [`Admission::Refused`] stops it (contract §4.4).
    pub fn is_admitted(self) -> bool {
        self != Self::Refused
    }
}

/// Whether a range such as `^17` admits a major (the table of contract §4.4).
pub fn admits(range: &str, major: u64) -> Admission {
    match admission(range, major) {
        Some(true) => Admission::Admitted,
        Some(false) => Admission::Refused,
        None => Admission::Unparsed,
    }
}

fn admission(range: &str, major: u64) -> Option<bool> {
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
                all &= comparator_admits(comparator, major)?;
            }
            Some(all)
        }
    }
}

fn comparator_admits(comparator: &str, major: u64) -> Option<bool> {
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

/// What matters of the version in a comparator.
struct Bound {
    major: u64,
    /// `17`, without minor and patch.
    is_bare: bool,
    /// `17`, `17.0`, `17.0.0`: nothing of the major lies below.
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
    use Admission::{Admitted, Refused, Unparsed};

    #[test]
    fn only_majors_decide() {
        for (range, expected) in [
            // Appendix A of the contract.
            ("^17", Admitted),
            (">=4.0 <5", Refused),
            ("*", Admitted),
            (">=17", Admitted),
            ("<17.0.0", Refused),
            ("<18", Admitted),
            ("16.x", Refused),
            ("17 || 18", Unparsed),
            ("", Unparsed),
            // The rest of the table.
            ("x", Admitted),
            ("latest", Admitted),
            (">=16, <18", Admitted),
            (">= 16 < 18", Admitted),
            ("16 - 18", Admitted),
            ("18.0.0 - 19.0.0", Refused),
            (">=17.9.9", Admitted),
            (">=18", Refused),
            (">17", Refused),
            (">17.x", Refused),
            (">17.0.0", Admitted),
            (">16", Admitted),
            ("<=17", Admitted),
            ("<=16.9", Refused),
            ("<17", Refused),
            ("<17.0", Refused),
            ("<17.5", Admitted),
            ("<17.0.1", Admitted),
            ("~17.2.0", Admitted),
            ("^16.4.0", Refused),
            ("17.*", Admitted),
            ("17", Admitted),
            ("17.2", Admitted),
            ("17.2.3", Admitted),
            ("=17.2.3", Admitted),
            ("v17.0.0-beta.1", Admitted),
            ("18.0.0", Refused),
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
            assert_eq!(admits(range, 17), expected, "{range:?}");
        }
        assert_eq!(admits(&format!("^17{}", " ".repeat(130)), 17), Unparsed);
        assert!(Unparsed.is_admitted() && Admitted.is_admitted() && !Refused.is_admitted());
    }
}
