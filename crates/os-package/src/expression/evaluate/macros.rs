//! Macros: calls that decide themselves what of their arguments is evaluated, and how often.

use super::{Evaluator, Local};
use crate::expression::function::Macro;
use crate::expression::value::{EvaluationError, Outcome, Value};
use crate::expression::{Expr, Kind};

/// A call of a macro.
pub struct MacroCall<'c> {
    pub receiver: Option<&'c Expr>,
    pub arguments: &'c [Expr],
    pub locals: Option<&'c Local<'c>>,
}

impl Evaluator<'_> {
    pub(super) fn expand(&mut self, kind: Macro, call: &MacroCall<'_>) -> Outcome {
        let namespace = |name: &str| match call.receiver {
            Some(receiver) if receiver.is_name(name) => Ok(()),
            _ => Err(EvaluationError::new(format!("write it behind `{name}.`"))),
        };
        match (kind, call.arguments) {
            (Macro::Has, [path]) => self.has(path, call.locals),
            (Macro::OptionalNone, []) => {
                namespace("optional")?;
                Ok(Value::Optional(None))
            }
            (Macro::OptionalOf, [value]) => {
                namespace("optional")?;
                let value = self.evaluate(value, call.locals)?;
                Ok(Value::Optional(Some(Box::new(value))))
            }
            (Macro::Bind, [variable, value, expression]) => {
                namespace("cel")?;
                let value = self.evaluate(value, call.locals)?;
                self.with(variable, &value, call, expression)
            }
            (_, [variable, rest @ ..]) => self.each(kind, call, variable, rest),
            _ => Err(EvaluationError::new("the call has no arguments")),
        }
    }

    /// Returns whether a member is there and has a value.
    fn has(&mut self, path: &Expr, locals: Option<&Local<'_>>) -> Outcome {
        match self.evaluate(path, locals) {
            Ok(value) => Ok(Value::Bool(!matches!(value, Value::Null | Value::Optional(None)))),
            Err(error) if error.missing_key.is_some() => Ok(Value::Bool(false)),
            Err(_) if matches!(&path.kind, Kind::Member(of, _) if self.is_null(of, locals)) => {
                Ok(Value::Bool(false))
            }
            Err(error) => Err(error),
        }
    }

    fn is_null(&mut self, expr: &Expr, locals: Option<&Local<'_>>) -> bool {
        self.evaluate(expr, locals) == Ok(Value::Null)
    }

    /// Evaluates `expression` with a variable.
    fn with(
        &mut self,
        variable: &Expr,
        value: &Value,
        call: &MacroCall<'_>,
        expression: &Expr,
    ) -> Outcome {
        let Kind::Name(name) = &variable.kind else {
            return Err(EvaluationError::new("the first argument must be the name of a variable"));
        };
        let local = Local { name, value, outer: call.locals };
        self.evaluate(expression, Some(&local))
    }

    /// Macros that look at each item of a list, or at each key of a map.
    fn each(
        &mut self,
        kind: Macro,
        call: &MacroCall<'_>,
        variable: &Expr,
        rest: &[Expr],
    ) -> Outcome {
        let Some(receiver) = call.receiver else {
            return Err(EvaluationError::new("write it behind a list"));
        };
        let items = match self.evaluate(receiver, call.locals)? {
            Value::List(items) => items,
            Value::Map(members) => members.into_keys().map(Value::String).collect(),
            other => return Err(EvaluationError::expected("a list", &other)),
        };
        let mut results = Vec::new();
        let mut failure = None;
        let mut passed = 0;
        for item in items {
            let outcome = match rest {
                [condition, value] => {
                    match self.with(variable, &item, call, condition)?.as_bool()? {
                        true => self.with(variable, &item, call, value),
                        false => continue,
                    }
                }
                [expression] => self.with(variable, &item, call, expression),
                _ => return Err(EvaluationError::new("the call has too few arguments")),
            };
            if kind == Macro::Map {
                results.push(outcome?);
                continue;
            }
            match (kind, outcome.and_then(|value| value.as_bool())) {
                (Macro::All, Ok(false)) => return Ok(Value::Bool(false)),
                (Macro::Exists, Ok(true)) => return Ok(Value::Bool(true)),
                (Macro::Filter, Ok(true)) => results.push(item),
                (Macro::ExistsOne, Ok(true)) => passed += 1,
                (Macro::All | Macro::Exists, Err(error)) => drop(failure.get_or_insert(error)),
                (_, Err(error)) => return Err(error),
                (_, Ok(_)) => {}
            }
        }
        match (kind, failure) {
            (_, Some(error)) => Err(error),
            (Macro::Map | Macro::Filter, None) => Ok(Value::List(results)),
            (Macro::ExistsOne, None) => Ok(Value::Bool(passed == 1)),
            (kind, None) => Ok(Value::Bool(kind == Macro::All)),
        }
    }
}
