//! The outcome of an install, in words.

use os_api::desired::{InstallOutcome, SeedFailure, SeedOutcome};

/// What happened to the seeds, in a sentence.
pub fn seeds(seeds: &SeedOutcome) -> String {
    match seeds {
        SeedOutcome::Loaded { inserted, updated, unchanged, failed, .. } => {
            let counts = [
                (inserted, "new"),
                (updated, "updated"),
                (unchanged, "unchanged"),
                (failed, "failed"),
            ];
            let counts = counts.into_iter().filter(|(count, _)| **count > 0);
            let words: Vec<_> = counts.map(|(count, word)| format!("{count} {word}")).collect();
            if words.is_empty() { "no records".to_owned() } else { words.join(", ") }
        }
        SeedOutcome::Skipped { reason } => match reason.as_str() {
            "no-datasets" => "none in the package".to_owned(),
            "already-installed" => "not loaded: the package was installed before".to_owned(),
            "not-wanted" => "not requested".to_owned(),
            "disabled" => "not loaded: the package is disabled".to_owned(),
            other => format!("not loaded: {other}"),
        },
    }
}

/// The seeds that failed.
pub fn failures(seeds: &SeedOutcome) -> &[SeedFailure] {
    match seeds {
        SeedOutcome::Loaded { failures, .. } => failures,
        SeedOutcome::Skipped { .. } => &[],
    }
}

/// Whether the outcome has something that people should read.
pub fn is_noteworthy(outcome: &InstallOutcome) -> bool {
    let lists =
        [outcome.kept.is_empty(), outcome.warnings.is_empty(), outcome.not_running.is_empty()];
    !failures(&outcome.seeds).is_empty() || lists.contains(&false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_counted_in_words() {
        let loaded = |inserted, failed| SeedOutcome::Loaded {
            inserted,
            updated: 0,
            unchanged: 0,
            failed,
            failures: Vec::new(),
        };
        assert_eq!(seeds(&loaded(3, 1)), "3 new, 1 failed");
        assert_eq!(seeds(&loaded(0, 0)), "no records");
        let skipped = SeedOutcome::Skipped { reason: "not-wanted".to_owned() };
        assert_eq!(seeds(&skipped), "not requested");
    }
}
