//! Clients that publish and move installations, and the check afterwards.

use os_db::Db;
use os_test::Process;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

const PUBLISHED: &str = "com.example.published";
const MOVED: &str = "com.example.moved";

/// What exists before the first kill.
pub struct World {
    token: String,
    published: String,
    environment: String,
    versions: [String; 2],
    next: AtomicU64,
    /// Versions that were acknowledged in any round, with their checksums.
    acknowledged: Mutex<BTreeSet<(String, String)>>,
    /// Versions that were sent and not answered.
    unanswered: Mutex<BTreeSet<String>>,
    moves: AtomicU64,
}

/// The requests of one round.
#[derive(Default)]
pub struct Requested {
    /// Moves that were acknowledged; one more per client may have happened.
    acknowledged_moves: u64,
    movers: u64,
}

fn bundle(id: &str, version: &str) -> Value {
    json!({
        "manifest": { "id": id, "version": version, "name": "Faults", "type": "app", "namespace": "fault" },
        "objects": [{ "name": "fault_thing", "label": "Thing", "sharingModel": "private",
                      "fields": { "name": { "type": "text", "label": version } } }],
    })
}

impl World {
    pub fn create(server: &Process) -> Self {
        let token = server.sign_in();
        let mut http = server.http().with_token(&token);
        let mut package = |id: &str| {
            let body = json!({ "manifest_id": id, "display_name": id });
            let made = http.json("POST", "/api/v1/cloud/packages", &body);
            made["id"].as_str().unwrap().to_owned()
        };
        let (published, moved) = (package(PUBLISHED), package(MOVED));
        let versions = ["1.0.0", "1.1.0"].map(|version| {
            let body = json!({ "version": version, "bundle": bundle(MOVED, version) });
            let made =
                http.json("POST", &format!("/api/v1/cloud/packages/{moved}/versions"), &body);
            made["id"].as_str().unwrap().to_owned()
        });
        let organizations = http.json("GET", "/api/v1/auth/organization/list", &json!({}));
        let environment = json!({
            "organization_id": organizations[0]["id"], "display_name": "Faults", "env_type": "development",
        });
        let environment = http.json("POST", "/api/v1/cloud/environments", &environment);
        let environment = environment["environment"]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/cloud/environments/{environment}/packages");
        http.json("POST", &path, &json!({ "packageVersionId": versions[0] }));
        Self {
            token,
            published,
            environment,
            versions,
            next: AtomicU64::new(0),
            acknowledged: Mutex::default(),
            unanswered: Mutex::default(),
            moves: AtomicU64::new(1),
        }
    }

