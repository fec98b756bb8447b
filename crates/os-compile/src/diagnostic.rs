//! Diagnostics: a message, its location, and the remedy.
//!
//! **Invariant:** a diagnostic names files relative to the project, with forward slashes, so that it
//! is the same on every machine.

use crate::rule;
use serde::Serialize;
use std::fmt::{self, Write};
use std::ops::Range;

/// The severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// There is no artifact.
    Error,
    /// There is one, but it may not do what its author expects.
    Warning,
}

/// A location in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Location {
    /// The file, relative to the project.
    pub file: String,
    /// Its line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// The number of characters; at least 1.
    pub width: u32,
    /// The line as it is in the file, or its beginning.
    #[serde(rename = "source")]
    pub text: String,
}

/// An error or a warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// The severity.
    pub severity: Severity,
    /// The name of the rule, one of [`crate::RULES`].
    pub rule: String,
    /// The problem.
    pub message: String,
    /// The remedy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The path in the compiled stack: `objects[3].fields.amount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The location in the project.
    #[serde(rename = "place", skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The part of the string at `path` that is meant.
    #[serde(skip)]
    pub part: Option<Part>,
}

/// A part of a string that an author wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The whole string.
    pub text: String,
    /// The bytes that are meant.
    pub span: Range<usize>,
}

impl Diagnostic {
    /// Creates an error, which prevents an artifact.
    pub fn error(rule: &str, message: impl Into<String>) -> Self {
        debug_assert!(rule::exists(rule), "`{rule}` is not in the list of rules");
        Self {
            severity: Severity::Error,
            rule: rule.to_owned(),
            message: short(message.into()),
            help: None,
            path: None,
            location: None,
            part: None,
        }
    }

    /// Creates a warning.
    pub fn warning(rule: &str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(rule, message) }
    }

    /// Sets the remedy.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(short(help.into())), ..self }
    }

    /// Sets the path in the compiled stack.
    pub fn path(self, path: impl Into<String>) -> Self {
        Self { path: Some(path.into()), ..self }
    }

    /// Sets the bytes of the string at its path that are meant.
    pub fn within(self, text: &str, span: Range<usize>) -> Self {
        Self { part: Some(Part { text: text.to_owned(), span }), ..self }
    }

    /// Sets the location in the project.
    pub fn at(self, location: Option<Location>) -> Self {
        Self { location, ..self }
    }

    /// Returns whether it prevents an artifact.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl Location {
    /// Returns the location of these bytes of a file. `None` where they are outside of it.
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

    /// Returns the location of a line and column (in characters, both from 1) of a file; of its end
    /// where the line is after it.
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

/// Text of a project for a terminal, without control characters.
struct Plain<'t>(&'t str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars().take(MAX_TEXT_CHARS) {
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

/// Characters of one text that are shown.
const MAX_TEXT_CHARS: usize = 2000;

/// Truncates a text.
fn short(mut text: String) -> String {
    if text.len() > MAX_TEXT_CHARS {
        text.truncate(text.floor_char_boundary(MAX_TEXT_CHARS - 3));
        text.push('…');
    }
    text
}

/// Characters of a source line that are shown.
const MAX_LINE_CHARS: usize = 160;

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.severity, Plain(&self.message))?;
        let margin = self.location.as_ref().map_or(1, |location| location.line.to_string().len());
        match (&self.location, &self.path) {
            (Some(location), _) => {
                let file = Plain(&location.file);
                writeln!(f, "{:margin$}--> {file}:{}:{}", "", location.line, location.column)?;
                frame(f, location, margin)?;
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

/// Writes the source line, with carets under the location.
fn frame(f: &mut fmt::Formatter<'_>, location: &Location, margin: usize) -> fmt::Result {
    let column = location.column.saturating_sub(1) as usize;
    if column > MAX_LINE_CHARS {
        return Ok(());
    }
    let shown: String = location.text.chars().take(MAX_LINE_CHARS).collect();
    // Tabs stay tabs above the caret, so that it stands under the right character.
    let space: String =
        shown.chars().take(column).map(|c| if c == '\t' { c } else { ' ' }).collect();
    let width = (location.width as usize).min(MAX_LINE_CHARS - column).max(1);
    writeln!(f, "{:margin$} |", "")?;
    writeln!(f, "{} | {}", location.line, Plain(&shown))?;
    writeln!(f, "{:margin$} | {space}{}", "", "^".repeat(width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_shows_its_line_with_carets() {
        let source = "const a = 1;\nconst ü = { naem: 'x' };\n";
        let start = source.find("naem").unwrap();
        let location = Location::of("src/a.ts", source, start, start + 4);
        let shown = Diagnostic::error("schema", "`naem` is not known")
            .help("write `name`")
            .at(location)
            .to_string();
        let expected = "error: `naem` is not known\n --> src/a.ts:2:13\n  |\n2 | const ü = { naem: 'x' };\n  |             ^^^^\n  = help: write `name`\n";
        assert_eq!(shown, expected);
    }

    #[test]
    fn control_characters_are_not_printed() {
        let source = "a\u{1b}[2J\t\u{202e}b";
        let location = Location::of("a\u{7}.ts", source, 0, 1);
        let shown =
            Diagnostic::error("schema", "\u{1b}[31m\0").at(location).help("\r\u{9b}").to_string();
        assert!(shown.chars().all(|it| it == '\n' || it == '\t' || !it.is_control()), "{shown:?}");
        assert!(!shown.contains('\u{202e}'));
        let long = Diagnostic::error("schema", "ä".repeat(1_000_000)).path("x".repeat(1_000_000));
        assert!(long.to_string().len() < 10_000);
    }

    #[test]
    fn a_location_stays_within_its_line() {
        let source = "a(\nb\n)";
        let location = Location::of("a.ts", source, 0, source.len()).unwrap();
        assert_eq!((location.line, location.column, location.width), (1, 1, 2));
        assert!(Location::of("a.ts", source, 99, 100).is_none());
        assert!(Location::of_line("a.ts", source, 0, 1).is_none());
    }
}
