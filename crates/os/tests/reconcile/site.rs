//! A control plane that listens, and runtimes that follow it.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use os_control::Control;
use os_runtime::Runtime;
use os_test::TestDb;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};
use tower::ServiceExt;

pub const SERVICE_KEY: &str = "the-service-key-of-the-tests";
const PASSWORD: &str = "correct horse battery";
const PATIENCE: Duration = Duration::from_secs(20);

/// Someone who sends requests to one of the two.
#[derive(Clone)]
pub struct Caller {
    routes: Router,
    token: Option<String>,
}

/// A control plane with one development environment.
pub struct Site {
    pub ada: Caller,
    pub routes: Router,
    pub address: SocketAddr,
    pub environment: String,
    organization: String,
    server: Mutex<Option<Serving>>,
    _test: TestDb,
}

/// A port that is open, and how to close it.
struct Serving {
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

/// A runtime of that environment.
pub struct Machine {
    pub owner: Caller,
    pub home: Arc<TempDir>,
    pub test: Arc<TestDb>,
    pub config: os_runtime::Config,
    runtime: Runtime,
    _following: JoinSet<()>,
}

impl Caller {
    pub async fn send(&self, method: Method, url: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = Request::builder().method(method).uri(url).header("host", "localhost");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        request = request.header(header::CONTENT_TYPE, "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let answer = self.routes.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let status = answer.status().as_u16();
        let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// What is answered to a request that succeeds.
    pub async fn ask(&self, method: Method, url: &str, body: Option<Value>) -> Value {
        let (status, mut answer) = self.send(method.clone(), url, body).await;
        assert!((200..300).contains(&status), "{method} {url}: {status} {answer}");
        if answer["success"] == true { answer["data"].take() } else { answer }
    }

    pub async fn get(&self, url: &str) -> Value {
        self.ask(Method::GET, url, None).await
    }

    pub async fn post(&self, url: &str, body: Value) -> Value {
        self.ask(Method::POST, url, Some(body)).await
    }
}

impl Site {
    pub async fn new() -> Self {
        let test = TestDb::new(os_control::MIGRATIONS).await;
        let config = os_control::Config {
            service_key: Some(SERVICE_KEY.to_owned()),
            password_memory_kib: 8,
            throttle: false,
            ..os_control::Config::default()
        };
        let control = Control::new(test.db.clone(), config);
        let email = "ada@example.com".to_owned();
        let first = os_control::FirstRun { email: email.clone(), password: Some(PASSWORD.into()) };
        os_control::prepare(&control, first).await.unwrap();
        let routes = os_control::routes(control);
        let nobody = Caller { routes: routes.clone(), token: None };
        let body = json!({"email": email, "password": PASSWORD});
        let token = nobody.post("/api/v1/auth/sign-in/email", body).await["token"].clone();
        let ada = Caller { token: Some(token.as_str().unwrap().to_owned()), ..nobody };
        let environments = ada.get("/api/v1/cloud/environments").await;
        let all = environments["environments"].as_array().unwrap().clone();
        let development = all.iter().find(|it| it["environment_type"] == "development").unwrap();
        let text = |key: &str| development[key].as_str().unwrap().to_owned();
        let site = Self {
            ada,
            routes,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            environment: text("id"),
            organization: text("organization_id"),
            server: Mutex::default(),
            _test: test,
        };
        site.listening().await
    }

    async fn listening(mut self) -> Self {
        self.address = self.open(self.routes.clone()).await;
        self
    }

    /// Opens the port, the same one if it was open before.
    pub async fn open(&self, routes: Router) -> SocketAddr {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(self.address).unwrap();
        let listener = socket.listen(128).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            axum::serve(listener, routes).with_graceful_shutdown(stopped).await.unwrap();
        });
        *self.server.lock().unwrap() = Some(Serving { stop, ended });
        address
    }

