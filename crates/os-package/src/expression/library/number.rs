//! Numbers.

use super::Arguments;
use crate::expression::value::{Outcome, Value};
use std::cmp::Ordering;

/// `abs(x)`
pub fn abs(arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::Number(arguments.number(0)?.abs()))
}

/// `ceil(x)`
pub fn ceil(arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::Number(arguments.number(0)?.ceil()))
}

/// `floor(x)`
pub fn floor(arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::Number(arguments.number(0)?.floor()))
}

/// `round(x)`, halves away from zero.
pub fn round(arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::Number(arguments.number(0)?.round()))
}

/// `max(a, b)` of numbers, timestamps or durations.
pub fn max(arguments: &Arguments<'_>) -> Outcome {
    pick(arguments, Ordering::Less)
}

/// `min(a, b)` of numbers, timestamps or durations.
pub fn min(arguments: &Arguments<'_>) -> Outcome {
    pick(arguments, Ordering::Greater)
}

/// Returns the second where the first compares so, or else the first.
fn pick(arguments: &Arguments<'_>, second: Ordering) -> Outcome {
    let (one, other) = (arguments.value(0), arguments.value(1));
    Ok(if one.compare(other)? == second { other.clone() } else { one.clone() })
}
