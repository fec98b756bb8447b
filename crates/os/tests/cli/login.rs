//! `os cloud login`, `logout` and `whoami`.

use crate::world::{EMAIL, PASSWORD, Server, World, rest};
use expect_test::expect;
use os_api::client::{Call, Client, Method};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

fn url(server: &Server) -> url::Url {
    server.url.parse().unwrap()
}

fn login(world: &World, server: &Server, password: &str, flags: &str) -> crate::world::Ran {
    let mut command = world.command(&format!("cloud login --email {EMAIL} {flags}"));
    world.run(command.arg("--url").arg(&server.url).arg("--password").arg(password))
}

/// A client that is signed in as Ada.
fn ada(server: &Server) -> Client {
    let anonymous = Client::new(&url(server), None, None);
    let answer = anonymous.sign_in(EMAIL, PASSWORD).unwrap();
    Client::new(&url(server), answer["token"].as_str().map(str::to_owned), None)
}

#[test]
fn one_signs_in_and_out() {
    let world = World::new();
    let server = world.start();
    expect![[r#"
        ✓ Logged in to http://localhost:PORT as ada@example.com
        exit 0
    "#]]
    .assert_eq(&login(&world, &server, PASSWORD, "").seen());
    expect![[r#"
        ✓ Logged in to http://localhost:PORT
        Email         ada@example.com
        Name          ada
        User ID       ID
        Organization  ID
        exit 0
    "#]]
    .assert_eq(&world.os("cloud whoami").seen());
    expect![[r#"
        ✓ Logged out of http://localhost:PORT
        exit 0
    "#]]
    .assert_eq(&world.os("cloud logout").seen());
    expect![[r#"
        ✓ Not logged in
        exit 0
    "#]]
    .assert_eq(&world.os("cloud logout").seen());
    expect![[r#"
        ✗ Not logged in
        hint: sign in with `os cloud login`
        exit 1
    "#]]
    .assert_eq(&world.os("cloud whoami").seen());
}

#[test]
fn the_sign_in_is_kept_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let server = world.signed_in();
    let file = world.path("home/.objectstack/cloud.json");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let stored: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(
        (stored["url"].as_str(), stored["email"].as_str()),
        (Some(&*server.url), Some(EMAIL))
    );
    for name in ["token", "userId", "createdAt"] {
        assert!(stored[name].is_string(), "{name} in {stored}");
    }
}

#[test]
fn programs_read_one_record_a_line() {
    let world = World::new();
    let server = world.start();
    let record = login(&world, &server, PASSWORD, "--json").ok().json();
    assert_eq!((&record["success"], &record["email"]), (&json!(true), &json!(EMAIL)));
    assert_eq!(record["url"], *server.url);

    let again = login(&world, &server, PASSWORD, "--json").ok().json();
    let already = json!({
        "success": false, "error": "Already logged in", "email": EMAIL, "url": server.url,
    });
    assert_eq!(again, already);

    let who = world.os("cloud whoami --json").ok().json();
    assert_eq!((&who["logged_in"], &who["valid"]), (&json!(true), &json!(true)));
    assert_eq!(who["userId"], record["userId"]);

    assert_eq!(world.os("cloud logout --json").ok().json()["success"], true);
    let nobody = world.os("cloud whoami --json");
    assert_eq!((nobody.exit, nobody.json()), (1, json!({ "logged_in": false })));
}

#[test]
fn a_wrong_password_prints_the_message_of_the_server() {
    let world = World::new();
    let server = world.start();
    expect![[r#"
        error: Invalid email or password
        exit 1
    "#]]
    .assert_eq(&login(&world, &server, "guess", "").seen());
    let answer = login(&world, &server, "guess", "--json").json();
    assert_eq!(answer["code"], "INVALID_EMAIL_OR_PASSWORD");
    assert_eq!(answer["httpStatus"], 401);
    assert!(!world.path("home/.objectstack/cloud.json").exists());
}

#[test]
fn an_ended_session_is_reported() {
    let world = World::new();
    let _server = world.signed_in();
    let file = world.path("home/.objectstack/cloud.json");
    let mut stored: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    stored["token"] = "ended".into();
    std::fs::write(&file, stored.to_string()).unwrap();
    expect![[r#"
        ✗ http://localhost:PORT no longer accepts your session
        Email         ada@example.com
        User ID       ID
        hint: sign in again with `os cloud login --force`
        exit 0
    "#]]
    .assert_eq(&world.os("cloud whoami").seen());
    expect![[r#"
        error: sign in first: send `Authorization: Bearer <token>` with a session token or an API key that is neither expired nor revoked
        hint: sign in with `os cloud login`, or pass an API key with `--token`
        exit 1
    "#]].assert_eq(&world.os("package list").seen());
}

/// A sign-in that waits for the confirmation of its code, and the code it prints.
fn waiting(world: &World, server: &Server) -> (Child, Value, BufReader<std::process::ChildStdout>) {
    let mut command = world.command("cloud login --json --url");
    let mut child = command.arg(&server.url).stdout(Stdio::piped()).spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    (child, serde_json::from_str(&line).unwrap(), output)
}

#[test]
fn a_code_is_confirmed_in_a_browser() {
    let world = World::new();
    let server = world.start();
    let (mut login, code, output) = waiting(&world, &server);
    decide(&server, &code, "approve");
    let record: Value = serde_json::from_str(&rest(output)).unwrap();
    assert_eq!((&record["success"], &record["email"]), (&json!(true), &json!(EMAIL)));
    assert!(login.wait().unwrap().success());
    world.os("cloud whoami").ok();
}

#[test]
fn a_denied_code_does_not_sign_in() {
    let world = World::new();
    let server = world.start();
    let (mut login, code, output) = waiting(&world, &server);
    decide(&server, &code, "deny");
    let record: Value = serde_json::from_str(&rest(output)).unwrap();
    assert_eq!(record["error"], "Login denied by user");
    assert_eq!(login.wait().unwrap().code(), Some(1));
}

/// Does what the page does that Ada opens.
fn decide(server: &Server, code: &Value, decision: &str) {
    let user_code = code["user_code"].as_str().unwrap();
    let page = code["verification_uri_complete"].as_str().unwrap();
    assert!(page.ends_with(user_code), "{page}");
    let ada = ada(server);
    let path = ["auth", "device"];
    ada.call(Call::new(Method::GET, &path).query("user_code", Some(user_code))).unwrap();
    let path = ["auth", "device", decision];
    ada.call(Call::new(Method::POST, &path).json(json!({ "userCode": user_code }))).unwrap();
}
