//! Every property of the protocol is applied, served, refused or said: walks the table.

use super::table::{Id, Shape, TABLE};
use os_package::effect::{Effect, ROWS, Row, row_of};
use std::collections::{BTreeMap, BTreeSet};

/// The properties that limit what people may do: they have rows of their own, and are never only
/// said.
const SECURITY: [&str; 29] = [
    "requiredPermissions",
    "rowLevelSecurity",
    "sharingModel",
    "externalSharingModel",
    "publicSharing",
    "sharing",
    "apiMethods",
    "apiEnabled",
    "requires",
    "access",
    "managedBy",
    "validations",
    "fileAccessDelegate",
    "maskingRule",
    "internal",
    "readonlyWhen",
    "valueDomain",
    "severity",
    "audience",
    "authRequired",
    "allowRead",
    "allowExport",
    "allowTransfer",
    "readScope",
    "writeScope",
    "systemPermissions",
    "tabPermissions",
    "adminScope",
    "sharedWith",
];

#[derive(Default)]
struct Walk {
    missing: BTreeSet<String>,
    twice: BTreeSet<String>,
    hidden: BTreeSet<String>,
    used: BTreeSet<&'static str>,
    counts: BTreeMap<Effect, BTreeSet<String>>,
}

/// A property on the way through the table.
#[derive(Clone)]
struct Place {
    path: String,
    /// The row that covers it; its own, or that of what it is in.
    row: Option<&'static Row>,
    /// The nodes around it: a node inside of itself was walked before.
    around: Vec<Id>,
}

impl Walk {
    fn visit(&mut self, id: Id, place: &Place, is_property: bool) {
        let mut place = place.clone();
        let own = row_of(&place.path);
        if let Some(row) = own {
            self.used.insert(&row.path);
            place.row = own;
        }
        if ROWS.iter().filter(|row| is_row_of(row, &place.path)).count() > 1 {
            self.twice.insert(place.path.clone());
        }
        let members = members(id);
        let leaf = members.iter().any(|id| !holds_object(*id, &mut Vec::new()));
        let is_list_of_rows = members
            .iter()
            .flat_map(|id| below(*id, &place.path))
            .any(|(path, ..)| row_of(&path).is_some());
        if is_property {
            self.check_security(&place, own.is_some());
            match place.row {
                Some(row) => {
                    self.counts.entry(row.effect).or_default().insert(place.path.clone());
                }
                None if leaf && !is_list_of_rows => drop(self.missing.insert(place.path.clone())),
                None => {}
            }
        }
        // A package in a package is refused whole.
        if own.is_some_and(|row| row.path == "packages") {
            return;
        }
        for member in members.into_iter().filter(|it| !place.around.contains(it)) {
            let mut around = place.around.clone();
            around.push(member);
            for (path, id, is_property) in below(member, &place.path) {
                let place = Place { path, row: place.row, around: around.clone() };
                self.visit(id, &place, is_property);
            }
        }
    }

    fn check_security(&mut self, place: &Place, has_row: bool) {
        let name = place.path.rsplit('.').next().unwrap_or_default();
        let effect = place.row.map(|row| row.effect);
        let is_hidden = match effect {
            Some(Effect::Said) => true,
            Some(Effect::Served) => !has_row,
            Some(Effect::Applied | Effect::Refused | Effect::Denied) | None => false,
        };
        if SECURITY.contains(&name) && is_hidden {
            let row = place.row.map(|row| row.path.as_str()).unwrap_or_default();
            self.hidden.insert(format!("{} in the row {row}", place.path));
        }
    }
}

fn is_row_of(row: &Row, path: &str) -> bool {
    match row.path.strip_prefix("**.") {
        Some(end) => path.strip_suffix(end).is_some_and(|start| start.ends_with('.')),
        None => row.path == path,
    }
}

/// Returns the nodes that a value may match.
fn members(id: Id) -> Vec<Id> {
    match &TABLE.node(id).shape {
        Shape::Union(union) => union.of.iter().flat_map(|id| members(*id)).collect(),
        Shape::Both(ids) => ids.iter().flat_map(|id| members(*id)).collect(),
        Shape::Rewritten(rewritten) => members(rewritten.of),
        _ => vec![id],
    }
}

