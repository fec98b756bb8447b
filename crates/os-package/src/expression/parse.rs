//! From text to an [`Expr`], by recursive descent.
//!
//! **Invariant:** an expression has at most [`MAX_PARTS`] parts and is at most [`MAX_DEPTH`] deep, as in
//! the original.

use super::token::{Token, Tokens};
use super::{Expr, InvalidExpression, Kind, Op};
use std::ops::Range;

/// The limits of one expression (docs/wire/expressions.md#expression-limits): its length, parts,
/// depth, list items and arguments.
const MAX_SOURCE_BYTES: usize = 16_000;
const MAX_PARTS: usize = 256;
const MAX_DEPTH: usize = 32;
const MAX_LIST_ITEMS: usize = 64;
const MAX_ARGUMENTS: usize = 16;

type Found<T> = Result<T, InvalidExpression>;

/// Parses an expression.
///
/// # Errors
///
/// The first problem, and its place.
pub fn parse(source: &str) -> Found<Expr> {
    if source.len() > MAX_SOURCE_BYTES {
        return Err(too_large(0..source.len()));
    }
    let mut tokens = Tokens::new(source);
    let (token, span) = tokens.next()?;
    let mut parser = Parser { tokens, token, span, depth: 0, parts: 0 };
    let expr = parser.expr()?;
    match parser.token {
        Token::End => Ok(expr),
        _ => Err(parser.unexpected("an operator or the end")),
    }
}

/// Operators by how tightly they bind, the loosest first.
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
        ("in", Op::In),
    ],
    &[("+", Op::Add), ("-", Op::Subtract)],
    &[("*", Op::Multiply), ("/", Op::Divide), ("%", Op::Remainder)],
];

/// Words that CEL reserves.
const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

struct Parser<'s> {
    tokens: Tokens<'s>,
    token: Token<'s>,
    span: Range<usize>,
    depth: usize,
    parts: usize,
}

