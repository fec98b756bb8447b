//! The outcome of an install, in words.

use os_api::desired::{InstallOutcome, SeedFailure, SeedOutcome};
use os_package::effect;

/// Returns the outcome of the seeds: `3 new, 1 failed`.
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

/// Returns the whole outcome in a line: `sample data: 3 new · kept data: 1 · not running: flow`.
pub fn summary(outcome: &InstallOutcome) -> String {
    let count = |entries: usize| (entries > 0).then(|| entries.to_string());
    let loaded = match &outcome.seeds {
        loaded @ SeedOutcome::Loaded { .. } => Some(seeds(loaded)),
        SeedOutcome::Skipped { .. } => None,
    };
    let kinds = (!outcome.not_running.is_empty()).then(|| outcome.not_running.join(", "));
    let (statements, warnings) = split_warnings(outcome);
    let parts = [
        ("sample data", loaded),
        ("kept data", count(outcome.kept.len())),
        ("warnings", count(warnings.len())),
        ("no effect", count(statements.len())),
        ("not running", kinds),
    ];
    let words = parts.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}", value?)));
    words.collect::<Vec<_>>().join(" · ")
}

/// The statements about properties without effect that a page shows unfolded.
pub const MAX_OPEN_STATEMENTS: usize = 5;

/// Returns the statements about properties without effect, and the other warnings.
pub fn split_warnings(outcome: &InstallOutcome) -> (Vec<&str>, Vec<&str>) {
    outcome.warnings.iter().map(String::as_str).partition(|it| effect::is_statement(it))
}

/// Returns the seeds that failed.
pub fn failures(seeds: &SeedOutcome) -> &[SeedFailure] {
    match seeds {
        SeedOutcome::Loaded { failures, .. } => failures,
        SeedOutcome::Skipped { .. } => &[],
    }
}

/// Returns whether the outcome contains more than counts of seeds.
pub fn is_noteworthy(outcome: &InstallOutcome) -> bool {
    let lists =
        [outcome.kept.is_empty(), outcome.warnings.is_empty(), outcome.not_running.is_empty()];
    !failures(&outcome.seeds).is_empty() || lists.contains(&false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_names_only_what_there_is() {
        let mut outcome = InstallOutcome {
            version: "1.1.0".to_owned(),
            previous_version: Some("1.0.0".to_owned()),
            installed_at: "2026-05-04T03:02:01Z".parse().unwrap(),
            seeds: SeedOutcome::Skipped { reason: "already-installed".to_owned() },
            kept: Vec::new(),
            warnings: vec!["`phone` has no label".to_owned()],
            not_running: Vec::new(),
        };
        assert_eq!(summary(&outcome), "warnings: 1");
        outcome.not_running = vec!["flow".to_owned(), "hook".to_owned()];
        assert_eq!(summary(&outcome), "warnings: 1 · not running: flow, hook");
        outcome.warnings.push("jobs[0]: has no effect here: jobs do not run".to_owned());
        assert_eq!(summary(&outcome), "warnings: 1 · no effect: 1 · not running: flow, hook");
    }

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
