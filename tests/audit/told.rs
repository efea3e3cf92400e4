//! A ticket's history as people read it.

use std::sync::Arc;

use api::infra::history::erase_payload;
use serde_json::{Value, json};
use support::{Client, TestApp, both};

use super::shared::id_of;
use crate::tickets::shared::{Crew, look};

const TOLD: &str = "events { summary changes { field label before after } }";

async fn summaries(client: &Client, ticket: &str) -> Vec<String> {
    let seen = look(client, ticket, "events { summary }").await;
    let events = seen["events"].as_array().unwrap();
    events.iter().map(|event| event["summary"].as_str().unwrap().to_owned()).collect()
}

/// The change of one field by an event: label, before, after.
fn change(seen: &Value, event: usize, field: &str) -> Value {
    let changes = seen["events"][event]["changes"].as_array().unwrap();
    let found = changes.iter().find(|change| change["field"] == field);
    found.map_or(Value::Null, |it| json!([it["label"], it["before"], it["after"]]))
}

/// A ticket that saw nearly everything.
async fn lived(app: &TestApp, crew: &Crew) -> String {
    let ticket = crew.brought(json!({ "description": "厨房漏水" }), "DISPATCHED").await;
    let second = &crew.second.client;
    crew.owner.step("ticketUrge", &ticket, crew.words_for("ticketUrge")).await.ok();
    crew.plumber.client.step("ticketTransfer", &ticket, crew.words_for("ticketTransfer")).await.ok();
    second.step("ticketAccept", &ticket, json!({})).await.ok();
    crew.dispatcher.client.step("ticketHelperAdd", &ticket, json!({ "staffId": crew.plumber.wire })).await.ok();
    crew.dispatcher.client.step("ticketHelperRemove", &ticket, json!({ "staffId": crew.plumber.wire })).await.ok();
    crew.owner.step("ticketReschedule", &ticket, crew.words_for("ticketReschedule")).await.ok();
    second.step("ticketStart", &ticket, json!({})).await.ok();
    second.step("ticketPause", &ticket, crew.words_for("ticketPause")).await.ok();
    second.step("ticketResume", &ticket, json!({})).await.ok();
    second.step("ticketComplete", &ticket, crew.words_for("ticketComplete")).await.ok();
    app.advance(chrono::Duration::hours(1));
    crew.called_back(&ticket, "SOLVED").await;
    crew.owner.step("ticketRate", &ticket, crew.words_for("ticketRate")).await.ok();
    ticket
}

both!(a_history_reads_in_both_languages);
async fn a_history_reads_in_both_languages(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = lived(&app, &crew).await;
    let english = [
        "The resident submitted the ticket: 厨房漏水",
        "员工1-2 gave the ticket to 员工1-3",
        "The resident asked for it to be hurried: 请快一点",
        "员工1-3 passed the ticket on to 员工1-4: 请帮忙",
        "员工1-4 took the ticket on",
        "员工1-2 asked 员工1-3 to help",
        "员工1-2 took 员工1-3 off as a helper",
        "The resident agreed another appointment: 业主出差",
        "员工1-4 arrived and began the work",
        "员工1-4 paused the work: Parts are on order, 等配件",
        "员工1-4 went on with the work",
        "员工1-4 completed the work: 换了垫圈",
        "员工1-1 called back: it is solved: 业主满意",
        "The resident rated the work: 谢谢",
    ];
    assert_eq!(summaries(&crew.desk.client, &ticket).await, english);
    let chinese = summaries(&crew.owner.speaking("zh-CN"), &ticket).await;
    assert_eq!(chinese[0], "您提交了工单：厨房漏水");
    assert_eq!(chinese[3], "员工1-3转单给员工1-4：请帮忙");
    assert_eq!(chinese[9], "员工1-4暂停了维修：等待配件，等配件");
    assert_eq!(chinese[11], "员工1-4完工：换了垫圈");

    let seen = look(&crew.desk.client, &ticket, TOLD).await;
    assert_eq!(change(&seen, 3, "assignee"), json!(["Assignee", "员工1-3", "员工1-4"]));
    assert_eq!(change(&seen, 3, "state"), Value::Null, "it stays dispatched");
    assert_eq!(change(&seen, 4, "state"), json!(["State", "Dispatched", "Accepted"]));
    assert_eq!(change(&seen, 5, "helper"), json!(["Helper", null, "员工1-3"]));
    assert_eq!(change(&seen, 6, "helper"), json!(["Helper", "员工1-3", null]));
    assert_eq!(change(&seen, 7, "slot"), json!(["Appointment", null, "2030-01-07 09:00 – 2030-01-07 11:00"]));
    assert_eq!(change(&seen, 9, "reason"), json!(["Reason", null, "Parts are on order"]));
    assert_eq!(change(&seen, 11, "outcome"), json!(["Outcome", null, "Done"]));
    assert_eq!(change(&seen, 12, "method"), json!(["Called back by", null, "Phone"]));
    assert_eq!(change(&seen, 13, "speed"), json!(["Speed", null, "4"]));
    let seen = look(&crew.desk.client.speaking("zh-CN"), &ticket, TOLD).await;
    assert_eq!(change(&seen, 4, "state"), json!(["状态", "已派单", "已接单"]));
}

