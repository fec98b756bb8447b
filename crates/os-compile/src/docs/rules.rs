//! Rules for pages: Markdown, links to pages that exist, no images, no components.

use crate::diagnostic::Diagnostic;
use serde_json::Value;
use std::collections::BTreeSet;

/// Checks pages against each other and against what a console can show.
pub fn check(docs: &[Value], namespace: Option<&str>, found: &mut Vec<Diagnostic>) {
    if namespace.is_none() {
        let message = "a package with pages needs a namespace, their names begin with it";
        let problem = Diagnostic::error("docs/namespace-required", message);
        found.push(
            problem.path("manifest.namespace").help("write `namespace: 'crm'` into the manifest"),
        );
    }
    let mut names = BTreeSet::new();
    for doc in docs {
        let name = doc["name"].as_str().unwrap_or_default();
        let path = format!("{}/{name}.md", super::DOCS_FOLDER);
        if !names.insert(name) {
            let message = format!("there are two pages `{name}`");
            found.push(Diagnostic::error("docs/duplicate-name", message).path(&path));
            continue;
        }
        if let Some(namespace) = namespace
            && !name.strip_prefix(namespace).is_some_and(|rest| rest.starts_with('_'))
        {
            let message = format!("the page `{name}` does not begin with the namespace");
            let problem = Diagnostic::error("docs/namespace-prefix", message).path(&path);
            found.push(problem.help(format!("rename it to `{namespace}_{name}.md`")));
        }
        check_content(&doc["content"], &path, found);
        for (locale, translation) in doc["translations"].as_object().into_iter().flatten() {
            let path = format!("{}/{name}.{locale}.md", super::DOCS_FOLDER);
            check_content(&translation["content"], &path, found);
        }
    }
    for doc in docs {
        check_links(doc, &names, namespace, found);
    }
}

fn check_content(content: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    let text = without_code(content.as_str().unwrap_or_default());
    if has_image(&text) {
        let problem = Diagnostic::error("docs/no-images", format!("`{path}` shows an image"));
        found.push(problem.path(path).help("pages are text only: describe it, or link to it"));
    }
    if has_component(&text) {
        let message = format!("`{path}` holds components or imports");
        let problem = Diagnostic::error("docs/no-mdx", message).path(path);
        found.push(problem.help("pages are plain Markdown: put code between backticks"));
    }
}

fn check_links(
    doc: &Value,
    names: &BTreeSet<&str>,
    namespace: Option<&str>,
    found: &mut Vec<Diagnostic>,
) {
    let text = without_code(doc["content"].as_str().unwrap_or_default());
    for (at, _) in text.match_indices("](") {
        let rest = &text[at + 2..];
        let Some(link) = before(rest, *b")#") else { continue };
        let file = link.strip_prefix("./").unwrap_or(link);
        let Some(target) = file.strip_suffix(".md") else { continue };
        let ours = |namespace: &str| target.starts_with(&format!("{namespace}_"));
        if target.contains('/') || !namespace.is_none_or(ours) || names.contains(target) {
            continue;
        }
        let path =
            format!("{}/{}.md", super::DOCS_FOLDER, doc["name"].as_str().unwrap_or_default());
        let message = format!("`{path}` links to `{file}`, which does not exist");
        found.push(Diagnostic::error("docs/broken-link", message).path(path));
    }
}

/// Bytes of the longest link and label that is checked.
const MAX_LINK_BYTES: usize = 300;

/// Returns the text before the first of these characters, if it is near.
fn before(text: &str, ends: [u8; 2]) -> Option<&str> {
    let near = &text[..text.floor_char_boundary(MAX_LINK_BYTES)];
    let end = near.bytes().position(|byte| ends.contains(&byte))?;
    Some(&near[..end])
}

