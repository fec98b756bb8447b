use axum::http::Method;
use os_test::runtime::{App, STORAGE, announcement};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);

pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and the rest of a picture";

/// A runtime with a folder of its own, in which anybody may register.
pub struct Place {
    pub app: App,
    folder: tempfile::TempDir,
}

impl Place {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_owned();
        let app = App::with(|config| {
            config.home = home;
            config.open_registration = true;
            config.max_file_bytes = 16 << 20;
        })
        .await;
        Self { app, folder }
    }

    /// The bytes on disk, by their paths below the folder of files.
    pub fn stored(&self) -> Vec<String> {
        let root = self.folder.path().join("files");
        let mut found: Vec<String> = files(&root)
            .iter()
            .map(|path| path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned())
            .collect();
        found.sort();
        found
    }

    /// What a start after a crash finds and does.
    pub async fn start_again(&self) {
        self.app.restarted().boot().await.unwrap();
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries =
        std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn an_upload_is_downloaded_unchanged() {
    let place = Place::new().await;
    let owner = place.app.owner().await;
    let presigned = owner.presign("Fjörd.png", "image/png", PNG.len()).await;
    assert_eq!(presigned["method"], "PUT");
    let id = presigned["fileId"].as_str().unwrap();
    assert_eq!(owner.download(id).await.status, 404, "it is not there yet");
    owner.send_to(&presigned, PNG).await.data();
    let done = owner.complete(id).await.data();
    assert_eq!((&done["name"], &done["size"]), (&json!("Fjörd.png"), &json!(PNG.len())));
    assert_eq!((&done["mimeType"], &done["fileId"]), (&json!("image/png"), &json!(id)));

    let answer = owner.download(id).await;
    assert_eq!((answer.status, answer.bytes.as_slice()), (200, PNG));
    for (header, value) in [
        ("content-type", "image/png"),
        ("content-disposition", "inline; filename=\"Fj_rd.png\"; filename*=UTF-8''Fj%C3%B6rd.png"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("accept-ranges", "bytes"),
    ] {
        assert_eq!(answer.headers[header], value);
    }
    let link = owner.link(id).await;
    assert_eq!(place.app.anonymous().get(&link).await.bytes, PNG);
    let record = owner.complete(id).await.data();
    assert_eq!(record, done, "completing again changes nothing");
    let again = owner.send_to(&presigned, PNG).await;
    assert_eq!(again.refusal(), (409, "FILE_ALREADY_STORED".to_owned()));
}

#[tokio::test]
async fn a_range_of_a_file_is_answered() {
    let place = Place::new().await;
    let owner = place.app.owner().await;
    let bytes: Vec<u8> = (0..300_000_u32).map(|it| (it % 251) as u8).collect();
    let id = owner.upload("data.bin", "application/octet-stream", &bytes).await;
    assert!(owner.download(&id).await.bytes == bytes);
    let url = format!("{STORAGE}/files/{id}");
    let etag = owner.get(&url).await.headers["etag"].to_str().unwrap().to_owned();
    for (headers, status, wanted) in [
        (vec![("range", "bytes=0-9")], 206, &bytes[..10]),
        (vec![("range", "bytes=299990-")], 206, &bytes[299_990..]),
        (vec![("range", "bytes=-200000")], 206, &bytes[100_000..]),
        (vec![("range", "bytes=0-9"), ("if-range", &etag)], 206, &bytes[..10]),
        (vec![("range", "bytes=0-9"), ("if-range", "\"other\"")], 200, &bytes[..]),
        (vec![("if-none-match", &etag)], 304, &[]),
    ] {
        let answer = owner.send(Method::GET, &url, &headers, Vec::new()).await;
        assert_eq!(answer.status, status, "{headers:?}");
        assert!(answer.bytes == wanted, "{headers:?}");
    }
    let first = owner.send(Method::GET, &url, &[("range", "bytes=5-9")], Vec::new()).await;
    assert_eq!(first.headers["content-range"], "bytes 5-9/300000");
    let behind = owner.send(Method::GET, &url, &[("range", "bytes=300000-")], Vec::new()).await;
    assert_eq!(behind.refusal(), (416, "RANGE_NOT_SATISFIABLE".to_owned()));
    assert_eq!(behind.headers["content-range"], "bytes */300000");
    let empty = owner.upload("empty", "text/plain", b"").await;
    assert_eq!(owner.download(&empty).await.bytes, b"");
}

#[tokio::test]
async fn files_that_a_browser_could_run_are_downloads() {
    let place = Place::new().await;
    let owner = place.app.owner().await;
    for (name, kind) in [
        ("page.html", "text/html"),
        ("picture.svg", "image/svg+xml"),
        ("page.xhtml", "application/xhtml+xml"),
        ("script.js", "text/javascript"),
        ("feed.xml", "text/xml; charset=utf-8"),
    ] {
        let id = owner.upload(name, kind, b"<script>alert(1)</script>").await;
        let link = owner.link(&id).await;
        for answer in [owner.download(&id).await, owner.get(&link).await] {
            assert_eq!(answer.headers["content-type"], "application/octet-stream", "{kind}");
            let disposition = answer.headers["content-disposition"].to_str().unwrap();
            assert!(disposition.starts_with("attachment;"), "{kind}: {disposition}");
            assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        }
    }
}

#[tokio::test]
async fn bad_announcements_are_refused_and_leave_nothing() {
    let place = Place::new().await;
    let owner = place.app.owner().await;
    let long = "x".repeat(256);
    for name in ["", "..", "../../etc/passwd", "a/b", "C:\\x", "a\nb", "gpj.\u{202e}exe", &long] {
        for url in ["upload/presigned", "upload/chunked"] {
            let mut body = announcement(name, "image/png", 3);
            if url.ends_with("chunked") {
                let size = body.as_object_mut().unwrap().remove("size").unwrap();
                body["totalSize"] = size;
            }
            let answer = owner.post(&format!("{STORAGE}/{url}"), body).await;
            assert_eq!(answer.refusal(), (400, "INVALID_REQUEST".to_owned()), "{name:?}");
            assert!(answer.message().contains("`filename`"), "{}", answer.message());
        }
    }
    for (body, status, code) in [
        (announcement("a", "png", 3), 400, "INVALID_REQUEST"),
        (announcement("a", "image/png\r\nx: y", 3), 400, "INVALID_REQUEST"),
        (announcement("a", "image/png", (16 << 20) + 1), 413, "PAYLOAD_TOO_LARGE"),
        (json!({ "filename": "a", "mimeType": "image/png", "size": -1 }), 400, "VALIDATION_ERROR"),
        (json!({ "filename": "a", "mimeType": "image/png" }), 400, "MISSING_REQUIRED_FIELD"),
        (json!({}), 400, "MISSING_REQUIRED_FIELD"),
    ] {
        let answer = owner.post(&format!("{STORAGE}/upload/presigned"), body.clone()).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{body}");
    }
    assert_eq!(place.app.count("SELECT COUNT(*) FROM sys_file").await, 0);
    assert!(place.stored().is_empty());
}

#[tokio::test]
async fn bytes_that_were_not_announced_are_refused_and_leave_nothing() {
    let place = Place::new().await;
    let owner = place.app.owner().await;
    let presigned = owner.presign("a.png", "image/png", PNG.len()).await;
    let id = presigned["fileId"].as_str().unwrap();
    let mut more = PNG.to_vec();
    more.push(0);
    let mut other = PNG.to_vec();
    other[0] = b'x';
    for (bytes, status, code) in [
        (more.as_slice(), 413, "PAYLOAD_TOO_LARGE"),
        (&PNG[..5], 400, "INVALID_REQUEST"),
        (&[], 400, "INVALID_REQUEST"),
        (&other, 415, "UNSUPPORTED_MEDIA_TYPE"),
    ] {
        let answer = owner.send_to(&presigned, bytes).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()));
    }
    let mut lie = presigned.clone();
    lie["headers"]["content-type"] = "text/html".into();
    let answer = owner.send_to(&lie, PNG).await;
    assert_eq!(answer.refusal(), (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()));
    lie = presigned.clone();
    let url = presigned["uploadUrl"].as_str().unwrap();
    let (claim, _) = url.rsplit_once('.').unwrap();
    for forged in [format!("{claim}."), format!("{claim}.AAAA"), url.replace("put.", "get.")] {
        lie["uploadUrl"] = forged.into();
        let answer = owner.send_to(&lie, PNG).await;
        assert_eq!(answer.refusal(), (403, "INVALID_TOKEN".to_owned()));
    }
    assert_eq!(owner.complete(id).await.refusal(), (409, "UPLOAD_INCOMPLETE".to_owned()));
    assert!(place.stored().is_empty(), "{:?}", place.stored());
    owner.send_to(&presigned, PNG).await.data();
    owner.complete(id).await.data();
}

