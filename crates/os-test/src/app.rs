//! A server with a database of its own.

use crate::{Client, TestDb};
use axum::Router;
use os_db::Db;

/// A server under test: a control plane ([`crate::control::App`]) or a runtime
/// ([`crate::runtime::App`]).
pub struct App<S> {
    /// The database of the server, for what HTTP does not show.
    pub db: Db,
    /// The server itself.
    pub server: S,
    routes: Router,
    _database: TestDb,
}

impl<S> App<S> {
    /// A server on this database that answers with these routes.
    pub fn of(database: TestDb, server: S, routes: Router) -> Self {
        Self { db: database.db.clone(), server, routes, _database: database }
    }

    /// A client without a credential.
    pub fn anonymous(&self) -> Client<S> {
        Client::new(self.routes.clone())
    }

    /// A client that presents this secret as a bearer token.
    pub fn bearer(&self, token: &str) -> Client<S> {
        self.anonymous().with_token(token)
    }

    /// The number that a statement selects.
    pub async fn count(&self, sql: &'static str) -> i64 {
        self.db.read().await.unwrap().query(sql).one::<(i64,)>().await.unwrap().0
    }

    /// Runs a statement behind the server's back: damage that no rule would do.
    pub async fn execute(&self, sql: &'static str) {
        let mut tx = self.db.write().await.unwrap();
        tx.query(sql).run().await.unwrap();
        tx.commit().await.unwrap();
    }
}
