//! The only place that prints.
//!
//! **Invariant:** results go to standard output, everything else to standard
//! error. A reader that leaves early is not an error: the process ends with
//! success. Only terminals get colour.

use serde_json::Value;
use std::io::{self, IsTerminal, Write};

/// The output of this process.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    json: bool,
    colour: bool,
}

/// The mark at the start of a line.
#[derive(Debug, Clone, Copy)]
pub enum Mark {
    Done,
    Warning,
    Failure,
}

impl Output {
    /// `json`: print JSON for programs. `plain`: no colour, as with `NO_COLOR`.
    pub fn new(json: bool, plain: bool) -> Self {
        Self { json, colour: !plain && io::stdout().is_terminal() && io::stderr().is_terminal() }
    }

    /// Returns whether to print JSON.
    pub fn is_json(self) -> bool {
        self.json
    }

    /// Prints the result: as JSON for programs, else with `text`.
    pub fn answer(self, value: &Value, text: impl FnOnce(Self)) {
        if self.json { self.record(value) } else { text(self) }
    }

    /// Prints a JSON value on one line.
    pub fn record(self, value: &Value) {
        self.line(value.to_string());
    }

    /// Prints a line of the result.
    pub fn line(self, text: impl AsRef<str>) {
        if let Err(error) = writeln!(io::stdout(), "{}", text.as_ref()) {
            let broken = error.kind() == io::ErrorKind::BrokenPipe;
            std::process::exit(if broken { 0 } else { 1 });
        }
    }

    /// Prints a line of the result with a mark: done, warning or failure.
    pub fn marked(self, mark: Mark, text: impl AsRef<str>) {
        self.line(format!("{} {}", self.mark(mark), text.as_ref()));
    }

    /// Prints a line of the result; a closed standard output does not stop a server.
    pub fn announce(self, text: impl AsRef<str>) {
        let _ = writeln!(io::stdout(), "{}", text.as_ref());
    }

    /// [`Self::announce`] with a mark.
    pub fn announce_marked(self, mark: Mark, text: impl AsRef<str>) {
        self.announce(format!("{} {}", self.mark(mark), text.as_ref()));
    }

    /// Prints progress or an explanation to standard error.
    pub fn note(self, text: impl AsRef<str>) {
        let _ = writeln!(io::stderr(), "{}", text.as_ref());
    }

    /// Prints a warning.
    pub fn warn(self, text: impl AsRef<str>) {
        self.note(format!("{} {}", self.paint("33;1", "warning:"), text.as_ref()));
    }

    /// Prints an error.
    pub fn error(self, text: impl AsRef<str>) {
        self.note(format!("{} {}", self.paint("31;1", "error:"), text.as_ref()));
    }

    /// Prints a diagnostic of several lines; the first starts with its severity.
    pub fn diagnostic(self, is_error: bool, text: &str) {
        let style = if is_error { "31;1" } else { "33;1" };
        match text.split_once(':') {
            Some((severity, rest)) => self.note(format!("{}:{rest}", self.paint(style, severity))),
            None => self.note(text),
        }
    }

    /// Prints a remedy.
    pub fn hint(self, text: impl AsRef<str>) {
        self.note(format!("{} {}", self.paint("36;1", "hint:"), text.as_ref()));
    }

    /// Prints a question without a line end.
    pub fn ask(self, text: &str) {
        let mut stderr = io::stderr();
        let _ = write!(stderr, "{text}");
        let _ = stderr.flush();
    }

    /// Prints names and values, aligned.
    pub fn facts(self, facts: &[(&str, String)]) {
        let width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
            self.line(format!("{name:width$}  {value}"));
        }
    }

    /// Prints a table with a header.
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
