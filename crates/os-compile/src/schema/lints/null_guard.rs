//! Finds fields without a value where an expression needs one.
//!
//! **Invariant:** a check guards what follows it: `record.a != null && record.a > 1` is right,
//! `record.a > 1 && record.a != null` is not.

use super::package::Object;
use os_package::expression::{Expr, Kind, Op};
use serde_json::Value;
use std::collections::BTreeSet;

/// A field of the record, or of the record before the change: `record.amount`.
type Operand<'e> = (&'e str, &'e str);
type Known<'e> = BTreeSet<Operand<'e>>;

/// Lists the operands that may be empty where the expression needs a value.
pub fn unguarded<'e>(expr: &'e Expr, object: &Object<'_>) -> Vec<(Operand<'e>, &'e Expr)> {
    let mut found = Vec::new();
    visit(expr, &Known::new(), &mut |operand, expr| {
        let is_seen = found.iter().any(|(seen, _)| *seen == operand);
        if !is_seen && object.field(operand.1).is_some_and(may_be_empty) {
            found.push((operand, expr));
        }
    });
    found
}

fn may_be_empty(field: &Value) -> bool {
    let has_no_default = field["defaultValue"].is_null()
        && !field["options"].as_array().into_iter().flatten().any(|it| it["default"] == true);
    field["required"] != true && has_no_default && field["type"] != "autonumber"
}

fn operand(expr: &Expr) -> Option<Operand<'_>> {
    let Kind::Member(of, field) = &expr.kind else { return None };
    match &of.kind {
        Kind::Name(name) if name == "record" || name == "previous" => Some((name, field)),
        _ => None,
    }
}

fn visit<'e>(expr: &'e Expr, known: &Known<'e>, report: &mut impl FnMut(Operand<'e>, &'e Expr)) {
    let with = |more: Known<'e>| known.union(&more).copied().collect::<Known>();
    match &expr.kind {
        Kind::Binary(Op::And, left, right) => {
            visit(left, known, report);
            visit(right, &with(known_if(left, true)), report);
        }
        Kind::Binary(Op::Or, left, right) => {
            visit(left, known, report);
            visit(right, &with(known_if(left, false)), report);
        }
        Kind::If(condition, then, otherwise) => {
            visit(condition, known, report);
            visit(then, &with(known_if(condition, true)), report);
            visit(otherwise, &with(known_if(condition, false)), report);
        }
        Kind::Call { name, .. } if name == "has" => {}
        kind => {
            let needs_values = match kind {
                Kind::Minus(_) => true,
                Kind::Binary(op, ..) => !matches!(op, Op::Equal | Op::Unequal | Op::In),
                _ => false,
            };
            for part in expr.parts() {
                if needs_values
                    && let Some(operand) = operand(part)
                    && !known.contains(&operand)
                {
                    report(operand, part);
                }
                visit(part, known, report);
            }
        }
    }
}

/// Lists the fields that have a value when an expression is true, or false.
fn known_if<'e>(expr: &'e Expr, outcome: bool) -> Known<'e> {
    let both = |left, right| (known_if(left, outcome), known_if(right, outcome));
    match (&expr.kind, outcome) {
        (Kind::Binary(Op::Unequal, left, right), true)
        | (Kind::Binary(Op::Equal, left, right), false) => {
            let asked = match (&left.kind, &right.kind) {
                (_, Kind::Null) => operand(left),
                (Kind::Null, _) => operand(right),
                _ => None,
            };
            asked.into_iter().collect()
        }
        (Kind::Binary(Op::And, left, right), true) | (Kind::Binary(Op::Or, left, right), false) => {
            let (left, right) = both(left, right);
            left.union(&right).copied().collect()
        }
        (Kind::Binary(Op::Or, left, right), true) | (Kind::Binary(Op::And, left, right), false) => {
            let (left, right) = both(left, right);
            left.intersection(&right).copied().collect()
        }
        (Kind::Not(of), outcome) => known_if(of, !outcome),
        (Kind::Call { name, arguments, receiver: None }, false) if name == "isBlank" => {
            arguments.first().and_then(operand).into_iter().collect()
        }
        _ => Known::new(),
    }
}
