//! Uploading and downloading files.

use super::Client;
use crate::Response;
use axum::http::Method;
use serde_json::{Value, json};

/// The URL under which files are uploaded and downloaded.
pub const STORAGE: &str = "/api/v1/storage";

/// The body that announces an upload.
pub fn announcement(name: &str, kind: &str, size: usize) -> Value {
    json!({ "filename": name, "mimeType": kind, "size": size, "scope": "user" })
}

impl Client {
    pub async fn presign(&self, name: &str, kind: &str, size: usize) -> Value {
        let url = format!("{STORAGE}/upload/presigned");
        self.post(&url, announcement(name, kind, size)).await.data()
    }

    /// Sends bytes as the clients do: without a session, to the link.
    pub async fn send_to(&self, presigned: &Value, bytes: &[u8]) -> Response {
        let url = presigned["uploadUrl"].as_str().unwrap();
        let path = url.strip_prefix("http://localhost").unwrap();
        let kind = presigned["headers"]["content-type"].as_str().unwrap();
        let mut nobody = self.clone();
        nobody.token = None;
        nobody.send(Method::PUT, path, &[("content-type", kind)], bytes.to_vec()).await
    }

    pub async fn complete(&self, id: &str) -> Response {
        self.post(&format!("{STORAGE}/upload/complete"), json!({ "fileId": id })).await
    }

    pub async fn upload(&self, name: &str, kind: &str, bytes: &[u8]) -> String {
        let presigned = self.presign(name, kind, bytes.len()).await;
        let sent = self.send_to(&presigned, bytes).await;
        assert_eq!(sent.status, 200, "{}", sent.text());
        let id = presigned["fileId"].as_str().unwrap().to_owned();
        assert_eq!(self.complete(&id).await.data()["fileId"], id);
        id
    }

    pub async fn download(&self, id: &str) -> Response {
        self.get(&format!("{STORAGE}/files/{id}")).await
    }

    pub async fn link(&self, id: &str) -> String {
        let url = self.get(&format!("{STORAGE}/files/{id}/url")).await.data();
        url["url"].as_str().unwrap().strip_prefix("http://localhost").unwrap().to_owned()
    }
}