impl<'s> Parser<'s> {
    fn expr(&mut self) -> Found<Expr> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(too_large(self.span.clone()));
        }
        let condition = self.binary(0)?;
        let expr = if self.takes("?")? {
            let then = self.expr()?;
            self.expects(":")?;
            let otherwise = self.expr()?;
            let span = condition.span.start..otherwise.span.end;
            let kind = Kind::If(Box::new(condition), Box::new(then), Box::new(otherwise));
            self.part(kind, span)?
        } else {
            condition
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn binary(&mut self, level: usize) -> Found<Expr> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while let Some((_, op)) = operators.iter().find(|(text, _)| self.is(text)) {
            self.advance()?;
            let right = self.binary(level + 1)?;
            let span = left.span.start..right.span.end;
            left = self.part(Kind::Binary(*op, Box::new(left), Box::new(right)), span)?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Found<Expr> {
        let mut signs = Vec::new();
        while self.is("!") || self.is("-") {
            signs.push((self.is("!"), self.span.start));
            self.parts += 1;
            if self.parts > MAX_PARTS {
                return Err(too_large(self.span.clone()));
            }
            self.advance()?;
        }
        let mut expr = self.postfix()?;
        for (is_not, start) in signs.into_iter().rev() {
            let span = start..expr.span.end;
            let of = Box::new(expr);
            expr = Expr { kind: if is_not { Kind::Not(of) } else { Kind::Minus(of) }, span };
        }
        Ok(expr)
    }

    fn postfix(&mut self) -> Found<Expr> {
        let mut expr = self.primary()?;
        let mut length = 0;
        loop {
            length += 1;
            if length > MAX_DEPTH {
                return Err(too_large(self.span.clone()));
            }
            if self.takes(".")? {
                let is_optional = self.takes("?")?;
                let (name, span) = self.name()?;
                expr = if is_optional {
                    let name = self.part(Kind::Text(name), span.clone())?;
                    self.part(Kind::Optional(Box::new(expr), Box::new(name)), span)?
                } else if self.takes("(")? {
                    let arguments = self.list(")", MAX_ARGUMENTS)?;
                    let receiver = Some(Box::new(expr));
                    self.part(Kind::Call { receiver, name, arguments }, span)?
                } else {
                    self.part(Kind::Member(Box::new(expr), name), span)?
                };
            } else if self.is("[") {
                let start = self.span.start;
                self.advance()?;
                let make = if self.takes("?")? { Kind::Optional } else { Kind::Index };
                let index = self.expr()?;
                let end = self.span.end;
                self.expects("]")?;
                expr = self.part(make(Box::new(expr), Box::new(index)), start..end)?;
            } else {
                return Ok(expr);
            }
        }
    }

    fn primary(&mut self) -> Found<Expr> {
        let span = self.span.clone();
        if self.takes("(")? {
            let expr = self.expr()?;
            self.expects(")")?;
            return Ok(expr);
        }
        if self.takes("[")? {
            let items = self.list("]", MAX_LIST_ITEMS)?;
            return self.part(Kind::List(items), span);
        }
        if self.takes("{")? {
            let entries = self.entries()?;
            return self.part(Kind::Map(entries), span);
        }
        let kind = match self.token.clone() {
            Token::Number(number) => Kind::Number(number),
            Token::Text(text) => Kind::Text(text),
            Token::Bytes(bytes) => Kind::Bytes(bytes),
            Token::Word(word) => return self.word(word, span),
            _ => return Err(self.unexpected("a value")),
        };
        self.advance()?;
        self.part(kind, span)
    }

    fn word(&mut self, word: &'s str, span: Range<usize>) -> Found<Expr> {
        if RESERVED.contains(&word) || word == "in" {
            let message = format!("`{word}` is a reserved word, not a name");
            return Err(InvalidExpression::new(message, span));
        }
        self.advance()?;
        let kind = match word {
            "null" => Kind::Null,
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            _ if self.takes("(")? => {
                let arguments = self.list(")", MAX_ARGUMENTS)?;
                Kind::Call { receiver: None, name: word.to_owned(), arguments }
            }
            _ => Kind::Name(word.to_owned()),
        };
        self.part(kind, span)
    }

    /// Items between commas, up to the end; a list may end with a comma.
    fn list(&mut self, end: &'static str, most: usize) -> Found<Vec<Expr>> {
        let mut items = Vec::new();
        while !self.takes(end)? {
            if !items.is_empty() {
                self.expects_or(",", end)?;
                if end == "]" && self.takes(end)? {
                    break;
                }
            }
            if items.len() == most {
                return Err(too_large(self.span.clone()));
            }
            items.push(self.expr()?);
        }
        Ok(items)
    }

    fn entries(&mut self) -> Found<Vec<(Expr, Expr)>> {
        let mut entries = Vec::new();
        while !self.takes("}")? {
            if !entries.is_empty() {
                self.expects_or(",", "}")?;
                if self.takes("}")? {
                    break;
                }
            }
            if entries.len() == MAX_LIST_ITEMS {
                return Err(too_large(self.span.clone()));
            }
            let key = self.expr()?;
            if self.is("}") {
                let message = "braces make a map here, and a map has keys and values";
                return Err(InvalidExpression::new(message, key.span));
            }
            self.expects(":")?;
            entries.push((key, self.expr()?));
        }
        Ok(entries)
    }

    fn name(&mut self) -> Found<(String, Range<usize>)> {
        let Token::Word(word) = self.token else { return Err(self.unexpected("a name")) };
        let span = self.span.clone();
        self.advance()?;
        Ok((word.to_owned(), span))
    }

    fn part(&mut self, kind: Kind, span: Range<usize>) -> Found<Expr> {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return Err(too_large(span));
        }
        Ok(Expr { kind, span })
    }

    fn advance(&mut self) -> Found<()> {
        (self.token, self.span) = self.tokens.next()?;
        Ok(())
    }

    fn is(&self, text: &str) -> bool {
        match &self.token {
            Token::Sign(sign) => *sign == text,
            Token::Word(word) => text == "in" && *word == text,
            _ => false,
        }
    }

    /// Skips this token if it is next; returns whether it was.
    fn takes(&mut self, text: &str) -> Found<bool> {
        let is = self.is(text);
        if is {
            self.advance()?;
        }
        Ok(is)
    }

    fn expects(&mut self, text: &str) -> Found<()> {
        match self.takes(text)? {
            true => Ok(()),
            false => Err(self.unexpected(&format!("`{text}`"))),
        }
    }

    fn expects_or(&mut self, text: &str, end: &str) -> Found<()> {
        match self.takes(text)? {
            true => Ok(()),
            false => Err(self.unexpected(&format!("`{text}` or `{end}`"))),
        }
    }

    fn unexpected(&self, wanted: &str) -> InvalidExpression {
        let instead = match &self.token {
            Token::End => "the end".to_owned(),
            Token::Word(word @ ("and" | "AND")) => format!("`{word}`; `&&` is the operator"),
            Token::Word(word @ ("or" | "OR")) => format!("`{word}`; `||` is the operator"),
            Token::Word(word) => format!("`{word}`"),
            Token::Sign("{") => "`{`; objects of a type are not supported".to_owned(),
            Token::Sign(sign) => format!("`{sign}`"),
            Token::Number(_) => "a number".to_owned(),
            Token::Text(_) | Token::Bytes(_) => "a string".to_owned(),
        };
        InvalidExpression::new(format!("expected {wanted}, found {instead}"), self.span.clone())
    }
}

fn too_large(span: Range<usize>) -> InvalidExpression {
    let message = "the expression is too large or too deep; compute a part of it in a field";
    InvalidExpression::new(message, span)
}