/// Returns what is directly inside of a node, and whether it is a property.
fn below(id: Id, path: &str) -> Vec<(String, Id, bool)> {
    let entry = || format!("{path}.*");
    match &TABLE.node(id).shape {
        Shape::Object(object) => {
            let dot = if path.is_empty() { "" } else { "." };
            let known = object.keys.iter().filter_map(|(key, it)| Some((key, it.node?)));
            known.map(|(key, id)| (format!("{path}{dot}{key}"), id, true)).collect()
        }
        Shape::List(list) => vec![(entry(), list.of, false)],
        Shape::Map(map) => vec![(entry(), map.of, false)],
        _ => Vec::new(),
    }
}

/// Returns whether a value may hold known keys.
fn holds_object(id: Id, around: &mut Vec<Id>) -> bool {
    if around.contains(&id) {
        return true;
    }
    around.push(id);
    let holds = members(id).into_iter().any(|id| match &TABLE.node(id).shape {
        Shape::Object(_) => true,
        Shape::List(list) => holds_object(list.of, around),
        Shape::Map(map) => holds_object(map.of, around),
        _ => false,
    });
    around.pop();
    holds
}

fn walk() -> Walk {
    let mut walk = Walk::default();
    let place = Place { path: String::new(), row: None, around: Vec::new() };
    walk.visit(TABLE.roots.stack, &place, false);
    walk
}

#[test]
#[allow(clippy::print_stdout, reason = "the counts, with `--no-capture`")]
fn every_property_of_the_protocol_is_in_one_list() {
    let Walk { missing, twice, used, counts, .. } = walk();
    assert!(missing.is_empty(), "in no row of effect.table: {missing:#?}");
    assert!(twice.is_empty(), "in two rows of effect.table: {twice:#?}");
    let unknown: Vec<_> = ROWS.iter().filter(|row| !used.contains(row.path.as_str())).collect();
    assert!(unknown.is_empty(), "the protocol has no such property: {unknown:#?}");
    let count = |effect| counts.get(&effect).map_or(0, BTreeSet::len);
    let applied = count(Effect::Applied) + count(Effect::Served);
    let said = count(Effect::Said) + count(Effect::Denied);
    println!("{applied} applied, {} refused, {said} said", count(Effect::Refused));
    assert!(applied > 1000 && said > 100, "{applied} {said}");
}

#[test]
fn what_does_not_run_is_said() {
    for (collection, kind) in os_package::kind::in_artifacts() {
        let row = row_of(&format!("{collection}.*"));
        let is_said = row.is_some_and(|it| matches!(it.effect, Effect::Said | Effect::Denied));
        // An author cannot write RAG pipelines; an install names them under `notRunning`.
        if kind.runs == os_package::kind::Runs::No && collection != "ragPipelines" {
            assert!(is_said, "{collection} does not run, and its row does not say so");
        }
    }
}

#[test]
fn no_security_property_is_only_said() {
    let hidden = walk().hidden;
    assert!(hidden.is_empty(), "give each a row: applied, refused, or denied: {hidden:#?}");
}

#[test]
fn defaults_of_the_protocol_are_not_said() {
    let mut loud = Vec::new();
    for row in ROWS.iter().filter(|row| matches!(row.effect, Effect::Said | Effect::Denied)) {
        let Some(default) = default_of(&row.path) else { continue };
        let is_off = default.get("enabled") == Some(&false.into());
        if !row.unless.contains(&default) && !is_off {
            loud.push(format!("{} unless {default}", row.path));
        }
    }
    assert!(loud.is_empty(), "write `unless` with the default: {loud:#?}");
}

/// Returns the default of a property, where the protocol has one.
fn default_of(path: &str) -> Option<serde_json::Value> {
    let mut ids = vec![TABLE.roots.stack];
    let mut default = None;
    for step in path.split('.') {
        let inside: Vec<_> = ids.iter().flat_map(|id| members(*id)).collect();
        default = inside.iter().find_map(|id| TABLE.object(*id)?.property(step)?.default.clone());
        let next = inside.iter().flat_map(|id| below(*id, ""));
        ids =
            next.filter(|(path, ..)| path.trim_start_matches('.') == step).map(|it| it.1).collect();
    }
    default
}
