//! `kill -9` while a generation is applied: at the next start it converges.

use crate::site::{Site, artifact};
use os_test::control::SERVICE_KEY;
use os_test::eventually;
use serde_json::json;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const CRM: &str = "com.acme.crm";
const ROUNDS: u64 = 8;

/// A runtime as a process of its own; killed when dropped.
struct Process(Child);

impl Process {
    fn start(site: &Site, home: &std::path::Path) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_os"))
            .args(["serve", "--port", "0", "--home", home.to_str().unwrap()])
            .env("OS_CLOUD_URL", site.url())
            .env("OS_CLOUD_API_KEY", SERVICE_KEY)
            .env("OS_ENVIRONMENT_ID", &site.environment)
            .env("OS_LOG", "off")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runtime_that_is_killed_while_it_applies_converges_at_the_next_start() {
    let site = Site::new().await;
    let versions: Vec<String> = (1..=ROUNDS).map(|it| format!("1.{it}.0")).collect();
    for version in &versions {
        let fields: Vec<String> = (0..60).map(|it| format!("field_{it}")).collect();
        let mut fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let own = format!("of_{}", version.replace('.', "_"));
        fields.push(&own);
        site.publish(&artifact("crm", version, "crm", &fields)).await;
    }
    let home = tempfile::tempdir().unwrap();
    let mut process = Process::start(&site, home.path());
    let runtimes = format!("/api/v1/cloud/environments/{}/runtimes", site.environment);
    eventually("a runtime is bound", async || {
        (site.ada.get(&runtimes).await.body()["total"] != 0).then_some(())
    })
    .await;
    site.install(CRM, &versions[0]).await;
    // A runtime counts once it has requested desired state.
    eventually("it reports a version", async || {
        (!site.row(CRM).await["observed_version"].is_null()).then_some(())
    })
    .await;
    for (round, version) in (1..).zip(&versions[1..]) {
        site.operate(CRM, "upgrade", json!({"targetVersion": version})).await;
        // Somewhere between the wake and the report.
        tokio::time::sleep(Duration::from_millis(round * 3)).await;
        drop(process);
        process = Process::start(&site, home.path());
        let row = site.until(CRM, "installed").await;
        assert_eq!(row["observed_version"], json!(version), "round {round}");
    }
    drop(process);
    let file = home.path().join("runtime.db");
    let db = os_db::Db::connect(file.to_str().unwrap()).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let (version,): (String,) = tx.query("SELECT version FROM sys_ledger").one().await.unwrap();
    assert_eq!(&version, versions.last().unwrap());
    let columns: Vec<(String,)> =
        tx.query("SELECT name FROM pragma_table_info('crm_thing')").all().await.unwrap();
    for version in &versions {
        let own = format!("of_{}", version.replace('.', "_"));
        assert!(columns.iter().any(|(name,)| *name == own), "{own} is missing");
    }
}