    /// Closes the port: whoever asks finds nobody.
    pub async fn close(&self) {
        let Serving { stop, ended } = self.server.lock().unwrap().take().unwrap();
        stop.send(()).unwrap();
        os_control::stop_waiting();
        ended.await.unwrap();
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Publishes an artifact.
    pub async fn publish(&self, artifact: &Value) {
        let id = artifact["manifest"]["id"].as_str().unwrap();
        let body =
            json!({"manifest_id": id, "owner_org_id": self.organization, "display_name": id});
        self.ada.post("/api/v1/cloud/packages", body).await;
        let body = json!({"version": artifact["manifest"]["version"], "bundle": artifact});
        self.ada.post(&format!("/api/v1/cloud/packages/{id}/versions"), body).await;
    }

    pub fn packages(&self) -> String {
        format!("/api/v1/cloud/environments/{}/packages", self.environment)
    }

    pub async fn install(&self, id: &str, version: &str) -> Value {
        self.ada.post(&self.packages(), json!({"packageId": id, "version": version})).await
    }

    pub async fn operate(&self, id: &str, operation: &str, body: Value) -> Value {
        let url = format!("{}/{id}/{operation}", self.packages());
        let method = match operation {
            "upgrade" | "rollback" => Method::POST,
            _ => Method::PATCH,
        };
        self.ada.ask(method, &url, Some(body)).await
    }

    /// The row of an installation.
    pub async fn row(&self, id: &str) -> Value {
        self.ada.get(&format!("{}/{id}", self.packages())).await["package"].clone()
    }

    /// Waits until an installation has a status; answers its row.
    pub async fn until(&self, id: &str, status: &str) -> Value {
        let mut last = Value::Null;
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            last = self.row(id).await;
            if last["status"] == status {
                return last;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{id} is not {status}: {last}");
    }

    /// A runtime that binds itself with the service key, and follows.
    pub async fn machine(&self) -> Machine {
        let machine = self.machine_with(|_| {}).await;
        machine.until("connected").await;
        machine
    }

    pub async fn machine_with(&self, change: impl FnOnce(&mut os_runtime::Config)) -> Machine {
        let home = tempfile::tempdir().unwrap();
        let mut config = os_runtime::Config {
            password_memory_kib: 8,
            home: home.path().to_owned(),
            cloud_url: Some(self.url()),
            cloud_key: Some(SERVICE_KEY.to_owned()),
            environment_id: Some(self.environment.clone()),
            name: "box".to_owned(),
            ..os_runtime::Config::default()
        };
        change(&mut config);
        let test = TestDb::new(os_runtime::MIGRATIONS).await;
        Machine::start(Arc::new(home), Arc::new(test), config, true).await
    }
}

impl Machine {
    async fn start(
        home: Arc<TempDir>,
        test: Arc<TestDb>,
        config: os_runtime::Config,
        is_new: bool,
    ) -> Self {
        let runtime = Runtime::new(test.db.clone(), config.clone());
        runtime.boot().await.unwrap();
        let mut following = JoinSet::new();
        following.spawn(os_runtime::reconcile(runtime.clone()));
        let nobody = Caller { routes: os_runtime::routes(runtime.clone()), token: None };
        let body = json!({"email": "owner@example.com", "password": PASSWORD});
        let way = if is_new { "sign-up" } else { "sign-in" };
        let session = nobody.post(&format!("/api/v1/auth/{way}/email"), body).await;
        let token = Some(session["token"].as_str().unwrap().to_owned());
        let owner = Caller { token, ..nobody };
        Self { owner, home, test, config, runtime, _following: following }
    }

    /// The same machine after a restart.
    pub async fn restart(self) -> Self {
        let Self { home, test, config, _following, .. } = self;
        drop(_following);
        Self::start(home, test, config, false).await
    }

    /// Ids, versions, and whether they are loaded.
    pub async fn installed(&self) -> Vec<String> {
        let list = self.owner.get("/api/v1/marketplace/install-local").await;
        let line = |it: &Value| {
            let text = |key: &str| it[key].as_str().unwrap().to_owned();
            let off = if it["enabled"] == true { "" } else { " off" };
            format!("{}@{}{off}", text("manifestId"), text("version"))
        };
        list["items"].as_array().unwrap().iter().map(line).collect()
    }

    /// Installs an artifact here, without the control plane.
    pub async fn install_local(&self, artifact: &Value) -> Value {
        let body = json!({"manifest": artifact});
        self.owner.post("/api/v1/marketplace/install-local", body).await
    }

    /// How the connection does, as health tells it.
    pub async fn connection(&self) -> Value {
        self.owner.get("/api/v1/health").await["connection"].clone()
    }

    /// Waits until the connection has a status.
    pub async fn until(&self, status: &str) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let connection = self.connection().await;
            if connection["status"] == status {
                return connection;
            }
            assert!(Instant::now() < deadline, "not {status}: {connection}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// The columns of a table.
    pub async fn columns(&self, table: &str) -> Vec<String> {
        let mut tx = self.runtime.db.read().await.unwrap();
        let rows: Vec<(String,)> = tx
            .query_per_dialect(
                "SELECT name FROM pragma_table_info($1) ORDER BY name",
                "SELECT column_name::text FROM information_schema.columns
                 WHERE table_name = $1 AND table_schema = current_schema() ORDER BY 1",
            )
            .bind(table.to_owned())
            .all()
            .await
            .unwrap();
        rows.into_iter().map(|(name,)| name).collect()
    }
}

/// `com.acme.<name>` in the namespace, with an object whose fields are texts.
pub fn artifact(name: &str, version: &str, namespace: &str, fields: &[&str]) -> Value {
    let fields: serde_json::Map<String, Value> =
        fields.iter().map(|it| ((*it).to_owned(), json!({"type": "text"}))).collect();
    json!({
        "manifest": {
            "id": format!("com.acme.{name}"), "version": version, "type": "app", "name": name,
            "namespace": namespace, "engines": {"protocol": "^17"},
        },
        "objects": [{"name": format!("{namespace}_thing"), "fields": fields}],
    })
}
