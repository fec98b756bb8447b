//! What a command reports is what happened: installs with and without a runtime, a publish that is
//! refused, an environment that is selected, and who is still signed in.

use crate::world::{EMAIL, PASSWORD, Ran, World};
use os_test::eventually_blocking;
use serde_json::{Value, json};

fn artifact(version: &str, dependencies: Value) -> Value {
    json!({
        "manifest": {
            "id": "com.example.todo", "namespace": "todo", "version": version, "type": "app",
            "name": "Todo", "dependencies": dependencies,
        },
        "objects": [{ "name": "todo_task", "fields": { "title": { "type": "text" } } }],
    })
}

fn publish(world: &World, artifact: &Value, flags: &str) -> Ran {
    std::fs::create_dir_all(world.path("dist")).unwrap();
    std::fs::write(world.path("dist/objectstack.json"), artifact.to_string()).unwrap();
    world.os(&format!("package publish {flags}"))
}

#[test]
fn a_publish_that_installs_waits_for_the_runtime() {
    let world = World::new();
    let _server = world.signed_in();
    let ran = publish(&world, &artifact("1.0.0", json!({})), "--env Development --install").ok();
    assert!(ran.stdout.contains("✓ Installed in the environment"), "{ran:?}");
    let installed = world.os("package list --env Development --json").ok().json();
    let row = &installed["packages"][0];
    assert_eq!((&row["status"], &row["observed_version"]), (&json!("installed"), &json!("1.0.0")));
    assert!(row.get("status_note").is_none(), "{row}");

    // Refused by the environment, after it was published.
    let needy = artifact("1.1.0", json!({ "com.example.missing": "^1.0.0" }));
    let ran = publish(&world, &needy, "--env Development --install");
    assert_eq!(ran.exit, 1, "{ran:?}");
    assert!(ran.stdout.contains("Published com.example.todo 1.1.0"), "{ran:?}");
    assert!(ran.stderr.contains("not installed: ") && ran.stderr.contains("missing"), "{ran:?}");
    let ran = world.os("package publish --env Development --install --json");
    assert_eq!((ran.exit, &ran.json()["success"]), (1, &json!(false)));
    // A flag without effect is said.
    let ran = publish(&world, &artifact("1.2.0", json!({})), "--env Development").ok();
    assert!(ran.stderr.contains("needs `--install`"), "{ran:?}");
}

#[test]
fn an_environment_without_a_runtime_says_that_nothing_runs() {
    let world = World::new();
    let _server = world.signed_in();
    world.os("environments create --name QA --type test").ok();
    let ran = publish(&world, &artifact("1.0.0", json!({})), "--env QA --install").ok();
    assert!(ran.stdout.contains("Recorded for the environment"), "{ran:?}");
    assert!(ran.stderr.contains("no runtime is connected"), "{ran:?}");
    let list = world.os("package list --env QA").ok();
    assert!(list.stdout.contains("installed, no runtime"), "{list:?}");
    publish(&world, &artifact("1.1.0", json!({})), "").ok();
    let ran = world.os("package upgrade com.example.todo --env QA").ok();
    assert!(ran.stdout.contains("is recorded for the environment"), "{ran:?}");
    let row = &world.os("package list --env QA --json").ok().json()["packages"][0];
    assert_eq!(row["status"], "installed", "the field stays as clients know it");
    assert!(row["status_note"].as_str().unwrap().contains("when one connects"), "{row}");
}

#[test]
fn a_file_is_not_installed_somewhere_else_than_named() {
    let world = World::new();
    let _server = world.signed_in();
    publish(&world, &artifact("1.0.0", json!({})), "").ok();
    for target in ["dist/objectstack.json", "./dist"] {
        let ran = world.os(&format!("package install {target} --env Development"));
        assert_eq!(ran.exit, 2, "{ran:?}");
        assert!(ran.stderr.contains("os package publish") && ran.stderr.contains("--install"));
    }
    let ran =
        world.os("package install com.example.todo --runtime http://a.test --env Development");
    assert!(ran.exit == 2 && ran.stderr.contains("exclude each other"), "{ran:?}");
}

#[test]
fn a_refused_publish_leaves_no_empty_package() {
    let world = World::new();
    let _server = world.signed_in();
    let ran = publish(&world, &artifact("1.0.0", json!({})), "--version nonsense");
    assert_eq!(ran.exit, 1, "{ran:?}");
    assert!(ran.stderr.contains("it is deleted again"), "{ran:?}");
    assert_eq!(world.os("package list --json").ok().json()["total"], 0);
    // A package that was there before stays.
    publish(&world, &artifact("1.0.0", json!({})), "").ok();
    assert_eq!(publish(&world, &artifact("1.0.0", json!({})), "--version nonsense").exit, 1);
    assert_eq!(world.os("package list --json").ok().json()["total"], 1);
}

#[test]
fn a_created_environment_is_selected_aloud() {
    let world = World::new();
    let _server = world.signed_in();
    let ran = world.os("environments create --name QA --type test").ok();
    assert!(ran.stderr.contains("QA is the active environment"), "{ran:?}");
    let ran = world.os("environments create --name Next --type test --no-activate").ok();
    assert!(!ran.stderr.contains("active"), "{ran:?}");
    let ran = world.os("environments create --name Last --type test").ok();
    assert!(ran.stderr.contains("instead of"), "{ran:?}");
}

#[test]
fn a_logout_names_what_is_still_signed_in() {
    let world = World::new();
    let server = world.signed_in();
    let mut login = world.command(&format!("login --url {} --email {EMAIL}", server.url));
    world.run(login.arg("--password").arg(PASSWORD)).ok();
    let mut logout = world.command("cloud logout");
    let ran = world.run(logout.env("OS_CLOUD_API_KEY", "osk_of_ci")).ok();
    assert!(ran.stdout.contains("Logged out of"), "{ran:?}");
    for credential in ["OS_CLOUD_API_KEY", "`os login`", "`os logout`"] {
        assert!(ran.stderr.contains(credential), "{credential}: {ran:?}");
    }
    assert!(!ran.stderr.contains("osk_of_ci"), "{ran:?}");
    let left = world.os("cloud logout --json").ok().json()["stillSignedIn"].clone();
    assert_eq!(left.as_array().unwrap().len(), 1, "{left}");
    world.os("logout").ok();
    assert_eq!(world.os("cloud logout --json").ok().json()["stillSignedIn"], json!([]));
}

#[test]
fn a_local_install_cannot_undo_what_the_environment_manages() {
    let world = World::new();
    let server = world.signed_in();
    publish(&world, &artifact("1.0.0", json!({})), "--env Development --install").ok();
    let mut login = world.command(&format!("login --url {} --email {EMAIL}", server.url));
    world.run(login.arg("--password").arg(PASSWORD)).ok();
    let newer = artifact("2.0.0", json!({}));
    std::fs::write(world.path("dist/objectstack.json"), newer.to_string()).unwrap();
    let ran = world.os(&format!("package install dist/objectstack.json --runtime {}", server.url));
    assert_eq!(ran.exit, 1, "{ran:?}");
    assert!(ran.stderr.contains("belongs to the environment"), "{ran:?}");
    assert!(ran.stderr.contains("os package publish --env"), "{ran:?}");
    eventually_blocking("the environment's version runs", || {
        let list = world.os(&format!("package list --runtime {} --json", server.url)).ok();
        list.stdout.contains("1.0.0").then_some(())
    });
}
