//! Service hours and holidays: who sets them, what is refused, and what they do to deadlines.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::Role;
use serde_json::{Value, json};
use support::{TestApp, World, both};

use crate::tickets::shared::{Crew, look, merged};

both!(
    hours_and_holidays_move_the_response,
    a_communitys_own_day_outweighs_the_organizations,
    hours_and_days_are_checked,
    strangers_change_no_calendar,
    deadlines_that_were_set_keep_their_moment
);

const HOURS: &str = "community { timeZone serviceHours { opensAt closesAt weekdays } }";
const DAY: &str = "calendarDay { id communityId day name opensAt closesAt }";

fn community(world: &World) -> String {
    wire_id(world.home.community).to_string()
}

fn office(world: &World) -> Value {
    json!({
        "communityId": community(world), "opensAt": "09:00", "closesAt": "17:00",
        "weekdays": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"],
    })
}

/// When somebody must respond to a ticket.
async fn respond_due(crew: &Crew, ticket: &str) -> String {
    look(&crew.owner, ticket, "deadlines { dueAt }").await["deadlines"][0]["dueAt"].as_str().unwrap().to_owned()
}

async fn hours_and_holidays_move_the_response(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    // Monday 2 March 2026, 09:00 in Shanghai.
    let set = admin.mutate("serviceHoursSet", office(&crew.world), HOURS).await.ok();
    let weekdays = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"];
    let hours = json!({ "opensAt": "09:00", "closesAt": "17:00", "weekdays": weekdays });
    assert_eq!(set["community"], json!({ "timeZone": "Asia/Shanghai", "serviceHours": hours }));
    let ticket = crew.submitted(json!({})).await;
    assert_eq!(respond_due(&crew, &ticket).await, "2026-03-02T01:30:00Z");
    // 16:45: a quarter of an hour is left today.
    app.advance(chrono::Duration::minutes(465));
    let ticket = crew.submitted(json!({})).await;
    assert_eq!(respond_due(&crew, &ticket).await, "2026-03-03T01:15:00Z");
    // Tuesday is a holiday, Wednesday opens at noon.
    let day = json!({ "communityId": community(&crew.world), "day": "2026-03-03", "name": "停电" });
    let made = admin.mutate("calendarDaySet", day, DAY).await.ok();
    assert_eq!(made["calendarDay"]["opensAt"], Value::Null);
    let noon = json!({ "day": "2026-03-04", "name": "培训", "opensAt": "12:00", "closesAt": "24:00" });
    let made = admin.mutate("calendarDaySet", noon, DAY).await.ok();
    assert_eq!(made["calendarDay"]["closesAt"], "24:00");
    let ticket = crew.submitted(json!({})).await;
    assert_eq!(respond_due(&crew, &ticket).await, "2026-03-04T04:15:00Z");
    // An emergency does not ask for the hour.
    let emergency = crew.submitted(json!({ "urgency": "EMERGENCY" })).await;
    assert_eq!(respond_due(&crew, &emergency).await, "2026-03-02T09:15:00Z");
    // Everybody of the community reads the calendar.
    let query = "query($id: ID!) { node(id: $id) { ... on Community {
        calendarDays(from: \"2026-03-01\", to: \"2026-03-31\") { day name } } } }";
    let seen = crew.owner.query(query, json!({ "id": community(&crew.world) })).await;
    let days = json!([{ "day": "2026-03-03", "name": "停电" }, { "day": "2026-03-04", "name": "培训" }]);
    assert_eq!(seen["node"]["calendarDays"], days);
}

async fn a_communitys_own_day_outweighs_the_organizations(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let today = json!({ "day": "2026-03-02", "name": "全公司休息" });
    admin.mutate("calendarDaySet", today.clone(), DAY).await.ok();
    let ticket = crew.submitted(json!({})).await;
    assert_eq!(respond_due(&crew, &ticket).await, "2026-03-02T23:30:00Z", "tomorrow at 07:30");
    let own = json!({ "communityId": community(&crew.world), "opensAt": "07:00", "closesAt": "21:00" });
    admin.mutate("calendarDaySet", merged(today.clone(), own), DAY).await.ok();
    let ticket = crew.submitted(json!({})).await;
    assert_eq!(respond_due(&crew, &ticket).await, "2026-03-02T01:30:00Z");
    // Setting a day again replaces it; removing it twice is refused.
    admin.mutate("calendarDaySet", merged(today, json!({ "name": "改名" })), DAY).await.ok();
    let removed = json!({ "communityId": community(&crew.world), "day": "2026-03-02" });
    admin.mutate("calendarDayRemove", removed.clone(), "day").await.ok();
    assert_eq!(admin.mutate("calendarDayRemove", removed, "day").await.refused(), "NOT_FOUND");
    let ticket = crew.submitted(json!({})).await;
    assert_eq!(respond_due(&crew, &ticket).await, "2026-03-02T23:30:00Z");
}

async fn hours_and_days_are_checked(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    for (wrong, code, field) in [
        (json!({ "closesAt": "09:00" }), "INVALID_VALUE", "input.closesAt"),
        (json!({ "closesAt": "08:59" }), "INVALID_VALUE", "input.closesAt"),
        (json!({ "weekdays": [] }), "INVALID_VALUE", "input.weekdays"),
        (json!({ "timeZone": "Asia/Harbin City" }), "INVALID_VALUE", "input.timeZone"),
        (json!({ "communityId": wire_id(world.home.building).to_string() }), "INVALID_ID", "input.communityId"),
    ] {
        let refused = admin.mutate("serviceHoursSet", merged(office(&world), wrong.clone()), HOURS).await;
        assert_eq!((refused.refused().as_str(), refused.field().as_str()), (code, field), "{wrong}");
    }
    for wrong in ["9:00", "24:01", "12:60", "noon", "-1:00", "+1:00"] {
        let refused = admin.mutate("serviceHoursSet", merged(office(&world), json!({ "opensAt": wrong })), HOURS).await;
        assert_eq!(refused.refused(), "MALFORMED", "{wrong}");
    }
    let day = json!({ "day": "2026-05-01", "name": "劳动节" });
    for (wrong, code, field) in [
        (json!({ "name": " " }), "INVALID_VALUE", "input.name"),
        (json!({ "opensAt": "09:00" }), "REQUIRED", "input.closesAt"),
        (json!({ "closesAt": "09:00" }), "REQUIRED", "input.opensAt"),
        (json!({ "opensAt": "09:00", "closesAt": "09:00" }), "INVALID_VALUE", "input.closesAt"),
    ] {
        let refused = admin.mutate("calendarDaySet", merged(day.clone(), wrong.clone()), DAY).await;
        assert_eq!((refused.refused().as_str(), refused.field().as_str()), (code, field), "{wrong}");
    }
    let long = "query($id: ID!) { node(id: $id) { ... on Community {
        calendarDays(from: \"2026-01-01\", to: \"2028-01-01\") { day } } } }";
    let answer = admin.post(long, json!({ "id": community(&world) })).await;
    assert_eq!(answer.code(), "MALFORMED");
}

async fn strangers_change_no_calendar(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let world = &crew.world;
    let manager = world.worker(&app, 20, Role::Manager, &[]).await;
    let other = World::build(&app, 2).await.admin(&app).await;
    let day = json!({ "communityId": community(world), "day": "2026-05-01", "name": "劳动节" });
    let away = json!({ "communityId": wire_id(world.elsewhere.community).to_string() });
    for (who, expected) in [(&crew.owner, "FORBIDDEN"), (&crew.dispatcher.client, "FORBIDDEN"), (&other, "NOT_FOUND")] {
        assert_eq!(who.mutate("serviceHoursSet", office(world), HOURS).await.refused(), expected);
        assert_eq!(who.mutate("calendarDaySet", day.clone(), DAY).await.refused(), expected);
    }
    // A manager of one community changes that one alone.
    manager.client.mutate("serviceHoursSet", office(world), HOURS).await.ok();
    manager.client.mutate("calendarDaySet", day.clone(), DAY).await.ok();
    let elsewhere = merged(office(world), away.clone());
    assert_eq!(manager.client.mutate("serviceHoursSet", elsewhere, HOURS).await.refused(), "NOT_FOUND");
    let refused = manager.client.mutate("calendarDaySet", merged(day.clone(), away), DAY).await;
    assert_eq!(refused.refused(), "NOT_FOUND");
    let all = merged(day.clone(), json!({ "communityId": null }));
    assert_eq!(manager.client.mutate("calendarDaySet", all, DAY).await.refused(), "FORBIDDEN");
    let remove = json!({ "communityId": community(world), "day": "2026-05-01" });
    assert_eq!(other.mutate("calendarDayRemove", remove.clone(), "day").await.refused(), "NOT_FOUND");
    assert_eq!(crew.desk.client.mutate("calendarDayRemove", remove.clone(), "day").await.refused(), "FORBIDDEN");
    manager.client.mutate("calendarDayRemove", remove, "day").await.ok();
}

async fn deadlines_that_were_set_keep_their_moment(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let ticket = crew.submitted(json!({})).await;
    let before = look(&crew.owner, &ticket, "version nextDueAt deadlines { kind dueAt breached }").await;
    let zone = merged(office(&crew.world), json!({ "timeZone": "Europe/Berlin" }));
    admin.mutate("serviceHoursSet", zone, HOURS).await.ok();
    let policy = json!({
        "urgency": "ORDINARY", "respondMinutes": 5, "completeMinutes": 60, "callbackMinutes": 60,
        "respondBasis": "SERVICE_HOURS", "completeBasis": "SERVICE_HOURS",
    });
    admin.mutate("servicePolicySet", policy, "policy { respondBasis completeBasis arriveBasis }").await.ok();
    assert_eq!(look(&crew.owner, &ticket, "version nextDueAt deadlines { kind dueAt breached }").await, before);
    // 09:00 in Shanghai is 02:00 in Berlin: the next ticket waits for nine o'clock there.
    let next = crew.submitted(json!({})).await;
    let told = look(&crew.owner, &next, "deadlines { kind dueAt }").await;
    assert_eq!(told["deadlines"][0], json!({ "kind": "RESPOND", "dueAt": "2026-03-02T08:05:00Z" }));
    assert_eq!(told["deadlines"][1], json!({ "kind": "COMPLETE", "dueAt": "2026-03-02T09:00:00Z" }));
}
