//! The table of effects rests on tests and pages that exist, and `docs/compatibility.md` tells it.

use crate::assert_none;
use crate::tree;
use os_package::effect::{Effect, ROWS, Row};
use std::fmt::Write;

#[test]
fn the_evidence_of_an_effect_exists() {
    let sources: Vec<String> = tree::rust().into_iter().map(|file| file.text).collect();
    let mut missing = Vec::new();
    for row in ROWS.iter() {
        let found = match (row.effect, row.evidence()) {
            (_, Some(page)) if page.starts_with("docs/") => {
                tree::root().join(path_of(page)).exists()
            }
            (_, Some(test)) => {
                let head = format!("fn {test}()");
                sources.iter().any(|text| text.contains(&head))
            }
            (Effect::Applied, None) => false,
            (Effect::Served, None) => row.text.is_empty(),
            (Effect::Refused | Effect::Said | Effect::Denied, None) => !row.text.is_empty(),
        };
        if !found {
            missing.push(format!("{}: `{}`", row.path, row.text));
        }
    }
    assert_none(missing, "Name a test, or a page and heading, that shows the effect.");
}

fn path_of(page: &str) -> &str {
    page.split_once('#').map_or(page, |(path, _)| path)
}

const PAGE: &str = "docs/compatibility.md";
const HEADING: &str = "## Properties without an effect\n";

#[test]
fn the_page_tells_what_has_no_effect() {
    let page = tree::read(PAGE);
    let start = page.find(HEADING).unwrap_or(page.len());
    let end = page[start..].find("\n## ").map_or(page.len(), |at| start + at + 1);
    let section = section();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let page = format!("{}{section}{}", &page[..start], &page[end..]);
        std::fs::write(tree::root().join(PAGE), page).unwrap();
        return;
    }
    assert!(page[start..end] == section, "{PAGE} is not what the table says: UPDATE_EXPECT=1");
}

fn section() -> String {
    let mut text = format!(
        "{HEADING}\nA test writes this section from `crates/os-package/src/effect/effect.table`: `UPDATE_EXPECT=1 cargo test -p os the_page_tells`.\n\
        Every property of the protocol is applied, served, refused or said, and a test walks all of them. \
        What is said is named by `os compile`, `os validate`, publishing and installing, once for each property, with its first place; defaults are not said.\n\n\
        Refused, with the place and the remedy:\n\n| Property | |\n|---|---|\n"
    );
    let refused = |row: &&Row| row.effect == Effect::Refused && row.evidence().is_none();
    write_rows(&mut text, ROWS.iter().filter(refused));
    text.push_str(
        "\nSaid; people may do less than declared, never more:\n\n| Property | |\n|---|---|\n",
    );
    write_rows(&mut text, ROWS.iter().filter(|row| row.effect == Effect::Denied));
    text.push_str("\nSaid:\n\n| Property | |\n|---|---|\n");
    write_rows(&mut text, ROWS.iter().filter(|row| row.effect == Effect::Said));
    text.push('\n');
    text
}

fn write_rows<'r>(text: &mut String, rows: impl Iterator<Item = &'r Row>) {
    for row in rows {
        let unless: Vec<String> = row.unless.iter().map(|it| format!("`{it}`")).collect();
        let unless = match unless.is_empty() {
            true => String::new(),
            false => format!(", unless {}", unless.join(", ")),
        };
        let path = row.path.strip_suffix(".*").unwrap_or(&row.path);
        let what = row.text.replace("{values}", "what is named");
        writeln!(text, "| `{path}`{unless} | {what} |").expect("a string takes it");
    }
}
