//! Canonical bytes and their checksum (docs/wire/artifact.md#canonical-bytes).
//!
//! **Invariant:** two values that are equal as JSON have one canonical text, and a checksum is
//! always over the exact bytes that are stored.

use std::fmt::Write;
use std::str::FromStr;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::text::{checked_text, excerpt};

/// The SHA-256 of some bytes, as 64 lower-case hexadecimal digits (docs/wire/names.md#patterns).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Checksum(String);

/// An error: the string is not a [`Checksum`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a checksum; a right one is 64 digits of 0-9 and a-f")]
pub struct InvalidChecksum(String);

impl Checksum {
    /// Computes the checksum of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut text = String::with_capacity(64);
        for byte in Sha256::digest(bytes) {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    /// Returns the 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Checksum {
    type Err = InvalidChecksum;

    fn from_str(text: &str) -> Result<Self, InvalidChecksum> {
        let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() == 64 && text.bytes().all(is_digit) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidChecksum(excerpt(text)))
        }
    }
}

checked_text!(Checksum, InvalidChecksum, "^[a-f0-9]{64}$");

/// Returns the canonical JSON of a value: RFC 8785 (docs/wire/artifact.md#canonical-bytes).
///
/// Keys are sorted by UTF-16 code units, there is no white space, numbers are written as
/// JavaScript does. Integers beyond 2^53 become the nearest double, as they do in every JavaScript
/// client.
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write_value(value, by_name, &mut text);
    text
}

/// Returns the JSON of a value as JavaScript's `JSON.stringify` writes what its `JSON.parse` read: keys
/// in the order they came in, except that those that are array indices come first, in theirs.
///
/// ```
/// let value = serde_json::from_str(r#"{ "b": 1.0, "a": 1e21, "7": null }"#)?;
/// assert_eq!(os_package::stringify(&value), r#"{"7":null,"b":1,"a":1e+21}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn stringify(value: &Value) -> String {
    let mut text = String::new();
    write_value(value, indices_first, &mut text);
    text
}

type Member<'v> = (&'v String, &'v Value);

fn by_name(members: &mut Vec<Member<'_>>) {
    members.sort_unstable_by(|(a, _), (b, _)| by_utf16(a, b));
}

fn indices_first(members: &mut Vec<Member<'_>>) {
    if members.iter().any(|(key, _)| index(key).is_some()) {
        members.sort_by_key(|(key, _)| index(key).unwrap_or(u32::MAX));
    }
}

/// Returns the array index that a key spells: 0 to 2^32 - 2, without leading zeros.
fn index(key: &str) -> Option<u32> {
    let is_plain = key.bytes().all(|byte| byte.is_ascii_digit());
    if !is_plain || (key.len() > 1 && key.starts_with('0')) {
        return None;
    }
    key.parse().ok().filter(|index| *index < u32::MAX)
}

/// Walks containers itself, because the canonicalizer crate copies every nested object once per
/// level, and writes plain text itself, which is nearly all there is; the rest is the crate's.
fn write_value(value: &Value, order: fn(&mut Vec<Member<'_>>), out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_value(item, order, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut members: Vec<_> = map.iter().collect();
            order(&mut members);
            out.push('{');
            for (index, (key, member)) in members.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_text(key, out);
                out.push(':');
                write_value(member, order, out);
            }
            out.push('}');
        }
        Value::String(text) => write_text(text, out),
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Null => out.push_str("null"),
        Value::Number(_) => write_scalar(value, out),
    }
}

/// Bytes sort as UTF-16 does, up to the surrogates.
fn by_utf16(a: &str, b: &str) -> std::cmp::Ordering {
    let is_below_surrogates = |text: &str| text.bytes().all(|byte| byte < 0xED);
    if is_below_surrogates(a) && is_below_surrogates(b) {
        a.cmp(b)
    } else {
        a.encode_utf16().cmp(b.encode_utf16())
    }
}

fn write_text(text: &str, out: &mut String) {
    let is_plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        write_scalar(&text, out);
    }
}

fn write_scalar<T: serde::Serialize>(scalar: &T, out: &mut String) {
    let text = serde_json_canonicalizer::to_string(scalar)
        .expect("a JSON value holds only finite numbers and text, which always serialize");
    out.push_str(&text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical_text(json: &str) -> String {
        canonical(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn numbers_are_written_as_javascript_does() {
        for (given, written) in [
            ("1.0", "1"),
            ("-0", "0"),
            ("-0.0", "0"),
            ("1e21", "1e+21"),
            ("1e20", "100000000000000000000"),
            ("0.000001", "0.000001"),
            ("1e-7", "1e-7"),
            ("333333333.33333329", "333333333.3333333"),
            ("9007199254740993", "9007199254740992"),
            ("18446744073709551615", "18446744073709552000"),
            ("-5", "-5"),
            ("4.50", "4.5"),
        ] {
            assert_eq!(canonical_text(given), written, "{given}");
        }
    }

    #[test]
    fn keys_are_sorted_by_utf16_units() {
        // The example of RFC 8785, section 3.2.3: by code points, the emoji would come last.
        let given = r#"{"\u20ac":"Euro","\r":"CR","\ufb33":"Dalet","1":"One","\ud83d\ude00":"Smile",
            "\u0080":"Control","\u00f6":"O"}"#;
        assert_eq!(
            canonical_text(given),
            "{\"\\r\":\"CR\",\"1\":\"One\",\"\u{80}\":\"Control\",\"ö\":\"O\",\"€\":\"Euro\",\
             \"😀\":\"Smile\",\"\u{fb33}\":\"Dalet\"}"
        );
    }

    #[test]
    fn white_space_and_escapes_have_one_form() {
        assert_eq!(
            canonical_text(
                r#" { "b" : [ 1 , { } , [ ] , null , true ] , "a" : "\u00fc\/\u0007\n\u007f\"" } "#
            ),
            "{\"a\":\"ü/\\u0007\\n\u{7f}\\\"\",\"b\":[1,{},[],null,true]}"
        );
    }

    #[test]
    fn canonical_text_is_a_fixed_point_and_agrees_with_the_crate() {
        let given = r#"{"z":{"b":1,"a":[{"y":1,"x":"\u2028"}]},"":0,"a":1.50}"#;
        let once = canonical_text(given);
        assert_eq!(canonical_text(&once), once);
        let value: Value = serde_json::from_str(given).unwrap();
        assert_eq!(serde_json_canonicalizer::to_string(&value).unwrap(), once);
    }

    #[test]
    fn checksums_are_sha256_in_lower_case_digits() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Checksum::of(b"").as_str(), empty);
        assert_eq!(empty.parse::<Checksum>().unwrap(), Checksum::of(b""));
        for bad in ["", &empty[1..], &empty.to_uppercase(), &format!("{empty}0")] {
            assert!(bad.parse::<Checksum>().is_err(), "{bad}");
        }
    }
}
