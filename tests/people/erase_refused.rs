//! When an account is not erased.

use std::sync::Arc;

use entities::values::Role;
use serde_json::json;
use support::{TestApp, World, both};

use super::erase::erase;
use super::shared::{counted, homes};
use crate::tickets::shared::{Crew, number};

both!(open_matters_come_first, staff_are_the_employers_record, a_code_confirms_it, of_two_at_once_one_happens);

async fn open_matters_come_first(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let own = crew.submitted(json!({})).await;
    let by_phone =
        crew.desk.client.submit(crew.repair(json!({ "contactName": "住户", "contactPhone": "13900010001" }))).await;
    let before = counted(&app).await;
    for (ticket, left) in [(&own, "2"), (&by_phone, "1")] {
        let outcome = erase(&app, &crew.owner, "13900010001").await;
        assert_eq!(outcome.refused(), "OBLIGATIONS_OPEN");
        assert!(outcome.payload["userErrors"][0]["message"].as_str().unwrap().contains(left));
        assert_eq!(counted(&app).await[0], before[0]);
        assert_eq!(homes(&crew.owner).await, ["101 OWNER"], "nothing was taken");
        crew.desk.client.step("ticketCancel", ticket, json!({ "reason": "不修了" })).await.ok();
    }
    erase(&app, &crew.owner, "13900010001").await.ok();
}

async fn staff_are_the_employers_record(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let at_home = app.resident(&desk.phone).await;
    for client in [&desk.client, &at_home] {
        assert_eq!(erase(&app, client, &desk.phone).await.refused(), "STAFF_ACCOUNT");
    }
    world.admin(&app).await.mutate("staffLeave", json!({ "staffId": desk.wire }), "staff { id }").await.ok();
    assert_eq!(erase(&app, &at_home, &desk.phone).await.refused(), "STAFF_ACCOUNT", "nor who has left");
    assert_eq!(number(&app, "SELECT COUNT(*) FROM account WHERE disabled_at IS NOT NULL").await, 0);
}

async fn a_code_confirms_it(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let client = app.resident("13911112222").await;
    let used = app.sms.last_code("13911112222").unwrap();
    let erase_with = async |code: &str| client.mutate("accountErase", json!({ "code": code }), "erased").await;
    for code in [used.as_str(), "", "000000", "x"] {
        let outcome = erase_with(code).await;
        assert_eq!((outcome.refused(), outcome.field()), ("INVALID_CODE".to_owned(), "input.code".to_owned()));
        assert_eq!(outcome.payload["erased"], false);
    }
    // Of another phone, or too old.
    let other = app.resident("13933334444").await;
    app.anonymous().mutate("signInCodeRequest", json!({ "phone": "13933334444" }), "sent").await.ok();
    assert_eq!(erase_with(&app.sms.last_code("13933334444").unwrap()).await.refused(), "INVALID_CODE");
    app.anonymous().mutate("signInCodeRequest", json!({ "phone": "13911112222" }), "sent").await.ok();
    app.advance(chrono::Duration::minutes(6));
    assert_eq!(erase_with(&app.sms.last_code("13911112222").unwrap()).await.refused(), "INVALID_CODE");
    let outcome = app.anonymous().mutate("accountErase", json!({ "code": "123456" }), "erased").await;
    assert_eq!(outcome.refused(), "UNAUTHENTICATED");
    assert_eq!(number(&app, "SELECT COUNT(*) FROM account WHERE disabled_at IS NOT NULL").await, 0);
    drop(other);
}

async fn of_two_at_once_one_happens(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let client = app.resident("13911112222").await;
    app.anonymous().mutate("signInCodeRequest", json!({ "phone": "13911112222" }), "sent").await.ok();
    let code = json!({ "code": app.sms.last_code("13911112222").unwrap() });
    let outcomes = tokio::join!(
        client.mutate("accountErase", code.clone(), "erased"),
        client.mutate("accountErase", code, "erased")
    );
    let erased = [&outcomes.0, &outcomes.1].iter().filter(|it| it.payload["erased"] == true).count();
    assert_eq!(erased, 1, "{outcomes:?}");
    assert_eq!(number(&app, "SELECT COUNT(*) FROM own_data WHERE kind = 'ERASED'").await, 1);
}
