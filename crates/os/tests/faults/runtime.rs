//! Clients that install, upgrade, seed and uninstall, and the check afterwards.

use crate::server::ask;
use os_db::{Db, Name, Sql, Tx};
use os_test::Process;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const URL: &str = "/api/v1/marketplace/install-local";
const RECORDS: usize = 60;
const CLIENTS: usize = 3;

/// One package for each client, so that each knows what it left behind.
pub struct Packages {
    token: String,
    clients: Vec<Client>,
}

/// What a package looks like.
#[derive(Debug, Clone, PartialEq)]
struct State {
    version: Option<&'static str>,
    rows: usize,
}

struct Client {
    number: usize,
    /// After the last acknowledged change.
    state: State,
    /// After the change that was not answered, if there was one.
    perhaps: Option<State>,
    steps: u128,
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Install(&'static str),
    Uninstall,
    Purge,
    Reseed,
}

impl Packages {
    pub fn new(server: &Process) -> Self {
        let client = |number| Client {
            number,
            state: State { version: None, rows: 0 },
            perhaps: None,
            steps: uuid::Uuid::new_v4().as_u128(),
        };
        Self { token: server.sign_in(), clients: (0..CLIENTS).map(client).collect() }
    }

    /// All clients work; after `delay` the fault happens.
    pub fn work_until(&mut self, server: &Process, delay: Duration, fault: impl FnOnce()) {
        let (stop, token) = (AtomicBool::new(false), &self.token);
        std::thread::scope(|scope| {
            for client in &mut self.clients {
                let stop = &stop;
                scope.spawn(move || client.work(server, token, stop));
            }
            std::thread::sleep(delay);
            fault();
            stop.store(true, Ordering::SeqCst);
        });
    }

    /// Compares what is stored and what is loaded with what was acknowledged.
    pub fn check(&mut self, server: &Process, url: &str, round: u32) {
        let (status, list) = ask(server, &self.token, ("GET", URL), &json!({})).unwrap();
        assert_eq!(status, 200, "round {round}: {list}");
        assert_eq!(list["data"]["setAside"], json!([]), "round {round}: nothing is damaged");
        let runtime = tokio::runtime::Runtime::new().unwrap();
        for client in &mut self.clients {
            let items = list["data"]["items"].as_array().unwrap();
            let item = items.iter().find(|it| it["manifestId"] == client.id());
            let loaded = item.map(|it| it["version"].as_str().unwrap().to_owned());
            runtime.block_on(client.check(url, loaded, round));
        }
    }
}

impl Client {
    fn id(&self) -> String {
        format!("com.example.fault{}", self.number)
    }

    fn object(&self) -> String {
        format!("fault{}_thing", self.number)
    }

    fn artifact(&self, version: &str) -> Value {
        let mut fields =
            json!({ "name": { "type": "text", "unique": true }, "size": { "type": "number" } });
        if version == "2.0.0" {
            fields["colour"] = json!({ "type": "text", "defaultValue": "red" });
        }
        let records: Vec<Value> =
            (0..RECORDS).map(|n| json!({ "name": format!("Thing {n}"), "size": n })).collect();
        json!({
            "manifest": { "id": self.id(), "version": version, "name": "Faults", "type": "app",
                          "namespace": format!("fault{}", self.number) },
            "objects": [{ "name": self.object(), "fields": fields }],
            "data": [{ "object": self.object(), "records": records }],
        })
    }

