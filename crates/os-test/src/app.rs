//! A server with a database of its own.

use crate::{Client, TestDb};
use axum::Router;
use axum::middleware::{Next, from_fn};
use os_db::{Clock, Db};
use std::time::Duration;

/// A server under test: a control plane (`control::App`) or a runtime
/// (`runtime::App`).
pub struct App<S> {
    /// The database of the server, for what HTTP does not show.
    pub db: Db,
    /// The server itself.
    pub server: S,
    clock: Clock,
    routes: Router,
    database: TestDb,
}

impl<S> App<S> {
    /// A server on this database that answers with these routes.
    pub fn of(database: TestDb, server: S, routes: Router) -> Self {
        let clock = Clock::default();
        let routes = with_clock(routes, &clock);
        Self { db: database.db.clone(), server, clock, routes, database }
    }

    /// The database, after the server.
    pub fn into_database(self) -> TestDb {
        self.database
    }

    /// The routes of the server, for a listener.
    pub fn routes(&self) -> Router {
        self.routes.clone()
    }

    /// Lets time pass for all requests to the server.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Runs a rule of the server at the server's time.
    pub async fn at_its_time<F: Future>(&self, rule: F) -> F::Output {
        self.clock.scope(rule).await
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

/// Routes whose handlers follow this clock.
fn with_clock(routes: Router, clock: &Clock) -> Router {
    let clock = clock.clone();
    routes.layer(from_fn(move |request, next: Next| {
        let clock = clock.clone();
        async move { clock.scope(next.run(request)).await }
    }))
}
