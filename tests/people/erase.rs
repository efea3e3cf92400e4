//! An account is erased: what was the person's is gone, what is the company's stays without the person.

use std::sync::Arc;

use api::db::Sql;
use api::infra::history;
use entities::values::{ResidencyRole, Role};
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use support::{Backend, Client, Socket, TestApp, both};

use super::shared::{about, admit, asked, decide, homes, resident, residents};
use crate::tickets::shared::{Crew, key, look, number};

both!(nothing_of_the_person_is_left, sessions_end_at_once_and_the_phone_starts_anew);

const PHONE: &str = "13900010001";
const NAME: &str = "住户1-1";

/// Erases the account of whoever has the phone.
pub async fn erase(app: &TestApp, client: &Client, phone: &str) -> support::client::Outcome {
    app.anonymous().mutate("signInCodeRequest", json!({ "phone": phone }), "sent").await.ok();
    let code = app.sms.last_code(phone).unwrap();
    client.mutate("accountErase", json!({ "code": code }), "erased").await
}

#[derive(FromQueryResult)]
struct Column {
    table_name: String,
    column_name: String,
}

/// Every column that holds text, with how many rows of it hold `needle`; only those that do.
pub async fn holding(app: &TestApp, needle: &str) -> Vec<String> {
    let sql = match app.backend {
        Backend::Sqlite => {
            "SELECT t.name AS table_name, c.name AS column_name FROM sqlite_master t JOIN pragma_table_info(t.name) c
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND lower(c.type) = 'text'"
        }
        Backend::Postgres => {
            "SELECT table_name::text AS table_name, column_name::text AS column_name FROM information_schema.columns
            WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')"
        }
    };
    let columns: Vec<Column> = Sql::new(sql).all(app.app.db.read()).await.unwrap();
    assert!(columns.len() > 100, "{} columns", columns.len());
    let mut found = Vec::new();
    for Column { table_name, column_name } in columns {
        let mut sql = Sql::new(format!("SELECT COUNT(*) FROM \"{table_name}\" WHERE \"{column_name}\" LIKE "));
        let rows = sql.bind(format!("%{needle}%")).number(app.app.db.read()).await.unwrap();
        if rows > 0 {
            found.push(format!("{table_name}.{column_name}"));
        }
    }
    found.sort();
    found
}

/// A life in the community: tickets with words, a contact, requests with documents, a recurring service that has ended.
async fn live(app: &TestApp, crew: &Crew) -> String {
    let words = format!("我是{NAME}，电话{PHONE}，请上门");
    let more = json!({ "description": words, "accessNote": words, "contactName": NAME });
    let ticket = crew.brought(more, "COMPLETED").await;
    crew.owner.step("ticketCommentAdd", &ticket, json!({ "words": words, "visibility": "PUBLIC" })).await.ok();
    let answer = json!({ "words": format!("已联系{NAME}"), "visibility": "INTERNAL" });
    crew.desk.client.step("ticketCommentAdd", &ticket, answer).await.ok();
    let mut rating = crew.words_for("ticketRate");
    rating["words"] = json!(words);
    crew.owner.step("ticketRate", &ticket, rating).await.ok();
    crew.called_back(&ticket, "SOLVED").await;
    // The front desk took one in by phone before there was an account.
    let said = json!({ "unitId": crew.world.unit(), "kind": "ENQUIRY", "words": words, "callerName": NAME,
        "callerPhone": PHONE, "answer": words, "idempotencyKey": "desk" });
    crew.desk.client.mutate("contactRecord", said, "contact { id }").await.ok();
    let said = json!({ "unitId": crew.world.unit(), "kind": "PRAISE", "words": words, "idempotencyKey": "own" });
    crew.owner.mutate("contactRecord", said, "contact { id }").await.ok();
    let deed = crate::uploads::attach::photo(app, &crew.owner).await;
    let lease =
        json!({ "unitNumber": "103", "role": "TENANT", "name": NAME, "companyName": NAME, "documents": [deed] });
    let request = asked(&crew.owner, lease).await;
    decide(&crew.desk.client, "residencyApprove", &request, json!({})).await.ok();
    let refused = asked(&crew.owner, json!({ "unitNumber": "104", "name": NAME })).await;
    let why = json!({ "reason": format!("{NAME}不是业主") });
    decide(&crew.desk.client, "residencyRefuse", &refused, why).await.ok();
    let deed = crate::uploads::attach::photo(app, &crew.owner).await;
    asked(&crew.owner, json!({ "unitNumber": "104", "name": NAME, "documents": [deed] })).await;
    crate::uploads::attach::photo(app, &crew.owner).await;
    // A co-owner of another unit let the person in there.
    let neighbour = crew.world.resident(app, 2, crew.world.home.units[1], ResidencyRole::Owner).await;
    let unit = api::graphql::id::wire_id(crew.world.home.units[1]).to_string();
    admit(&neighbour, &crew.world, json!({ "unitId": unit, "phone": PHONE, "name": NAME })).await.ok();
    app.app
        .db
        .write(|tx| {
            Box::pin(async move {
                Ok(Sql::new(
                    "INSERT INTO wechat_account (app_id, openid, account_id, bound_at)
            SELECT 'wx', 'openid-canary', id, created_at FROM account WHERE phone = '13900010001'",
                )
                .run(tx)
                .await?)
            })
        })
        .await
        .unwrap();
    ticket
}