fn has_image(text: &str) -> bool {
    let linked = text.match_indices("![").any(|(at, _)| {
        let rest = &text[at + 2..];
        before(rest, *b"]]").is_some_and(|label| rest[label.len() + 1..].starts_with('('))
    });
    linked
        || text.to_ascii_lowercase().match_indices("<img").any(|(at, _)| {
            text[at + 4..].starts_with(|next: char| next == '>' || next.is_whitespace())
        })
}

fn has_component(text: &str) -> bool {
    let statement = |line: &str| {
        let line = line.trim_start();
        let import =
            line.starts_with("import ") && (line.contains(" from '") || line.contains(" from \""));
        let export = ["export default ", "export const ", "export function "];
        import || export.iter().any(|start| line.starts_with(start))
    };
    let component = |(at, _): (usize, &str)| {
        let rest = &text[at + 1..];
        let end = rest.find(|next: char| !next.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let closes = rest[end..]
            .starts_with(|next: char| next == '/' || next == '>' || next.is_whitespace());
        rest.starts_with(|first: char| first.is_ascii_uppercase()) && closes
    };
    text.lines().any(statement) || text.match_indices('<').any(component)
}

/// Returns the first heading.
pub fn first_heading(markdown: &str) -> Option<String> {
    let text = without_code(markdown);
    let heading = |line: &str| {
        let rest = line.strip_prefix('#')?;
        rest.starts_with([' ', '\t']).then(|| rest.trim().to_owned())
    };
    text.lines().filter_map(heading).find(|heading| !heading.is_empty())
}

/// Returns Markdown without code spans and blocks.
fn without_code(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    let mut fence: Option<&str> = None;
    for line in markdown.split_inclusive('\n') {
        match fence {
            Some(mark) if line.starts_with(mark) && line[mark.len()..].trim().is_empty() => {
                fence = None
            }
            Some(_) => {}
            None => match ["```", "~~~"].into_iter().find(|mark| line.starts_with(mark)) {
                Some(mark) => fence = Some(mark),
                None => push_without_spans(&mut text, line),
            },
        }
    }
    text
}

fn push_without_spans(text: &mut String, line: &str) {
    let mut rest = line;
    while let Some(open) = rest.find('`') {
        let Some(close) = rest[open + 1..].find('`') else { break };
        text.push_str(&rest[..open]);
        rest = &rest[open + close + 2..];
    }
    text.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rules(docs: Value, namespace: Option<&str>) -> Vec<String> {
        let mut found = Vec::new();
        check(docs.as_array().unwrap(), namespace, &mut found);
        found.into_iter().map(|it| it.rule).collect()
    }

    #[test]
    fn each_rule_reports_its_case() {
        let page = |content: &str| json!([{ "name": "crm_a", "content": content }]);
        let cases = [
            ("![x](y.png)", "docs/no-images"),
            ("<img src=x>", "docs/no-images"),
            ("<Chart data={1} />", "docs/no-mdx"),
            ("import A from 'b'", "docs/no-mdx"),
            ("[b](./crm_b.md#there)", "docs/broken-link"),
        ];
        for (content, rule) in cases {
            assert_eq!(rules(page(content), Some("crm")), [rule], "{content}");
        }
        for fine in
            ["`<Chart />`", "```\n![x](y)\n```\n", "[a](./crm_a.md)", "[o](./other_b.md)", "a < B"]
        {
            assert!(rules(page(fine), Some("crm")).is_empty(), "{fine}");
        }
        assert_eq!(rules(page(""), None), ["docs/namespace-required"]);
        assert_eq!(rules(page(""), Some("hd")), ["docs/namespace-prefix"]);
        let twice = json!([{ "name": "crm_a", "content": "" }, { "name": "crm_a", "content": "" }]);
        assert_eq!(rules(twice, Some("crm")), ["docs/duplicate-name"]);
    }

    #[test]
    fn the_first_heading_is_a_title() {
        assert_eq!(first_heading("```\n# no\n```\n# Yes \n").as_deref(), Some("Yes"));
        assert_eq!(first_heading("##no"), None);
    }
}
