//! The protocol: what a phone asks, and what it is told.

use std::sync::Arc;

use reqwest::{Method, StatusCode};
use serde_json::json;
use support::{TestApp, both};
use uuid::Uuid;

use super::media;
use super::phone::{Phone, header, offset, refusal, refused};
use crate::tickets::shared::number;

both!(a_photo_is_sent_in_one_piece);
async fn a_photo_is_sent_in_one_piece(app: Arc<TestApp>) {
    let phone = Phone::of(&app, &app.resident("13900000001").await);
    let (id, photo) = (Uuid::new_v4(), media::jpeg(640, 480, 6));
    let created = phone.create(id, photo.len(), "image/jpeg").await;
    assert_eq!(created.status(), StatusCode::CREATED);
    assert_eq!(header(&created, "location"), format!("/uploads/{id}"));
    assert_eq!(header(&created, "tus-resumable"), "1.0.0");
    assert_eq!(header(&created, "upload-expires"), "Tue, 03 Mar 2026 01:00:00 GMT");
    assert_eq!(offset(&created), 0);

    let head = phone.head(id).await;
    assert_eq!((head.status(), offset(&head)), (StatusCode::OK, 0));
    assert_eq!(header(&head, "upload-length"), photo.len().to_string());
    assert_eq!(header(&head, "cache-control"), "no-store");
    assert_eq!(refused(phone.own(id).await).await, refusal(409, "UPLOAD_INCOMPLETE"));

    let sent = phone.patch(id, 0, &photo).await;
    assert_eq!((sent.status(), offset(&sent)), (StatusCode::NO_CONTENT, photo.len()));
    assert_eq!(phone.offset(id).await, photo.len());
    let kept = phone.own(id).await;
    assert_eq!(header(&kept, "content-type"), "image/jpeg");
    let kept = kept.bytes().await.unwrap();
    assert!(!media::holds(&kept, media::POSITION) && kept.len() < photo.len());
    assert_eq!(app.objects().len(), 2, "the photo and its thumbnail: {:?}", app.objects());
    assert_eq!(number(&app, "SELECT COUNT(*) FROM upload_part").await, 0);
}

both!(every_type_is_taken);
async fn every_type_is_taken(app: Arc<TestApp>) {
    let phone = Phone::of(&app, &app.resident("13900000001").await);
    for (bytes, declared, real) in [
        (media::jpeg_of(8, 8), "image/jpg", "image/jpeg"),
        (media::png_of(8, 8), "image/png", "image/png"),
        (media::heic(8, 8, 1, false), "image/HEIF", "image/heic"),
        (media::Movie::voice(3).bytes(), "audio/x-m4a", "audio/mp4"),
        (media::Movie::film(3).bytes(), "video/mp4", "video/mp4"),
    ] {
        let id = phone.send(&bytes, declared).await;
        let kept = phone.own(id).await;
        assert_eq!(header(&kept, "content-type"), real);
        let shown = phone.request(Method::GET, &format!("/uploads/{id}?variant=thumb")).send().await.unwrap();
        let small = real == "image/jpeg" || real == "image/png";
        assert_eq!(shown.status(), if small { 200 } else { 404 }, "{real}");
    }
}

both!(the_server_says_what_it_can_do);
async fn the_server_says_what_it_can_do(app: Arc<TestApp>) {
    let phone = Phone::at(app.url(""), None);
    for path in ["/uploads".to_owned(), format!("/uploads/{}", Uuid::new_v4())] {
        let told = phone.request(Method::OPTIONS, &path).send().await.unwrap();
        assert_eq!(told.status(), StatusCode::NO_CONTENT);
        assert_eq!(header(&told, "tus-version"), "1.0.0");
        assert_eq!(header(&told, "tus-extension"), "creation,expiration");
        assert_eq!(header(&told, "tus-max-size"), "10485760");
    }
}

