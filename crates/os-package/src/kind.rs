//! Kinds of metadata: one table that the compiler, the runtime and the control plane read.
//!
//! To add a kind, add a row. When a runtime starts to run a kind, change `runs` in its row.
//!
//! **Invariant:** a name, in either number, means one kind at most.

mod table;

pub use table::KINDS;

/// A kind of metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Its name in the singular, as in `/api/v1/meta/{kind}`.
    pub name: &'static str,
    /// The collection of an artifact that holds its items. `None` where an artifact has none.
    pub collection: Option<&'static str>,
    /// Its name for people.
    pub label: &'static str,
    /// The area it belongs to, as `GET /api/v1/meta` reports it.
    pub domain: &'static str,
    /// The smaller, the earlier it is loaded.
    pub load_order: u16,
    /// The treatment of its items by a runtime.
    pub runs: Runs,
    /// `true` if authors may write the collection as a map from name to item.
    pub map: bool,
    /// Its type in `@objectstack/spec`, where authors import one.
    pub interface: Option<&'static str>,
    /// The words before the extension of a file that holds items in YAML or JSON:
    /// `crm_account.object.yaml`.
    pub file_words: &'static [&'static str],
    /// The keys of other items that name one of its items.
    pub named_by: &'static [&'static str],
    /// The texts of an item that a translation bundle holds under the name of the item.
    pub texts: Option<Texts>,
}

/// The treatment of the items of a kind by a runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    /// It stores and serves them, and acts on them.
    Yes,
    /// It stores and serves them. An install reports the kind in `notRunning`.
    No,
}

/// The place of texts in a translation bundle: `<group>.<item>.<key>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Texts {
    /// The member of the bundle.
    pub group: &'static str,
    /// The keys of an item that it translates.
    pub keys: &'static [&'static str],
}

/// Kinds of the original whose items stand inside other items: a list of them is empty.
pub const NESTED_KINDS: [&str; 5] = ["field", "seed", "data", "translation", "external_catalog"];

/// Returns the kinds that an artifact can hold, in the order in which `metadataTypes` lists them.
pub fn in_artifacts() -> impl Iterator<Item = (&'static str, &'static Kind)> {
    KINDS.iter().filter_map(|kind| Some((kind.collection?, kind)))
}

/// Returns the kind of this name in the singular.
pub fn of(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// Returns the kind whose items a collection of an artifact holds.
pub fn of_collection(collection: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.collection == Some(collection))
}

/// Returns the name in the singular for a name in either number.
pub fn singular(name: &str) -> Option<&'static str> {
    if let Some(kind) = of_collection(name) {
        return Some(kind.name);
    }
    let mut names = KINDS.iter().map(|kind| kind.name).chain(NESTED_KINDS);
    names.find(|it| *it == name || name.strip_suffix('s') == Some(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_in_both_numbers() {
        for (collection, kind) in in_artifacts() {
            assert_eq!(singular(collection), Some(kind.name));
            assert_eq!(singular(kind.name), Some(kind.name));
        }
        assert_eq!(singular("packages"), Some("package"));
        assert_eq!(singular("fields"), Some("field"));
        assert_eq!(singular("nonsense"), None);
        assert_eq!(singular("OBJECT"), None);
    }

    #[test]
    fn names_are_unique() {
        for (at, kind) in KINDS.iter().enumerate() {
            let later = &KINDS[at + 1..];
            assert!(later.iter().all(|it| it.name != kind.name), "{}", kind.name);
            for word in kind.file_words {
                assert!(later.iter().all(|it| !it.file_words.contains(word)), "{word}");
            }
            assert!(
                kind.collection.is_none()
                    || later.iter().all(|it| it.collection != kind.collection),
                "{}",
                kind.name
            );
        }
    }
}
