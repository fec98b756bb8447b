//! The value of an expression.
//!
//! **Invariant:** evaluation is pure. Names come from the [`Scope`], the time from the caller, and
//! both steps and memory are bounded: whatever the text and the record, it ends with a [`Value`] or
//! an [`EvaluationError`].

mod compile;
mod macros;
mod operator;

pub use compile::{Expression, Reference};

use super::function::{Call, Evaluation, callable};
use super::library::{Arguments, Patterns};
use super::value::{EvaluationError, Outcome, Value};
use super::{Expr, Kind, Op};
use chrono::{DateTime, Utc};

/// The most parts, list items and calls that one evaluation visits.
const MAX_STEPS: usize = 100_000;
/// The most memory that values of one evaluation take together, in bytes.
const MAX_VALUE_BYTES: usize = 16 * 1024 * 1024;

/// The names that an expression can use.
pub trait Scope {
    /// Returns the value of a name that stands alone, such as `current_user`; `None` where there is
    /// none.
    fn name(&self, name: &str) -> Option<Value>;

    /// Returns the value of `name.member`, without building all of `name`; `None` to ask
    /// [`Scope::name`].
    ///
    /// # Errors
    /// The name has no such member.
    fn member(&self, name: &str, member: &str) -> Option<Result<Value, EvaluationError>>;
}

/// A variable of a macro: `x` of `list.all(x, …)`.
#[derive(Clone, Copy)]
pub(super) struct Local<'l> {
    name: &'l str,
    value: &'l Value,
    outer: Option<&'l Local<'l>>,
}

/// One evaluation.
pub(super) struct Evaluator<'e> {
    scope: &'e dyn Scope,
    patterns: &'e Patterns,
    now: DateTime<Utc>,
    steps: usize,
    bytes: usize,
}

impl<'e> Evaluator<'e> {
    fn new(scope: &'e dyn Scope, patterns: &'e Patterns, now: DateTime<Utc>) -> Self {
        Self { scope, patterns, now, steps: 0, bytes: 0 }
    }

    /// Evaluates a part; `locals` are the variables of the macros around it.
    fn evaluate(&mut self, expr: &Expr, locals: Option<&Local<'_>>) -> Outcome {
        self.step()?;
        let value = self.part(expr, locals)?;
        self.bytes += value.size();
        if self.bytes > MAX_VALUE_BYTES {
            return Err(EvaluationError::new("the expression needs too much memory"));
        }
        Ok(value)
    }