    fn work(&mut self, server: &Process, token: &str, stop: &AtomicBool) {
        while !stop.load(Ordering::SeqCst) {
            let act = self.choose();
            let after = self.after(act);
            let (method, path, body) = match act {
                Act::Install(version) => {
                    ("POST", URL.to_owned(), json!({ "manifest": self.artifact(version) }))
                }
                Act::Uninstall => ("DELETE", format!("{URL}/{}", self.id()), json!({})),
                Act::Purge => ("POST", format!("{URL}/{}/purge-sample-data", self.id()), json!({})),
                Act::Reseed => {
                    ("POST", format!("{URL}/{}/reseed-sample-data", self.id()), json!({}))
                }
            };
            match ask(server, token, (method, &path), &body) {
                Some((200, _)) => self.state = after,
                Some((status, answer)) => {
                    let is_idle = status == 422 && answer["error"]["code"] == "RESEED_NO_ROWS";
                    assert!(is_idle, "{act:?} at {:?}: {status} {answer}", self.state);
                }
                None => {
                    self.perhaps = Some(after);
                    return;
                }
            }
        }
    }

    fn choose(&mut self) -> Act {
        self.steps =
            self.steps.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645).wrapping_add(1);
        match (self.state.version, (self.steps >> 100) % 5) {
            (None, choice) if choice % 2 == 0 => Act::Install("1.0.0"),
            (None, _) => Act::Install("2.0.0"),
            (_, 0) => Act::Install("1.0.0"),
            (_, 1) => Act::Install("2.0.0"),
            (_, 2) => Act::Uninstall,
            (_, 3) => Act::Purge,
            _ => Act::Reseed,
        }
    }

    /// What the package looks like once this is done.
    fn after(&self, act: Act) -> State {
        let State { version, rows } = self.state;
        match act {
            Act::Install(to) => {
                State { version: Some(to), rows: if version.is_none() { RECORDS } else { rows } }
            }
            Act::Uninstall => State { version: None, rows },
            Act::Purge => State { version, rows: 0 },
            Act::Reseed => State { version, rows: RECORDS },
        }
    }

    async fn check(&mut self, url: &str, loaded: Option<String>, round: u32) {
        let db = Db::connect(url).await.unwrap();
        let mut tx = db.read().await.unwrap();
        let ledger: Option<(String,)> = tx
            .query("SELECT version FROM sys_ledger WHERE manifest_id = $1")
            .bind(self.id())
            .optional()
            .await
            .unwrap();
        let ledger = ledger.map(|(version,)| version);
        assert_eq!(ledger, loaded, "round {round}: the ledger and the kernel");
        let ids = self.ids(&mut tx, loaded.as_deref()).await;
        let mut seeded: Vec<(String,)> = tx
            .query("SELECT record_id FROM sys_seeded_row WHERE manifest_id = $1")
            .bind(self.id())
            .all()
            .await
            .unwrap();
        seeded.sort();
        let seeded: Vec<String> = seeded.into_iter().map(|(id,)| id).collect();
        assert_eq!(ids, seeded, "round {round}: the records and what seeding remembers");
        drop(tx);
        db.close().await;

        let found = State {
            version: loaded.map(|it| if it == "1.0.0" { "1.0.0" } else { "2.0.0" }),
            rows: ids.len(),
        };
        let perhaps = self.perhaps.take();
        assert!(
            found == self.state || perhaps.as_ref() == Some(&found),
            "round {round}: {found:?}, acknowledged {:?}, requested {perhaps:?}",
            self.state
        );
        self.state = found;
    }

    /// The ids of the records; the columns of the version that is loaded are there.
    async fn ids(&self, tx: &mut Tx, version: Option<&str>) -> Vec<String> {
        let was_ever = self.state.version.is_some() || self.state.rows > 0 || version.is_some();
        if !was_ever {
            return Vec::new();
        }
        let (table, colour): (Name, Name) =
            (self.object().parse().unwrap(), "colour".parse().unwrap());
        let mut sql = Sql::new("SELECT id");
        if version == Some("2.0.0") {
            sql.push(", ").name(&colour);
        }
        sql.push(" FROM ").name(&table).push(" ORDER BY id");
        let rows = tx.query_dynamic(sql).rows().await.unwrap();
        rows.iter().map(|row| row.text(0).unwrap().unwrap().to_owned()).collect()
    }
}
