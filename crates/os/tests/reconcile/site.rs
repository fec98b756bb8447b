//! A control plane that listens, and runtimes that follow it.

use axum::Router;
use os_test::control::{self, SERVICE_KEY};
use os_test::{PASSWORD, TestDb, eventually, runtime};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

/// A control plane with one development environment.
pub struct Site {
    pub app: control::App,
    pub ada: control::Client,
    pub address: SocketAddr,
    pub environment: String,
    organization: String,
    server: Mutex<Option<Serving>>,
}

/// A port that is open, and how to close it.
struct Serving {
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

/// A runtime of that environment.
pub struct Machine {
    pub app: runtime::App,
    pub owner: runtime::Client,
    pub home: Arc<TempDir>,
    pub config: os_runtime::Config,
    _following: JoinSet<()>,
}

impl Site {
    pub async fn new() -> Self {
        let app = control::App::new().await;
        let email = "ada@example.com".to_owned();
        let first = os_control::FirstRun { email: email.clone(), password: Some(PASSWORD.into()) };
        os_control::prepare(&app.server, first).await.unwrap();
        let body = json!({"email": email, "password": PASSWORD});
        let session = app.anonymous().post("/api/v1/auth/sign-in/email", body).await.body();
        let ada = app.bearer(session["token"].as_str().unwrap());
        let environments = ada.get("/api/v1/cloud/environments").await.body();
        let all = environments["environments"].as_array().unwrap();
        let development = all.iter().find(|it| it["environment_type"] == "development").unwrap();
        let text = |key: &str| development[key].as_str().unwrap().to_owned();
        let mut site = Self {
            ada,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            environment: text("id"),
            organization: text("organization_id"),
            server: Mutex::default(),
            app,
        };
        site.address = site.open(site.app.routes()).await;
        site
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

    /// Closes the port: connections are refused.
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
        self.ada.post("/api/v1/cloud/packages", body).await.body();
        let body = json!({"version": artifact["manifest"]["version"], "bundle": artifact});
        self.ada.post(&format!("/api/v1/cloud/packages/{id}/versions"), body).await.body();
    }

    pub fn packages(&self) -> String {
        format!("/api/v1/cloud/environments/{}/packages", self.environment)
    }

    pub async fn install(&self, id: &str, version: &str) -> Value {
        self.ada.post(&self.packages(), json!({"packageId": id, "version": version})).await.body()
    }

    pub async fn operate(&self, id: &str, operation: &str, body: Value) -> Value {
        let url = format!("{}/{id}/{operation}", self.packages());
        match operation {
            "upgrade" | "rollback" => self.ada.post(&url, body).await.body(),
            _ => self.ada.patch(&url, body).await.body(),
        }
    }

    /// The row of an installation.
    pub async fn row(&self, id: &str) -> Value {
        self.ada.get(&format!("{}/{id}", self.packages())).await.body()["package"].clone()
    }

    /// Waits until an installation has a status; returns its row.
    pub async fn until(&self, id: &str, status: &str) -> Value {
        eventually(&format!("{id} is {status}"), async || {
            let row = self.row(id).await;
            (row["status"] == status).then_some(row)
        })
        .await
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
            home: home.path().to_owned(),
            cloud_url: Some(self.url()),
            cloud_key: Some(SERVICE_KEY.to_owned()),
            environment_id: Some(self.environment.clone()),
            name: "box".to_owned(),
            ..runtime::config()
        };
        change(&mut config);
        let database = TestDb::new(os_runtime::MIGRATIONS).await;
        Machine::start(Arc::new(home), database, config, true).await
    }
}

impl Machine {
    async fn start(
        home: Arc<TempDir>,
        database: TestDb,
        config: os_runtime::Config,
        is_new: bool,
    ) -> Self {
        let app = runtime::App::on(database, config.clone()).await;
        let mut following = JoinSet::new();
        following.spawn(os_runtime::reconcile(app.server.clone()));
        let owner = if is_new { app.owner().await } else { app.sign_in("owner").await };
        Self { app, owner, home, config, _following: following }
    }

    /// The same machine after a restart.
    pub async fn restart(self) -> Self {
        let Self { app, home, config, _following, .. } = self;
        drop(_following);
        Self::start(home, app.into_database(), config, false).await
    }

    /// Ids, versions, and whether they are loaded.
    pub async fn installed(&self) -> Vec<String> {
        let list = self.owner.get("/api/v1/marketplace/install-local").await.body();
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
        self.owner.post("/api/v1/marketplace/install-local", body).await.body()
    }

    /// The state of the connection in the health response.
    pub async fn connection(&self) -> Value {
        self.owner.get("/api/v1/health").await.body()["connection"].clone()
    }

    /// Waits until the connection has a status; returns it.
    pub async fn until(&self, status: &str) -> Value {
        eventually(&format!("the connection is {status}"), async || {
            let connection = self.connection().await;
            (connection["status"] == status).then_some(connection)
        })
        .await
    }

    /// The columns of a table.
    pub async fn columns(&self, table: &str) -> Vec<String> {
        let mut tx = self.app.db.read().await.unwrap();
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
