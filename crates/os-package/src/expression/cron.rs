//! Schedules: five fields, or six with seconds first.
//!
//! **Invariant:** only the form is checked, as in the original; the values of a field are checked
//! by the scheduler.

use super::InvalidExpression;

/// Schedules that have a name.
const NAMED: [&str; 7] =
    ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@hourly", "@reboot"];

/// Checks a schedule: `0 9 * * 1`, `@daily`.
///
/// # Errors
///
/// It is empty, has another number of fields, or a field has a character that schedules do not have.
pub fn check_cron(source: &str) -> Result<(), InvalidExpression> {
    let trimmed = source.trim();
    let whole = 0..source.len();
    if trimmed.starts_with('@') {
        return match NAMED.contains(&trimmed) {
            true => Ok(()),
            false => {
                let message =
                    format!("there is no schedule {trimmed}; use one of {}", NAMED.join(", "));
                Err(InvalidExpression::new(message, whole))
            }
        };
    }
    let count = trimmed.split_whitespace().count();
    if count != 5 && count != 6 {
        let message = format!(
            "a schedule has 5 fields (minute, hour, day, month, weekday), or 6 with seconds first; this has {count}"
        );
        return Err(InvalidExpression::new(message, whole));
    }
    for field in trimmed.split_whitespace() {
        let is_known = |it: char| it.is_ascii_alphanumeric() || "_*,/-?#".contains(it);
        if !field.chars().all(is_known) {
            let start = field.as_ptr() as usize - source.as_ptr() as usize;
            let message = format!("`{field}` is not a field of a schedule");
            return Err(InvalidExpression::new(message, start..start + field.len()));
        }
    }
    Ok(())
}
