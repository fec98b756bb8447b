//! The form of files and functions.

use crate::assert_none;
use crate::source;
use crate::tree::{self, File};

const MAX_FILE_LINES: usize = 500;
const MAX_FUNCTION_LINES: usize = 50;
/// Besides `self`.
const MAX_PARAMETERS: usize = 5;

/// Functions that may be longer, with the reason.
const LONG_FUNCTIONS: &[(&str, &str, &str)] = &[
    ("crates/os-control/src/routes.rs", "endpoints", "the list of routes"),
    ("crates/os-console/src/control/mod.rs", "pages", "the list of pages"),
    ("crates/os-db-derive/src/text.rs", "expand", "one item of generated code after the other"),
    ("crates/os-runtime/src/routes.rs", "endpoints", "the list of routes"),
    ("crates/os-compile/src/schema/rules/action.rs", "action", "one check after the other"),
    ("crates/os-compile/src/schema/rules/field.rs", "field", "one check after the other"),
    ("crates/os-runtime/src/records/store/filter.rs", "write", "one arm for each operator"),
    ("crates/os/src/commands/accounts.rs", "login", "one step after the other"),
];

#[test]
fn every_crate_and_every_module_folder_says_what_it_is() {
    let opens = |file: &File| file.is("lib.rs") || file.is("main.rs") || file.is("mod.rs");
    let silent =
        tree::rust().into_iter().filter(|file| opens(file) && !file.text.starts_with("//!"));
    assert_none(
        silent.map(|file| file.path).collect(),
        "Start each of these files with `//!`: what is in it, and what is always true of it.",
    );
}

#[test]
fn no_file_is_longer_than_500_lines() {
    let mut long = Vec::new();
    for file in tree::rust() {
        let lines = file.text.lines().count();
        if lines > MAX_FILE_LINES {
            long.push(format!("{}: {lines} lines", file.path));
        }
    }
    assert_none(long, "Split each file by what it is about.");
}

#[test]
fn no_function_is_longer_than_50_lines() {
    let mut long = Vec::new();
    for file in tree::sources() {
        let source = source::parse(&file.text);
        for Function { name, line, lines, .. } in functions(source.without_tests()) {
            let allowed = LONG_FUNCTIONS.iter().any(|it| it.0 == file.path && it.1 == name);
            if lines > MAX_FUNCTION_LINES && !allowed {
                long.push(format!("{}:{line}: `{name}` has {lines} lines", file.path));
            }
        }
    }
    assert_none(
        long,
        "Give a part of each function a name of its own, or add it to LONG_FUNCTIONS with a reason.",
    );
}

#[test]
fn no_function_takes_more_than_5_parameters() {
    let mut wide = Vec::new();
    for file in tree::sources() {
        let source = source::parse(&file.text);
        for Function { name, line, parameters, .. } in functions(source.without_tests()) {
            if parameters > MAX_PARAMETERS {
                wide.push(format!("{}:{line}: `{name}` takes {parameters}", file.path));
            }
        }
    }
    assert_none(wide, "Give parameters that travel together a struct with a name.");
}

#[test]
fn exceptions_are_still_needed() {
    let mut stale = Vec::new();
    for (path, name, _) in LONG_FUNCTIONS {
        let known = tree::root().join(path).exists() && {
            let source = source::parse(&tree::read(path));
            let functions = functions(&source.code);
            functions.iter().any(|it| it.name == *name && it.lines > MAX_FUNCTION_LINES)
        };
        if !known {
            stale.push(format!("{path}: `{name}`"));
        }
    }
    assert_none(stale, "Remove these from LONG_FUNCTIONS.");
}

#[test]
fn nothing_is_unfinished() {
    let mut found = Vec::new();
    for file in tree::rust() {
        let code = source::parse(&file.text).code;
        for (number, line) in code.lines().enumerate() {
            if ["todo!(", "unimplemented!(", "dbg!("].iter().any(|name| line.contains(name)) {
                found.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
            }
        }
    }
    assert_none(found, "Finish it or take it out.");
}

/// A function with a body.
struct Function {
    name: String,
    /// The first line, from 1.
    line: usize,
    lines: usize,
    /// Besides `self`.
    parameters: usize,
}

fn functions(code: &str) -> Vec<Function> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + 3..];
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let Some(open) = body(rest) else { continue };
        if name.is_empty() {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        let lines = rest[..end_of_block(rest, open)].matches('\n').count() + 1;
        found.push(Function { name, line, lines, parameters: parameters(&rest[..open]) });
    }
    found
}

/// Counts the `:` of a signature's parameters, which stand in no other bracket.
fn parameters(signature: &str) -> usize {
    let mut generics = 0;
    let start = signature.char_indices().find(|(at, c)| {
        let is_arrow = signature[..*at].ends_with('-');
        generics += i32::from(*c == '<') - i32::from(*c == '>' && !is_arrow);
        *c == '(' && generics == 0
    });
    let Some((start, _)) = start else { return 0 };
    let (mut depth, mut angles, mut count) = (0, 0, 0);
    let text = &signature[start..];
    for (at, c) in text.char_indices() {
        let is_path = text[..at].ends_with(':') || text[at + c.len_utf8()..].starts_with(':');
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '<' => angles += 1,
            '>' if !text[..at].ends_with('-') => angles -= 1,
            ':' if depth == 1 && angles == 0 && !is_path => count += 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    count
}

/// Where the body starts; `None` for a declaration.
fn body(signature: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in signature.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' if depth == 0 => return Some(at),
            ';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

fn end_of_block(code: &str, open: usize) -> usize {
    let mut depth = 0;
    for (at, c) in code[open..].char_indices() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth == 0 {
            return open + at;
        }
    }
    code.len()
}
