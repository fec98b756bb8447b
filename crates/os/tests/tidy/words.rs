//! Words that `docs/glossary.md` retired do not come back.

use crate::assert_none;
use crate::source;
use crate::tree::{self, File};

/// Where retired words may stand: the list itself, and what quotes them.
const EXEMPT: &[&str] = &["docs/glossary.md", "crates/os/tests/tidy/"];

/// A row of the table "Retired words".
struct Retired {
    word: String,
    instead: String,
    /// A folder, or empty for everywhere.
    below: String,
    is_identifier: bool,
}

#[test]
fn retired_words_do_not_come_back() {
    let retired = retired();
    assert!(retired.len() > 20, "the table of retired words in docs/glossary.md has moved");
    let mut found = Vec::new();
    for file in tree::files() {
        if EXEMPT.iter().any(|path| file.path.starts_with(path)) {
            continue;
        }
        let rows = retired.iter().filter(|row| file.path.starts_with(&row.below)).collect();
        found.extend(hits(&file, &rows));
    }
    assert_none(found, "docs/glossary.md has one word for each thing; use it.");
}

#[test]
fn doc_comments_open_with_a_verb_or_a_noun() {
    const CLAUSES: [&str; 7] = ["What", "Whether", "Who", "Whose", "Where", "How", "Why"];
    let mut found = Vec::new();
    for file in tree::sources() {
        let mut is_inside = false;
        for (number, line) in file.text.lines().enumerate() {
            let line = line.trim_start();
            let doc = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
            let words = doc.map(str::trim).filter(|it| !it.is_empty());
            let first = words.and_then(|it| it.split([' ', ',', ':']).next());
            if !is_inside && first.is_some_and(|first| CLAUSES.contains(&first)) {
                found.push(format!("{}:{}: {line}", file.path, number + 1));
            }
            is_inside = words.is_some();
        }
    }
    assert_none(found, "Name the thing, or say what the function does.");
}

fn hits(file: &File, rows: &Vec<&Retired>) -> Vec<String> {
    let is_rust = file.path.ends_with(".rs");
    let is_text = [".md", ".html", ".ts", ".mjs"].iter().any(|end| file.path.ends_with(end));
    let mut found = Vec::new();
    if is_rust {
        let source = source::parse(&file.text);
        for (number, line) in source.code.lines().enumerate() {
            let rows = rows.iter().filter(|row| row.is_identifier);
            found.extend(rows.filter(|row| names(line, &row.word)).map(|row| (number + 1, *row)));
        }
        let strings = source.strings.iter().map(|it| (it.line, &it.text));
        let comments = source.comments.iter().map(|(number, text)| (*number, text));
        for (number, text) in comments.chain(strings) {
            found.extend(phrases(rows, text).map(|row| (number, row)));
        }
    } else if is_text {
        for (number, line) in file.text.lines().enumerate() {
            found.extend(phrases(rows, line).map(|row| (number + 1, row)));
        }
    }
    let report = |(line, row): (usize, &Retired)| {
        format!("{}:{line}: `{}` is retired; say {}", file.path, row.word, row.instead)
    };
    found.into_iter().map(report).collect()
}

fn phrases<'r>(rows: &'r [&'r Retired], text: &str) -> impl Iterator<Item = &'r Retired> {
    let text = text.to_lowercase();
    rows.iter().copied().filter(move |row| !row.is_identifier && names(&text, &row.word))
}

/// Whether the word stands in the line as a whole.
fn names(line: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        !is_part(line[..at].chars().last()) && !is_part(line[at + word.len()..].chars().next())
    })
}

/// Reads the rows `| identifier `Word` | instead | folder |` and `| phrase "words" | … |`.
fn retired() -> Vec<Retired> {
    let glossary = tree::read("docs/glossary.md");
    let table = glossary.split_once("\n## Retired words").map_or("", |(_, table)| table);
    let mut rows = Vec::new();
    for line in table.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [what, instead, below] = cells[..] else { continue };
        let (word, is_identifier) = match what.split_once(' ') {
            Some(("identifier", word)) => (word.trim_matches('`').to_owned(), true),
            Some(("phrase", word)) => (word.trim_matches('"').to_lowercase(), false),
            _ => continue,
        };
        let instead = instead.to_owned();
        rows.push(Retired { word, instead, below: below.to_owned(), is_identifier });
    }
    rows
}
