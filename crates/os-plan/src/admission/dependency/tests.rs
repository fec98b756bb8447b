//! The cases of docs/wire/dependencies.md#resolution.

use super::UnmetKind::{Cycle, Disabled, Mismatch, Missing};
use super::*;
use crate::admission::{Reason, Refusal, Subject, check_needs};

fn need(text: &str) -> Dependency {
    let (id, range) = text.trim_end_matches('?').split_once(' ').unwrap();
    Dependency {
        package: id.parse().unwrap(),
        range: range.parse().unwrap(),
        optional: text.ends_with('?'),
    }
}

/// `installed("com.acme.crm 1.4.2", &["sys.feeds *"])`; a `-` in front means disabled.
fn installed(text: &str, needs: &[&str]) -> Installed {
    let (id, version) = text.trim_start_matches('-').split_once(' ').unwrap();
    Installed {
        package: id.parse().unwrap(),
        version: version.parse().unwrap(),
        enabled: !text.starts_with('-'),
        dependencies: needs.iter().map(|text| need(text)).collect(),
    }
}

const ENVIRONMENT: TargetKind = TargetKind::Environment { name: "sandbox", is_production: false };

fn check_in(
    target: TargetKind,
    needs: &[&str],
    present: &[Installed],
) -> Result<(), (UnmetKind, Refusal)> {
    let needs: Vec<_> = needs.iter().map(|text| need(text)).collect();
    let (id, version) = ("com.acme.helpdesk".parse().unwrap(), "0.3.0".parse().unwrap());
    let subject = Subject { id: &id, version: &version, dependencies: &needs };
    check_needs(target, subject, present).map_err(|refusal| match &refusal.reason {
        Reason::Dependencies(unmet) => (unmet.kind(), refusal),
        other => panic!("{other:?}"),
    })
}

fn check(needs: &[&str], present: &[Installed]) -> Result<(), (UnmetKind, Refusal)> {
    check_in(ENVIRONMENT, needs, present)
}

#[test]
fn needs_are_met_or_refused_as_specified() {
    for (wanted, present, expected) in [
        ("sys.feeds *", None, None),
        ("sys.feeds ^99.0.0", None, None),
        ("sys.unknown *", None, Some(Missing)),
        ("com.acme.crm ^1.0.0", Some("com.acme.crm 1.4.2"), None),
        ("com.acme.crm ^1.0.0", Some("com.acme.crm 2.0.0"), Some(Mismatch)),
        ("com.acme.crm ~1.2.0", Some("com.acme.crm 1.3.0"), Some(Mismatch)),
        ("com.acme.crm >=1.0.0 <2.0.0", Some("com.acme.crm 1.9.9"), None),
        ("com.acme.crm *", Some("com.acme.crm 1.0.0-rc.1"), None),
        ("com.acme.crm ^1.0.0", None, Some(Missing)),
        ("com.acme.crm ^1.0.0", Some("-com.acme.crm 1.4.2"), Some(Disabled)),
        ("com.acme.crm ^1.0.0", Some("-com.acme.crm 2.4.2"), Some(Mismatch)),
        ("com.acme.crm ^1.0.0?", None, None),
        ("com.acme.crm ^1.0.0?", Some("com.acme.crm 2.0.0"), Some(Mismatch)),
        ("com.acme.crm ^1.0.0?", Some("-com.acme.crm 2.0.0"), None),
    ] {
        let present: Vec<_> = present.iter().map(|text| installed(text, &[])).collect();
        let kind = check(&[wanted], &present).err().map(|(kind, _)| kind);
        assert_eq!(kind, expected, "{wanted} with {present:?}");
    }
}

#[test]
fn the_message_names_everything_and_the_remedy() {
    let message =
        |present: &[Installed]| check(&["com.acme.crm ^1.0.0"], present).unwrap_err().1.message();
    assert_eq!(
        message(&[]),
        "com.acme.helpdesk 0.3.0 requires com.acme.crm ^1.0.0, which is not installed in this \
         environment. Install com.acme.crm first."
    );
    assert_eq!(
        message(&[installed("com.acme.crm 0.9.0", &[])]),
        "com.acme.helpdesk 0.3.0 requires com.acme.crm ^1.0.0, but 0.9.0 is installed in this \
         environment. Upgrade com.acme.crm first."
    );
    assert!(message(&[installed("com.acme.crm 2.0.0", &[])]).contains("but 2.0.0 is installed"));
    assert!(message(&[installed("-com.acme.crm 1.0.0", &[])]).contains("disabled"));
}

