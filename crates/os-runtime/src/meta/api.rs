use super::{Reader, kind, view};
use crate::auth::{MayManage, Signed};
use crate::{Code, Error, Result, Runtime};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use os_http::extract::{Bare, Path, Query};
use serde::Deserialize;
use serde_json::{Value, json};

/// What may stand behind `?` of a read.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// The package that asks, or whose items are wanted.
    #[serde(default)]
    package: Option<String>,
    #[serde(default)]
    locale: Option<String>,
}

impl Asked {
    fn package(&self) -> Option<&str> {
        self.package.as_deref().filter(|package| !package.is_empty())
    }

    fn reader(&self, runtime: &Runtime, headers: &HeaderMap) -> Reader {
        Reader::new(runtime, headers, self.locale.as_deref())
    }
}

pub async fn types(State(runtime): State<Runtime>, _: Signed, headers: HeaderMap) -> Response {
    let reader = Reader::new(&runtime, &headers, None);
    reader.keep(&["", "types", ""], kind::described).respond(&headers)
}

pub async fn list(
    State(runtime): State<Runtime>,
    _: Signed,
    Path(kind): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response> {
    let answer = asked.reader(&runtime, &headers).list(&kind, asked.package())?;
    Ok(answer.respond(&headers))
}

pub async fn show(
    State(runtime): State<Runtime>,
    _: Signed,
    Path((kind, name)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response> {
    let answer = asked.reader(&runtime, &headers).show(&kind, &name, asked.package())?;
    Ok(answer.respond(&headers))
}

/// The item alone: what is served is what is published.
pub async fn published(
    State(runtime): State<Runtime>,
    _: Signed,
    Path((kind, name)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Bare<Value>> {
    asked.reader(&runtime, &headers).published(&kind, &name, asked.package()).map(Bare)
}

pub async fn references(
    State(runtime): State<Runtime>,
    _: Signed,
    Path((kind, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Bare<Value>> {
    Reader::new(&runtime, &headers, None).references(&kind, &name).map(Bare)
}

/// Nobody changes an item here, so nothing happened to it.
pub async fn history(
    State(runtime): State<Runtime>,
    _: Signed,
    Path((kind, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Bare<Value>> {
    Reader::new(&runtime, &headers, None).find(&kind, &name, None)?;
    Ok(Bare(json!({ "events": [] })))
}

pub async fn diff(
    State(runtime): State<Runtime>,
    _: Signed,
    Path((kind, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Bare<Value>> {
    let reader = Reader::new(&runtime, &headers, None);
    let (_, item) = reader.find(&kind, &name, None)?;
    Ok(Bare(json!({
        "type": item.kind, "name": &*item.name, "fromVersion": null, "toVersion": null,
        "added": [], "removed": [], "changed": [],
    })))
}

pub async fn drafts(_: Signed) -> Bare<Value> {
    Bare(json!({ "drafts": [] }))
}

pub async fn diagnostics(
    State(runtime): State<Runtime>,
    _: Signed,
    headers: HeaderMap,
) -> Bare<Value> {
    Bare(Reader::new(&runtime, &headers, None).counted())
}

/// A list or a form of an object that nobody has to design.
pub async fn ui_view(
    State(runtime): State<Runtime>,
    _: Signed,
    Path((object, shape)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response> {
    let reader = asked.reader(&runtime, &headers);
    reader.kernel.object(&object)?;
    let make: fn(&Value) -> Value = match shape.as_str() {
        "list" => view::list_of,
        "form" => view::form_of,
        _ => {
            return Err(Code::InvalidRequest
                .error("a view of an object is a `list` or a `form`, such as /api/v1/ui/view/crm_account/list"));
        }
    };
    let described = reader.item("object", &object, asked.package())?;
    let answer = reader.keep(&["ui", &object, &shape], || make(&described));
    Ok(answer.respond(&headers))
}

/// Metadata comes with packages; nothing of it is written here.
pub async fn read_only(_: MayManage) -> Error {
    Code::NotImplemented.error(
        "metadata of this runtime comes with packages and is not changed over the API; change the package and install its next version with `os package install`",
    )
}
