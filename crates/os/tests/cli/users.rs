//! `os user …` on the machine of a server, and changing one's own password.

use crate::world::{EMAIL, PASSWORD, Ran, Server, World};
use os_api::client::{Call, Client, Method};
use serde_json::json;
use std::io::Write;
use std::process::Stdio;

const NEW_PASSWORD: &str = "another password";

fn client(server: &Server) -> Client {
    Client::new(&server.url.parse().unwrap(), None, None)
}

fn may_sign_in(server: &Server, password: &str) -> bool {
    client(server).sign_in(EMAIL, password).is_ok()
}

/// Runs a command with lines on standard input.
fn with_input(world: &World, arguments: &str, lines: &str) -> Ran {
    let mut command = world.command(arguments);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Ran::of(output, String::new())
}

/// Chooses a new password with the link that a command printed.
fn use_link(server: &Server, ran: &Ran) -> bool {
    let url: url::Url = ran.stdout.trim().parse().unwrap_or_else(|_| panic!("{ran:?}"));
    assert_eq!(url.path(), "/reset-password");
    let (_, token) = url.query_pairs().find(|(name, _)| name == "token").unwrap();
    let body = json!({ "token": token, "newPassword": NEW_PASSWORD });
    client(server).call(Call::new(Method::POST, &["auth", "reset-password"]).json(body)).is_ok()
}

#[test]
fn a_lost_password_is_reset_while_the_server_runs() {
    let world = World::new();
    let server = world.start();
    let list = world.os("user list").ok();
    assert!(list.stdout.contains(EMAIL) && list.stdout.contains("admin"), "{list:?}");
    let shown = world.os("user show ada@example.com --json").ok().json();
    assert_eq!((&shown["hasPassword"], &shown["role"]), (&json!(true), &json!("admin")));

    let printed = world.os(&format!("user reset-password {EMAIL} --base-url {}", server.url)).ok();
    assert!(printed.stderr.contains("24 hours"), "{printed:?}");
    assert!(may_sign_in(&server, PASSWORD), "nothing changed yet");
    assert!(use_link(&server, &printed));
    assert!(!may_sign_in(&server, PASSWORD) && may_sign_in(&server, NEW_PASSWORD));
    assert!(!use_link(&server, &printed), "it works once");
    let unknown = world.os("user reset-password eve@example.com");
    assert_eq!(unknown.exit, 1);
    assert!(unknown.stderr.contains("there is no account"), "{unknown:?}");
}

#[test]
fn the_last_administrator_cannot_lock_the_server() {
    let world = World::new();
    let server = world.start();
    for command in ["ban", "remove-admin"] {
        let refused = world.os(&format!("user {command} {EMAIL}"));
        assert_eq!(refused.exit, 1, "{refused:?}");
        assert!(refused.stderr.contains("last administrator"), "{refused:?}");
    }
    assert!(may_sign_in(&server, PASSWORD));
    let ended = world.os(&format!("user end-sessions {EMAIL} --json")).ok().json();
    assert_eq!(ended["email"], EMAIL);
}

#[test]
fn a_password_is_set_while_the_server_is_stopped() {
    let world = World::new();
    assert!(world.serve().stop().success());
    let arguments = format!("user reset-password {EMAIL} --password-stdin");
    let short = with_input(&world, &arguments, "short\n");
    assert_eq!(short.exit, 1);
    assert!(short.stderr.contains("8 to 256 characters"), "{short:?}");
    with_input(&world, &arguments, &format!("{NEW_PASSWORD}\n")).ok();
    let server = world.serve();
    assert!(!may_sign_in(&server, PASSWORD) && may_sign_in(&server, NEW_PASSWORD));
}

#[test]
fn no_database_is_created() {
    let world = World::new();
    let ran = world.os("user list --home empty");
    assert_eq!(ran.exit, 1);
    assert!(ran.stderr.contains("there is no database"), "{ran:?}");
    assert!(!world.path("empty").exists());
    std::fs::write(world.path("other.db"), "").unwrap();
    let ran = world.os("user list --database other.db");
    assert!(ran.exit == 1 && ran.stderr.contains("has no accounts"), "{ran:?}");
}

#[test]
fn one_changes_ones_own_password() {
    let world = World::new();
    let server = world.signed_in();
    let arguments = "cloud change-password --current-password - --new-password -";
    let wrong = with_input(&world, arguments, &format!("wrong password\n{NEW_PASSWORD}\n"));
    assert_eq!(wrong.exit, 1);
    assert!(wrong.stderr.contains("current password is wrong"), "{wrong:?}");
    let done = with_input(&world, arguments, &format!("{PASSWORD}\n{NEW_PASSWORD}\n")).ok();
    assert!(done.stdout.contains("Changed the password of ada@example.com"), "{done:?}");
    assert!(!may_sign_in(&server, PASSWORD) && may_sign_in(&server, NEW_PASSWORD));
    world.os("cloud whoami").ok();
    drop(server);

    let world = World::new();
    let server = world.in_runtime();
    let missing = world.os("change-password");
    assert_eq!(missing.exit, 2, "{missing:?}");
    let arguments = "change-password --current-password - --new-password - --json";
    let done = with_input(&world, arguments, &format!("{PASSWORD}\n{NEW_PASSWORD}\n")).ok();
    assert_eq!(done.json()["email"], EMAIL);
    assert!(may_sign_in(&server, NEW_PASSWORD));
}

#[test]
fn a_member_is_invited_and_uninvited() {
    let world = World::new();
    let server = world.signed_in();
    let invited = world.os("invitations create ben@example.com --role admin").ok();
    let url: url::Url = invited.stdout.trim().parse().unwrap_or_else(|_| panic!("{invited:?}"));
    assert_eq!(url.path(), "/invitation");
    let (_, token) = url.query_pairs().find(|(name, _)| name == "token").unwrap();
    assert!(token.starts_with("osi_") && invited.stderr.contains("ben@example.com"), "{invited:?}");
    let again = world.os("invitations create ben@example.com");
    assert!(again.exit == 1 && again.stderr.contains("invited already"), "{again:?}");

    let list = world.os("invitations list").ok();
    assert!(list.stdout.contains("ben@example.com") && !list.stdout.contains("osi_"), "{list:?}");
    world.os("invitations revoke BEN@example.com").ok();
    assert!(world.os("invitations list").ok().stderr.contains("no invitations"));
    let gone = world.os("invitations revoke ben@example.com");
    assert!(gone.exit == 1 && gone.stderr.contains("no open invitation"), "{gone:?}");
    let body = json!({
        "email": "ben@example.com", "password": PASSWORD, "invitationToken": token,
    });
    let sign_up = Call::new(Method::POST, &["auth", "sign-up", "email"]).json(body);
    assert!(client(&server).call(sign_up).is_err(), "a revoked link registers nobody");
    let all = world.os("invitations list --all --json").ok().json();
    assert_eq!(all[0]["status"], "canceled");
}
