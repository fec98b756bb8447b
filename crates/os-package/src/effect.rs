//! The effect of each property of the protocol: applied, served, refused, or said.
//!
//! `effect/effect.table` is the list, and tells its own form. To change what a runtime does with a
//! property, change its row.
//!
//! **Invariant:** a property is in exactly one row. Tests walk the protocol's table, look for what
//! the rows name, and let no security property be said that people could do more without.

mod read;

pub use read::{find_refused, list_statements};

use serde_json::Value;
use std::sync::LazyLock;

/// The words of a statement after its place.
pub const NO_EFFECT: &str = "has no effect here";

/// All rows.
pub static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let lines = include_str!("effect/effect.table").lines();
    let rows = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    rows.flat_map(|line| Row::parse(line).expect("a test reads every row")).collect()
});

/// A property, and what a runtime does with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// `objects.*.label`; `*` is an entry of a list or a map, and `**.` at the start any place.
    pub path: String,
    pub effect: Effect,
    /// The values that are neither refused nor said.
    pub unless: Vec<Value>,
    /// The evidence of an effect, the remedy of a refusal, or what happens instead.
    pub text: &'static str,
}

/// The treatment of a property by a runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It acts on it.
    Applied,
    /// Its metadata API serves it.
    Served,
    /// It loads no package with it.
    Refused,
    /// It says that it does nothing.
    Said,
    /// It says so, and without it people may do less than declared, never more.
    Denied,
}

impl Effect {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "applied" => Self::Applied,
            "served" => Self::Served,
            "refused" => Self::Refused,
            "said" => Self::Said,
            "denied" => Self::Denied,
            _ => return None,
        })
    }
}

impl Row {
    /// Reads the rows of a line, one for each path.
    fn parse(line: &'static str) -> Option<Vec<Self>> {
        let mut parts = line.splitn(3, " | ").map(str::trim);
        let (path, verdict, text) = (parts.next()?, parts.next()?, parts.next().unwrap_or(""));
        let (word, unless) = verdict.split_once(" unless ").unwrap_or((verdict, ""));
        let effect = Effect::of(word)?;
        let unless: Vec<Value> = serde_json::from_str(&format!("[{unless}]")).ok()?;
        let row = |path: String| Self { path, effect, unless: unless.clone(), text };
        let Some((stem, names)) = path.strip_suffix('}').and_then(|it| it.split_once('{')) else {
            return Some(vec![row(path.to_owned())]);
        };
        Some(names.split(',').map(|name| row(format!("{stem}{name}"))).collect())
    }

    /// Returns the name of the test, or the page and heading, that the row relies on.
    pub fn evidence(&self) -> Option<&'static str> {
        let is_name = !self.text.is_empty() && !self.text.contains(' ');
        (is_name && !matches!(self.effect, Effect::Said | Effect::Denied)).then_some(self.text)
    }

    /// Returns whether an artifact says something that has no effect if it has this value.
    fn is_declared(&self, value: &Value) -> bool {
        let is_empty = match value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            // What is switched off asks for nothing.
            Value::Object(map) => map.is_empty() || map.get("enabled") == Some(&false.into()),
            _ => false,
        };
        !is_empty && !self.unless.contains(value)
    }
}

/// Returns the row of a path, which may be one for any place.
pub fn row_of(path: &str) -> Option<&'static Row> {
    let is_it = |row: &&Row| match row.path.strip_prefix("**.") {
        Some(end) => path.strip_suffix(end).is_some_and(|start| start.ends_with('.')),
        None => row.path == path,
    };
    ROWS.iter().find(is_it)
}

/// Returns whether a warning is a statement about properties without effect.
pub fn is_statement(warning: &str) -> bool {
    warning.split_once(": ").is_some_and(|(_, said)| said.starts_with(NO_EFFECT))
}
