//! Texts of the packages, for who draws the screens (`/api/v1/i18n`). They are
//! open: a page that nobody is signed in to is translated, too.

use super::{Reader, locale};
use crate::Runtime;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use os_http::extract::Path;
use serde_json::{Map, Value, json};

pub async fn locales(State(runtime): State<Runtime>, headers: HeaderMap) -> Response {
    let reader = Reader::new(&runtime, &headers, None);
    let spoken = reader.answers.locales(|| locale::spoken(&reader.kernel));
    let entry = |code: &String| json!({ "code": code, "label": code, "isDefault": code == locale::DEFAULT });
    let locales: Vec<Value> = spoken.iter().map(entry).collect();
    let answer = reader.keep(&["i18n", "locales", ""], || enveloped(json!({ "locales": locales })));
    answer.respond(&headers)
}

pub async fn translations(
    State(runtime): State<Runtime>,
    Path(wanted): Path<String>,
    headers: HeaderMap,
) -> Response {
    let reader = Reader::new(&runtime, &headers, None);
    let Some(spoken) = reader.spoken(&wanted) else {
        return answer(json!({ "locale": wanted, "translations": {} })).respond(&headers);
    };
    let made = reader.keep(&["i18n", "translations", &spoken], || {
        enveloped(
            json!({ "locale": spoken, "translations": locale::tree(&reader.kernel, &spoken) }),
        )
    });
    made.respond(&headers)
}

pub async fn labels(
    State(runtime): State<Runtime>,
    Path((object, wanted)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let reader = Reader::new(&runtime, &headers, None);
    let tree = reader.spoken(&wanted).map(|spoken| locale::tree(&reader.kernel, &spoken));
    let tree = tree.map(Value::Object).unwrap_or_default();
    let labels = labels_of(&tree["objects"][&object]["fields"]);
    answer(json!({ "object": object, "locale": wanted, "labels": labels })).respond(&headers)
}

/// Label, help and options of each field that has a label.
fn labels_of(fields: &Value) -> Map<String, Value> {
    let label = |(name, field): (&String, &Value)| {
        field["label"].as_str().filter(|text| !text.is_empty())?;
        let said = ["label", "help", "options"].into_iter();
        let said = said.filter_map(|key| Some((key.to_owned(), field.get(key)?.clone())));
        Some((name.clone(), Value::Object(said.collect())))
    };
    fields.as_object().into_iter().flatten().filter_map(label).collect()
}

fn enveloped(data: Value) -> Value {
    json!({ "success": true, "data": data })
}

fn answer(data: Value) -> super::Answer {
    super::Answer::new(&enveloped(data))
}

impl Reader {
    /// The locale of the packages that fits a wanted one.
    fn spoken(&self, wanted: &str) -> Option<String> {
        let spoken = self.answers.locales(|| locale::spoken(&self.kernel));
        locale::matching(spoken, wanted).map(str::to_owned)
    }
}