#[test]
fn a_runtime_names_itself_and_the_command() {
    let message = |present: &[Installed]| {
        let needs = ["com.acme.crm ^1.0.0", "com.acme.hr *"];
        check_in(TargetKind::Runtime, &needs, present).unwrap_err().1.message()
    };
    assert_eq!(
        message(&[]),
        "com.acme.helpdesk 0.3.0 requires com.acme.crm ^1.0.0, which is not installed in this \
         runtime. Install com.acme.crm first. com.acme.helpdesk 0.3.0 requires com.acme.hr *, \
         which is not installed in this runtime. Install com.acme.hr first. \
         Run `os package install com.acme.crm`."
    );
    let disabled = [installed("-com.acme.crm 1.0.0", &[]), installed("com.acme.hr 1.0.0", &[])];
    assert!(message(&disabled).ends_with("Enable com.acme.crm first."));
}

#[test]
fn details_are_the_resolution_result_of_the_spec() {
    let present = [installed("com.acme.crm 0.9.0", &[]), installed("com.acme.erp 1.0.0", &[])];
    let needs = ["com.acme.crm ^1.0.0", "com.acme.erp *", "com.acme.hr ^2.0.0"];
    let (kind, refusal) = check(&needs, &present).unwrap_err();
    assert_eq!(kind, Mismatch);
    assert_eq!(
        refusal.details().unwrap(),
        json!({
            "dependencies": [
                {"packageId": "com.acme.crm", "requiredRange": "^1.0.0", "status": "needs_upgrade",
                 "installedVersion": "0.9.0",
                 "conflictReason": "but 0.9.0 is installed in this environment"},
                {"packageId": "com.acme.erp", "requiredRange": "*", "status": "satisfied",
                 "installedVersion": "1.0.0", "resolvedVersion": "1.0.0"},
                {"packageId": "com.acme.hr", "requiredRange": "^2.0.0", "status": "needs_install",
                 "conflictReason": "which is not installed in this environment"},
            ],
            "canProceed": false,
            "requiredActions": [
                {"type": "upgrade", "packageId": "com.acme.crm",
                 "description": "Upgrade com.acme.crm first."},
                {"type": "install", "packageId": "com.acme.hr",
                 "description": "Install com.acme.hr first."},
            ],
            "installOrder": ["com.acme.crm", "com.acme.hr", "com.acme.helpdesk"],
        })
    );
}

#[test]
fn circles_are_refused_and_shown() {
    let (kind, refusal) = check(&["com.acme.helpdesk *"], &[]).unwrap_err();
    assert_eq!(kind, Cycle);
    assert!(refusal.message().contains("depends on itself"));

    let present = [
        installed("com.acme.helpdesk 0.2.0", &[]),
        installed("com.acme.crm 1.0.0", &["com.acme.erp *"]),
        installed("com.acme.erp 1.0.0", &["com.acme.helpdesk *", "com.acme.crm *"]),
    ];
    let (kind, refusal) = check(&["com.acme.crm *"], &present).unwrap_err();
    assert_eq!(kind, Cycle);
    let circle = ["com.acme.helpdesk", "com.acme.crm", "com.acme.erp", "com.acme.helpdesk"];
    assert_eq!(refusal.details().unwrap()["circularDependencies"], json!([circle]));

    let optional = [installed("com.acme.crm 1.0.0", &["com.acme.helpdesk *?"])];
    assert!(check(&["com.acme.crm *"], &optional).is_ok());
}

#[test]
fn enabled_dependents_prevent_a_change() {
    let crm = "com.acme.crm".parse().unwrap();
    let present = [
        installed("com.acme.crm 1.0.0", &[]),
        installed("com.acme.helpdesk 0.3.0", &["sys.feeds *", "com.acme.crm ^1.0.0"]),
        installed("-com.acme.off 1.0.0", &["com.acme.crm ^1.0.0"]),
        installed("com.acme.maybe 1.0.0", &["com.acme.crm ^1.0.0?"]),
    ];
    let names = |new_version: Option<&str>| {
        let new_version = new_version.map(|text| text.parse().unwrap());
        let checked = check_dependents(&crm, new_version.as_ref(), &present);
        let dependents = checked.err().unwrap_or_default();
        dependents.iter().map(|d| d.package.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(None), "com.acme.helpdesk");
    assert_eq!(names(Some("1.9.0")), "");
    assert_eq!(names(Some("2.0.0")), "com.acme.helpdesk com.acme.maybe");

    let dependents = check_dependents(&crm, None, &present).unwrap_err();
    assert_eq!(
        json!(dependents),
        json!([{"packageId": "com.acme.helpdesk", "version": "0.3.0", "requiredRange": "^1.0.0"}])
    );
}
