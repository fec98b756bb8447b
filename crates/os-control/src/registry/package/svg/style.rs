//! Values of attributes, and styles: what they may refer to.

use super::allowed::is_function;

/// The pictures that a drawing may contain.
const PICTURES: [&str; 4] = ["png", "jpeg", "webp", "gif"];

/// The elements that show a picture.
const SHOWING: [&str; 2] = ["image", "feImage"];

/// Checks a reference: to a part of the drawing, or of an image to a picture in itself.
pub fn check_reference(element: &str, value: &str) -> Result<(), String> {
    let value = value.trim();
    let is_picture = |kind: &str| {
        let data = value.strip_prefix("data:image/").and_then(|it| it.strip_prefix(kind));
        let data = data.and_then(|it| it.strip_prefix(";base64,"));
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"+/= \t\r\n".contains(&byte);
        data.is_some_and(|data| data.bytes().all(legal))
    };
    let is_shown = SHOWING.contains(&element) && PICTURES.into_iter().any(is_picture);
    if value.starts_with('#') || is_shown { Ok(()) } else { Err(OUTSIDE.to_owned()) }
}

const OUTSIDE: &str = "points outside of the drawing";

/// Checks a value of a drawing: it calls functions of drawings only.
pub fn check_value(value: &str) -> Result<(), String> {
    // An escape could hide a name, a comment could divide one.
    if value.contains('\\') || value.contains("/*") {
        return Err("has an escape or a comment".to_owned());
    }
    let mut rest = value;
    while let Some(at) = rest.find('(') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        let is_part =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_') || !c.is_ascii();
        let start = before.rfind(|c| !is_part(c)).map_or(0, |it| it + 1);
        let name = before.get(start..).unwrap_or_default().to_ascii_lowercase();
        if name == "url" {
            let target = after.trim_start().trim_start_matches(['"', '\'']);
            if !target.starts_with('#') {
                return Err(OUTSIDE.to_owned());
            }
        } else if !name.is_empty() && !is_function(&name) {
            return Err(format!("calls `{}`", name.chars().take(40).collect::<String>()));
        }
        rest = after;
    }
    Ok(())
}

/// Checks the declarations of a `style` attribute.
pub fn check_declarations(value: &str) -> Result<(), String> {
    if value.contains(['{', '}', '@', '<']) {
        return Err("has more than declarations".to_owned());
    }
    check_properties(value)?;
    check_value(value)
}

/// Checks the text of a `style` element.
pub fn check_sheet(text: &str) -> Result<(), String> {
    let problem = |problem: String| format!("a style {problem}");
    // Comments of styles are common; without them nothing may be left that hides.
    let mut sheet = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        sheet.push_str(before);
        rest = comment.split_once("*/").ok_or("a comment of a style does not end")?.1;
    }
    sheet.push_str(rest);
    let mut rules = sheet.split('@').skip(1);
    let is_media = |rule: &str| {
        rule.strip_prefix("media")
            .is_some_and(|it| it.starts_with(|c: char| c.is_whitespace() || c == '('))
    };
    if sheet.contains('<') || !rules.all(is_media) {
        return Err("a style has a rule with `@` that could load something".to_owned());
    }
    check_properties(&sheet).map_err(problem)?;
    check_value(&sheet).map_err(problem)
}

/// Refuses properties that ran scripts in browsers of the past.
fn check_properties(style: &str) -> Result<(), String> {
    let style = style.to_ascii_lowercase();
    match ["behavior", "-moz-binding"].into_iter().find(|it| style.contains(it)) {
        Some(property) => Err(format!("sets `{property}`")),
        None => Ok(()),
    }
}
