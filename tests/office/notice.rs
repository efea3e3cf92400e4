//! A public fault's link in the lobby: what everybody may know, from the first day to the last.

use std::sync::Arc;

use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};
use support::{Client, TestApp, both};

use super::shared::{header, open};
use crate::contacts::shared::lift;
use crate::tickets::shared::{Crew, key, look, merged, number};

/// A lift that does not move, submitted at the front desk with what nobody else may read.
pub async fn fault(crew: &Crew) -> String {
    let secret = json!({ "description": "101王先生说电梯坏了，电话13712345678", "contactName": "王先生",
        "contactPhone": "13712345678", "accessNote": "找保安拿钥匙", "place": "3单元电梯" });
    let mut input = merged(lift(crew), secret);
    input["unitId"] = Value::Null;
    crew.desk.client.submit(crew.repair(input)).await
}

/// Makes a ticket's link; its `notice`.
pub async fn posted(client: &Client, ticket: &str, words: Value) -> Value {
    let input = json!({ "ticketId": ticket, "words": words, "idempotencyKey": key() });
    let selection = "ticket { notice { url posterUrl words createdByName createdAt expiresAt } }";
    client.mutate("ticketNoticeLinkCreate", input, selection).await.ok()["ticket"]["notice"].clone()
}

/// Ends a ticket's link.
pub async fn revoked(client: &Client, ticket: &str) {
    let input = json!({ "ticketId": ticket, "idempotencyKey": key() });
    client.mutate("ticketNoticeLinkRevoke", input, "ticket { notice { url } }").await.ok();
}

/// The body of a public page that there is.
async fn read(app: &TestApp, url: &str) -> String {
    let page = open(app, url).await;
    assert_eq!(page.status(), 200);
    page.text().await.unwrap()
}

both!(everybody_reads_where_the_fault_stands_and_nothing_more);
async fn everybody_reads_where_the_fault_stands_and_nothing_more(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = fault(&crew).await;
    let version = look(&crew.desk.client, &ticket, "version number").await;
    let notice = posted(&crew.desk.client, &ticket, json!("请走步梯 <b>安全第一</b>")).await;
    assert_eq!((&notice["createdByName"], &notice["expiresAt"]), (&json!("员工1-1"), &Value::Null));
    let url = notice["url"].as_str().unwrap();
    assert_eq!(url.len(), "/t/".len() + 64, "256 bits");
    let page = open(&app, url).await;
    assert_eq!(header(&page, "cache-control"), "public, max-age=60");
    assert_eq!(header(&page, "x-robots-tag"), "noindex");
    assert!(header(&page, "content-security-policy").starts_with("default-src 'none'; style-src 'sha256-"));
    let html = page.text().await.unwrap();
    let known = [
        version["number"].as_str().unwrap(),
        "邻里花园",
        "1栋 3单元电梯",
        "已受理",
        "Received",
        "2026-03-02 09:00",
        "预计完成",
        "&#60;b&#62;安全第一&#60;/b&#62;",
    ];
    for told in known {
        assert!(html.contains(told), "{told}: {html}");
    }
    for secret in ["13712345678", "137****", "王先生", "找保安", "员工", "电梯坏了", "<script", "<b>", "src=", "href="]
    {
        assert!(!html.contains(secret), "{secret}");
    }
    // It goes on with the work; being told is no step of it.
    crew.bring(&ticket, "PAUSED").await;
    let html = read(&app, url).await;
    assert!(html.contains("暂停：等待配件") && html.contains("到场") && !html.contains("预计完成"), "{html}");
    assert!(!html.contains("员工"), "nobody is named");
    assert_eq!(look(&crew.desk.client, &ticket, "events { kind }").await["events"].as_array().unwrap().len(), 5);
    let (poster, poster_url) = (read(&app, notice["posterUrl"].as_str().unwrap()).await, format!("{url}/notice"));
    assert_eq!(notice["posterUrl"], poster_url);
    assert!(poster.contains("size: A4") && poster.contains("<svg ") && poster.contains("扫码查看维修进度"));
    assert!(!poster.contains("13712345678") && !poster.contains("王先生"));
}

both!(a_link_lives_thirty_days_longer_than_its_ticket);
async fn a_link_lives_thirty_days_longer_than_its_ticket(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = fault(&crew).await;
    let url = posted(&crew.desk.client, &ticket, Value::Null).await["url"].as_str().unwrap().to_owned();
    crew.bring(&ticket, "CLOSED").await;
    assert!(read(&app, &url).await.contains("已完成"));
    let notice = look(&crew.desk.client, &ticket, "notice { url expiresAt }").await["notice"].clone();
    assert_eq!((&notice["url"], &notice["expiresAt"]), (&json!(url), &json!("2026-04-01T01:00:00Z")));
    app.advance(Duration::days(30) - Duration::seconds(1));
    read(&app, &url).await;
    app.advance(Duration::seconds(1));
    assert_eq!(open(&app, &url).await.status(), 404);
    assert!(look(&crew.desk.client, &ticket, "notice { url }").await["notice"].is_null());
}

