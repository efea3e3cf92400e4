//! Which requests are refused, and that nothing is left of them.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::{CommunityId, ResidencyRole, Role};
use serde_json::{Value, json};
use support::{TestApp, World, both};
use uuid::Uuid;

use super::shared::{ask, asked, counted, decide};
use crate::tickets::shared::number;
use crate::uploads::{media, phone};

both!(
    what_is_wrong_is_named,
    only_residents_ask,
    so_many_may_be_open_and_so_many_made_in_a_day,
    who_lives_there_need_not_ask,
    a_name_of_two_communities_needs_the_id,
    documents_are_pictures_of_ones_own,
);

async fn what_is_wrong_is_named(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let client = app.resident("13911112222").await;
    let missing = wire_id(app.clock.new_id::<CommunityId>()).to_string();
    let long = |count: usize| "长".repeat(count);
    let before = counted(&app).await;
    for (more, code, field) in [
        (json!({ "communityName": null }), "REQUIRED", "communityName"),
        (json!({ "communityName": "  " }), "REQUIRED", "communityName"),
        (json!({ "communityName": "没有小区" }), "NOT_FOUND", "communityName"),
        (json!({ "communityName": "邻里" }), "NOT_FOUND", "communityName"),
        (json!({ "communityId": missing }), "NOT_FOUND", "communityId"),
        (json!({ "communityId": world.unit() }), "INVALID_ID", "communityId"),
        (json!({ "buildingName": " " }), "REQUIRED", "buildingName"),
        (json!({ "unitNumber": "" }), "REQUIRED", "unitNumber"),
        (json!({ "unitNumber": long(101) }), "TOO_LONG", "unitNumber"),
        (json!({ "name": "  " }), "REQUIRED", "name"),
        (json!({ "name": long(61) }), "TOO_LONG", "name"),
        (json!({ "name": "赵\u{0}敏" }), "INVALID_VALUE", "name"),
        (json!({ "companyName": long(101) }), "TOO_LONG", "companyName"),
        (json!({ "role": "FAMILY", "companyName": "公司" }), "INVALID_VALUE", "companyName"),
        (json!({ "idLastFour": "12" }), "INVALID_VALUE", "idLastFour"),
        (json!({ "idLastFour": "一二三四" }), "INVALID_VALUE", "idLastFour"),
        (json!({ "startsOn": "2026-03-01" }), "INVALID_VALUE", "startsOn"),
        (json!({ "role": "FAMILY", "endsOn": "2027-03-01" }), "INVALID_VALUE", "startsOn"),
        (json!({ "role": "TENANT", "endsOn": "2026-03-01" }), "INVALID_VALUE", "endsOn"),
        (json!({ "role": "PROXY", "startsOn": "2026-05-01", "endsOn": "2026-04-30" }), "INVALID_VALUE", "endsOn"),
        (json!({ "role": "TENANT", "endsOn": "9999-12-31" }), "INVALID_VALUE", "endsOn"),
        (json!({ "documents": ["x"] }), "INVALID_ID", "documents"),
        (json!({ "documents": [Uuid::nil(), Uuid::nil()] }), "INVALID_VALUE", "documents"),
        (json!({ "documents": (1..8).map(Uuid::from_u128).collect::<Vec<_>>() }), "TOO_MANY", "documents"),
        (json!({ "documents": [Uuid::from_u128(1)] }), "NOT_FOUND", "documents"),
        (json!({ "idempotencyKey": "" }), "REQUIRED", "idempotencyKey"),
    ] {
        let outcome = ask(&client, more.clone()).await;
        assert_eq!((outcome.refused(), outcome.field()), (code.to_owned(), format!("input.{field}")), "{more}");
        assert_eq!(outcome.payload["request"], Value::Null);
    }
    assert_eq!(counted(&app).await, before);
}

async fn only_residents_ask(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let owner = app.resident("13911112222").await;
    let request = asked(&owner, json!({})).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await.client;
    let before = counted(&app).await;
    for (client, code) in [(&desk, "FORBIDDEN"), (&app.anonymous(), "UNAUTHENTICATED")] {
        assert_eq!(ask(client, json!({})).await.refused(), code);
        assert_eq!(decide(client, "residencyRequestWithdraw", &request, json!({})).await.refused(), code);
    }
    assert_eq!(counted(&app).await, before);
}

