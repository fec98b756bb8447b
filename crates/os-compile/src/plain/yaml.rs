//! YAML, and JSON, which is a part of it, as JSON values.
//!
//! Aliases and tags are refused: they are no data, and a few of them expand to more than fits in
//! memory.

use crate::evaluate::LOCATION_KEY;
use crate::syntax::Literals;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span};
use serde_json::{Map, Value};
use std::ops::Range;

/// Levels of nesting.
const MAX_DEPTH: usize = 100;

/// An error: the file cannot be read as data.
#[derive(Debug, PartialEq, Eq)]
pub struct YamlError {
    /// The problem.
    pub message: String,
    /// Its line, from 1.
    pub line: u32,
    /// Its column, from 1.
    pub column: u32,
}

/// Reads a file of one document.
pub fn read(file: &str, source: &str, literals: Option<&mut Literals>) -> Result<Value, YamlError> {
    let offsets = literals.as_ref().map(|_| source.char_indices().map(|(at, _)| at).collect());
    let mut reader = Reader {
        events: Parser::new_from_str(source),
        file,
        length: source.len(),
        offsets: offsets.unwrap_or_default(),
        literals,
    };
    let mut value = Value::Null;
    let mut documents = 0;
    loop {
        let (event, span) = reader.next()?;
        match event {
            Event::StreamEnd => return Ok(value),
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return Err(at(
                        &span.start,
                        "a file holds one document; write the items as a list",
                    ));
                }
            }
            Event::StreamStart | Event::DocumentEnd | Event::Nothing => {}
            event => value = reader.value(event, span, 0)?.0,
        }
    }
}

struct Reader<'s, 'l> {
    events: Parser<'s, saphyr_parser::StrInput<'s>>,
    file: &'s str,
    length: usize,
    offsets: Vec<usize>,
    literals: Option<&'l mut Literals>,
}

impl<'s> Reader<'s, '_> {
    fn next(&mut self) -> Result<(Event<'s>, Span), YamlError> {
        match self.events.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(scan_error(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    /// Returns the value that begins with an event.
    fn value(
        &mut self,
        event: Event<'s>,
        span: Span,
        depth: usize,
    ) -> Result<(Value, Span), YamlError> {
        if depth > MAX_DEPTH {
            return Err(at(&span.start, "this is nested too deeply"));
        }
        match event {
            Event::Scalar(.., Some(_))
            | Event::SequenceStart(_, Some(_))
            | Event::MappingStart(_, Some(_)) => {
                Err(at(&span.start, "tags are not used here; write the value itself"))
            }
            Event::Scalar(text, style, ..) => {
                let plain = style == ScalarStyle::Plain;
                Ok((if plain { scalar(&text) } else { text.into_owned().into() }, span))
            }
            Event::SequenceStart(..) => self.sequence(span, depth),
            Event::MappingStart(..) => self.mapping(span, depth),
            Event::Alias(_) => {
                Err(at(&span.start, "aliases are not used here; write the value again"))
            }
            _ => Err(at(&span.start, "a value is missing here")),
        }
    }

    fn sequence(&mut self, span: Span, depth: usize) -> Result<(Value, Span), YamlError> {
        let mut items = Vec::new();
        loop {
            let (event, inner) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok((Value::Array(items), Span::new(span.start, inner.end)));
            }
            items.push(self.value(event, inner, depth + 1)?.0);
        }
    }

    fn mapping(&mut self, span: Span, depth: usize) -> Result<(Value, Span), YamlError> {
        let mut map = Map::new();
        let mut properties = Vec::new();
        loop {
            let (event, start) = self.next()?;
            let key = match event {
                Event::MappingEnd => {
                    let whole = Span::new(span.start, start.end);
                    self.note(&mut map, whole, properties);
                    return Ok((Value::Object(map), whole));
                }
                Event::Scalar(key, ..) => key.into_owned(),
                _ => return Err(at(&start.start, "a key must be a string")),
            };
            if map.contains_key(&key) {
                return Err(at(&start.start, &format!("`{key}` is here twice")));
            }
            let (event, inner) = self.next()?;
            let (value, end) = self.value(event, inner, depth + 1)?;
            properties.push((key.clone(), self.bytes(Span::new(start.start, end.end))));
            map.insert(key, value);
        }
    }

    /// Records the location of a map, if locations are wanted.
    fn note(
        &mut self,
        map: &mut Map<String, Value>,
        span: Span,
        properties: Vec<(String, Range<usize>)>,
    ) {
        let span = self.bytes(span);
        if let Some(literals) = &mut self.literals {
            let number = literals.add(self.file, span, properties);
            map.insert(LOCATION_KEY.to_owned(), number.into());
        }
    }

    fn bytes(&self, span: Span) -> Range<usize> {
        let byte =
            |marker: &Marker| self.offsets.get(marker.index()).copied().unwrap_or(self.length);
        byte(&span.start)..byte(&span.end)
    }
}

/// Returns the value of a plain scalar in YAML 1.2: null, a boolean, a number, or a string.
fn scalar(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return true.into(),
        "false" | "False" | "FALSE" => return false.into(),
        _ => {}
    }
    let begins = text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first));
    if begins {
        if let Ok(whole) = text.parse::<i64>() {
            return whole.into();
        }
        let float = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
        if let (true, Ok(number)) = (float, text.parse::<f64>()) {
            return number.into();
        }
    }
    text.into()
}

fn at(marker: &Marker, message: &str) -> YamlError {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let (line, column) = (number(marker.line()), number(marker.col()) + 1);
    YamlError { message: message.to_owned(), line, column }
}

fn scan_error(error: &ScanError) -> YamlError {
    at(error.marker(), error.info())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn yaml_and_json_are_read() {
        let source =
            "a: 1\nb: [x, 'yes', 1.5, true, ~]\nc:\n  d: |\n    two\n    lines\ne: 01:30\nf: -\n";
        let expected = json!({
            "a": 1, "b": ["x", "yes", 1.5, true, null], "c": { "d": "two\nlines\n" }, "e": "01:30", "f": "-",
        });
        assert!(read("a.yaml", source, None).is_err(), "a dash alone begins a list");
        assert_eq!(read("a.yaml", &source.replace("f: -\n", "f: '-'\n"), None).unwrap(), expected);
        let json = r#"{"a": {"b": [1, "x", null]}}"#;
        assert_eq!(read("a.json", json, None).unwrap(), json!({ "a": { "b": [1, "x", null] } }));
    }

    #[test]
    fn tags_and_aliases_are_refused_with_their_location() {
        let cases = [
            ("a: &x [1]\nb: *x\n", 2, "aliases"),
            ("a: !!binary x\n", 1, "tags"),
            ("a: 1\na: 2\n", 2, "twice"),
            ("a: 1\n---\nb: 2\n", 2, "one document"),
            ("a: [1\n", 2, ""),
        ];
        for (source, line, message) in cases {
            let error = read("a.yaml", source, None).unwrap_err();
            assert_eq!(error.line, line, "{source}: {error:?}");
            assert!(error.message.contains(message), "{source}: {error:?}");
        }
        assert!(read("a.yaml", &"[".repeat(10_000), None).is_err());
    }
}
