//! A contractor's people see the tickets that they were given, and nothing else, by whichever query.

use std::sync::Arc;

use api::graphql::id::wire_id;
use serde_json::{Value, json};
use support::world::Worker;
use support::{TestApp, both};

use super::scene::{company, duty, outsider};
use crate::tickets::shared::{COMMANDS, Crew, ids, key, listed, look, merged, rows};

both!(
    every_list_holds_the_own_tickets_alone,
    what_is_not_theirs_does_not_exist,
    the_own_ticket_shows_what_the_work_needs,
    they_do_the_work_and_decide_nothing,
    what_is_given_away_is_gone
);

struct Scene {
    crew: Crew,
    outside: Worker,
    colleague: Worker,
}

impl Scene {
    async fn set(app: &TestApp) -> Self {
        let crew = Crew::assemble(app).await;
        let admin = crew.world.admin(app).await;
        let id = company(&admin, &crew.world, "水暖公司").await;
        let outside = outsider(app, &admin, &id, 1).await;
        let colleague = outsider(app, &admin, &id, 2).await;
        Self { crew, outside, colleague }
    }

    async fn given(&self, to: &Worker) -> String {
        let ticket = self.crew.submitted(json!({})).await;
        let assignee = json!({ "assigneeId": to.wire });
        self.crew.dispatcher.client.step("ticketDispatch", &ticket, assignee).await.ok();
        ticket
    }
}

async fn every_list_holds_the_own_tickets_alone(app: Arc<TestApp>) {
    let scene = Scene::set(&app).await;
    let (crew, me) = (&scene.crew, &scene.outside.client);
    for state in ["SUBMITTED", "ACCEPTED", "COMPLETED"] {
        crew.brought(json!({}), state).await;
    }
    scene.given(&scene.colleague).await;
    assert!(listed(me, "tickets").await.is_empty() && listed(me, "myDay").await.is_empty());
    let own = scene.given(&scene.outside).await;
    for list in ["tickets", "myDay", "tickets(filter: { states: [DISPATCHED] })", "tickets(filter: { text: \"水管\" })"]
    {
        assert_eq!(listed(me, list).await, [own.clone()], "{list}");
    }
    // A filter does not widen the view.
    let filters = json!({ "assigneeId": scene.colleague.wire });
    let query = "query($filter: TicketFilterInput) { tickets(filter: $filter) { totalCount nodes { id } } }";
    let seen = me.query(query, json!({ "filter": filters })).await;
    assert_eq!(seen["tickets"], json!({ "totalCount": 0, "nodes": [] }));
    let filters = json!({ "communityId": wire_id(crew.world.home.community).to_string() });
    let seen = me.query(query, json!({ "filter": filters })).await;
    assert_eq!(ids(&seen["tickets"]["nodes"]), [own.clone()]);
    let counts = me.query("{ ticketCounts { state count overdueCount } }", json!({})).await;
    let counts: Vec<_> = counts["ticketCounts"].as_array().unwrap().iter().filter(|row| row["count"] != 0).collect();
    assert_eq!(counts, [&json!({ "state": "DISPATCHED", "count": 1, "overdueCount": 0 })]);
    app.advance(chrono::Duration::days(5));
    assert_eq!(listed(me, "ticketsOverdue").await, [own.clone()], "late ones too, the own");
    let badges = me.query("{ viewer { badges { myDay pool toDispatch callbacksDue overdue } } }", json!({})).await;
    let expected = json!({ "myDay": 1, "pool": null, "toDispatch": null, "callbacksDue": null, "overdue": 1 });
    assert_eq!(badges["viewer"]["badges"], expected);
    let viewer =
        me.query("{ viewer { kind units { role } staff { name assignments { role } trades } } }", json!({})).await;
    assert_eq!(
        viewer["viewer"],
        json!({ "kind": "STAFF", "units": [], "staff": {
            "name": "外包1", "assignments": [{ "role": "CONTRACTOR" }], "trades": [],
        } })
    );
    // One statement beside the viewer's, like everybody's lists.
    assert_eq!(app.statements(me.query("{ tickets { nodes { id number } } }", json!({}))).await.0, 2);
    assert_eq!(app.statements(me.query("{ myDay { nodes { id number } } }", json!({}))).await.0, 2);
}

