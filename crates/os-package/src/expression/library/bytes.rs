//! Bytes: `b'…'`, `bytes('…')`.

use super::Arguments;
use crate::expression::value::{EvaluationError, Outcome, Value};
use std::fmt::Write;

fn bytes<'a>(arguments: &'a Arguments<'_>) -> Result<&'a [u8], EvaluationError> {
    match arguments.value(0) {
        Value::Bytes(bytes) => Ok(bytes),
        other => Err(EvaluationError::expected("bytes", other)),
    }
}

/// `bytes.at(index)`
pub fn at(arguments: &Arguments<'_>) -> Outcome {
    let byte = bytes(arguments)?.get(arguments.place(1)?);
    let byte = byte.ok_or_else(|| EvaluationError::new("there is no byte at this place"))?;
    Ok(Value::Number(f64::from(*byte)))
}

/// `bytes.hex()`
pub fn hex(arguments: &Arguments<'_>) -> Outcome {
    let digits = bytes(arguments)?.iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    });
    Ok(Value::String(digits))
}

/// `bytes.base64()`, with padding.
pub fn base64(arguments: &Arguments<'_>) -> Outcome {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes(arguments)?.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place)) as usize & 63];
            text.push(if place > chunk.len() { '=' } else { char::from(digit) });
        }
    }
    Ok(Value::String(text))
}

/// `bytes.json()`: the value that JSON text stands for.
pub fn json(arguments: &Arguments<'_>) -> Outcome {
    serde_json::from_slice(bytes(arguments)?)
        .map(|json| Value::from_json(&json))
        .map_err(|error| EvaluationError::new(format!("the bytes are not JSON: {error}")))
}