    /// Three publishers and one mover per server work; after `delay` the fault happens.
    pub fn work_until(
        &self,
        servers: &[&Process],
        delay: Duration,
        fault: impl FnOnce(),
    ) -> Requested {
        let stop = AtomicBool::new(false);
        let moved = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for server in servers {
                for _ in 0..3 {
                    scope.spawn(|| self.publish(server, &stop));
                }
                scope.spawn(|| {
                    moved.fetch_add(self.move_up_and_down(server, &stop), Ordering::SeqCst)
                });
            }
            std::thread::sleep(delay);
            fault();
            stop.store(true, Ordering::SeqCst);
        });
        Requested { acknowledged_moves: moved.into_inner(), movers: servers.len() as u64 }
    }

    fn publish(&self, server: &Process, stop: &AtomicBool) {
        while !stop.load(Ordering::SeqCst) {
            let version = format!("1.0.{}", self.next.fetch_add(1, Ordering::SeqCst));
            let body = json!({ "version": version, "bundle": bundle(PUBLISHED, &version) });
            let path = format!("/api/v1/cloud/packages/{}/versions", self.published);
            self.unanswered.lock().unwrap().insert(version.clone());
            match self.post(server, &path, &body) {
                Some((status, answer)) if status < 300 => {
                    let checksum = answer["data"]["checksum"].as_str().unwrap().to_owned();
                    self.unanswered.lock().unwrap().remove(&version);
                    self.acknowledged.lock().unwrap().insert((version, checksum));
                }
                // Refused for want of a database: nothing may have happened, or all of it.
                Some((status, answer)) => assert!(status >= 500, "{status} {answer}"),
                None => return,
            }
        }
    }

    /// Returns how many moves were acknowledged.
    fn move_up_and_down(&self, server: &Process, stop: &AtomicBool) -> u64 {
        let path = format!("/api/v1/cloud/environments/{}/packages/{MOVED}", self.environment);
        let mut moves = 0;
        while !stop.load(Ordering::SeqCst) {
            for (verb, version) in [("upgrade", &self.versions[1]), ("rollback", &self.versions[0])]
            {
                let body = json!({ "targetPackageVersionId": version });
                match self.post(server, &format!("{path}/{verb}"), &body) {
                    Some((200, answer)) if answer["data"]["message"].is_null() => moves += 1,
                    // Somebody else moved it there already.
                    Some((200 | 409, _)) => {}
                    Some((status, answer)) => assert!(status >= 500, "{status} {answer}"),
                    None => return moves,
                }
            }
        }
        moves
    }

    fn post(&self, server: &Process, path: &str, body: &Value) -> Option<(u16, Value)> {
        crate::server::ask(server, &self.token, ("POST", path), body)
    }

    /// Compares what is stored with what was acknowledged.
    pub fn check(&self, server: &Process, url: &str, requested: &Requested, round: u32) {
        self.check_versions(server, round);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(self.check_environment(url, requested, round));
    }

    fn check_versions(&self, server: &Process, round: u32) {
        let mut http = server.http().with_token(&self.token);
        let acknowledged = self.acknowledged.lock().unwrap();
        let mut unanswered = self.unanswered.lock().unwrap();
        let mut stored = BTreeSet::new();
        let mut cursor = String::new();
        loop {
            let path =
                format!("/api/v1/cloud/packages/{}/versions?limit=100{cursor}", self.published);
            let page = http.json("GET", &path, &Value::Null);
            for version in page["versions"].as_array().unwrap() {
                let text = |key: &str| version[key].as_str().unwrap().to_owned();
                assert_eq!(text("status"), "published", "round {round}");
                stored.insert((text("version"), text("checksum")));
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let lost: Vec<_> = acknowledged.difference(&stored).collect();
        assert!(lost.is_empty(), "round {round}: acknowledged and lost: {lost:?}");
        let surplus = stored.iter().map(|it| &it.0).filter(|version| {
            !unanswered.contains(*version) && !acknowledged.iter().any(|it| it.0 == **version)
        });
        assert_eq!(surplus.count(), 0, "round {round}: stored, though nobody sent it");
        let known: BTreeSet<_> = stored.iter().map(|it| it.0.clone()).collect();
        unanswered.retain(|version| known.contains(version));
    }

    async fn check_environment(&self, url: &str, requested: &Requested, round: u32) {
        let db = Db::connect(url).await.unwrap();
        let mut tx = db.read().await.unwrap();
        let environment: uuid::Uuid = self.environment.parse().unwrap();
        let count = async |tx: &mut os_db::Tx, sql: &'static str| {
            tx.query(sql).bind(environment).one::<(i64,)>().await.unwrap().0 as u64
        };
        let generations = count(
            &mut tx,
            "SELECT COUNT(*) FROM sys_environment_generation WHERE environment_id = $1",
        )
        .await;
        let history = count(
            &mut tx,
            "SELECT COUNT(*) FROM sys_package_installation_history WHERE environment_id = $1",
        )
        .await;
        let events = count(
            &mut tx,
            "SELECT COUNT(*) FROM sys_event WHERE environment_id = $1 AND kind LIKE 'installation_%'",
        )
        .await;
        let current = count(&mut tx, "SELECT generation FROM sys_environment WHERE id = $1").await;
        assert_eq!(
            [generations, events, current],
            [history; 3],
            "round {round}: generations, events, number"
        );

        let (pointer,): (uuid::Uuid,) = tx
            .query(
                "SELECT package_version_id FROM sys_package_installation WHERE environment_id = $1",
            )
            .bind(environment)
            .one()
            .await
            .unwrap();
        let (to,): (uuid::Uuid,) = tx
            .query("SELECT to_version_id FROM sys_package_installation_history WHERE environment_id = $1 ORDER BY generation DESC LIMIT 1")
            .bind(environment)
            .one()
            .await
            .unwrap();
        let (packages,): (String,) = tx
            .query("SELECT packages FROM sys_environment_generation WHERE environment_id = $1 ORDER BY number DESC LIMIT 1")
            .bind(environment)
            .one()
            .await
            .unwrap();
        assert_eq!(pointer, to, "round {round}: the pointer is where history says");
        assert!(packages.contains(&pointer.to_string()), "round {round}: and the generation");
        drop(tx);
        db.close().await;

        let before = self.moves.swap(history, Ordering::SeqCst);
        let happened = history - before;
        let allowed =
            requested.acknowledged_moves..=requested.acknowledged_moves + requested.movers;
        assert!(
            allowed.contains(&happened),
            "round {round}: {happened} moves, acknowledged {allowed:?}"
        );
    }
}
