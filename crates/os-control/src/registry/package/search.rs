//! Finding packages by words.
//!
//! The index holds the words of a package and marks that begin with an
//! underscore, which no word does: the organizations that see it, its owner, its
//! visibility and category. A search is then one lookup, however many packages
//! the caller may not see.
//!
//! **Invariant:** every text is cut into words here, lower case, for the index
//! and for the search alike, so that both databases find the same.

use super::{Organizations, Package, Viewer, Visibility, sql};
use crate::{PackageId, Result};
use os_api::package::Translations;
use os_db::Tx;
use os_identity::OrganizationId;
use std::collections::BTreeSet;

const MAX_WORD_CHARS: usize = 64;
const MAX_SEARCH_WORDS: usize = 8;

/// The filters of a list of packages.
#[derive(Debug, Clone, Default)]
pub struct PackageFilter {
    /// The beginnings of words; `None` does not look at words.
    pub words: Option<Vec<String>>,
    pub visibility: Option<Visibility>,
    pub category: Option<String>,
    pub owner: Option<OrganizationId>,
}

/// A search in the query languages of both databases.
pub struct Expression {
    pub sqlite: String,
    pub postgres: String,
}

/// Returns the row of a package in the index: random bits of its id.
pub fn row_of(id: PackageId) -> i64 {
    i64::try_from(id.0.as_u128() & 0x3fff_ffff_ffff_ffff).expect("it has 62 bits")
}

/// Replaces the row of a package in the index.
pub async fn index(tx: &mut Tx, id: PackageId) -> Result<()> {
    let package = super::get_by_id(tx, id).await?;
    let mut words = words_of(&package);
    words.extend(sql::granted_organizations(tx, id).await?.into_iter().map(sees));
    let words: Vec<_> = words.into_iter().collect();
    let lexemes: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
    sql::index(tx, package.search_id, words.join(" "), lexemes.join(" ")).await?;
    Ok(())
}

/// Splits the text of a search field into words; the first eight count.
pub fn typed(text: &str) -> Vec<String> {
    words(text).take(MAX_SEARCH_WORDS).collect()
}

/// Builds the search of a viewer in both query languages.
pub(in crate::registry) fn expression(viewer: &Viewer, filter: &PackageFilter) -> Expression {
    let words = filter.words.iter().flatten();
    let mut sqlite: Vec<_> = words.clone().map(|word| format!("\"{word}\" *")).collect();
    let mut postgres: Vec<_> = words.map(|word| format!("'{word}':*")).collect();
    let mut marks: Vec<Vec<String>> = Vec::new();
    if let Organizations::Some(organizations) = viewer.organizations() {
        let mut any = vec![LISTED.to_owned()];
        any.extend(organizations.iter().copied().map(sees));
        marks.push(any);
    }
    marks.extend(filter.visibility.map(|it| vec![filed_under(it)]));
    marks.extend(filter.category.as_deref().map(|it| vec![in_category(it)]));
    marks.extend(filter.owner.map(|it| vec![owned_by(it)]));
    for any in marks {
        let quoted = |quote: char| any.iter().map(move |mark| format!("{quote}{mark}{quote}"));
        sqlite.push(format!("({})", quoted('"').collect::<Vec<_>>().join(" OR ")));
        postgres.push(format!("({})", quoted('\'').collect::<Vec<_>>().join(" | ")));
    }
    Expression { sqlite: sqlite.join(" AND "), postgres: postgres.join(" & ") }
}

const LISTED: &str = "_listed";

fn sees(organization: OrganizationId) -> String {
    format!("_sees{}", organization.0.simple())
}

fn owned_by(organization: OrganizationId) -> String {
    format!("_owned{}", organization.0.simple())
}

fn filed_under(visibility: Visibility) -> String {
    format!("_is{}", visibility.as_str())
}

fn in_category(category: &str) -> String {
    category.bytes().fold("_in".to_owned(), |mark, byte| format!("{mark}{byte:02x}"))
}

fn words_of(package: &Package) -> BTreeSet<String> {
    let tags: Vec<String> = serde_json::from_str(&package.tags).unwrap_or_default();
    let translations: Translations = package
        .translations
        .as_deref()
        .and_then(|it| serde_json::from_str(it).ok())
        .unwrap_or_default();
    let mut found: BTreeSet<String> = [&package.manifest_id, &package.display_name]
        .into_iter()
        .chain(&package.description)
        .chain(&package.tagline)
        .chain(&tags)
        .chain(
            translations
                .values()
                .flat_map(|it| it.display_name.iter().chain(&it.description).chain(&it.tagline)),
        )
        .flat_map(|text| words(text))
        .collect();
    found.extend([sees(package.owner_org_id), owned_by(package.owner_org_id)]);
    found.insert(filed_under(package.visibility));
    found.extend(package.category.as_deref().map(in_category));
    found.extend(package.listed.then(|| LISTED.to_owned()));
    found
}

/// Cuts a text at everything that is neither a letter nor a digit. Scripts that
/// are written without spaces are cut into their characters.
fn words(text: &str) -> impl Iterator<Item = String> {
    let mut spaced = String::with_capacity(text.len());
    for c in text.chars() {
        if is_ideograph(c) {
            spaced.extend([' ', c, ' ']);
        } else if c.is_alphanumeric() {
            spaced.extend(c.to_lowercase().filter(|c| c.is_alphanumeric()));
        } else {
            spaced.push(' ');
        }
    }
    let words: Vec<_> =
        spaced.split_whitespace().map(|word| word.chars().take(MAX_WORD_CHARS).collect()).collect();
    words.into_iter()
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_into_lower_case_words() {
        let cut = |text: &str| words(text).collect::<Vec<_>>().join("|");
        assert_eq!(cut("com.acme.My-CRM, für 2 Teams"), "com|acme|my|crm|für|2|teams");
        assert_eq!(cut("客户 CRM管理"), "客|户|crm|管|理");
        assert_eq!(cut("\"' OR _listed)"), "or|listed");
        assert_eq!(typed("a b c d e f g h i j").len(), 8);
    }
}
