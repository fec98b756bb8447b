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
async fn a_detail_is_written_below_a_master_that_one_may_edit() {
    let objects = json!([
        {"name": "fam_open", "sharingModel": "public_read", "fields": {"title": {"type": "text"}}},
        {"name": "fam_detail", "sharingModel": "controlled_by_parent", "fields": {
            "open": {"type": "master_detail", "reference": "fam_open"},
            "title": {"type": "text"}}},
        {"name": "fam_grandchild", "sharingModel": "controlled_by_parent", "fields": {
            "detail": {"type": "master_detail", "reference": "fam_detail", "required": true}}},
    ]);
    let all = grant(&ALL, json!({}));
    let permissions = json!([
        {"name": "fam_member", "isDefault": true,
         "objects": {"fam_open": all, "fam_detail": all, "fam_grandchild": all}},
        {"name": "fam_editor", "objects": {"fam_detail": {"allowCreate": true, "modifyAllRecords": true}}},
    ]);
    let app = App::with(|config| config.open_registration = true).await;
    let owner = app.owner().await;
    owner.installs(&with(package("fam", "1.0.0", objects), "permissions", permissions)).await;
    let (ada, bob) = (app.register("ada").await, app.register("bob").await);
    let theirs = ada.made("fam_open", json!({"title": "ada's"})).await;
    let mine = bob.made("fam_open", json!({"title": "bob's"})).await;

    // Bob reads Ada's record, and may not write below it: not by any way.
    let below = json!({"open": theirs, "title": "t"});
    assert_eq!(bob.get(&url(&format!("fam_open/{theirs}"))).await.status, 200);
    assert_eq!(bob.post(&url("fam_detail"), below.clone()).await.refusal(), denied());
    assert_eq!(bob.post(&url("fam_detail"), json!({"title": "t"})).await.refusal(), denied());
    let many = bob.post(&url("fam_detail/createMany"), json!([below])).await;
    assert_eq!(many.status, 403, "{}", many.text());
    let step = json!({"object": "fam_detail", "action": "create", "data": below});
    let batch = bob.post("/api/v1/batch", json!({"operations": [step]})).await;
    assert_eq!(batch.status, 403, "{}", batch.text());
    assert_eq!(app.count("SELECT COUNT(*) FROM fam_detail").await, 0);

    let detail = bob.made("fam_detail", json!({"open": mine, "title": "t"})).await;
    let one = url(&format!("fam_detail/{detail}"));
    assert_eq!(bob.patch(&one, json!({"open": theirs})).await.refusal(), denied(), "moved");
    assert_eq!(bob.patch(&one, json!({"open": null})).await.refusal(), denied(), "orphaned");
    let clone = bob.post(&format!("{one}/clone"), json!({"open": theirs})).await;
    assert_eq!(clone.refusal(), denied());
    assert_eq!(owner.get(&one).await.json()["record"]["open"], json!(mine));
    assert_eq!(bob.patch(&one, json!({"title": "u"})).await.status, 200);
    let hers = ada.made("fam_detail", json!({"open": theirs})).await;
    assert_eq!(bob.delete(&url(&format!("fam_detail/{hers}"))).await.refusal(), denied());
    // A chain of masters counts as a whole.
    assert_eq!(bob.post(&url("fam_grandchild"), json!({"detail": hers})).await.refusal(), denied());
    bob.makes("fam_grandchild", json!({"detail": detail})).await;
    // A set that reaches all records writes everywhere; so does the owner.
    let bob_id = bob.get("/api/v1/auth/get-session").await.json()["user"]["id"].clone();
    owner.makes("fam_detail", json!({"open": theirs})).await;
    let set = json!({"user_id": bob_id, "permission_set": "fam_editor"});
    owner.makes("sys_user_permission_set", set).await;
    assert_eq!(bob.patch(&one, json!({"open": theirs})).await.status, 200);
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
    let tasks = bob.get(&url("sys_activity?object=desk_task")).await.json();
    assert_eq!(tasks["records"][0]["record_id"], json!(task));
    assert_eq!(tasks["total"], 1);
    assert_eq!(ada.get(&url("sys_comment")).await.json()["total"], 0);
}
