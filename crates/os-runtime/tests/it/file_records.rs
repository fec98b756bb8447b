//! Files of records: who may read and write the record decides.

use crate::files::{PNG, Place};
use os_test::runtime::{Client, data_url as url, package, with};
use serde_json::{Value, json};

/// Notes of one's own and boards that all may read, with pictures.
fn desk() -> Value {
    let picture = json!({"type": "image", "accept": ["image/*"], "maxSize": 100});
    let objects = json!([
        {"name": "desk_note", "sharingModel": "private", "enable": {"files": true}, "fields": {
            "title": {"type": "text"}, "picture": picture,
            "papers": {"type": "file", "multiple": true}, "secret": {"type": "file"}}},
        {"name": "desk_board", "sharingModel": "public_read", "enable": {"files": true}, "fields": {
            "title": {"type": "text"}, "picture": picture, "secret": {"type": "file"}}},
    ]);
    let all =
        json!({"allowRead": true, "allowCreate": true, "allowEdit": true, "allowDelete": true});
    let permissions = json!([{"name": "desk_member", "isDefault": true,
        "objects": {"desk_note": all, "desk_board": all},
        "fields": {"desk_board.secret": {"readable": false, "editable": true}}}]);
    with(package("desk", "1.0.0", objects), "permissions", permissions)
}

async fn desks() -> (Place, Client, Client, Client) {
    let place = Place::new().await;
    let owner = place.app.owner().await;
    owner.installs(&desk()).await;
    let (ada, eve) = (place.app.register("ada").await, place.app.register("eve").await);
    (place, owner, ada, eve)
}

async fn attach(user: &Client, object: &str, record: &str, file: &str) -> (u16, String) {
    let body = json!({"object": object, "record_id": record, "file_id": file});
    let answer = user.post(&url("sys_attachment"), body).await;
    if answer.status == 201 { (201, String::new()) } else { answer.refusal() }
}

#[tokio::test]
async fn a_file_can_be_read_by_those_who_can_read_its_record() {
    let (_place, owner, ada, eve) = desks().await;
    let note = ada.made("desk_note", json!({"title": "mine"})).await;
    let board = ada.made("desk_board", json!({"title": "ours"})).await;
    let file = ada.upload("a.txt", "text/plain", b"words").await;

    assert_eq!(attach(&eve, "desk_board", &board, &file).await.0, 400, "it is not hers to give");
    assert_eq!(attach(&eve, "desk_note", &note, &file).await.0, 400);
    assert_eq!(attach(&ada, "desk_note", &note, &file).await.0, 201);
    assert_eq!(eve.download(&file).await.refusal(), (404, "FILE_NOT_FOUND".to_owned()));
    assert_eq!(owner.download(&file).await.status, 200);
    assert_eq!(attach(&ada, "desk_board", &board, &file).await.0, 201);
    assert_eq!(eve.download(&file).await.bytes, b"words");
    let delete = format!("/api/v1/storage/files/{file}");
    assert_eq!(eve.delete(&delete).await.status, 404, "reading is not owning");
    assert_eq!(ada.delete(&delete).await.refusal(), (409, "FILE_IN_USE".to_owned()));

    ada.delete(&url(&format!("desk_board/{board}"))).await;
    assert_eq!(eve.download(&file).await.status, 404);
    assert_eq!(ada.download(&file).await.status, 200);
}

#[tokio::test]
async fn a_file_is_visible_to_those_who_can_read_its_field() {
    let (_place, owner, ada, eve) = desks().await;
    let file = ada.upload("a.png", "image/png", PNG).await;
    let stolen = eve.post(&url("desk_board"), json!({"title": "x", "picture": file})).await;
    assert_eq!(stolen.refusal(), (400, "VALIDATION_FAILED".to_owned()));
    assert_eq!(eve.download(&file).await.status, 404);

    let board = ada.makes("desk_board", json!({"title": "ours", "picture": file})).await;
    assert_eq!(board["picture"], file);
    assert_eq!(eve.download(&file).await.bytes, PNG);
    let secret = ada.upload("s.txt", "text/plain", b"secret").await;
    let hidden = ada.post(&url("desk_note"), json!({"title": "mine", "secret": secret})).await;
    assert_eq!(hidden.status, 201, "{}", hidden.text());
    assert_eq!(eve.download(&secret).await.status, 404);
    let kept = owner.upload("k.txt", "text/plain", b"kept back").await;
    owner.makes("desk_board", json!({"title": "ours", "secret": kept})).await;
    assert_eq!(eve.download(&kept).await.status, 404, "the field is kept back from her");
}

