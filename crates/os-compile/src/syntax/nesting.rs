//! Refuses text that is nested too deeply for a recursive parser.

use super::SyntaxError;

/// Deeper than any person writes, and far from the end of the stack.
const DEEPEST: usize = 500;

/// The longest chain of operators without a separator.
const LONGEST_CHAIN: usize = 10_000;

/// Says where brackets are nested, or operators chained, more than a parser can follow.
///
/// Text and comments are counted like code: this is a guard, and a guard that reads like the
/// parser would share its weakness.
pub fn check_nesting(source: &str) -> Result<(), SyntaxError> {
    let (mut depth, mut chain) = (0_usize, 0_usize);
    for (offset, byte) in source.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'+' | b'-' | b'!' | b'~' | b'?' | b'=' | b'*' | b'&' | b'|' | b'.' | b'`' => {
                chain += 1
            }
            b';' | b',' => chain = 0,
            _ => {}
        }
        if depth > DEEPEST || chain > LONGEST_CHAIN {
            return Err(SyntaxError {
                message: "this is nested too deeply to be compiled".to_owned(),
                help: Some("split it into several constants".to_owned()),
                span: offset..offset + 1,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_no_person_writes_is_too_deep() {
        assert!(check_nesting(&"a.b(c[{d: 1}]);".repeat(10_000)).is_ok());
        assert!(check_nesting(&"(".repeat(501)).is_err());
        assert!(check_nesting(&"!".repeat(20_000)).is_err());
        assert!(check_nesting(&"1+".repeat(20_000)).is_err());
    }
}
