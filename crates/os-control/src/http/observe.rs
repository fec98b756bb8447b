//! The middleware around every request: time limit, log line, metrics, and the
//! form of errors.
//!
//! **Invariant:** a label of a metric is one of a closed set (the list of
//! endpoints, the classes of status codes), never an id or a path as it was sent.

use crate::error::render_error;
use crate::fleet::environment::watch;
use crate::{Code, Endpoint, Error};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics::{Counter, Histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use os_http::RequestLog;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// Seconds at which the latency histogram is cut.
const BUCKETS: [f64; 12] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// The recorder is the process's, because the `metrics` crate has one.
static METRICS: LazyLock<PrometheusHandle> = LazyLock::new(|| {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)
        .expect("the list of buckets is not empty")
        .build_recorder();
    let handle = recorder.handle();
    // A host program that has a recorder of its own keeps it.
    let _ = metrics::set_global_recorder(recorder);
    handle
});

/// The counters of one endpoint, looked up once.
pub struct Meter {
    latency: Histogram,
    /// Responses by class of status: 1xx … 5xx.
    responses: [Counter; 5],
}

impl Meter {
    /// The counters of an endpoint.
    pub fn of(endpoint: &Endpoint) -> Arc<Self> {
        Self::new(endpoint.method.to_string(), endpoint.path)
    }

    /// The counters of everything that has no endpoint.
    pub fn of_nothing() -> Arc<Self> {
        Self::new("any".to_owned(), "unmatched")
    }

    fn new(method: String, path: &'static str) -> Arc<Self> {
        LazyLock::force(&METRICS);
        let responses = ["1xx", "2xx", "3xx", "4xx", "5xx"].map(|class| {
            metrics::counter!("http_requests_total", "method" => method.clone(), "path" => path, "status" => class)
        });
        let latency = metrics::histogram!(
            "http_request_duration_seconds", "method" => method, "path" => path
        );
        Arc::new(Self { latency, responses })
    }

    fn record(&self, status: StatusCode, elapsed: Duration) {
        self.latency.record(elapsed.as_secs_f64());
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        self.responses[class].increment(1);
    }
}

/// The middleware around every endpoint.
pub async fn observe(State(meter): State<Arc<Meter>>, request: Request, next: Next) -> Response {
    let log = RequestLog::start(&request);
    let response = log.run(request, next, "and was undone").await;
    let mut response = render_error(log.path(), response);
    let elapsed = log.finish(&mut response);
    meter.record(response.status(), elapsed);
    response
}

/// `GET /metrics`, in the text format of Prometheus.
pub async fn metrics_page() -> Response {
    METRICS.run_upkeep();
    metrics::gauge!("desired_state_requests_waiting").set(watch::waiting() as f64);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], METRICS.render()).into_response()
}

/// Refuses a path without an endpoint.
pub async fn no_such_endpoint(request: Request) -> Error {
    Code::EndpointNotFound.error(format!(
        "there is nothing at {} {}; the reference is at /docs",
        request.method(),
        request.uri().path()
    ))
}

/// Refuses a known path with another method.
pub async fn no_such_method(request: Request) -> Error {
    Code::MethodNotAllowed.error(format!(
        "{} does not take {}; the reference is at /docs",
        request.uri().path(),
        request.method()
    ))
}
