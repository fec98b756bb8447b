//! `os environments …` and `os doctor`.

use crate::world::World;
use expect_test::expect;
use serde_json::Value;

#[test]
fn an_environment_is_created_shown_selected_and_deleted() {
    let world = World::new();
    let _server = world.signed_in();
    expect![[r#"
        ✓ Created the environment QA
        ID  ID
        QA is the active environment of later commands now
        hint: `os environments switch` selects another; `--no-activate` selects none
        exit 0
    "#]]
    .assert_eq(&world.os("environments create --name QA --type test").seen());
    expect![[r#"
        Name          QA
        Type          test
        Status        active
        Plan          free
        Default       false
        System        false
        Hostname      default-SHORT.localhost
        Organization  ID
        Driver        sqlite
        Your role     owner
        Generation    0
        Created       DATE HH:MM
        ID            ID
        exit 0
    "#]]
    .assert_eq(&world.os("environments show qa").seen());
    let listed = world.os("environments list").ok().stdout;
    let line = listed.lines().find(|line| line.starts_with("QA")).unwrap();
    assert!(line.contains("active"), "{listed}");

    world.os("environments create --name Demo --no-activate").ok();
    expect![[r#"
        ✓ Demo is the active environment
        exit 0
    "#]]
    .assert_eq(&world.os("environments switch demo").seen());
    let shown = world.os("environments show Demo --format json").ok().json();
    let stored = std::fs::read_to_string(world.path("home/.objectstack/cloud.json")).unwrap();
    let stored: Value = serde_json::from_str(&stored).unwrap();
    assert_eq!(stored["activeEnvironmentId"], shown["environment"]["id"]);

    expect![[r#"
        error: confirmation required: delete the environment demo and all its installations?
        hint: pass `--yes`
        exit 2
    "#]]
    .assert_eq(&world.os("environments delete demo").seen());
    expect![[r#"
        ✓ Deleted the environment
        exit 0
    "#]]
    .assert_eq(&world.os("environments delete demo --yes").seen());
    assert_eq!(world.os("environments show Demo").exit, 1);
}

#[test]
fn an_environment_is_bound_to_an_artifact() {
    let world = World::new();
    let _server = world.signed_in();
    world.os("environments create --name QA --type test").ok();
    std::fs::write(world.path("app.json"), "{}").unwrap();
    world.os("environments bind QA --artifact app.json").ok();
    let shown = world.os("environments show QA --json").ok().json();
    let path = shown["environment"]["metadata"]["artifact_path"].as_str().unwrap();
    assert!(path.starts_with('/') && path.ends_with("/app.json"), "{path}");
    let missing = world.os("environments bind QA --artifact no.json");
    assert_eq!(missing.exit, 1, "{missing:?}");
}

#[test]
fn a_doctor_finds_nothing_wrong_with_a_healthy_server() {
    let world = World::new();
    let _server = world.signed_in();
    expect![[r#"
        ✓ home: FOLDER/.objectstack is writable
        ✓ database: FOLDER/.objectstack/control.db is writable and its schema is up to date
        ✓ server: http://localhost:PORT is ready
        ✓ sign-in: signed in to http://localhost:PORT as ada@example.com
        ✓ clock: the clocks of this machine and the server agree
        exit 0
    "#]]
    .assert_eq(&world.os("doctor").seen());
}

#[test]
fn doctor_prints_remedies() {
    let world = World::new();
    expect![[r#"
        ! home: FOLDER/.objectstack does not exist
          → fine on a client; on a server, `os start` creates it and `--home` selects another
        ! database: FOLDER/.objectstack/control.db does not exist
          → fine on a client; on a server, `os start` creates it and `--database` selects another
        ✗ server: could not reach http://localhost:PORT/api/v1/health: nothing listens there
          → start one with `os start`, or select one with `--server`
        exit 1
    "#]]
    .assert_eq(&world.os("doctor --server http://localhost:1").seen());
}
