//! An S3-compatible store in place of the folder.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use chrono::Duration;
use serde_json::json;
use support::{Backend, TestApp, both};

use super::attach::seen;
use super::media;
use super::phone::{Phone, refusal, refused};
use crate::tickets::shared::Crew;

/// What a bucket of an S3-compatible service holds, and whether it answers.
#[derive(Clone, Default)]
struct Bucket(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    objects: BTreeMap<String, Bytes>,
    down: bool,
    unsigned: usize,
}

async fn answer(State(bucket): State<Bucket>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let mut held = bucket.0.lock().unwrap();
    let signature = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !signature.starts_with("AWS4-HMAC-SHA256 Credential=the-key/") {
        held.unsigned += 1;
    }
    if held.down {
        return StatusCode::FORBIDDEN.into_response();
    }
    let name = uri.path().trim_start_matches("/photos/").to_owned();
    let stamps = [("etag", "\"1\""), ("last-modified", "Mon, 02 Mar 2026 01:00:00 GMT")];
    if method == Method::PUT {
        held.objects.insert(name, body);
        return (stamps, "").into_response();
    }
    if method == Method::DELETE {
        held.objects.remove(&name);
        return StatusCode::NO_CONTENT.into_response();
    }
    let query = uri.query().unwrap_or_default();
    if !query.contains("list-type=2") {
        return match held.objects.get(&name) {
            Some(bytes) => (stamps, bytes.clone()).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        };
    }
    let prefix = query.split('&').find_map(|pair| pair.strip_prefix("prefix=")).unwrap().replace("%2F", "/");
    let found = held.objects.iter().filter(|(name, _)| name.starts_with(&prefix)).map(|(name, bytes)| {
        let size = bytes.len();
        format!(
            "<Contents><Key>{name}</Key><Size>{size}</Size><LastModified>2026-03-02T01:00:00.000Z</LastModified>\
             <ETag>1</ETag></Contents>"
        )
    });
    let found: String = found.collect();
    format!("<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>").into_response()
}

impl Bucket {
    /// A service with one empty bucket; its address.
    async fn start(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    fn names(&self) -> Vec<String> {
        self.0.lock().unwrap().objects.keys().cloned().collect()
    }
}

async fn app_on(backend: Backend, bucket: &Bucket) -> TestApp {
    let endpoint = bucket.start().await;
    TestApp::start_with(backend, move |config| {
        config.storage_url = "s3://photos/linli/uploads".to_owned();
        config.storage_endpoint = endpoint;
        config.storage_access_key = "the-key".to_owned();
        config.storage_secret_key = "the secret".to_owned();
    })
    .await
}

both!(a_bucket_does_what_the_folder_does);
async fn a_bucket_does_what_the_folder_does(folder: Arc<TestApp>) {
    let bucket = Bucket::default();
    let app = app_on(folder.backend, &bucket).await;
    let crew = Crew::assemble(&app).await;
    let phone = Phone::of(&app, &crew.owner);
    let (claimed, photo) = (uuid::Uuid::now_v7(), media::jpeg(640, 480, 6));
    assert_eq!(phone.create(claimed, photo.len(), "image/jpeg").await.status(), 201);
    assert_eq!(phone.patch(claimed, 0, &photo[..1000]).await.status(), 204);
    assert!(bucket.names()[0].starts_with("linli/uploads/"), "{:?}", bucket.names());
    assert_eq!(phone.patch(claimed, 1000, &photo[1000..]).await.status(), 204);
    phone.send(&media::png(64, 64, 1), "image/png").await;
    assert_eq!(bucket.names().len(), 4);
    let ticket = crew.submitted(json!({ "uploads": [{ "uploadId": claimed, "role": "REQUEST" }] })).await;
    let url = seen(&crew.owner, &ticket).await[0]["url"].as_str().unwrap().to_owned();
    let opened = phone.open(&url).await;
    assert_eq!(opened.status(), 200);
    assert!(!media::holds(&opened.bytes().await.unwrap(), media::POSITION));
    for hours in [24, 1] {
        app.advance(Duration::hours(hours));
        api::worker::housekeeping(&app.app).await.unwrap();
    }
    let names = bucket.names();
    assert!(names.len() == 2 && names.iter().all(|name| name.contains(&claimed.to_string())), "{names:?}");
    assert_eq!(bucket.0.lock().unwrap().unsigned, 0);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_refuses_is_said_so_and_nothing_is_lost() {
    let bucket = Bucket::default();
    let app = app_on(Backend::Sqlite, &bucket).await;
    let phone = Phone::of(&app, &app.resident("13900000001").await);
    let (id, photo) = (uuid::Uuid::now_v7(), media::jpeg(64, 64, 1));
    assert_eq!(phone.create(id, photo.len(), "image/jpeg").await.status(), 201);
    assert_eq!(phone.patch(id, 0, &photo[..100]).await.status(), 204);
    bucket.0.lock().unwrap().down = true;
    for end in [200, photo.len()] {
        let answer = phone.patch(id, 100, &photo[100..end]).await;
        assert_eq!(refused(answer).await, refusal(503, "STORAGE_UNAVAILABLE"));
    }
    assert_eq!(phone.offset(id).await, 100);
    bucket.0.lock().unwrap().down = false;
    assert_eq!(phone.patch(id, 100, &photo[100..]).await.status(), 204);
    assert_eq!(phone.offset(id).await, photo.len());
    app.finish().await;
}
