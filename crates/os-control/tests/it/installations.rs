use crate::operator::Site;
use os_test::control::{ENVIRONMENTS, installations};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const CRM: &str = "com.acme.crm";
const DESK: &str = "com.acme.desk";

#[tokio::test]
async fn a_package_is_installed_shown_and_uninstalled() {
    let site = Site::new().await;
    site.package(CRM, &[]).await;
    let schema = json!({"configurationSchema": {"properties": {"a": {"type": "integer"}}}});
    site.release(CRM, "1.0.0", schema).await;
    site.release(CRM, "1.1.0", json!({})).await;
    let body = json!({
        "packageId": CRM, "version": "1.0.0", "settings": {"a": 1}, "enableOnInstall": true,
        "withSampleData": true, "installedBy": "eve",
    });
    let installed = site.ada.post(&installations(site.dev), body).await;
    let row = installed.data()["package"].clone();
    assert_eq!(installed.status, 201);
    for (field, value) in [
        ("environment_id", json!(site.dev)),
        ("package_id", json!(CRM)),
        ("packageId", json!(CRM)),
        ("version", json!("1.0.0")),
        ("status", json!("installed")),
        ("enabled", json!(true)),
        ("settings", json!({"a": 1})),
        ("with_sample_data", json!(true)),
        ("installed_by", json!(site.ada.id)),
        ("error_message", Value::Null),
        ("display_name", json!(CRM)),
        ("latest_version", json!("1.1.0")),
        ("update_available", json!(true)),
    ] {
        assert_eq!(row[field], value, "{field}");
    }
    assert!(row["package_row_id"].as_str().unwrap().parse::<uuid::Uuid>().is_ok());
    assert!(row["installed_at"].as_str().unwrap().ends_with('Z'));

    let list = site.mia.get(&installations(site.dev)).await.data();
    assert_eq!((&list["total"], &list["packages"][0]), (&json!(1), &row));
    for name in [CRM, row["package_row_id"].as_str().unwrap()] {
        let url = format!("{}/{name}", installations(site.dev));
        assert_eq!(site.mia.get(&url).await.data()["package"], row);
    }
    let gone = site.ada.operate(site.dev, CRM, "uninstall", json!({})).await;
    assert_eq!(gone.data(), json!({"id": CRM, "success": true}));
    let again = site.ada.operate(site.dev, CRM, "uninstall", json!({})).await;
    assert_eq!(again.refusal(), (404, "PACKAGE_NOT_INSTALLED".into()));
    assert_eq!(site.written().await[..2], [2, 2]);
}

#[tokio::test]
async fn a_package_may_be_named_in_every_spelling() {
    let site = Site::new().await;
    site.package(CRM, &[]).await;
    let version = site.release(CRM, "1.0.0", json!({})).await;
    let shown = site.ada.get(&format!("/api/v1/cloud/packages/{CRM}")).await.data();
    let row = shown["package"]["id"].as_str().unwrap().to_owned();
    for body in [
        json!({"packageVersionId": version}),
        json!({"package_version_id": version, "packageId": "ignored"}),
        json!({"packageManifestId": CRM}),
        json!({"package_manifest_id": CRM, "version": "latest"}),
        json!({"packageId": row}),
        json!({"package_id": CRM, "version": version}),
    ] {
        let answer = site.ada.post(&installations(site.prod), body.clone()).await;
        assert_eq!(answer.status, 201, "{body}: {}", answer.text());
        site.ada.operate(site.prod, CRM, "uninstall", json!({})).await.data();
    }
}

