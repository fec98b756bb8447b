//! Refuses text that is nested too deeply for a recursive parser.
//!
//! **Invariant:** one pass, no recursion; text that passes needs less stack than
//! [`crate::deep_stack`] provides. A slash after a bracket is taken for a division, so a regular
//! expression there may hide text from the count: that stack is large enough for this.

use super::SyntaxError;

/// Levels of brackets.
const MAX_DEPTH: usize = 500;

/// Operators, keywords and brackets without a separator, in all open brackets.
const MAX_CHAIN: usize = 10_000;

/// Levels of type arguments, which the parser reads twice at each level.
const MAX_TYPE_ARGUMENT_DEPTH: usize = 10;

/// Keywords that are prefix or infix operators.
const OPERATOR_KEYWORDS: [&str; 27] = [
    "as",
    "async",
    "await",
    "class",
    "delete",
    "do",
    "else",
    "extends",
    "for",
    "function",
    "if",
    "in",
    "infer",
    "instanceof",
    "is",
    "keyof",
    "module",
    "namespace",
    "new",
    "readonly",
    "satisfies",
    "typeof",
    "unique",
    "void",
    "while",
    "with",
    "yield",
];

/// Finds where brackets are nested, or operators, keywords and brackets chained, more than a parser
/// can handle.
pub fn check_nesting(source: &str) -> Result<(), SyntaxError> {
    let mut scan = Scan { source: source.as_bytes(), at: 0, open: Vec::new(), outer: 0, chain: 0 };
    while scan.at < source.len() {
        let offset = scan.at;
        scan.step();
        if scan.open.len() > MAX_DEPTH || scan.outer + scan.chain > MAX_CHAIN {
            return Err(SyntaxError {
                message: "this is nested too deeply to be compiled".to_owned(),
                help: Some("split it into several constants".to_owned()),
                span: offset..offset + 1,
            });
        }
    }
    Ok(())
}

struct Scan<'s> {
    source: &'s [u8],
    at: usize,
    /// For each open bracket the length of its chain, and whether it is the `${` of a template.
    open: Vec<(usize, bool)>,
    /// The sum of these chains.
    outer: usize,
    /// The length of the chain in the innermost bracket.
    chain: usize,
}

impl Scan<'_> {
    fn step(&mut self) {
        let byte = self.source[self.at];
        self.at += 1;
        match byte {
            b'(' | b'[' | b'{' => self.enter(false),
            b')' | b']' => drop(self.leave()),
            b'}' => self.leave_brace(),
            b';' | b',' => self.chain = 0,
            b'"' | b'\'' => self.skip_line_until(byte),
            b'`' => {
                self.chain += 1;
                self.template();
            }
            b'/' => self.slash(),
            b'!' | b'%' | b'&' | b'*' | b'+' | b'-' | b'.' | b':' | b'=' | b'>' | b'?' | b'@'
            | b'^' | b'|' | b'~' => self.chain += 1,
            b'<' => self.chain += MAX_TYPE_ARGUMENT_DEPTH,
            _ if is_word(byte) => self.word(),
            _ => {}
        }
    }

    fn enter(&mut self, template: bool) {
        self.open.push((self.chain, template));
        self.outer += self.chain;
        self.chain = 0;
    }

    /// Returns whether the bracket was that of a template, whose text continues.
    fn leave(&mut self) -> bool {
        let (chain, template) = self.open.pop().unwrap_or((self.chain, false));
        self.outer = self.outer.saturating_sub(chain);
        self.chain = chain + 1;
        template
    }

    fn leave_brace(&mut self) {
        if self.leave() {
            self.template();
        }
    }

    fn word(&mut self) {
        let start = self.at - 1;
        let rest = &self.source[self.at..];
        self.at += rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
        let word = &self.source[start..self.at];
        if OPERATOR_KEYWORDS.iter().any(|link| link.as_bytes() == word) {
            self.chain += 1;
        }
    }

    /// Skips the text of a template up to its end or its next `${`.
    fn template(&mut self) {
        while let Some(byte) = self.source.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'`' => return,
                b'$' if self.source.get(self.at) == Some(&b'{') => {
                    self.at += 1;
                    return self.enter(true);
                }
                _ => {}
            }
        }
    }

    fn slash(&mut self) {
        match self.source.get(self.at) {
            Some(b'/') => self.skip_line_until(b'\n'),
            Some(b'*') => {
                let end = self.source[self.at + 1..].windows(2).position(|it| it == b"*/");
                self.at = end.map_or(self.source.len(), |end| self.at + 1 + end + 2);
            }
            _ if self.begins_expression() => self.regular_expression(),
            _ => self.chain += 1,
        }
    }

    /// Returns whether a slash begins a regular expression, as it does where no value precedes it.
    fn begins_expression(&self) -> bool {
        let before = self.source[..self.at - 1].trim_ascii_end();
        let end = before.iter().rposition(|byte| !is_word(*byte)).map_or(0, |at| at + 1);
        match &before[end..] {
            b"" => !matches!(before.last(), Some(b')' | b']' | b'}' | b'"' | b'\'' | b'`')),
            word => {
                matches!(word, b"return" | b"case")
                    || OPERATOR_KEYWORDS.iter().any(|it| it.as_bytes() == word)
            }
        }
    }

    fn regular_expression(&mut self) {
        let mut class = false;
        while let Some(byte) = self.source.get(self.at) {
            match byte {
                b'\n' => return,
                b'\\' => self.at += 1,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => {
                    self.at += 1;
                    return;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Continues after this byte, or after the line.
    fn skip_line_until(&mut self, end: u8) {
        while let Some(byte) = self.source.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' if end != b'\n' => self.at += 1,
                byte if *byte == end || *byte == b'\n' => return,
                _ => {}
            }
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unreasonable_nesting_is_refused() {
        let fine = [
            "a.b(c[{d: 1}]);".repeat(10_000),
            "const a = `${b.map((c) => `<${c}>`)} new new`\n".repeat(2_000),
            format!("const page = `{}`;", "<p class='x'>if - else: {{ new }}</p>\n".repeat(20_000)),
            format!("// {}\nconst a = \"{}\";", "new ".repeat(20_000), "(".repeat(20_000)),
            "const a = b / c / /[/'\"]+/.exec(d) ; ".repeat(5_000),
            "x: 1, /* ; ( */".repeat(50_000),
        ];
        for source in fine {
            assert!(check_nesting(&source).is_ok(), "{}", &source[..40]);
        }
    }

    #[test]
    fn chains_of_all_kinds_are_counted() {
        let parts = [
            "(",
            "!",
            "1+",
            "new ",
            "a<",
            "if(a;b)",
            "for(;;)",
            "if(a)/*;*/",
            "\";\"+",
            "f()",
            "x[] ",
            "l: ",
            "a as b ",
            "class A extends ",
            "`${",
            "a\n/ /;/ +",
            "else if(a,b){}",
        ];
        for part in parts {
            assert!(check_nesting(&part.repeat(20_000)).is_err(), "{part}");
        }
        // In brackets, too: what counts is what is open together.
        assert!(check_nesting(&format!("({}", "new ".repeat(100)).repeat(200)).is_err());
    }

    #[test]
    fn any_text_is_read_to_its_end() {
        for source in ["'\\", "`\\", "/\\", "/[", "/*", "//", "`${", "}", ")", "\u{2028}/", "a/"] {
            assert!(check_nesting(source).is_ok(), "{source}");
        }
    }
}
