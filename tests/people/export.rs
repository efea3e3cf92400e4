//! People read all that is kept of them.

use std::sync::Arc;

use entities::values::ResidencyRole;
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

use super::shared::asked;
use crate::office::shared::{header, open, refused};
use crate::tickets::shared::{Crew, key, number};

both!(all_of_the_own_data_is_in_the_file, a_link_is_the_persons_for_a_while, so_many_in_a_day);

async fn link(client: &Client, key: &str) -> String {
    let payload = client.mutate("dataExport", json!({ "idempotencyKey": key }), "link { url expiresAt }").await.ok();
    payload["link"]["url"].as_str().unwrap().to_owned()
}

async fn file(app: &TestApp, client: &Client) -> Value {
    let page = open(app, &link(client, &key()).await).await;
    assert_eq!(page.status(), 200);
    assert_eq!(header(&page, "content-type"), "application/json");
    assert_eq!(header(&page, "cache-control"), "no-store");
    assert!(header(&page, "content-disposition").starts_with("attachment;"));
    serde_json::from_slice(&page.bytes().await.unwrap()).unwrap()
}

async fn all_of_the_own_data_is_in_the_file(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let theirs = crew.world.resident(&app, 2, crew.world.home.units[1], ResidencyRole::Owner).await;
    theirs
        .submit(crew.repair(json!({ "unitId": null, "kind": "PUBLIC_REPAIR", "place": "别人的地方",
        "communityId": api::graphql::id::wire_id(crew.world.home.community).to_string() })))
        .await;
    let ticket = crew.brought(json!({ "accessNote": "按门铃" }), "COMPLETED").await;
    crew.owner.step("ticketCommentAdd", &ticket, json!({ "words": "谢谢师傅", "visibility": "PUBLIC" })).await.ok();
    crew.owner.step("ticketRate", &ticket, crew.words_for("ticketRate")).await.ok();
    let said = json!({ "unitId": crew.world.unit(), "kind": "PRAISE", "words": "李师傅真好", "idempotencyKey": "c" });
    crew.owner.mutate("contactRecord", said, "contact { id }").await.ok();
    crate::uploads::attach::photo(&app, &crew.owner).await;
    asked(&crew.owner, json!({ "unitNumber": "104" })).await;
    let told = file(&app, &crew.owner).await;
    assert_eq!((&told["account"]["phone"], &told["account"]["name"]), (&json!("13900010001"), &json!("住户1-1")));
    assert_eq!(told["account"]["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(told["estate"]["residencies"][0]["idLastFour"], "123X", "what is kept of oneself is told in full");
    assert_eq!(told["estate"]["requests"][0]["unitNumber"], "104");
    let requests = &told["requests"];
    assert_eq!(requests["tickets"].as_array().unwrap().len(), 1);
    assert_eq!(requests["tickets"][0]["accessNote"], "按门铃");
    assert_eq!(requests["comments"][0]["words"], "谢谢师傅");
    assert_eq!(requests["ratings"].as_array().unwrap().len(), 1);
    assert_eq!(requests["contacts"][0]["words"], "李师傅真好");
    assert_eq!(told["uploads"].as_array().unwrap().len(), 1);
    let text = told.to_string();
    assert!(!text.contains("别人的地方") && !text.contains("13900010002"), "nothing of anybody else");
    // Somebody of whom next to nothing is kept.
    let empty = file(&app, &app.resident("13977778888").await).await;
    assert_eq!(empty["estate"], json!({ "residencies": [], "requests": [] }));
    assert_eq!(empty["requests"], json!({ "tickets": [], "comments": [], "ratings": [], "contacts": [] }));
    assert_eq!(file(&app, &crew.desk.client).await["account"]["phone"], "13800010001");
}

async fn a_link_is_the_persons_for_a_while(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let (one, two) = (app.resident("13911112222").await, app.resident("13933334444").await);
    let outcome = app.anonymous().mutate("dataExport", json!({ "idempotencyKey": "k" }), "link { url }").await;
    assert_eq!(outcome.refused(), "UNAUTHENTICATED");
    let (url, other) = (link(&one, "k").await, link(&two, "k").await);
    assert_eq!(link(&one, "k").await, url, "one request");
    let part =
        |url: &str, name: &str| url.split(&format!("{name}=")).nth(1).unwrap().split('&').next().unwrap().to_owned();
    for forged in [
        url.replace(&part(&url, "by"), &part(&other, "by")),
        url.replace(&part(&url, "signature"), &part(&other, "signature")),
        url.replace(&part(&url, "expires"), "9999999999"),
        url.replace("/own-data/", "/exports/"),
        url.split('?').next().unwrap().to_owned(),
    ] {
        assert_eq!(refused(open(&app, &forged).await).await, (403, "LINK_INVALID".to_owned()), "{forged}");
    }
    assert_eq!(open(&app, &url).await.status(), 200);
    let opened = "SELECT COUNT(*) FROM own_data WHERE kind = 'DOWNLOADED' AND sha256 IS NOT NULL AND bytes > 0";
    assert_eq!(number(&app, opened).await, 1);
    app.advance(chrono::Duration::minutes(15));
    assert_eq!(refused(open(&app, &url).await).await, (410, "LINK_EXPIRED".to_owned()));
    assert_eq!(number(&app, opened).await, 1);
}

async fn so_many_in_a_day(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let client = app.resident("13911112222").await;
    let ask = async || client.mutate("dataExport", json!({ "idempotencyKey": key() }), "link { url }").await;
    let outcomes = futures_util::future::join_all((0..5).map(|_| ask())).await;
    assert_eq!(outcomes.iter().filter(|it| it.codes() == ["TOO_MANY_REQUESTS"]).count(), 2);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM own_data").await, 3);
    app.advance(chrono::Duration::days(1));
    ask().await.ok();
}
