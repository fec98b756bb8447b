//! Suggestions for misspelled names.

/// Returns the nearest of these names, if one is near enough to be a misspelling.
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (wanted.chars().count() / 3).max(2);
    let near = names.into_iter().filter_map(|name| {
        let distance = distance(wanted, name, limit)?;
        Some((distance, name))
    });
    near.min().map(|(_, name)| name)
}

/// Returns the edit distance of two words, if it is at most `limit`.
fn distance(a: &str, b: &str, limit: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > limit || a.len().max(b.len()) > 64 {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    Some(row[b.len()]).filter(|distance| *distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_is_found_and_another_word_is_not() {
        let names = ["objects", "views", "flows"];
        assert_eq!(nearest("objcets", names), Some("objects"));
        assert_eq!(nearest("zebra_crossing", names), None);
    }
}
