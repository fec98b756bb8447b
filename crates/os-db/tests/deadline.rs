//! Statements end at their deadline, with their request, and with the database.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use os_db::{Db, Migration, StatementTimeouts, Tx, is_overdue};
use os_test::TestDb;
use std::time::{Duration, Instant};
use tokio::time::timeout;

const TABLE: &[Migration] =
    &[Migration::shared("0001", "CREATE TABLE thing (n BIGINT PRIMARY KEY)")];

const REQUEST: Duration = Duration::from_millis(300);

async fn database() -> TestDb {
    let timeouts = StatementTimeouts { request: REQUEST, install: Duration::from_secs(60) };
    TestDb::with_timeouts(TABLE, timeouts).await
}

/// Counts without an end.
async fn endless(tx: &mut Tx) -> os_db::Result<(i64,)> {
    let sql = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT 1 FROM n)
               SELECT CAST(COUNT(*) AS BIGINT) FROM n";
    tx.query(sql).one().await
}

async fn count(db: &Db) -> i64 {
    let mut tx = db.autocommit().await.unwrap();
    tx.query("SELECT COUNT(*) FROM thing").one::<(i64,)>().await.unwrap().0
}

async fn insert(tx: &mut Tx, n: i64) -> os_db::Result<u64> {
    tx.query("INSERT INTO thing (n) VALUES ($1)").bind(n).run().await
}

#[tokio::test]
async fn a_statement_ends_at_its_deadline_and_others_are_served_meanwhile() {
    let test = database().await;
    let db = test.db.clone();
    let started = Instant::now();
    let endless = tokio::spawn(async move { endless(&mut db.autocommit().await.unwrap()).await });
    while !endless.is_finished() {
        assert_eq!(count(&test.db).await, 0);
    }
    assert!(is_overdue(&endless.await.unwrap().unwrap_err()));
    assert!(started.elapsed() >= REQUEST && started.elapsed() < REQUEST * 10);
}

#[tokio::test]
async fn every_connection_is_usable_after_a_deadline() {
    let test = database().await;
    for _ in 0..3 {
        let ended = (0..4).map(|_| {
            let db = test.db.clone();
            tokio::spawn(async move { endless(&mut db.read().await.unwrap()).await })
        });
        for ended in ended.collect::<Vec<_>>() {
            assert!(is_overdue(&ended.await.unwrap().unwrap_err()));
        }
    }
    let mut open = Vec::new();
    for _ in 0..4 {
        open.push(timeout(REQUEST, test.db.read()).await.unwrap().unwrap());
    }
    for tx in &mut open {
        tx.query("SELECT COUNT(*) FROM thing").one::<(i64,)>().await.unwrap();
    }
}

#[tokio::test]
async fn a_transaction_with_an_ended_statement_writes_nothing() {
    let test = database().await;
    let mut tx = test.db.write().await.unwrap();
    insert(&mut tx, 1).await.unwrap();
    assert!(is_overdue(&endless(&mut tx).await.unwrap_err()));
    assert!(is_overdue(&insert(&mut tx, 2).await.unwrap_err()));
    assert!(is_overdue(&tx.commit().await.unwrap_err()));
    let mut tx = test.db.write().await.unwrap();
    insert(&mut tx, 3).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(count(&test.db).await, 1);
}

#[tokio::test]
async fn a_write_that_is_ended_leaves_a_connection_that_writes() {
    let test = database().await;
    let mut tx = test.db.write().await.unwrap();
    let sql = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)
               INSERT INTO thing (n) SELECT x FROM n";
    assert!(is_overdue(&tx.query(sql).run().await.unwrap_err()));
    drop(tx);
    let mut tx = test.db.write().await.unwrap();
    insert(&mut tx, 1).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(count(&test.db).await, 1);
}

#[tokio::test]
async fn a_statement_ends_with_its_request() {
    let timeouts = StatementTimeouts { request: Duration::from_secs(5), ..Default::default() };
    let test = TestDb::with_timeouts(TABLE, timeouts).await;
    let started = Instant::now();
    for _ in 0..2 {
        let mut open = Vec::new();
        for _ in 0..4 {
            open.push(test.db.read().await.unwrap());
        }
        for tx in &mut open {
            assert!(timeout(Duration::from_millis(20), endless(tx)).await.is_err());
        }
    }
    assert_eq!(count(&test.db).await, 0);
    // PostgreSQL ends it at its deadline.
    assert!(test.db.kind() == "postgres" || started.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn an_install_has_more_time() {
    let test = database().await;
    let mut tx = test.db.write_install().await.unwrap();
    let waiting = timeout(REQUEST * 3, endless(&mut tx)).await;
    assert!(waiting.is_err(), "{waiting:?}");
}

#[tokio::test]
async fn closing_ends_what_runs() {
    let test = TestDb::new(TABLE).await;
    let running = (0..3).map(|_| {
        let db = test.db.clone();
        tokio::spawn(async move { endless(&mut db.read().await.unwrap()).await })
    });
    let running: Vec<_> = running.collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let started = Instant::now();
    test.db.close().await;
    assert!(started.elapsed() < os_db::CLOSE_TIMEOUT + Duration::from_millis(500));
    if test.db.kind() == "sqlite" {
        for running in running {
            assert!(is_overdue(&running.await.unwrap().unwrap_err()));
        }
    }
    assert!(test.db.read().await.is_err());
}

#[tokio::test]
async fn migrations_of_a_newer_program_are_known_by_their_names() {
    let test = TestDb::new(TABLE).await;
    assert!(os_db::unknown(&test.db, TABLE).await.unwrap().is_empty());
    assert_eq!(os_db::unknown(&test.db, &[]).await.unwrap(), ["0001"]);
}

#[tokio::test]
async fn a_locked_file_is_away_for_a_moment() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let db = Db::connect(path.to_str().unwrap()).await.unwrap();
    let other = Db::connect(path.to_str().unwrap()).await.unwrap();
    let held = other.write().await.unwrap();
    let refused = db.write().await.map(drop).unwrap_err();
    assert!(os_db::is_unavailable(&refused), "{refused:?}");
    drop(held);
    db.write().await.unwrap().commit().await.unwrap();
}
