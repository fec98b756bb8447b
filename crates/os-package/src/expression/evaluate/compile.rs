//! Expressions that are parsed and checked once, to be evaluated often.

use super::{Evaluator, Scope};
use crate::expression::function::{Call, Evaluation, Macro, callable};
use crate::expression::library::{self, Patterns};
use crate::expression::value::Outcome;
use crate::expression::{Expr, InvalidExpression, Kind, Returns, parse};
use chrono::{DateTime, Utc};

/// A parsed expression whose functions are known and whose patterns are compiled.
#[derive(Debug, Clone)]
pub struct Expression {
    expr: Expr,
    patterns: Patterns,
}

/// A name that an expression takes from its scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference<'e> {
    /// `record` of `record.status`.
    pub name: &'e str,
    /// `status` of `record.status`; `None` where the name stands alone.
    pub member: Option<&'e str>,
}

impl Expression {
    /// Parses a text and checks that everything in it can be evaluated.
    ///
    /// # Errors
    /// The text is no expression, calls a function that does not exist or that does not take
    /// these arguments, or holds a pattern or time zone that is not supported.
    pub fn compile(source: &str) -> Result<Self, InvalidExpression> {
        let expr = parse(source)?;
        let mut patterns = Patterns::new();
        check(&expr, &mut patterns)?;
        Ok(Self { expr, patterns })
    }

    /// Returns the parsed text.
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    /// Evaluates it; `now` is the time that `now()` and `today()` stand for.
    ///
    /// # Errors
    /// A name is unknown, types do not fit, or it takes more steps or memory than allowed.
    pub fn evaluate(&self, scope: &dyn Scope, now: DateTime<Utc>) -> Outcome {
        Evaluator::new(scope, &self.patterns, now).evaluate(&self.expr, None)
    }

    /// Returns the names that it takes from its scope, in the order of the text.
    pub fn references(&self) -> Vec<Reference<'_>> {
        let mut found = Vec::new();
        collect(&self.expr, &mut Vec::new(), &mut found);
        found
    }

    /// Returns the type of its value, as far as its last operation determines it.
    pub fn returns(&self) -> Returns {
        returns(&self.expr)
    }
}

fn check(expr: &Expr, patterns: &mut Patterns) -> Result<(), InvalidExpression> {
    if let Kind::Call { receiver, name, arguments } = &expr.kind {
        let call = if receiver.is_some() { Call::Method } else { Call::Bare };
        let refuse = |message: String| Err(InvalidExpression::new(message, expr.span.clone()));
        let Some(function) = callable(name) else {
            return refuse(format!("there is no function `{name}`"));
        };
        if !function.arguments(call).contains(&arguments.len()) {
            let form = if call == Call::Method { "behind a dot" } else { "alone" };
            let count = arguments.len();
            return refuse(format!("`{name}` does not take {count} arguments {form}"));
        }
        if let (Some(Kind::Text(text)), "matches") =
            (arguments.last().map(|it| &it.kind), name.as_str())
            && !patterns.contains_key(text)
        {
            match library::pattern(text) {
                Ok(regex) => drop(patterns.insert(text.clone(), regex)),
                Err(error) => return refuse(error.message),
            }
        }
        if let (true, [Expr { kind: Kind::Text(zone), .. }]) =
            (function.takes_zone(), arguments.as_slice())
            && let Err(error) = library::zone(zone)
        {
            return refuse(error.message);
        }
    }
    expr.parts().into_iter().try_for_each(|part| check(part, patterns))
}

/// Collects the names that no macro around them defines.
fn collect<'e>(expr: &'e Expr, locals: &mut Vec<&'e str>, found: &mut Vec<Reference<'e>>) {
    match &expr.kind {
        Kind::Name(name) if !locals.contains(&name.as_str()) => {
            if super::operator::type_of(name).is_none() {
                found.push(Reference { name, member: None });
            }
        }
        Kind::Member(of, member) => match &of.kind {
            Kind::Name(name) if !locals.contains(&name.as_str()) => {
                found.push(Reference { name, member: Some(member) });
            }
            _ => collect(of, locals, found),
        },
        Kind::Optional(of, key) => match (&of.kind, &key.kind) {
            (Kind::Name(name), Kind::Text(member)) if !locals.contains(&name.as_str()) => {
                found.push(Reference { name, member: Some(member) });
            }
            _ => {
                collect(of, locals, found);
                collect(key, locals, found);
            }
        },
        Kind::Call { receiver, name, arguments } => {
            let kind = callable(name).map(|function| function.evaluation);
            let (has_namespace, has_variable) = match kind {
                Some(Evaluation::Macro(Macro::Bind)) => (true, true),
                Some(Evaluation::Macro(Macro::OptionalOf | Macro::OptionalNone)) => (true, false),
                Some(Evaluation::Macro(Macro::Has)) => (false, false),
                Some(Evaluation::Macro(_)) => (false, true),
                _ => (false, false),
            };
            if let Some(receiver) = receiver.as_ref().filter(|_| !has_namespace) {
                collect(receiver, locals, found);
            }
            let Some((Kind::Name(variable), rest)) = arguments
                .split_first()
                .map(|(first, rest)| (&first.kind, rest))
                .filter(|_| has_variable)
            else {
                return arguments.iter().for_each(|it| collect(it, locals, found));
            };
            locals.push(variable);
            rest.iter().for_each(|it| collect(it, locals, found));
            locals.pop();
        }
        _ => expr.parts().into_iter().for_each(|part| collect(part, locals, found)),
    }
}

fn returns(expr: &Expr) -> Returns {
    use crate::expression::Op;
    match &expr.kind {
        Kind::Bool(_) | Kind::Not(_) => Returns::Bool,
        Kind::Number(_) => Returns::Number,
        Kind::Text(_) => Returns::String,
        Kind::Bytes(_) => Returns::Bytes,
        Kind::List(_) => Returns::List,
        Kind::Map(_) => Returns::Map,
        Kind::Optional(..) => Returns::Optional,
        Kind::Binary(op, ..) => match op {
            Op::Add | Op::Subtract => Returns::Any,
            Op::Multiply | Op::Divide | Op::Remainder => Returns::Number,
            _ => Returns::Bool,
        },
        Kind::Call { name, .. } => callable(name).map_or(Returns::Any, |function| function.returns),
        Kind::If(_, then, otherwise) => match (returns(then), returns(otherwise)) {
            (one, other) if one == other => one,
            _ => Returns::Any,
        },
        _ => Returns::Any,
    }
}