both!(nothing_is_taken_from_strangers);
async fn nothing_is_taken_from_strangers(app: Arc<TestApp>) {
    let (mine, theirs) = (app.resident("13900000001").await, app.resident("13900000002").await);
    let (phone, other) = (Phone::of(&app, &mine), Phone::of(&app, &theirs));
    let id = Uuid::now_v7();
    assert_eq!(phone.create(id, 100, "image/jpeg").await.status(), StatusCode::CREATED);
    for stranger in [Phone::at(app.url(""), None), Phone::at(app.url(""), Some("a.b.c"))] {
        let unknown = || refusal(401, "UNAUTHENTICATED");
        assert_eq!(refused(stranger.create(Uuid::now_v7(), 1, "image/jpeg").await).await, unknown());
        assert_eq!(stranger.head(id).await.status(), 401);
        assert_eq!(refused(stranger.patch(id, 0, b"x").await).await, unknown());
        assert_eq!(refused(stranger.own(id).await).await, unknown());
    }
    // Another's upload is as good as none.
    let nobodys = Uuid::now_v7();
    for id in [id, nobodys] {
        assert_eq!(other.head(id).await.status(), 404);
        assert_eq!(refused(other.patch(id, 0, b"x").await).await, refusal(404, "NOT_FOUND"));
        assert_eq!(refused(other.own(id).await).await, refusal(404, "NOT_FOUND"));
    }
    for address in ["nonsense", "00000000-0000-0000-0000-000000000000", "..%2f..%2fetc%2fpasswd"] {
        let found = phone.request(Method::GET, &format!("/uploads/{address}")).send().await.unwrap();
        assert_eq!(refused(found).await, refusal(404, "NOT_FOUND"), "{address}");
    }
    assert_eq!(refused(other.create(id, 100, "image/jpeg").await).await, refusal(409, "UPLOAD_TAKEN"));
    assert_eq!(phone.offset(id).await, 0, "nobody has touched it");
}

both!(headers_are_checked);
async fn headers_are_checked(app: Arc<TestApp>) {
    let phone = Phone::of(&app, &app.resident("13900000001").await);
    let id = Uuid::now_v7();
    assert_eq!(phone.create(id, 10, "image/jpeg").await.status(), StatusCode::CREATED);
    let path = format!("/uploads/{id}");
    let token = app.resident("13900000001").await.token().unwrap().to_owned();
    for version in ["", "0.2.2"] {
        let request = app.http().patch(app.url(&path)).bearer_auth(&token);
        let request = if version.is_empty() { request } else { request.header("tus-resumable", version) };
        let answer = request.send().await.unwrap();
        assert_eq!(header(&answer, "tus-version"), "1.0.0");
        assert_eq!(refused(answer).await, refusal(412, "INVALID_VALUE"));
    }

    let piece = |kind: &str, at: &str| {
        let request = phone.request(Method::PATCH, &path).header("content-type", kind);
        if at.is_empty() { request } else { request.header("upload-offset", at) }.body("x").send()
    };
    let stream = "application/offset+octet-stream";
    for (kind, at) in [("image/jpeg", "0"), (stream, ""), (stream, "-1"), (stream, "one")] {
        assert_eq!(refused(piece(kind, at).await.unwrap()).await, refusal(400, "INVALID_VALUE"), "{kind} {at}");
    }
    for metadata in ["", "id", "id !!!", "filetype aW1hZ2UvanBlZw==", "id MTIz,filetype aW1hZ2UvanBlZw=="] {
        let request = phone.request(Method::POST, "/uploads").header("upload-length", 10);
        let sent = request.header("upload-metadata", metadata).send().await.unwrap();
        assert_eq!(refused(sent).await, refusal(400, "INVALID_VALUE"), "{metadata}");
    }
    let endless = phone.request(Method::POST, "/uploads").header("upload-defer-length", "1").send().await.unwrap();
    assert_eq!(refused(endless).await, refusal(400, "INVALID_VALUE"));
    assert_eq!(phone.offset(id).await, 0);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM upload").await, 1);
}

both!(refusals_have_two_languages);
async fn refusals_have_two_languages(app: Arc<TestApp>) {
    let token = app.resident("13900000001").await.token().unwrap().to_owned();
    for (language, message) in [("en", "At most 10485760 bytes"), ("zh-CN", "文件最大 10485760 字节")] {
        let request = app.http().post(app.url("/uploads")).bearer_auth(&token).header("accept-language", language);
        let metadata = "id MDE5YTAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAx,filetype aW1hZ2UvanBlZw==";
        let request = request.header("tus-resumable", "1.0.0").header("upload-metadata", metadata);
        let answer = request.header("upload-length", 10_485_761).send().await.unwrap();
        let body: serde_json::Value = answer.json().await.unwrap();
        let expected = json!({ "error": { "code": "UPLOAD_TOO_LARGE", "message": message, "retryable": false } });
        assert_eq!(body, expected);
    }
}
