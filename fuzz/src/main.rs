//! One fuzzer for all targets: `FUZZ_TARGET` names the one to run. `./test fuzz` builds and runs it.

#![no_main]

mod mutate;
mod targets;

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use std::sync::LazyLock;
use targets::Target;

static TARGET: LazyLock<&Target> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
    let target = targets::ALL.iter().find(|target| target.name == name);
    target.unwrap_or_else(|| panic!("FUZZ_TARGET names no target: `{name}`"))
});

/// The targets whose inputs are JSON.
const JSON: [&str; 5] = ["artifact", "manifest", "settings", "query", "record"];

fuzz_target!(|bytes: &[u8]| TARGET.check(bytes));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    // A third of the changes break the form.
    let keeps_form = JSON.contains(&TARGET.name) && !seed.is_multiple_of(3);
    let changed = if keeps_form { mutate::json(&data[..size], seed) } else { None };
    match changed {
        Some(text) if text.len() <= max_size => {
            data[..text.len()].copy_from_slice(&text);
            text.len()
        }
        _ => fuzzer_mutate(data, size, max_size),
    }
});
