//! A package on its way: published, installed, upgraded, rolled back.

use crate::world::{Ran, Server, World};
use expect_test::expect;
use serde_json::json;

/// A world with a server, Ada signed in to it, and an environment of hers.
fn world() -> (World, Server) {
    let world = World::new();
    let server = world.signed_in();
    world.os("environments create --name QA --type test").ok();
    (world, server)
}

/// Compiles, as it were, a version of the to-do app.
fn compile(world: &World, version: &str, field: &str) {
    let artifact = json!({
        "manifest": {
            "id": "com.example.todo",
            "namespace": "todo",
            "version": version,
            "type": "app",
            "name": "Todo",
        },
        "objects": [{
            "name": "todo_task",
            "label": "Task",
            "fields": { field: { "type": "text", "label": "Title" } },
        }],
    });
    std::fs::create_dir_all(world.path("dist")).unwrap();
    std::fs::write(world.path("dist/objectstack.json"), artifact.to_string()).unwrap();
}

fn publish(world: &World, version: &str, flags: &str) -> Ran {
    compile(world, version, "title");
    world.os(&format!("package publish {flags}"))
}

#[test]
fn a_package_is_published() {
    let (world, _server) = world();
    expect![[r#"
        ✓ Created the package com.example.todo
          Package ID    ID
          Visibility    org
          Organization  ID
        ✓ Published com.example.todo 1.0.0
          Version ID  ID
          Checksum    CHECKSUM
          Listing     draft
        exit 0
    "#]]
    .assert_eq(&publish(&world, "1.0.0", "").seen());
    // The same content again is no change.
    expect![[r#"
        ✓ Updated the package com.example.todo
          Package ID    ID
          Visibility    org
          Organization  ID
        ✓ Published com.example.todo 1.0.0
          Version ID  ID
          Checksum    CHECKSUM
          Listing     draft
        exit 0
    "#]]
    .assert_eq(&publish(&world, "1.0.0", "").seen());
    // Other content under the same number is refused.
    compile(&world, "1.0.0", "subject");
    expect![[r#"
        ✓ Updated the package com.example.todo
          Package ID    ID
          Visibility    org
          Organization  ID
        error: could not publish com.example.todo 1.0.0: `version`: 1.0.0 is published with other content (96cec75c603e…, yours is c37215b73b8a…) and cannot change; publish under a new version
        hint: publish the change under a new version number, with `--version`
        exit 1
    "#]].assert_eq(&world.os("package publish").seen());
    expect![[r#"
        PACKAGE           LATEST  VISIBILITY  NAME
        com.example.todo  1.0.0   org         Todo
        exit 0
    "#]]
    .assert_eq(&world.os("package list").seen());
    expect![[r#"
        Package       com.example.todo
        Name          Todo
        Latest        1.0.0
        Namespace     todo
        Visibility    org
        Organization  ID
        Created       DATE HH:MM
        ID            ID
        exit 0
    "#]]
    .assert_eq(&world.os("package show com.example.todo").seen());
    publish(&world, "1.1.0-beta.1", "").ok();
    expect![[r#"
        VERSION       STATUS     LISTING  CHECKSUM          PUBLISHED
        1.1.0-beta.1  published  draft    CHECKSUM  DATE HH:MM
        1.0.0         published  draft    CHECKSUM  DATE HH:MM
        exit 0
    "#]]
    .assert_eq(&world.os("package versions com.example.todo").seen());
}

#[test]
fn a_dry_run_sends_nothing() {
    let (world, _server) = world();
    expect![[r#"
        Would publish com.example.todo 1.0.0 to http://localhost:PORT
        Name         Todo
        Namespace    todo
        Visibility   org
        Pre-release  false
        Artifact     201 bytes
        exit 0
    "#]]
    .assert_eq(&publish(&world, "1.0.0", "--dry-run").seen());
    assert_eq!(world.os("package list --json").ok().json()["total"], 0);
}

#[test]
fn a_listing_comes_from_flags_and_the_project() {
    let (world, _server) = world();
    let project = json!({
        "manifestId": "com.example.tasks",
        "displayName": "Tasks",
        "tagline": " Get it done ",
        "category": "productivity",
        "visibility": "marketplace",
        "readmePath": "README.md",
        "translations": {
            "zh-CN": { "displayName": "任务", "readmePath": "README.zh.md" },
            "de": {},
        },
    });
    std::fs::write(world.path("objectstack.manifest.json"), project.to_string()).unwrap();
    std::fs::write(world.path("README.md"), "# Tasks").unwrap();
    std::fs::write(world.path("README.zh.md"), "# 任务").unwrap();
    std::fs::write(
        world.path("icon.svg"),
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>"#,
    )
    .unwrap();
    let flags = "--license MIT --category crm --icon-file icon.svg --note First --json";
    let answer = publish(&world, "1.0.0", flags).ok().json();
    assert_eq!(answer["package"]["created"], true);
    assert_eq!(answer["version"]["version"], "1.0.0");

    let package = world.os("package show com.example.tasks --json").ok().json()["package"].clone();
    let expected = json!({
        "display_name": "Tasks", "tagline": "Get it done", "category": "crm", "license": "MIT",
        "visibility": "org", "readme": "# Tasks",
        "translations": { "zh-CN": { "displayName": "任务", "readme": "# 任务" } },
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&package[name], value, "{name}");
    }
    assert!(package["icon_url"].as_str().unwrap().starts_with("/icons/"), "{package}");
}

#[test]
fn a_project_is_published_without_an_artifact() {
    let (world, server) = world();
    let versions = |id: &str| {
        let ran = world.os(&format!("package versions {id} --json"));
        ran.json()["versions"].as_array().map_or(0, Vec::len)
    };
    world.os("init shop").ok();
    let ran = world.os("package publish shop").ok();
    assert!(ran.stdout.contains("Published com.example.shop 0.1.0"), "{ran:?}");
    assert_eq!(versions("com.example.shop"), 1);

    // In its folder, the project wins over an earlier artifact, with a note.
    let config = world.path("shop/objectstack.config.ts");
    let text = std::fs::read_to_string(&config).unwrap();
    world.os("compile shop").ok();
    std::fs::write(&config, text.replace("0.1.0", "0.2.0")).unwrap();
    std::fs::write(world.path("shop/objectstack.manifest.json"), r#"{"displayName":"The Shop"}"#)
        .unwrap();
    let inside = |arguments: &str| {
        let mut command = world.command(arguments);
        world.run(command.current_dir(world.path("shop")))
    };
    let ran = inside("package publish").ok();
    assert!(ran.stdout.contains("Published com.example.shop 0.2.0"), "{ran:?}");
    assert!(ran.stderr.contains("dist/objectstack.json is not used"), "{ran:?}");
    let shown = world.os("package show com.example.shop --json").ok();
    assert!(shown.stdout.contains("The Shop"), "the listing is the project's: {shown:?}");
    // The file is what it was, and is published when it is named.
    let again = inside("package publish dist/objectstack.json --json").ok();
    assert_eq!(again.json()["version"]["version"], "0.1.0", "{again:?}");

    // What does not compile is not sent.
    std::fs::write(&config, text.replace("0.1.0", "0.3.0").replace("manifest:", "manifesto:"))
        .unwrap();
    let broken = inside("package publish");
    assert_eq!(broken.exit, 1);
    assert!(broken.stderr.contains("--> objectstack.config.ts:"), "{broken:?}");
    assert_eq!(versions("com.example.shop"), 2);
    drop(server);
}

#[test]
fn an_unpublishable_artifact_is_refused_before_any_request() {
    let world = World::new();
    let cases = [
        ("package publish", "could not read the artifact dist/objectstack.json"),
        ("package publish home", "home is not a project"),
        ("package publish array.json", "the artifact array.json is not a JSON object"),
        ("package publish text.json", "the artifact text.json is not JSON"),
        ("package publish good.json --manifest-id com.acme.my_crm", "`com.acme.my_crm`"),
        (
            "package publish good.json --icon-file icon.gif",
            "icon.gif must be a png, jpeg, webp or svg file",
        ),
        ("package publish good.json --icon-file icon.png", "could not read the icon icon.png"),
        ("package publish good.json --readme-file no.md", "could not read no.md"),
    ];
    for (file, content) in [("array.json", "[]"), ("text.json", "objects:"), ("good.json", "{}")] {
        std::fs::write(world.path(file), content).unwrap();
    }
    for (arguments, message) in cases {
        let ran = world.os(&format!("{arguments} --server http://localhost:1 --token t"));
        assert_eq!(ran.exit, 1, "{arguments}");
        assert!(ran.stderr.contains(message), "{arguments}: {ran:?}");
    }
}

#[test]
fn what_no_runtime_loads_is_refused_and_leaves_no_package() {
    let (world, _server) = world();
    let seeds = json!([{ "object": "sys_user", "externalId": "email",
        "records": [{ "email": "ada@example.com", "role": "admin" }] }]);
    let manifest = json!({ "id": "com.example.bad", "namespace": "bad", "version": "1.0.0",
        "type": "app", "name": "Bad" });
    let fields = json!([{ "name": "bad_task", "fields": { "ctid": { "type": "text" } } }]);
    for (more, path) in [
        (json!({ "data": seeds }), "data[0].object"),
        (json!({ "objects": fields }), "objects[0].fields.ctid"),
    ] {
        let mut artifact = json!({ "manifest": manifest });
        artifact.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        std::fs::write(world.path("bad.json"), artifact.to_string()).unwrap();
        let ran = world.os("package publish bad.json");
        assert_eq!(ran.exit, 1, "{ran:?}");
        assert!(ran.stderr.contains("no runtime would load com.example.bad 1.0.0"), "{ran:?}");
        assert!(ran.stderr.contains(path), "{ran:?}");
        assert_eq!(world.os("package list --json").ok().json()["total"], 0);
    }
}

#[test]
fn an_install_without_an_environment_warns_and_still_publishes() {
    let (world, _server) = world();
    let ran = publish(&world, "1.0.0", "--install").ok();
    assert!(ran.stderr.contains("`--install` needs `--env`"), "{ran:?}");
    let ran = publish(&world, "1.1.0", "--install --env QA").ok();
    assert!(ran.stdout.contains("Recorded for the environment"), "{ran:?}");
}

#[test]
fn a_package_is_installed_upgraded_and_rolled_back() {
    let (world, _server) = world();
    publish(&world, "1.0.0", "").ok();
    publish(&world, "1.1.0", "").ok();
    let id = "com.example.todo";

    expect![[r#"
        ✓ com.example.todo 1.0.0 is recorded for the environment
        note: no runtime is connected to this environment; it will be applied when one connects
        warning: com.example.todo 1.0.0 does not declare which protocol it needs (`engines.protocol`)
        exit 0
    "#]]
    .assert_eq(&world.os(&format!("package install {id}@1.0.0")).seen());
    expect![[r#"
        PACKAGE           VERSION  STATUS                 UPDATE  NAME
        com.example.todo  1.0.0    installed, no runtime  1.1.0   Todo
        exit 0
    "#]]
    .assert_eq(&world.os("package list --env qa").seen());
    expect![[r#"
        error: com.example.todo is installed in this environment; upgrade it to move to another version
        hint: use `os package upgrade`
        exit 1
    "#]].assert_eq(&world.os(&format!("package install {id}")).seen());
    expect![[r#"
        ✓ com.example.todo 1.1.0 is recorded for the environment
        note: no runtime is connected to this environment; it will be applied when one connects
        warning: com.example.todo 1.1.0 does not declare which protocol it needs (`engines.protocol`)
        exit 0
    "#]]
    .assert_eq(&world.os(&format!("package upgrade {id}")).seen());
    expect![[r#"
        ✓ com.example.todo 1.1.0: Already at target version
        note: no runtime is connected to this environment; it will be applied when one connects
        exit 0
    "#]]
    .assert_eq(&world.os(&format!("package upgrade {id}")).seen());
    expect![[r#"
        ✓ com.example.todo 1.0.0 is recorded for the environment
        note: no runtime is connected to this environment; it will be applied when one connects
        warning: com.example.todo 1.0.0 does not declare which protocol it needs (`engines.protocol`)
        exit 0
    "#]]
    .assert_eq(&world.os(&format!("package rollback {id}")).seen());
    expect![[r#"
        error: 1.1.0 is newer than the installed 1.0.0; use POST …/upgrade to go there
        exit 1
    "#]]
    .assert_eq(&world.os(&format!("package rollback {id} --to 1.1.0")).seen());
    expect![[r#"
        error: the package has no version `9.9.9` that you may see
        hint: `os package versions …` lists the versions
        exit 1
    "#]]
    .assert_eq(&world.os(&format!("package rollback {id} --to 9.9.9")).seen());
    expect![[r#"
        ✓ com.example.todo 1.0.0 is disabled
        note: no runtime is connected to this environment; it will be applied when one connects
        exit 0
    "#]]
    .assert_eq(&world.os(&format!("package disable {id}")).seen());
    expect![[r#"
        ✓ com.example.todo 1.0.0 is enabled
        note: no runtime is connected to this environment; it will be applied when one connects
        exit 0
    "#]]
    .assert_eq(&world.os(&format!("package enable {id}")).seen());
    expect![[r#"
        WHEN              ACTION    FROM   TO     BY
        DATE HH:MM  enable    1.0.0  1.0.0  ada@example.com
        DATE HH:MM  disable   1.0.0  1.0.0  ada@example.com
        DATE HH:MM  rollback  1.1.0  1.0.0  ada@example.com
        DATE HH:MM  upgrade   1.0.0  1.1.0  ada@example.com
        DATE HH:MM  install          1.0.0  ada@example.com
        exit 0
    "#]]
    .assert_eq(&world.os(&format!("package history {id}")).seen());
    expect![[r#"
        ✓ com.example.todo is uninstalled; its data is kept
        exit 0
    "#]]
    .assert_eq(&world.os(&format!("package uninstall {id} --yes")).seen());
    expect![[r#"
        nothing is installed; use `os package install`
        exit 0
    "#]]
    .assert_eq(&world.os("package list --env qa").seen());
}

#[test]
fn an_environment_is_restored_to_a_generation() {
    let (world, _server) = world();
    publish(&world, "1.0.0", "").ok();
    publish(&world, "1.1.0", "").ok();
    world.os("package install com.example.todo --version 1.0.0").ok();
    world.os("package upgrade com.example.todo").ok();
    expect![[r#"
        GENERATION   SINCE             BY               WHY
        2 (current)  DATE HH:MM  ada@example.com  upgrade com.example.todo 1.0.0 → 1.1.0
        1            DATE HH:MM  ada@example.com  install com.example.todo 1.0.0
        exit 0
    "#]]
    .assert_eq(&world.os("generations list").seen());
    expect![[r#"
        CHANGE    PACKAGE           FROM   TO
        upgraded  com.example.todo  1.0.0  1.1.0
        exit 0
    "#]]
    .assert_eq(&world.os("generations diff 1 2").seen());
    expect![[r#"
        ✓ restored generation 1 as generation 3
        exit 0
    "#]]
    .assert_eq(&world.os("generations rollback 1 --yes").seen());
    expect![[r#"
        Generation  3
        Since       DATE HH:MM
        By          ada@example.com
        Why         restore generation 1

        PACKAGE           VERSION  STATE    CHECKSUM
        com.example.todo  1.0.0    enabled  CHECKSUM
        exit 0
    "#]]
    .assert_eq(&world.os("generations show 3").seen());
    expect![[r#"
        generations 1 and 3 are equal
        exit 0
    "#]]
    .assert_eq(&world.os("generations diff 1 3").seen());
    expect![[r#"
        error: the environment has no generation 9; list them first
        exit 1
    "#]]
    .assert_eq(&world.os("generations show 9").seen());
}

#[test]
fn a_version_is_deprecated() {
    let (world, _server) = world();
    publish(&world, "1.0.0", "").ok();
    let mut deprecate = world.command("package deprecate com.example.todo@1.0.0 --reason");
    expect![[r#"
        ✓ com.example.todo 1.0.0 is deprecated
        exit 0
    "#]]
    .assert_eq(&world.run(deprecate.arg("loses tasks")).seen());
    expect![[r#"
        error: com.example.todo 1.0.0 is deprecated; choose another version, or pass `allow_deprecated: true`
        exit 1
    "#]].assert_eq(&world.os("package install com.example.todo@1.0.0").seen());
}

#[test]
fn settings_are_json_or_a_file_of_it() {
    let (world, _server) = world();
    compile(&world, "1.0.0", "title");
    let path = world.path("dist/objectstack.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut artifact: serde_json::Value = serde_json::from_str(&text).unwrap();
    artifact["manifest"]["configurationSchema"] =
        json!({ "properties": { "limit": { "type": "integer" } } });
    std::fs::write(&path, artifact.to_string()).unwrap();
    world.os("package publish").ok();
    std::fs::write(world.path("settings.json"), r#"{"limit": 3}"#).unwrap();
    world.os("package install com.example.todo --settings settings.json").ok();
    let answer = world.os("package list --env QA --json").ok().json();
    assert_eq!(answer["packages"][0]["settings"], json!({ "limit": 3 }));
}
