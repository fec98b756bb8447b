use super::shop;
use os_test::runtime::{App, Client, data_url as url, package, with};
use serde_json::{Value, json};

fn grant(verbs: &[&str], more: Value) -> Value {
    let mut grant = more;
    for verb in verbs {
        grant[*verb] = json!(true);
    }
    grant
}

const ALL: [&str; 4] = ["allowRead", "allowCreate", "allowEdit", "allowDelete"];

/// Notes that are private, boards that all may read, and who may what.
fn desk() -> Value {
    let objects = json!([
        {"name": "desk_note", "sharingModel": "private", "fields": {
            "title": {"type": "text"}, "mood": {"type": "text"}, "salary": {"type": "number"}}},
        {"name": "desk_board", "sharingModel": "public_read", "fields": {"title": {"type": "text"}}},
        {"name": "desk_page", "sharingModel": "controlled_by_parent", "fields": {
            "note": {"type": "master_detail", "reference": "desk_note", "required": true},
            "title": {"type": "text"}}},
        {"name": "desk_task", "sharingModel": "public_read_write", "enable": {"feeds": true}, "fields": {
            "title": {"type": "text"}, "assignee": {"type": "text"}}},
    ]);
    let permissions = json!([
        {"name": "desk_member", "isDefault": true, "objects": {
            "desk_note": grant(&ALL, json!({})), "desk_board": grant(&ALL, json!({})),
            "desk_page": grant(&ALL, json!({})), "desk_task": grant(&["allowRead"], json!({}))},
         "fields": {"desk_note.salary": {"readable": false, "editable": false}, "desk_note.mood": {"readable": true, "editable": false}},
         "rowLevelSecurity": [{"object": "desk_task", "operation": "select", "using": "assignee == current_user.email"}]},
        {"name": "desk_greedy", "isDefault": true, "objects": {
            "sys_user_permission_set": grant(&ALL, json!({})), "sys_audit_log": grant(&ALL, json!({}))}},
        {"name": "desk_auditor", "objects": {"desk_note": grant(&["allowRead"], json!({"viewAllRecords": true}))}},
    ]);
    with(package("desk", "1.0.0", objects), "permissions", permissions)
}

async fn desks() -> (App, Client, Client, Client) {
    let app = App::with(|config| config.open_registration = true).await;
    let owner = app.owner().await;
    owner.installs(&shop()).await;
    owner.installs(&desk()).await;
    let (ada, bob) = (app.register("ada").await, app.register("bob").await);
    (app, owner, ada, bob)
}

fn denied() -> (u16, String) {
    (403, "PERMISSION_DENIED".to_owned())
}

#[tokio::test]
async fn without_a_grant_nothing_can_be_done() {
    let (_app, owner, ada, _) = desks().await;
    let order = owner.made("shop_order", json!({})).await;
    let one = url(&format!("shop_order/{order}"));
    let answers = [
        ada.get(&url("shop_order")).await,
        ada.get(&one).await,
        ada.post(&url("shop_order"), json!({})).await,
        ada.patch(&one, json!({"note": "x"})).await,
        ada.delete(&one).await,
        ada.post(&url("shop_order/query"), json!({})).await,
        ada.post(&url("shop_order/deleteMany"), json!({"ids": [order]})).await,
        ada.post(
            "/api/v1/batch",
            json!({"operations": [{"object": "shop_order", "action": "delete", "id": order}]}),
        )
        .await,
        ada.get(&url("sys_audit_log")).await,
        ada.get(&url("sys_user_permission_set")).await,
        ada.post(&url("sys_user_permission_set"), json!({"user_id": "x", "permission_set": "y"}))
            .await,
    ];
    for answer in answers {
        assert_eq!(answer.refusal(), denied(), "{}", answer.text());
    }
    assert_eq!(ada.get(&url("sys_user?select=email")).await.json()["total"], 3);
    assert_eq!(ada.get(&url("sys_session")).await.json()["total"], 1);
    assert_eq!(owner.get(&one).await.status, 200);
}

