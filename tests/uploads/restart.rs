//! A server that ends in the middle of an upload.

use reqwest::StatusCode;
use support::Program;
use uuid::Uuid;

use super::media;
use super::phone::Phone;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_goes_on_after_a_restart() {
    let program = Program::new();
    let mut serving = program.serve(&["serve", "--demo"]).await;
    let resident = serving.resident("13900000001").await;
    let (id, photo) = (Uuid::now_v7(), media::jpeg(320, 240, 6));
    let phone = Phone::at(serving.url.clone(), resident.token());
    assert_eq!(phone.create(id, photo.len(), "image/jpeg").await.status(), StatusCode::CREATED);
    let half = photo.len() / 2;
    assert_eq!(phone.patch(id, 0, &photo[..half]).await.status(), StatusCode::NO_CONTENT);
    serving.terminate().await;

    // Without a word in the configuration, the files lie beside the database, for its owner alone.
    let folder = program.path("linli-demo.db.uploads");
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&folder).unwrap());
    assert_eq!(mode & 0o777, 0o700);

    let serving = program.serve(&["serve", "--demo"]).await;
    let phone = Phone::at(serving.url.clone(), resident.token());
    assert_eq!(phone.offset(id).await, half);
    assert_eq!(phone.patch(id, half, &photo[half..]).await.status(), StatusCode::NO_CONTENT);
    let kept = image::load_from_memory(&phone.kept(id).await).unwrap();
    assert_eq!((kept.width(), kept.height()), (320, 240));
    serving.terminate().await;
}
