//! Phones whose clock is wrong, and times that cannot be.

use std::sync::Arc;

use chrono::Duration;
use serde_json::json;
use support::{TestApp, both};

use super::queue::{command, given_at, results, send, send_at, whole_work};
use crate::tickets::shared::{Crew, look};

both!(
    a_wrong_clock_is_corrected_by_the_time_of_sending,
    times_that_cannot_be_are_refused,
    a_time_before_the_last_step_counts_as_that
);

async fn a_wrong_clock_is_corrected_by_the_time_of_sending(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for off in [Duration::days(400), Duration::days(-400), Duration::minutes(61), Duration::minutes(-61)] {
        let ticket = crew.brought(json!({}), "DISPATCHED").await;
        let start = app.clock.now();
        let mut queue = whole_work(&ticket);
        given_at(&mut queue, &[5, 10, 40].map(|minutes| start + off + Duration::minutes(minutes)));
        app.advance(Duration::hours(1));
        let outcome = send_at(&crew.plumber.client, &queue, app.clock.now() + off).await;
        assert_eq!(results(outcome), ["APPLIED", "APPLIED", "APPLIED"], "off by {off}");
        let seen = look(&crew.owner, &ticket, "respondedAt completedAt").await;
        assert_eq!(seen["respondedAt"], json!(start + Duration::minutes(5)));
        assert_eq!(seen["completedAt"], json!(start + Duration::minutes(40)));
    }
}

async fn times_that_cannot_be_are_refused(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "DISPATCHED").await;
    app.advance(Duration::days(8));
    let now = app.clock.now();
    let given = |at: chrono::DateTime<chrono::Utc>| command("accept", &ticket, None, json!({ "occurredAt": at }));
    let queue = [given(now + Duration::minutes(3)), given(now - Duration::days(7) - Duration::minutes(1))];
    let expected = ["REJECTED TIME_IN_FUTURE", "REJECTED TIME_TOO_OLD"];
    assert_eq!(results(send(&app, &crew.plumber.client, &queue).await), expected);
    let single = json!({ "occurredAt": now + Duration::minutes(3) });
    let refused = crew.plumber.client.step("ticketAccept", &ticket, single).await;
    assert_eq!((refused.refused().as_str(), refused.field().as_str()), ("TIME_IN_FUTURE", "input.occurredAt"));
    // A minute ahead is a clock like any other: it counts as now.
    let single = json!({ "occurredAt": now + Duration::minutes(1) });
    crew.plumber.client.step("ticketAccept", &ticket, single).await.ok();
    assert_eq!(look(&crew.owner, &ticket, "respondedAt").await["respondedAt"], json!(now));
}

async fn a_time_before_the_last_step_counts_as_that(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "DISPATCHED").await;
    let start = app.clock.now();
    let mut queue = whole_work(&ticket);
    // The phone's clock went back while he worked.
    given_at(&mut queue, &[30, 20, 10].map(|minutes| start + Duration::minutes(minutes)));
    app.advance(Duration::hours(1));
    assert_eq!(results(send(&app, &crew.plumber.client, &queue).await), ["APPLIED", "APPLIED", "APPLIED"]);
    let seen = look(&crew.owner, &ticket, "respondedAt arrivedAt completedAt").await;
    for field in ["respondedAt", "arrivedAt", "completedAt"] {
        assert_eq!(seen[field], json!(start + Duration::minutes(30)), "{field}");
    }
}
