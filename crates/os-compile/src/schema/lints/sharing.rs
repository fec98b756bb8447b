//! Lints of conditions that become filters: sharing rules and row policies.
//!
//! **Invariant:** a condition that passes consists of comparisons of one field with a value, joined
//! by and, or, and not.

use super::package::{Found, Package};
use super::site::{source, source_path};
use super::{entries, error, text};
use crate::diagnostic::Diagnostic;
use os_package::expression::{Expr, Kind, Op, parse};
use serde_json::Value;

/// The operators of a filter.
const SUBSET: &str = "compare fields of the record with values by ==, !=, <, >, in, startsWith, \
                      endsWith, contains, joined by &&, || and !";

/// Checks sharing rules and row policies.
pub fn check(package: &Package, found: &mut Vec<Diagnostic>) {
    for (at, rule) in entries(package.stack, "sharingRules").iter().enumerate() {
        let path = format!("sharingRules[{at}]");
        target(package, rule, &path, found);
        condition(&rule["condition"], &format!("{path}.condition"), found);
        if rule.to_string().contains(PARENT_ORGANIZATION) {
            found.push(inherited(&path));
        }
    }
    for (at, set) in entries(package.stack, "permissions").iter().enumerate() {
        for (row, rule) in entries(set, "rowLevelSecurity").iter().enumerate() {
            let path = format!("permissions[{at}].rowLevelSecurity[{row}]");
            for key in ["using", "check"] {
                row_rule(package, rule, text(rule, key), &format!("{path}.{key}"), found);
            }
        }
    }
}

const PARENT_ORGANIZATION: &str = "parent_organization_id";

fn inherited(path: &str) -> Diagnostic {
    let message = "rights do not come down from an organization to those below it";
    let help = "make people members of the organizations they work in";
    error("org-axis-permission-inheritance", path, message, help)
}

/// Checks that an object can be shared: not one that everybody sees, nor one that follows its parent.
fn target(package: &Package, rule: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    let Some(object) = package.objects.get(text(rule, "object")) else { return };
    units(object.value, rule, path, found);
    let (rule, message, help) = match text(object.value, "sharingModel") {
        "controlled_by_parent" => (
            "sharing-rule-object-controlled-by-parent",
            format!("records of {} follow their parent, and are shared with it", object.name()),
            "share the object above it",
        ),
        "public_read_write" => (
            "sharing-rule-object-not-shareable",
            format!("everybody sees the records of {} already", object.name()),
            "remove the rule, or make the object private",
        ),
        _ => return,
    };
    found.push(error(rule, format!("{path}.object"), message, help));
}

/// Checks grants to business units, which belong to one organization.
fn units(object: &Value, rule: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    let is_of_all =
        object["tenancy"]["enabled"] == false || object["systemFields"]["tenant"] == false;
    let kind = text(&rule["sharedWith"], "type");
    if is_of_all && matches!(kind, "business_unit" | "unit_and_subordinates") {
        let message = "records that belong to no organization would be shared with units of one";
        let help = "share them with people or positions, or give the object organizations";
        let path = format!("{path}.sharedWith.type");
        found.push(error("org-axis-cross-org-bu-grant", path, message, help));
    }
}

fn condition(value: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    let Some(source) = source(value) else { return };
    let Ok(expr) = parse(source) else { return };
    let path = source_path(path, value);
    if let Some(part) = first(&expr, &|it| it.is_name("current_user")) {
        let message = "a sharing rule is computed when a record changes, and not for who reads it";
        let help = "compare with fixed values, or write a rule for rows in a permission set";
        let wrong = error("sharing-rule-runtime-variable-condition", path, message, help);
        found.push(wrong.within(source, part.span.clone()));
    } else if let Some(part) = unlowerable(&expr) {
        let message = "this part cannot become a filter";
        let wrong = error("sharing-rule-unlowerable-condition", path, message, SUBSET);
        found.push(wrong.within(source, part.span.clone()));
    }
}

fn first<'e>(expr: &'e Expr, is_it: &dyn Fn(&Expr) -> bool) -> Option<&'e Expr> {
    if is_it(expr) {
        return Some(expr);
    }
    expr.parts().into_iter().find_map(|part| first(part, is_it))
}

