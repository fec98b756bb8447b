//! The pages of a package: `src/docs/*.md`, with their translations.
//!
//! **Invariant:** a page's name is the stem of its file, and begins with the package's namespace.

mod front;
mod rules;

use crate::diagnostic::Diagnostic;
use crate::project::{FileError, Project};
use front::{Front, read_front};
use serde_json::{Map, Value};

/// The folder of pages.
const DOCS_FOLDER: &str = "src/docs";

/// Adds a project's pages to a stack, after those it has.
pub fn collect(project: &Project, stack: &mut Map<String, Value>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let pages = match read_pages(project, &mut found) {
        Ok(pages) => pages,
        Err(error) => return vec![Diagnostic::error("docs", error.to_string())],
    };
    let mut docs = match stack.get("docs") {
        Some(Value::Array(docs)) => docs.clone(),
        _ => Vec::new(),
    };
    docs.extend(pages);
    if docs.is_empty() {
        return found;
    }
    let namespace = stack.get("manifest").and_then(|manifest| manifest["namespace"].as_str());
    rules::check(&docs, namespace, &mut found);
    stack.insert("docs".to_owned(), Value::Array(docs));
    found
}

fn read_pages(project: &Project, found: &mut Vec<Diagnostic>) -> Result<Vec<Value>, FileError> {
    let mut pages: Vec<(String, Map<String, Value>)> = Vec::new();
    let mut variants = Vec::new();
    for (name, is_folder) in project.list(DOCS_FOLDER)? {
        let file = format!("{DOCS_FOLDER}/{name}");
        if is_folder {
            let problem = Diagnostic::error("docs/flat-directory", format!("`{file}` is a folder"));
            found.push(problem.path(file).help("put every page into `src/docs` itself"));
            continue;
        }
        let Some(stem) = name.strip_suffix(".md") else { continue };
        let front = read_front(&project.read(&file)?);
        if let Some((base, locale)) = variant(stem) {
            let (base, locale) = (base.to_owned(), locale.to_owned());
            variants.push(Variant { base, locale, front, file });
        } else if is_name(stem) {
            check_tags(&front, &file, found);
            pages.push((stem.to_owned(), page(stem, front)));
        } else {
            let message = format!("`{file}` is not a valid name of a page");
            let help =
                "write it in snake_case, such as `crm_lead_guide.md` or `crm_lead_guide.de.md`";
            found.push(Diagnostic::error("docs/filename", message).path(file).help(help));
        }
    }
    for variant in variants {
        add_variant(&mut pages, variant, found);
    }
    Ok(pages.into_iter().map(|(_, page)| Value::Object(page)).collect())
}

fn check_tags(front: &Front, file: &str, found: &mut Vec<Diagnostic>) {
    if front.odd_tags {
        let message = format!("the `tags` of `{file}` are not a list");
        let problem = Diagnostic::warning("docs/frontmatter-tags", message).path(file);
        found.push(problem.help("write `tags: [first, second]`"));
    }
}

fn page(name: &str, front: Front) -> Map<String, Value> {
    let mut page = Map::new();
    page.insert("name".to_owned(), name.into());
    let heading = || rules::first_heading(&front.body);
    if let Some(label) = front.title.clone().or_else(heading) {
        page.insert("label".to_owned(), label.into());
    }
    if let Some(description) = front.description {
        page.insert("description".to_owned(), description.into());
    }
    page.insert("content".to_owned(), front.body.into());
    if let Some(order) = front.order {
        page.insert("order".to_owned(), order);
    }
    if let Some(group) = front.group {
        page.insert("group".to_owned(), group.into());
    }
    if !front.tags.is_empty() {
        page.insert("tags".to_owned(), front.tags.into());
    }
    page
}

/// A page in another language: `crm_guide.de.md`.
struct Variant {
    /// The name of the page that it translates.
    base: String,
    locale: String,
    front: Front,
    file: String,
}

fn add_variant(
    pages: &mut [(String, Map<String, Value>)],
    variant: Variant,
    found: &mut Vec<Diagnostic>,
) {
    let Variant { base, locale, front, file } = variant;
    let Some((_, page)) = pages.iter_mut().find(|(name, _)| *name == base) else {
        let problem =
            Diagnostic::error("docs/orphan-translation", format!("`{file}` translates nothing"));
        return found.push(
            problem.path(&file).help(format!("add `{DOCS_FOLDER}/{base}.md`, or remove it")),
        );
    };
    if !front.tags.is_empty() {
        let message = format!("the `tags` of `{file}` are not used");
        let problem = Diagnostic::warning("docs/frontmatter-tags", message).path(&file);
        found.push(problem.help(format!("tags belong to the page: move them to `{base}.md`")));
    }
    let mut item = Map::new();
    if let Some(title) = front.title {
        item.insert("label".to_owned(), title.into());
    }
    if let Some(description) = front.description {
        item.insert("description".to_owned(), description.into());
    }
    item.insert("content".to_owned(), front.body.into());
    let translations = page.entry("translations").or_insert_with(|| Value::Object(Map::new()));
    translations[&*locale] = Value::Object(item);
}

/// Splits `crm_guide.zh-CN` into the page and its locale.
fn variant(stem: &str) -> Option<(&str, &str)> {
    let (base, locale) = stem.split_once('.')?;
    let (language, region) = locale.split_once('-').unwrap_or((locale, "xx"));
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let fits = (2..=3).contains(&language.len())
        && letters(language)
        && (2..=8).contains(&region.len())
        && region.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_name(base) && fits).then_some((base, locale))
}

fn is_name(stem: &str) -> bool {
    stem.starts_with(|first: char| first.is_ascii_lowercase())
        && stem
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_translations_are_distinguished() {
        assert_eq!(variant("crm_guide.zh-CN"), Some(("crm_guide", "zh-CN")));
        assert_eq!(variant("crm_guide.de"), Some(("crm_guide", "de")));
        assert_eq!(variant("crm_guide"), None);
        assert_eq!(variant("crm_guide.draft2"), None);
        assert!(is_name("crm_guide") && !is_name("Crm") && !is_name("1a"));
    }
}
