//! The validation rules of an object, compiled.
//!
//! A rule that cannot be checked is violated by every record, and the install says so. Rules of a
//! lower severity than `error` are checked and never refuse
//! (docs/wire/expressions.md#where-expressions-stand).

use super::reading::Reading;
use os_package::ValueRule;
use os_package::expression::{Expression, Returns, cel_source};
use serde_json::Value;
use std::collections::HashMap;

/// The deepest nesting of conditional rules.
const MAX_RULE_DEPTH: usize = 4;

/// The `priority` of a rule that has none.
const DEFAULT_PRIORITY: f64 = 100.0;

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
    /// `true` if a violation refuses the record; else it is logged.
    pub refuses: bool,
    pub check: Check,
}

/// The check of a rule.
#[derive(Debug)]
pub enum Check {
    /// Violated where the expression is true.
    Violation(Compiled),
    /// Violated where a field goes to a state that its states do not lead to.
    StateMachine(StateMachine),
    /// Violated where a field has a value that does not pass.
    Value { field: String, rule: ValueRule },
    /// One of two rules, by a condition.
    Branch {
        when: Compiled,
        then: Option<Box<ValidationRule>>,
        otherwise: Option<Box<ValidationRule>>,
    },
    /// Cannot be checked, and why.
    Unevaluable(String),
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

/// Reads the rules of an object, in the order in which they are checked.
pub fn read(reading: &mut Reading<'_>, source: &Value) -> Vec<ValidationRule> {
    let rules = source.get("validations").and_then(Value::as_array).into_iter().flatten();
    let priority =
        |rule: &Value| rule.get("priority").and_then(Value::as_f64).unwrap_or(DEFAULT_PRIORITY);
    let mut given: Vec<(usize, &Value)> = rules.enumerate().collect();
    given.sort_by(|(_, one), (_, other)| priority(one).total_cmp(&priority(other)));
    let read = |(index, rule)| {
        reading.within(&format!("validations[{index}]"), |reading| rule_of(reading, rule, 0))
    };
    given.into_iter().filter_map(read).collect()
}

/// Reads a rule; none where it is switched off.
fn rule_of(reading: &mut Reading<'_>, rule: &Value, depth: usize) -> Option<ValidationRule> {
    if rule.get("active") == Some(&Value::Bool(false)) {
        return None;
    }
    let text = |key: &str| rule.get(key).and_then(Value::as_str);
    let refuses = rule.get("severity").is_none_or(|it| it.is_null() || it == "error");
    let said_before = reading.warnings.len();
    let check = check(reading, rule, depth).unwrap_or_else(|reason| {
        reading.warn(format!("cannot be checked, so that records are refused: {reason}"));
        Check::Unevaluable(reason)
    });
    if !refuses {
        // No record is refused by it, whatever is wrong with it.
        reading.warnings.truncate(said_before);
    }
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
        refuses,
        check,
    })
}

/// Reads the check of a rule.
///
/// # Errors
/// The reason why there is none.
fn check(reading: &mut Reading<'_>, rule: &Value, depth: usize) -> Result<Check, String> {
    let field = || {
        let field = rule.get("field").and_then(Value::as_str).ok_or("it names no `field`")?;
        match reading.columns.contains_key(field) {
            true => Ok(field.to_owned()),
            false => Err(format!("the object stores no field `{field}`")),
        }
    };
    Ok(match rule.get("type").and_then(Value::as_str).unwrap_or_default() {
        "script" | "cross_field" => {
            Check::Violation(condition(reading, "condition", rule.get("condition")))
        }
        "state_machine" => Check::StateMachine(state_machine(field()?, rule)),
        "format" => Check::Value { field: field()?, rule: ValueRule::format(rule)? },
        "json_schema" => Check::Value { field: field()?, rule: ValueRule::schema(rule)? },
        "conditional" if depth < MAX_RULE_DEPTH => Check::Branch {
            when: condition(reading, "when", rule.get("when")),
            then: branch(reading, "then", rule, depth),
            otherwise: branch(reading, "otherwise", rule, depth),
        },
        "conditional" => return Err(format!("rules are nested deeper than {MAX_RULE_DEPTH}")),
        other => return Err(format!("there are no rules of type `{other}`")),
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

fn state_machine(field: String, rule: &Value) -> StateMachine {
    let states = |value: &Value| -> Option<Vec<String>> {
        let states = value.as_array()?.iter();
        Some(states.filter_map(Value::as_str).map(str::to_owned).collect())
    };
    let transitions = rule.get("transitions").and_then(Value::as_object);
    let transitions = transitions.into_iter().flatten();
    StateMachine {
        field,
        initial: rule.get("initialStates").map(|it| states(it).unwrap_or_default()),
        transitions: transitions
            .map(|(from, to)| (from.clone(), states(to).unwrap_or_default()))
            .collect(),
    }
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

/// Compiles a condition that keeps something from being written; `outcome` says what follows where
/// it has no value.
pub fn locking(reading: &mut Reading<'_>, key: &str, value: &Value, outcome: &str) -> Compiled {
    let compiled = compile(Some(value));
    reading.within(key, |reading| match &compiled {
        Err(reason) => {
            reading.warn(format!("cannot be evaluated, so that {outcome}: {reason}"));
        }
        Ok(expression) => {
            for name in reading.unknown_fields(expression) {
                reading.warn(format!(
                    "reads `record.{name}`, which the object does not have, so that {outcome}"
                ));
            }
        }
    });
    compiled
}

/// Compiles `requiredWhen`. One that cannot be evaluated requires nothing
/// (docs/wire/expressions.md#where-expressions-stand), with a warning.
pub fn requirement(reading: &mut Reading<'_>, value: &Value) -> Option<Expression> {
    locking(reading, "requiredWhen", value, "nothing is required").ok()
}

/// Compiles an expression, which is a string or `{"dialect": "cel", "source": "…"}`.
pub fn compile(value: Option<&Value>) -> Compiled {
    let source = value.and_then(|value| cel_source(value).or(value.as_str()));
    let source = source.ok_or("there is no expression")?;
    Expression::compile(source).map_err(|error| error.message)
}
