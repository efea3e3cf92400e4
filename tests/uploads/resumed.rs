//! A line that breaks: what arrived is kept, and the phone goes on from there.

use std::sync::Arc;

use reqwest::StatusCode;
use support::{TestApp, both};
use uuid::Uuid;

use super::media;
use super::phone::{Phone, offset, refusal, refused};
use crate::tickets::shared::number;

/// A photo of some megabytes: the rest of it lies where a cleaned one has nothing.
fn large() -> Vec<u8> {
    let after: Vec<u8> = (0..5_000_000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
    media::jpeg_with(640, 480, &[], &after)
}

both!(a_broken_line_is_gone_on_with);
async fn a_broken_line_is_gone_on_with(app: Arc<TestApp>) {
    let phone = Phone::of(&app, &app.resident("13900000001").await);
    let (id, photo) = (Uuid::now_v7(), large());
    assert_eq!(phone.create(id, photo.len(), "image/jpeg").await.status(), StatusCode::CREATED);
    let mut at = 0;
    for more in [1_000, 70_000, 3_000_000] {
        phone.hang_up(id, at, photo.len() - at, &photo[at..at + more]).await;
        at += more;
        phone.wait_for(id, at).await;
    }
    assert!(number(&app, "SELECT COUNT(*) FROM upload_part").await >= 3);
    let sent = phone.patch(id, at, &photo[at..]).await;
    assert_eq!((sent.status(), offset(&sent)), (StatusCode::NO_CONTENT, photo.len()));
    assert_eq!(phone.kept(id).await, media::jpeg_of(640, 480));
    assert_eq!(app.objects().len(), 2, "the parts are gone: {:?}", app.objects());
    assert_eq!(number(&app, "SELECT COUNT(*) FROM upload_part").await, 0);
}

both!(a_photo_is_sent_piece_by_piece);
async fn a_photo_is_sent_piece_by_piece(app: Arc<TestApp>) {
    let phone = Phone::of(&app, &app.resident("13900000001").await);
    let (id, photo) = (Uuid::now_v7(), media::png(300, 200, 1));
    assert_eq!(phone.create(id, photo.len(), "image/png").await.status(), StatusCode::CREATED);
    let mut at = 0;
    for piece in photo.chunks(100) {
        let sent = phone.patch(id, at, piece).await;
        at += piece.len();
        assert_eq!((sent.status(), offset(&sent)), (StatusCode::NO_CONTENT, at));
        assert_eq!(phone.offset(id).await, at);
    }
    assert!(!media::holds(&phone.kept(id).await, media::POSITION));
    // An empty piece of a complete upload says where it stands.
    assert_eq!(offset(&phone.patch(id, at, b"").await), at);
}

both!(another_node_goes_on);
async fn another_node_goes_on(app: Arc<TestApp>) {
    let resident = app.resident("13900000001").await;
    let (here, photo, id) = (Phone::of(&app, &resident), large(), Uuid::now_v7());
    let node = app.another_node(false, |_| ()).await;
    let there = Phone::at(node.url(""), resident.token());
    assert_eq!(here.create(id, photo.len(), "image/jpeg").await.status(), StatusCode::CREATED);
    assert_eq!(here.patch(id, 0, &photo[..2_500_000]).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(there.offset(id).await, 2_500_000);
    assert_eq!(there.patch(id, 2_500_000, &photo[2_500_000..]).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(here.kept(id).await, media::jpeg_of(640, 480));
    node.stop().await;
}

both!(a_piece_begins_where_the_upload_stands);
async fn a_piece_begins_where_the_upload_stands(app: Arc<TestApp>) {
    let phone = Phone::of(&app, &app.resident("13900000001").await);
    let (id, photo) = (Uuid::now_v7(), media::jpeg_of(64, 64));
    assert_eq!(phone.create(id, photo.len(), "image/jpeg").await.status(), StatusCode::CREATED);
    assert_eq!(phone.patch(id, 0, &photo[..100]).await.status(), StatusCode::NO_CONTENT);
    for wrong in [0, 99, 101, photo.len()] {
        let sent = phone.patch(id, wrong, &photo[wrong..]).await;
        assert_eq!(refused(sent).await, refusal(409, "UPLOAD_OFFSET"), "{wrong}");
    }
    assert_eq!(phone.offset(id).await, 100);
    assert_eq!(phone.patch(id, 100, &photo[100..]).await.status(), StatusCode::NO_CONTENT);
}
