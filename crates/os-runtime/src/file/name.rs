//! Names and media types of files, and which types a browser may show.

use crate::{Code, Result};
use os_api::limits::MAX_FILE_NAME_BYTES;

/// Types that browsers show without running anything.
const INLINE_TYPES: [&str; 17] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/bmp",
    "audio/mpeg",
    "audio/ogg",
    "audio/wav",
    "audio/webm",
    "audio/mp4",
    "video/mp4",
    "video/webm",
    "video/ogg",
    "application/pdf",
    "text/plain",
    "text/csv",
];

/// The first bytes of files of some types.
const FIRST_BYTES: [(&str, &[&[u8]]); 6] = [
    ("image/png", &[b"\x89PNG\r\n\x1a\n"]),
    ("image/jpeg", &[b"\xff\xd8\xff"]),
    ("image/gif", &[b"GIF87a", b"GIF89a"]),
    ("image/webp", &[b"RIFF"]),
    ("application/pdf", &[b"%PDF-"]),
    ("application/zip", &[b"PK\x03\x04", b"PK\x05\x06"]),
];

/// Returns a name that is safe in a header and in a folder.
///
/// # Errors
/// `INVALID_REQUEST` for a name that is empty, too long, a path, or deceptive.
pub fn checked(name: &str) -> Result<String> {
    let name = name.trim();
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let what = match name {
        "" => "is empty; name the file, such as `photo.png`",
        "." | ".." => "is a folder; name the file, such as `photo.png`",
        _ if name.len() > MAX_FILE_NAME_BYTES => "is longer than 255 bytes; use a shorter name",
        _ if name.contains(['/', '\\']) => "is a path; send the name of the file alone",
        _ if name.chars().any(char::is_control) => "has control characters; remove them",
        _ if name.chars().any(turns) => {
            "has characters that change the direction of text; remove them"
        }
        _ => return Ok(name.to_owned()),
    };
    Err(Code::InvalidRequest.error(format!("`filename` {what}")))
}

/// Returns a media type without its parameters, in lower case.
///
/// # Errors
/// `INVALID_REQUEST` for anything else.
pub fn media_type(text: &str) -> Result<String> {
    let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_token = |text: &str| {
        let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
        !text.is_empty() && text.bytes().all(is_legal)
    };
    match essence.split_once('/') {
        Some((kind, subtype)) if is_token(kind) && is_token(subtype) && essence.len() <= 127 => {
            Ok(essence)
        }
        _ => Err(Code::InvalidRequest.error(
            "`mimeType` must be a media type, such as `image/png`, or `application/octet-stream` for any",
        )),
    }
}

/// Refuses bytes that do not match their media type, for types with known first bytes.
///
/// # Errors
/// `UNSUPPORTED_MEDIA_TYPE`.
pub fn begins_as(mime_type: &str, head: &[u8]) -> Result<()> {
    let known = FIRST_BYTES.iter().find(|(kind, _)| *kind == mime_type);
    let is_wrong = known.is_some_and(|(_, heads)| !heads.iter().any(|it| head.starts_with(it)));
    if is_wrong {
        return Err(Code::UnsupportedMediaType.error(format!(
            "these bytes are not {mime_type}; send their media type, or `application/octet-stream`"
        )));
    }
    Ok(())
}

/// Returns whether an entry of a field's `accept` matches this file: `.pdf`, `image/*`,
/// `image/png`, or `*`.
pub fn is_accepted(entry: &str, name: &str, mime_type: &str) -> bool {
    let entry = entry.trim().to_ascii_lowercase();
    match entry.as_str() {
        "" => false,
        "*" | "*/*" => true,
        ending if ending.starts_with('.') => name.to_lowercase().ends_with(ending),
        kind => match kind.strip_suffix('*') {
            Some(family) => family.ends_with('/') && mime_type.starts_with(family),
            None => mime_type == kind,
        },
    }
}

/// Returns the type that a file is sent with, and whether a browser may show it.
pub fn served_type(mime_type: &str) -> (&str, bool) {
    match INLINE_TYPES.contains(&mime_type) {
        true => (mime_type, true),
        false => ("application/octet-stream", false),
    }
}

/// Returns a `Content-Disposition` with this name (RFC 6266).
pub fn disposition(is_shown: bool, name: &str) -> String {
    let kind = if is_shown { "inline" } else { "attachment" };
    let is_plain = |c: &char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\' | '%');
    let plain: String = name.chars().map(|c| if is_plain(&c) { c } else { '_' }).collect();
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encoded: String = name
        .bytes()
        .map(
            |byte| {
                if is_safe(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
            },
        )
        .collect();
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_names() {
        for good in ["a", "photo.png", "Bericht März.pdf", "a..b", " x ", "-rf", "👍"] {
            assert_eq!(checked(good).unwrap(), good.trim());
        }
        let long = "x".repeat(256);
        for bad in
            ["", " ", ".", "..", "../x", "a/b", "a\\b", "a\nb", "a\0", "gpj.\u{202e}exe", &long]
        {
            assert!(checked(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn only_types_that_run_nothing_are_shown() {
        assert_eq!(served_type("image/png"), ("image/png", true));
        for kind in
            ["text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript", "text/xml"]
        {
            assert_eq!(served_type(kind), ("application/octet-stream", false));
        }
        assert_eq!(media_type("Text/Plain; charset=utf-8").unwrap(), "text/plain");
        for bad in ["", "png", "image/", "/png", "a/b/c", "image/p ng", "a/b\r\nx: y"] {
            assert!(media_type(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_field_accepts_media_types_and_extensions() {
        for (entry, wanted) in [
            ("image/*", true),
            ("image/png", true),
            (".PNG", true),
            ("*", true),
            ("image/jpeg", false),
            ("video/*", false),
            (".pdf", false),
            ("ima*", false),
            ("", false),
        ] {
            assert_eq!(is_accepted(entry, "a.png", "image/png"), wanted, "{entry}");
        }
    }

    #[test]
    fn a_disposition_is_one_header_whatever_the_name() {
        let header = disposition(false, "a\"; x=ü%.png");
        assert_eq!(
            header,
            "attachment; filename=\"a_; x=__.png\"; filename*=UTF-8''a%22%3B%20x%3D%C3%BC%25.png"
        );
    }
}
