use crate::publisher::World;
use os_test::control::{App, PACKAGES, bundle, listing, version, versions};
use serde_json::{Value, json};

const CRM: &str = "com.acme.crm";

async fn step(user: &os_test::control::Client, number: &str, verb: &str) -> (u16, String) {
    user.post(&format!("{}/{verb}", version(CRM, number)), json!({})).await.refusal()
}

async fn status(world: &World, number: &str) -> Value {
    world.ada.get(&version(CRM, number)).await.data()["version"]["listing_status"].clone()
}

fn ok() -> (u16, String) {
    (200, String::new())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn a_version_is_reviewed_listed_and_withdrawn() {
    let world = World::new().await;
    world.ada.list_package(CRM, world.acme).await;
    world.ada.publish(CRM, "1.0.0").await;
    assert_eq!(step(&world.ada, "1.0.0", "approve").await, refused(403, "PERMISSION_DENIED"));
    assert_eq!(step(&world.root, "1.0.0", "approve").await, refused(409, "INVALID_STATE"));
    assert_eq!(step(&world.ada, "1.0.0", "withdraw").await, refused(409, "INVALID_STATE"));
    assert_eq!(step(&world.ada, "1.0.0", "submit").await, ok());
    assert_eq!(step(&world.ada, "1.0.0", "submit").await, refused(409, "INVALID_STATE"));
    assert_eq!(step(&world.ada, "1.0.0", "withdraw").await, ok());
    assert_eq!(status(&world, "1.0.0").await, "draft");
    assert_eq!(step(&world.ada, "1.0.0", "submit").await, ok());

    let silent = world.root.post(&format!("{}/reject", version(CRM, "1.0.0")), json!({})).await;
    assert_eq!(silent.refusal(), refused(400, "MISSING_REQUIRED_FIELD"));
    let unknown = json!({ "reasons": ["ugly"] });
    assert_eq!(
        world.root.post(&format!("{}/reject", version(CRM, "1.0.0")), unknown).await.status,
        400
    );
    let why = json!({ "reasons": ["insufficient-documentation"], "feedback": "Say more." });
    let rejected = world.root.post(&format!("{}/reject", version(CRM, "1.0.0")), why).await.data();
    assert_eq!(
        (&rejected["listing_status"], &rejected["review_notes"]),
        (&json!("rejected"), &json!("Say more."))
    );
    assert_eq!(rejected["rejection_reasons"], json!(["insufficient-documentation"]));
    assert_eq!(rejected["reviewed_by"], json!(world.root.id));

    assert_eq!(step(&world.ada, "1.0.0", "submit").await, ok());
    assert_eq!(step(&world.root, "1.0.0", "approve").await, ok());
    let catalog = "/api/v1/marketplace/packages/com.acme.crm";
    assert_eq!(world.app.anonymous().get(catalog).await.status, 200);
    assert_eq!(step(&world.eve, "1.0.0", "unlist").await, refused(403, "PUBLISHER_REQUIRED"));
    assert_eq!(step(&world.root, "1.0.0", "unlist").await, ok());
    assert_eq!(world.app.anonymous().get(catalog).await.status, 404);
    let outcome = "SELECT COUNT(*) FROM sys_event WHERE kind IN ('version_submitted', 'version_withdrawn', 'version_rejected', 'version_approved', 'version_unlisted')";
    assert_eq!(world.app.count(outcome).await, 7);
}

#[tokio::test]
async fn an_incomplete_listing_reports_all_gaps_and_writes_nothing() {
    let world = World::new().await;
    world.ada.register(CRM, world.acme).await;
    let before = world.app.count("SELECT COUNT(*) FROM sys_event").await;
    let mut artifact = bundle(CRM, "1.0.0-rc.1");
    artifact["manifest"]["type"] = json!("theme");
    let body = json!({ "version": "1.0.0-rc.1", "bundle": artifact, "submit_for_review": true });
    let answer = world.ada.post(&versions(CRM), body).await;
    assert_eq!(answer.refusal(), refused(422, "LISTING_POLICY_VIOLATION"));
    let violations = answer.json()["violations"].as_array().unwrap().clone();
    for (index, word) in
        ["Visibility", "Description", "Category", "Icon", "README", "type", "pre-release"]
            .iter()
            .enumerate()
    {
        assert!(violations[index].as_str().unwrap().contains(word), "{violations:?}");
    }
    assert_eq!(violations.len(), 7);
    assert_eq!(world.app.count("SELECT COUNT(*) FROM sys_package_version").await, 0);
    assert_eq!(world.app.count("SELECT COUNT(*) FROM sys_event").await, before);

    // The same when it is submitted later.
    world.ada.publish(CRM, "1.0.0").await;
    let later = world.ada.post(&format!("{}/submit", version(CRM, "1.0.0")), json!({})).await;
    assert_eq!(later.json()["violations"].as_array().unwrap().len(), 5);
    world.ada.draft(CRM, "2.0.0").await;
    assert_eq!(step(&world.ada, "2.0.0", "submit").await, refused(422, "LISTING_POLICY_VIOLATION"));
}

#[tokio::test]
async fn publishing_may_submit_and_the_operator_may_approve_at_once() {
    let world = World::new().await;
    let lab = world.app.organization("lab", &[(&world.root, "owner")]).await;
    world.ada.list_package(CRM, world.acme).await;
    world.root.list_package("com.lab.crm", lab).await;
    let body = |id: &str, key: &str| json!({ "version": "1.0.0", "bundle": bundle(id, "1.0.0"), key: true });
    let submitted = world.ada.post(&versions(CRM), body(CRM, "submit_for_review")).await;
    assert_eq!(submitted.data()["listing_status"], "pending_review");
    // A pipeline that runs again finds it where it is.
    let again = world.ada.post(&versions(CRM), body(CRM, "submit_for_review")).await;
    assert_eq!((again.status, &again.data()["listing_status"]), (200, &json!("pending_review")));
    let approved =
        world.root.post(&versions("com.lab.crm"), body("com.lab.crm", "auto_approve")).await;
    assert_eq!((approved.status, &approved.data()["listing_status"]), (201, &json!("approved")));
    let refused_ = world.ada.post(&versions(CRM), body(CRM, "auto_approve")).await;
    assert_eq!(refused_.refusal(), refused(403, "PERMISSION_DENIED"));
    // What was published first may be submitted by publishing again.
    world.ada.publish(CRM, "2.0.0").await;
    let late =
        json!({ "version": "2.0.0", "bundle": bundle(CRM, "2.0.0"), "submit_for_review": true });
    assert_eq!(
        world.ada.post(&versions(CRM), late).await.data()["listing_status"],
        "pending_review"
    );
}

#[tokio::test]
async fn the_review_queue_is_first_come_first() {
    let world = World::new().await;
    world.ada.list_package(CRM, world.acme).await;
    for number in ["2.0.0", "1.0.0", "3.0.0"] {
        world.ada.publish(CRM, number).await;
        assert_eq!(step(&world.ada, number, "submit").await, ok());
    }
    let queue = "/api/v1/cloud/reviews";
    assert_eq!(world.ada.get(queue).await.refusal(), refused(403, "PERMISSION_DENIED"));
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = world.root.get(&format!("{queue}?limit=2{cursor}")).await.data();
        assert_eq!(page["total"], 3);
        for item in page["items"].as_array().unwrap() {
            assert_eq!(
                (&item["package"]["manifest_id"], &item["package"]["owner_name"]),
                (&json!(CRM), &json!("acme"))
            );
            seen.push(item["version"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, ["2.0.0", "1.0.0", "3.0.0"]);
    step(&world.root, "1.0.0", "approve").await;
    assert_eq!(world.root.get(queue).await.data()["total"], 2);
    assert_eq!(world.root.get(&format!("{queue}?status=approved")).await.data()["total"], 1);
    assert_eq!(world.root.get(&format!("{queue}?status=draft")).await.status, 400);
    assert_eq!(
        world.root.get(&format!("{queue}?cursor=x")).await.refusal(),
        refused(400, "INVALID_CURSOR")
    );
}

#[tokio::test]
async fn a_namespace_belongs_to_the_first_publisher_in_the_marketplace() {
    let world = World::new().await;
    let with = |id: &str, namespace: &str, owner: uuid::Uuid| {
        let mut body = listing(id);
        (body["namespace"], body["owner_org_id"]) = (json!(namespace), json!(owner));
        body
    };
    let mut private = with("com.evil.crm", "crm", world.evil);
    private["visibility"] = json!("private");
    assert_eq!(world.eve.post(PACKAGES, private).await.status, 201);
    assert_eq!(world.ada.post(PACKAGES, with("com.acme.crm", "crm", world.acme)).await.status, 201);
    let shared = world.ada.post(PACKAGES, with("com.acme.crm-pro", "crm", world.acme)).await;
    assert_eq!((shared.status, shared.data()["warnings"].as_array().unwrap().len()), (201, 1));

    let url = format!("{PACKAGES}/com.evil.crm");
    let late = world.eve.patch(&url, json!({ "visibility": "marketplace" })).await;
    assert_eq!(late.refusal(), refused(409, "NAMESPACE_ALREADY_RESERVED"));
    let details = late.json()["error"]["details"].clone();
    assert_eq!(
        (&details["namespace"], &details["ownerPublisher"]),
        (&json!("crm"), &json!("acme"))
    );
    assert_eq!(world.eve.get(&url).await.data()["package"]["visibility"], "private");
    let platform = world.eve.post(PACKAGES, with("com.evil.base", "base", world.evil)).await;
    assert_eq!(platform.refusal(), refused(403, "NAMESPACE_RESERVED_PLATFORM"));
    assert_eq!(world.app.count("SELECT COUNT(*) FROM sys_namespace_reservation").await, 1);
    assert_eq!(
        world.app.count("SELECT COUNT(*) FROM sys_event WHERE kind = 'namespace_reserved'").await,
        1
    );
}

/// What the columns and counters say, and what they should.
async fn tallies(app: &App) -> Vec<(i64, i64)> {
    vec![
        (
            app.count("SELECT COALESCE((SELECT value FROM sys_counter WHERE name = 'listed'), 0)").await,
            app.count("SELECT COUNT(*) FROM sys_package p WHERE visibility = 'marketplace' AND EXISTS (SELECT 1 FROM sys_package_version v WHERE v.package_id = p.id AND v.status = 'published' AND v.listing_status = 'approved')").await,
        ),
        (
            app.count("SELECT COALESCE((SELECT value FROM sys_counter WHERE name = 'listed:crm'), 0)").await,
            app.count("SELECT COUNT(*) FROM sys_package p WHERE category = 'crm' AND visibility = 'marketplace' AND EXISTS (SELECT 1 FROM sys_package_version v WHERE v.package_id = p.id AND v.status = 'published' AND v.listing_status = 'approved')").await,
        ),
        (
            app.count("SELECT COALESCE((SELECT value FROM sys_counter WHERE name = 'listed:hr'), 0)").await,
            app.count("SELECT COUNT(*) FROM sys_package p WHERE category = 'hr' AND visibility = 'marketplace' AND EXISTS (SELECT 1 FROM sys_package_version v WHERE v.package_id = p.id AND v.status = 'published' AND v.listing_status = 'approved')").await,
        ),
        (
            app.count("SELECT COUNT(*) FROM sys_package WHERE listed").await,
            app.count("SELECT COUNT(*) FROM sys_package WHERE public_version_id IS NOT NULL").await,
        ),
    ]
}

/// Numbers without pattern, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

#[tokio::test]
async fn flags_and_totals_agree_with_a_recount_whatever_happens_in_whatever_order() {
    let world = World::new().await;
    let ids = ["com.acme.a", "com.acme.b", "com.acme.c"];
    for id in ids {
        world.ada.list_package(id, world.acme).await;
        for number in ["1.0.0", "2.0.0"] {
            world.ada.publish(id, number).await;
        }
    }
    let mut dice = Dice(7);
    let mut listed = 0;
    for round in 0..120 {
        let (id, number) = (ids[dice.roll(3)], ["1.0.0", "2.0.0"][dice.roll(2)]);
        let verbs =
            ["submit", "approve", "unlist", "deprecate", "undeprecate", "submit", "approve"];
        match dice.roll(9) {
            7 => {
                let visibility = ["marketplace", "marketplace", "private"][dice.roll(3)];
                world
                    .ada
                    .patch(&format!("{PACKAGES}/{id}"), json!({ "visibility": visibility }))
                    .await;
            }
            8 => {
                let category = ["crm", "hr"][dice.roll(2)];
                world.ada.patch(&format!("{PACKAGES}/{id}"), json!({ "category": category })).await;
            }
            verb => {
                let who =
                    if verb == 0 || verb == 3 || verb == 5 { &world.ada } else { &world.root };
                who.post(&format!("{}/{}", version(id, number), verbs[verb]), json!({})).await;
            }
        }
        let tallies = tallies(&world.app).await;
        listed = listed.max(tallies[0].0);
        for (said, counted) in tallies {
            assert_eq!(said, counted, "after round {round}");
        }
        let shown = world.app.anonymous().get("/api/v1/marketplace/packages?q=acme").await.data();
        let all = world.app.anonymous().get("/api/v1/marketplace/packages").await.data();
        assert_eq!(shown["total"], all["total"], "search and list differ after round {round}");
        assert_eq!(all["total"], all["items"].as_array().unwrap().len());
    }
    assert!(listed > 1, "the dice never listed anything");
}

#[tokio::test]
async fn parallel_approvals_of_one_package_count_it_once() {
    let world = World::new().await;
    world.ada.list_package(CRM, world.acme).await;
    let numbers = ["1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0", "1.5.0"];
    for number in numbers {
        world.ada.publish(CRM, number).await;
        step(&world.ada, number, "submit").await;
    }
    let asking = numbers.map(|number| {
        let root = world.root.clone();
        tokio::spawn(async move { step(&root, number, "approve").await })
    });
    for asked in asking {
        assert_eq!(asked.await.unwrap(), ok());
    }
    for (said, counted) in tallies(&world.app).await {
        assert_eq!(said, counted);
    }
    let shown = world.app.anonymous().get("/api/v1/marketplace/packages").await.data();
    assert_eq!(
        (&shown["total"], &shown["items"][0]["latest_version"]["version"]),
        (&json!(1), &json!("1.5.0"))
    );
}
