//! An upload that takes its time delays nobody.

use crate::files::{PNG, Place};
use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use http_body_util::channel::Channel;
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::timeout;
use tower::ServiceExt;

const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_slow_upload_blocks_neither_deletions_nor_other_uploads() {
    let place = Place::new().await;
    let owner = place.app.owner().await;
    let presigned = owner.presign("slow.png", "image/png", PNG.len()).await;
    let path = presigned["uploadUrl"].as_str().unwrap().strip_prefix("http://localhost").unwrap();
    let (mut sender, body) = Channel::<Bytes, Infallible>::new(1);
    let request = Request::put(path)
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "image/png")
        .body(Body::new(body))
        .unwrap();
    let slow = tokio::spawn(place.app.routes().oneshot(request));
    sender.send_data(Bytes::from_static(&PNG[..9])).await.unwrap();
    while place.stored().is_empty() {
        tokio::task::yield_now().await;
    }

    let others = async {
        let id = owner.upload("a.txt", "text/plain", b"another file").await;
        let deleted = owner.delete(&format!("/api/v1/storage/files/{id}")).await;
        assert_eq!(deleted.status, 200, "{}", deleted.text());
        place.app.server.boot().await.unwrap();
        owner.upload("b.txt", "text/plain", b"and one more").await
    };
    let kept = timeout(SOON, others).await.expect("the slow upload delays nobody");

    assert!(!slow.is_finished());
    sender.send_data(Bytes::from_static(&PNG[9..])).await.unwrap();
    drop(sender);
    assert_eq!(slow.await.unwrap().unwrap().status(), 200);
    let id = presigned["fileId"].as_str().unwrap();
    owner.complete(id).await.success();
    assert_eq!(owner.download(id).await.bytes, PNG);
    assert_eq!(owner.download(&kept).await.status, 200);
}
