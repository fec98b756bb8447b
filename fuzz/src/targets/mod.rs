//! The targets: one for each parser that reads strangers' bytes.
//!
//! A target checks more than that nothing panics: an input takes bounded time, what is accepted
//! can be read again, and a refusal names its place in a bounded message. `crates/os/tests/fuzz`
//! compiles this module, too, and checks the kept seeds.

mod artifact;
mod data;
mod expression;
mod icon;
mod range;
mod settings;
mod yaml;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use os_package::InvalidArtifact;
use std::time::Duration;

/// The most processor time for one input. The slowest honest one takes a hundredth.
const MAX_INPUT_TIME: Duration = Duration::from_secs(2);

/// The most characters of a message for people, and of a place in it.
const MAX_MESSAGE_CHARS: usize = 2000;

/// A parser, and what is always true of it.
pub struct Target {
    pub name: &'static str,
    /// Builds what all inputs share, so that the first one is not slower.
    pub prepare: fn(),
    /// Panics if a property does not hold.
    pub run: fn(&[u8]),
}

/// All targets.
pub const ALL: &[Target] = &[
    Target { name: "artifact", prepare: artifact::prepare, run: artifact::artifact },
    Target { name: "manifest", prepare: nothing, run: artifact::manifest },
    Target { name: "settings", prepare: nothing, run: settings::settings },
    Target { name: "query", prepare: data::prepare, run: data::query },
    Target { name: "record", prepare: data::prepare, run: data::record },
    Target { name: "url", prepare: data::prepare, run: data::url },
    Target { name: "expression", prepare: nothing, run: expression::expression },
    Target { name: "template", prepare: nothing, run: expression::template },
    Target { name: "cron", prepare: nothing, run: expression::cron },
    Target { name: "range", prepare: nothing, run: range::range },
    Target { name: "icon", prepare: nothing, run: icon::icon },
    Target { name: "yaml", prepare: yaml::prepare, run: yaml::yaml },
];

fn nothing() {}

impl Target {
    /// Checks the properties of the target for one input.
    ///
    /// # Panics
    /// One of them does not hold.
    pub fn check(&self, bytes: &[u8]) {
        (self.prepare)();
        let before = processor_time();
        (self.run)(bytes);
        let took = processor_time() - before;
        assert!(took < MAX_INPUT_TIME, "{} bytes took {took:?}", bytes.len());
    }
}

/// Returns the time that all threads of this process ran; other processes do not slow it down.
fn processor_time() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("a process knows its own usage");
    let micros = (usage.user_time() + usage.system_time()).num_microseconds();
    Duration::from_micros(micros.try_into().unwrap_or_default())
}

/// Checks a message for people: it says something, in bounds, without characters that a terminal obeys.
fn check_message(message: &str) {
    assert!(!message.trim().is_empty(), "an empty message");
    let length = message.chars().count();
    assert!(length <= MAX_MESSAGE_CHARS, "a message of {length} characters");
    let control = message.chars().find(|it| it.is_control() && *it != '\n');
    assert!(control.is_none(), "a control character in {message:?}");
}

/// Checks that a refusal names the places and the problems.
fn check_refusal(refusal: &InvalidArtifact) {
    assert!((1..=50).contains(&refusal.problems.len()), "{} problems", refusal.problems.len());
    for problem in &refusal.problems {
        check_message(&problem.path);
        check_message(&problem.message);
    }
}
