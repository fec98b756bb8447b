//! The outcome of a change, on the terminal: one line, and warnings for its author.

use crate::output::{Mark, Output};
use crate::project::{count, difference, named, show};
use os_api::runtime::install::{LoadedSeeds, SeedError};
use os_compile::Diagnostic;
use os_db::now;
use os_package::effect;
use os_plan::diff::Difference;
use os_runtime::{Developed, Kept};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// More changed items than this are counted.
const MAX_SHOWN_FILES: usize = 3;

/// The outcome of a build.
#[derive(Debug, Default)]
pub struct Built {
    /// The paths that changed, from the project's folder.
    pub files: Vec<String>,
    /// `None` where it was compiled before.
    pub compile_ms: Option<f64>,
    pub install_ms: Option<f64>,
    pub warnings: Vec<Diagnostic>,
    /// The differences from the artifact that was live before.
    pub changes: Option<Vec<Difference>>,
}

/// Prints what came of each build.
pub struct Report {
    output: Output,
    url: String,
    /// The kept data that was reported last; each is reported once.
    kept: Vec<Kept>,
    /// The errors of seeds with their counts, reported once too.
    faults: BTreeMap<String, usize>,
    /// The number of warnings at the last report.
    warnings: usize,
    /// `true` if the last build failed.
    is_broken: bool,
}

impl Report {
    /// Creates a report about a runtime at `url`.
    pub fn new(output: Output, url: String) -> Self {
        Self {
            output,
            url,
            kept: Vec::new(),
            faults: BTreeMap::new(),
            warnings: 0,
            is_broken: false,
        }
    }

    /// The project is live as it is.
    pub fn live(&mut self, built: &Built, artifact: &Value, developed: Developed) {
        let kept: Vec<Kept> =
            developed.kept.iter().filter(|it| !self.kept.contains(it)).cloned().collect();
        self.kept = developed.kept;
        self.is_broken = false;
        if self.output.is_json() {
            let seeded = developed.seeded.as_ref();
            return self.record(
                "live",
                built,
                json!({
                    "package": developed.id.as_str(), "version": developed.version,
                    "kept": kept, "seeded": seeded, "seedsGone": developed.seeds_gone,
                    "replaced": developed.replaced.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
                }),
            );
        }
        let what = match built.changes.as_deref() {
            None => format!("{} is live", named(artifact)),
            Some(changes) => changed(changes),
        };
        self.line(Mark::Done, &what, built);
        for id in &developed.replaced {
            self.output
                .announce(format!("  it was {id} before, which is uninstalled; records stay"));
        }
        for it in &kept {
            let field = it.field.as_deref().map(|field| format!(".{field}")).unwrap_or_default();
            self.output.announce(format!("  {}{field}: {}", it.object, it.reason));
        }
        self.seeds(developed.id.as_str(), developed.seeded.as_ref(), developed.seeds_gone);
        // The compiler counts what has no effect among its warnings.
        for warning in developed.warnings.iter().filter(|it| !effect::is_statement(it)) {
            self.output.warn(warning);
        }
        self.warnings(built);
    }

    fn seeds(&mut self, id: &str, report: Option<&LoadedSeeds>, gone: usize) {
        if let Some(report) = report {
            let ignoring = report.datasets.iter().filter(|it| it.mode == "ignore");
            let ignored = ignoring.map(|it| it.skipped).sum();
            let parts = [
                (report.inserted, "added"),
                (report.updated, "updated"),
                (ignored, "left as they are, as `mode: 'ignore'` says"),
            ];
            let parts = parts.into_iter().filter(|(number, _)| *number > 0);
            let parts: Vec<_> = parts.map(|(number, what)| format!("{number} {what}")).collect();
            if !parts.is_empty() {
                self.output.announce(format!("  sample data: {}", parts.join(", ")));
            }
        }
        let errors = report.iter().flat_map(|report| &report.error_list);
        let mut faults = BTreeMap::new();
        for error in errors {
            *faults.entry(fault(error)).or_default() += 1;
        }
        for (fault, number) in faults.iter().filter(|(fault, _)| !self.faults.contains_key(*fault))
        {
            self.output.warn(format!("{fault} ({})", count(*number, "record")));
        }
        self.faults = faults;
        if gone > 0 {
            let what = if gone == 1 { "its record stays" } else { "their records stay" };
            self.output.announce(format!(
                "  {} gone from the project; {what} (`os package purge {id} --url {}` deletes all sample data)",
                count(gone, "seed"),
                self.url
            ));
        }
    }

    /// Nothing in the artifact changed.
    pub fn unchanged(&mut self, built: &Built) {
        let was_broken = std::mem::take(&mut self.is_broken);
        if self.output.is_json() {
            return self.record("unchanged", built, json!({}));
        }
        let what = if was_broken { "mended; the same as before" } else { "nothing changed" };
        self.line(Mark::Done, what, built);
        self.warnings(built);
    }

    /// The project does not compile, or the runtime does not take it.
    pub fn broken(&mut self, built: &Built, found: &[Diagnostic], live: Option<&str>) {
        self.is_broken = true;
        let (errors, warnings): (Vec<_>, Vec<_>) = found.iter().partition(|it| it.is_error());
        if self.output.is_json() {
            return self.record("broken", built, json!({ "errors": errors, "warnings": warnings }));
        }
        show(&errors, self.output);
        let goes_on = live
            .map_or("nothing is live yet".to_owned(), |live| format!("{live} goes on as it was"));
        self.line(Mark::Failure, &format!("{}; {goes_on}", count(errors.len(), "error")), built);
    }

    fn warnings(&mut self, built: &Built) {
        let number = built.warnings.len();
        let before = std::mem::replace(&mut self.warnings, number);
        if number > 0 && number != before {
            let warnings = count(number, "warning");
            self.output.announce(format!("  {warnings}; `os lint` shows them with their lines"));
        }
    }

    fn line(&self, mark: Mark, what: &str, built: &Built) {
        let time = now().with_timezone(&chrono::Local).format("%H:%M:%S");
        let parts = [("compile", built.compile_ms), ("install", built.install_ms)];
        let parts = parts.into_iter().filter_map(|(part, ms)| Some(format!("{part} {} ms", ms?)));
        let parts = parts.collect::<Vec<_>>().join(", ");
        self.output.announce_marked(mark, format!("{time}  {what}  ({parts})"));
    }

    fn record(&self, event: &str, built: &Built, mut more: Value) {
        more["event"] = event.into();
        more["files"] = json!(built.files);
        more["compileMs"] = json!(built.compile_ms);
        more["installMs"] = json!(built.install_ms);
        if more.get("warnings").is_none() {
            more["warnings"] = json!(built.warnings);
        }
        more["changes"] = json!(built.changes);
        self.output.announce(more.to_string());
    }
}

/// Describes the reason for leaving out a seed, or one of its references.
fn fault(error: &SeedError) -> String {
    let field = error.field.as_deref().map(|it| format!(".{it}")).unwrap_or_default();
    format!("sample data of {}{field} was left out: {}", error.source_object, error.message)
}

fn changed(changes: &[Difference]) -> String {
    let mut parts: Vec<String> = changes.iter().take(MAX_SHOWN_FILES).map(difference).collect();
    if let more @ 1.. = changes.len().saturating_sub(MAX_SHOWN_FILES) {
        parts.push(format!("and {more} more"));
    }
    match parts.is_empty() {
        true => "live again".to_owned(),
        false => parts.join("; "),
    }
}
