//! docs/wire/dependencies.md#ranges, form by form.

use super::*;

fn range(text: &str) -> VersionRange {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn ranges_admit_what_npm_admits() {
    let table = [
        ("*", "0.0.1 9.9.9 1.0.0-beta", ""),
        ("latest", "1.0.0 1.0.0-rc.1", ""),
        ("1.2.3", "1.2.3 1.2.3+build", "1.2.4 1.2.3-rc.1"),
        ("=1.2.3", "1.2.3", "1.2.2"),
        ("v1.2.3", "1.2.3", "1.2.4"),
        ("1", "1.0.0 1.9.9", "2.0.0 0.9.9 1.0.0-rc.1"),
        ("1.2", "1.2.0 1.2.9", "1.3.0"),
        ("1.x", "1.0.0 1.9.0", "2.0.0"),
        ("1.2.*", "1.2.7", "1.3.0"),
        ("^1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0 2.0.0-alpha 1.3.0-alpha"),
        ("^0.2.3", "0.2.3 0.2.9", "0.3.0 0.9.0"),
        ("^0.0.3", "0.0.3", "0.0.4"),
        ("^17", "17.0.0 17.4.0", "18.0.0 16.9.9"),
        ("~1.2.3", "1.2.3 1.2.9", "1.3.0"),
        ("~1.2.0", "1.2.9", "1.3.0"),
        (">=1.0.0 <2.0.0", "1.0.0 1.9.9", "2.0.0 0.9.0 2.0.0-rc.1"),
        (">=1.0.0,<2.0.0", "1.9.9", "2.0.0"),
        (">= 1.0.0, < 2.0.0", "1.9.9", "2.0.0"),
        (">1.2.3", "1.2.4", "1.2.3"),
        (">1", "2.0.0", "1.9.9"),
        ("<=1.2", "1.2.9", "1.3.0"),
        ("1.2.3 - 2.3.4", "1.2.3 2.3.4", "2.3.5 1.2.2"),
        ("1.2 - 2", "1.2.0 2.9.9", "3.0.0"),
        ("^1.0.0 || ^3.0.0", "1.1.0 3.1.0", "2.0.0"),
        (">=1.0.0-beta.2", "1.0.0-beta.2 1.0.0-beta.10 1.0.0 2.0.0", "1.0.0-beta.1 2.0.0-beta"),
        ("^1.0.0-rc.9", "1.0.0-rc.10 1.4.0", "1.1.0-rc.10"),
        (">=1.0.0-rc.1 <2.0.0 || 3.0.0-a - 3", "1.0.0-rc.1 3.0.0-b 3.1.0", "3.1.0-a 2.0.0-a"),
        (">1.0.0-a >1.0.0-b", "1.0.0-c 1.0.0", "1.0.0-b"),
        ("^1.2 >=1.4.0 <1.9", "1.4.0 1.8.9", "1.3.9 1.9.0 2.0.0"),
        ("<2.0.0-rc.1", "1.9.9 2.0.0-beta", "1.9.9-beta 2.0.0"),
    ];
    for (text, good, bad) in table {
        for version in good.split_whitespace() {
            assert!(range(text).matches(&version.parse().unwrap()), "{text} admits {version}");
        }
        for version in bad.split_whitespace() {
            assert!(!range(text).matches(&version.parse().unwrap()), "{text} refuses {version}");
        }
        assert_eq!(range(text).to_string(), text);
    }
}

#[test]
fn comparators_that_exclude_each_other_are_refused() {
    for text in [
        ">2 <1",
        "^1.0.0 ^2.0.0",
        "1.2.3 1.2.4",
        "2.0.0 - 1.0.0",
        "^1 <1.0.0 || ^3",
        ">1.0.0 <1.0.0",
    ] {
        let message = text.parse::<VersionRange>().unwrap_err().to_string();
        assert!(message.contains("no version can satisfy it"), "{message}");
    }
}

#[test]
fn unparsable_ranges_are_refused() {
    let long = format!(">={}1.0.0", " ".repeat(130));
    for bad in [
        "",
        " ",
        "foo",
        "1.2.3.4",
        "^",
        ">=",
        "1.2.3 foo",
        "^1.0.0 ||",
        "|| ^1",
        "1.0.0 -",
        "~>1.2",
        "01.2.3",
        "^01",
        "1.2.3-",
        "1.2.3-01",
        "^*",
        ">=x",
        "1.x-beta",
        "1..2",
        "latest 1",
        "^1.0.0 - 2.0.0",
        "git+https://example.com",
        "workspace:*",
        "!1",
        "1.2.3-ü",
        "9999999999999999.0",
        "1 | 2",
        "==1.0.0",
        &long,
    ] {
        assert!(bad.parse::<VersionRange>().is_err(), "{bad:?}");
    }
}

#[test]
fn an_invalid_range_is_reported_with_an_example() {
    let message = "foo".parse::<VersionRange>().unwrap_err().to_string();
    assert_eq!(
        message,
        "`foo` is not a version range: it holds something that is neither a version nor an \
         operator; a right one looks like `^1.2.0`, `>=1.0.0 <2.0.0` or `*`"
    );
}

#[test]
fn a_version_below_the_range_is_recognised() {
    assert!(range("^1.2.0").is_above(&"1.1.0".parse().unwrap()));
    assert!(!range("^1.2.0").is_above(&"2.0.0".parse().unwrap()));
    assert!(!range("*").is_above(&"2.0.0".parse().unwrap()));
}

#[test]
fn no_short_text_panics() {
    let alphabet =
        ["1", ".", "x", "*", "-", "+", " ", ",", "|", "||", "<", ">", "=", "^", "~", "v", "a", "0"];
    let version: VersionNumber = "1.0.0-a".parse().unwrap();
    for seed in 0..60_000_u64 {
        let (mut state, mut text) = (seed, String::new());
        for _ in 0..(seed % 9) {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            text.push_str(alphabet[(state >> 33) as usize % alphabet.len()]);
        }
        if let Ok(range) = text.parse::<VersionRange>() {
            range.matches(&version);
            range.is_above(&version);
        }
    }
}
