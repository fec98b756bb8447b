//! Front matter of pages: title, description, order, group, tags.

use serde_json::Value;

/// The parts of a page.
#[derive(Debug, Default)]
pub struct Front {
    pub title: Option<String>,
    pub description: Option<String>,
    pub order: Option<Value>,
    pub group: Option<String>,
    pub tags: Vec<String>,
    /// `true` if `tags` is present and no list.
    pub odd_tags: bool,
    pub body: String,
}

/// Splits a page into front matter and body. Without a block between lines of `---` all is body.
pub fn read_front(text: &str) -> Front {
    let all_body = || Front { body: text.to_owned(), ..Front::default() };
    if !text.starts_with("---\n") && !text.starts_with("---\r\n") {
        return all_body();
    }
    let Some(end) = text[3..].find("\n---").map(|at| at + 3) else { return all_body() };
    let start = text.find('\n').map_or(0, |at| at + 1);
    let block: Vec<&str> = text.get(start..end).unwrap_or_default().lines().collect();
    let body = text[end + 1..].find('\n').map_or("", |at| &text[end + 1 + at + 1..]);
    let (tags, odd_tags) = list(&block, "tags");
    Front {
        title: scalar(&block, "title"),
        description: scalar(&block, "description"),
        order: scalar(&block, "order").and_then(|text| number(&text)),
        group: scalar(&block, "group"),
        tags,
        odd_tags,
        body: body.to_owned(),
    }
}

/// Returns what follows `key:` on a line; the key in any case.
fn after<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let head = line.get(..key.len())?;
    if !head.eq_ignore_ascii_case(key) {
        return None;
    }
    line[key.len()..].trim_start().strip_prefix(':').map(str::trim)
}

fn scalar(block: &[&str], key: &str) -> Option<String> {
    let value = block.iter().find_map(|line| after(line, key))?;
    Some(unquoted(value)).filter(|value| !value.is_empty())
}

fn unquoted(value: &str) -> String {
    let quotes = ['"', '\''];
    let value = value.strip_prefix(quotes).unwrap_or(value);
    value.strip_suffix(quotes).unwrap_or(value).to_owned()
}

fn number(text: &str) -> Option<Value> {
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.into());
    }
    text.parse::<f64>().ok().and_then(serde_json::Number::from_f64).map(Value::Number)
}

fn list(block: &[&str], key: &str) -> (Vec<String>, bool) {
    let Some(at) = block.iter().position(|line| after(line, key).is_some()) else {
        return (Vec::new(), false);
    };
    let inline = after(block[at], key).unwrap_or_default();
    let item = |text: &str| unquoted(text.trim()).trim().to_owned();
    if !inline.is_empty() {
        let inner = inline.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let Some(inner) = inner else { return (Vec::new(), true) };
        return (inner.split(',').map(item).filter(|it| !it.is_empty()).collect(), false);
    }
    let below = block[at + 1..].iter().map(|line| line.trim()).filter(|line| !line.is_empty());
    let items = below.map_while(|line| line.strip_prefix('-')).map(item);
    let items: Vec<_> = items.filter(|it| !it.is_empty()).collect();
    let odd = items.is_empty();
    (items, odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_split_into_front_matter_and_body() {
        let front = read_front(
            "---\ntitle: \"A page\"\norder: 2\ntags:\n  - one\n  - 'two'\n---\n\n# Hi\n",
        );
        assert_eq!(front.title.as_deref(), Some("A page"));
        assert_eq!(front.order, Some(2.into()));
        assert_eq!(front.tags, ["one", "two"]);
        assert_eq!(front.body, "\n# Hi\n");
        let front = read_front("---\ntags: one\n---\nx");
        assert!(front.odd_tags && front.tags.is_empty());
        assert_eq!(front.body, "x");
        assert_eq!(read_front("---\nno end").body, "---\nno end");
        assert_eq!(read_front("---\n---\nx").body, "x");
    }
}
