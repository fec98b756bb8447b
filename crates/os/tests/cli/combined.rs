//! `os start`: two servers behind one port. A request belongs to one of them, and the runtime
//! admits only those who belong to its environment. Also a runtime that is its own control plane.

use crate::world::{EMAIL, PASSWORD, Server, World};
use os_test::Http;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::net::TcpListener;

const ORGANIZATION: &str = "/api/v1/auth/organization";

/// A server where anybody may register, and Ada is the first account.
fn open_server(world: &World) -> Server {
    let mut command = world.command("start --port 0 --log off --open-registration");
    command.env("OS_ADMIN_EMAIL", EMAIL).env("OS_ADMIN_PASSWORD", PASSWORD);
    Server::start(command)
}

fn connect(server: &Server) -> Http {
    Http::connect(server.url.strip_prefix("http://").unwrap())
}

/// A connection with the session that this request opens.
fn session(server: &Server, path: &str, email: &str) -> (Http, String) {
    let mut body = json!({ "email": email, "password": PASSWORD });
    if path.contains("sign-up") {
        body["name"] = "someone".into();
    }
    let token = connect(server).json("POST", path, &body)["token"].as_str().unwrap().to_owned();
    (connect(server).with_token(&token), token)
}

fn ada(server: &Server) -> Http {
    session(server, "/api/v1/auth/sign-in/email", EMAIL).0
}

fn threads(server: &Server) -> usize {
    std::fs::read_dir(format!("/proc/{}/task", server.child.id())).unwrap().count()
}

/// Sends so many requests at once; returns their statuses, and the most threads that the server
/// had meanwhile.
fn at_once(server: &Server, path: &str, count: usize) -> (Vec<u16>, usize) {
    let path = path.to_owned();
    let requests: Vec<_> = (0..count)
        .map(|_| {
            let (mut connection, path) = (connect(server), path.clone());
            std::thread::spawn(move || connection.get(&path).status)
        })
        .collect();
    let mut most = threads(server);
    while requests.iter().any(|it| !it.is_finished()) {
        most = most.max(threads(server));
        std::thread::yield_now();
    }
    (requests.into_iter().map(|it| it.join().unwrap()).collect(), most)
}

#[test]
fn unknown_paths_of_the_catalog_are_not_found_at_once() {
    let world = World::new();
    let server = world.start();
    let before = threads(&server);
    let (statuses, most) = at_once(&server, "/api/v1/marketplace/x", 40);
    assert!(statuses.iter().all(|it| *it == 404), "{statuses:?}");
    assert!(most <= before + 8, "{before} threads became {most}");
    ada(&server);
    assert_eq!(connect(&server).get("/api/v1/marketplace/packages").status, 200);
}

#[test]
fn a_runtime_that_is_its_own_control_plane_does_not_drown() {
    let world = World::new();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://localhost:{port}");
    let mut command = world.command(&format!("serve --port {port} --log off --cloud-url {url}"));
    command.env("OS_ADMIN_EMAIL", EMAIL).env("OS_ADMIN_PASSWORD", PASSWORD);
    let server = Server::start(command);
    let before = threads(&server);
    let (statuses, most) = at_once(&server, "/api/v1/marketplace/packages", 100);
    assert!(statuses.iter().all(|it| [502, 503].contains(it)), "{statuses:?}");
    // Eight requests are under way at a time; the rest are threads of the server itself.
    assert!(most <= before + 16, "{before} threads became {most}");
    ada(&server);
}

#[test]
fn another_spelling_never_reaches_the_other_server() {
    let world = World::new();
    let server = world.start();
    let mut ada = ada(&server);
    assert_eq!(ada.get("/api/v1/data/sys_user").status, 200);
    for path in [
        "/api/v1/data/sys%5Fuser",
        "/api/v1/data/sys%5fuser?limit=1",
        "/api/v1/data/sys%255Fuser",
        "/api/v1/data/SYS_USER",
        "/api/v1/data/sys_user;a=b",
        "/api/v1/data//sys_user",
        "/api/v1/data/./sys_user",
        "/api/v1/data/x/../sys_user",
        "/api/v1/data/sys%5Fuser/",
        "/api/v1/%64ata/sys_user",
        "/api/v1/marketplace/install%2Dlocal",
        "/api/v1/marketplace/install-LOCAL",
        "//api/v1/data/sys_user",
        "/%6Fbjects/sys_user",
        "/OBJECTS/sys_user",
    ] {
        let reply = ada.get(path);
        let text = String::from_utf8_lossy(&reply.body);
        assert_eq!(reply.status, 404, "{path}: {text}");
        assert!(!text.contains(EMAIL), "{path}: {text}");
    }
}

