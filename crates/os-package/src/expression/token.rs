//! Tokens of an expression: words, numbers, strings and signs.
//!
//! **Invariant:** a token ends where the next begins; no text is read twice.

use super::InvalidExpression;
use std::ops::Range;

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub enum Token<'s> {
    Word(&'s str),
    Number(f64),
    Text(String),
    Bytes(Vec<u8>),
    Sign(&'static str),
    End,
}

/// Longer signs first.
const SIGNS: [&str; 24] = [
    "||", "&&", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",",
    "(", ")", "[", "]", "{", "}",
];

type Found<T> = Result<T, InvalidExpression>;

/// Reads the tokens of a source, one after the other.
pub struct Tokens<'s> {
    source: &'s str,
    at: usize,
}

impl<'s> Tokens<'s> {
    pub fn new(source: &'s str) -> Self {
        Self { source, at: 0 }
    }

    /// Returns the next token and its bytes.
    pub fn next(&mut self) -> Found<(Token<'s>, Range<usize>)> {
        self.skip();
        let start = self.at;
        let rest = &self.source[start..];
        let Some(first) = rest.chars().next() else { return Ok((Token::End, start..start)) };
        let token = match first {
            '0'..='9' => self.number()?,
            '\'' | '"' => self.quoted("")?,
            'a'..='z' | 'A'..='Z' | '_' => match prefix(rest) {
                Some(letters) => self.quoted(letters)?,
                None => self.word(),
            },
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
                let Some(sign) = sign else {
                    let end = start + first.len_utf8();
                    return Err(InvalidExpression::new(stranger(rest), start..end));
                };
                self.at += sign.len();
                Token::Sign(sign)
            }
        };
        Ok((token, start..self.at))
    }

    /// Skips white space and comments.
    fn skip(&mut self) {
        loop {
            let rest = self.source[self.at..].trim_start();
            self.at = self.source.len() - rest.len();
            if !rest.starts_with("//") {
                return;
            }
            self.at += rest.find('\n').unwrap_or(rest.len());
        }
    }

    fn word(&mut self) -> Token<'s> {
        let rest = &self.source[self.at..];
        let end = rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '_');
        let word = &rest[..end.unwrap_or(rest.len())];
        self.at += word.len();
        Token::Word(word)
    }

    fn number(&mut self) -> Found<Token<'s>> {
        let start = self.at;
        let rest = &self.source[start..];
        let digits = |from: &str| from.bytes().take_while(u8::is_ascii_digit).count();
        let wrong = |end: usize| InvalidExpression::new("this is not a number", start..start + end);
        if let Some(hex) = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X")) {
            let length = hex.bytes().take_while(u8::is_ascii_hexdigit).count();
            let number = u64::from_str_radix(&hex[..length], 16).map_err(|_| wrong(2 + length))?;
            self.at += 2 + length;
            return self.whole(number as f64);
        }
        let mut end = digits(rest);
        let mut is_whole = true;
        if rest[end..].starts_with('.') && digits(&rest[end + 1..]) > 0 {
            end += 1 + digits(&rest[end + 1..]);
            is_whole = false;
        }
        if rest[end..].starts_with(['e', 'E']) {
            let sign = usize::from(rest[end + 1..].starts_with(['+', '-']));
            let exponent = digits(&rest[end + 1 + sign..]);
            if exponent > 0 {
                end += 1 + sign + exponent;
                is_whole = false;
            }
        }
        let number = rest[..end].parse().map_err(|_| wrong(end))?;
        self.at += end;
        if is_whole { self.whole(number) } else { self.ended(number) }
    }

    /// Returns an integer may end in `u`: unsigned.
    fn whole(&mut self, number: f64) -> Found<Token<'s>> {
        if self.source[self.at..].starts_with(['u', 'U']) {
            self.at += 1;
        }
        self.ended(number)
    }

    fn ended(&mut self, number: f64) -> Found<Token<'s>> {
        let rest = &self.source[self.at..];
        if rest.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '_') {
            let span = self.at..self.at + 1;
            return Err(InvalidExpression::new("a letter follows a number", span));
        }
        Ok(Token::Number(number))
    }

    /// Returns a string in quotes after these letters.
    fn quoted(&mut self, letters: &str) -> Found<Token<'s>> {
        let start = self.at;
        let is_raw = letters.contains(['r', 'R']);
        let is_bytes = letters.contains(['b', 'B']);
        let rest = &self.source[start + letters.len()..];
        let quote = match rest {
            _ if rest.starts_with("'''") => "'''",
            _ if rest.starts_with("\"\"\"") => "\"\"\"",
            _ => &rest[..1],
        };
        self.at = start + letters.len() + quote.len();
        let mut bytes = Vec::new();
        loop {
            let rest = &self.source[self.at..];
            if rest.starts_with(quote) {
                self.at += quote.len();
                break;
            }
            let Some(letter) = rest.chars().next() else {
                let message = format!("the string that begins with {quote} has no end");
                return Err(InvalidExpression::new(message, start..self.source.len()));
            };
            if letter == '\n' && quote.len() == 1 {
                let message =
                    "a string in single quotes ends on its line; write ''' for several lines";
                return Err(InvalidExpression::new(message, start..self.at));
            }
            if letter == '\\' && !is_raw {
                self.escape(is_bytes, &mut bytes)?;
            } else {
                bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                self.at += letter.len_utf8();
            }
        }
        if is_bytes {
            return Ok(Token::Bytes(bytes));
        }
        String::from_utf8(bytes).map(Token::Text).map_err(|_| {
            InvalidExpression::new("the escapes do not form a valid string", start..self.at)
        })
    }

    /// Returns the character that an escape stands for.
    fn escape(&mut self, is_bytes: bool, out: &mut Vec<u8>) -> Found<()> {
        let rest = &self.source[self.at + 1..];
        let Some(letter) = rest.chars().next() else {
            // The string has no end, which its reader refuses.
            self.at += 1;
            return Ok(());
        };
        let wrong = InvalidExpression::new(
            format!("`\\{letter}` is not an escape; write `\\\\{letter}` for a backslash"),
            self.at..self.at + 1 + letter.len_utf8(),
        );
        let (length, radix) = match letter {
            'x' | 'X' => (2, 16),
            'u' if !is_bytes => (4, 16),
            'U' if !is_bytes => (8, 16),
            '0'..='3' => (3, 8),
            _ => {
                out.push(plain_escape(letter).ok_or(wrong)?);
                self.at += 1 + letter.len_utf8();
                return Ok(());
            }
        };
        let from = usize::from(radix == 16);
        let digits =
            rest.get(from..from + length).filter(|it| it.chars().all(|c| c.is_digit(radix)));
        let digits = digits.ok_or_else(|| wrong.clone())?;
        let number = u32::from_str_radix(digits, radix).map_err(|_| wrong.clone())?;
        if is_bytes {
            out.push(u8::try_from(number).map_err(|_| wrong)?);
        } else {
            let letter = char::from_u32(number).ok_or(wrong)?;
            out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        }
        self.at += 1 + from + length;
        Ok(())
    }
}

/// `r`, `b` or both, where a quote follows.
fn prefix(rest: &str) -> Option<&str> {
    let end = rest.find(['\'', '"']).filter(|end| *end <= 2)?;
    let letters = &rest[..end];
    ["r", "b", "rb", "br"].contains(&letters.to_ascii_lowercase().as_str()).then_some(letters)
}

fn plain_escape(letter: char) -> Option<u8> {
    Some(match letter {
        'a' => 7,
        'b' => 8,
        't' => b'\t',
        'n' => b'\n',
        'v' => 11,
        'f' => 12,
        'r' => b'\r',
        '\\' | '\'' | '"' | '`' | '?' => letter as u8,
        _ => return None,
    })
}

/// Returns the message for a sign that other languages have.
fn stranger(rest: &str) -> String {
    let first = rest.chars().next().unwrap_or_default();
    match first {
        '=' => "a single `=` does not compare; write `==`".to_owned(),
        '&' => "write `&&` for and".to_owned(),
        '|' => "write `||` for or".to_owned(),
        '$' => "`$` has no meaning here; write the name alone".to_owned(),
        _ => format!("`{first}` has no meaning here"),
    }
}
