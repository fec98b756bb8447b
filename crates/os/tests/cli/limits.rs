//! Clients and statements that take their time.

use crate::world::{EMAIL, Server, World};
use os_test::runtime::package;
use os_test::{Http, PASSWORD};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

fn serve(world: &World, settings: &[(&str, &str)]) -> Server {
    let mut command = world.command("serve --port 0 --log off");
    command.env("OS_ADMIN_EMAIL", EMAIL).env("OS_ADMIN_PASSWORD", PASSWORD);
    command.envs(settings.iter().copied());
    Server::start(command)
}

fn address(server: &Server) -> String {
    server.url.strip_prefix("http://").unwrap().to_owned()
}

fn sign_in(server: &Server) -> String {
    let mut http = Http::connect(&address(server));
    let body = json!({"email": EMAIL, "password": PASSWORD});
    let session = http.json("POST", "/api/v1/auth/sign-in/email", &body);
    session["token"].as_str().unwrap().to_owned()
}

/// The longest wait for a connection to be closed: far less than without a limit, and enough for a
/// busy machine.
const CLOSED_TIMEOUT: Duration = Duration::from_secs(30);

/// Waits until the server closes a connection; returns what it sent.
fn until_closed(mut stream: TcpStream) -> Vec<u8> {
    stream.set_read_timeout(Some(CLOSED_TIMEOUT)).unwrap();
    let mut sent = Vec::new();
    stream.read_to_end(&mut sent).unwrap();
    sent
}

#[test]
fn a_half_request_and_an_idle_connection_are_closed() {
    let world = World::new();
    let server = serve(&world, &[("OS_HEADER_TIMEOUT", "1"), ("OS_IDLE_TIMEOUT", "2")]);
    let connect = |sent: &[u8]| {
        let mut stream = TcpStream::connect(address(&server)).unwrap();
        stream.write_all(sent).unwrap();
        stream
    };
    let whole = b"GET /api/v1/health HTTP/1.1\r\nhost: x\r\n\r\n";
    let half = &whole[..30];
    let started = Instant::now();
    let silent = [connect(b""), connect(half)];
    let idle = connect(whole);
    let slow_second = connect(&[&whole[..], half].concat());
    for stream in silent {
        assert!(until_closed(stream).is_empty());
    }
    // An idle connection may stay for longer than half a request. The times are lower bounds only,
    // because a busy machine may take longer.
    assert!(started.elapsed() >= Duration::from_secs(1), "{:?}", started.elapsed());
    for stream in [idle, slow_second] {
        assert!(until_closed(stream).starts_with(b"HTTP/1.1 200"));
    }
    assert!(started.elapsed() >= Duration::from_secs(2), "{:?}", started.elapsed());
}

#[test]
fn a_request_has_one_host() {
    let world = World::new();
    let server = serve(&world, &[]);
    for (head, status) in [
        ("HTTP/1.1\r\nhost: x\r\n", "200"),
        ("HTTP/1.1\r\nhost: x\r\nhost: y\r\n", "400"),
        ("HTTP/1.1\r\nhost: x\r\nhost: x\r\n", "400"),
        ("HTTP/1.1\r\n", "400"),
        ("HTTP/1.0\r\n", "200"),
    ] {
        let mut stream = TcpStream::connect(address(&server)).unwrap();
        write!(stream, "GET /api/v1/health {head}connection: close\r\n\r\n").unwrap();
        let sent = String::from_utf8(until_closed(stream)).unwrap();
        assert!(sent.contains(&format!(" {status} ")), "{head}: {sent}");
        assert!(status == "200" || sent.contains("`Host` headers; send one"), "{sent}");
    }
}

#[test]
fn a_response_that_nobody_takes_ends_its_connection() {
    let world = World::new();
    let server = serve(&world, &[("OS_IDLE_TIMEOUT", "1"), ("OS_MAX_CONNECTIONS", "1")]);
    let token = sign_in(&server);
    let mut http = Http::connect(&address(&server)).with_token(&token);
    let fields = json!({"text": {"type": "textarea", "label": "Text"}});
    let shop = package("shop", "1.0.0", json!([{"name": "shop_note", "fields": fields}]));
    http.json("POST", "/api/v1/marketplace/install-local", &json!({"manifest": shop}));
    for _ in 0..4 {
        http.json("POST", "/api/v1/data/shop_note", &json!({"text": "a".repeat(3_000_000)}));
    }
    drop(http);
    let mut deaf = TcpStream::connect(address(&server)).unwrap();
    write!(
        deaf,
        "GET /api/v1/data/shop_note HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n"
    )
    .unwrap();
    // Its place is the only one.
    assert_eq!(Http::connect(&address(&server)).get("/api/v1/health").status, 200);
    drop(deaf);
}

#[test]
fn a_client_beyond_the_limit_is_served_once_another_leaves() {
    let world = World::new();
    let server = serve(&world, &[("OS_MAX_CONNECTIONS", "2")]);
    let held = [0; 2].map(|_| {
        let mut http = Http::connect(&address(&server));
        assert_eq!(http.get("/api/v1/health").status, 200);
        http
    });
    let mut waiting = TcpStream::connect(address(&server)).unwrap();
    waiting
        .write_all(b"GET /api/v1/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .unwrap();
    waiting.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    assert!(waiting.read(&mut [0]).is_err(), "nobody has left");
    drop(held);
    assert!(until_closed(waiting).starts_with(b"HTTP/1.1 200"));
}

#[test]
fn a_database_of_a_newer_program_is_refused() {
    let world = World::new();
    drop(world.start());
    for (file, command) in [("control.db", "start --port 0"), ("runtime.db", "serve --port 0")] {
        let path = world.path(".objectstack").join(file);
        let change = |sql: &'static str| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let db = os_db::Db::connect(path.to_str().unwrap()).await.unwrap();
                let mut tx = db.write().await.unwrap();
                tx.query(sql).run().await.unwrap();
                tx.commit().await.unwrap();
                db.close().await;
            });
        };
        change(
            "INSERT INTO schema_migration (name, applied_at) VALUES ('9999_future', '2030-01-01T00:00:00Z')",
        );
        let ran = world.os(command);
        assert_eq!(ran.exit, 1, "{ran:?}");
        assert!(ran.stderr.contains("9999_future") && ran.stderr.contains("newer"), "{ran:?}");
        assert!(ran.stderr.contains("hint: start the version"), "{ran:?}");
        change("DELETE FROM schema_migration WHERE name = '9999_future'");
    }
    world.start();
}
