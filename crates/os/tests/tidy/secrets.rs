//! Who may see settings with their secrets: those who store them, and the desired state.
//!
//! `StoredSettings` cannot be printed; whoever wants its values calls `reveal`.

use crate::assert_none;
use crate::{source, tree};

/// The files that may, each with its reason.
const MAY_REVEAL: &[(&str, &str)] = &[
    ("crates/os-package/src/settings.rs", "checks them"),
    ("crates/os-control/src/fleet/settings.rs", "writes the row of an installation"),
    ("crates/os-control/src/fleet/generation/stored.rs", "writes the row of a generation"),
    ("crates/os-control/src/fleet/runtime_link/desired.rs", "tells the environment's runtime"),
    ("crates/os-runtime/src/ledger/sql.rs", "writes the ledger"),
    ("crates/os-runtime/src/reconcile/plan.rs", "compares them with what is desired"),
];

#[test]
fn only_those_who_store_settings_see_their_secrets() {
    let mut findings = Vec::new();
    let mut seen = Vec::new();
    for file in tree::sources().into_iter().filter(|it| !it.is_test()) {
        let parsed = source::parse(&file.text);
        if parsed.without_tests().contains(".reveal()") {
            match MAY_REVEAL.iter().find(|(path, _)| file.path == *path) {
                Some((path, _)) => seen.push(*path),
                None => findings.push(file.path.clone()),
            }
        }
    }
    let unused = MAY_REVEAL.iter().filter(|(path, _)| !seen.contains(path));
    findings.extend(unused.map(|(path, _)| format!("{path} does not reveal any settings")));
    assert_none(
        findings,
        "Show settings with `StoredSettings::shown`, or add the file to the list.",
    );
}
