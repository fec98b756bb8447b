use crate::operator::Site;
use os_test::control::Client;
use serde_json::{Value, json};

const EVENTS: &str = "/api/v1/cloud/events";
const CRM: &str = "com.acme.crm";

async fn kinds(user: &Client, query: &str) -> Vec<String> {
    let page = user.get(&format!("{EVENTS}{query}")).await.data();
    let events = page["events"].as_array().unwrap();
    events.iter().map(|it| it["kind"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_change_is_recorded_with_actor_before_and_after() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0", "1.1.0"]).await;
    site.ada.install(site.dev, CRM, "1.0.0").await.data();
    site.max.operate(site.dev, CRM, "upgrade", json!({})).await.data();
    let url = format!("{EVENTS}?environment_id={}&kind=installation_upgraded", site.dev);
    let event = site.mia.get(&url).await.data()["events"][0].clone();
    assert_eq!(event["actor"], json!({"kind": "user", "id": site.max.id}));
    assert_eq!(event["subject"]["manifest_id"], CRM);
    assert_eq!(event["before"]["version"], "1.0.0");
    assert_eq!(event["after"]["version"], "1.1.0");
    assert_eq!(event["organization_id"], json!(site.acme));
    assert!(event["at"].as_str().unwrap().ends_with('Z'));
    assert!(!event["request_id"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn pages_go_from_the_newest_to_the_oldest_and_cursors_cannot_be_edited() {
    let site = Site::new().await;
    for name in ["a", "b", "c", "d", "e"] {
        let url = format!("/api/v1/cloud/environments/{}", site.dev);
        site.ada.patch(&url, json!({"display_name": name})).await.data();
    }
    let url = format!("{EVENTS}?environment_id={}&limit=2", site.dev);
    let (mut names, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = site.mia.get(&format!("{url}{cursor}")).await.data();
        let events = page["events"].as_array().unwrap().clone();
        names.extend(events.iter().map(|it| it["after"]["display_name"].clone()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(Value::from(names), json!(["e", "d", "c", "b", "a", "development"]));
    for (query, code) in [
        ("&cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "INVALID_CURSOR"),
        ("&cursor=", "INVALID_CURSOR"),
        ("&package_id=com.acme.crm", "VALIDATION_ERROR"),
        ("&unknown=1", "VALIDATION_ERROR"),
    ] {
        let answer = site.mia.get(&format!("{url}{query}")).await;
        assert_eq!(answer.refusal(), (400, code.into()), "{query}");
    }
}

#[tokio::test]
async fn events_are_visible_to_those_who_may_read_them() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0"]).await;
    let grants = format!("/api/v1/cloud/packages/{CRM}/grants");
    site.ada.post(&grants, json!({"organization_id": site.evil})).await.data();
    let theirs = site.eve.create_environment(site.evil, "development").await;
    site.eve.install(theirs, CRM, "1.0.0").await.data();
    site.ada.install(site.dev, CRM, "1.0.0").await.data();

    let organization = format!("?organization_id={}", site.acme);
    let environment = format!("?environment_id={}", site.dev);
    let package = format!("?package_id={CRM}");
    for (query, member, outsider) in [
        ("", 403, 200),
        (&*organization, 403, 404),
        (&*environment, 200, 404),
        (&*package, 403, 404),
    ] {
        let url = format!("{EVENTS}{query}");
        assert_eq!(site.max.get(&url).await.status, 200, "admin {query}");
        assert_eq!(site.mia.get(&url).await.status, member, "member {query}");
        assert_eq!(site.eve.get(&url).await.status, outsider, "outsider {query}");
        assert_eq!(site.root.get(&url).await.status, 200, "platform administrator {query}");
    }
    // Who installs a package elsewhere is not told to its owner.
    let installed = async |user: &Client, query: &str| {
        kinds(user, query).await.iter().filter(|it| *it == "installation_installed").count()
    };
    assert_eq!(installed(&site.ada, &package).await, 1);
    assert_eq!(installed(&site.ada, "").await, 1);
    assert_eq!(installed(&site.eve, "").await, 1);
    assert_eq!(installed(&site.root, &package).await, 2);
}
