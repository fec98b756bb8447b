//! Links and references lead somewhere.

use crate::assert_none;
use crate::tree::{self, File};
use std::collections::HashMap;

#[test]
fn links_and_anchors_in_documents_lead_somewhere() {
    let files = tree::files();
    let anchors = anchors(&files);
    let mut broken = Vec::new();
    for file in files.iter().filter(|file| file.path.ends_with(".md")) {
        for target in links(&file.text) {
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path = if path.is_empty() { file.path.clone() } else { join(&file.path, path) };
            if !tree::root().join(&path).exists() {
                broken.push(format!("{}: {target}: there is no such file", file.path));
            } else if !anchor.is_empty() && !has(&anchors, &path, anchor) {
                broken.push(format!("{}: {target}: there is no such heading", file.path));
            }
        }
    }
    assert_none(broken, "Correct each link, or bring the heading back.");
}

/// Code quotes a rule by page and heading, as `docs/wire/seeds.md#purge`.
#[test]
fn references_to_documents_lead_somewhere() {
    let files = tree::files();
    let anchors = anchors(&files);
    let mut broken = Vec::new();
    for file in files.iter().filter(|file| !file.path.ends_with(".md")) {
        for (number, line) in file.text.lines().enumerate() {
            for (path, anchor) in references(line) {
                if !anchors.contains_key(path) {
                    broken.push(format!("{}:{}: there is no {path}", file.path, number + 1));
                } else if !anchor.is_empty() && !has(&anchors, path, anchor) {
                    let place = format!("{}:{}", file.path, number + 1);
                    broken.push(format!("{place}: {path} has no heading #{anchor}"));
                }
            }
        }
    }
    assert_none(broken, "Quote a heading that exists, or write the rule down there.");
}

/// A section sign quotes a document that is not ours.
#[test]
fn no_reference_leaves_the_repository() {
    let mut found = Vec::new();
    for file in tree::files() {
        for (number, line) in file.text.lines().enumerate() {
            if line.contains('\u{a7}') {
                found.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
            }
        }
    }
    assert_none(found, "Write the rule into docs/wire and quote it by page and heading.");
}

/// The anchors of each Markdown file, as GitHub makes them of headings.
fn anchors(files: &[File]) -> HashMap<&str, Vec<String>> {
    let documents = files.iter().filter(|file| file.path.ends_with(".md"));
    documents.map(|file| (&*file.path, headings(&file.text))).collect()
}

fn has(anchors: &HashMap<&str, Vec<String>>, path: &str, anchor: &str) -> bool {
    anchors.get(path).is_some_and(|all| all.iter().any(|it| it == anchor))
}

fn headings(markdown: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut in_code = false;
    for line in markdown.lines() {
        in_code ^= line.trim_start().starts_with("```");
        let text = line.trim_start_matches('#');
        if !in_code && text.len() < line.len() && text.starts_with(' ') {
            let slug = slug(text.trim());
            let again = found.iter().filter(|it| **it == slug).count();
            found.push(if again == 0 { slug } else { format!("{slug}-{again}") });
        }
    }
    found
}

fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>().to_lowercase()
}

/// `docs/….md` with the anchor behind it, in any text.
fn references(line: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices("docs/") {
        let is_start = !line[..at].ends_with(|c: char| c.is_alphanumeric() || "/-_.".contains(c));
        let rest = &line[at..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || "/-_.".contains(c)));
        let path = &rest[..end.unwrap_or(rest.len())].trim_end_matches('.');
        if !is_start || !path.ends_with(".md") {
            continue;
        }
        let anchor = rest[path.len()..].strip_prefix('#').unwrap_or_default();
        let end = anchor.find(|c: char| !(c.is_alphanumeric() || "-_".contains(c)));
        found.push((*path, &anchor[..end.unwrap_or(anchor.len())]));
    }
    found
}

/// A path relative to a file, from the root of the repository.
fn join(file: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Targets of `[text](target)` and `[name]: target` outside code, except those on the web.
fn links(markdown: &str) -> Vec<&str> {
    let mut targets = Vec::new();
    let mut in_code = false;
    for line in markdown.lines() {
        in_code ^= line.trim_start().starts_with("```");
        if in_code {
            continue;
        }
        if line.starts_with('[')
            && let Some((_, target)) = line.split_once("]: ")
        {
            targets.push(target.trim());
        }
        for text in line.split('`').step_by(2) {
            let links = text.split("](").skip(1);
            targets.extend(links.filter_map(|rest| rest.split([')', ' ']).next()));
        }
    }
    let on_web = |target: &&str| target.contains(':') || target.starts_with('/');
    targets.retain(|target| !on_web(target));
    targets
}
