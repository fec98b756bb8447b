//! Rust text taken apart: code, strings and comments. No parser; enough for counting.

/// The parts of a Rust file, each as long in lines as the file.
pub struct Source {
    /// Code; the inside of strings and all of comments are spaces.
    pub code: String,
    /// String literals.
    pub strings: Vec<Literal>,
    /// Comments with the line they start on, from 1, without their slashes.
    pub comments: Vec<(usize, String)>,
}

impl Source {
    /// The code before `#[cfg(test)] mod …`, which by habit is the last item of a file.
    pub fn without_tests(&self) -> &str {
        let end = self.code.find("#[cfg(test)]\nmod ").unwrap_or(self.code.len());
        &self.code[..end]
    }

    /// The first line of the tests at the end, or a number beyond the last line.
    pub fn first_line_of_tests(&self) -> usize {
        self.without_tests().lines().count() + 1
    }
}

/// A string literal.
#[derive(Debug)]
pub struct Literal {
    /// The line it starts on, from 1.
    pub line: usize,
    pub text: String,
    /// The last twenty characters of code before it.
    pub before: String,
}

/// Takes a Rust file apart.
pub fn parse(text: &str) -> Source {
    let mut lexer = Lexer { rest: text, line: 1, code: String::with_capacity(text.len()) };
    let (mut strings, mut comments) = (Vec::new(), Vec::new());
    while let Some(first) = lexer.rest.chars().next() {
        let line = lexer.line;
        if lexer.rest.starts_with("//") {
            comments.push((line, lexer.line_comment()));
        } else if lexer.rest.starts_with("/*") {
            comments.push((line, lexer.block_comment()));
        } else if let Some(hashes) = lexer.raw_string() {
            let before = lexer.before();
            strings.push(Literal { line, before, text: lexer.raw(hashes) });
        } else if first == '"' {
            let before = lexer.before();
            strings.push(Literal { line, before, text: lexer.string() });
        } else if first == '\'' {
            lexer.character();
        } else {
            lexer.keep(first.len_utf8());
        }
    }
    Source { code: lexer.code, strings, comments }
}

struct Lexer<'t> {
    rest: &'t str,
    line: usize,
    code: String,
}

impl<'t> Lexer<'t> {
    fn keep(&mut self, bytes: usize) {
        let (taken, rest) = self.rest.split_at(bytes);
        self.line += taken.matches('\n').count();
        self.code.push_str(taken);
        self.rest = rest;
    }

    /// The last characters of the code, without the white space at its end.
    fn before(&self) -> String {
        let code = self.code.trim_end();
        let last: Vec<char> = code.chars().rev().take(20).collect();
        last.into_iter().rev().collect()
    }

    /// Drops the text, keeps its line breaks.
    fn blank(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.line += taken.matches('\n').count();
        self.code.extend(taken.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        self.rest = rest;
        taken
    }

    fn line_comment(&mut self) -> String {
        let end = self.rest.find('\n').unwrap_or(self.rest.len());
        self.blank(end).trim_start_matches(['/', '!']).trim().to_owned()
    }

    fn block_comment(&mut self) -> String {
        let end = self.rest.find("*/").map_or(self.rest.len(), |end| end + 2);
        self.blank(end).to_owned()
    }

    /// The number of `#` of a raw string that starts here.
    fn raw_string(&self) -> Option<usize> {
        if self.code.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let rest = self.rest.strip_prefix('b').unwrap_or(self.rest).strip_prefix('r')?;
        let hashes = rest.len() - rest.trim_start_matches('#').len();
        rest[hashes..].starts_with('"').then_some(hashes)
    }

    fn raw(&mut self, hashes: usize) -> String {
        let start = self.rest.find('"').map_or(0, |quote| quote + 1);
        self.keep(start);
        let close = format!("\"{}", "#".repeat(hashes));
        let end = self.rest.find(&close).unwrap_or(self.rest.len());
        let text = self.blank(end).to_owned();
        self.keep(close.len().min(self.rest.len()));
        text
    }

    fn string(&mut self) -> String {
        self.keep(1);
        let mut escaped = false;
        let end = self.rest.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let text = self.blank(end.unwrap_or(self.rest.len())).to_owned();
        self.keep(1.min(self.rest.len()));
        text
    }

    /// A character literal, or the quote of a lifetime.
    fn character(&mut self) {
        let inside = &self.rest[1..];
        let first = inside.chars().next().map_or(0, char::len_utf8);
        if inside.starts_with('\\') {
            let end = inside[2.min(inside.len())..].find('\'').map_or(0, |end| end + 4);
            self.blank(end.min(self.rest.len()).max(1));
        } else if inside[first..].starts_with('\'') {
            self.blank(first + 2);
        } else {
            self.keep(1);
        }
    }
}

#[test]
fn strings_comments_and_lifetimes_are_distinguished() {
    let source =
        parse("fn f<'a>() { // \"no\"\n let x = \"a // \\\" b\"; let c = '\"'; r#\"q\"r\"#; }");
    assert_eq!(source.comments, [(1, "\"no\"".to_owned())]);
    let strings: Vec<&str> = source.strings.iter().map(|it| &*it.text).collect();
    assert_eq!(strings, ["a // \\\" b", "q\"r"]);
    assert!(source.strings[0].before.ends_with("let x ="));
    assert!(source.code.contains("fn f<'a>() {") && source.code.ends_with("; }"));
}
