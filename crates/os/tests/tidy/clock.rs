//! Tests wait for conditions, not for time.

use crate::assert_none;
use crate::source;
use crate::tree;

/// Tests that look at a clock or sleep, with the reason.
const CLOCKS: &[(&str, &str)] = &[
    ("crates/os-test/src/wait.rs", "waits for a condition, with a limit"),
    ("crates/os-test/src/process.rs", "tells how long a program took that did not answer"),
    ("crates/os-runtime/tests/it/install/catalog.rs", "a catalog that is slow on purpose"),
    ("crates/os-db/tests/deadline.rs", "deadlines are about time"),
    ("crates/os-runtime/tests/it/data/limits.rs", "deadlines are about time"),
    ("crates/os/tests/cli/limits.rs", "deadlines are about time"),
    ("crates/os-package/src/settings/tests.rs", "a ceiling that a hostile schema would break"),
    ("crates/os/tests/hostile/", "attacks last, while another caller is watched"),
    ("crates/os/tests/faults/", "kills at random moments"),
    ("crates/os/tests/reconcile/kills.rs", "kills at chosen moments"),
];

#[test]
fn tests_wait_for_conditions() {
    let mut found = Vec::new();
    for file in tree::rust() {
        let is_test = file.path.contains("/tests/")
            || file.path.ends_with("/tests.rs")
            || file.krate() == "os-test";
        let is_allowed = CLOCKS.iter().any(|(path, _)| file.path.starts_with(path));
        if !is_test || is_allowed || file.path.starts_with("crates/os/tests/tidy/") {
            continue;
        }
        let source = source::parse(&file.text);
        for (number, line) in source.code.lines().enumerate() {
            if line.contains("sleep(") || line.contains("Instant::now(") {
                found.push(format!("{}:{}", file.path, number + 1));
            }
        }
    }
    assert_none(
        found,
        "Wait for a condition with `os_test::wait`, or set the clock; a reason for another way \
         belongs into CLOCKS.",
    );
}
