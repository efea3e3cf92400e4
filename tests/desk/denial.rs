//! Who may not: each role, the other community and the other organization, with the exact code, and nothing changed.

use std::sync::Arc;

use entities::values::Role;
use serde_json::{Value, json};
use support::client::Outcome;
use support::{Client, TestApp, World, both};

use super::shared::{Desk, rows};
use crate::tickets::shared::key;

both!(who_has_no_right_is_told_so, elsewhere_is_as_good_as_missing);

type Command = (&'static str, Value, &'static str);

/// A desk at which everything was done once, and every mutation with an input that would do.
async fn commands(app: &TestApp) -> (Desk, Vec<Command>) {
    let desk = Desk::open(app).await;
    let receipt = desk.record(json!({ "amount": "1" })).await.ok()["recorded"]["receipt"]["id"].clone();
    let series = desk.series("P", true).await.ok()["series"]["id"].clone();
    let book = desk.book(&series, (1, 5), &desk.clerk.wire).await.ok()["book"]["id"].clone();
    let charges = desk.charges(0).await;
    let asked = desk.invoice(&desk.owner, json!({ "chargeIds": [charges[0]] })).await.ok()["invoice"]["id"].clone();
    let shift =
        desk.clerk.client.query("{ shifts { nodes { id } } }", json!({})).await["shifts"]["nodes"][0]["id"].clone();
    let community = desk.scene.community();
    let issue = json!({ "seriesId": series, "from": 11, "to": 12, "staffId": desk.clerk.wire });
    let series = json!({ "communityId": community, "code": "X", "name": "x" });
    let invoice = json!({ "chargeIds": [charges[1]], "kind": "PERSON", "title": "x" });
    let commands = vec![
        ("paymentRecord", json!({ "chargeIds": [charges[0]], "method": "CASH" }), "recorded { paymentId }"),
        ("shiftOpen", json!({ "communityId": community, "float": "0" }), "shift { id }"),
        ("shiftClose", json!({ "shiftId": shift, "countedCash": "101" }), "shift { id }"),
        ("receiptVoid", json!({ "receiptId": receipt, "reason": "x" }), "receipt { id }"),
        ("invoiceRequest", invoice, "invoice { id }"),
        ("receiptSeriesSet", series, "series { id }"),
        ("receiptBookIssue", issue, "book { id }"),
        ("receiptBookReturn", json!({ "receiptBookId": book }), "book { id }"),
        ("invoiceIssue", json!({ "invoiceRequestId": asked, "number": "12345678" }), "invoice { id }"),
        ("invoiceRefuse", json!({ "invoiceRequestId": asked, "reason": "x" }), "invoice { id }"),
        (
            "invoiceReverse",
            json!({ "invoiceRequestId": asked, "redNumber": "12345678", "reason": "x" }),
            "invoice { id }",
        ),
    ];
    (desk, commands)
}

/// How many of the commands are the desk's; those after them are the office's.
const AT_THE_DESK: usize = 5;

async fn send(by: &Client, (name, input, selection): &Command) -> Outcome {
    let mut input = input.clone();
    input["idempotencyKey"] = json!(key());
    by.mutate(name, input, selection).await
}

const LISTS: [&str; 4] = [
    "{ shifts { nodes { id } } }",
    "{ receiptBooks { nodes { id } } }",
    "{ receipts { nodes { id } } }",
    "{ invoiceRequests { nodes { id } } }",
];

async fn who_has_no_right_is_told_so(app: Arc<TestApp>) {
    let (desk, commands) = commands(&app).await;
    let world = &desk.scene.world;
    let neighbour = desk.scene.owner(&app, 2, 2, "2025-01-01").await;
    let roles =
        [Role::FrontDesk, Role::Dispatcher, Role::Technician, Role::Contractor, Role::TeamLeader, Role::Supervisor];
    let mut strangers = vec![("nobody", app.anonymous(), "UNAUTHENTICATED")];
    for (number, role) in roles.into_iter().enumerate() {
        strangers.push((role.as_str(), world.worker(&app, 40 + number as u64, role, &[]).await.client, "FORBIDDEN"));
    }
    let before = rows(&app).await;
    for (who, client, expected) in &strangers {
        for command in &commands {
            assert_eq!(send(client, command).await.refused(), *expected, "{who} {}", command.0);
        }
        for list in LISTS {
            assert_eq!(client.post(list, json!({})).await.code(), *expected, "{who} {list}");
        }
    }
    for command in &commands {
        let expected = if command.0 == "invoiceRequest" { "NOT_FOUND" } else { "FORBIDDEN" };
        assert_eq!(send(&neighbour, command).await.refused(), expected, "a resident {}", command.0);
    }
    // What residents see is their own.
    for list in &LISTS[..2] {
        assert_eq!(neighbour.post(list, json!({})).await.code(), "FORBIDDEN", "{list}");
    }
    for list in &LISTS[2..] {
        let data = neighbour.query(list, json!({})).await;
        assert_eq!(data.as_object().unwrap().values().next().unwrap()["nodes"], json!([]), "{list}");
    }
    // A collector takes money, and leaves the office to others.
    for command in &commands[AT_THE_DESK..] {
        assert_eq!(send(&desk.clerk.client, command).await.refused(), "FORBIDDEN", "{}", command.0);
    }
    assert_eq!(rows(&app).await, before);
}

async fn elsewhere_is_as_good_as_missing(app: Arc<TestApp>) {
    let (desk, commands) = commands(&app).await;
    let stranger = World::build(&app, 2).await.admin(&app).await;
    let world = &desk.scene.world;
    let elsewhere = world.worker_at(&app, 50, Role::Finance, Some(world.elsewhere.community), &[]).await.client;
    let before = rows(&app).await;
    for client in [&stranger, &elsewhere] {
        for command in &commands {
            assert_eq!(send(client, command).await.refused(), "NOT_FOUND", "{}", command.0);
        }
        for list in LISTS {
            let data = client.query(list, json!({})).await;
            assert_eq!(data.as_object().unwrap().values().next().unwrap()["nodes"], json!([]), "{list}");
        }
        let series = "query($c: ID!) { receiptSeries(communityId: $c) { id } }";
        let data = client.query(series, json!({ "c": desk.scene.community() })).await;
        assert_eq!(data["receiptSeries"], json!([]));
    }
    assert_eq!(rows(&app).await, before);
}
