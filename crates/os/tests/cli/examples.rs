//! The projects of `examples/`, and what was published of them.

use crate::world::World;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_projects_compile_to_what_is_published() {
    let world = World::new();
    for project in ["crm", "helpdesk"] {
        let folder = examples().join(project);
        let made = world.path(&format!("{project}.json"));
        let mut compile = world.command("compile");
        world.run(compile.arg(&folder).arg("-o").arg(&made)).ok();
        let made = read(&made);
        let version = made["manifest"]["version"].as_str().unwrap();
        let published = read(&folder.join(version).join("objectstack.json"));
        let same = made == published;
        assert!(
            same,
            "{project}: run `os compile examples/{project} -o …/{version}/objectstack.json`, or give it another version"
        );
        world.run(world.command("lint").arg(&folder)).ok();
    }
}

#[test]
fn a_project_of_plain_data_compiles_too() {
    let world = World::new();
    let mut info = world.command("info --json");
    let counts = world.run(info.arg(examples().join("timesheet"))).ok().json()["counts"].clone();
    assert_eq!((&counts["objects"], &counts["data"]), (&1.into(), &1.into()), "{counts}");
}
