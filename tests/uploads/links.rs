//! Links: made for whoever may see the ticket, good for a while, and not to be made by anybody else.

use std::sync::Arc;

use chrono::Duration;
use entities::values::ResidencyRole;
use reqwest::Method;
use serde_json::json;
use support::{TestApp, World, both};
use uuid::Uuid;

use super::attach::{photo, seen};
use super::media::{self, Movie};
use super::phone::{Phone, header, refusal, refused};
use crate::tickets::shared::{Crew, look};

/// A ticket with a photo, and the photo's two links.
async fn linked(app: &TestApp, crew: &Crew) -> (String, String, String) {
    let upload = photo(app, &crew.owner).await;
    let ticket = crew.submitted(json!({ "uploads": [{ "uploadId": upload, "role": "REQUEST" }] })).await;
    let attachment = seen(&crew.desk.client, &ticket).await.remove(0);
    let link = |name: &str| attachment[name].as_str().unwrap().to_owned();
    (ticket, link("url"), link("thumbnailUrl"))
}

both!(a_link_opens_for_a_quarter_of_an_hour);
async fn a_link_opens_for_a_quarter_of_an_hour(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (ticket, url, small) = linked(&app, &crew).await;
    let nobody = Phone::at(app.url(""), None);
    for (url, kind) in [(&url, "original"), (&small, "thumb")] {
        let opened = nobody.open(url).await;
        assert_eq!(opened.status(), 200, "{kind}");
        assert_eq!(header(&opened, "content-type"), "image/jpeg");
        assert_eq!(header(&opened, "x-content-type-options"), "nosniff");
        assert_eq!(header(&opened, "content-security-policy"), "default-src 'none'; sandbox");
        assert_eq!(header(&opened, "cache-control"), "private, max-age=900");
        assert!(header(&opened, "content-disposition").starts_with("inline; filename=\""), "{kind}");
        let picture = image::load_from_memory(&opened.bytes().await.unwrap()).unwrap();
        assert_eq!(picture.width().max(picture.height()), if kind == "thumb" { 320 } else { 640 });
    }
    app.advance(Duration::minutes(15) - Duration::seconds(1));
    assert_eq!(nobody.open(&url).await.status(), 200);
    app.advance(Duration::seconds(1));
    for url in [&url, &small] {
        assert_eq!(refused(nobody.open(url).await).await, refusal(403, "LINK_EXPIRED"));
    }
    let fresh = seen(&crew.owner, &ticket).await.remove(0);
    assert_eq!(nobody.open(fresh["url"].as_str().unwrap()).await.status(), 200);
}

both!(a_forged_link_opens_nothing);
async fn a_forged_link_opens_nothing(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (_, url, small) = linked(&app, &crew).await;
    let (_, other, _) = linked(&app, &crew).await;
    let nobody = Phone::at(app.url(""), None);
    let signature = |url: &str| url.split("signature=").nth(1).unwrap().to_owned();
    let expires: i64 = url.split("expires=").nth(1).unwrap().split('&').next().unwrap().parse().unwrap();
    let (path, _) = url.split_once('?').unwrap();
    for forged in [
        url.replace(&signature(&url), &signature(&small)),
        url.replace(&signature(&url), &signature(&other)),
        url.replace(&signature(&url), &"0".repeat(64)),
        url.replace(&signature(&url), ""),
        url.replace(&signature(&url), "nonsense"),
        url.replace(&expires.to_string(), &(expires + 1).to_string()),
        url.replace(&expires.to_string(), "soon"),
        url.replace("variant=original", "variant=thumb"),
        url.replace("variant=original", "variant=raw"),
        url.replace(path, other.split_once('?').unwrap().0),
        format!("{path}?expires={expires}"),
        format!("{path}?signature={}", signature(&url)),
    ] {
        assert_ne!(forged, url);
        assert_eq!(refused(nobody.open(&forged).await).await, refusal(403, "LINK_INVALID"), "{forged}");
    }
    // Nor does the address alone, to whoever is not signed in or did not send it.
    assert_eq!(refused(nobody.open(path).await).await, refusal(401, "UNAUTHENTICATED"));
    let id: Uuid = path.rsplit('/').next().unwrap().parse().unwrap();
    let neighbour = crew.world.resident(&app, 3, crew.world.home.units[1], ResidencyRole::Owner).await;
    let theirs = Phone::of(&app, &neighbour).own(id).await;
    assert_eq!(refused(theirs).await, refusal(404, "NOT_FOUND"));
}

both!(a_foreign_reader_is_given_no_link);
async fn a_foreign_reader_is_given_no_link(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (ticket, ..) = linked(&app, &crew).await;
    let neighbour = crew.world.resident(&app, 3, crew.world.home.units[1], ResidencyRole::Owner).await;
    let foreign = World::build(&app, 2).await.admin(&app).await;
    for reader in [&neighbour, &foreign] {
        assert!(look(reader, &ticket, "attachments { url }").await.is_null());
        let data = reader.query("{ tickets { nodes { attachments { url } } } }", json!({})).await;
        assert_eq!(data["tickets"]["nodes"], json!([]));
    }
    let family = crew.world.resident(&app, 4, crew.world.home.units[0], ResidencyRole::Family).await;
    assert_eq!(seen(&family, &ticket).await.len(), 1);
}

both!(another_node_takes_the_link);
async fn another_node_takes_the_link(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (_, url, _) = linked(&app, &crew).await;
    let node = app.another_node(false, |_| ()).await;
    assert_eq!(app.http().get(node.url(&url)).send().await.unwrap().status(), 200);
    node.stop().await;
}

both!(a_film_is_played_by_ranges);
async fn a_film_is_played_by_ranges(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let film = Movie { placed: false, ..Movie::film(3) }.bytes();
    let upload = Phone::of(&app, &crew.owner).send(&film, "video/mp4").await;
    let ticket = crew.submitted(json!({ "uploads": [{ "uploadId": upload, "role": "REQUEST" }] })).await;
    let url = seen(&crew.owner, &ticket).await[0]["url"].as_str().unwrap().to_owned();
    let phone = Phone::at(app.url(""), None);
    let whole = phone.open(&url).await;
    assert_eq!(header(&whole, "accept-ranges"), "bytes");
    assert_eq!(whole.bytes().await.unwrap(), film);
    let length = film.len();
    for (range, from, to) in [("bytes=0-1", 0, 2), ("bytes=100-", 100, length), ("bytes=-7", length - 7, length)] {
        let part = phone.request(Method::GET, &url).header("range", range).send().await.unwrap();
        assert_eq!(part.status(), 206, "{range}");
        assert_eq!(header(&part, "content-range"), format!("bytes {from}-{}/{length}", to - 1));
        assert_eq!(part.bytes().await.unwrap(), film[from..to]);
    }
    let past = phone.request(Method::GET, &url).header("range", "bytes=999999-").send().await.unwrap();
    assert_eq!((past.status().as_u16(), past.bytes().await.unwrap()), (200, film.into()));
    assert!(!media::holds(url.as_bytes(), b"object"), "a link tells nothing of where the file lies");
}
