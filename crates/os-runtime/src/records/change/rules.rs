//! The validation rules of an object.
//!
//! Rules of severity `error` over the record itself: `script`, `cross_field`,
//! `conditional` and `state_machine`, and `requiredWhen` of fields. Rules of
//! another kind, warnings, and rules that cannot be understood are passed over.

use super::record::Faults;
use crate::object::Fault;
use crate::records::cel::{self, Scope, V, evaluate, parse};
use crate::records::rights::Ask;
use crate::records::store::sql::Stored;
use chrono::{DateTime, Utc};
use serde_json::Value;

/// A record before and after a change; `before` is `None` where it is made.
pub struct Change<'a> {
    pub ask: &'a Ask<'a>,
    pub before: Option<&'a Stored>,
    pub after: &'a Stored,
    pub now: DateTime<Utc>,
}

impl Scope for Change<'_> {
    fn member(&self, name: &str, member: &str) -> Option<V> {
        let row = match name {
            "record" => self.after,
            "previous" | "old" => self.before?,
            "current_user" => {
                return match member {
                    "id" => Some(V::Text(self.ask.caller.id().to_string())),
                    "email" => Some(V::Text(self.ask.caller.email().to_owned())),
                    _ => None,
                };
            }
            _ => return None,
        };
        let at = self.ask.object.position(member)?;
        let is_json = self.ask.object.field(member).is_some_and(|field| field.is_json());
        Some(V::of_cell(&row[at], is_json))
    }

    fn now(&self) -> DateTime<Utc> {
        self.now
    }
}

impl Change<'_> {
    /// Finds the rules that the record breaks.
    pub fn check(&self, faults: &mut Faults) {
        for field in &self.ask.object.fields {
            let rule = field.source.get("requiredWhen");
            let at = self.ask.object.position(field.name.as_str());
            if let (Some(rule), Some(at)) = (rule, at)
                && self.after[at].is_null()
                && self.holds(rule)
            {
                faults.add(field, &Fault::new("required", "is required"));
            }
        }
        let rules = self.ask.object.source.get("validations").and_then(Value::as_array);
        let event = if self.before.is_some() { "update" } else { "insert" };
        for rule in rules.into_iter().flatten() {
            let events = rule.get("events").and_then(Value::as_array);
            let is_meant = events.is_none_or(|events| events.iter().any(|it| it == event));
            let is_on = rule.get("active") != Some(&Value::Bool(false));
            let is_error = rule.get("severity").is_none_or(|it| it == "error");
            if is_meant && is_on && is_error {
                self.rule(rule, faults, 0);
            }
        }
    }

    fn rule(&self, rule: &Value, faults: &mut Faults, depth: usize) {
        let text = |key: &str| rule.get(key).and_then(Value::as_str);
        let is_broken = match text("type") {
            Some("script" | "cross_field") => {
                rule.get("condition").is_some_and(|it| self.holds(it))
            }
            Some("state_machine") => self.is_leap(rule).unwrap_or(false),
            Some("conditional") if depth < 4 => {
                let branch = rule.get("when").and_then(|when| self.value(when));
                let inner = match branch {
                    Some(true) => rule.get("then"),
                    Some(false) => rule.get("otherwise"),
                    None => None,
                };
                if let Some(inner) = inner {
                    self.rule(inner, faults, depth + 1);
                }
                false
            }
            _ => false,
        };
        if is_broken {
            let fields = rule.get("fields").and_then(Value::as_array);
            let of_list = fields.and_then(|fields| fields.first()).and_then(Value::as_str);
            let message = text("message").or(text("name")).unwrap_or("breaks a rule");
            faults.of_record(text("field").or(of_list), message);
        }
    }

    /// Whether a field went where its states do not lead.
    fn is_leap(&self, rule: &Value) -> Option<bool> {
        let field = rule.get("field")?.as_str()?;
        let state = |row: &Stored| match &row[self.ask.object.position(field)?] {
            os_db::Cell::Text(text) => text.clone(),
            _ => None,
        };
        let to = state(self.after)?;
        let may =
            |states: &Value| states.as_array().is_some_and(|it| it.iter().any(|it| *it == to));
        match self.before {
            None => rule.get("initialStates").map(|states| !may(states)),
            Some(before) => {
                let from = state(before)?;
                let states = rule.get("transitions")?.get(&from)?;
                Some(from != to && !may(states))
            }
        }
    }

    fn holds(&self, expression: &Value) -> bool {
        self.value(expression).unwrap_or(false)
    }

    fn value(&self, expression: &Value) -> Option<bool> {
        let source = cel::source(expression).or(expression.as_str())?;
        match evaluate(&parse(source)?, self)? {
            V::Bool(flag) => Some(flag),
            _ => None,
        }
    }
}
