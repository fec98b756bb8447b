//! Bodies that are large, deep, or never end.

use crate::scene::{Attack, NOTES, Scene};
use crate::wire::{Answer, Client, at_once};
use os_test::runtime::INSTALLED;
use serde_json::json;
use std::time::Duration;

pub const ALL: &[(&str, Attack)] = &[
    ("unfinished sign-ins", unfinished_sign_ins),
    ("unfinished records", unfinished_records),
    ("unfinished artifacts", unfinished_artifacts),
    ("bodies of small values", small_values),
    ("records of small values", small_values_in_a_record),
    ("artifacts of small values", small_values_in_an_artifact),
    ("deep bodies", deep),
    ("batches of nothing", batches),
    ("bodies that are too large", too_large),
];

/// How long unfinished bodies are held while others work.
const HELD: Duration = Duration::from_millis(1000);

const MEBIBYTE: usize = 1024 * 1024;

/// Sends all of a body but its last byte, on many connections.
fn unfinished(client: &Client, path: &str, length: usize, connections: usize) -> Vec<Answer> {
    let mut request = client.head("POST", path, length, "").into_bytes();
    request.push(b'"');
    request.resize(request.len() + length - 2, b'a');
    let held = std::thread::scope(|scope| {
        let open = || client.leave_open(&request);
        let open: Vec<_> = (0..connections).map(|_| scope.spawn(open)).collect();
        open.into_iter().filter_map(|it| it.join().unwrap()).collect::<Vec<_>>()
    });
    std::thread::sleep(HELD);
    drop(held);
    Vec::new()
}

/// A request whose body is longer than what is sent of it.
pub fn half_a_sign_in(scene: &Scene) -> Vec<u8> {
    let path = "/api/v1/auth/sign-in/email";
    let mut request = scene.nobody.head("POST", path, 1000, "connection: close\r\n").into_bytes();
    request.extend_from_slice(b"{\"email\":\"");
    request
}

fn unfinished_sign_ins(scene: &Scene) -> Vec<Answer> {
    unfinished(&scene.nobody, "/api/v1/auth/sign-in/email", 64 * 1024, 200)
}

fn unfinished_records(scene: &Scene) -> Vec<Answer> {
    unfinished(&scene.owner, NOTES, 2 * MEBIBYTE, 40)
}

fn unfinished_artifacts(scene: &Scene) -> Vec<Answer> {
    unfinished(&scene.owner, INSTALLED, 12 * MEBIBYTE, 8)
}

pub fn small_values(scene: &Scene) -> Vec<Answer> {
    let lists = format!("[{}0]", "[],".repeat(MEBIBYTE));
    let numbers = format!("{{\"where\":{{\"count\":{{\"$in\":[{}0]}}}}}}", "0,".repeat(MEBIBYTE));
    at_once(8, |index| {
        let (path, body) = [("query", &lists), ("query", &numbers)][index % 2];
        scene.owner.send("POST", &format!("{NOTES}/{path}"), body.as_bytes())
    })
}

fn small_values_in_a_record(scene: &Scene) -> Vec<Answer> {
    let record = format!("{{\"data\":[{}0]}}", "0,".repeat(400_000));
    let members: String = (0..150_000).map(|index| format!("\"{index}\":0,")).collect();
    let members = format!("{{\"data\":{{{members}\"a\":0}}}}");
    at_once(12, |index| scene.owner.send("POST", NOTES, [&record, &members][index % 2].as_bytes()))
}

fn small_values_in_an_artifact(scene: &Scene) -> Vec<Answer> {
    let id = "\"id\":\"com.acme.many\",\"version\":\"1.0.0\",\"name\":\"Many\"";
    let lists = format!("{{\"manifest\":{{{id},\"objects\":[{}0]}}}}", "[],".repeat(9_000_000));
    let keys: String = (0..1_000_000).map(|index| format!("\"k{index}\":0,")).collect();
    let keys = format!("{{\"manifest\":{{{keys}{id}}}}}");
    let some: String = (0..300_000).map(|index| format!("\"k{index}\":[],")).collect();
    let some = format!("{{\"manifest\":{{{some}{id}}}}}");
    at_once(6, |index| {
        scene.owner.send("POST", INSTALLED, [&lists, &keys, &some][index % 3].as_bytes())
    })
}

fn deep(scene: &Scene) -> Vec<Answer> {
    let lists = "[".repeat(1_000_000);
    let filter = format!("{{\"where\":{}", "{\"$not\":".repeat(100_000));
    let admitted = format!("{{\"where\":{}{{}}{}}}", "{\"$not\":".repeat(120), "}".repeat(120));
    let record = format!("{{\"data\":{}{}}}", "[".repeat(126), "]".repeat(126));
    at_once(8, |index| match index % 4 {
        0 => scene.owner.send("POST", NOTES, lists.as_bytes()),
        1 => scene.owner.send("POST", &format!("{NOTES}/query"), filter.as_bytes()),
        2 => scene.owner.send("POST", &format!("{NOTES}/query"), admitted.as_bytes()),
        _ => scene.owner.send("POST", NOTES, record.as_bytes()),
    })
}

fn batches(scene: &Scene) -> Vec<Answer> {
    let many = |name: &str, item: &str| {
        format!("{{\"{name}\":[{}{item}]}}", format!("{item},").repeat(150_000))
    };
    let operations = many("operations", "{\"action\":\"x\"}");
    let records = many("records", "{}");
    let ids = many("ids", "\"x\"");
    at_once(8, |index| match index % 4 {
        0 => scene.owner.send("POST", "/api/v1/batch", operations.as_bytes()),
        1 => scene.owner.send("POST", &format!("{NOTES}/createMany"), records.as_bytes()),
        2 => scene.owner.send("POST", &format!("{NOTES}/deleteMany"), ids.as_bytes()),
        _ => scene.owner.post(
            &format!("{NOTES}/batch"),
            &json!({"operation": "create", "records": [{"name": "a".repeat(3_000_000)}]}),
        ),
    })
}

fn too_large(scene: &Scene) -> Vec<Answer> {
    let body = vec![b' '; 5 * MEBIBYTE];
    at_once(8, |index| match index % 4 {
        0 => scene.nobody.send("POST", "/api/v1/auth/sign-up/email", &body),
        1 => scene.owner.send("POST", NOTES, &body),
        2 => scene.nobody.send("POST", INSTALLED, &body),
        _ => scene.owner.send("GET", "/api/v1/health", &body),
    })
}
