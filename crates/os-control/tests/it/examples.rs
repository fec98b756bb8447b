use os_control::Example;
use os_test::control::App;
use serde_json::json;

const EXAMPLES: &[Example] = &[Example {
    listing: include_str!("../../../../examples/crm/objectstack.manifest.json"),
    readme: include_str!("../../../../examples/crm/README.md"),
    icon: include_str!("../../../../examples/crm/icon.svg"),
    artifacts: &[
        include_str!("../../../../examples/crm/1.0.0/objectstack.json"),
        include_str!("../../../../examples/crm/1.1.0/objectstack.json"),
    ],
}];

#[tokio::test]
async fn the_examples_are_published_once_by_those_who_can_publish() {
    let app = App::with(|config| config.examples = EXAMPLES).await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let acme = app.organization("acme", &[(&ada, "owner"), (&bob, "member")]).await;
    let (url, body) = ("/api/v1/cloud/examples", json!({ "organization_id": acme }));

    assert_eq!(bob.post(url, body.clone()).await.refusal().0, 403);
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_package").await, 0);

    for _ in 0..2 {
        let published = ada.post(url, body.clone()).await.data();
        assert_eq!(
            published["published"],
            json!(["com.example.crm@1.0.0", "com.example.crm@1.1.0"])
        );
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_package_version").await, 2);
    let versions = ada.get("/api/v1/cloud/packages/com.example.crm/versions").await.data();
    assert_eq!(versions["versions"][0]["version"], "1.1.0");
}
