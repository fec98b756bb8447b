//! `os start`: the control plane and a runtime on one port (docs/wire/cli.md#servers).
//!
//! **Invariant:** the two do not know each other. A request belongs to one of them
//! by its path, health to both; the runtime asks the control plane over its router
//! who a caller is, as any client would.

mod owner;
mod sessions;

use super::{Port, block_on, control, log, runtime};
use crate::cli::{Collision, StartArgs};
use crate::home::{CONTROL_FILE, Database, Home};
use crate::output::Output;
use anyhow::Result;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use os_api::client::FORWARDED_HEADER;
use os_control::{Control, LocalRuntime};
use os_package::Checksum;
use os_runtime::{Code, Runtime};
use owner::{Owner, owner, runtime_sections};
use serde_json::{Value, json};
use sessions::Sessions;
use std::collections::HashSet;
use std::sync::Arc;
use tower::ServiceExt;

/// The most bytes of a response that is joined with another.
const MAX_JOINED_BYTES: usize = 1024 * 1024;

/// Serves until a signal asks us to stop.
pub fn run(arguments: &StartArgs, output: Output) -> Result<()> {
    let config = control::configuration(&arguments.control)?;
    log::to_stderr(&arguments.control.log)?;
    let home = Home::find(&arguments.control.database, CONTROL_FILE)?;
    let data = match arguments.runtime_database.as_deref().filter(|it| !it.is_empty()) {
        Some(url) => Database::named(url)?,
        None => home.database.of_runtime(),
    };
    let _locks = (home.prepare()?, home.lock(&data)?);
    block_on(serve(arguments, &home, &data, config, output))
}

async fn serve(
    arguments: &StartArgs,
    home: &Home,
    data: &Database,
    config: os_control::Config,
    output: Output,
) -> Result<()> {
    let port = Port::take(&arguments.control.listen, &arguments.control.limits)?;
    let url = config.base_url.clone().unwrap_or_else(|| port.url());
    let runtime_config = runtime_configuration(arguments, home, &config, &port, output);
    let service_key = config.service_key.as_ref().map(|key| Checksum::of(key.as_bytes()));
    let opened = control::open(&arguments.control, home, config, output).await?;
    let timeouts = super::statement_timeouts(&arguments.control.limits);
    let (db, _claim) = runtime::open_alone(data, timeouts, output).await?;
    let runtime = Runtime::new(db, runtime_config);
    let control = os_control::routes(opened.control.clone());
    let sessions = Sessions::new(control, opened.control.db.clone(), runtime.binding());
    let runtime = runtime.with_session_authority(Arc::new(sessions));
    let booted = runtime::boot(&runtime, None).await?;

    let mut facts = vec![
        ("Listening on", port.bound.to_string()),
        ("Database", home.database.shown()),
        ("Records", data.shown()),
    ];
    facts.extend(runtime::loaded(&booted));
    bind(&opened.control, &runtime, arguments, output).await;
    let servers = os_console::Both::new(opened.control.clone(), runtime.clone());
    let combined = CombinedServer::new(servers, service_key);
    let greet = || control::greet(output, &url, &facts, &opened.outcome);
    let _reconciling = runtime::reconcile(&runtime);
    port.serve(combined.router(), greet, output).await?;
    tokio::join!(opened.control.db.close(), runtime.db.close());
    Ok(())
}