/// Checks a row policy, which may be written as in SQL, with `=` and `IN`.
fn row_rule(
    package: &Package,
    rule: &Value,
    source: &str,
    path: &str,
    found: &mut Vec<Diagnostic>,
) {
    if source.trim().is_empty() {
        return;
    }
    if source.contains(PARENT_ORGANIZATION) {
        found.push(inherited(path));
    }
    let is_sql = parse(source).is_err();
    let bridged = if is_sql { from_sql(source) } else { source.to_owned() };
    let at = |wrong: Diagnostic, part: &Expr| match is_sql {
        true => wrong,
        false => wrong.within(source, part.span.clone()),
    };
    let expr = match parse(&bridged) {
        Ok(expr) => expr,
        Err(problem) => {
            let message = format!("`{source}` is not a valid expression: {}", problem.message);
            let wrong = error("rls-predicate-unparseable", path, message, SUBSET);
            return found.push(if is_sql { wrong } else { wrong.within(source, problem.span) });
        }
    };
    if let Some(part) = unlowerable(&expr) {
        let message = "this part cannot become a filter, so that the policy matches no row";
        let wrong = error("rls-predicate-unenforceable", path, message, SUBSET);
        return found.push(at(wrong, part));
    }
    let Some(object) = package.objects.get(text(rule, "object")) else { return };
    for (name, part) in names(&expr) {
        if let Found::Missing(message, help) = object.find(name) {
            let wrong = super::warning("rls-field-unknown", path, message, help);
            found.push(at(wrong, part));
        }
    }
}

/// Rewrites `=` to `==` and `IN` to `in`, outside of quotes.
fn from_sql(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + 8);
    for (at, part) in source.split('\'').enumerate() {
        if at > 0 {
            out.push('\'');
        }
        if at % 2 == 1 {
            out.push_str(part);
            continue;
        }
        let mut before = ' ';
        let mut letters = part.chars().peekable();
        while let Some(letter) = letters.next() {
            let is_single =
                letter == '=' && !"<>=!".contains(before) && letters.peek() != Some(&'=');
            out.push(letter);
            if is_single {
                out.push('=');
            }
            before = letter;
        }
    }
    out.replace(" IN ", " in ").replace(" IN(", " in (")
}

/// Returns the first part that cannot become a condition of a filter.
fn unlowerable(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        Kind::Binary(Op::And | Op::Or, left, right) => unlowerable(left).or(unlowerable(right)),
        Kind::Not(of) => unlowerable(of),
        Kind::Bool(true) => None,
        Kind::Binary(
            Op::Equal | Op::Unequal | Op::Less | Op::AtMost | Op::More | Op::AtLeast,
            left,
            right,
        ) => [left, right].into_iter().find(|it| !is_field(it) && !is_value(it)).map(|it| &**it),
        Kind::Binary(Op::In, element, list) => match is_field(element) {
            true => (!is_value(list)).then_some(list),
            false => Some(element),
        },
        Kind::Call { receiver: Some(field), name, arguments } => {
            let is_known = ["startsWith", "endsWith", "contains"].contains(&name.as_str());
            let fits =
                is_known && is_field(field) && arguments.len() == 1 && is_value(&arguments[0]);
            (!fits).then_some(expr)
        }
        _ => Some(expr),
    }
}

/// `status`, `record.status`.
fn is_field(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Name(name) => name != "current_user",
        Kind::Member(of, _) => of.is_name("record"),
        _ => false,
    }
}

/// Returns whether an operand is a literal, or a property of the current user.
fn is_value(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => true,
        Kind::Minus(of) => matches!(of.kind, Kind::Number(_)),
        Kind::List(items) => {
            items.iter().all(|it| !matches!(it.kind, Kind::List(_)) && is_value(it))
        }
        Kind::Name(name) => name == "current_user",
        Kind::Member(of, _) => is_value(of) && !matches!(of.kind, Kind::Text(_)),
        _ => false,
    }
}

/// Visits the fields that a condition names.
fn names(expr: &Expr) -> Vec<(&str, &Expr)> {
    match &expr.kind {
        Kind::Name(name) if name != "current_user" => vec![(name, expr)],
        Kind::Member(of, name) if of.is_name("record") => vec![(name, expr)],
        _ => expr.parts().into_iter().flat_map(names).collect(),
    }
}
