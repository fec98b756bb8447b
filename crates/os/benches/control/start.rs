//! Cold start and idle memory with 10,000 versions stored.

use crate::scale::fill;
use crate::server::{self, database};
use crate::table;
use std::time::{Duration, Instant};

pub fn run() {
    let home = tempfile::tempdir().unwrap();
    let url = database(home.path());
    drop(server::control(home.path(), Some(&url)));
    fill(&url, 1_000, 10);

    let mut starts = Vec::new();
    let mut memory = 0.0;
    for _ in 0..5 {
        let at = Instant::now();
        let server = server::control(home.path(), Some(&url));
        assert_eq!(server.http().get("/api/v1/ready").status, 200);
        starts.push(at.elapsed().as_secs_f64() * 1000.0);
        std::thread::sleep(Duration::from_millis(300));
        memory = server.memory();
    }
    let rows = [
        vec!["cold start to the first answer".to_owned(), table::ms(table::median(starts))],
        vec!["idle memory".to_owned(), format!("{memory:.1} MiB")],
    ];
    table::print("Start, with 10,000 versions stored", &["", "median of 5"], &rows);
}