/// The table of docs/wire/installations.md#which-versions-run-where, pre-releases of deprecated
/// versions included.
#[tokio::test]
async fn versions_run_in_the_environments_of_the_table() {
    let site = Site::new().await;
    site.package(CRM, &["0.8.0-rc.1", "0.9.0", "1.0.0", "1.1.0-rc.1"]).await;
    site.draft(CRM, "1.2.0").await;
    site.deprecate(CRM, "0.8.0-rc.1").await;
    site.deprecate(CRM, "0.9.0").await;
    let ok = (201, "");
    let draft = (403, "DRAFT_NOT_ALLOWED");
    let deprecated = (409, "VERSION_DEPRECATED");
    // version, allowDraft, allowDeprecated, in production, elsewhere
    let table = [
        ("1.0.0", false, false, ok, ok),
        ("1.0.0", true, true, ok, ok),
        ("1.1.0-rc.1", false, false, draft, draft),
        ("1.1.0-rc.1", true, false, draft, ok),
        ("1.2.0", false, false, draft, draft),
        ("1.2.0", true, false, draft, ok),
        ("0.9.0", false, false, deprecated, deprecated),
        ("0.9.0", true, false, deprecated, deprecated),
        ("0.9.0", false, true, ok, ok),
        ("0.8.0-rc.1", false, true, draft, draft),
        ("0.8.0-rc.1", true, true, draft, ok),
        ("latest", true, false, ok, ok),
    ];
    for kind in ["production", "sandbox", "development", "test", "staging", "preview", "trial"] {
        let environment = site.ada.create_environment(site.acme, kind).await;
        for (version, draft, deprecated, in_production, elsewhere) in table {
            let body = json!({
                "packageId": CRM, "version": version, "allowDraft": draft,
                "allowDeprecated": deprecated,
            });
            let answer = site.ada.post(&installations(environment), body).await;
            let expected = if kind == "production" { in_production } else { elsewhere };
            let outcome = answer.refusal();
            assert_eq!(
                (outcome.0, &*outcome.1),
                expected,
                "{version} in {kind}: {}",
                answer.text()
            );
            if answer.status == 201 {
                site.ada.operate(environment, CRM, "uninstall", json!({})).await.data();
            }
        }
    }
}

/// The table of docs/wire/installations.md#status.
#[tokio::test]
async fn operations_lead_from_status_to_status() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0", "1.1.0"]).await;
    let older = site.ada.get("/api/v1/cloud/packages/com.acme.crm/versions/1.0.0").await.data();
    let older = json!({ "targetPackageVersionId": older["version"]["id"] });
    // start, operation, body, answer, status and version afterwards
    let table = [
        ("none", "upgrade", json!({}), 404, "none"),
        ("none", "enable", json!({}), 404, "none"),
        ("none", "disable", json!({}), 404, "none"),
        ("none", "uninstall", json!({}), 404, "none"),
        ("installed", "install", json!({}), 409, "installed 1.0.0"),
        ("installed", "upgrade", json!({}), 200, "installed 1.1.0"),
        ("installed", "rollback", older.clone(), 200, "installed 1.0.0"),
        ("installed", "enable", json!({}), 200, "installed 1.0.0"),
        ("installed", "disable", json!({}), 200, "disabled 1.0.0"),
        ("installed", "uninstall", json!({}), 200, "none"),
        ("disabled", "install", json!({}), 409, "disabled 1.0.0"),
        ("disabled", "upgrade", json!({}), 200, "disabled 1.1.0"),
        ("disabled", "enable", json!({}), 200, "installed 1.0.0"),
        ("disabled", "disable", json!({}), 200, "disabled 1.0.0"),
        ("disabled", "uninstall", json!({}), 200, "none"),
    ];
    for (start, operation, body, answer, end) in table {
        if start != "none" {
            let body = json!({
                "packageId": CRM, "version": "1.0.0", "enableOnInstall": start == "installed",
            });
            let status = site.ada.post(&installations(site.dev), body).await.data();
            assert_eq!(status["package"]["status"], start);
        }
        let outcome = match operation {
            "install" => site.ada.install(site.dev, CRM, "1.0.0").await,
            _ => site.ada.operate(site.dev, CRM, operation, body).await,
        };
        assert_eq!(outcome.status, answer, "{operation} when {start}: {}", outcome.text());
        let list = site.ada.get(&installations(site.dev)).await.data();
        let row = &list["packages"][0];
        let now = match row["status"].as_str() {
            Some(status) => format!("{status} {}", row["version"].as_str().unwrap()),
            None => "none".to_owned(),
        };
        assert_eq!(now, end, "{operation} when {start}");
        site.ada.operate(site.dev, CRM, "uninstall", json!({})).await;
    }
}

