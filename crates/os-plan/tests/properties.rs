//! What holds for any set of packages.
//!
//! `PROPTEST_CASES` makes the series longer.

use os_package::{Dependency, Installed, ManifestId, VersionNumber, VersionRange};
use os_plan::admission::{Subject, TargetKind, check_dependencies, check_dependents, check_needs};
use os_plan::order::install_order;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::{HashMap, HashSet};

fn config() -> ProptestConfig {
    // What the environment asks for, or else a few: proptest's own number is 256.
    let asked = ProptestConfig::default().cases;
    let cases = if asked == 256 { 128 } else { asked };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn version() -> impl Strategy<Value = VersionNumber> {
    let pre = prop_oneof![3 => Just(String::new()), 1 => "-(rc|alpha)\\.[0-9]"];
    (0_u64..4, 0_u64..4, 0_u64..4, pre).prop_map(|(major, minor, patch, pre)| {
        format!("{major}.{minor}.{patch}{pre}").parse().expect("a version")
    })
}

/// Text that is often a range.
fn range_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "(\\^|~|>=|<=|>|<|=|)[0-3]\\.[0-3x*]\\.[0-3x]( (<|>=)[0-9]\\.[0-9]\\.[0-9])?( \\|\\| \\^[0-3]\\.0\\.0)?",
        "[0-9x*^~<>=|. \\-rcv]{0,20}",
    ]
}

fn range() -> impl Strategy<Value = VersionRange> {
    range_text().prop_filter_map("no range", |text| text.parse().ok())
}

fn id(number: usize) -> ManifestId {
    format!("com.acme.p{number}").parse().expect("an id")
}

/// A few packages that need each other in any way, circles and strangers included.
fn packages() -> impl Strategy<Value = Vec<Installed>> {
    let need = (0_usize..8, range(), any::<bool>())
        .prop_map(|(number, range, optional)| Dependency { package: id(number), range, optional });
    vec((version(), any::<bool>(), vec(need, 0..4)), 0..7).prop_map(|list| {
        let one = |(number, (version, enabled, dependencies))| Installed {
            package: id(number),
            version,
            enabled,
            dependencies,
        };
        list.into_iter().enumerate().map(one).collect()
    })
}

proptest! {
    #![proptest_config(config())]

    /// The order holds every package once, and what is needed before what needs it.
    #[test]
    fn an_install_order_is_one_or_a_circle(packages in packages()) {
        let by_id: HashMap<_, _> = packages.iter().map(|package| (&package.package, package)).collect();
        match install_order(&packages) {
            Ok(order) => {
                prop_assert_eq!(order.len(), packages.len());
                let mut done = HashSet::new();
                for id in &order {
                    for need in by_id[id].dependencies.iter().filter(|need| !need.optional) {
                        let ready = done.contains(&need.package) || !by_id.contains_key(&need.package);
                        prop_assert!(ready, "{id} before {}", need.package);
                    }
                    prop_assert!(done.insert(id.clone()));
                }
            }
            Err(circle) => {
                prop_assert!(circle.len() >= 2 && circle.first() == circle.last(), "{circle:?}");
                for pair in circle.windows(2) {
                    let needs = &by_id[&pair[0]].dependencies;
                    prop_assert!(needs.iter().any(|need| need.package == pair[1] && !need.optional), "{circle:?}");
                }
            }
        }
    }

    /// What may be installed has all it needs; and what is named as a dependent needs it.
    #[test]
    fn needs_are_met_or_named(packages in packages(), version in version()) {
        let Some((package, others)) = packages.split_first() else { return Ok(()) };
        match check_dependencies(&package.package, &package.dependencies, others) {
            Ok(()) => for need in package.dependencies.iter().filter(|need| !need.optional) {
                let met = others.iter().any(|other| other.package == need.package && other.enabled && need.range.matches(&other.version));
                prop_assert!(met, "{need:?}");
            },
            Err(_) => {
                let refusal = check_needs(TargetKind::Runtime, Subject::from(package), others).expect_err("a need");
                let details = refusal.details().expect("details");
                prop_assert!(details["canProceed"] == false && !refusal.message().is_empty());
            }
        }
        if let Err(dependents) = check_dependents(&package.package, Some(&version), others) {
            for dependent in dependents {
                prop_assert!(!dependent.required_range.matches(&version));
            }
        }
    }
}
