//! Load from several connections at once, and its latencies.

use std::time::{Duration, Instant};

/// The latencies of `clients` connections that work for `time`, each through its own closure.
pub fn load<W>(clients: usize, time: Duration, worker: impl FnMut(usize) -> W) -> Load
where
    W: FnMut() + Send,
{
    let mut workers: Vec<W> = (0..clients).map(worker).collect();
    let started = Instant::now();
    let mut latencies: Vec<Duration> = std::thread::scope(|scope| {
        let handles: Vec<_> = workers
            .iter_mut()
            .map(|work| {
                scope.spawn(move || {
                    let mut latencies = Vec::new();
                    while started.elapsed() < time {
                        let at = Instant::now();
                        work();
                        latencies.push(at.elapsed());
                    }
                    latencies
                })
            })
            .collect();
        handles.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });
    latencies.sort();
    Load { elapsed: started.elapsed(), latencies }
}

pub struct Load {
    elapsed: Duration,
    latencies: Vec<Duration>,
}

impl Load {
    pub fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// The latency that `share` of the requests stay below, in milliseconds.
    pub fn percentile(&self, share: f64) -> f64 {
        let at = ((self.latencies.len() - 1) as f64 * share) as usize;
        self.latencies[at].as_secs_f64() * 1000.0
    }
}
