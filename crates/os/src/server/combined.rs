//! `os start`: the control plane and a runtime on one port (docs/wire/cli.md#servers).
//!
//! **Invariant:** the two do not know each other. A request belongs to one of them
//! by its path, health to both; the runtime asks the control plane over its router
//! who a caller is, as any client would.

use super::{Port, block_on, control, log, runtime};
use crate::cli::{Collision, StartArgs};
use crate::home::{CONTROL_FILE, Database, Home};
use crate::output::Output;
use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};
use os_control::{Control, LocalRuntime};
use os_package::Checksum;
use os_runtime::{AuthorityAnswer, Runtime, SessionAuthority};
use serde_json::{Value, json};
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
    let _locks = (home.prepare()?, data.lock()?);
    block_on(serve(arguments, &home, &data, config, output))
}

async fn serve(
    arguments: &StartArgs,
    home: &Home,
    data: &Database,
    config: os_control::Config,
    output: Output,
) -> Result<()> {
    let port = Port::take(&arguments.control.listen)?;
    let url = config.base_url.clone().unwrap_or_else(|| port.url());
    let runtime_config = runtime_configuration(arguments, home, &config, &port, output);
    let service_key = config.service_key.as_ref().map(|key| Checksum::of(key.as_bytes()));
    let opened = control::open(&arguments.control, home, config, output).await?;
    let sessions = Sessions(os_control::routes(opened.control.clone()));

    let (db, _claim) = runtime::open_alone(data, output).await?;
    let runtime = Runtime::new(db, runtime_config).with_session_authority(Arc::new(sessions));
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
    opened.control.db.close().await;
    runtime.db.close().await;
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

/// The sessions of the control plane, as anybody may ask for them.
struct Sessions(Router);

impl SessionAuthority for Sessions {
    fn session(&self, token: String) -> AuthorityAnswer {
        let control = self.0.clone();
        Box::pin(async move {
            let request = Request::get("/api/v1/auth/get-session")
                .header(header::AUTHORIZATION, format!("Bearer {token}"))
                .body(Body::empty())?;
            let Ok(response) = control.oneshot(request).await;
            let status = response.status();
            anyhow::ensure!(status.is_success(), "it answers {status}");
            let body = to_bytes(response.into_body(), MAX_JOINED_BYTES).await?;
            serde_json::from_slice(&body).context("its answer is no session")
        })
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

#[derive(Debug, PartialEq, Eq)]
enum Owner {
    Control,
    Runtime,
    Both,
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
        }
    }

    /// Returns whether the caller presents a runtime token or the service key.
    fn is_from_a_runtime(&self, headers: &HeaderMap) -> bool {
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

/// The paths below `/api/v1` that belong to the control plane; the others belong to
/// the runtime.
const CONTROL_PLANE_PREFIXES: [&str; 10] = [
    "auth",
    "keys",
    "cloud",
    "marketplace/packages",
    "actions/sys_package",
    "data/sys_environment",
    "data/sys_member",
    "data/sys_api_key",
    "data/sys_user",
    "data/sys_organization",
];

/// Returns the first words of the paths of pages that the runtime has and the control plane
/// does not: records and installed packages.
fn runtime_sections() -> HashSet<&'static str> {
    let section = |path: &'static str| path.split('/').nth(1).unwrap_or_default();
    let shared: HashSet<_> =
        os_console::control::pages().iter().map(|page| section(page.path)).collect();
    let pages = os_console::runtime::pages();
    pages.iter().map(|page| section(page.path)).filter(|it| !shared.contains(it)).collect()
}

/// Finds the server that a request belongs to.
fn owner(
    method: &Method,
    path: &str,
    is_runtime: bool,
    runtime_sections: &HashSet<&'static str>,
) -> Owner {
    let Some(path) = path.strip_prefix("/api/v1/") else {
        let is_api = is_below("/api", path) || is_below("/.well-known", path);
        let section = path.split('/').nth(1).unwrap_or_default();
        let is_runtimes = is_api || runtime_sections.contains(section);
        return if is_runtimes { Owner::Runtime } else { Owner::Control };
    };
    match path {
        "health" | "ready" if *method == Method::GET => Owner::Both,
        "health" | "ready" => Owner::Control,
        "cloud-connection/bind" | "cloud-connection/revoke" => Owner::Control,
        "cloud-connection/status" if is_runtime => Owner::Control,
        _ if CONTROL_PLANE_PREFIXES.iter().any(|parent| is_below(parent, path)) => Owner::Control,
        _ => Owner::Runtime,
    }
}

/// Returns whether a path is another one, or below it.
fn is_below(parent: &str, path: &str) -> bool {
    path.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_belongs_to_one_server() {
        let sections = runtime_sections();
        let owner = |path| owner(&Method::GET, path, false, &sections);
        for path in [
            "/",
            "/environments",
            "/marketplace",
            "/sign-in",
            "/static/console.css",
            "/docs",
            "/nothing",
            "/api/v1/auth/get-session",
            "/api/v1/marketplace/packages",
            "/api/v1/marketplace/packages/com.acme.crm/versions/latest/manifest",
            "/api/v1/data/sys_user/1",
            "/api/v1/cloud/packages",
            "/api/v1/cloud-connection/bind",
        ] {
            assert_eq!(owner(path), Owner::Control, "{path}");
        }
        for path in [
            "/objects",
            "/objects/crm_account/1",
            "/installed",
            "/installed/com.acme.crm/uninstall",
            "/api/v1",
            "/api/v1/discovery",
            "/.well-known/objectstack",
            "/api/v1/marketplace/install-local",
            "/api/v1/marketplace/packagesx",
            "/api/v1/data/sys_users",
            "/api/v1/data/crm_account",
            "/api/v1/meta/object",
            "/api/v1/cloud-connection/status",
            "/api/v1/cloud-connection/bind/start",
            "/api/v1/packages",
        ] {
            assert_eq!(owner(path), Owner::Runtime, "{path}");
        }
        assert_eq!(owner("/api/v1/health"), Owner::Both);
        let status = "/api/v1/cloud-connection/status";
        assert_eq!(super::owner(&Method::GET, status, true, &sections), Owner::Control);
    }
}