#[tokio::test]
async fn a_file_that_another_record_holds_is_copied() {
    let (place, _, ada, eve) = desks().await;
    let file = ada.upload("a.png", "image/png", PNG).await;
    let note = ada.makes("desk_note", json!({"picture": file})).await;
    let board = ada.makes("desk_board", json!({"picture": file})).await;
    let copy = board["picture"].as_str().unwrap();
    assert_eq!(note["picture"], file);
    assert_ne!(copy, file);
    assert_eq!(place.stored().len(), 1, "the bytes are there once");
    assert_eq!(eve.download(copy).await.bytes, PNG);
    assert_eq!(eve.download(&file).await.status, 404, "the note is private");
}

#[tokio::test]
async fn a_file_goes_with_the_field_that_held_it() {
    let (place, _, ada, _) = desks().await;
    let (one, two, three) = (
        ada.upload("1.txt", "text/plain", b"1").await,
        ada.upload("2.txt", "text/plain", b"2").await,
        ada.upload("3.txt", "text/plain", b"3").await,
    );
    let id = ada.made("desk_note", json!({"papers": [one, two]})).await;
    let note = url(&format!("desk_note/{id}"));
    let answer = ada.patch(&note, json!({"title": "t"})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(ada.download(&one).await.status, 200, "a change of another field keeps them");
    let answer = ada.patch(&note, json!({"papers": [two, three]})).await;
    assert_eq!(answer.json()["record"]["papers"], json!([two, three]), "{}", answer.text());
    assert_eq!(ada.download(&one).await.status, 404);
    for file in [&two, &three] {
        assert_eq!(ada.download(file).await.status, 200);
    }
    assert_eq!(ada.delete(&note).await.status, 200);
    assert_eq!(place.app.count("SELECT COUNT(*) FROM sys_file").await, 0);
    place.start_again().await;
    assert!(place.stored().is_empty());
}

#[tokio::test]
async fn a_field_accepts_only_existing_files_of_its_type() {
    let (_place, _, ada, _) = desks().await;
    let text = ada.upload("a.txt", "text/plain", b"words").await;
    let large = [PNG, &[0; 100]].concat();
    let large = ada.upload("l.png", "image/png", &large).await;
    let nothing = "0199aaaa-0000-7000-8000-000000000000".to_owned();
    for (file, code) in [
        (&text, "file_type_not_accepted"),
        (&large, "file_too_large"),
        (&nothing, "reference_not_found"),
    ] {
        let answer = ada.post(&url("desk_note"), json!({"picture": file})).await;
        assert_eq!(answer.refusal(), (400, "VALIDATION_FAILED".to_owned()), "{code}");
        let fault = &answer.json()["fields"][0];
        assert_eq!((&fault["field"], &fault["code"]), (&json!("picture"), &json!(code)));
    }
    let address = json!("https://example.com/a.png");
    let note = ada.makes("desk_note", json!({"picture": address})).await;
    assert_eq!(note["picture"], address, "an address stays one");
    for (value, code) in [
        (json!("any text"), "invalid_file"),
        (json!("anytext"), "reference_not_found"),
        (json!("javascript:alert(1)"), "invalid_file"),
        (json!("data:image/svg+xml,<svg/>"), "invalid_file"),
        (json!("../../etc/passwd"), "invalid_file"),
        (json!({"url": "https://example.com"}), "invalid_file"),
        (json!([address]), "invalid_file"),
        (json!(5), "invalid_file"),
    ] {
        for (field, value) in [("picture", value.clone()), ("papers", json!([[value]]))] {
            let answer = ada.post(&url("desk_note"), json!({field: value})).await;
            let fault = &answer.json()["fields"][0];
            let expected = if field == "papers" { "invalid_file" } else { code };
            assert_eq!((&fault["field"], &fault["code"]), (&json!(field), &json!(expected)));
        }
    }
}

#[tokio::test]
async fn a_field_keeps_the_id_that_a_seed_gave_it() {
    let place = Place::new().await;
    let owner = place.app.owner().await;
    let records = json!([{"title": "seeded", "picture": "seed_picture"}]);
    let seeds = json!([{"object": "desk_note", "externalId": "title", "records": records}]);
    owner.installs(&with(desk(), "data", seeds)).await;
    let note = owner.get(&url("desk_note")).await.json()["records"][0].clone();
    assert_eq!(note["picture"], "seed_picture", "{note}");
    let one = url(&format!("desk_note/{}", note["id"].as_str().unwrap()));
    let same = owner.patch(&one, json!({"picture": "seed_picture", "title": "t"})).await;
    assert_eq!(same.status, 200, "{}", same.text());
    let other = owner.patch(&one, json!({"picture": "other_picture"})).await;
    assert_eq!(other.json()["fields"][0]["code"], "reference_not_found", "{}", other.text());
}
