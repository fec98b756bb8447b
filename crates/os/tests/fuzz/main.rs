//! The properties of the fuzz targets, for the inputs that are kept in `fuzz/seeds`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "../../../../fuzz/src/targets/mod.rs"]
mod targets;

use std::path::Path;

/// Inputs of one target, and the bytes of all: enough to begin with, and quick to read.
const MAX_SEEDS: usize = 50;
const MAX_SEED_BYTES: u64 = 500_000;

#[test]
#[allow(clippy::print_stderr, reason = "names the input of a failure")]
fn the_kept_inputs_of_every_target_keep_its_properties() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
    let mut bytes = 0;
    for target in targets::ALL {
        let folder = root.join(target.name);
        let files = std::fs::read_dir(&folder).unwrap_or_else(|_| panic!("{}", folder.display()));
        let files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        assert!((1..=MAX_SEEDS).contains(&files.len()), "{}: {}", target.name, files.len());
        for file in files {
            // Printed where it fails.
            eprintln!("{}", file.display());
            let input = std::fs::read(&file).unwrap();
            bytes += input.len() as u64;
            target.check(&input);
        }
    }
    assert!(bytes <= MAX_SEED_BYTES, "{bytes} bytes of seeds; minimise them");
    let folders = std::fs::read_dir(&root).unwrap().count();
    assert_eq!(folders, targets::ALL.len(), "a folder for each target");
}
