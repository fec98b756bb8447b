//! Checking the validation rules of an object.

use super::{RecordError, ValidationErrors};
use crate::object::{Check, Compiled, FieldError, Object, StateMachine, ValidationRule};
use crate::records::store::expression_value;
use crate::records::store::sql::StoredRow;
use chrono::{DateTime, Utc};
use os_db::Cell;
use os_identity::UserPrincipal;
use os_package::expression::{EvaluationError, Expression, Scope, Value};
use std::collections::BTreeMap;

/// The names that expressions of a changed record read: `record`, `previous` and the
/// account that asks. `previous` is null for a new record.
pub struct RecordScope<'a> {
    pub object: &'a Object,
    pub record: &'a StoredRow,
    pub previous: Option<&'a StoredRow>,
    pub user: Option<&'a UserPrincipal>,
}

impl RecordScope<'_> {
    /// Returns a field of a row. A declared field without a column is null.
    fn field(&self, row: &StoredRow, name: &str) -> Result<Value, EvaluationError> {
        let field = self.object.field(name);
        match self.object.position(name) {
            Some(at) => Ok(expression_value(&row[at], field.is_some_and(|it| it.is_json()))),
            None if field.is_some() => Ok(Value::Null),
            None => Err(EvaluationError::missing_key(name)),
        }
    }

    fn whole(&self, row: &StoredRow) -> Value {
        let columns = self.object.columns().iter().map(|column| column.name.as_str());
        let members =
            columns.filter_map(|name| Some((name.to_owned(), self.field(row, name).ok()?)));
        Value::Map(members.collect())
    }

    fn user(&self) -> Option<Value> {
        let user = self.user?;
        let members = [
            ("id", Value::String(user.id().to_string())),
            ("email", Value::String(user.email().to_owned())),
            ("isPlatformAdmin", Value::Bool(user.is_platform_admin())),
            ("organizationId", Value::Null),
            ("positions", Value::List(Vec::new())),
        ];
        Some(Value::Map(members.into_iter().map(|(name, it)| (name.to_owned(), it)).collect()))
    }
}

impl Scope for RecordScope<'_> {
    fn name(&self, name: &str) -> Option<Value> {
        let with_user = || {
            let members = [("user".to_owned(), self.user()?)];
            Some(Value::Map(BTreeMap::from(members)))
        };
        match name {
            "record" => Some(self.whole(self.record)),
            "previous" | "old" => Some(self.previous.map_or(Value::Null, |row| self.whole(row))),
            "current_user" | "user" => self.user(),
            "os" | "ctx" => with_user(),
            _ => None,
        }
    }

    fn member(&self, name: &str, member: &str) -> Option<Result<Value, EvaluationError>> {
        match (name, self.previous) {
            ("record", _) => Some(self.field(self.record, member)),
            ("previous" | "old", Some(row)) => Some(self.field(row, member)),
            ("previous" | "old", None) => Some(Ok(Value::Null)),
            _ => None,
        }
    }
}

/// A change whose record is checked.
pub struct RuleCheck<'a> {
    pub scope: RecordScope<'a>,
    pub now: DateTime<Utc>,
}

impl RuleCheck<'_> {
    /// Finds the rules that the record violates.
    pub fn run(&self, errors: &mut ValidationErrors) {
        let object = self.scope.object;
        for field in &object.fields {
            if let Some(condition) = &field.required_when
                && let Some(at) = object.position(field.name.as_str())
                && self.scope.record[at].is_null()
                && self.value(condition) == Ok(Value::Bool(true))
            {
                errors.add(field, &FieldError::new("required", "is required"));
            }
        }
        let is_new = self.scope.previous.is_none();
        for rule in &object.validations {
            if if is_new { rule.on_insert } else { rule.on_update } {
                self.check(rule, errors);
            }
        }
    }

    fn check(&self, rule: &ValidationRule, errors: &mut ValidationErrors) {
        let outcome = match &rule.check {
            Check::Violation(condition) => self.is_true(condition),
            Check::StateMachine(states) => Ok(self.breaks_state_machine(states).unwrap_or(false)),
            Check::Branch { when, then, otherwise } => self.is_true(when).map(|is_true| {
                if let Some(rule) = if is_true { then } else { otherwise } {
                    self.check(rule, errors);
                }
                false
            }),
        };
        let field = rule.field.as_deref();
        match outcome {
            Ok(false) => {}
            Ok(true) => errors.push(RecordError::rule(field, &rule.message)),
            Err(error) => {
                let (object, rule) = (self.scope.object.name.as_str(), rule.name.as_str());
                tracing::warn!(object, rule, %error, "a validation rule has no value");
                errors.push(RecordError::unevaluable(field, rule, &error));
            }
        }
    }

    fn is_true(&self, condition: &Compiled) -> Result<bool, EvaluationError> {
        let expression = condition.as_ref().map_err(EvaluationError::new)?;
        Ok(self.value(expression)? == Value::Bool(true))
    }

    fn value(&self, expression: &Expression) -> Result<Value, EvaluationError> {
        expression.evaluate(&self.scope, self.now)
    }

    /// Returns whether a field goes where its states do not lead; `None` where there is nothing
    /// to compare.
    fn breaks_state_machine(&self, states: &StateMachine) -> Option<bool> {
        let at = self.scope.object.position(&states.field)?;
        let state = |row: &StoredRow| match &row[at] {
            Cell::Text(text) => text.clone(),
            _ => None,
        };
        let to = state(self.scope.record)?;
        match self.scope.previous {
            None => states.initial.as_ref().map(|states| !states.contains(&to)),
            Some(previous) => {
                let from = state(previous)?;
                let allowed = states.transitions.get(&from)?;
                Some(from != to && !allowed.contains(&to))
            }
        }
    }
}
