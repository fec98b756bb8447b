//! Each case is refused for its reason, and something near to it is admitted.

use super::*;
use serde_json::json;

const PRODUCTION: TargetKind = TargetKind::Environment { name: "production", is_production: true };
const SANDBOX: TargetKind = TargetKind::Environment { name: "sandbox", is_production: false };
const STABLE: Stage = Stage { status: Status::Published, is_pre_release: false };

/// The facts that may differ from a version that is admitted everywhere.
struct Case {
    target: TargetKind,
    stage: Option<Stage>,
    scope: Scope,
    min_platform: Option<&'static str>,
    protocol: Option<&'static str>,
    allow: Allow,
    settings: (Option<Value>, Value, bool),
}

impl Default for Case {
    fn default() -> Self {
        Self {
            target: SANDBOX,
            stage: Some(STABLE),
            scope: Scope::Environment,
            min_platform: Some("1.0.0"),
            protocol: Some("^17"),
            allow: Allow::default(),
            settings: (None, json!({}), false),
        }
    }
}

fn decide(case: &Case) -> Result<Vec<String>, Refusal> {
    let (id, version) = ("com.acme.crm".parse().unwrap(), "2.0.0".parse().unwrap());
    let target = Target {
        kind: case.target,
        platform_version: "1.5.0",
        protocol_major: 17,
        installed: Some(&[]),
    };
    let (schema, values, are_stored) = &case.settings;
    let values = &StoredSettings::stored(values.clone(), []);
    let candidate = Candidate {
        id: &id,
        version: &version,
        stage: case.stage,
        scope: case.scope,
        min_platform_version: case.min_platform,
        protocol_range: case.protocol,
        dependencies: &[],
        settings: Some(Settings { schema: schema.as_ref(), values, are_stored: *are_stored }),
    };
    admit(&target, &candidate, case.allow)
}

fn message(case: &Case) -> String {
    decide(case).unwrap_err().message()
}

const fn stage(status: Status, is_pre_release: bool) -> Option<Stage> {
    Some(Stage { status, is_pre_release })
}

#[test]
fn versions_run_where_their_stage_allows() {
    let draft = Allow { draft: true, deprecated: false };
    let deprecated = Allow { draft: false, deprecated: true };
    for (target, stage, allow, admitted) in [
        (PRODUCTION, stage(Status::Published, false), Allow::default(), true),
        (PRODUCTION, stage(Status::Published, true), Allow::ALL, false),
        (PRODUCTION, stage(Status::Draft, false), Allow::ALL, false),
        (PRODUCTION, stage(Status::Deprecated, false), Allow::default(), false),
        (PRODUCTION, stage(Status::Deprecated, false), deprecated, true),
        (SANDBOX, stage(Status::Draft, false), Allow::default(), false),
        (SANDBOX, stage(Status::Draft, false), draft, true),
        (SANDBOX, stage(Status::Published, true), Allow::default(), false),
        (SANDBOX, stage(Status::Published, true), draft, true),
        (SANDBOX, stage(Status::Deprecated, true), draft, false),
        (SANDBOX, stage(Status::Deprecated, true), Allow::ALL, true),
        (TargetKind::Runtime, None, Allow::default(), true),
    ] {
        let case = Case { target, stage, allow, ..Case::default() };
        assert_eq!(decide(&case).is_ok(), admitted, "{target:?} {stage:?} {allow:?}");
    }
}

#[test]
fn a_stage_is_refused_with_its_remedy() {
    let draft = stage(Status::Draft, false);
    let case = Case { target: PRODUCTION, stage: draft, ..Case::default() };
    assert_eq!(
        message(&case),
        "com.acme.crm 2.0.0 is a draft; production environments run published, stable versions only"
    );
    let case = Case { stage: stage(Status::Published, true), ..Case::default() };
    assert_eq!(
        message(&case),
        "com.acme.crm 2.0.0 is a pre-release; pass `allow_draft: true` to run it in this sandbox environment"
    );
    let case = Case { stage: stage(Status::Deprecated, false), ..Case::default() };
    assert!(message(&case).ends_with("or pass `allow_deprecated: true`"));
}

#[test]
fn a_platform_package_goes_into_a_runtime_and_no_environment() {
    let case = Case { scope: Scope::Platform, ..Case::default() };
    assert_eq!(decide(&case).unwrap_err().reason, Reason::PlatformScoped);
    let case = Case { scope: Scope::Platform, target: TargetKind::Runtime, ..Case::default() };
    assert_eq!(decide(&case), Ok(Vec::new()));
}

