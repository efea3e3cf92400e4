//! The same again, and two at once.

use std::sync::Arc;

use futures_util::future::join_all;
use reqwest::StatusCode;
use support::{TestApp, both};
use uuid::Uuid;

use super::media;
use super::phone::{Phone, offset, refusal, refused};
use crate::tickets::shared::number;

both!(a_repeat_is_answered_the_same);
async fn a_repeat_is_answered_the_same(app: Arc<TestApp>) {
    let phone = Phone::of(&app, &app.resident("13900000001").await);
    let (id, photo) = (Uuid::now_v7(), media::jpeg_of(64, 64));
    let size = photo.len();
    for _ in 0..2 {
        let created = phone.create(id, size, "image/jpeg").await;
        assert_eq!((created.status(), offset(&created)), (StatusCode::CREATED, 0));
    }
    assert_eq!(phone.patch(id, 0, &photo[..50]).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(offset(&phone.create(id, size, "image/jpeg").await), 50, "begun again, it stands where it stood");
    for _ in 0..3 {
        let sent = phone.patch(id, 50, &photo[50..]).await;
        assert_eq!((sent.status(), offset(&sent)), (StatusCode::NO_CONTENT, size));
    }
    assert_eq!(offset(&phone.create(id, size, "image/jpeg").await), size);
    assert_eq!(refused(phone.patch(id, 0, &photo[..50]).await).await, refusal(409, "UPLOAD_OFFSET"));
    for (other_size, media_type) in [(size + 1, "image/jpeg"), (size, "image/png")] {
        let other = phone.create(id, other_size, media_type).await;
        assert_eq!(refused(other).await, refusal(409, "UPLOAD_TAKEN"));
    }
    assert_eq!(number(&app, "SELECT COUNT(*) FROM upload").await, 1);
    assert_eq!(app.objects().len(), 2);
}

both!(of_many_senders_at_once_one_goes_on);
async fn of_many_senders_at_once_one_goes_on(app: Arc<TestApp>) {
    let phone = Phone::of(&app, &app.resident("13900000001").await);
    // Both when the piece is not the last one and when it is.
    for (width, part) in [(64, 300), (400, usize::MAX)] {
        let (id, photo) = (Uuid::now_v7(), media::jpeg_of(width, 300));
        let piece = &photo[..part.min(photo.len())];
        assert_eq!(phone.create(id, photo.len(), "image/jpeg").await.status(), StatusCode::CREATED);
        let answers = join_all((0..8).map(|_| phone.patch(id, 0, piece))).await;
        let mut happened = 0;
        for answer in answers {
            if answer.status() == StatusCode::NO_CONTENT {
                assert_eq!(offset(&answer), piece.len());
                happened += 1;
            } else {
                assert_eq!(refused(answer).await, refusal(409, "UPLOAD_OFFSET"));
            }
        }
        assert!(happened >= 1);
        assert!(part == usize::MAX || happened == 1, "the same bytes were kept {happened} times");
        assert_eq!(phone.offset(id).await, piece.len());
        if piece.len() < photo.len() {
            let sent = phone.patch(id, piece.len(), &photo[piece.len()..]).await;
            assert_eq!(sent.status(), StatusCode::NO_CONTENT);
        }
        assert_eq!(phone.kept(id).await, photo);
    }
    assert_eq!(app.objects().len(), 4, "losers leave nothing: {:?}", app.objects());
}

both!(nobody_takes_every_place);
async fn nobody_takes_every_place(app: Arc<TestApp>) {
    let (mine, theirs) = (app.resident("13900000001").await, app.resident("13900000002").await);
    let (phone, other) = (Phone::of(&app, &mine), Phone::of(&app, &theirs));
    // Lines on which something was promised and does not come.
    let mut ids = Vec::new();
    for _ in 0..8 {
        let id = Uuid::now_v7();
        assert_eq!(phone.create(id, 1000, "image/jpeg").await.status(), StatusCode::CREATED);
        ids.push(id);
    }
    let mut lines = Vec::new();
    for id in &ids {
        lines.push(phone.begin(*id, 0, 1000, b"a little").await);
    }
    let photo = media::jpeg_of(8, 8);
    let one_more = Uuid::now_v7();
    assert_eq!(phone.create(one_more, photo.len(), "image/jpeg").await.status(), StatusCode::CREATED);
    let mut refused_once = false;
    for _ in 0..200 {
        let answer = phone.patch(one_more, 1, b"").await;
        // The lines are served in their own time; until then the wrong offset is what is said.
        refused_once = refused(answer).await.code == "TOO_MANY_REQUESTS";
        if refused_once {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(refused_once, "a ninth piece was received");
    other.send(&photo, "image/jpeg").await;
    drop(lines);
    for id in ids {
        phone.wait_for(id, 8).await;
    }
    assert_eq!(phone.patch(one_more, 0, &photo).await.status(), StatusCode::NO_CONTENT);
}

both!(of_many_beginnings_at_once_one_is_counted);
async fn of_many_beginnings_at_once_one_is_counted(app: Arc<TestApp>) {
    let (mine, theirs) = (app.resident("13900000001").await, app.resident("13900000002").await);
    let (phone, other) = (Phone::of(&app, &mine), Phone::of(&app, &theirs));
    let id = Uuid::now_v7();
    let answers = join_all((0..10).map(|n| {
        let sender = if n % 2 == 0 { &phone } else { &other };
        sender.create(id, 1000, "image/jpeg")
    }))
    .await;
    let created: Vec<bool> = answers.iter().map(|answer| answer.status() == StatusCode::CREATED).collect();
    let of_one_account = [0, 1].map(|first| created.iter().skip(first).step_by(2).all(|it| *it));
    assert!(of_one_account[0] != of_one_account[1], "{created:?}");
    for answer in answers.into_iter().filter(|answer| answer.status() != StatusCode::CREATED) {
        assert_eq!(refused(answer).await, refusal(409, "UPLOAD_TAKEN"));
    }
    assert_eq!(number(&app, "SELECT COUNT(*) FROM upload").await, 1);
}
