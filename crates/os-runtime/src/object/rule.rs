//! The validation rules of an object, compiled.
//!
//! `script`, `cross_field`, `state_machine` and `conditional` rules of severity `error` are
//! checked. Rules of lower severity never refuse (docs/wire/expressions.md#where-expressions-stand)
//! and are left out; a rule of another type is left out with a warning.

use super::reading::Reading;
use os_package::expression::{Expression, Returns, cel_source};
use serde_json::Value;
use std::collections::HashMap;

/// The deepest nesting of conditional rules.
const MAX_RULE_DEPTH: usize = 4;

/// An expression of a rule, or why it cannot be compiled. A rule whose expression
/// has no value refuses the record (docs/wire/expressions.md#where-expressions-stand).
pub type Compiled = Result<Expression, String>;

/// A validation rule.
#[derive(Debug)]
pub struct ValidationRule {
    pub name: String,
    /// The field that a violation is reported at; the record where there is none.
    pub field: Option<String>,
    /// The violation, for people.
    pub message: String,
    pub on_insert: bool,
    pub on_update: bool,
    pub check: Check,
}

/// The check of a rule.
#[derive(Debug)]
pub enum Check {
    /// Violated where the expression is true.
    Violation(Compiled),
    /// Violated where a field goes to a state that its states do not lead to.
    StateMachine(StateMachine),
    /// One of two rules, by a condition.
    Branch {
        when: Compiled,
        then: Option<Box<ValidationRule>>,
        otherwise: Option<Box<ValidationRule>>,
    },
}

/// The states of a field.
#[derive(Debug)]
pub struct StateMachine {
    pub field: String,
    /// The states of a new record; any where none is declared.
    pub initial: Option<Vec<String>>,
    /// The states that each state leads to.
    pub transitions: HashMap<String, Vec<String>>,
}

/// Reads the rules of an object.
pub fn read(reading: &mut Reading<'_>, source: &Value) -> Vec<ValidationRule> {
    let rules = source.get("validations").and_then(Value::as_array);
    let mut compiled = Vec::new();
    for (index, rule) in rules.into_iter().flatten().enumerate() {
        let is_on = rule.get("active") != Some(&Value::Bool(false));
        let is_error = rule.get("severity").is_none_or(|it| it == "error");
        if is_on && is_error {
            compiled.extend(
                reading
                    .within(&format!("validations[{index}]"), |reading| rule_of(reading, rule, 0)),
            );
        }
    }
    compiled
}

fn rule_of(reading: &mut Reading<'_>, rule: &Value, depth: usize) -> Option<ValidationRule> {
    let text = |key: &str| rule.get(key).and_then(Value::as_str);
    let check = match text("type").unwrap_or_default() {
        "script" | "cross_field" => {
            Check::Violation(condition(reading, "condition", rule.get("condition")))
        }
        "state_machine" => Check::StateMachine(state_machine(reading, rule)?),
        "conditional" if depth < MAX_RULE_DEPTH => Check::Branch {
            when: condition(reading, "when", rule.get("when")),
            then: branch(reading, "then", rule, depth),
            otherwise: branch(reading, "otherwise", rule, depth),
        },
        "conditional" => {
            reading.warn(format!(
                "rules are nested deeper than {MAX_RULE_DEPTH}; this one is not checked"
            ));
            return None;
        }
        other => {
            reading.warn(format!(
                "this runtime does not check rules of type `{other}`; records pass it"
            ));
            return None;
        }
    };
    let events = rule.get("events").and_then(Value::as_array);
    let is_for = |event: &str| events.is_none_or(|events| events.iter().any(|it| it == event));
    let fields = rule.get("fields").and_then(Value::as_array);
    let first = fields.and_then(|fields| fields.first()).and_then(Value::as_str);
    Some(ValidationRule {
        name: text("name").unwrap_or_default().to_owned(),
        field: text("field").or(first).map(str::to_owned),
        message: text("message").or(text("name")).unwrap_or("breaks a rule").to_owned(),
        on_insert: is_for("insert"),
        on_update: is_for("update"),
        check,
    })
}

fn branch(
    reading: &mut Reading<'_>,
    key: &str,
    rule: &Value,
    depth: usize,
) -> Option<Box<ValidationRule>> {
    let inner = rule.get(key).filter(|it| it.is_object())?;
    reading.within(key, |reading| rule_of(reading, inner, depth + 1)).map(Box::new)
}

fn state_machine(reading: &mut Reading<'_>, rule: &Value) -> Option<StateMachine> {
    let Some(field) = rule.get("field").and_then(Value::as_str) else {
        reading.warn("the state machine names no `field`; records pass it".to_owned());
        return None;
    };
    let states = |value: &Value| -> Option<Vec<String>> {
        let states = value.as_array()?.iter();
        Some(states.filter_map(Value::as_str).map(str::to_owned).collect())
    };
    let transitions = rule.get("transitions").and_then(Value::as_object);
    let transitions = transitions.into_iter().flatten();
    Some(StateMachine {
        field: field.to_owned(),
        initial: rule.get("initialStates").map(|it| states(it).unwrap_or_default()),
        transitions: transitions
            .map(|(from, to)| (from.clone(), states(to).unwrap_or_default()))
            .collect(),
    })
}

/// Compiles a condition; what is wrong with it becomes a warning, too.
fn condition(reading: &mut Reading<'_>, key: &str, value: Option<&Value>) -> Compiled {
    let compiled = compile(value);
    reading.within(key, |reading| match &compiled {
        Err(reason) => reading
            .warn(format!("cannot be evaluated, so that records are refused: {reason}")),
        Ok(expression) if !matches!(expression.returns(), Returns::Bool | Returns::Any) => {
            reading.warn("is never true or false, so that it never applies".to_owned());
        }
        Ok(expression) => {
            for name in reading.unknown_fields(expression) {
                reading.warn(format!(
                    "reads `record.{name}`, which the object does not have, so that records are refused"
                ));
            }
        }
    });
    compiled
}

/// Compiles `requiredWhen`. One that cannot be evaluated requires nothing
/// (docs/wire/expressions.md#where-expressions-stand), with a warning.
pub fn requirement(reading: &mut Reading<'_>, value: &Value) -> Option<Expression> {
    reading.within("requiredWhen", |reading| {
        match compile(Some(value)) {
            Ok(expression) => {
                for name in reading.unknown_fields(&expression) {
                    reading.warn(format!(
                        "reads `record.{name}`, which the object does not have, so that nothing is required"
                    ));
                }
                Some(expression)
            }
            Err(reason) => {
                reading.warn(format!("cannot be evaluated, so that nothing is required: {reason}"));
                None
            }
        }
    })
}

/// Compiles an expression, which is a string or `{"dialect": "cel", "source": "…"}`.
pub fn compile(value: Option<&Value>) -> Compiled {
    let source = value.and_then(|value| cel_source(value).or(value.as_str()));
    let source = source.ok_or("there is no expression")?;
    Expression::compile(source).map_err(|error| error.message)
}