#[tokio::test]
async fn upgrade_and_rollback_move_the_pointer_and_nothing_else() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0", "1.1.0", "2.0.0-rc.1"]).await;
    let settings = json!({"packageId": CRM, "version": "1.0.0", "settings": {"a": 1}});
    let before = site.ada.post(&installations(site.dev), settings).await.data()["package"].clone();
    let up = site.ada.operate(site.dev, CRM, "upgrade", json!({})).await.data();
    assert_eq!(up["package"]["version"], "1.1.0");
    let shown = site.ada.get(&format!("{}/{CRM}", installations(site.dev))).await.data();
    assert_eq!(up["package"], shown["package"], "what is answered is what is stored");
    let written = site.written().await;
    let again = site.ada.operate(site.dev, CRM, "upgrade", json!({"targetVersion": "1.1.0"})).await;
    assert_eq!(again.data()["message"], "Already at target version");
    assert_eq!(site.written().await, written, "nothing happened, so nothing is recorded");

    let back = json!({"target_package_version_id": before["package_version_id"]});
    let back = site.ada.operate(site.dev, CRM, "rollback", back).await.data();
    for field in ["id", "version", "package_version_id", "settings", "installed_at", "enabled"] {
        assert_eq!(back["package"][field], before[field], "{field}");
    }
    let rc = json!({"targetVersion": "2.0.0-rc.1", "allowDraft": true});
    let rc = site.ada.operate(site.dev, CRM, "upgrade", rc).await.data();
    assert_eq!(
        (&rc["package"]["version"], &rc["package"]["update_available"]),
        (&json!("2.0.0-rc.1"), &json!(false))
    );

    let url = format!("{}/{CRM}/history", installations(site.dev));
    let page = site.mia.get(&format!("{url}?limit=3")).await.data();
    let actions = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap();
        items.iter().map(|it| it["action"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(actions(&page), ["upgrade", "rollback", "upgrade"]);
    assert_eq!(page["items"][1]["from_version"], "1.1.0");
    assert_eq!(page["items"][1]["to_version"], "1.0.0");
    assert_eq!(page["items"][1]["performed_by"], json!(site.ada.id));
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = site.mia.get(&format!("{url}?limit=3&cursor={cursor}")).await.data();
    assert_eq!((actions(&rest), rest.get("next_cursor")), (vec!["install".to_owned()], None));
    let edited = site.mia.get(&format!("{url}?cursor=x{cursor}")).await;
    assert_eq!(edited.refusal(), (400, "INVALID_CURSOR".into()));
}

#[tokio::test]
async fn a_deprecated_version_can_be_gone_back_to_and_production_stays_stable() {
    let site = Site::new().await;
    site.package(CRM, &["0.9.0-rc.1", "1.0.0", "1.1.0"]).await;
    let id = |it: &Value| it["package"]["package_version_id"].clone();
    let first = site.ada.install(site.prod, CRM, "1.0.0").await.data();
    site.ada.operate(site.prod, CRM, "upgrade", json!({})).await.data();
    site.deprecate(CRM, "1.0.0").await;
    let back = json!({"targetPackageVersionId": id(&first)});
    let back = site.ada.operate(site.prod, CRM, "rollback", back).await.data();
    assert_eq!(back["package"]["version"], "1.0.0");
    // A pre-release by its number: production refuses it on the way back too.
    let rc = json!({"targetPackageVersionId": "0.9.0-rc.1"});
    let refused = site.ada.operate(site.prod, CRM, "rollback", rc.clone()).await;
    assert_eq!(refused.refusal(), (403, "DRAFT_NOT_ALLOWED".into()));
    site.ada.install(site.dev, CRM, "1.1.0").await.data();
    let rc = site.ada.operate(site.dev, CRM, "rollback", rc).await.data();
    assert_eq!(rc["package"]["version"], "0.9.0-rc.1");
    // So it cannot become production by being renamed to it.
    let url = format!("{ENVIRONMENTS}/{}", site.dev);
    let refused = site.ada.patch(&url, json!({"env_type": "production"})).await;
    assert_eq!(refused.refusal(), (403, "DRAFT_NOT_ALLOWED".into()));
    assert!(refused.message().contains("com.acme.crm 0.9.0-rc.1"));
}

#[tokio::test]
async fn an_impossible_change_is_refused_and_changes_nothing() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0", "1.1.0"]).await;
    site.package("com.acme.core", &[]).await;
    site.release("com.acme.core", "1.0.0", json!({"scope": "platform"})).await;
    site.package("com.acme.new", &[]).await;
    site.release("com.acme.new", "1.0.0", json!({"minPlatformVersion": "99.0.0"})).await;
    site.release("com.acme.new", "0.9.0", json!({"engines": {"protocol": "^16"}})).await;
    let installed = site.ada.install(site.dev, CRM, "1.0.0").await.data();
    let other = site.ada.install(site.prod, CRM, "1.1.0").await.data();
    let newer = &other["package"]["package_version_id"];
    assert!(installed["package"]["package_version_id"] != *newer);
    let nobody = "0190f3b0-0000-7000-8000-000000000000";
    let big = "x".repeat(300 * 1024);
    let table: Vec<(&str, Value, u16, &str)> = vec![
        ("install", json!({}), 400, "MISSING_REQUIRED_FIELD"),
        ("install", json!([]), 400, "VALIDATION_ERROR"),
        ("install", json!({"packageId": CRM, "settings": []}), 400, "VALIDATION_ERROR"),
        ("install", json!({"packageId": CRM, "settings": {"a": big}}), 400, "VALIDATION_ERROR"),
        ("install", json!({"packageId": "com.acme.none"}), 404, "PACKAGE_NOT_FOUND"),
        ("install", json!({"packageVersionId": nobody}), 404, "VERSION_NOT_FOUND"),
        ("install", json!({"packageVersionId": "x"}), 404, "VERSION_NOT_FOUND"),
        (
            "install",
            json!({"packageId": "com.acme.new", "version": "7.0.0"}),
            404,
            "VERSION_NOT_FOUND",
        ),
        ("install", json!({"packageId": CRM}), 409, "PACKAGE_ALREADY_INSTALLED"),
        ("install", json!({"packageId": "com.acme.core"}), 403, "PLATFORM_SCOPED_PACKAGE"),
        ("install", json!({"packageId": "com.acme.new"}), 422, "PLATFORM_INCOMPATIBLE"),
        (
            "install",
            json!({"packageId": "com.acme.new", "version": "0.9.0"}),
            422,
            "PLATFORM_INCOMPATIBLE",
        ),
        ("upgrade", json!({"targetVersion": "9.0.0"}), 404, "VERSION_NOT_FOUND"),
        ("upgrade", json!({"expected_package_version_id": newer}), 409, "CONCURRENT_MODIFICATION"),
        ("rollback", json!({}), 400, "MISSING_REQUIRED_FIELD"),
        ("rollback", json!({"targetPackageVersionId": nobody}), 404, "VERSION_NOT_FOUND"),
        ("rollback", json!({"targetPackageVersionId": newer}), 409, "INVALID_STATE"),
        ("settings", json!({}), 400, "MISSING_REQUIRED_FIELD"),
        ("settings", json!({"settings": {"a": "\u{0}"}}), 400, "VALIDATION_ERROR"),
    ];
    let written = site.written().await;
    for (operation, body, status, code) in table {
        let answer = match operation {
            "install" => site.ada.post(&installations(site.dev), body.clone()).await,
            _ => site.ada.operate(site.dev, CRM, operation, body.clone()).await,
        };
        let case = body.to_string().chars().take(80).collect::<String>();
        assert_eq!(answer.refusal(), (status, code.into()), "{operation} {case}");
        assert!(answer.message().len() > 20, "{operation} {case}: {}", answer.message());
        assert_eq!(site.written().await, written, "{operation} {case}");
    }
    // Going down is rolling back, and the message says so.
    let down = json!({"targetVersion": "1.0.0"});
    let down = site.ada.operate(site.prod, CRM, "upgrade", down).await;
    assert_eq!(down.refusal(), (409, "INVALID_STATE".into()));
    assert!(down.message().contains("rollback"));
}

