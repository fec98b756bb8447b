//! Checking the validation rules of an object.

use super::parent::Parent;
use super::{RecordError, ValidationErrors};
use crate::object::{Check, Compiled, Field, FieldError, Object, StateMachine, ValidationRule};
use crate::records::store::expression_value;
use crate::records::store::sql::StoredRow;
use chrono::{DateTime, Utc};
use os_db::Cell;
use os_identity::UserPrincipal;
use os_package::ValueRule;
use os_package::expression::{EvaluationError, Expression, Scope, Value};
use std::collections::BTreeMap;

/// The names that expressions of a changed record read: `record`, `previous` and the
/// account that asks. `previous` is null for a new record.
pub struct RecordScope<'a> {
    pub object: &'a Object,
    pub record: &'a StoredRow,
    pub previous: Option<&'a StoredRow>,
    pub user: Option<&'a UserPrincipal>,
    /// The record that it belongs to, where an expression of the object reads it.
    pub parent: Option<&'a Parent>,
}

/// Returns a field of a row. A declared field without a column is null.
fn field_of(object: &Object, row: &StoredRow, name: &str) -> Result<Value, EvaluationError> {
    let field = object.field(name);
    match object.position(name) {
        Some(at) => Ok(expression_value(&row[at], field.is_some_and(|it| it.is_json()))),
        None if field.is_some() => Ok(Value::Null),
        None => Err(EvaluationError::missing_key(name)),
    }
}

fn whole(object: &Object, row: &StoredRow) -> Value {
    let columns = object.columns().iter().map(|column| column.name.as_str());
    let members =
        columns.filter_map(|name| Some((name.to_owned(), field_of(object, row, name).ok()?)));
    Value::Map(members.collect())
}

impl RecordScope<'_> {
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
            "record" => Some(whole(self.object, self.record)),
            "previous" | "old" => {
                Some(self.previous.map_or(Value::Null, |row| whole(self.object, row)))
            }
            "parent" => self.parent.map(|parent| whole(&parent.object, &parent.row)),
            "current_user" | "user" => self.user(),
            "os" | "ctx" => with_user(),
            _ => None,
        }
    }

    fn member(&self, name: &str, member: &str) -> Option<Result<Value, EvaluationError>> {
        match (name, self.previous) {
            ("record", _) => Some(field_of(self.object, self.record, member)),
            ("previous" | "old", Some(row)) => Some(field_of(self.object, row, member)),
            ("previous" | "old", None) => Some(Ok(Value::Null)),
            ("parent", _) => {
                self.parent.map(|parent| field_of(&parent.object, &parent.row, member))
            }
            _ => None,
        }
    }
}

/// A change whose record is checked.
pub struct RuleCheck<'a> {
    pub scope: RecordScope<'a>,
    pub now: DateTime<Utc>,
    /// `false` for seeds, which may put a record into any state.
    pub with_states: bool,
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
            self.check_options(field, errors);
        }
        for rule in object.validations.iter().filter(|rule| self.applies(rule)) {
            self.check(rule, errors);
        }
    }

    /// Checks that a value that changes is no option whose condition is not true.
    fn check_options(&self, field: &Field, errors: &mut ValidationErrors) {
        let Some(at) = self.scope.object.position(field.name.as_str()) else { return };
        let cell = &self.scope.record[at];
        if field.option_conditions.is_empty()
            || self.scope.previous.is_some_and(|row| row[at] == *cell)
        {
            return;
        }
        let chosen = match expression_value(cell, field.is_json()) {
            Value::List(items) => items,
            item => vec![item],
        };
        let is_chosen =
            |value: &str| chosen.iter().any(|it| it.to_text().as_deref() == Some(value));
        let conditions = field.option_conditions.iter().filter(|(value, _)| is_chosen(value));
        for (value, condition) in conditions {
            if !self.is_true(condition).unwrap_or(false) {
                let message = format!("must not be `{value}` in this record");
                errors.add(field, &FieldError::new("invalid_option", message));
            }
        }
    }

    fn applies(&self, rule: &ValidationRule) -> bool {
        if self.scope.previous.is_none() { rule.on_insert } else { rule.on_update }
    }

    fn check(&self, rule: &ValidationRule, errors: &mut ValidationErrors) {
        let outcome = match &rule.check {
            Check::Violation(condition) => self.is_true(condition),
            Check::StateMachine(_) if !self.with_states => Ok(false),
            Check::StateMachine(states) => Ok(self.breaks_state_machine(states).unwrap_or(false)),
            Check::Branch { when, then, otherwise } => self.is_true(when).map(|is_true| {
                let rule = if is_true { then } else { otherwise };
                if let Some(rule) = rule.as_deref().filter(|rule| self.applies(rule)) {
                    self.check(rule, errors);
                }
                false
            }),
            Check::Value { field, rule } => self.fails(field, rule),
            Check::Unevaluable(reason) => Err(EvaluationError::new(reason)),
        };
        if !rule.refuses {
            if outcome != Ok(false) {
                let (object, rule) = (self.scope.object.name.as_str(), rule.name.as_str());
                tracing::info!(object, rule, "a record breaks a rule that does not refuse it");
            }
            return;
        }
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

    /// Returns whether a field has a value that a rule does not let pass.
    fn fails(&self, field: &str, rule: &ValueRule) -> Result<bool, EvaluationError> {
        let Some(at) = self.scope.object.position(field) else { return Ok(false) };
        let is_json = self.scope.object.field(field).is_some_and(Field::is_json);
        match expression_value(&self.scope.record[at], is_json) {
            Value::Null => Ok(false),
            value => {
                let passes = rule.passes(&value.to_json());
                passes.map(|passes| !passes).map_err(EvaluationError::new)
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
