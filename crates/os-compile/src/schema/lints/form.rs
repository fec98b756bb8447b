//! Lints of the syntax of expressions, and of the functions they call.
//!
//! **Invariant:** every value with the form of an expression is parsed as one.

use super::{INVALID, error};
use crate::diagnostic::Diagnostic;
use os_package::expression::{
    Call, Expr, FUNCTIONS, InvalidExpression, Kind, callable, check_cron, holes, parse,
};
use os_package::suggest::nearest;
use serde_json::Value;
use std::fmt::Write;
use std::ops::Range;

/// Checks the syntax of every expression.
pub fn everywhere(value: &Value, path: &mut String, found: &mut Vec<Diagnostic>) {
    let length = path.len();
    match value {
        Value::Object(map) => {
            if let (Some(Value::String(dialect)), Some(Value::String(source))) =
                (map.get("dialect"), map.get("source"))
            {
                form(dialect, source, &format!("{path}.source"), found);
            }
            for (key, value) in map.iter().filter(|(_, it)| it.is_object() || it.is_array()) {
                if length == 0 && key == "translations" {
                    continue;
                }
                if length > 0 {
                    path.push('.');
                }
                path.push_str(key);
                everywhere(value, path, found);
                path.truncate(length);
            }
        }
        Value::Array(items) if items.iter().any(|it| it.is_object() || it.is_array()) => {
            for (at, value) in items.iter().enumerate() {
                // A String takes all that is written to it.
                let _ = write!(path, "[{at}]");
                everywhere(value, path, found);
                path.truncate(length);
            }
        }
        _ => {}
    }
}

fn form(dialect: &str, source: &str, path: &str, found: &mut Vec<Diagnostic>) {
    if source.trim().is_empty() {
        return;
    }
    match dialect {
        "cel" => cel(source, path, found),
        "cron" => {
            if let Err(problem) = check_cron(source) {
                found.push(at(problem, source, path));
            }
        }
        "template" => {
            if let Err(problem) = holes(source) {
                let problem = at(problem, source, path);
                found.push(Diagnostic { severity: crate::Severity::Warning, ..problem });
            }
        }
        _ => {}
    }
}

/// Checks the syntax of a CEL expression, and that its functions exist.
pub fn cel(source: &str, path: &str, found: &mut Vec<Diagnostic>) {
    match parse(source) {
        Ok(expr) => {
            if let Some((message, help, span)) = unknown_call(&expr) {
                let wrong = error(INVALID, path, message, help);
                found.push(wrong.within(source, span));
            }
        }
        Err(problem) => found.push(at(problem, source, path)),
    }
}

fn at(problem: InvalidExpression, source: &str, path: &str) -> Diagnostic {
    let shown: String = source.chars().take(80).collect();
    let message = format!("`{shown}` is not a valid expression: {}", problem.message);
    Diagnostic::error(INVALID, message).path(path).within(source, problem.span)
}

/// Returns the first call of an unknown function.
fn unknown_call(expr: &Expr) -> Option<(String, String, Range<usize>)> {
    if let Kind::Call { receiver, name, arguments } = &expr.kind {
        let call = if receiver.is_some() { Call::Method } else { Call::Bare };
        let span = expr.span.clone();
        let Some(function) = callable(name) else {
            let help = match nearest(name, FUNCTIONS.iter().map(|it| it.name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "use one that there is, or compute the value in a field".to_owned(),
            };
            return Some((format!("there is no function `{name}`"), help, span));
        };
        let counts = function.arguments(call);
        if counts.is_empty() {
            let (message, help) = match call {
                Call::Method => (
                    format!("`{name}` cannot be called as a method"),
                    format!("write `{name}(…)` with the value as its first argument"),
                ),
                Call::Bare => {
                    (format!("`{name}` stands behind a dot"), format!("write `value.{name}(…)`"))
                }
            };
            return Some((message, help, span));
        }
        if !counts.contains(&arguments.len()) {
            let counts: Vec<_> = counts.iter().map(usize::to_string).collect();
            let message = format!(
                "`{name}` takes {} arguments, not {}",
                counts.join(" or "),
                arguments.len()
            );
            return Some((message, "add or remove arguments".to_owned(), span));
        }
        if name == "has" && !matches!(arguments[0].kind, Kind::Member(..)) {
            let message = "`has` asks for a member, such as `has(record.name)`".to_owned();
            return Some((message, "write `value != null` for other values".to_owned(), span));
        }
    }
    expr.parts().into_iter().find_map(unknown_call)
}
