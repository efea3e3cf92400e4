//! The on-time report: hand-made tickets and hand-computed figures.

use std::sync::Arc;

use api::graphql::id::wire_id;
use chrono::Duration;
use entities::values::Role;
use serde_json::{Value, json};
use support::{Client, TestApp, both};

use crate::tickets::shared::{Crew, merged};

const REPORT: &str = "query($input: OnTimeReportInput) { ticketOnTimeReport(input: $input) {
    communityName categoryNameZh categoryNameEn month ticketCount inTimeCount lateCount overdueCount onTimeShare } }";

/// The report's rows, each as its group and its figures: all, in time, late, overdue, share.
async fn report(client: &Client, input: Value) -> Vec<Value> {
    let data = client.query(REPORT, json!({ "input": input })).await;
    let rows = data["ticketOnTimeReport"].as_array().unwrap();
    let row = |row: &Value| {
        let group: Vec<&str> =
            ["communityName", "categoryNameZh", "month"].iter().filter_map(|key| row[*key].as_str()).collect();
        let figures = ["ticketCount", "inTimeCount", "lateCount", "overdueCount", "onTimeShare"];
        json!([group.join(" "), figures.map(|key| row[key].clone())])
    };
    rows.iter().map(row).collect()
}

/// Eight tickets from two communities, of two categories and in two months; now is the evening of 31 March in UTC.
async fn eight_tickets(app: &TestApp, crew: &Crew) -> Client {
    let admin = crew.world.admin(app).await;
    let other = json!({ "categoryId": crew.world.category("OTHER") });
    // March, at home. One in time; two that will be late, one of them only in its second round.
    crew.brought(json!({}), "COMPLETED").await;
    let late = crew.brought(json!({}), "IN_PROGRESS").await;
    let late_again = crew.brought(json!({}), "COMPLETED").await;
    crew.called_back(&late_again, "NOT_SOLVED").await;
    // Never done; cancelled; waiting for parts.
    crew.brought(other.clone(), "DISPATCHED").await;
    crew.brought(other.clone(), "CANCELLED").await;
    crew.brought(json!({}), "PAUSED").await;
    app.advance(Duration::hours(73));
    crew.plumber.client.step("ticketComplete", &late, crew.words_for("ticketComplete")).await.ok();
    crew.work_done(&late_again).await;
    // 00:30 on 1 April in Shanghai, still March in UTC.
    app.advance("2026-03-31T16:30:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap() - app.clock.now());
    crew.brought(json!({}), "CLOSED").await;
    let elsewhere = json!({ "unitId": wire_id(crew.world.elsewhere.units[0]).to_string() });
    admin.submit(crew.repair(merged(other, elsewhere))).await;
    admin
}

both!(figures_are_those_that_a_hand_computes);
async fn figures_are_those_that_a_hand_computes(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = eight_tickets(&app, &crew).await;
    let total = json!(["", [8, 2, 2, 1, "0.4"]]);
    assert_eq!(report(&admin, Value::Null).await, [total.clone()]);
    assert_eq!(report(&admin, json!({ "groupBy": [] })).await, [total]);
    let by_community = [json!(["邻里花园", [7, 2, 2, 1, "0.4"]]), json!(["松江新村", [1, 0, 0, 0, null]])];
    assert_eq!(report(&admin, json!({ "groupBy": ["COMMUNITY"] })).await, by_community);
    let by_category = [json!(["给排水", [5, 2, 2, 0, "0.5"]]), json!(["其他", [3, 0, 0, 1, "0"]])];
    assert_eq!(report(&admin, json!({ "groupBy": ["CATEGORY"] })).await, by_category);
    let by_month = [json!(["2026-03", [6, 1, 2, 1, "0.25"]]), json!(["2026-04", [2, 1, 0, 0, "1"]])];
    assert_eq!(report(&admin, json!({ "groupBy": ["MONTH"] })).await, by_month);
    let by_all = [
        json!(["邻里花园 给排水 2026-03", [4, 1, 2, 0, "0.3333"]]),
        json!(["邻里花园 给排水 2026-04", [1, 1, 0, 0, "1"]]),
        json!(["邻里花园 其他 2026-03", [2, 0, 0, 1, "0"]]),
        json!(["松江新村 其他 2026-04", [1, 0, 0, 0, null]]),
    ];
    assert_eq!(report(&admin, json!({ "groupBy": ["MONTH", "CATEGORY", "COMMUNITY", "MONTH"] })).await, by_all);
}

both!(filters_choose_what_is_counted);
async fn filters_choose_what_is_counted(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = eight_tickets(&app, &crew).await;
    let home = wire_id(crew.world.home.community).to_string();
    let plumbing = crew.world.category("PLUMBING");
    for (input, figures) in [
        (json!({ "communityId": home }), json!([7, 2, 2, 1, "0.4"])),
        (json!({ "categoryId": plumbing }), json!([5, 2, 2, 0, "0.5"])),
        (json!({ "fromMonth": "2026-04" }), json!([2, 1, 0, 0, "1"])),
        (json!({ "toMonth": "2026-03" }), json!([6, 1, 2, 1, "0.25"])),
        (json!({ "categoryId": plumbing, "toMonth": "2026-03" }), json!([4, 1, 2, 0, "0.3333"])),
        (json!({ "fromMonth": "2026-03", "toMonth": "2026-04", "communityId": home }), json!([7, 2, 2, 1, "0.4"])),
        (json!({ "fromMonth": "2026-05" }), json!([0, 0, 0, 0, null])),
        (
            json!({ "communityId": wire_id(app.clock.new_id::<entities::values::CommunityId>()) }),
            json!([0, 0, 0, 0, null]),
        ),
    ] {
        assert_eq!(report(&admin, input.clone()).await, [json!(["", figures])], "{input}");
    }
    assert!(report(&admin, json!({ "groupBy": ["MONTH"], "fromMonth": "2027-01" })).await.is_empty());
}

both!(figures_are_for_whoever_may_see_them);
async fn figures_are_for_whoever_may_see_them(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    eight_tickets(&app, &crew).await;
    let by_community = json!({ "groupBy": ["COMMUNITY"] });
    let manager = crew.world.worker(&app, 11, Role::Manager, &[]).await;
    let away = crew.world.worker_at(&app, 12, Role::Finance, Some(crew.world.elsewhere.community), &[]).await;
    let home_only = [json!(["邻里花园", [7, 2, 2, 1, "0.4"]])];
    assert_eq!(report(&manager.client, by_community.clone()).await, home_only);
    assert_eq!(report(&away.client, by_community.clone()).await, [json!(["松江新村", [1, 0, 0, 0, null]])]);
    let foreign = support::World::build(&app, 2).await.admin(&app).await;
    assert!(report(&foreign, by_community).await.is_empty());
    for (client, code) in [
        (&crew.plumber.client, "FORBIDDEN"),
        (&crew.desk.client, "FORBIDDEN"),
        (&crew.dispatcher.client, "FORBIDDEN"),
        (&crew.owner, "FORBIDDEN"),
        (&app.anonymous(), "UNAUTHENTICATED"),
    ] {
        assert_eq!(client.post(REPORT, json!({})).await.code(), code);
    }
}

both!(a_month_is_four_digits_and_two);
async fn a_month_is_four_digits_and_two(app: Arc<TestApp>) {
    let admin = support::World::build(&app, 1).await.admin(&app).await;
    for month in [
        "",
        "2026",
        "202603",
        "2026-3",
        "2026-00",
        "2026-13",
        "2026/03",
        "2026-03-01",
        " 2026-03",
        "2026-03 ",
        "2026-+3",
        "+026-03",
        "-026-03",
        "２０２６-03",
        "March",
    ] {
        for field in ["fromMonth", "toMonth"] {
            let answer = admin.post(REPORT, json!({ "input": { field: month } })).await;
            assert_eq!(answer.code(), "MALFORMED", "{month:?}");
            let extensions =
                json!({ "code": "MALFORMED", "reason": "INVALID_VALUE", "field": format!("input.{field}") });
            assert_eq!(answer.body["errors"][0]["extensions"], extensions, "{month:?}");
        }
    }
    assert!(
        report(&admin, json!({ "groupBy": ["MONTH"], "fromMonth": "0001-01", "toMonth": "9999-12" })).await.is_empty()
    );
}
