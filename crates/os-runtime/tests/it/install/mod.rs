//! Installing packages, and everything that can be done to one that is.

mod boot;
mod catalog;
mod disk;
mod lifecycle;
mod migrations;
mod refusals;
mod seeds;
mod started;
mod system;

use crate::app::{Answer, App, User};
use serde_json::{Value, json};

pub const URL: &str = "/api/v1/marketplace/install-local";

/// The compiled artifact of an example: `crm/1.0.0`.
pub fn example(name: &str) -> Value {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let text = std::fs::read_to_string(format!("{root}/{name}/objectstack.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// `com.acme.<namespace>` with these objects.
pub fn package(namespace: &str, version: &str, objects: Value) -> Value {
    json!({
        "manifest": {
            "id": format!("com.acme.{namespace}"), "namespace": namespace, "version": version,
            "type": "app", "name": namespace,
        },
        "objects": objects,
    })
}

/// An object whose fields are texts.
pub fn object(name: &str, fields: &[&str]) -> Value {
    let fields: serde_json::Map<String, Value> =
        fields.iter().map(|it| ((*it).to_owned(), json!({"type": "text"}))).collect();
    json!({"name": name, "fields": fields})
}

/// The artifact with this member outside of its `manifest` block.
pub fn with(mut artifact: Value, key: &str, value: Value) -> Value {
    artifact[key] = value;
    artifact
}

/// The artifact with this member in its `manifest` block.
pub fn saying(mut artifact: Value, key: &str, value: Value) -> Value {
    artifact["manifest"][key] = value;
    artifact
}

impl User {
    pub async fn install(&self, artifact: &Value) -> Answer {
        self.post(URL, json!({"manifest": artifact})).await
    }

    /// What an install that must succeed answers.
    pub async fn installs(&self, artifact: &Value) -> Value {
        self.install(artifact).await.data()
    }

    pub async fn uninstall(&self, id: &str) -> Answer {
        self.delete(&format!("{URL}/{id}")).await
    }

    /// Ids and versions of what is installed.
    pub async fn installed(&self) -> Vec<String> {
        let items = self.get(URL).await.data()["items"].clone();
        let text = |item: &Value, key: &str| item[key].as_str().unwrap().to_owned();
        let name = |it| format!("{}@{}", text(it, "manifestId"), text(it, "version"));
        items.as_array().unwrap().iter().map(name).collect()
    }
}

impl App {
    /// Everything that a refused change must leave as it was.
    pub async fn state(&self) -> Vec<String> {
        let mut tx = self.test.db.read().await.unwrap();
        let mut rows: Vec<(String, String)> = tx
            .query_per_dialect(
                "SELECT name, COALESCE(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'",
                "SELECT table_name::text, column_name || ' ' || data_type
                 FROM information_schema.columns WHERE table_schema = current_schema()",
            )
            .all()
            .await
            .unwrap();
        let ledger: Vec<(String, String)> =
            tx.query("SELECT manifest_id, checksum FROM sys_ledger").all().await.unwrap();
        let seeded: Vec<(String, String)> =
            tx.query("SELECT object, record_id FROM sys_seeded_row").all().await.unwrap();
        rows.extend(ledger);
        rows.extend(seeded);
        let mut rows: Vec<String> = rows.into_iter().map(|(a, b)| format!("{a} {b}")).collect();
        rows.sort();
        rows
    }

    /// The texts of a column, in the order of the column.
    pub async fn column(&self, table: &str, column: &str) -> Vec<Option<String>> {
        let (table, column): (os_db::Name, os_db::Name) =
            (table.parse().unwrap(), column.parse().unwrap());
        let mut sql = os_db::Sql::new("SELECT CAST(");
        sql.name(&column).push(" AS TEXT) FROM ").name(&table).push(" ORDER BY 1");
        let rows = self.test.db.read().await.unwrap().made(sql).rows().await.unwrap();
        rows.iter().map(|row| row.text(0).unwrap().map(str::to_owned)).collect()
    }

    /// How many rows a table has.
    pub async fn rows(&self, table: &str) -> usize {
        self.column(table, "id").await.len()
    }
}