#[tokio::test]
async fn packages_of_an_environment_that_is_not_active_stay_as_they_are() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0", "1.1.0"]).await;
    site.ada.install(site.dev, CRM, "1.0.0").await.data();
    let url = format!("{ENVIRONMENTS}/{}", site.dev);
    site.ada.patch(&url, json!({"status": "suspended"})).await.data();
    for (operation, body) in [
        ("upgrade", json!({})),
        ("disable", json!({})),
        ("uninstall", json!({})),
        ("settings", json!({"settings": {"a": 1}})),
    ] {
        let answer = site.ada.operate(site.dev, CRM, operation, body).await;
        assert_eq!(answer.refusal(), (409, "ENVIRONMENT_NOT_ACTIVE".into()), "{operation}");
    }
    let restore = site.ada.post(&format!("{url}/generations/1/restore"), json!({})).await;
    assert_eq!(restore.refusal(), (409, "ENVIRONMENT_NOT_ACTIVE".into()));
}

#[tokio::test]
async fn a_package_comes_with_what_it_needs_or_not_at_all() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0", "1.1.0", "2.0.0"]).await;
    site.package(DESK, &[]).await;
    let needs = |range: &str| json!({"dependencies": {CRM: range, "sys.feeds": "*"}});
    site.release(DESK, "1.0.0", needs("^1.0.0")).await;
    site.release(DESK, "2.0.0", needs("^2.0.0")).await;

    let missing = site.ada.install(site.dev, DESK, "1.0.0").await;
    assert_eq!(missing.refusal(), (422, "DEPENDENCY_MISSING".into()));
    assert!(missing.message().contains("com.acme.crm ^1.0.0"), "{}", missing.message());
    let details = &missing.json()["error"]["details"];
    assert_eq!(details["canProceed"], json!(false));

    site.ada.install(site.dev, CRM, "2.0.0").await.data();
    let mismatch = site.ada.install(site.dev, DESK, "1.0.0").await;
    assert_eq!(mismatch.refusal(), (422, "DEPENDENCY_VERSION_MISMATCH".into()));
    site.ada.operate(site.dev, CRM, "disable", json!({})).await.data();
    let disabled = site.ada.install(site.dev, DESK, "2.0.0").await;
    assert_eq!(disabled.refusal(), (422, "DEPENDENCY_DISABLED".into()));
    site.ada.operate(site.dev, CRM, "uninstall", json!({})).await.data();

    site.ada.install(site.dev, CRM, "1.0.0").await.data();
    site.ada.install(site.dev, DESK, "1.0.0").await.data();
    for (package, operation, body, status, code) in [
        (CRM, "uninstall", json!({}), 409, "DEPENDENT_PACKAGES"),
        (CRM, "disable", json!({}), 409, "DEPENDENT_PACKAGES"),
        (CRM, "upgrade", json!({}), 422, "DEPENDENT_CONFLICT"),
        (DESK, "upgrade", json!({}), 422, "DEPENDENCY_VERSION_MISMATCH"),
    ] {
        let answer = site.ada.operate(site.dev, package, operation, body).await;
        assert_eq!(answer.refusal(), (status, code.into()), "{operation} {package}");
        if code.starts_with("DEPENDENT") {
            let dependents = &answer.json()["error"]["details"]["dependents"];
            assert_eq!(
                dependents,
                &json!([{"packageId": DESK, "version": "1.0.0", "requiredRange": "^1.0.0"}])
            );
        }
    }
    let within = json!({"targetVersion": "1.1.0"});
    site.ada.operate(site.dev, CRM, "upgrade", within).await.data();
    let url = format!("{}/{CRM}", installations(site.dev));
    site.ada.patch(&format!("{url}/disable?force=1"), json!({})).await.data();
    site.ada.operate(site.dev, DESK, "disable", json!({})).await.data();
    let alone = site.ada.operate(site.dev, DESK, "enable", json!({})).await;
    assert_eq!(alone.refusal(), (422, "DEPENDENCY_DISABLED".into()));
    site.ada.delete(&format!("{url}?force=1")).await.data();
}