both!(a_phone_is_masked_for_whoever_has_no_need_of_it);
async fn a_phone_is_masked_for_whoever_has_no_need_of_it(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "DISPATCHED").await;
    for (client, phone) in [
        (&crew.owner, "13900010001"),
        (&crew.desk.client, "13900010001"),
        (&crew.plumber.client, "13900010001"),
        (&crew.second.client, "139****0001"),
    ] {
        let seen = look(client, &ticket, TOLD).await;
        assert_eq!(change(&seen, 0, "contactPhone"), json!(["Contact phone", null, phone]));
        assert_eq!(seen.to_string().contains("13900010001"), phone == "13900010001");
    }
}

both!(what_was_erased_says_so);
async fn what_was_erased_says_so(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "ACCEPTED").await;
    let id = id_of(&ticket);
    app.app.db.write(move |tx| Box::pin(async move { Ok(erase_payload(tx, id.0).await?) })).await.unwrap();
    let english = summaries(&crew.desk.client, &ticket).await;
    assert_eq!(english[..2], ["The resident submitted the ticket: (erased)", "员工1-2 gave the ticket to (erased)"]);
    let chinese = summaries(&crew.desk.client.speaking("zh-CN"), &ticket).await;
    assert_eq!(chinese[..2], ["住户提交了工单：（已删除）", "员工1-2派单给（已删除）"]);
    let seen = look(&crew.desk.client, &ticket, TOLD).await;
    assert_eq!(change(&seen, 0, "details"), json!(["Details", null, "(erased)"]));
    assert_eq!(change(&seen, 0, "contactPhone"), Value::Null);
    assert_eq!(change(&seen, 1, "state"), json!(["State", "Submitted", "Dispatched"]));
}

both!(a_page_of_histories_takes_one_statement_more);
async fn a_page_of_histories_takes_one_statement_more(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for tickets in [1, 19] {
        for _ in 0..tickets {
            crew.brought(json!({}), "COMPLETED").await;
        }
        // The viewer, the page, the events; and the names of those who were given tickets.
        for (edge, expected) in
            [("kind", 3), ("summary", 4), ("changes { after }", 4), ("kind summary changes { field }", 4)]
        {
            let query = format!("{{ tickets {{ nodes {{ id events {{ {edge} }} }} }} }}");
            let (statements, data) = app.statements(crew.desk.client.query(&query, json!({}))).await;
            assert!(!data["tickets"]["nodes"].as_array().unwrap().is_empty());
            assert_eq!(statements, expected, "{edge} after {tickets}");
        }
    }
}
