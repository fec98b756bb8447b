//! What is wrong with a project: where, what, and what to write instead.
//!
//! **Invariant:** a diagnostic names files as the project sees them, with forward slashes and
//! without the machine's folders, so that two machines say the same.

use serde::Serialize;
use std::fmt::{self, Write};
use std::ops::Range;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// There is no artifact.
    Error,
    /// There is one, but it may not do what its author thinks.
    Warning,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file, from the project's folder.
    pub file: String,
    /// Its line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// How many characters are meant; at least 1.
    pub width: u32,
    /// The line as it stands in the file, or its beginning.
    #[serde(rename = "source")]
    pub text: String,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Which rule says so: `syntax`, `import`, `schema`, `docs/filename`, …
    pub rule: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where in the compiled stack: `objects[3].fields.amount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Where in the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Which part of the text at `path` is meant.
    #[serde(skip)]
    pub part: Option<Part>,
}

/// A part of a text that an author wrote as a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The whole text.
    pub text: String,
    /// Its bytes that are meant.
    pub span: Range<usize>,
}

impl Diagnostic {
    /// Something that prevents an artifact.
    pub fn error(rule: &str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            rule: rule.to_owned(),
            message: short(message.into()),
            help: None,
            path: None,
            place: None,
            part: None,
        }
    }

    /// Something that an author should know.
    pub fn warning(rule: &str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(rule, message) }
    }

    /// What to write instead.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(short(help.into())), ..self }
    }

    /// Where in the compiled stack.
    pub fn path(self, path: impl Into<String>) -> Self {
        Self { path: Some(path.into()), ..self }
    }

    /// Which bytes of the text at its path are meant.
    pub fn within(self, text: &str, span: Range<usize>) -> Self {
        Self { part: Some(Part { text: text.to_owned(), span }), ..self }
    }

    /// Where in the project.
    pub fn at(self, place: Option<Place>) -> Self {
        Self { place, ..self }
    }

    /// Whether it prevents an artifact.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl Place {
    /// The place of these bytes of a file. `None` where they are outside of it.
    pub fn of(file: &str, source: &str, start: usize, end: usize) -> Option<Self> {
        let before = source.get(..start)?;
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let text = source[line_start..].lines().next().unwrap_or_default();
        let line_end = line_start + text.len();
        let meant = source.get(start..end.clamp(start, line_end.max(start))).unwrap_or_default();
        Some(Self {
            file: file.to_owned(),
            line: count(before.matches('\n').count()) + 1,
            column: count(source[line_start..start].chars().count()) + 1,
            width: count(meant.chars().count()).max(1),
            text: short(text.to_owned()),
        })
    }

    /// The place of a line and column (in characters, both from 1) of a file; of its end where the
    /// line is behind it.
    pub fn of_line(file: &str, source: &str, line: u32, column: u32) -> Option<Self> {
        let wanted = line.checked_sub(1)? as usize;
        let Some(text) = source.lines().nth(wanted) else {
            let end = source.trim_end().len();
            return Self::of(file, source, end, end);
        };
        let text = short(text.to_owned());
        Some(Self { file: file.to_owned(), line, column, width: 1, text })
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// Text of a project, which may be anything, for a terminal: it obeys some characters.
struct Plain<'t>(&'t str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars().take(LONGEST) {
            match character {
                '\t' | '\n' => f.write_char(character)?,
                // One for one, so that a caret stands where it should.
                _ if character.is_control() => f.write_char('\u{fffd}')?,
                // These turn the direction of the text around them.
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => f.write_char('\u{fffd}')?,
                _ => f.write_char(character)?,
            }
        }
        Ok(())
    }
}

/// What a person reads of one text.
const LONGEST: usize = 2000;

/// A text, cut where nobody reads on.
fn short(mut text: String) -> String {
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST - 3));
        text.push('…');
    }
    text
}

/// The longest part of a source line that is shown.
const LINE_SHOWN: usize = 160;

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.severity, Plain(&self.message))?;
        let margin = self.place.as_ref().map_or(1, |place| place.line.to_string().len());
        match (&self.place, &self.path) {
            (Some(place), _) => {
                let file = Plain(&place.file);
                writeln!(f, "{:margin$}--> {file}:{}:{}", "", place.line, place.column)?;
                frame(f, place, margin)?;
            }
            (None, Some(path)) => writeln!(f, "{:margin$}--> {}", "", Plain(path))?,
            (None, None) => {}
        }
        if let Some(help) = &self.help {
            writeln!(f, "{:margin$} = help: {}", "", Plain(help))?;
        }
        Ok(())
    }
}

/// The source line with a caret under what is meant.
fn frame(f: &mut fmt::Formatter<'_>, place: &Place, margin: usize) -> fmt::Result {
    let column = place.column.saturating_sub(1) as usize;
    if column > LINE_SHOWN {
        return Ok(());
    }
    let shown: String = place.text.chars().take(LINE_SHOWN).collect();
    // Tabs stay tabs above the caret, so that it stands under the right character.
    let space: String =
        shown.chars().take(column).map(|c| if c == '\t' { c } else { ' ' }).collect();
    let width = (place.width as usize).min(LINE_SHOWN - column).max(1);
    writeln!(f, "{:margin$} |", "")?;
    writeln!(f, "{} | {}", place.line, Plain(&shown))?;
    writeln!(f, "{:margin$} | {space}{}", "", "^".repeat(width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_shows_the_line_and_points_at_what_is_meant() {
        let source = "const a = 1;\nconst ü = { naem: 'x' };\n";
        let start = source.find("naem").unwrap();
        let place = Place::of("src/a.ts", source, start, start + 4);
        let shown = Diagnostic::error("schema", "`naem` is not known")
            .help("write `name`")
            .at(place)
            .to_string();
        let expected = "error: `naem` is not known\n --> src/a.ts:2:13\n  |\n2 | const ü = { naem: 'x' };\n  |             ^^^^\n  = help: write `name`\n";
        assert_eq!(shown, expected);
    }

    #[test]
    fn control_characters_are_not_printed() {
        let source = "a\u{1b}[2J\t\u{202e}b";
        let place = Place::of("a\u{7}.ts", source, 0, 1);
        let shown =
            Diagnostic::error("schema", "\u{1b}[31m\0").at(place).help("\r\u{9b}").to_string();
        assert!(shown.chars().all(|it| it == '\n' || it == '\t' || !it.is_control()), "{shown:?}");
        assert!(!shown.contains('\u{202e}'));
        let long = Diagnostic::error("schema", "ä".repeat(1_000_000)).path("x".repeat(1_000_000));
        assert!(long.to_string().len() < 10_000);
    }

    #[test]
    fn a_place_never_leaves_its_line() {
        let source = "a(\nb\n)";
        let place = Place::of("a.ts", source, 0, source.len()).unwrap();
        assert_eq!((place.line, place.column, place.width), (1, 1, 2));
        assert!(Place::of("a.ts", source, 99, 100).is_none());
        assert!(Place::of_line("a.ts", source, 0, 1).is_none());
    }
}
