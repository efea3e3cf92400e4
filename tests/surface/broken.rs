//! A database that is broken, table by table: whatever is asked, no answer tells what went wrong inside.

use std::sync::Arc;

use api::db::Sql;
use entities::values::{ResidencyRole, Role, Trade};
use serde_json::{Value, json};
use support::{Client, Socket, TestApp, World, both};

use super::errors::assert_silent;

both!(no_answer_tells_of_a_missing_table);

const TABLES: [&str; 22] = [
    "setting",
    "organization",
    "history_event",
    "idempotency_key",
    "outbox",
    "account",
    "staff_member",
    "sign_in_code",
    "session",
    "community",
    "building",
    "unit",
    "residency",
    "staff_assignment",
    "staff_trade",
    "ticket_category",
    "service_policy",
    "ticket",
    "callback_attempt",
    "ticket_comment",
    "upload",
    "contact",
];

/// What only the inside of the program is called.
const TYPES: [&str; 8] = ["::", "dberr", "fault(", "sqlx", "some(", "err(", "/src/", "unwrap"];

async fn no_answer_tells_of_a_missing_table(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let technician = world.worker(&app, 2, Role::Technician, &[Trade::Plumbing]).await;
    let ticket = owner.submit(world.repair("k")).await;
    let admin = world.admin(&app).await;
    let clients = [&owner, &desk.client, &technician.client, &admin];
    let mut failures = 0;
    for table in TABLES {
        app.change(&Sql::new(format!("ALTER TABLE {table} RENAME TO hidden"))).await;
        for (number, client) in clients.into_iter().enumerate() {
            for answer in ask(&app, &world, client, &ticket, number).await {
                failures += usize::from(answer.to_string().contains("INTERNAL"));
                assert_silent(&answer);
                let text = answer.to_string().to_lowercase();
                assert!(TYPES.iter().all(|word| !text.contains(word)), "{table}: {text}");
                // Names of columns and constraints.
                assert!(
                    !text.contains("org_id") && !text.contains("_unique") && !text.contains("constraint"),
                    "{text}"
                );
            }
        }
        app.change(&Sql::new(format!("ALTER TABLE hidden RENAME TO {table}"))).await;
    }
    assert!(failures > 100, "{failures} answers failed at all");
    admin.query("{ estateTotals { unitCount } tickets { nodes { id } } }", json!({})).await;
}

/// A broad set of operations, and what became of each.
async fn ask(app: &TestApp, world: &World, client: &Client, ticket: &str, number: usize) -> Vec<Value> {
    let mut answers = Vec::new();
    for query in [
        "{ viewer { id name badges { __typename } units { unit { number } } } }",
        "{ communities { nodes { name buildingCount buildings { nodes { name } } } } units { totalCount nodes { number } } }",
        "{ tickets { totalCount nodes { id state availableActions assignee { name } events { summary } comments { words }
            callbacks { words } attachments { id } contacts { id } } } ticketCounts { state count } }",
        "{ staff { nodes { name trades } } }",
        "{ ticketCategories { id code } }",
    ] {
        answers.push(client.post(query, json!({})).await.body);
    }
    let key = format!("{number}");
    for (mutation, input, selection) in [
        ("ticketSubmit", world.repair(&format!("new {key}")), "ticket { id }"),
        (
            "ticketComment",
            json!({ "ticketId": ticket, "words": "x", "visibility": "PUBLIC", "idempotencyKey": key }),
            "ticket { id }",
        ),
        ("ticketClaim", json!({ "ticketId": ticket, "idempotencyKey": key }), "ticket { id }"),
        ("signInCodeRequest", json!({ "phone": "13911112222" }), "sent"),
        ("signInStaff", json!({ "phone": "13811112222", "password": "x" }), "accessToken"),
        ("residencyBind", json!({ "name": "x" }), "units { role }"),
    ] {
        answers.push(client.mutate(mutation, input, selection).await.answer.body);
    }
    let mut socket = Socket::open(&app.url("/graphql")).await;
    socket.say(json!({ "type": "connection_init", "payload": { "token": client.token() } })).await;
    if let support::socket::Heard::Message(_) = socket.hear().await {
        socket
            .subscribe(
                "a",
                "subscription($id: ID!) { ticketUpdated(id: $id) { id building { name } } }",
                json!({ "id": ticket }),
            )
            .await;
        if let support::socket::Heard::Message(message) = socket.hear().await {
            let errors = message["payload"].as_array().cloned().unwrap_or_default();
            answers.push(json!({ "errors": errors }));
        }
    }
    let upload =
        app.http().post(app.url("/uploads")).bearer_auth(client.token().unwrap()).header("tus-resumable", "1.0.0");
    let upload = upload.header("upload-length", "10");
    let id = uuid::Uuid::new_v4().to_string();
    use base64::Engine as _;
    let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let metadata = format!("id {},filetype {}", encode(&id), encode("image/png"));
    let text = upload.header("upload-metadata", metadata).send().await.unwrap().text().await.unwrap();
    answers.extend(serde_json::from_str::<Value>(&text));
    answers
}