async fn what_is_not_theirs_does_not_exist(app: Arc<TestApp>) {
    let scene = Scene::set(&app).await;
    let (crew, me) = (&scene.crew, &scene.outside.client);
    scene.given(&scene.outside).await;
    // Every list and figure that is not of own tickets.
    let unit = crew.world.unit();
    let home = wire_id(crew.world.home.community).to_string();
    let category = crew.world.category("PLUMBING");
    for query in [
        "{ ticketPool { totalCount } }".to_owned(),
        "{ ticketsToDispatch { totalCount } }".to_owned(),
        "{ callbacksDue { totalCount } }".to_owned(),
        "{ communities { totalCount } }".to_owned(),
        "{ communities { nodes { buildings { nodes { id } } } } }".to_owned(),
        "{ units { totalCount } }".to_owned(),
        "{ units { nodes { id } } }".to_owned(),
        "{ estateTotals { unitCount } }".to_owned(),
        "{ staff { totalCount } }".to_owned(),
        "{ staff { nodes { phone } } }".to_owned(),
        "{ contractors { totalCount } }".to_owned(),
        "{ servicePolicies { id } }".to_owned(),
        "{ ticketOnTimeReport { ticketCount } }".to_owned(),
        format!("{{ communityTicketSettings(communityId: \"{home}\") {{ autoDispatch }} }}"),
        format!(
            "{{ appointmentSlots(categoryId: \"{category}\", unitId: \"{unit}\", from: \"2026-03-02\") {{ start }} }}"
        ),
    ] {
        assert_eq!(me.post(&query, json!({})).await.code(), "FORBIDDEN", "{query}");
    }
    // By id, a foreign thing is as good as none.
    let ticket = crew.brought(json!({}), "ACCEPTED").await;
    let colleagues = scene.given(&scene.colleague).await;
    let suggest = "query($id: ID!) { ticketDispatchSuggest(ticketId: $id) { name } }";
    assert_eq!(me.post(suggest, json!({ "id": ticket })).await.code(), "FORBIDDEN");
    let building = wire_id(crew.world.home.building).to_string();
    let contractor = crew.world.admin(&app).await.query("{ contractors { nodes { id } } }", json!({})).await;
    let contractor = contractor["contractors"]["nodes"][0]["id"].as_str().unwrap().to_owned();
    for id in [&ticket, &colleagues, &unit, &home, &building, &crew.desk.wire, &scene.colleague.wire, &contractor] {
        let data = me.query("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
        assert!(data["node"].is_null(), "{id}");
    }
    let itself = me.query("query($id: ID!) { node(id: $id) { id } }", json!({ "id": scene.outside.wire })).await;
    assert_eq!(itself["node"]["id"], scene.outside.wire);
    // Each command answers as for a missing ticket, to the letter.
    let nobodys = wire_id(app.clock.new_id::<entities::values::TicketId>()).to_string();
    let before = rows(&app).await;
    for (mutation, _) in COMMANDS {
        let mut answers = Vec::new();
        for id in [&ticket, &colleagues, &nobodys] {
            let outcome = me.step(mutation, id, crew.words_for(mutation)).await;
            assert_eq!(outcome.refused(), "NOT_FOUND", "{mutation}");
            answers.push(outcome.answer.body);
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{mutation}");
    }
    let submitted = me.mutate("ticketSubmit", crew.repair(json!({})), "ticket { id }").await;
    assert_eq!(submitted.refused(), "FORBIDDEN");
    assert_eq!(rows(&app).await, before);
}

async fn the_own_ticket_shows_what_the_work_needs(app: Arc<TestApp>) {
    let scene = Scene::set(&app).await;
    let (crew, me) = (&scene.crew, &scene.outside.client);
    let own = scene.given(&scene.outside).await;
    let helper = json!({ "staffId": crew.second.wire });
    crew.dispatcher.client.step("ticketHelperAdd", &own, helper).await.ok();
    let internal = json!({ "words": "业主情绪激动", "visibility": "INTERNAL" });
    crew.desk.client.step("ticketCommentAdd", &own, internal.clone()).await.ok();
    crew.owner.step("ticketCommentAdd", &own, crew.words_for("ticketCommentAdd")).await.ok();
    let told = "contactName contactPhone communityName community { id } building { name }
        unit { number community { id } buildingName } assignee { phone } helpers { name phone }
        comments { words } events { kind }";
    let seen = look(me, &own, told).await;
    assert_eq!(
        seen,
        json!({
            // Whom to ask for, and where: nothing more of the household or the community.
            "contactName": "住户1-1", "contactPhone": "13900010001", "communityName": "邻里花园", "community": null,
            "building": { "name": "1栋" },
            "unit": { "number": "101", "community": null, "buildingName": "1栋" },
            "assignee": { "phone": "13700000001" },
            "helpers": [{ "name": "员工1-4", "phone": "138****0004" }],
            "comments": [{ "words": "在家等" }],
            "events": [{ "kind": "SUBMITTED" }, { "kind": "DISPATCHED" }, { "kind": "HELPER_ADDED" }],
        })
    );
    assert_eq!(me.step("ticketCommentAdd", &own, internal).await.refused(), "FORBIDDEN");
    me.step("ticketCommentAdd", &own, crew.words_for("ticketCommentAdd")).await.ok();
}

async fn they_do_the_work_and_decide_nothing(app: Arc<TestApp>) {
    let scene = Scene::set(&app).await;
    let (crew, me) = (&scene.crew, &scene.outside.client);
    duty(me, "dutyStart").await;
    let own = scene.given(&scene.outside).await;
    let steps = [
        ("ticketAccept", json!(["ACCEPT", "DECLINE", "COMMENT"])),
        ("ticketStart", json!(["START", "COMMENT"])),
        ("ticketPause", json!(["PAUSE", "COMPLETE", "COMMENT"])),
        ("ticketResume", json!(["RESUME", "COMMENT"])),
        ("ticketComplete", json!(["PAUSE", "COMPLETE", "COMMENT"])),
        ("", json!(["COMMENT"])),
    ];
    for (mutation, offered) in steps {
        assert_eq!(look(me, &own, "availableActions").await["availableActions"], offered, "before {mutation}");
        let before = rows(&app).await;
        for refused in [
            "ticketTransfer",
            "ticketReschedule",
            "ticketUrge",
            "ticketHelperAdd",
            "ticketCancel",
            "ticketDispatch",
            "ticketClaim",
            "ticketCallbackRecord",
            "ticketReinspect",
            "ticketReopen",
        ] {
            let outcome = me.step(refused, &own, crew.words_for(refused)).await;
            assert_eq!(outcome.refused(), "FORBIDDEN", "{refused} before {mutation}");
        }
        assert_eq!(rows(&app).await, before);
        if !mutation.is_empty() {
            me.step(mutation, &own, crew.words_for(mutation)).await.ok();
        }
    }
    assert_eq!(look(me, &own, "state").await["state"], "COMPLETED", "they see how it goes on");
    crew.called_back(&own, "NOT_SOLVED").await;
    assert_eq!(listed(me, "myDay").await, [own]);
}

async fn what_is_given_away_is_gone(app: Arc<TestApp>) {
    let scene = Scene::set(&app).await;
    let (crew, me) = (&scene.crew, &scene.outside.client);
    let own = scene.given(&scene.outside).await;
    me.step("ticketAccept", &own, json!({})).await.ok();
    crew.dispatcher.client.step("ticketTransfer", &own, crew.words_for("ticketTransfer")).await.ok();
    assert!(look(me, &own, "id").await.is_null());
    assert!(listed(me, "tickets").await.is_empty() && listed(me, "myDay").await.is_empty());
    assert_eq!(me.step("ticketStart", &own, json!({})).await.refused(), "NOT_FOUND");
    // A declined one is gone with the answer, also for whoever asks again with the same key.
    let declined = scene.given(&scene.outside).await;
    let input = merged(json!({ "ticketId": declined, "reason": "人手不够" }), json!({ "idempotencyKey": key() }));
    let before = rows(&app).await;
    for _ in 0..2 {
        let payload = me.mutate("ticketDecline", input.clone(), "ticket { id contactPhone }").await.ok();
        assert_eq!(payload["ticket"], Value::Null, "it happened, and there is nothing to show");
    }
    let gains = crate::tickets::shared::gained(&app, &before).await;
    assert!(gains.contains(&("history_event", 1)), "{gains:?}");
    assert!(look(me, &declined, "id").await.is_null());
    assert_eq!(me.step("ticketDecline", &declined, json!({ "reason": "再来" })).await.refused(), "NOT_FOUND");
}
