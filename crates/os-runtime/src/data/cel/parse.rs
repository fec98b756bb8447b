//! From text to an [`Expr`], by recursive descent.

/// An expression, as it was written.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Expr>),
    Name(String),
    Member(Box<Expr>, String),
    Index(Box<Expr>, Box<Expr>),
    /// A function, with what stood before its dot as the first argument.
    Call(String, Vec<Expr>),
    Not(Box<Expr>),
    Minus(Box<Expr>),
    Binary(Op, Box<Expr>, Box<Expr>),
    If(Box<Expr>, Box<Expr>, Box<Expr>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// Longer or deeper expressions are not read.
const LONGEST: usize = 4000;
const DEEPEST: usize = 40;

/// Reads an expression; `None` if it is not one we know.
pub fn parse(source: &str) -> Option<Expr> {
    let mut parser = Parser { rest: source, depth: 0 };
    let expr = (source.len() <= LONGEST).then(|| parser.expr())??;
    parser.rest.trim_start().is_empty().then_some(expr)
}

/// Operators by how tightly they bind, the loosest first; longer spellings first.
const LEVELS: [&[(&str, Op)]; 5] = [
    &[("||", Op::Or)],
    &[("&&", Op::And)],
    &[
        ("==", Op::Equal),
        ("!=", Op::Unequal),
        ("<=", Op::AtMost),
        (">=", Op::AtLeast),
        ("<", Op::Less),
        (">", Op::More),
        ("in ", Op::In),
    ],
    &[("+", Op::Add), ("-", Op::Subtract)],
    &[("*", Op::Multiply), ("/", Op::Divide), ("%", Op::Remainder)],
];

struct Parser<'s> {
    rest: &'s str,
    depth: usize,
}

impl<'s> Parser<'s> {
    fn expr(&mut self) -> Option<Expr> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let condition = self.binary(0)?;
        let expr = if self.takes("?") {
            let then = self.expr()?;
            let otherwise = self.takes(":").then(|| self.expr())??;
            Expr::If(Box::new(condition), Box::new(then), Box::new(otherwise))
        } else {
            condition
        };
        self.depth -= 1;
        Some(expr)
    }

    fn binary(&mut self, level: usize) -> Option<Expr> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while let Some((_, op)) = operators.iter().find(|(text, _)| self.takes(text)) {
            let right = self.binary(level + 1)?;
            left = Expr::Binary(*op, Box::new(left), Box::new(right));
        }
        Some(left)
    }

    fn unary(&mut self) -> Option<Expr> {
        let make = match () {
            () if self.takes("!") => Expr::Not,
            () if self.takes("-") => Expr::Minus,
            () => return self.postfix(),
        };
        self.depth += 1;
        let expr = (self.depth <= DEEPEST).then(|| self.unary())??;
        self.depth -= 1;
        Some(make(Box::new(expr)))
    }

    fn postfix(&mut self) -> Option<Expr> {
        let mut expr = self.primary()?;
        loop {
            if self.takes(".") {
                let name = self.word()?.to_owned();
                expr = if self.takes("(") {
                    let mut arguments = vec![expr];
                    arguments.extend(self.list(")")?);
                    Expr::Call(name, arguments)
                } else {
                    Expr::Member(Box::new(expr), name)
                };
            } else if self.takes("[") {
                let index = self.expr()?;
                if !self.takes("]") {
                    return None;
                }
                expr = Expr::Index(Box::new(expr), Box::new(index));
            } else {
                return Some(expr);
            }
        }
    }

    fn primary(&mut self) -> Option<Expr> {
        self.rest = self.rest.trim_start();
        let first = self.rest.chars().next()?;
        if self.takes("(") {
            let expr = self.expr()?;
            return self.takes(")").then_some(expr);
        }
        if self.takes("[") {
            return self.list("]").map(Expr::List);
        }
        if first == '"' || first == '\'' {
            return self.text(first).map(Expr::Text);
        }
        if first.is_ascii_digit() {
            return self.number();
        }
        let word = self.word()?;
        Some(match word {
            "null" => Expr::Null,
            "true" => Expr::Bool(true),
            "false" => Expr::Bool(false),
            _ if self.takes("(") => Expr::Call(word.to_owned(), self.list(")")?),
            _ => Expr::Name(word.to_owned()),
        })
    }

    /// What stands between commas up to the end.
    fn list(&mut self, end: &'static str) -> Option<Vec<Expr>> {
        let mut items = Vec::new();
        if self.takes(end) {
            return Some(items);
        }
        loop {
            items.push(self.expr()?);
            if self.takes(end) {
                return Some(items);
            }
            if !self.takes(",") {
                return None;
            }
        }
    }

    fn text(&mut self, quote: char) -> Option<String> {
        let mut text = String::new();
        let mut letters = self.rest[1..].char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' => text.push(match letters.next()?.1 {
                    'n' => '\n',
                    't' => '\t',
                    other => other,
                }),
                _ if letter == quote => {
                    self.rest = &self.rest[1 + at + 1..];
                    return Some(text);
                }
                _ => text.push(letter),
            }
        }
        None
    }

    fn number(&mut self) -> Option<Expr> {
        let end = self.rest.find(|c: char| !c.is_ascii_digit() && c != '.');
        let (digits, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        digits.parse().ok().map(Expr::Number)
    }

    fn word(&mut self) -> Option<&'s str> {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        let starts = word.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
        self.rest = if starts { rest } else { self.rest };
        starts.then_some(word)
    }

    /// Whether this stands next; it is passed over then.
    fn takes(&mut self, text: &str) -> bool {
        let rest = self.rest.trim_start();
        match rest.strip_prefix(text) {
            // `!` is not the beginning of `!=`.
            Some(after) if text != "!" || !after.starts_with('=') => {
                self.rest = after;
                true
            }
            _ => false,
        }
    }
}