async fn nothing_of_the_person_is_left(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = live(&app, &crew).await;
    assert_eq!(homes(&crew.owner).await, ["101 OWNER", "102 FAMILY", "103 TENANT"]);
    api::infra::history::checkpoint::checkpoint(&app.app).await.unwrap();
    let before = look(&crew.desk.client, &ticket, "number state version events { kind }").await;
    let held = holding(&app, PHONE).await;
    for column in
        ["account.phone", "ticket.contact_phone", "history_event.payload", "contact.words", "ticket_rating.words"]
    {
        assert!(held.contains(&column.to_owned()), "the canary is not in {column}: {held:?}");
    }
    assert_eq!(erase(&app, &crew.owner, PHONE).await.ok()["erased"], true);
    // The company's own register keeps its entry, which was there before the account and is there after it.
    assert_eq!(holding(&app, PHONE).await, ["residency.phone"]);
    assert_eq!(holding(&app, NAME).await, ["residency.name"]);
    assert_eq!(holding(&app, "openid-canary").await, Vec::<String>::new());
    let kept = "SELECT COUNT(*) FROM residency WHERE name = '住户1-1' AND source = 'REGISTER' AND account_id IS NULL";
    assert_eq!(
        (number(&app, kept).await, number(&app, "SELECT COUNT(*) FROM residency WHERE name = '住户1-1'").await),
        (1, 1)
    );
    // The records stay, and so do their chains and checkpoints.
    assert_eq!(look(&crew.desk.client, &ticket, "number state version events { kind }").await, before);
    let told = look(&crew.desk.client, &ticket, "contactName contactPhone accessNote description").await;
    let expected = json!({ "contactName": null, "contactPhone": null, "accessNote": null, "description": "我是***，电话***，请上门" });
    assert_eq!(told, expected);
    assert!(history::verify_all(app.app.db.read()).await.unwrap().breaks.is_empty());
    let checkpoints = history::checkpoint::verify_checkpoints(&app.app, None).await.unwrap();
    assert!(checkpoints.breaks.is_empty(), "{:?}", checkpoints.breaks);
    // The documents and the pictures that nothing had claimed are gone from the store.
    api::worker::housekeeping(&app.app).await.unwrap();
    assert_eq!(app.objects(), Vec::<String>::new());
    // Others see that somebody was there, and not who.
    let neighbour = app.resident("13900010002").await;
    let seen = residents(&neighbour, crew.world.home.units[1]).await;
    assert_eq!(seen.as_array().unwrap().len(), 1, "{seen:#}");
    let admin = crew.world.admin(&app).await;
    let reviews = admin.query("{ residencyReviews { nodes { state name phone documents { url } } } }", json!({})).await;
    for row in reviews["residencyReviews"]["nodes"].as_array().unwrap() {
        assert_eq!((&row["name"], &row["documents"]), (&json!(""), &json!([])), "{row}");
        assert_ne!(row["state"], "PENDING");
    }
}

async fn sessions_end_at_once_and_the_phone_starts_anew(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let elsewhere = app.resident(PHONE).await;
    let mut socket = Socket::signed_in(&app.url("/graphql"), elsewhere.token()).await;
    let file = crew.owner.mutate("dataExport", json!({ "idempotencyKey": key() }), "link { url }").await.ok();
    erase(&app, &crew.owner, PHONE).await.ok();
    for client in [&crew.owner, &elsewhere] {
        let answer = client.post("{ units { totalCount } }", json!({})).await;
        assert_eq!(answer.code(), "UNAUTHENTICATED");
    }
    socket.closed().await;
    let page = app.http().get(app.url(file["link"]["url"].as_str().unwrap())).send().await.unwrap();
    assert_eq!(page.status(), 404, "no file of an account that is no more");
    assert_eq!(erase(&app, &crew.owner, PHONE).await.refused(), "UNAUTHENTICATED");
    // The same phone is a new account, of which nothing is known but what the register says.
    let anew = app.resident(PHONE).await;
    let viewer = anew.query("{ viewer { name units { role } residencyRequests { totalCount } } }", json!({})).await;
    assert_eq!(viewer["viewer"], json!({ "name": "", "units": [], "residencyRequests": { "totalCount": 0 } }));
    anew.mutate("residencyBind", json!({ "name": NAME }), "units { role }").await.ok();
    assert_eq!(homes(&anew).await, ["101 OWNER"]);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM own_data WHERE kind = 'ERASED'").await, 1);
    // And is erased again, like any other; a register's tenant who was removed, too.
    let manager = crew.world.worker(&app, 30, Role::Manager, &[]).await.client;
    let id: Value = resident(&residents(&manager, crew.world.home.units[0]).await, NAME);
    about(&manager, "residencyEnd", &id, json!({ "reason": "SOLD" })).await.ok();
    erase(&app, &anew, PHONE).await.ok();
    assert_eq!(holding(&app, NAME).await, ["residency.name"]);
}
