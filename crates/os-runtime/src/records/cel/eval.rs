//! What an [`Expr`] is worth.

use super::{Expr, Kind, Op};
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use os_db::Cell;
use serde_json::Value;
use std::cmp::Ordering;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum V {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Time(DateTime<Utc>),
    List(Vec<V>),
    Document(Value),
}

/// What names stand for.
pub trait Scope {
    /// `record.status`: what a member of a name is; `None` where there is none.
    fn member(&self, name: &str, member: &str) -> Option<V>;

    /// The moment that counts as now.
    fn now(&self) -> DateTime<Utc>;
}

/// Evaluates; `None` where types do not fit or a function is not known.
pub fn evaluate(expr: &Expr, scope: &dyn Scope) -> Option<V> {
    Some(match &expr.kind {
        Kind::Null => V::Null,
        Kind::Bool(flag) => V::Bool(*flag),
        Kind::Number(number) => V::Number(*number),
        Kind::Text(text) => V::Text(text.clone()),
        Kind::List(items) => {
            V::List(items.iter().map(|item| evaluate(item, scope)).collect::<Option<_>>()?)
        }
        Kind::Bytes(_) | Kind::Map(_) | Kind::Name(_) | Kind::Optional(..) => return None,
        Kind::Member(of, member) => match &of.kind {
            Kind::Name(name) => scope.member(name, member).unwrap_or(V::Null),
            _ => match evaluate(of, scope)? {
                V::Document(document) => V::of(document.get(member).unwrap_or(&Value::Null)),
                _ => return None,
            },
        },
        Kind::Index(of, index) => match (evaluate(of, scope)?, evaluate(index, scope)?) {
            (V::List(items), V::Number(at)) => items.get(at as usize)?.clone(),
            _ => return None,
        },
        Kind::Not(of) => V::Bool(!truth(evaluate(of, scope)?)?),
        Kind::Minus(of) => V::Number(-number(&evaluate(of, scope)?)?),
        Kind::If(condition, then, otherwise) => {
            let is_true = truth(evaluate(condition, scope)?)?;
            return evaluate(if is_true { then } else { otherwise }, scope);
        }
        Kind::Binary(op @ (Op::And | Op::Or), left, right) => {
            V::Bool(logic(*op == Op::Or, left, right, scope)?)
        }
        Kind::Binary(op, left, right) => {
            binary(*op, evaluate(left, scope)?, evaluate(right, scope)?)?
        }
        Kind::Call { receiver, name, arguments } => {
            // What stands before the dot is the first argument.
            let arguments = receiver.as_deref().into_iter().chain(arguments);
            let arguments: Option<Vec<V>> =
                arguments.map(|argument| evaluate(argument, scope)).collect();
            call(name, &arguments?, scope.now())?
        }
    })
}

/// One side that says `stops` decides alone, as in CEL, even if the other has no
/// value.
fn logic(stops: bool, left: &Expr, right: &Expr, scope: &dyn Scope) -> Option<bool> {
    let left = evaluate(left, scope).and_then(truth);
    if left == Some(stops) {
        return left;
    }
    let right = truth(evaluate(right, scope)?)?;
    (left.is_some() || right == stops).then_some(right)
}

fn binary(op: Op, left: V, right: V) -> Option<V> {
    Some(match op {
        Op::Equal => V::Bool(left.equals(&right)),
        Op::Unequal => V::Bool(!left.equals(&right)),
        Op::Less => V::Bool(left.compare(&right)? == Ordering::Less),
        Op::AtMost => V::Bool(left.compare(&right)? != Ordering::Greater),
        Op::More => V::Bool(left.compare(&right)? == Ordering::Greater),
        Op::AtLeast => V::Bool(left.compare(&right)? != Ordering::Less),
        Op::In => match right {
            V::List(items) => V::Bool(items.iter().any(|item| item.equals(&left))),
            _ => return None,
        },
        Op::Add => match (&left, &right) {
            (V::Text(one), other) => V::Text(format!("{one}{}", other.text()?)),
            (one, V::Text(other)) => V::Text(format!("{}{other}", one.text()?)),
            _ => V::Number(number(&left)? + number(&right)?),
        },
        Op::Subtract => V::Number(number(&left)? - number(&right)?),
        Op::Multiply => V::Number(number(&left)? * number(&right)?),
        Op::Divide => V::Number(divided(number(&left)?, number(&right)?, |a, b| a / b)?),
        Op::Remainder => V::Number(divided(number(&left)?, number(&right)?, |a, b| a % b)?),
        Op::And | Op::Or => return None,
    })
}

