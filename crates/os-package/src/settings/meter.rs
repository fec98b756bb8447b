//! The work that settings may cost.

use serde_json::Value;

/// Steps of one check of settings: about one for each schema that is applied to a value.
pub const MAX_CHECK_STEPS: usize = 100_000;
/// Steps of a walk that fills in defaults or looks for secrets. More than those of a check, so that
/// what was admitted can be shown.
pub const MAX_WALK_STEPS: usize = 4 * MAX_CHECK_STEPS;

/// Settings that are too many for their schema, or a schema that is too large for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooComplex;

/// A budget of steps.
///
/// **Invariant:** what is not paid for is not done.
#[derive(Debug)]
pub struct Meter {
    left: usize,
}

impl Meter {
    pub fn new(steps: usize) -> Self {
        Self { left: steps }
    }

    pub fn spend(&mut self, steps: usize) -> Result<(), TooComplex> {
        self.left = self.left.checked_sub(steps).ok_or(TooComplex)?;
        Ok(())
    }

    /// Pays for reading or copying a text.
    pub fn spend_text(&mut self, text: &str) -> Result<(), TooComplex> {
        self.spend(text.len() / 64)
    }

    /// Pays for copying a value.
    pub fn spend_bytes(&mut self, value: &Value) -> Result<(), TooComplex> {
        match value {
            Value::String(text) => self.spend_text(text),
            Value::Array(items) => {
                self.spend(items.len())?;
                items.iter().try_for_each(|item| self.spend_bytes(item))
            }
            Value::Object(members) => {
                self.spend(members.len())?;
                members.iter().try_for_each(|(name, member)| {
                    self.spend_text(name)?;
                    self.spend_bytes(member)
                })
            }
            _ => Ok(()),
        }
    }

    #[cfg(test)]
    pub fn left(&self) -> usize {
        self.left
    }
}