#[tokio::test]
async fn private_records_are_their_owners() {
    let (_app, owner, ada, bob) = desks().await;
    let note = ada.made("desk_note", json!({"title": "mine"})).await;
    let one = url(&format!("desk_note/{note}"));
    assert_eq!(ada.get(&one).await.status, 200);
    assert_eq!(bob.get(&one).await.refusal(), (404, "RECORD_NOT_FOUND".to_owned()));
    assert_eq!(bob.get(&url("desk_note")).await.json()["total"], 0);
    assert_eq!(bob.patch(&one, json!({"title": "x"})).await.refusal().0, 404);
    assert_eq!(bob.delete(&one).await.refusal().0, 404);
    assert_eq!(owner.get(&url("desk_note")).await.json()["total"], 1);
    let page = ada.made("desk_page", json!({"note": note, "title": "p"})).await;
    let page = url(&format!("desk_page/{page}"));
    assert_eq!(ada.patch(&page, json!({"title": "q"})).await.status, 200);
    assert_eq!(bob.get(&page).await.refusal().0, 404);
    let answer = bob.post(&url("desk_page"), json!({"note": note})).await;
    assert_eq!(answer.json()["fields"][0]["code"], "reference_not_found");
}

#[tokio::test]
async fn records_that_all_may_read_are_changed_by_their_owner() {
    let (_app, owner, ada, bob) = desks().await;
    let board = ada.made("desk_board", json!({"title": "t"})).await;
    let one = url(&format!("desk_board/{board}"));
    assert_eq!(bob.get(&one).await.status, 200);
    assert_eq!(bob.patch(&one, json!({"title": "x"})).await.refusal(), denied());
    assert_eq!(bob.delete(&one).await.refusal(), denied());
    let answer = bob.post(&url("desk_board/deleteMany"), json!({"ids": [board]})).await.json();
    assert_eq!(answer["results"][0]["errors"][0]["code"], "PERMISSION_DENIED");
    let answer = ada.patch(&one, json!({"title": "y", "owner_id": "bob"})).await.json();
    assert_eq!(answer["droppedFields"][0]["fields"], json!(["owner_id"]));
    assert_eq!(owner.patch(&one, json!({"title": "z"})).await.status, 200);
}

#[tokio::test]
async fn fields_can_be_hidden_and_locked() {
    let (_app, owner, ada, _) = desks().await;
    let me = ada.get("/api/v1/auth/get-session").await.json()["user"]["id"].clone();
    let note = json!({"title": "t", "salary": 5, "mood": "good", "owner_id": me});
    let note = owner.made("desk_note", note).await;
    let one = url(&format!("desk_note/{note}"));
    let record = ada.get(&one).await.json()["record"].clone();
    assert_eq!((record.get("salary"), &record["mood"]), (None, &json!("good")));
    for rest in ["desk_note?salary=5", "desk_note?select=salary", "desk_note?groupBy=salary"] {
        assert_eq!(
            ada.get(&url(rest)).await.refusal(),
            (400, "INVALID_FIELD".to_owned()),
            "{rest}"
        );
    }
    assert_eq!(ada.get(&url("desk_note?sort=salary")).await.refusal().0, 400);
    assert_eq!(
        ada.patch(&one, json!({"salary": 6})).await.refusal(),
        (400, "INVALID_FIELD".to_owned())
    );
    assert_eq!(ada.patch(&one, json!({"mood": "bad"})).await.refusal(), denied());
    assert_eq!(ada.patch(&one, json!({"title": "u"})).await.status, 200);
}

#[tokio::test]
async fn sets_are_granted_by_the_owner_and_rows_by_rules() {
    let (_app, owner, ada, bob) = desks().await;
    let bob_id = bob.get("/api/v1/auth/get-session").await.json()["user"]["id"].clone();
    ada.makes("desk_note", json!({"title": "mine"})).await;
    assert_eq!(bob.get(&url("desk_note")).await.json()["total"], 0);
    let set = json!({"user_id": bob_id, "permission_set": "desk_auditor"});
    owner.makes("sys_user_permission_set", set).await;
    assert_eq!(bob.get(&url("desk_note")).await.json()["total"], 1);
    let mine = json!({"title": "mine", "assignee": "bob@example.com"});
    let task = owner.made("desk_task", mine).await;
    let other = owner.made("desk_task", json!({"title": "other", "assignee": "x"})).await;
    assert_eq!(bob.names("desk_task", "title").await, ["mine"]);
    assert_eq!(ada.get(&url("desk_task")).await.json()["total"], 0);
    for (record, status) in [(&task, 201), (&other, 404)] {
        let comment = json!({"object": "desk_task", "record_id": record, "body": "hi"});
        assert_eq!(bob.post(&url("sys_comment"), comment).await.status, status);
    }
    assert_eq!(bob.get(&url("sys_comment")).await.json()["total"], 1);
    assert_eq!(bob.get(&url("sys_activity")).await.json()["total"], 1);
    assert_eq!(ada.get(&url("sys_comment")).await.json()["total"], 0);
}