    fn step(&mut self) -> Result<(), EvaluationError> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err(EvaluationError::new("the expression takes too many steps"));
        }
        Ok(())
    }

    fn part(&mut self, expr: &Expr, locals: Option<&Local<'_>>) -> Outcome {
        Ok(match &expr.kind {
            Kind::Null => Value::Null,
            Kind::Bool(flag) => Value::Bool(*flag),
            Kind::Number(number) => Value::Number(*number),
            Kind::Text(text) => Value::String(text.clone()),
            Kind::Bytes(bytes) => Value::Bytes(bytes.clone()),
            Kind::List(items) => {
                let items = items.iter().map(|item| self.evaluate(item, locals));
                Value::List(items.collect::<Result<_, _>>()?)
            }
            Kind::Map(entries) => self.map(entries, locals)?,
            Kind::Name(name) => self.name(name, locals)?,
            Kind::Member(of, member) => self.member(of, member, locals)?,
            Kind::Index(of, key) => {
                let of = self.evaluate(of, locals)?;
                of.select(&self.evaluate(key, locals)?)?
            }
            Kind::Optional(of, key) => self.optional(of, key, locals)?,
            Kind::Not(of) => Value::Bool(!self.evaluate(of, locals)?.as_bool()?),
            Kind::Minus(of) => operator::negate(&self.evaluate(of, locals)?)?,
            Kind::If(condition, then, otherwise) => {
                let is_true = self.evaluate(condition, locals)?.as_bool()?;
                self.evaluate(if is_true { then } else { otherwise }, locals)?
            }
            Kind::Binary(Op::Or, left, right) => self.logic(true, left, right, locals)?,
            Kind::Binary(Op::And, left, right) => self.logic(false, left, right, locals)?,
            Kind::Binary(op, left, right) => {
                let left = self.evaluate(left, locals)?;
                operator::binary(*op, left, self.evaluate(right, locals)?)?
            }
            Kind::Call { receiver, name, arguments } => {
                self.call(receiver.as_deref(), name, arguments, locals)?
            }
        })
    }

    fn map(&mut self, entries: &[(Expr, Expr)], locals: Option<&Local<'_>>) -> Outcome {
        let mut members = std::collections::BTreeMap::new();
        for (key, value) in entries {
            let key = self.evaluate(key, locals)?;
            let name = key.to_text().ok_or_else(|| EvaluationError::expected("a key", &key))?;
            members.insert(name, self.evaluate(value, locals)?);
        }
        Ok(Value::Map(members))
    }

    fn name(&mut self, name: &str, locals: Option<&Local<'_>>) -> Outcome {
        if let Some(value) = local(name, locals) {
            return Ok(value.clone());
        }
        let of_scope = self.scope.name(name);
        let value = of_scope.or_else(|| operator::type_of(name).map(Value::Type));
        value.ok_or_else(|| EvaluationError {
            message: format!("Unknown variable: {name}"),
            missing_key: Some(name.to_owned()),
        })
    }

    fn member(&mut self, of: &Expr, member: &str, locals: Option<&Local<'_>>) -> Outcome {
        if let Kind::Name(name) = &of.kind
            && local(name, locals).is_none()
            && let Some(value) = self.scope.member(name, member)
        {
            return value;
        }
        self.evaluate(of, locals)?.select(&Value::String(member.to_owned()))
    }

    /// `of.?key`, `of[?key]`: what is missing on the way is absent.
    fn optional(&mut self, of: &Expr, key: &Expr, locals: Option<&Local<'_>>) -> Outcome {
        if let (Kind::Name(name), Kind::Text(member)) = (&of.kind, &key.kind)
            && local(name, locals).is_none()
            && let Some(value) = self.scope.member(name, member)
        {
            return Ok(Value::Optional(
                value.ok().filter(|value| *value != Value::Null).map(Box::new),
            ));
        }
        let of = self.evaluate(of, locals)?;
        of.select_optional(&self.evaluate(key, locals)?)
    }

    /// `||` and `&&`: a side that equals `decides` decides alone, even if the other has no value.
    fn logic(
        &mut self,
        decides: bool,
        left: &Expr,
        right: &Expr,
        locals: Option<&Local<'_>>,
    ) -> Outcome {
        let left = self.evaluate(left, locals).and_then(|value| value.as_bool());
        if left == Ok(decides) {
            return Ok(Value::Bool(decides));
        }
        let right = self.evaluate(right, locals)?.as_bool()?;
        if right == decides {
            return Ok(Value::Bool(decides));
        }
        left.map(|_| Value::Bool(right))
    }

    fn call(
        &mut self,
        receiver: Option<&Expr>,
        name: &str,
        arguments: &[Expr],
        locals: Option<&Local<'_>>,
    ) -> Outcome {
        let call = if receiver.is_some() { Call::Method } else { Call::Bare };
        let function = callable(name).filter(|it| it.arguments(call).contains(&arguments.len()));
        let function = function.ok_or_else(|| {
            EvaluationError::new(format!("there is no function `{name}` like this"))
        })?;
        let compute = match function.evaluation {
            Evaluation::Macro(kind) => {
                let call = macros::MacroCall { receiver, arguments, locals };
                return self.expand(kind, &call);
            }
            Evaluation::Values(compute) => compute,
        };
        let values = receiver.into_iter().chain(arguments).map(|it| self.evaluate(it, locals));
        let values: Vec<Value> = values.collect::<Result<_, _>>()?;
        let weight = values.iter().map(Value::size).sum::<usize>();
        // A function may look at every byte of its arguments.
        self.steps += weight / 1024;
        self.step()?;
        let (now, patterns) = (self.now, self.patterns);
        compute(&Arguments { values, is_method: receiver.is_some(), now, patterns })
    }
}

/// Returns the value of a variable of a macro.
fn local<'l>(name: &str, mut locals: Option<&Local<'l>>) -> Option<&'l Value> {
    while let Some(found) = locals {
        if found.name == name {
            return Some(found.value);
        }
        locals = found.outer;
    }
    None
}

#[cfg(test)]
mod tests;