#[tokio::test]
async fn a_file_is_private_to_its_uploader() {
    let place = Place::new().await;
    let owner = place.app.owner().await;
    let (ada, eve) = (place.app.register("ada").await, place.app.register("eve").await);
    let id = ada.upload("diary.txt", "text/plain", b"dear diary").await;
    let presigned = ada.presign("next.txt", "text/plain", 1).await;
    let next = presigned["fileId"].as_str().unwrap();
    for url in [format!("{STORAGE}/files/{id}"), format!("{STORAGE}/files/{id}/url")] {
        assert_eq!(eve.get(&url).await.refusal(), (404, "FILE_NOT_FOUND".to_owned()));
        assert_eq!(place.app.anonymous().get(&url).await.status, 401);
        assert_eq!(ada.get(&url).await.status, 200);
        assert_eq!(owner.get(&url).await.status, 200, "the owner of the runtime sees everything");
    }
    assert_eq!(eve.complete(next).await.status, 404);
    assert_eq!(eve.delete(&format!("{STORAGE}/files/{id}")).await.status, 404);
    for id in ["nothing", "..%2f..%2fetc%2fpasswd", "'%20OR%201=1"] {
        assert_eq!(owner.download(id).await.status, 404, "{id}");
    }
    assert_eq!(owner.download("%00").await.status, 400);
    assert_eq!(ada.download(&id).await.bytes, b"dear diary");
}

