//! The graph of dependencies: circles in it, and the order in which to install.
//!
//! **Invariant:** each package and each dependency is looked at once, however deep the graph is;
//! nothing here recurses.

use std::collections::{BTreeMap, HashMap, HashSet};

use os_package::{Dependency, Installed, ManifestId};

/// Returns the circle that a package would close, which begins and ends with it.
///
/// Optional dependencies close no circle, except one on the package itself.
pub fn cycle_through(
    package: &ManifestId,
    needs: &[Dependency],
    installed: &HashMap<&ManifestId, &Installed>,
) -> Option<Vec<ManifestId>> {
    if needs.iter().any(|need| need.package == *package) {
        return Some(vec![package.clone(), package.clone()]);
    }
    let mut reached_from: HashMap<&ManifestId, &ManifestId> = HashMap::new();
    let mut open: Vec<(&ManifestId, &[Dependency])> = vec![(package, needs)];
    while let Some((from, needs)) = open.pop() {
        for need in needs.iter().filter(|need| !need.optional) {
            if need.package == *package {
                return Some(way_back(package, from, &reached_from));
            }
            if reached_from.contains_key(&need.package) {
                continue;
            }
            reached_from.insert(&need.package, from);
            if let Some(next) = installed.get(&need.package) {
                open.push((&next.package, &next.dependencies));
            }
        }
    }
    None
}

fn way_back(
    package: &ManifestId,
    last: &ManifestId,
    reached_from: &HashMap<&ManifestId, &ManifestId>,
) -> Vec<ManifestId> {
    let mut circle = vec![package.clone(), last.clone()];
    let mut at = last;
    while let Some(before) = reached_from.get(at) {
        circle.push((*before).clone());
        at = before;
    }
    circle.reverse();
    circle
}

/// Returns the order in which to install or load packages: a package comes after those it needs,
/// and otherwise by id. An optional dependency is respected unless that would make a circle
/// (docs/wire/dependencies.md#resolution).
///
/// # Errors
/// A circle of required dependencies, which begins and ends with the same package.
pub fn install_order(packages: &[Installed]) -> Result<Vec<ManifestId>, Vec<ManifestId>> {
    sorted(packages, true).or_else(|_| sorted(packages, false))
}

fn sorted(packages: &[Installed], with_optional: bool) -> Result<Vec<ManifestId>, Vec<ManifestId>> {
    let by_id: BTreeMap<&ManifestId, &Installed> =
        packages.iter().map(|package| (&package.package, package)).collect();
    let mut order = Vec::with_capacity(by_id.len());
    let mut seen: HashSet<&ManifestId> = HashSet::new();
    for (id, package) in &by_id {
        if !seen.insert(id) {
            continue;
        }
        // The packages on the way from `id` to here, each with how many of its needs are done.
        let mut way: Vec<(&Installed, usize)> = vec![(package, 0)];
        let mut on_way: HashSet<&ManifestId> = HashSet::from([*id]);
        while let Some((package, done)) = way.last_mut() {
            let package: &Installed = package;
            let Some(need) = package.dependencies.get(*done) else {
                order.push(package.package.clone());
                on_way.remove(&package.package);
                way.pop();
                continue;
            };
            *done += 1;
            let Some(needed) = by_id.get(&need.package) else { continue };
            if need.optional && !with_optional {
                continue;
            }
            if on_way.contains(&needed.package) {
                let circle = way.iter().map(|(on, _)| on.package.clone());
                let mut circle: Vec<_> = circle.skip_while(|id| *id != needed.package).collect();
                circle.push(needed.package.clone());
                return Err(circle);
            }
            if seen.insert(&needed.package) {
                on_way.insert(&needed.package);
                way.push((needed, 0));
            }
        }
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(id: &str, needs: &[&str]) -> Installed {
        let need = |need: &&str| Dependency {
            package: need.trim_end_matches('?').parse().unwrap(),
            range: "*".parse().unwrap(),
            optional: need.ends_with('?'),
        };
        Installed {
            package: id.parse().unwrap(),
            version: "1.0.0".parse().unwrap(),
            enabled: true,
            dependencies: needs.iter().map(need).collect(),
        }
    }

    fn names(ids: &[ManifestId]) -> String {
        ids.iter().map(ManifestId::as_str).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn dependencies_come_first() {
        let packages = [
            package("a.d", &[]),
            package("a.a", &["a.c", "a.b", "a.elsewhere"]),
            package("a.b", &["a.c"]),
            package("a.c", &["a.d?"]),
        ];
        assert_eq!(names(&install_order(&packages).unwrap()), "a.d a.c a.b a.a");
    }

    #[test]
    fn a_circle_is_an_error_unless_something_in_it_is_optional() {
        let hard = [package("a.a", &["a.b"]), package("a.b", &["a.c"]), package("a.c", &["a.b"])];
        assert_eq!(names(&install_order(&hard).unwrap_err()), "a.b a.c a.b");
        let soft = [package("a.a", &["a.b"]), package("a.b", &["a.a?"])];
        assert_eq!(names(&install_order(&soft).unwrap()), "a.b a.a");
        assert_eq!(names(&install_order(&[package("a.a", &["a.a"])]).unwrap_err()), "a.a a.a");
    }

    #[test]
    fn a_long_chain_is_no_deep_recursion() {
        let ids: Vec<String> = (0..50_000).map(|n| format!("a.p{n}")).collect();
        let mut packages: Vec<_> =
            ids.windows(2).map(|pair| package(&pair[0], &[&pair[1]])).collect();
        packages.push(package(&ids[49_999], &[]));
        assert_eq!(install_order(&packages).unwrap()[0].as_str(), "a.p49999");
        let present = packages.iter().map(|package| (&package.package, package)).collect();
        let needs = &package("x.y", &["a.p0"]).dependencies;
        assert_eq!(cycle_through(&"x.y".parse().unwrap(), needs, &present), None);
    }
}
