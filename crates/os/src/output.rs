//! The only place that prints.
//!
//! **Invariant:** what was asked for goes to standard output, everything else
//! to standard error. A reader that leaves early is no error: the process ends
//! with success. Nothing but a terminal gets colour.

use serde_json::Value;
use std::io::{self, IsTerminal, Write};

/// How this run prints.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    json: bool,
    colour: bool,
}

/// How the first characters of a line look.
#[derive(Debug, Clone, Copy)]
pub enum Mark {
    Done,
    Warning,
    Failure,
}

impl Output {
    /// `json`: programs read the answer. `plain`: no colour, as `NO_COLOR` asks for.
    pub fn new(json: bool, plain: bool) -> Self {
        Self { json, colour: !plain && io::stdout().is_terminal() && io::stderr().is_terminal() }
    }

    /// Whether programs read the answer.
    pub fn is_json(self) -> bool {
        self.json
    }

    /// Prints the answer: as JSON for programs, else as `text` says it.
    pub fn answer(self, value: &Value, text: impl FnOnce(Self)) {
        if self.json { self.record(value) } else { text(self) }
    }

    /// One JSON value on a line of its own.
    pub fn record(self, value: &Value) {
        self.line(value.to_string());
    }

    /// A line of the answer.
    pub fn line(self, text: impl AsRef<str>) {
        if let Err(error) = writeln!(io::stdout(), "{}", text.as_ref()) {
            let broken = error.kind() == io::ErrorKind::BrokenPipe;
            std::process::exit(if broken { 0 } else { 1 });
        }
    }

    /// A line of the answer that stands for something done, warned of or failed.
    pub fn marked(self, mark: Mark, text: impl AsRef<str>) {
        self.line(format!("{} {}", self.mark(mark), text.as_ref()));
    }

    /// A line of the answer; a server goes on when nobody reads it.
    pub fn announce(self, text: impl AsRef<str>) {
        let _ = writeln!(io::stdout(), "{}", text.as_ref());
    }

    /// The same, for something done or failed.
    pub fn announce_marked(self, mark: Mark, text: impl AsRef<str>) {
        self.announce(format!("{} {}", self.mark(mark), text.as_ref()));
    }

    /// Progress, or what helps to understand the answer.
    pub fn note(self, text: impl AsRef<str>) {
        let _ = writeln!(io::stderr(), "{}", text.as_ref());
    }

    /// Something that is not as it should be, but does not stop us.
    pub fn warn(self, text: impl AsRef<str>) {
        self.note(format!("{} {}", self.paint("33;1", "warning:"), text.as_ref()));
    }

    /// Why there is no answer.
    pub fn error(self, text: impl AsRef<str>) {
        self.note(format!("{} {}", self.paint("31;1", "error:"), text.as_ref()));
    }

    /// Something about a source file, over several lines; the first begins with its severity.
    pub fn diagnostic(self, is_error: bool, text: &str) {
        let style = if is_error { "31;1" } else { "33;1" };
        match text.split_once(':') {
            Some((severity, rest)) => self.note(format!("{}:{rest}", self.paint(style, severity))),
            None => self.note(text),
        }
    }

    /// What to do about it.
    pub fn hint(self, text: impl AsRef<str>) {
        self.note(format!("{} {}", self.paint("36;1", "hint:"), text.as_ref()));
    }

    /// A question on the terminal, without a line end.
    pub fn ask(self, text: &str) {
        let mut stderr = io::stderr();
        let _ = write!(stderr, "{text}");
        let _ = stderr.flush();
    }

    /// Names and what they stand for, below each other.
    pub fn facts(self, facts: &[(&str, String)]) {
        let width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
            self.line(format!("{name:width$}  {value}"));
        }
    }

    /// Rows below a header, each column as wide as its widest cell.
    pub fn table(self, header: &[&str], rows: &[Vec<String>]) {
        let mut widths: Vec<_> = header.iter().map(|cell| cell.chars().count()).collect();
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        self.line(self.paint("1", &aligned(header.iter().copied(), &widths)));
        for row in rows {
            self.line(aligned(row.iter().map(String::as_str), &widths));
        }
    }

    fn mark(self, mark: Mark) -> String {
        match mark {
            Mark::Done => self.paint("32", "✓"),
            Mark::Warning => self.paint("33", "!"),
            Mark::Failure => self.paint("31", "✗"),
        }
    }

    fn paint(self, style: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{style}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

fn aligned<'a>(cells: impl Iterator<Item = &'a str>, widths: &[usize]) -> String {
    let cells = cells.zip(widths).map(|(cell, width)| format!("{cell:width$}", width = *width));
    cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let widths = [4, 2];
        assert_eq!(aligned(["a", "b"].into_iter(), &widths), "a     b");
        assert_eq!(aligned(["ümlt", "bb"].into_iter(), &widths), "ümlt  bb");
    }
}