#[tokio::test]
async fn equal_bytes_are_stored_once_and_go_with_the_last_that_names_them() {
    let place = Place::new().await;
    let owner = place.app.owner().await;
    let ada = place.app.register("ada").await;
    let one = owner.upload("a.txt", "text/plain", b"same").await;
    let two = ada.upload("b.txt", "text/plain", b"same").await;
    assert_eq!(place.stored().len(), 1);
    owner.delete(&format!("{STORAGE}/files/{one}")).await.data();
    assert_eq!(owner.download(&one).await.status, 404);
    assert_eq!(ada.download(&two).await.bytes, b"same");
    ada.delete(&format!("{STORAGE}/files/{two}")).await.data();
    assert!(place.stored().is_empty());
}

#[tokio::test]
async fn a_large_file_comes_in_pieces_and_can_be_resumed() {
    let place = Place::new().await;
    let owner = place.app.owner().await;
    let size: usize = (5 << 20) * 2 + 100;
    let bytes: Vec<u8> = (0..size).map(|it| (it / 1000 % 256) as u8).collect();
    let body = json!({ "filename": "film.mp4", "mimeType": "video/mp4", "totalSize": size });
    let begun = owner.post(&format!("{STORAGE}/upload/chunked"), body).await.data();
    assert_eq!((&begun["totalChunks"], &begun["chunkSize"]), (&json!(3), &json!(5 << 20)));
    let upload = format!("{STORAGE}/upload/chunked/{}", begun["uploadId"].as_str().unwrap());
    let token = begun["resumeToken"].as_str().unwrap();
    let put = |position: usize, bytes: &[u8], token: &str| {
        let (url, bytes, token) =
            (format!("{upload}/chunk/{position}"), bytes.to_vec(), token.to_owned());
        let owner = owner.clone();
        async move { owner.send(Method::PUT, &url, &[("x-resume-token", &token)], bytes).await }
    };
    let chunks: Vec<&[u8]> = bytes.chunks(5 << 20).collect();
    for (position, bytes, token, refusal) in [
        (0, chunks[0], "other", (403, "INVALID_RESUME_TOKEN")),
        (3, chunks[2], token, (400, "INVALID_REQUEST")),
        (0, chunks[2], token, (400, "INVALID_REQUEST")),
        (2, chunks[0], token, (413, "PAYLOAD_TOO_LARGE")),
    ] {
        let answer = put(position, bytes, token).await;
        assert_eq!(answer.refusal(), (refusal.0, refusal.1.to_owned()));
    }
    let complete = format!("{upload}/complete");
    for position in [0, 2, 0] {
        let data = put(position, chunks[position], token).await.data();
        assert_eq!(data["bytesReceived"], chunks[position].len());
    }
    place.start_again().await;
    let progress = owner.get(&format!("{upload}/progress")).await.data();
    assert_eq!(
        (&progress["uploadedChunks"], &progress["status"]),
        (&json!(1), &json!("in_progress"))
    );
    let answer = owner.post(&complete, json!({ "parts": [] })).await;
    assert_eq!(answer.refusal(), (409, "UPLOAD_INCOMPLETE".to_owned()));
    assert!(answer.message().contains("missing: 1"), "{}", answer.message());
    let eve = place.app.register("eve").await;
    assert_eq!(eve.get(&format!("{upload}/progress")).await.status, 404);
    assert_eq!(eve.post(&complete, json!({})).await.status, 404);

    put(1, chunks[1], token).await.data();
    let done = owner.post(&complete, json!({ "parts": [] })).await.data();
    assert_eq!((&done["fileId"], &done["size"]), (&begun["fileId"], &json!(size)));
    assert_eq!(owner.post(&complete, json!({})).await.data()["fileId"], begun["fileId"]);
    let progress = owner.get(&format!("{upload}/progress")).await.data();
    assert_eq!(
        (&progress["percentComplete"], &progress["status"]),
        (&json!(100), &json!("completed"))
    );
    assert!(owner.download(begun["fileId"].as_str().unwrap()).await.bytes == bytes);
    assert_eq!(place.stored().len(), 1, "the pieces are gone: {:?}", place.stored());
    let late = put(1, chunks[1], token).await;
    assert_eq!(late.refusal(), (409, "FILE_ALREADY_STORED".to_owned()));
}