#[test]
fn the_platform_and_its_protocol_are_two_gates() {
    for (min_platform, protocol, expected) in [
        (Some("1.5.0"), Some("^17"), Ok(0)),
        (None, Some("*"), Ok(0)),
        (
            Some("1.6.0"),
            Some("^17"),
            Err("needs platform 1.6.0 or newer, and this platform is 1.5.0"),
        ),
        (Some("1.6.0"), Some("^16"), Err("needs platform 1.6.0")),
        (None, Some("^16"), Err("needs protocol ^16, and this platform speaks 17")),
        (Some("new"), None, Ok(2)),
        (None, Some("17 || 18"), Ok(1)),
    ] {
        let decided = decide(&Case { min_platform, protocol, ..Case::default() });
        match (&decided, expected) {
            (Ok(warnings), Ok(count)) => assert_eq!(warnings.len(), count, "{warnings:?}"),
            (Err(refusal), Err(text)) => {
                assert!(refusal.message().contains(text), "{}", refusal.message());
            }
            _ => panic!("{min_platform:?} {protocol:?}: {decided:?}"),
        }
    }
}

#[test]
fn a_refused_protocol_has_the_details_of_the_spec() {
    let case = Case { target: TargetKind::Runtime, protocol: Some("^16"), ..Case::default() };
    let refusal = decide(&case).unwrap_err();
    assert!(refusal.message().contains("this runtime speaks 17"), "{}", refusal.message());
    assert_eq!(
        refusal.details(),
        Some(json!({
            "code": "OS_PROTOCOL_INCOMPATIBLE", "packageId": "com.acme.crm",
            "requiredRange": "^16", "runtimeVersion": "17.0.0", "runtimeMajor": 17,
        }))
    );
}

#[test]
fn settings_match_their_schema_with_its_defaults() {
    let schema = json!({
        "type": "object",
        "properties": { "limit": { "type": "integer", "default": 5 }, "name": { "type": "string" } },
        "required": ["limit"],
    });
    let case = |values: Value, are_stored| Case {
        settings: (Some(schema.clone()), values, are_stored),
        ..Case::default()
    };
    assert!(decide(&case(json!({}), false)).is_ok());
    let refusal = decide(&case(json!({ "name": 7 }), false)).unwrap_err();
    assert!(refusal.message().starts_with("`settings.name` "), "{}", refusal.message());
    assert!(!refusal.message().contains("do not fit"));
    assert_eq!(refusal.details().unwrap()["errors"][0]["path"], "/name");
    let stored = message(&case(json!({ "name": 7 }), true));
    assert!(stored.ends_with("do not fit 2.0.0, so change them first"), "{stored}");
    let case = Case { settings: (None, json!([]), false), ..Case::default() };
    assert_eq!(message(&case), "`settings` must be an object");
}

#[test]
fn names_of_the_platform_and_of_the_database_are_refused() {
    let namespace = |text: &str| text.parse::<Namespace>().unwrap();
    assert_eq!(check_names(Some(&namespace("crm")), ["crm_account"]), Ok(()));
    assert_eq!(
        check_names(Some(&namespace("crm")), ["crm_account", "sys_account"]),
        Err(Reason::ReservedObject("sys_account".to_owned()))
    );
    assert_eq!(
        check_names(Some(&namespace("pg")), ["pg_account"]),
        Err(Reason::ReservedNamespace(namespace("pg")))
    );
}

#[test]
fn a_namespace_and_an_object_belong_to_one_package() {
    use conflict::{Conflict, check_namespace, check_objects};
    let (crm, erp): (ManifestId, ManifestId) =
        ("com.acme.crm".parse().unwrap(), "com.acme.erp".parse().unwrap());
    let (sales, base): (Namespace, Namespace) = ("sales".parse().unwrap(), "base".parse().unwrap());
    let others = [(&erp, Some(&sales))];
    assert!(matches!(
        check_namespace(&crm, &sales, others),
        Err(Conflict::Namespace { existing, .. }) if existing == erp
    ));
    assert_eq!(check_namespace(&crm, &"crm".parse().unwrap(), others), Ok(()));
    assert_eq!(check_namespace(&crm, &base, [(&erp, Some(&base))]), Ok(()));
    let owner = |name: &str| (name == "sales_order").then_some(&erp);
    let refused = check_objects(&crm, ["sales_lead", "sales_order"], owner).unwrap_err();
    assert!(refused.message().contains("`sales_order` of com.acme.crm belongs to com.acme.erp"));
    assert_eq!(refused.details()["type"], "object_conflict");
    assert_eq!(check_objects(&crm, ["sales_lead"], owner), Ok(()));
}