#[tokio::test]
async fn an_undecidable_requirement_is_a_warning() {
    let site = Site::new().await;
    site.package(CRM, &[]).await;
    site.release(CRM, "1.0.0", json!({"engines": {"protocol": "^17 || ^18"}})).await;
    let installed = site.ada.install(site.dev, CRM, "1.0.0").await.data();
    assert!(installed["warnings"][0].as_str().unwrap().contains("^17 || ^18"), "{installed}");
}

#[tokio::test]
async fn roles_that_can_change_installations() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0", "1.1.0"]).await;
    let people: BTreeMap<_, _> = [
        ("owner", site.ada.clone()),
        ("admin", site.max.clone()),
        ("member", site.mia.clone()),
        ("outsider", site.eve.clone()),
        ("key to read", site.ada.create_api_key(&["read"]).await),
        ("key to install", site.ada.create_api_key(&["install"]).await),
        ("service", site.app.service()),
        ("runtime of the organization", site.ada.bind_runtime(site.acme).await),
        ("nobody", site.app.anonymous()),
    ]
    .into();
    for (who, may_read, may_install) in [
        ("owner", 200, 201),
        ("admin", 200, 201),
        ("member", 200, 403),
        ("outsider", 404, 404),
        ("key to read", 200, 403),
        ("key to install", 200, 201),
        ("service", 200, 201),
        ("runtime of the organization", 200, 403),
        ("nobody", 401, 401),
    ] {
        let user = &people[who];
        assert_eq!(user.get(&installations(site.dev)).await.status, may_read, "{who} reads");
        let installed = user.install(site.dev, CRM, "1.0.0").await;
        assert_eq!(installed.status, may_install, "{who} installs: {}", installed.text());
        if may_install != 201 {
            site.ada.install(site.dev, CRM, "1.0.0").await.data();
        }
        let may_change = if may_install == 201 { 200 } else { may_install };
        for operation in ["upgrade", "disable", "uninstall"] {
            let answer = user.operate(site.dev, CRM, operation, json!({})).await;
            assert_eq!(answer.status, may_change, "{who} {operation}: {}", answer.text());
        }
        site.ada.operate(site.dev, CRM, "uninstall", json!({})).await;
    }
}

