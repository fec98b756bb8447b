use super::{Api, document, operation};
use crate::endpoint::{Endpoint, get, post};
use crate::{Code, Form};
use os_api::generation::PackageAt;
use os_api::installation::RollbackPackage;
use serde_json::{Value, json};

async fn nothing() {}

fn document_of(endpoints: &[Endpoint<()>]) -> Value {
    let codes: Vec<crate::ErrorCode> = Code::ALL.iter().map(|it| (*it).into()).collect();
    let api = Api {
        title: "test",
        version: "1",
        description: "",
        credentials: "",
        codes: &codes,
        error_form: |path| if path.starts_with("/api/bare") { Form::Data } else { Form::Enveloped },
    };
    document(&api, endpoints)
}

#[test]
fn an_operation_has_parameters_body_response_and_errors() {
    let document = document_of(&[
        post("/api/things/{thing}/{*rest}", "Changes a thing", nothing)
            .asks::<RollbackPackage>()
            .takes::<PackageAt>()
            .gives::<PackageAt>(),
        get("/api/bare/file", "Answers a file", nothing).gives_bytes(&["*/*"]).open().bare(),
        get("/page", "A page", nothing).page(),
    ]);
    let change = &document["paths"]["/api/things/{thing}/{rest}"]["post"];
    let names: Vec<(&Value, &Value, &Value)> = change["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (&it["in"], &it["name"], &it["required"]))
        .collect();
    let [path, query] = [json!("path"), json!("query")];
    let [thing, rest] = ["thing", "rest"].map(Value::from);
    let [target, expected, by] =
        ["target_package_version_id", "expected_package_version_id", "rolled_back_by"]
            .map(Value::from);
    let [yes, no] = [json!(true), json!(false)];
    assert_eq!(
        names,
        [
            (&path, &thing, &yes),
            (&path, &rest, &yes),
            (&query, &target, &yes),
            (&query, &expected, &no),
            (&query, &by, &no),
        ]
    );
    let body = json!({ "$ref": "#/components/schemas/PackageAt" });
    assert_eq!(change["requestBody"]["content"]["application/json"]["schema"], body);
    assert_eq!(change["requestBody"]["required"], true);
    let success = &change["responses"]["2XX"]["content"]["application/json"]["schema"];
    assert_eq!(success["properties"]["data"], body);
    assert_eq!(change["responses"]["default"]["$ref"], "#/components/responses/Error");

    let file = &document["paths"]["/api/bare/file"]["get"];
    assert!(file["responses"]["2XX"]["content"]["*/*"].is_object());
    assert_eq!(file["responses"]["default"]["$ref"], "#/components/responses/DataError");
    assert_eq!(file["security"], json!([]));
    assert!(document["paths"]["/page"].is_null());
}

#[test]
fn every_code_is_listed_once_with_its_statuses() {
    let codes = document_of(&[])["components"]["schemas"]["ErrorCode"]["oneOf"].clone();
    let codes = codes.as_array().unwrap();
    assert_eq!(codes.len(), Code::ALL.len());
    assert_eq!(codes[0], json!({"const": "VALIDATION_ERROR", "description": "HTTP 400"}));
}

#[test]
fn the_id_of_an_operation_is_its_method_and_path() {
    for (path, id) in [
        ("/api/v1", "get_api"),
        ("/api/v1/cloud/packages/{package}", "get_cloud_packages_package"),
        ("/.well-known/objectstack", "get_well_known_objectstack"),
    ] {
        assert_eq!(operation::operation_id(&get::<(), _>(path, "", nothing)), id);
    }
}