fn divided(left: f64, right: f64, by: impl Fn(f64, f64) -> f64) -> Option<f64> {
    (right != 0.0).then(|| by(left, right))
}

fn call(name: &str, arguments: &[V], now: DateTime<Utc>) -> Option<V> {
    let midnight = now.date_naive().and_time(NaiveTime::MIN).and_utc();
    let days = |count: &V| Duration::try_days(number(count)? as i64);
    Some(match (name, arguments) {
        ("now", []) => V::Time(now),
        ("today", []) => V::Time(midnight),
        ("daysAgo", [count]) => V::Time(midnight.checked_sub_signed(days(count)?)?),
        ("daysFromNow", [count]) => V::Time(midnight.checked_add_signed(days(count)?)?),
        ("daysBetween", [from, to]) => V::Number((to.time()? - from.time()?).num_days() as f64),
        ("has", [value]) => V::Bool(*value != V::Null),
        ("isBlank" | "isEmpty", [value]) => V::Bool(value.is_blank()),
        ("size", [V::Text(text)]) => V::Number(text.chars().count() as f64),
        ("size", [V::List(items)]) => V::Number(items.len() as f64),
        ("contains", [V::Text(text), V::Text(part)]) => V::Bool(text.contains(part.as_str())),
        ("contains", [V::List(items), item]) => V::Bool(items.iter().any(|it| it.equals(item))),
        ("startsWith", [V::Text(text), V::Text(part)]) => V::Bool(text.starts_with(part.as_str())),
        ("endsWith", [V::Text(text), V::Text(part)]) => V::Bool(text.ends_with(part.as_str())),
        ("lowerAscii" | "lower", [V::Text(text)]) => V::Text(text.to_lowercase()),
        ("upperAscii" | "upper", [V::Text(text)]) => V::Text(text.to_uppercase()),
        ("trim", [V::Text(text)]) => V::Text(text.trim().to_owned()),
        ("abs", [value]) => V::Number(number(value)?.abs()),
        ("round", [value]) => V::Number(number(value)?.round()),
        ("floor", [value]) => V::Number(number(value)?.floor()),
        ("ceil", [value]) => V::Number(number(value)?.ceil()),
        ("string", [value]) => V::Text(value.text()?),
        ("double" | "int", [V::Text(text)]) => V::Number(text.trim().parse().ok()?),
        ("double", [value]) => V::Number(number(value)?),
        ("int", [value]) => V::Number(number(value)?.trunc()),
        ("coalesce", [one, other]) => {
            if *one == V::Null {
                other.clone()
            } else {
                one.clone()
            }
        }
        _ => return None,
    })
}

fn truth(value: V) -> Option<bool> {
    match value {
        V::Bool(flag) => Some(flag),
        _ => None,
    }
}

fn number(value: &V) -> Option<f64> {
    match value {
        V::Number(number) => Some(*number),
        _ => None,
    }
}

