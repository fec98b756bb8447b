//! Connections that send half of something, or too much of it.

use crate::scene::{Attack, NOTES, Scene};
use crate::wire::{Answer, at_once};
use serde_json::json;
use std::time::Duration;

pub const ALL: &[(&str, Attack)] = &[
    ("half requests", half_requests),
    ("idle connections", idle_connections),
    ("huge heads", huge_heads),
    ("long paths", long_paths),
    ("paths of the catalog", catalog_paths),
    ("wrong passwords", wrong_passwords),
    ("requests of no protocol", no_protocol),
];

/// How long open connections are held while others work.
const HELD: Duration = Duration::from_millis(700);

fn half_requests(scene: &Scene) -> Vec<Answer> {
    let half = b"POST /api/v1/auth/sign-in/email HTTP/1.1\r\nhost: x\r\nx-a: ";
    let held: Vec<_> = (0..500).filter_map(|_| scene.nobody.leave_open(half)).collect();
    std::thread::sleep(HELD);
    drop(held);
    Vec::new()
}

fn idle_connections(scene: &Scene) -> Vec<Answer> {
    let whole = b"GET /api/v1/health HTTP/1.1\r\nhost: x\r\n\r\n";
    let held: Vec<_> = (0..500).filter_map(|_| scene.nobody.leave_open(whole)).collect();
    std::thread::sleep(HELD);
    drop(held);
    Vec::new()
}

fn huge_heads(scene: &Scene) -> Vec<Answer> {
    let long = format!("x-long: {}\r\n", "a".repeat(2_000_000));
    let many = "x-many: a\r\n".repeat(100_000);
    let folded = format!("cookie: {}\r\n", "a=b; ".repeat(50_000));
    at_once(9, |index| {
        let more = format!("{}connection: close\r\n", [&long, &many, &folded][index % 3]);
        let head = scene.owner.head("GET", "/api/v1/health", 0, &more);
        scene.nobody.raw(head.as_bytes())
    })
}

fn long_paths(scene: &Scene) -> Vec<Answer> {
    let long = format!("{NOTES}/{}", "a".repeat(60_000));
    let deep = format!("/api/v1/{}", "a/".repeat(20_000));
    let encoded = format!("{NOTES}?{}", "%25".repeat(20_000));
    let longest = format!("{NOTES}?filter={}", "a".repeat(1_000_000));
    let many: String = (0..6000).map(|index| format!("f{index}=1&")).collect();
    let many = format!("{NOTES}?{many}");
    at_once(10, |index| scene.owner.get([&long, &deep, &encoded, &longest, &many][index % 5]))
}

fn catalog_paths(scene: &Scene) -> Vec<Answer> {
    at_once(24, |index| {
        let path = ["x", "x/y", "packages/../x", "packages%2Fx"][index % 4];
        scene.nobody.get(&format!("/api/v1/marketplace/{path}"))
    })
}

fn wrong_passwords(scene: &Scene) -> Vec<Answer> {
    at_once(40, |index| {
        let body = json!({"email": format!("a{index}@example.com"), "password": "a".repeat(256)});
        scene.nobody.post("/api/v1/auth/sign-in/email", &body)
    })
}

fn no_protocol(scene: &Scene) -> Vec<Answer> {
    let chunks = "transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n";
    let both =
        "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n";
    let head = "POST /api/v1/auth/sign-in/email HTTP/1.1\r\nhost: x\r\nconnection: close\r\n";
    let texts = [
        "\x16\x03\x01\x02\0".to_owned(),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        format!("{head}{chunks}"),
        format!("{head}{both}"),
        format!("{head}content-length: -1\r\n\r\n"),
        format!("{head}content-length: 99999999999999999999\r\n\r\n"),
        "\0".repeat(100_000),
        "GET / HTTP/1.1\nhost: x\nconnection: close\n\n".to_owned(),
    ];
    at_once(texts.len(), |index| scene.nobody.raw(texts[index].as_bytes()))
}