#[tokio::test]
async fn only_what_actor_and_organization_see_can_be_installed() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0"]).await;
    let theirs = site.eve.create_environment(site.evil, "development").await;
    let url = format!("/api/v1/cloud/packages/{CRM}/grants");

    // A person of both organizations sees it; the other organization still does not.
    let both = site.app.user("both").await;
    site.ada.add_member(site.acme, &both, "admin").await;
    site.eve.add_member(site.evil, &both, "admin").await;
    for user in [&site.eve, &both] {
        let refused = user.install(theirs, CRM, "1.0.0").await;
        assert_eq!(refused.refusal(), (404, "PACKAGE_NOT_FOUND".into()));
    }
    site.ada.post(&url, json!({"organization_id": site.evil})).await.data();
    site.eve.install(theirs, CRM, "1.0.0").await.data();
    site.release(CRM, "1.1.0", json!({})).await;
    site.draft(CRM, "1.2.0").await;
    let draft = json!({"targetVersion": "1.2.0", "allowDraft": true});
    let hidden = site.eve.operate(theirs, CRM, "upgrade", draft).await;
    assert_eq!(hidden.refusal(), (404, "VERSION_NOT_FOUND".into()), "drafts are the owner's");
    let none = json!({"targetVersion": "9.2.0", "allowDraft": true});
    let none = site.eve.operate(theirs, CRM, "upgrade", none).await;
    assert_eq!(hidden.text().replace("1.2.0", "9.2.0"), none.text(), "nobody learns of a draft");
    assert!(none.text().contains("published are 1.1.0, 1.0.0"), "{}", none.text());

    // What is installed keeps working when the sight ends, but does not move.
    site.ada.delete(&format!("{url}/{}", site.evil)).await.data();
    let stays = site.eve.operate(theirs, CRM, "upgrade", json!({})).await;
    assert_eq!(stays.refusal(), (404, "PACKAGE_NOT_FOUND".into()));
    let list = site.eve.get(&installations(theirs)).await.data();
    assert_eq!(list["packages"][0]["version"], "1.0.0");
    assert_eq!(list["packages"][0]["latest_version"], Value::Null);
}