impl V {
    /// The value of JSON.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Number(number) => number.as_f64().map_or(Self::Null, Self::Number),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(items) => Self::List(items.iter().map(Self::of).collect()),
            Value::Object(_) => Self::Document(value.clone()),
        }
    }

    /// The value of a cell; `is_json` where its text is JSON.
    pub fn of_cell(cell: &Cell, is_json: bool) -> Self {
        match cell {
            Cell::Text(Some(text)) if is_json => serde_json::from_str(text)
                .map_or_else(|_| Self::Text(text.clone()), |it| Self::of(&it)),
            Cell::Text(Some(text)) => Self::Text(text.clone()),
            Cell::Integer(Some(number)) => Self::Number(*number as f64),
            Cell::Real(Some(number)) => Self::Number(*number),
            Cell::Bool(Some(flag)) => Self::Bool(*flag),
            Cell::Time(Some(moment)) => Self::Time(*moment),
            _ => Self::Null,
        }
    }

    fn is_blank(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(items) => items.is_empty(),
            _ => false,
        }
    }

    fn time(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Time(moment) => Some(*moment),
            Self::Text(text) => text
                .parse::<NaiveDate>()
                .map(|day| day.and_time(NaiveTime::MIN).and_utc())
                .or_else(|_| DateTime::parse_from_rfc3339(text).map(|it| it.to_utc()))
                .ok(),
            _ => None,
        }
    }

    fn text(&self) -> Option<String> {
        Some(match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Bool(flag) => flag.to_string(),
            Self::Time(moment) => moment.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
            _ => return None,
        })
    }

    fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Time(_), _) | (_, Self::Time(_)) => {
                self.time().is_some() && self.time() == other.time()
            }
            _ => self == other,
        }
    }

    fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => one.partial_cmp(other),
            (Self::Text(one), Self::Text(other)) => Some(one.cmp(other)),
            (Self::Time(_), _) | (_, Self::Time(_)) => Some(self.time()?.cmp(&other.time()?)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use serde_json::json;

    struct Fixed(Value);

    impl Scope for Fixed {
        fn member(&self, name: &str, member: &str) -> Option<V> {
            (name == "record").then(|| V::of(&self.0[member]))
        }

        fn now(&self) -> DateTime<Utc> {
            "2026-03-10T15:30:00Z".parse().unwrap()
        }
    }

    fn value(source: &str) -> Option<V> {
        let record = json!({
            "a": 6, "b": 4, "none": null, "name": "Ada", "status": "open", "day": "2026-03-15",
            "tags": ["x", "y"], "doc": {"nested": {"k": "v"}},
        });
        evaluate(&parse(source)?, &Fixed(record))
    }

    #[test]
    fn expressions_of_packages_are_understood() {
        for (source, expected) in [
            ("record.a * record.b / 100", json!(0.24)),
            ("1 + 2 * 3 - 4", json!(3)),
            ("-(record.a)", json!(-6)),
            ("(record.none == null ? '' : record.none + ' ') + record.name", json!("Ada")),
            ("record.status in ['open', \"held\"]", json!(true)),
            ("!has(record.none) || record.none == ''", json!(true)),
            ("record.none != null && (record.none < 0 || record.none > 100)", json!(false)),
            ("isBlank(record.none) && !isBlank(record.name)", json!(true)),
            ("daysBetween(today(), record.day)", json!(5)),
            ("record.day < now()", json!(false)),
            ("record.tags.size() > 1 && 'x' in record.tags && record.tags[0] == 'x'", json!(true)),
            ("record.doc.nested.k == \"v\"", json!(true)),
            ("record.name.contains('d') && record.name.startsWith('A')", json!(true)),
        ] {
            assert_eq!(value(source), Some(V::of(&expected)), "{source}");
        }
    }

    #[test]
    fn an_unsupported_expression_has_no_value() {
        for source in [
            "",
            "record.",
            "1 +",
            "a b",
            "unknown(1)",
            "record.none < 1",
            "1 / 0",
            "'open",
            "record.a = 1",
            "(1",
            "[1",
            "record.tags[9]",
            "name",
            "{'a': 1}",
            "record.?name",
            "b'x' == b'x'",
            "record.tags.exists(tag, tag == 'x')",
        ] {
            assert_eq!(value(source), None, "{source}");
        }
        assert_eq!(parse(&"(".repeat(3000)), None);
        assert_eq!(parse(&"!".repeat(3000)), None);
        assert_eq!(parse(&"[".repeat(3000)), None);
    }
}
