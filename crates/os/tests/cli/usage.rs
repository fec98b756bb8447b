//! What every command has in common: exit codes, hints, JSON, pipes.

use crate::world::World;
use expect_test::expect;

#[test]
fn the_help_lists_the_commands() {
    expect![[r#"
        Publish, install, upgrade and roll back ObjectStack packages

        Usage: os <COMMAND>

        Commands:
          start            Serve the control plane, its Console and a runtime, with everything in one folder
          serve            Serve a runtime: installed packages become tables and an API
          cloud            Serve or sign in to a control plane
          login            Sign in to a runtime
          logout           End the session with a runtime and delete the stored token
          whoami           Show which account you use in a runtime
          change-password  Change your password in a runtime
          user             Manage the accounts of a server on its machine: reset passwords, lock, appoint
                           [alias: users]
          invitations      Invite people to an organization [alias: invitation]
          register         Create an account in a runtime and sign in with it
          data             Read and write the records of a runtime
          meta             Show the metadata of installed packages
          package          Publish packages and manage their installations [alias: packages]
          environments     Manage environments [alias: environment]
          generations      Show and restore the generations of an environment [alias: generation]
          init             Create a project
          dev              Serve a project and apply changes as you save them
          compile          Compile a project to an artifact [alias: build]
          validate         Check a project without writing anything
          lint             Check a project and treat warnings as errors
          info             Show the contents of a project or an artifact
          diff             Compare two projects or artifacts
          doctor           Check that this machine can run a server and reach one
          completions      Print a completion script for your shell

        Options:
          -h, --help     Print help
          -V, --version  Print version
        exit 0
    "#]]
    .assert_eq(&World::new().os("--help").seen());
}

#[test]
fn wrong_usage_exits_with_2() {
    let world = World::new();
    let wrong = [
        "",
        "fly",
        "package",
        "package install",
        "package publish --icon-url x --icon-file y",
        "package publish --readme x --readme-file y",
        "package publish --visibility everybody",
        "package deprecate com.acme.crm",
        "package install com.acme.crm@1.0.0 --version 2.0.0 --env dev",
        "package upgrade com.acme.crm",
        "generations show first --env dev",
        "environments list --server not-a-url",
        "cloud login",
        "cloud login --email ada@example.com",
        "completions tcsh",
    ];
    for arguments in wrong {
        let ran = world.os(arguments);
        assert_eq!(ran.exit, 2, "{arguments}: {ran:?}");
        assert!(ran.stdout.is_empty(), "{arguments}: {ran:?}");
    }
}

#[test]
fn a_server_that_is_away_is_named() {
    let world = World::new();
    let mut command = world.command("environments list --server http://localhost:1 --token t");
    expect![[r#"
        error: could not reach http://localhost:1/api/v1/cloud/environments: nothing listens there
        hint: start a server with `os start`, or select one with `--server`
        exit 1
    "#]]
    .assert_eq(&world.run(&mut command).seen().replace(":PORT", ":1"));
}

#[test]
fn a_failure_is_json_where_programs_read() {
    let world = World::new();
    let ran = world.os("package list --server http://localhost:1 --token t --json");
    assert_eq!((ran.exit, ran.stderr.as_str()), (1, ""));
    let answer = ran.json();
    assert_eq!(answer["success"], false);
    assert_eq!(answer["code"], "UNREACHABLE");
    assert!(answer["error"].as_str().unwrap().contains("nothing listens there"));
}

#[test]
fn without_a_sign_in_the_remedy_is_printed() {
    expect![[r#"
        error: not signed in to http://localhost:3000
        hint: sign in with `os cloud login --url http://localhost:3000`, or set OS_CLOUD_API_KEY
        exit 1
    "#]]
    .assert_eq(&World::new().os("package list").seen().replace(":PORT", ":3000"));
}

#[test]
fn a_stored_token_does_not_go_to_another_server() {
    let world = World::new();
    let folder = world.path("home/.objectstack");
    std::fs::create_dir(&folder).unwrap();
    let stored = r#"{"url":"https://packages.acme.com","token":"t"}"#;
    std::fs::write(folder.join("cloud.json"), stored).unwrap();
    expect![[r#"
        error: not signed in to http://localhost:1
        hint: you are signed in to https://packages.acme.com; sign in to this server with `os cloud login --url http://localhost:1`
        exit 1
    "#]]
    .assert_eq(&world.os("package list --server http://localhost:1").seen().replace(":PORT", ":1"));
}

#[test]
fn a_broken_pipe_is_success() {
    let world = World::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = world.command("completions bash").stdout(writer).status().unwrap();
    assert_eq!(status.code(), Some(0));
}

#[test]
fn completions_are_there_for_every_shell() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = world.os(&format!("completions {shell}")).ok().stdout;
        assert!(script.contains("environments"), "{shell}");
    }
}

#[test]
fn a_question_without_a_terminal_is_a_usage_error() {
    let world = World::new();
    let ran = world.os(
        "package uninstall com.acme.crm --server http://localhost:1 --token t --env 01890000-0000-7000-8000-000000000000",
    );
    expect![[r#"
        error: confirmation required: uninstall com.acme.crm? Its data is kept
        hint: pass `--yes`
        exit 2
    "#]]
    .assert_eq(&ran.seen());
}
