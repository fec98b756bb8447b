//! Checks that an SVG holds nothing but a drawing.
//!
//! A strict reader of the part of XML that drawings need, with a list of what is allowed
//! ([`allowed`]): elements, attributes and functions of styles. What it does not know it
//! refuses: better a drawing too few than a script too many. Values are read as a browser
//! reads them, after entities and without comments. Pictures are served in a sandbox besides.

mod allowed;
mod style;
mod text;

use allowed::{Attribute, attribute, is_element};
use std::collections::HashMap;

const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";

/// The deepest nesting of elements.
const MAX_DEPTH: usize = 128;

/// Checks an SVG.
///
/// # Errors
/// The problem, as a message.
pub fn check(bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mut reader = Reader::default();
    let mut rest = match text.strip_prefix("<?xml ") {
        Some(declaration) => reader.declaration(declaration)?,
        None => text,
    };
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        reader.text(before)?;
        rest = if let Some(comment) = tag.strip_prefix("<!--") {
            comment.split_once("-->").ok_or("a comment does not end")?.1
        } else if tag.starts_with("<!") || tag.starts_with("<?") {
            return Err("it has a DOCTYPE, a CDATA section or an instruction".to_owned());
        } else if let Some(end) = tag.strip_prefix("</") {
            reader.end(end)?
        } else {
            reader.start(&tag[1..])?
        };
    }
    reader.text(rest)?;
    match (reader.has_root, reader.open.last()) {
        (true, None) => Ok(()),
        (true, Some(name)) => Err(format!("the element `{name}` does not end")),
        (false, _) => Err("it has no `svg` element".to_owned()),
    }
}

/// The state of reading.
#[derive(Default)]
struct Reader {
    has_root: bool,
    /// The elements that have not ended, as they are written.
    open: Vec<String>,
    /// The namespaces of prefixes. A prefix has one in the whole drawing.
    prefixes: HashMap<String, String>,
    /// The text of the style that is open; comments do not divide it.
    style: Option<String>,
}

impl Reader {
    /// Reads what follows `<?xml `, and returns the rest.
    fn declaration<'a>(&self, text: &'a str) -> Result<&'a str, String> {
        let (declaration, rest) = text.split_once("?>").ok_or("a declaration does not end")?;
        let mut attributes = declaration.trim();
        while !attributes.is_empty() {
            let (name, value, rest) = raw_attribute(attributes)?;
            let is_known = match name {
                "version" => value == "1.0",
                "encoding" => value.eq_ignore_ascii_case("utf-8"),
                "standalone" => ["yes", "no"].contains(&value),
                _ => false,
            };
            if !is_known {
                return Err(format!("its declaration has {name}=\"{value}\"; it must be UTF-8"));
            }
            attributes = rest;
        }
        Ok(rest)
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        let text = text::decoded(text)?;
        match &mut self.style {
            Some(style) => style.push_str(&text),
            None if self.open.is_empty() && !text.trim().is_empty() => {
                return Err("there is text outside of the drawing".to_owned());
            }
            None => {}
        }
        Ok(())
    }

    /// Reads what follows `</`, and returns the rest.
    fn end<'a>(&mut self, tag: &'a str) -> Result<&'a str, String> {
        let (name, rest) = tag.split_once('>').ok_or("a tag does not end")?;
        self.close(name.trim_end())?;
        Ok(rest)
    }

    fn close(&mut self, name: &str) -> Result<(), String> {
        if self.open.pop().as_deref() != Some(name) {
            return Err(format!("`</{name}>` ends an element that is not open"));
        }
        match self.style.take() {
            Some(style) => style::check_sheet(&style),
            None => Ok(()),
        }
    }

    /// Reads what follows `<`, and returns the rest.
    fn start<'a>(&mut self, tag: &'a str) -> Result<&'a str, String> {
        let end = tag
            .find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
            .ok_or("a tag does not end")?;
        let (name, mut rest) = tag.split_at(end);
        let mut attributes = Vec::new();
        let (is_empty, rest) = loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix("/>") {
                break (true, after);
            }
            if let Some(after) = rest.strip_prefix('>') {
                break (false, after);
            }
            let (name, value, after) = raw_attribute(rest)?;
            attributes.push((name, text::decoded(value)?));
            rest = after;
        };
        for (name, value) in &attributes {
            self.declare(name, value)?;
        }
        let local = self.element(name)?;
        for (name, value) in &attributes {
            self.attribute(local, name, value)?;
        }
        self.open.push(name.to_owned());
        if self.open.len() > MAX_DEPTH {
            return Err(format!("its elements are nested deeper than {MAX_DEPTH}"));
        }
        self.style = (local == "style").then(String::new);
        if is_empty {
            self.close(name)?;
        }
        Ok(rest)
    }

    /// Notes a namespace, where the attribute declares one.
    fn declare(&mut self, name: &str, value: &str) -> Result<(), String> {
        let prefix = match name.split_once(':') {
            None if name == "xmlns" => "",
            Some(("xmlns", prefix)) => prefix,
            _ => return Ok(()),
        };
        let is_other = self.prefixes.get(prefix).is_some_and(|known| known != value);
        if is_other || (prefix.is_empty() && value != SVG) || prefix == "xml" {
            return Err(format!("`{name}` declares another namespace than `{SVG}`"));
        }
        self.prefixes.insert(prefix.to_owned(), value.to_owned());
        Ok(())
    }

    /// Checks an element, and returns its name without its prefix.
    fn element<'a>(&mut self, name: &'a str) -> Result<&'a str, String> {
        let (namespace, local) = match name.split_once(':') {
            None => (SVG, name),
            Some((prefix, local)) => (self.namespace(prefix), local),
        };
        if namespace != SVG || !is_element(local) {
            let name: String = name.chars().take(80).collect();
            return Err(format!("the element `{name}` is not part of a drawing"));
        }
        if self.style.is_some() {
            return Err("a style has elements in it".to_owned());
        }
        if self.open.is_empty() && (self.has_root || local != "svg") {
            return Err(format!("`{local}` stands where the one `svg` element should"));
        }
        self.has_root = true;
        Ok(local)
    }

    fn attribute(&self, element: &str, name: &str, value: &str) -> Result<(), String> {
        let local = match name.split_once(':') {
            None if name == "xmlns" => return Ok(()),
            None => name,
            Some(("xmlns", _) | ("xml", "space" | "lang")) => return Ok(()),
            Some((prefix, "href")) if self.namespace(prefix) == XLINK => "href",
            Some(_) => "",
        };
        let problem = match attribute(local) {
            Some(Attribute::Text) => return Ok(()),
            Some(Attribute::Drawing) => style::check_value(value),
            Some(Attribute::Style) => style::check_declarations(value),
            Some(Attribute::Reference) => style::check_reference(element, value),
            None => Err("is not part of a drawing".to_owned()),
        };
        let name: String = name.chars().take(80).collect();
        problem.map_err(|problem| format!("the attribute `{name}` {problem}"))
    }

    fn namespace(&self, prefix: &str) -> &str {
        self.prefixes.get(prefix).map_or("", String::as_str)
    }
}

/// Reads one attribute, and returns its name, its value as it is written, and the rest.
fn raw_attribute(text: &str) -> Result<(&str, &str, &str), String> {
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
    if value.contains('<') {
        return Err(format!("the value of `{name}` has a `<` in it"));
    }
    Ok((name, value, rest.trim_start()))
}

#[cfg(test)]
mod tests;