both!(what_is_unknown_revoked_or_over_answers_alike);
async fn what_is_unknown_revoked_or_over_answers_alike(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (one, two) = (fault(&crew).await, fault(&crew).await);
    let gone = posted(&crew.desk.client, &one, Value::Null).await["url"].as_str().unwrap().to_owned();
    let over = posted(&crew.desk.client, &two, Value::Null).await["url"].as_str().unwrap().to_owned();
    revoked(&crew.dispatcher.client, &one).await;
    crew.bring(&two, "CANCELLED").await;
    assert!(read(&app, &over).await.contains("已取消"));
    app.advance(Duration::days(30));
    let unknown = format!("/t/{}", "0".repeat(64));
    let mut answers = Vec::new();
    for url in [&unknown, &gone, &over, "/t/x", &format!("{unknown}/notice"), &format!("{gone}/notice")] {
        let page = open(&app, url).await;
        let headers: Vec<String> = ["content-type", "cache-control", "content-security-policy", "x-robots-tag"]
            .iter()
            .map(|name| header(&page, name))
            .collect();
        answers.push((page.status().as_u16(), headers, page.text().await.unwrap()));
    }
    assert_eq!(answers[0].0, 404);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    // A new link of the same ticket is another one.
    let fresh = posted(&crew.desk.client, &one, Value::Null).await["url"].clone();
    assert_ne!(fresh, json!(gone));
    assert_eq!(open(&app, &gone).await.status(), 404);
    assert_eq!(open(&app, fresh.as_str().unwrap()).await.status(), 200);
}

both!(a_page_is_read_and_never_written_to);
async fn a_page_is_read_and_never_written_to(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = fault(&crew).await;
    let url = posted(&crew.desk.client, &ticket, Value::Null).await["url"].as_str().unwrap().to_owned();
    let head = app.http().request(Method::HEAD, app.url(&url)).send().await.unwrap();
    assert_eq!((head.status().as_u16(), head.bytes().await.unwrap().len()), (200, 0));
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        assert_eq!(app.http().request(method, app.url(&url)).send().await.unwrap().status(), 405);
    }
    let (statements, page) = app.statements(open(&app, &url)).await;
    assert_eq!((statements, page.status().as_u16()), (2, 200), "the token and the ticket");
}

both!(the_token_stands_nowhere_in_the_database);
async fn the_token_stands_nowhere_in_the_database(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = fault(&crew).await;
    let url = posted(&crew.desk.client, &ticket, Value::Null).await["url"].as_str().unwrap().to_owned();
    let token = url.trim_start_matches("/t/");
    let mut sql = api::db::Sql::new("SELECT COUNT(*) FROM ticket_notice WHERE");
    let hashed = sql.with(" token_hash = ", api::infra::signed::token_hash(token));
    assert_eq!(hashed.number(app.app.db.read()).await.unwrap(), 1);
    let mut sql = api::db::Sql::new("SELECT COUNT(*) FROM idempotency_key WHERE");
    assert_eq!(sql.with(" result = ", token).number(app.app.db.read()).await.unwrap(), 0);
    // Another node, with the same master key, makes the same address of it.
    let node = app.another_node(false, |_| ()).await;
    let there = look(&crew.desk.client.at(node.url("/graphql")), &ticket, "notice { url }").await;
    assert_eq!(there["notice"]["url"], url);
    assert_eq!(app.http().get(node.url(&url)).send().await.unwrap().status(), 200);
    node.stop().await;
    assert_eq!(number(&app, "SELECT COUNT(*) FROM ticket_notice").await, 1);
}

both!(a_work_order_of_an_announced_fault_leads_to_the_notice);
async fn a_work_order_of_an_announced_fault_leads_to_the_notice(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = fault(&crew).await;
    let printed = async || {
        let link = look(&crew.desk.client, &ticket, "printLink { url }").await;
        open(&app, link["printLink"]["url"].as_str().unwrap()).await.text().await.unwrap()
    };
    assert!(printed().await.contains(&ticket), "the ticket's id, for the staff app");
    posted(&crew.desk.client, &ticket, Value::Null).await;
    let html = printed().await;
    assert!(!html.contains(&ticket) && html.contains("<svg "), "another code");
}
