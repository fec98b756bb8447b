//! Text of XML.

use std::borrow::Cow;

/// The entities that XML knows.
const ENTITIES: [(&str, char); 5] =
    [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\'')];

/// Returns a text with its entities decoded, once, as a browser does.
///
/// # Errors
/// An entity that is none.
pub fn decoded(text: &str) -> Result<Cow<'_, str>, String> {
    if !text.contains('&') {
        return Ok(Cow::Borrowed(text));
    }
    let mut parts = text.split('&');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (entity, rest) = part.split_once(';').ok_or("an entity does not end")?;
        out.push(character(entity).ok_or("it has an entity that XML does not know")?);
        out.push_str(rest);
    }
    Ok(Cow::Owned(out))
}

fn character(entity: &str) -> Option<char> {
    let Some(number) = entity.strip_prefix('#') else {
        return ENTITIES.iter().find(|(name, _)| *name == entity).map(|(_, it)| *it);
    };
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let code = u32::from_str_radix(digits, radix).ok().filter(|_| is_plain)?;
    char::from_u32(code).filter(|it| *it != '\0')
}
