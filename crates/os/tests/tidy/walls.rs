//! Who may use whom. These lists are the architecture: see ARCHITECTURE.md.

use crate::assert_none;
use crate::imports::{self, Crate};
use crate::source;
use crate::tree;

/// What each crate may use of ours; what is not in the list does not hold.
const CRATES: &[(&str, &[&str])] = &[
    ("os-package", &[]),
    ("os-db-derive", &[]),
    ("os-db", &["os-db-derive"]),
    ("os-api", &["os-package"]),
    ("os-plan", &["os-package"]),
    ("os-http", &["os-api", "os-db", "os-package"]),
    ("os-identity", &["os-api", "os-db", "os-http"]),
    ("os-compile", &["os-package"]),
    ("os-control", &["os-api", "os-db", "os-http", "os-identity", "os-package", "os-plan"]),
    ("os-runtime", &["os-api", "os-db", "os-http", "os-identity", "os-package", "os-plan"]),
    (
        "os-console",
        &[
            "os-api",
            "os-control",
            "os-db",
            "os-http",
            "os-identity",
            "os-package",
            "os-plan",
            "os-runtime",
        ],
    ),
    (
        "os",
        &[
            "os-api",
            "os-compile",
            "os-console",
            "os-control",
            "os-db",
            "os-package",
            "os-plan",
            "os-runtime",
        ],
    ),
    ("os-test", &["os-control", "os-db", "os-http", "os-identity", "os-runtime"]),
];

/// Crates that tests may use besides.
const TEST_CRATES: &[&str] = &["os-db", "os-test"];

/// Crate, modules, what they must not name, and why.
const WALLS: &[(&str, &[&str], &[&str], &str)] =
    &[("os-control", &["registry"], &["fleet"], "packages exist without environments")];

/// What a crate must not name of another one, and why.
const FOREIGN: &[(&str, &[&str], &str)] = &[
    (
        "os-console",
        &["os_control::http::registry", "os_control::http::fleet", "os_runtime::records::http"],
        "pages call rules, not handlers",
    ),
    ("os-console", &["sqlx"], "pages hold no statements"),
];

/// Circles that stay: crate, folder, and the reason.
const CIRCLES: &[(&str, &str, &str)] = &[(
    "os-identity",
    "organization",
    "accepting an invitation adds a member, and removing a member cancels their invitations",
)];

#[test]
fn crates_use_only_what_the_architecture_allows() {
    let mut wrong = Vec::new();
    for (name, text) in manifests() {
        let Some((_, allowed)) = CRATES.iter().find(|(it, _)| *it == name) else {
            wrong.push(format!("crates/{name}/Cargo.toml: the crate is not in CRATES"));
            continue;
        };
        let mut section = "";
        for (number, line) in text.lines().enumerate() {
            if line.starts_with('[') {
                section = line.trim_matches(['[', ']']);
            }
            let used = line.split(['.', ' ', '=']).next().unwrap_or_default();
            let is_ours = used.starts_with("os-");
            let is_allowed = allowed.contains(&used)
                || used == name
                || (section == "dev-dependencies" && TEST_CRATES.contains(&used));
            if section.ends_with("dependencies") && is_ours && !is_allowed {
                wrong.push(format!("crates/{name}/Cargo.toml:{}: uses {used}", number + 1));
            }
        }
    }
    assert_none(
        wrong,
        "Move the code to where it may use that crate. A new arrow changes the architecture: \
         CRATES here, ARCHITECTURE.md, and a decision in docs/decisions say why.",
    );
}

#[test]
fn modules_stay_on_their_side() {
    let mut wrong = Vec::new();
    for krate in imports::crates() {
        for (name, from, to, reason) in WALLS {
            let crossing = krate.imports.iter().filter(|it| {
                *name == krate.name && is_below(&it.from, from) && is_below(&it.to, to)
            });
            for it in crossing {
                let to = it.to.join("::");
                wrong.push(format!("{}:{}: names `{to}`; {reason}", it.file, it.line));
            }
        }
    }
    assert_none(wrong, "Pass a value in, or move what spans both into `workflow`.");
}

#[test]
fn crates_do_not_reach_into_each_other() {
    let mut wrong = Vec::new();
    for file in tree::sources() {
        let code = source::parse(&file.text).code;
        for (name, paths, reason) in FOREIGN.iter().filter(|(name, ..)| *name == file.krate()) {
            for (number, line) in code.lines().enumerate() {
                if paths.iter().any(|path| line.contains(path)) {
                    let line = line.trim();
                    wrong.push(format!("{name}: {}:{}: {line}; {reason}", file.path, number + 1));
                }
            }
        }
    }
    assert_none(wrong, "Call the rule that the handler calls.");
}

#[test]
fn no_modules_form_a_circle() {
    let mut wrong = Vec::new();
    for krate in imports::crates() {
        for below in krate.folders() {
            let stays = |(name, folder, _): &(&str, &str, &str)| {
                *name == krate.name && *folder == below.join("::")
            };
            if CIRCLES.iter().any(stays) {
                continue;
            }
            for circle in krate.circles(&below) {
                wrong.push(describe(&krate, &below, &circle));
            }
        }
    }
    assert_none(wrong, "Move what both need into one of them, or below both.");
}

/// A circle with one import for each of its arrows.
fn describe(krate: &Crate, below: &[String], circle: &[String]) -> String {
    let mut text = format!("{} {}: {}", krate.name, below.join("::"), circle.join(", "));
    let mut seen = Vec::new();
    for import in &krate.imports {
        let inside = import.from.starts_with(below) && import.to.starts_with(below);
        let (Some(from), Some(to)) = (import.from.get(below.len()), import.to.get(below.len()))
        else {
            continue;
        };
        let arrow = format!("{from} → {to}");
        if inside
            && from != to
            && circle.contains(from)
            && circle.contains(to)
            && !seen.contains(&arrow)
        {
            text += &format!("\n    {arrow}: {}:{}", import.file, import.line);
            seen.push(arrow);
        }
    }
    text
}

fn is_below(module: &[String], folders: &[&str]) -> bool {
    folders.iter().any(|folder| {
        let segments: Vec<&str> = folder.split("::").collect();
        module.iter().map(String::as_str).take(segments.len()).eq(segments.iter().copied())
    })
}

/// Every crate with the text of its manifest.
fn manifests() -> Vec<(String, String)> {
    let files = tree::files().into_iter();
    let manifests = files.filter(|file| file.path.starts_with("crates/") && file.is("Cargo.toml"));
    manifests.map(|file| (file.krate().to_owned(), file.text)).collect()
}
