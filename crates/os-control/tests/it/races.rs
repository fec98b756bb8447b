//! Changes at the same time: they take turns, and nothing is lost or half done.

use crate::operator::Site;
use os_test::control::installations;
use serde_json::json;

const CRM: &str = "com.acme.crm";
const DESK: &str = "com.acme.desk";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_parallel_upgrades_one_moves_the_installation() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0", "1.1.0"]).await;
    site.ada.install(site.dev, CRM, "1.0.0").await.data();
    let before = site.written().await;
    let upgrades = (0..20).map(|_| {
        let (ada, dev) = (site.ada.clone(), site.dev);
        tokio::spawn(async move { ada.operate(dev, CRM, "upgrade", json!({})).await })
    });
    let (mut moved, mut stayed) = (0, 0);
    for upgrade in upgrades.collect::<Vec<_>>() {
        let answer = upgrade.await.unwrap();
        let is_message = answer.json()["data"]["message"] == "Already at target version";
        match answer.status {
            200 if is_message => stayed += 1,
            409 => stayed += 1,
            200 => moved += 1,
            _ => panic!("{}: {}", answer.status, answer.text()),
        }
    }
    assert_eq!((moved, stayed), (1, 19));
    let after = site.written().await;
    assert_eq!(after, before.map(|count| count + 1));
    assert_eq!(site.generation(site.dev).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_changes_never_leave_a_package_without_what_it_needs() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0"]).await;
    site.package(DESK, &[]).await;
    site.release(DESK, "1.0.0", json!({"dependencies": {CRM: "^1.0.0"}})).await;
    for round in 0..8 {
        site.ada.install(site.dev, CRM, "1.0.0").await;
        let (ada, max, dev) = (site.ada.clone(), site.max.clone(), site.dev);
        let install = tokio::spawn(async move { ada.install(dev, DESK, "1.0.0").await });
        let uninstall =
            tokio::spawn(async move { max.operate(dev, CRM, "uninstall", json!({})).await });
        let (install, uninstall) = (install.await.unwrap(), uninstall.await.unwrap());
        let outcome = (install.status, uninstall.status);
        assert!(matches!(outcome, (201, 409) | (422, 200)), "round {round}: {outcome:?}");
        let list = site.ada.get(&installations(dev)).await.data();
        let names: Vec<&str> = list["packages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["package_id"].as_str().unwrap())
            .collect();
        assert!(names.is_empty() || names == [CRM, DESK], "round {round}: {names:?}");
        site.ada.operate(dev, DESK, "uninstall", json!({})).await;
    }
    let numbers = "SELECT COUNT(*) - MAX(number) FROM sys_environment_generation";
    assert_eq!(site.app.count(numbers).await, 0, "without gaps");
}
