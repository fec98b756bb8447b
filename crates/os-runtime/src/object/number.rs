//! Autonumbers: `HD-00042`.
//!
//! **Invariant:** a number is used once. It is taken in the transaction that writes
//! the record, so a record that is not written leaves a gap at most.

use super::{Field, Object, sql};
use os_db::{Name, Result, Tx};

/// Takes the next number of a field, in the format of the field.
///
/// # Errors
/// Those of the database.
pub async fn next(tx: &mut Tx, object: &Object, field: &Field) -> Result<String> {
    let last = sql::next_number(tx, object.name.as_str(), field.name.as_str()).await?;
    Ok(format(field.number_format.as_deref().unwrap_or("{0000}"), last))
}

/// Follows a field that is renamed: its numbers go on under the new name.
///
/// # Errors
/// Those of the database.
pub async fn rename_field(tx: &mut Tx, object: &Name, from: &Name, to: &Name) -> Result<()> {
    sql::rename_field(tx, object.as_str(), from.as_str(), to.as_str()).await
}

/// `HD-{00000}` and 42 give `HD-00042`.
fn format(format: &str, number: i64) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte == b'0');
    match format.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?))) {
        Some((before, (zeros, after))) if digits(zeros) => {
            format!("{before}{number:0width$}{after}", width = zeros.len())
        }
        _ => format!("{format}{number}"),
    }
}

#[cfg(test)]
mod tests {
    use super::format;

    #[test]
    fn numbers_fill_the_zeros_of_their_format() {
        for (form, text) in
            [("HD-{00000}", "HD-00042"), ("{0}", "42"), ("{0000}/x", "0042/x"), ("N", "N42")]
        {
            assert_eq!(format(form, 42), text);
        }
    }
}
