//! Bad bytes and too many of them: a code, and nothing is kept.

use std::sync::Arc;

use futures_util::future::join_all;
use reqwest::StatusCode;
use support::{Backend, TestApp, both};
use uuid::Uuid;

use super::media::{self, Movie, chunk};
use super::phone::{Phone, refusal, refused};
use crate::tickets::shared::number;

both!(bad_bytes_are_dropped);
async fn bad_bytes_are_dropped(app: Arc<TestApp>) {
    let phone = Phone::of(&app, &app.resident("13900000001").await);
    let bomb = [
        &b"\x89PNG\r\n\x1a\n"[..],
        &chunk(b"IHDR", &[&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60][..], &[8, 2, 0, 0, 0]].concat()),
        &chunk(b"IEND", b""),
    ];
    let photo = media::jpeg_of(640, 480);
    let cases = [
        (b"<!DOCTYPE html><script>alert(1)</script>".to_vec(), "image/jpeg", 415, "MEDIA_UNSUPPORTED"),
        (media::png_of(8, 8), "image/jpeg", 415, "MEDIA_MISMATCH"),
        (Movie::film(3).bytes(), "audio/mp4", 415, "MEDIA_MISMATCH"),
        (photo[..photo.len() / 2].to_vec(), "image/jpeg", 422, "MEDIA_BROKEN"),
        (bomb.concat(), "image/png", 422, "MEDIA_TOO_MANY_PIXELS"),
        (Movie::film(61).bytes(), "video/mp4", 422, "MEDIA_TOO_LONG"),
    ];
    for (bytes, declared, status, code) in cases {
        let id = Uuid::now_v7();
        assert_eq!(phone.create(id, bytes.len(), declared).await.status(), StatusCode::CREATED);
        assert_eq!(phone.patch(id, 0, &bytes[..20]).await.status(), StatusCode::NO_CONTENT);
        let first = phone.patch(id, 20, &bytes[20..]).await.text().await.unwrap();
        // Whoever asks again, in whichever way, hears the same.
        let again = phone.patch(id, 20, &bytes[20..]).await.text().await.unwrap();
        assert_eq!(first, again);
        assert!(first.contains(code) && !first.contains("{max}"), "{first}");
        assert_eq!(phone.head(id).await.status().as_u16(), status, "{code}");
        let others = [phone.own(id).await, phone.create(id, bytes.len(), declared).await];
        for other in others {
            assert_eq!(refused(other).await, refusal(status, code));
        }
    }
    assert!(app.objects().is_empty(), "{:?}", app.objects());
    assert_eq!(number(&app, "SELECT COUNT(*) FROM upload_part").await, 0);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM upload WHERE state = 'DROPPED'").await, 6);
}

both!(sizes_are_limited);
async fn sizes_are_limited(app: Arc<TestApp>) {
    let phone = Phone::of(&app, &app.resident("13900000001").await);
    let large = refusal(413, "UPLOAD_TOO_LARGE");
    assert_eq!(refused(phone.create(Uuid::now_v7(), 10_485_761, "image/jpeg").await).await, large);
    assert_eq!(refused(phone.create(Uuid::now_v7(), usize::MAX, "image/jpeg").await).await, large);
    assert_eq!(refused(phone.create(Uuid::now_v7(), 0, "image/jpeg").await).await, refusal(400, "INVALID_VALUE"));
    let unknown = phone.create(Uuid::now_v7(), 10, "application/pdf").await;
    assert_eq!(refused(unknown).await, refusal(415, "MEDIA_UNSUPPORTED"));
    assert_eq!(number(&app, "SELECT COUNT(*) FROM upload").await, 0);

    // More than was declared: at once, or by and by.
    let id = Uuid::now_v7();
    assert_eq!(phone.create(id, 10, "image/jpeg").await.status(), StatusCode::CREATED);
    assert_eq!(refused(phone.patch(id, 0, &[0xFF; 11]).await).await, large);
    let endless = futures_util::stream::iter((0..100).map(|_| Ok::<_, std::io::Error>(vec![0xFF; 4096])));
    let request = phone.request(reqwest::Method::PATCH, &format!("/uploads/{id}")).header("upload-offset", 0);
    let request = request.header("content-type", "application/offset+octet-stream");
    let answer = request.body(reqwest::Body::wrap_stream(endless)).send().await;
    // The server may hang up before the phone has finished.
    if let Ok(answer) = answer {
        assert_eq!(refused(answer).await, large);
    }
    assert_eq!(phone.offset(id).await, 0);
    assert!(app.objects().is_empty());
}

both!(what_waits_is_limited);
async fn what_waits_is_limited(app: Arc<TestApp>) {
    let phone = Phone::of(&app, &app.resident("13900000001").await);
    let limit = refusal(429, "UPLOAD_LIMIT");
    // Ten of the largest make the bytes full, with all of them begun at once.
    let ids: Vec<Uuid> = (0..12).map(|_| Uuid::now_v7()).collect();
    let answers = join_all(ids.iter().map(|id| phone.create(*id, 10_485_760, "image/jpeg"))).await;
    let created = answers.iter().filter(|answer| answer.status() == StatusCode::CREATED).count();
    assert_eq!(created, 10);
    for answer in answers.into_iter().filter(|answer| answer.status() != StatusCode::CREATED) {
        assert_eq!(refused(answer).await, limit);
    }
    assert_eq!(refused(phone.create(Uuid::now_v7(), 1, "image/jpeg").await).await, limit);

    // Another account has a limit of its own: forty, be they ever so small.
    let other = Phone::of(&app, &app.resident("13900000002").await);
    for _ in 0..40 {
        assert_eq!(other.create(Uuid::now_v7(), 1, "image/jpeg").await.status(), StatusCode::CREATED);
    }
    assert_eq!(refused(other.create(Uuid::now_v7(), 1, "image/jpeg").await).await, limit);
    // A day later they are gone.
    app.advance(chrono::Duration::hours(24));
    api::worker::housekeeping(&app.app).await.unwrap();
    app.advance(chrono::Duration::hours(1));
    api::worker::housekeeping(&app.app).await.unwrap();
    assert_eq!(other.create(Uuid::now_v7(), 1, "image/jpeg").await.status(), StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_store_nothing_is_taken() {
    let app = TestApp::start_with(Backend::Postgres, |config| config.storage_url.clear()).await;
    let phone = Phone::of(&app, &app.resident("13900000001").await);
    let answer = phone.create(Uuid::now_v7(), 10, "image/jpeg").await;
    assert_eq!(refused(answer).await, refusal(503, "STORAGE_UNAVAILABLE"));
    assert_eq!(number(&app, "SELECT COUNT(*) FROM upload").await, 0);
    app.finish().await;
}