/// The endpoints of the runtime that need an account, with something in their parameters. Those of
/// accounts are the control plane's.
fn closed_endpoints() -> impl Iterator<Item = (String, String)> {
    let pages = os_console::runtime::pages().into_iter();
    let endpoints = os_runtime::endpoints().into_iter().chain(pages).filter(|it| !it.open);
    let control: HashSet<&str> =
        os_console::control::endpoints().into_iter().map(|it| it.path).collect();
    let is_of_accounts = move |path: &str| {
        control.contains(path)
            && ["/api/v1/auth/", "/account", "/users", "/reset-password"]
                .iter()
                .any(|it| path.starts_with(it))
    };
    let own = endpoints.filter(move |it| !is_of_accounts(it.path));
    own.map(|it| {
        let path = it.path.replace("{*", "{").replace(['{', '}'], "");
        (it.method.to_string(), path)
    })
}

#[test]
fn accounts_of_other_organizations_are_not_admitted_to_the_runtime() {
    let world = World::new();
    let server = open_server(&world);
    let (mut eve, _) = session(&server, "/api/v1/auth/sign-up/email", "eve@example.com");
    let evil = json!({ "name": "Evil", "slug": "evil" });
    eve.json("POST", &format!("{ORGANIZATION}/create"), &evil);
    let mut refused = 0;
    for (method, path) in closed_endpoints() {
        let mut connection = eve;
        let reply = connection.send(&method, &path, "application/json", b"{}");
        eve = connection;
        let text = String::from_utf8_lossy(&reply.body);
        assert!([403, 404].contains(&reply.status), "{method} {path}: {} {text}", reply.status);
        refused += usize::from(reply.status == 403 && text.contains("/environments"));
    }
    assert!(refused > 60, "{refused} endpoints name the reason");
    // The control plane serves her as before.
    assert_eq!(eve.get("/api/v1/cloud/environments").status, 200);

    let (mut mia, token) = session(&server, "/api/v1/auth/sign-up/email", "mia@example.com");
    let mut ada = ada(&server);
    assert_eq!(mia.get("/api/v1/meta").status, 403);
    let id = mia.json("GET", "/api/v1/auth/get-session", &Value::Null)["user"]["id"].clone();
    let all = ada.json("GET", "/api/v1/cloud/environments", &Value::Null);
    let mut admit_to = |kind: &str| {
        let all = all["environments"].as_array().unwrap();
        let environment = all.iter().find(|it| it["environment_type"] == kind).unwrap();
        let members =
            format!("/api/v1/cloud/environments/{}/members", environment["id"].as_str().unwrap());
        ada.json("POST", &members, &json!({ "user_id": id, "role": "reader" }));
    };
    admit_to("production");
    assert_eq!(mia.get("/api/v1/meta").status, 403, "the runtime runs the other environment");
    admit_to("development");
    assert_eq!(mia.get("/api/v1/meta").status, 200);
    for path in ["status", "installed", "org-packages", "installation?package_id=com.acme.crm"] {
        let path = format!("/api/v1/cloud-connection/{path}");
        assert_eq!((mia.get(&path).status, ada.get(&path).status), (403, 200), "{path}");
    }
    // Signing out of one server is signing out of both, at once.
    mia.json("POST", "/api/v1/auth/sign-out", &json!({}));
    assert_eq!(connect(&server).with_token(&token).get("/api/v1/meta").status, 401);
}

#[test]
fn what_the_control_plane_changes_counts_at_once_in_the_runtime() {
    let world = World::new();
    let server = open_server(&world);
    let (mut mia, _) = session(&server, "/api/v1/auth/sign-up/email", "mia@example.com");
    let (mut again, token) = session(&server, "/api/v1/auth/sign-in/email", "mia@example.com");
    let mut ada = ada(&server);
    let id = mia.json("GET", "/api/v1/auth/get-session", &Value::Null)["user"]["id"].clone();
    let all = ada.json("GET", "/api/v1/cloud/environments", &Value::Null);
    let mut all = all["environments"].as_array().unwrap().iter();
    let environment = all.find(|it| it["environment_type"] == "development").unwrap();
    let members =
        format!("/api/v1/cloud/environments/{}/members", environment["id"].as_str().unwrap());
    let one = format!("{members}/{}", id.as_str().unwrap());
    // Answers are remembered for a moment; each change ends that.
    for round in 0..5 {
        assert_eq!(mia.get("/api/v1/meta").status, 403, "{round}");
        ada.json("POST", &members, &json!({ "user_id": id, "role": "reader" }));
        for connection in [&mut mia, &mut again] {
            assert_eq!(connection.get("/api/v1/meta").status, 200, "{round}");
            assert_eq!(connection.get("/api/v1/meta").status, 200, "{round}");
        }
        ada.json("DELETE", &one, &Value::Null);
    }
    ada.json("POST", &members, &json!({ "user_id": id, "role": "reader" }));
    assert_eq!(again.get("/api/v1/meta").status, 200);
    // Another session ends this one.
    mia.json("POST", "/api/v1/auth/revoke-other-sessions", &json!({}));
    assert_eq!(connect(&server).with_token(&token).get("/api/v1/meta").status, 401);
    assert_eq!(mia.get("/api/v1/meta").status, 200);
}