async fn so_many_may_be_open_and_so_many_made_in_a_day(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let client = app.resident("13911112222").await;
    let room = |number: usize| json!({ "unitNumber": format!("{number}") });
    // At once: no more than five are let through.
    let all = (0..8).map(|number| ask(&client, room(number)));
    let outcomes = futures_util::future::join_all(all).await;
    let refused = outcomes.iter().filter(|it| it.codes() == ["TOO_MANY"]).count();
    assert_eq!((refused, outcomes.len()), (3, 8), "{outcomes:?}");
    let open = "SELECT COUNT(*) FROM residency_request WHERE state = 'PENDING'";
    assert_eq!(number(&app, open).await, 5);
    // Taking back and asking again ends after ten in a day.
    for number in 10..15 {
        let query = "{ viewer { residencyRequests { nodes { id state version } } } }";
        let list = client.query(query, json!({})).await["viewer"]["residencyRequests"]["nodes"].clone();
        let pending = list.as_array().unwrap().iter().find(|it| it["state"] == "PENDING").unwrap().clone();
        decide(&client, "residencyRequestWithdraw", &pending, json!({})).await.ok();
        asked(&client, room(number)).await;
    }
    assert_eq!(ask(&client, room(20)).await.refused(), "TOO_MANY_REQUESTS");
    app.advance(chrono::Duration::days(1));
    assert_eq!(ask(&client, room(20)).await.refused(), "TOO_MANY", "five are open still");
    assert_eq!(ask(&app.resident("13933334444").await, room(20)).await.codes(), Vec::<String>::new());
}

async fn who_lives_there_need_not_ask(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let owner = world.resident(&app, 1, world.home.units[1], ResidencyRole::Owner).await;
    let before = counted(&app).await;
    let outcome = ask(&owner, json!({})).await;
    assert_eq!((outcome.refused(), outcome.field()), ("ALREADY_EXISTS".to_owned(), "input.unitNumber".to_owned()));
    assert_eq!(counted(&app).await, before);
    assert_eq!(asked(&owner, json!({ "unitNumber": "103" })).await["state"], "PENDING");
    assert_eq!(asked(&owner, json!({ "role": "TENANT" })).await["state"], "PENDING", "another role is another matter");
}

async fn a_name_of_two_communities_needs_the_id(app: Arc<TestApp>) {
    let (_, other) = (World::build(&app, 1).await, World::build(&app, 2).await);
    let client = app.resident("13911112222").await;
    let outcome = ask(&client, json!({})).await;
    assert_eq!(
        (outcome.refused(), outcome.field()),
        ("COMMUNITY_AMBIGUOUS".to_owned(), "input.communityName".to_owned())
    );
    let id = wire_id(other.home.community).to_string();
    assert_eq!(asked(&client, json!({ "communityId": id })).await["state"], "PENDING");
    let theirs = other.worker(&app, 1, Role::FrontDesk, &[]).await.client;
    let reviews = theirs.query("{ residencyReviews { totalCount } }", json!({})).await;
    assert_eq!(reviews["residencyReviews"]["totalCount"], 1);
}

async fn documents_are_pictures_of_ones_own(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let (client, other) = (app.resident("13911112222").await, app.resident("13933334444").await);
    let voice = phone::Phone::of(&app, &client).send(&media::Movie::voice(3).bytes(), "audio/mp4").await;
    let theirs = crate::uploads::attach::photo(&app, &other).await;
    let before = counted(&app).await;
    for (document, code) in [(voice, "MEDIA_MISMATCH"), (theirs, "NOT_FOUND")] {
        let outcome = ask(&client, json!({ "documents": [document] })).await;
        assert_eq!((outcome.refused(), outcome.field()), (code.to_owned(), "input.documents".to_owned()));
    }
    assert_eq!(counted(&app).await, before);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM upload WHERE state = 'CLAIMED'").await, 0);
}
