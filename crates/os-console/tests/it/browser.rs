//! A browser without JavaScript, and a control plane for it to visit.

use crate::world::control_plane;
use axum::http::{Method, header};
use os_test::Response;
use os_test::control::{App, Client};
use serde_json::Value;
use std::collections::BTreeMap;

pub const CRM: &str = "com.acme.crm";
const ORIGIN: &str = "http://localhost";

/// A browser with its cookies.
pub struct Browser {
    pub visitor: Client,
    pub cookies: BTreeMap<String, String>,
    pub origin: &'static str,
}

impl Browser {
    pub fn new(app: &App) -> Self {
        Self { visitor: app.anonymous(), cookies: BTreeMap::new(), origin: ORIGIN }
    }

    /// One in which this person is signed in.
    pub fn of(app: &App, person: &Client) -> Self {
        let mut browser = Self::new(app);
        let token = person.token.clone().unwrap();
        browser.cookies.insert("better-auth.session_token".to_owned(), token);
        browser
    }

    pub async fn get(&mut self, url: &str) -> Response {
        self.send(Method::GET, url, Vec::new()).await
    }

    pub async fn submit(&mut self, url: &str, fields: &[(&str, &str)]) -> Response {
        let body =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, url, body.into_bytes()).await
    }

    /// Sends a form and follows the redirect, which shows what was done.
    pub async fn submitted(&mut self, url: &str, fields: &[(&str, &str)]) -> Response {
        let answer = self.submit(url, fields).await;
        assert_eq!(answer.status, 303, "{url}: {}", answer.text());
        let to = to(&answer).to_owned();
        self.get(&to).await
    }

    pub async fn send(&mut self, method: Method, url: &str, body: Vec<u8>) -> Response {
        let cookies: Vec<_> =
            self.cookies.iter().map(|(name, it)| format!("{name}={it}")).collect();
        let cookies = cookies.join("; ");
        let mut headers = vec![("cookie", cookies.as_str()), ("accept", "text/html,*/*")];
        if method == Method::POST {
            headers.push(("origin", self.origin));
            headers.push(("content-type", "application/x-www-form-urlencoded"));
        }
        let answer = self.visitor.send(method, url, &headers, body).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }
}

/// Where a redirect leads.
pub fn to(answer: &Response) -> &str {
    answer.headers[header::LOCATION].to_str().unwrap()
}

/// A member of an organization with an environment and two versions of a CRM.
pub struct Place {
    pub app: App,
    pub ada: Client,
    pub environment: String,
}

pub async fn place() -> Place {
    let app = control_plane().await;
    let ada = app.admin("ada").await;
    let acme = app.organization("acme", &[(&ada, "owner")]).await;
    let environment = ada.create_environment(acme, "development").await.to_string();
    ada.register(CRM, acme).await.data();
    for version in ["1.0.0", "1.1.0"] {
        ada.publish(CRM, version).await.data();
    }
    Place { app, ada, environment }
}

impl Place {
    pub fn url(&self, rest: &str) -> String {
        format!("/environments/{}{rest}", self.environment)
    }

    pub async fn installed(&self) -> Value {
        let url = format!("/api/v1/cloud/environments/{}/packages/{CRM}", self.environment);
        self.ada.get(&url).await.data()["package"].clone()
    }
}
