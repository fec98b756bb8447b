//! What holds for any text and manifest.
//!
//! `PROPTEST_CASES` makes the series longer.

use os_package::{
    ArtifactReader, Checksum, Manifest, ManifestId, VersionNumber, VersionRange, canonical,
    check_artifact, expression, flatten, metadata_types, seal_bundle, seal_text,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::Value;

/// The rules of the format alone.
const READER: ArtifactReader =
    |artifact, id, version| check_artifact(artifact, id, version).map(|(_, warnings)| warnings);

fn config() -> ProptestConfig {
    // What the environment asks for, or else a few: proptest's own number is 256.
    let asked = ProptestConfig::default().cases;
    let cases = if asked == 256 { 128 } else { asked };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn version() -> impl Strategy<Value = VersionNumber> {
    let pre = prop_oneof![3 => Just(String::new()), 1 => "-(rc|alpha)\\.[0-9]"];
    (0_u64..4, 0_u64..4, 0_u64..4, pre).prop_map(|(major, minor, patch, pre)| {
        format!("{major}.{minor}.{patch}{pre}").parse().expect("a version")
    })
}

/// Text that is often a range.
fn range_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "(\\^|~|>=|<=|>|<|=|)[0-3]\\.[0-3x*]\\.[0-3x]( (<|>=)[0-9]\\.[0-9]\\.[0-9])?( \\|\\| \\^[0-3]\\.0\\.0)?",
        "[0-9x*^~<>=|. \\-rcv]{0,20}",
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[\\^~]?[0-9]\\.[0-9]\\.[0-9]".prop_map(Value::from),
    ];
    let names = [
        "manifest",
        "id",
        "name",
        "namespace",
        "type",
        "scope",
        "dependencies",
        "engines",
        "protocol",
        "objects",
        "fields",
        "version",
        "configurationSchema",
        "migrations",
        "metadataTypes",
        "data",
    ];
    let key = prop_oneof![3 => prop::sample::select(names.to_vec()).prop_map(str::to_owned), 1 => any::<String>()];
    leaf.prop_recursive(5, 64, 8, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(key.clone(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn id() -> ManifestId {
    "com.acme.p0".parse().expect("an id")
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text_is_a_range_or_refused(text in range_text(), version in version()) {
        match text.parse::<VersionRange>() {
            Ok(range) => {
                prop_assert_eq!(range.as_str().parse::<VersionRange>().unwrap().matches(&version), range.matches(&version));
                prop_assert!(!(range.matches(&version) && range.is_above(&version)), "{text} {version:?}");
            }
            Err(error) => prop_assert!(error.to_string().len() < 1_000),
        }
    }

    #[test]
    fn a_caret_admits_what_is_compatible(version in version(), other in version()) {
        let range: VersionRange = format!("^{}", version.as_str()).parse().unwrap();
        prop_assert!(range.matches(&version));
        if version.major() > 0 && !other.is_pre_release() && other.major() == version.major() {
            let not_older = other.precedence_key() >= version.precedence_key();
            prop_assert_eq!(range.matches(&other), not_older);
        }
    }

    #[test]
    fn any_text_is_a_version_or_refused(text in prop_oneof![any::<String>(), "v?[0-9]{1,3}(\\.[0-9]{1,3}){0,3}(-[0-9a-z.\\-]{0,8})?(\\+[a-z.]{0,4})?"]) {
        if let Ok(version) = text.parse::<VersionNumber>() {
            prop_assert!(version.as_str().parse::<VersionNumber>().is_ok_and(|again| again == version));
        }
        prop_assert!(text.parse::<ManifestId>().is_err() || !text.is_empty());
    }

    #[test]
    fn any_manifest_is_read_or_refused(value in any_json()) {
        let (id, version) = (id(), "1.0.0".parse().unwrap());
        match Manifest::read(&value, &id, &version) {
            Ok(manifest) => {
                prop_assert_eq!(&manifest.id, &id);
                // Flat or beside its artifact, it says the same.
                let flat = Manifest::read(&flatten(&value), &id, &version);
                prop_assert!(flat.is_ok_and(|flat| flat.name == manifest.name && flat.namespace == manifest.namespace));
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
        metadata_types(&value);
    }

    /// One value has one text, and one checksum, in whatever order its keys were written.
    #[test]
    fn a_value_has_one_text(value in any_json()) {
        let text = canonical(&value);
        let again: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(canonical(&again), text.clone());
        prop_assert_eq!(Checksum::of(text.as_bytes()), Checksum::of(canonical(&value).as_bytes()));
    }

    #[test]
    fn any_text_is_sealed_or_refused(text in prop_oneof![any::<String>(), any_json().prop_map(|value| value.to_string())]) {
        let (id, version) = (id(), "1.0.0".parse().unwrap());
        if let Ok(value) = serde_json::from_str(&text) {
            match seal_bundle(value, &id, &version, READER) {
                Ok(sealed) => prop_assert_eq!(&sealed.checksum, &Checksum::of(sealed.manifest_json.as_bytes())),
                Err(error) => prop_assert!(!error.to_string().is_empty()),
            }
        }
        if let Err(error) = seal_text(text, &id, &version, READER) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    /// Reading an expression ends, and a refusal names bytes of the text.
    #[test]
    fn any_text_is_an_expression_or_refused(text in prop_oneof![
        any::<String>(),
        "(record|previous|has|\\.|\\?|:|&&|\\|\\||!|-|==|<|in|[a-c0-9]|\"|'|r'|b\"|'''|\\\\|[()\\[\\]{},]| ){0,40}",
        (0_usize..3000, "[(\\[{!?\\-a.]{1,3}").prop_map(|(times, part)| part.repeat(times)),
    ]) {
        for read in [
            expression::parse(&text).err(), expression::check_cron(&text).err(), expression::holes(&text).err(),
        ] {
            let Some(error) = read else { continue };
            prop_assert!(text.get(error.span.clone()).is_some(), "{text:?} {error:?}");
            prop_assert!(!error.message.is_empty());
        }
    }
}
