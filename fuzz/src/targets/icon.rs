//! Icons of packages, above all drawings.

use super::check_message;
use os_control::registry::package::icon;

/// Elements that run, load or embed something.
const REFUSED: &[&str] =
    &["script", "foreignobject", "iframe", "embed", "object", "set", "animate", "a", "handler"];

/// Reads a drawing, and the same bytes as a picture. A drawing that is accepted is text whose
/// tags, found in another way, run nothing.
pub fn icon(bytes: &[u8]) {
    for kind in ["image/png", "image/jpeg", "image/webp"] {
        if let Err(error) = icon::read(kind, bytes) {
            check_message(error.message());
        }
    }
    match icon::read("image/svg+xml", bytes) {
        Ok(_) => {
            let text = std::str::from_utf8(bytes).expect("a drawing is text").to_ascii_lowercase();
            assert!(text.contains("svg"));
            for name in tags(&text) {
                let local = name.rsplit(':').next().unwrap_or_default();
                assert!(!REFUSED.contains(&local), "<{name}> was accepted");
            }
        }
        Err(error) => check_message(error.message()),
    }
}

/// The names of tags, outside of comments and of quoted values.
fn tags(text: &str) -> Vec<&str> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let end = rest.find(|it: char| it.is_whitespace() || "/>".contains(it));
        found.push(&rest[..end.unwrap_or(rest.len())]);
        let mut quote = None;
        let end = rest.find(|it: char| match (quote, it) {
            (None, '"' | '\'') => {
                quote = Some(it);
                false
            }
            (Some(open), _) if open == it => {
                quote = None;
                false
            }
            (quote, it) => quote.is_none() && it == '>',
        });
        rest = end.map_or("", |end| &rest[end..]);
    }
    found
}
