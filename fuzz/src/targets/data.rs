//! The data API of a runtime, from the bytes of a request to SQL.

use super::check_message;
use os_test::Response;
use os_test::runtime::{App, Client, package};
use serde_json::{Value, json};
use std::fmt::Write;
use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};

const OBJECT: &str = "/api/v1/data/shop_note";

struct World {
    runtime: Runtime,
    client: Client,
    /// Holds the database.
    _app: App,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (app, client) = runtime.block_on(async {
        let app = App::new().await;
        let client = app.owner().await;
        client.installs(&package("shop", "1.0.0", objects())).await;
        for name in ["Ada", "Eve", "%_\\"] {
            let record = json!({"name": name, "count": 3, "open": true, "tags": ["a"], "data": {"a": 1},
                "state": "open", "day": "2024-02-29", "since": "2026-02-28T23:59:59Z"});
            client.post(OBJECT, record).await.success();
        }
        (app, client)
    });
    World { runtime, client, _app: app }
});

fn objects() -> Value {
    let field = |kind: &str| json!({"type": kind, "label": kind});
    let options = json!([{"label": "Open", "value": "open"}, {"label": "Done", "value": "done"}]);
    json!([{
        "name": "shop_note", "label": "Note",
        "fields": {
            "name": field("text"), "text": field("textarea"), "count": field("number"),
            "open": field("boolean"), "day": field("date"), "since": field("datetime"),
            "at": field("time"), "mail": field("email"), "link": field("url"), "tags": field("tags"),
            "data": field("json"), "place": field("location"),
            "state": {"type": "select", "label": "State", "options": options},
            "parent": {"type": "lookup", "label": "Parent", "reference": "shop_note"},
            "shown": {"type": "formula", "label": "Shown",
                      "expression": {"dialect": "cel", "source": "record.name + '!'"}},
        },
    }])
}

/// Starts a runtime with one object and some records.
pub fn prepare() {
    LazyLock::force(&WORLD);
}

/// The body of `POST …/query`: an answer, or a refusal that names its place.
pub fn query(bytes: &[u8]) {
    check(&send("POST", &format!("{OBJECT}/query"), bytes));
}

/// The parameters of `GET …`.
pub fn url(bytes: &[u8]) {
    let mut url = format!("{OBJECT}?");
    for byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'&' | b'=' | b'%' | b'+' | b'$' | b'_' => {
                url.push(char::from(*byte));
            }
            _ => write!(url, "%{byte:02X}").expect("a string takes everything"),
        }
    }
    check(&send("GET", &url, b""));
}

/// A record that is created is read as it was answered, is found by its id, and can be deleted.
pub fn record(bytes: &[u8]) {
    let created = send("POST", OBJECT, bytes);
    check(&created);
    if created.status >= 300 {
        return;
    }
    let created = created.json();
    let id = created["id"].as_str().expect("a record has an id");
    let path = format!("{OBJECT}/{id}");
    assert_eq!(send("GET", &path, b"").success()["record"], created["record"]);
    check(&send("PATCH", &path, bytes));
    let filter = json!({"where": {"id": id}}).to_string();
    let found = send("POST", &format!("{OBJECT}/query"), filter.as_bytes()).success();
    assert_eq!(found["records"].as_array().map(Vec::len), Some(1), "{found}");
    send("DELETE", &path, b"").success();
}

fn send(method: &str, url: &str, body: &[u8]) -> Response {
    let method = method.parse().expect("a method");
    let headers = [("content-type", "application/json")];
    WORLD.runtime.block_on(WORLD.client.send(method, url, &headers, body.to_vec()))
}

/// Checks that a refusal is the caller's fault, with a code and a message.
fn check(response: &Response) {
    if response.status < 300 {
        return;
    }
    let text = response.text();
    assert!((400..500).contains(&response.status), "{}: {text}", response.status);
    assert!(!response.refusal().1.is_empty(), "{text}");
    check_message(&response.message());
}
