//! Expressions, templates and schedules.

use super::check_message;
use chrono::{DateTime, Utc};
use os_package::expression::{
    EvaluationError, Expression, InvalidExpression, Scope, Value, check_cron, holes, parse,
};
use serde_json::json;
use std::sync::LazyLock;

/// The names that an expression finds.
static NAMES: LazyLock<serde_json::Value> = LazyLock::new(|| {
    json!({
        "record": {
            "name": "Ada", "amount": 12.5, "count": 3, "open": true, "nothing": null,
            "since": "2026-02-28T23:59:59Z", "day": "2024-02-29", "tags": ["a", "b", "c"],
            "long": "x".repeat(5000), "many": (0..500).collect::<Vec<_>>(), "nested": {"a": {"b": 1}},
        },
        "previous": {"name": "Eve"},
        "current_user": {"id": "u1", "email": "ada@example.com"},
        "input": [1, 2, 3],
    })
});

struct Names;

impl Scope for Names {
    fn name(&self, name: &str) -> Option<Value> {
        NAMES.get(name).map(Value::from_json)
    }

    fn member(&self, name: &str, member: &str) -> Option<Result<Value, EvaluationError>> {
        let value = NAMES.get(name)?.get(member)?;
        Some(Ok(Value::from_json(value)))
    }
}

/// An expression that is accepted can be evaluated, to the same value each time.
pub fn expression(bytes: &[u8]) {
    let Ok(source) = std::str::from_utf8(bytes) else { return };
    let expression = match Expression::compile(source) {
        Ok(expression) => expression,
        Err(error) => return check_error(source, &error),
    };
    assert_eq!(parse(source).as_ref(), Ok(expression.expr()));
    for reference in expression.references() {
        assert!(source.contains(reference.name), "{reference:?}");
    }
    let _ = expression.returns();
    let now = DateTime::<Utc>::from_timestamp(1_772_323_199, 0).expect("a legal time");
    let once = expression.evaluate(&Names, now);
    if let Err(error) = &once {
        check_message(&error.message);
    }
    let again = expression.evaluate(&Names, now);
    // Not a number is no number, not even itself.
    assert!(once == again || format!("{once:?}") == format!("{again:?}"));
}

/// The placeholders of a template that is accepted are paths, in their order.
pub fn template(bytes: &[u8]) {
    let Ok(source) = std::str::from_utf8(bytes) else { return };
    let holes = match holes(source) {
        Ok(holes) => holes,
        Err(error) => return check_error(source, &error),
    };
    let mut end = 0;
    for hole in &holes {
        assert!(hole.span.start >= end, "{holes:?}");
        assert_eq!(source.get(hole.span.clone()), Some(hole.path));
        end = hole.span.end;
    }
}

/// A schedule that is accepted is one with other white space, too.
pub fn cron(bytes: &[u8]) {
    let Ok(source) = std::str::from_utf8(bytes) else { return };
    match check_cron(source) {
        Ok(()) => {
            let fields: Vec<&str> = source.split_whitespace().collect();
            assert!(matches!(fields.len(), 1 | 5 | 6), "{source:?}");
            assert_eq!(check_cron(&format!("\t{}\n", fields.join("  "))), Ok(()));
        }
        Err(error) => check_error(source, &error),
    }
}

/// Checks that an error names a part of its text.
fn check_error(source: &str, error: &InvalidExpression) {
    check_message(&error.message);
    let span = error.span.clone();
    assert!(source.get(span.clone()).is_some(), "{span:?} is no part of {source:?}");
}