#[tokio::test]
async fn an_upload_ends_after_a_day() {
    let place = Place::new().await;
    let owner = place.app.owner().await;
    let body = json!({ "filename": "a", "mimeType": "text/plain", "totalSize": 3 });
    let begun = owner.post(&format!("{STORAGE}/upload/chunked"), body).await.data();
    let upload = format!("{STORAGE}/upload/chunked/{}", begun["uploadId"].as_str().unwrap());
    owner.presign("b", "text/plain", 3).await;
    place.app.advance(DAY);
    let progress = owner.get(&format!("{upload}/progress")).await.data();
    assert_eq!(progress["status"], "expired");
    let token = [("x-resume-token", begun["resumeToken"].as_str().unwrap())];
    let late = owner.send(Method::PUT, &format!("{upload}/chunk/0"), &token, b"abc".to_vec()).await;
    assert_eq!(late.refusal(), (410, "UPLOAD_SESSION_EXPIRED".to_owned()));
    let (boots, sweeps) = (place.app.restarted(), place.app.restarted());
    boots.boot().await.unwrap();
    assert_eq!(place.app.count("SELECT COUNT(*) FROM sys_file").await, 2, "a day has not passed");
    place.app.advance(DAY);
    place.app.at_its_time(sweeps.boot()).await.unwrap();
    let rows = "SELECT (SELECT COUNT(*) FROM sys_file) + (SELECT COUNT(*) FROM sys_upload)";
    assert_eq!(place.app.count(rows).await, 0);
}

/// What a crash leaves at each point: bytes half written, bytes renamed without a
/// row, a row whose upload was never completed.
#[tokio::test]
async fn a_start_after_a_crash_removes_only_unreferenced_files() {
    let place = Place::new().await;
    let owner = place.app.owner().await;
    let kept = owner.upload("kept.txt", "text/plain", b"kept").await;
    let sent = owner.presign("sent.txt", "text/plain", 4).await;
    owner.send_to(&sent, b"sent").await.data();
    let before = place.stored();
    assert_eq!(before.len(), 2);

    let files = place.folder.path().join("files");
    std::fs::write(files.join("incoming").join("half"), b"hal").unwrap();
    std::fs::create_dir_all(files.join("ab")).unwrap();
    std::fs::write(files.join("ab").join("c".repeat(62)), b"orphan").unwrap();
    std::fs::write(files.join("README"), b"not ours").unwrap();
    place.start_again().await;
    let mut after = before.clone();
    after.push("README".to_owned());
    after.sort();
    assert_eq!(place.stored(), after);
    assert_eq!(owner.download(&kept).await.bytes, b"kept");
    let id = sent["fileId"].as_str().unwrap();
    owner.complete(id).await.data();
    assert_eq!(owner.download(id).await.bytes, b"sent");
}

#[tokio::test]
async fn a_row_that_cannot_be_written_leaves_no_bytes_after_the_next_start() {
    let place = Place::new().await;
    let owner = place.app.owner().await;
    let presigned = owner.presign("a.txt", "text/plain", 4).await;
    place.app.execute("DELETE FROM sys_file").await;
    let answer = owner.send_to(&presigned, b"text").await;
    assert_eq!(answer.refusal(), (404, "FILE_NOT_FOUND".to_owned()));
    assert!(place.stored().is_empty(), "{:?}", place.stored());
}
