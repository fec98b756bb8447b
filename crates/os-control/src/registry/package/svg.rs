//! Checks that an SVG holds nothing but a drawing.
//!
//! A strict reader of the part of XML that drawings need. What it does not know
//! it refuses: better a drawing too few than a script too many. Pictures are
//! served in a sandbox besides.

/// Elements that run, load or embed something, or change what does.
const REFUSED: [&str; 14] = [
    "script",
    "foreignobject",
    "iframe",
    "embed",
    "object",
    "audio",
    "video",
    "handler",
    "listener",
    "set",
    "animate",
    "animatetransform",
    "animatemotion",
    "a",
];

/// A problem of an SVG, as a message.
pub fn check(bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    let mut has_root = false;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        // Only a style has rules; any other text is just shown.
        let is_style = before.contains(['{', '@']);
        if is_style && (before.contains("@import") || has_far_url(before)) {
            return Err("a style loads something from elsewhere".to_owned());
        }
        rest = if let Some(comment) = tag.strip_prefix("<!--") {
            comment.split_once("-->").ok_or("a comment does not end")?.1
        } else if let Some(declaration) = tag.strip_prefix("<?xml ") {
            declaration.split_once("?>").ok_or("a declaration does not end")?.1
        } else if tag.starts_with("<!") || tag.starts_with("<?") {
            return Err("it has a DOCTYPE, a CDATA section or an instruction".to_owned());
        } else {
            element(tag, &mut has_root)?
        };
    }
    if has_root { Ok(()) } else { Err("it has no `svg` element".to_owned()) }
}

/// Reads one tag and returns the rest of the text.
fn element<'a>(tag: &'a str, has_root: &mut bool) -> Result<&'a str, String> {
    let inner = &tag[1..];
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let end = inner
        .find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
        .ok_or("a tag does not end")?;
    let name = local(&inner[..end]);
    if name.is_empty() || REFUSED.contains(&name.as_str()) {
        return Err(format!("the element `{name}` is not allowed"));
    }
    if !*has_root && name != "svg" {
        return Err(format!("it starts with `{name}` instead of `svg`"));
    }
    *has_root = true;
    let mut rest = inner[end..].trim_start();
    loop {
        if let Some(after) = rest.strip_prefix("/>").or_else(|| rest.strip_prefix('>')) {
            return Ok(after);
        }
        rest = attribute(rest)?;
    }
}

/// Reads one attribute and returns the rest of the text.
fn attribute(text: &str) -> Result<&str, String> {
    let (name, rest) = text.split_once('=').ok_or("a tag does not end")?;
    let name = name.trim_end();
    if name.is_empty() || name.contains(|c: char| c.is_whitespace() || "<>/'\"".contains(c)) {
        return Err("a tag is malformed".to_owned());
    }
    let rest = rest.trim_start();
    let quote = rest
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\''))
        .ok_or_else(|| format!("the value of `{name}` is not quoted"))?;
    let (value, rest) =
        rest[1..].split_once(quote).ok_or_else(|| format!("the value of `{name}` does not end"))?;
    let is_namespace = name == "xmlns" || name.starts_with("xmlns:");
    if !is_namespace {
        allowed(name, value)?;
    }
    Ok(rest.trim_start())
}

fn allowed(name: &str, value: &str) -> Result<(), String> {
    let key = local(name);
    let value = value.trim().to_ascii_lowercase();
    if key.starts_with("on") {
        return Err(format!("the attribute `{name}` would run a script"));
    }
    let is_inside = |value: &str| {
        value.starts_with('#')
            || ["png", "jpeg", "webp"]
                .iter()
                .any(|kind| value.starts_with(&format!("data:image/{kind};base64,")))
    };
    if matches!(key.as_str(), "href" | "src") && !is_inside(&value) {
        return Err(format!("`{name}` points outside of the drawing"));
    }
    if has_far_url(&value) || value.contains("javascript:") {
        return Err(format!("`{name}` points outside of the drawing"));
    }
    Ok(())
}

/// Returns whether a style refers to anything but a part of the drawing. Escapes could
/// hide it, so they count as if they did.
fn has_far_url(style: &str) -> bool {
    let style = style.to_ascii_lowercase();
    if style.contains('\\') || style.contains("&#") {
        return true;
    }
    style.split("url").skip(1).any(|rest| match rest.trim_start().strip_prefix('(') {
        Some(target) => !target.trim_start_matches(['"', '\'', ' ']).starts_with('#'),
        None => false,
    })
}

/// A name without its prefix, lower case: `svg:Script` is `script`.
fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_are_let_through() {
        for good in [
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/></svg>"##,
            r##"<?xml version="1.0"?><!-- by hand --><svg><defs><linearGradient id="g"/></defs>
                <rect fill="url(#g)" style='stroke: url( "#g" )'/><use xlink:href="#g" /></svg>"##,
            r##"<svg:svg xmlns:svg="http://www.w3.org/2000/svg"><svg:g></svg:g></svg:svg>"##,
            r##"<svg><style>.a{fill:#fff}</style><image href="data:image/png;base64,AA"/></svg>"##,
        ] {
            assert_eq!(check(good.as_bytes()), Ok(()), "{good}");
        }
    }

    #[test]
    fn whatever_could_run_or_load_is_refused() {
        for bad in [
            "",
            "<html></html>",
            "<svg",
            "<svg a=b></svg>",
            "<svg><script>alert(1)</script></svg>",
            "<svg><x:ScRiPt href='#a'/></svg>",
            "<svg onload='alert(1)'/>",
            "<svg><g onclick = \"x\"/></svg>",
            "<svg><foreignObject/></svg>",
            "<svg><a href='#x'/></svg>",
            "<svg><use href='https://example.com/x.svg#a'/></svg>",
            "<svg><image href='data:image/svg+xml;base64,AA'/></svg>",
            "<svg><use xlink:href='javascript:alert(1)'/></svg>",
            "<svg><use href='&#106;avascript:alert(1)'/></svg>",
            "<svg><rect fill='url(https://example.com/x)'/></svg>",
            "<svg><style>@import 'https://example.com/x.css';</style></svg>",
            "<svg><style>.a{background:u\\72l(https://example.com)}</style></svg>",
            "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>",
            "<?xml-stylesheet href='x'?><svg/>",
            "<svg><![CDATA[<script>]]></svg>",
            "<svg><set attributeName='href' to='x'/></svg>",
        ] {
            assert!(check(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(check(b"<svg>\xff</svg>").is_err());
    }
}
