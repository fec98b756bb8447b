//! Contract §4.3 and Appendix A, case by case.

use super::DependencyFailureKind::{Cycle, Disabled, Mismatch, Missing};
use super::*;

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

fn check(needs: &[&str], present: &[Installed]) -> Result<(), DependencyFailure> {
    let needs: Vec<_> = needs.iter().map(|text| need(text)).collect();
    let package = "com.acme.helpdesk".parse().unwrap();
    check_dependencies(&package, &"0.3.0".parse().unwrap(), &needs, present)
}

#[test]
fn requirements_are_met_or_refused() {
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
        let kind = check(&[wanted], &present).err().map(|failure| failure.kind);
        assert_eq!(kind, expected, "{wanted} with {present:?}");
    }
}

#[test]
fn the_message_names_everything_and_the_remedy() {
    let told =
        |present: &[Installed]| check(&["com.acme.crm ^1.0.0"], present).unwrap_err().message;
    assert_eq!(
        told(&[]),
        "com.acme.helpdesk 0.3.0 requires com.acme.crm ^1.0.0, which is not installed in this \
         environment. Install com.acme.crm first."
    );
    assert_eq!(
        told(&[installed("com.acme.crm 0.9.0", &[])]),
        "com.acme.helpdesk 0.3.0 requires com.acme.crm ^1.0.0, but 0.9.0 is installed in this \
         environment. Upgrade com.acme.crm first."
    );
    assert!(told(&[installed("com.acme.crm 2.0.0", &[])]).contains("but 2.0.0 is installed"));
    assert!(told(&[installed("-com.acme.crm 1.0.0", &[])]).contains("disabled"));
}

#[test]
fn details_are_the_specs_resolution_result() {
    let present = [installed("com.acme.crm 0.9.0", &[]), installed("com.acme.erp 1.0.0", &[])];
    let needs = ["com.acme.crm ^1.0.0", "com.acme.erp *", "com.acme.hr ^2.0.0"];
    let failure = check(&needs, &present).unwrap_err();
    assert_eq!(failure.kind, Mismatch);
    assert_eq!(
        failure.details,
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
    let failure = check(&["com.acme.helpdesk *"], &[]).unwrap_err();
    assert_eq!(failure.kind, Cycle);
    assert!(failure.message.contains("depends on itself"));

    let present = [
        installed("com.acme.helpdesk 0.2.0", &[]),
        installed("com.acme.crm 1.0.0", &["com.acme.erp *"]),
        installed("com.acme.erp 1.0.0", &["com.acme.helpdesk *", "com.acme.crm *"]),
    ];
    let failure = check(&["com.acme.crm *"], &present).unwrap_err();
    assert_eq!(failure.kind, Cycle);
    let circle = ["com.acme.helpdesk", "com.acme.crm", "com.acme.erp", "com.acme.helpdesk"];
    assert_eq!(failure.details["circularDependencies"], json!([circle]));

    let optional = [installed("com.acme.crm 1.0.0", &["com.acme.helpdesk *?"])];
    assert!(check(&["com.acme.crm *"], &optional).is_ok());
}

#[test]
fn enabled_dependents_stand_in_the_way() {
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

#[test]
fn a_dependency_is_written_as_the_seed_writes_it() {
    let given = json!({"packageId": "com.acme.crm", "versionRange": "^1.0.0"});
    let read: Dependency = serde_json::from_value(given).unwrap();
    assert!(!read.optional);
    let written = json!({"packageId": "com.acme.crm", "versionRange": "^1.0.0", "optional": false});
    assert_eq!(json!(read), written);
}
