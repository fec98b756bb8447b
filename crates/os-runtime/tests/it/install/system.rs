use os_test::runtime::{App, INSTALLED, object, package, with_manifest};
use serde_json::json;

#[tokio::test]
async fn system_packages_are_always_there_with_their_tables() {
    let app = App::new().await;
    app.owner().await;
    for table in [
        "sys_organization",
        "sys_member",
        "sys_api_key",
        "sys_comment",
        "sys_activity",
        "sys_attachment",
        "sys_audit_log",
        "sys_file",
        "ai_conversations",
        "ai_pending_actions",
        "sys_setting",
    ] {
        assert_eq!(app.rows(table).await, 0, "{table}");
    }
    assert_eq!(app.rows("sys_user").await, 1);
    assert_eq!(app.rows("sys_session").await, 1);
    let before = app.state().await;
    let booted = app.server.boot().await.unwrap();
    assert_eq!((booted.packages, booted.quarantined.len()), (0, 0));
    assert_eq!(app.state().await, before, "a second start changes nothing");
}

#[tokio::test]
async fn system_packages_cannot_be_replaced_removed_or_imitated() {
    let app = App::new().await;
    let owner = app.owner().await;
    let before = app.state().await;
    let imitation = with_manifest(package("feeds", "9.0.0", json!([])), "id", json!("sys.feeds"));
    assert_eq!(owner.install(&imitation).await.refusal(), (409, "MANIFEST_CONFLICT".to_owned()));
    for id in ["sys.feeds", "sys.identity"] {
        let refusal = owner.delete(&format!("{INSTALLED}/{id}?force=1")).await.refusal();
        assert_eq!(refusal, (404, "RESOURCE_NOT_FOUND".to_owned()));
    }
    let thief = with_manifest(
        package("ai", "1.0.0", json!([object("ai_x", &["name"])])),
        "id",
        json!("com.acme.thief"),
    );
    assert_eq!(owner.install(&thief).await.refusal(), (422, "PLUGIN_REGISTER_FAILED".to_owned()));
    assert!(owner.installed().await.is_empty());
    assert_eq!(app.state().await, before);
}