/// Makes a new runtime that of an environment: what is installed there runs here.
/// What people bound, or unbound, later stays as they left it.
async fn bind(control: &Control, runtime: &Runtime, arguments: &StartArgs, output: Output) {
    if !runtime.can_bind_locally() {
        return;
    }
    let own = LocalRuntime {
        environment: arguments.environment_id.clone().filter(|id| !id.is_empty()),
        runtime: runtime.runtime_id().and_then(|id| id.parse().ok()),
        name: runtime::machine(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let bound = match os_control::bind_local_runtime(&control.db, own).await {
        Ok(Some(bound)) => runtime.bind_locally(bound).map_err(|it| it.message().to_owned()),
        Ok(None) => Ok(()),
        Err(error) => Err(error.message().to_owned()),
    };
    if let Err(error) = bound {
        output.warn(format!("the runtime follows no environment: {error}"));
    }
}

/// Returns the runtime gets packages from the control plane beside it.
fn runtime_configuration(
    arguments: &StartArgs,
    home: &Home,
    control: &os_control::Config,
    port: &Port,
    output: Output,
) -> os_runtime::Config {
    os_runtime::Config {
        base_url: control.base_url.clone(),
        trusted_origins: control.trusted_origins.clone(),
        secure_cookies: control.secure_cookies,
        behind_proxy: control.behind_proxy,
        home: home.folder.clone(),
        cloud_url: Some(port.url()),
        cloud_key: control.service_key.clone(),
        name: runtime::machine(),
        seed_environment: runtime::seeds(arguments.packages.seeds.as_deref(), output),
        shared_namespaces: arguments.packages.namespace_collision == Collision::Warn,
        ..os_runtime::Config::default()
    }
}

/// Two servers on one port.
#[derive(Clone)]
struct CombinedServer {
    control: Router,
    runtime: Router,
    service_key: Option<Checksum>,
    /// The first words of the paths of pages that only the runtime has.
    runtime_sections: Arc<HashSet<&'static str>>,
}

impl CombinedServer {
    fn new(servers: os_console::Both, service_key: Option<Checksum>) -> Self {
        let os_console::Both { control, runtime } = servers;
        let runtime_sections = Arc::new(runtime_sections());
        Self { control, runtime, service_key, runtime_sections }
    }

    fn router(self) -> Router {
        Router::new().fallback(move |request: Request| self.clone().answer(request))
    }

    async fn answer(self, request: Request) -> Response {
        let is_runtime = self.is_from_a_runtime(request.headers());
        let (method, path) = (request.method(), request.uri().path());
        match owner(method, path, is_runtime, &self.runtime_sections) {
            Owner::Control => self.control.oneshot(request).await.into_response(),
            Owner::Runtime => self.runtime.oneshot(request).await.into_response(),
            Owner::Both => self.join(request).await,
            Owner::Neither => Code::EndpointNotFound
                .error(format!("there is no endpoint {method} {path}; spell the path plainly"))
                .into_response(),
        }
    }

    /// Returns whether a runtime sent the request, or its caller presents a runtime token or the
    /// service key.
    fn is_from_a_runtime(&self, headers: &HeaderMap) -> bool {
        if headers.contains_key(FORWARDED_HEADER) {
            return true;
        }
        let shown = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
        let Some((_, secret)) = shown.and_then(|it| it.split_once(' ')) else { return false };
        let secret = secret.trim();
        // Checksums are compared, so that the time it takes tells nothing of the key.
        secret.starts_with("oscc_") || self.service_key == Some(Checksum::of(secret.as_bytes()))
    }

    /// Joins the answers of both: that of the control plane, with the runtime's in
    /// it. If one of them fails, its answer is returned alone.
    async fn join(self, request: Request) -> Response {
        let (parts, _) = request.into_parts();
        let ask =
            |service: Router| service.oneshot(Request::from_parts(parts.clone(), Body::empty()));
        let (Ok(control), Ok(runtime)) =
            tokio::join!(ask(self.control.clone()), ask(self.runtime.clone()));
        if !control.status().is_success() {
            return control;
        }
        if !runtime.status().is_success() {
            return runtime;
        }
        let (mut body, mut state) = (read(control).await, read(runtime).await);
        body["data"]["runtime"] = state["data"].take();
        axum::Json(body).into_response()
    }
}

async fn read(response: Response) -> Value {
    let body = to_bytes(response.into_body(), MAX_JOINED_BYTES).await.unwrap_or_default();
    serde_json::from_slice(&body).unwrap_or_else(|_| json!({}))
}
