//! Ratings (评价): one for each round of work, once it is completed.

use std::sync::Arc;

use entities::values::ResidencyRole;
use serde_json::json;
use support::{TestApp, both};

use crate::tickets::shared::{Crew, look, merged, rows};

both!(a_rating_waits_for_completion);
async fn a_rating_waits_for_completion(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for state in ["SUBMITTED", "DISPATCHED", "ACCEPTED", "IN_PROGRESS", "PAUSED", "CANCELLED"] {
        let ticket = crew.brought(json!({}), state).await;
        let before = rows(&app).await;
        let refused = crew.owner.step("ticketRate", &ticket, crew.words_for("ticketRate")).await;
        let found = (refused.refused(), refused.field());
        assert_eq!(found, ("RATING_TOO_EARLY".to_owned(), "input.ticketId".to_owned()), "{state}");
        assert_eq!(rows(&app).await, before);
    }
}

both!(a_round_is_rated_once);
async fn a_round_is_rated_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let family = crew.world.resident(&app, 2, crew.world.home.units[0], ResidencyRole::Family).await;
    let ticket = crew.brought(json!({}), "COMPLETED").await;
    let words = || crew.words_for("ticketRate");
    crew.owner.step("ticketRate", &ticket, words()).await.ok();
    let before = rows(&app).await;
    for again in [&crew.owner, &family] {
        let refused = again.step("ticketRate", &ticket, words()).await;
        assert_eq!((refused.refused(), refused.field()), ("ALREADY_RATED".to_owned(), "input.ticketId".to_owned()));
        let offered = look(again, &ticket, "availableActions").await;
        assert_eq!(offered["availableActions"], json!(["REPORT_UNSOLVED", "COMMENT"]));
    }
    assert_eq!(rows(&app).await, before);

    // The next round has a rating of its own.
    crew.owner.step("ticketReportUnsolved", &ticket, json!({ "reason": "还在漏" })).await.ok();
    assert_eq!(crew.owner.step("ticketRate", &ticket, words()).await.refused(), "RATING_TOO_EARLY");
    crew.work_done(&ticket).await;
    crew.called_back(&ticket, "SOLVED").await;
    let worse = merged(words(), json!({ "overall": 2, "speed": 1, "words": null }));
    family.step("ticketRate", &ticket, worse).await.ok();
    assert_eq!(crew.owner.step("ticketRate", &ticket, words()).await.refused(), "ALREADY_RATED");
    let told = look(&crew.desk.client, &ticket, "ratings { round overall speed quality attitude words }").await;
    let expected = json!([
        { "round": 0, "overall": 5, "speed": 4, "quality": 5, "attitude": 5, "words": "谢谢" },
        { "round": 1, "overall": 2, "speed": 1, "quality": 5, "attitude": 5, "words": null },
    ]);
    assert_eq!(told["ratings"], expected);
}

both!(two_ratings_at_once_leave_one);
async fn two_ratings_at_once_leave_one(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let family = crew.world.resident(&app, 2, crew.world.home.units[0], ResidencyRole::Family).await;
    let ticket = crew.brought(json!({}), "COMPLETED").await;
    let words = || crew.words_for("ticketRate");
    let (one, other) =
        tokio::join!(crew.owner.step("ticketRate", &ticket, words()), family.step("ticketRate", &ticket, words()));
    let mut codes: Vec<String> = [one.codes(), other.codes()].concat();
    assert_eq!(codes.len(), 1, "one of them happened");
    let code = codes.remove(0);
    assert!(["STALE_VERSION", "ALREADY_RATED"].contains(&code.as_str()), "{code}");
    let told = look(&crew.owner, &ticket, "ratings { overall }").await;
    assert_eq!(told["ratings"], json!([{ "overall": 5 }]));
}

both!(marks_go_from_one_to_five);
async fn marks_go_from_one_to_five(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "COMPLETED").await;
    let before = rows(&app).await;
    for field in ["overall", "speed", "quality", "attitude"] {
        for mark in [0, 6, -1, i32::MAX, i32::MIN] {
            let input = merged(crew.words_for("ticketRate"), json!({ field: mark }));
            let refused = crew.owner.step("ticketRate", &ticket, input).await;
            let found = (refused.refused(), refused.field());
            assert_eq!(found, ("INVALID_VALUE".to_owned(), format!("input.{field}")), "{mark}");
        }
    }
    assert_eq!(rows(&app).await, before);
    let lowest = json!({ "overall": 1, "speed": 1, "quality": 1, "attitude": 1 });
    crew.owner.step("ticketRate", &ticket, lowest).await.ok();
}
