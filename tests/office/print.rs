//! A work order on paper: what the one who prints it may see, escaped, and recorded.

use std::sync::Arc;

use api::db::Sql;
use chrono::Duration;
use entities::values::Role;
use reqwest::Method;
use serde_json::{Value, json};
use support::{Client, TestApp, both};

use super::shared::{header, open, refused};
use crate::tickets::shared::{Crew, execute, look, number};

/// The address of a ticket's work order for somebody.
async fn link(client: &Client, ticket: &str) -> String {
    let found = look(client, ticket, "printLink { url expiresAt }").await;
    found["printLink"]["url"].as_str().unwrap().to_owned()
}

const HOSTILE: &str = "<script>alert(1)</script> \"'&{{ 1 }}</td><style>*{display:none}</style>";

both!(a_work_order_is_escaped_and_loads_nothing);
async fn a_work_order_is_escaped_and_loads_nothing(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let hostile = json!({ "description": HOSTILE, "accessNote": HOSTILE, "contactName": "<b>王</b>", "place": HOSTILE,
        "slotStart": "2026-03-03T01:00:00Z", "slotEnd": "2026-03-03T03:00:00Z" });
    let ticket = crew.brought(hostile, "ACCEPTED").await;
    let page = open(&app, &link(&crew.desk.client, &ticket).await).await;
    assert_eq!(page.status(), 200);
    assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
    assert_eq!(header(&page, "cache-control"), "no-store");
    assert_eq!(header(&page, "x-content-type-options"), "nosniff");
    assert_eq!(header(&page, "referrer-policy"), "no-referrer");
    let policy = header(&page, "content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    let html = page.text().await.unwrap();
    assert_eq!(
        (html.matches("<script").count(), html.matches("<b>").count(), html.matches("<style>").count()),
        (0, 0, 1)
    );
    assert!(html.contains("&#60;script&#62;alert(1)&#60;/script&#62;"), "{html}");
    for outside in ["src=", "href=", "@import", "url("] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(html.contains("size: A5"), "it has a size of paper of its own");
    // The style that the policy lets through is the one that stands there.
    let style = html.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    use base64::Engine as _;
    let digest = base64::engine::general_purpose::STANDARD.encode(api::infra::crypto::sha256(style.as_bytes()));
    assert!(policy.contains(&format!("'sha256-{digest}'")));
    let number = look(&crew.desk.client, &ticket, "number").await["number"].as_str().unwrap().to_owned();
    for told in [
        number.as_str(),
        "邻里花园",
        "1栋 101",
        "2026-03-03 09:00 – 2026-03-03 11:00",
        "员工1-3",
        "13900010001",
        "Work order",
        "Materials",
        "signature",
        "<svg ",
        ticket.as_str(),
    ] {
        assert!(html.contains(told), "{told}");
    }
}

both!(the_page_speaks_the_readers_language);
async fn the_page_speaks_the_readers_language(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.submitted(json!({})).await;
    let url = app.url(&link(&crew.desk.client, &ticket).await);
    let page = app.http().get(url).header("accept-language", "zh-CN,zh;q=0.9,en;q=0.1").send().await.unwrap();
    let html = page.text().await.unwrap();
    assert!(html.contains("<html lang=\"zh-CN\">") && html.contains("维修工单") && html.contains("住户签字"));
    assert!(!html.contains("Work order"));
}

both!(phones_are_those_of_the_one_who_prints);
async fn phones_are_those_of_the_one_who_prints(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "ACCEPTED").await;
    let contractor = crew.world.worker_at(&app, 20, Role::Contractor, None, &[]).await;
    for (who, full) in [(&crew.desk, true), (&crew.plumber, true), (&crew.second, false)] {
        let html = open(&app, &link(&who.client, &ticket).await).await.text().await.unwrap();
        assert_eq!((html.contains("13900010001"), html.contains("139****0001")), (full, !full));
    }
    assert!(look(&crew.owner, &ticket, "printLink { url }").await["printLink"].is_null());
    assert!(look(&contractor.client, &ticket, "printLink { url }").await.is_null());
    let admin = crew.world.admin(&app).await;
    let query = "query($filter: DisclosureFilterInput) { disclosures(filter: $filter) { nodes {
        kind staffName phones ticketId ticketNumber list } } }";
    let told = admin.query(query, json!({ "filter": { "ticketId": ticket } })).await;
    let rows = told["disclosures"]["nodes"].as_array().unwrap().clone();
    let seen: Vec<(&Value, &Value)> = rows.iter().map(|row| (&row["staffName"], &row["phones"])).collect();
    let expected =
        [("员工1-4", false), ("员工1-3", true), ("员工1-1", true)].map(|(name, full)| (json!(name), json!(full)));
    assert_eq!(seen, expected.each_ref().map(|(name, full)| (name, full)));
    assert!(rows.iter().all(|row| row["kind"] == "WORK_ORDER" && row["ticketId"] == ticket.as_str()));
    let by = json!({ "filter": { "staffId": crew.plumber.wire, "kind": "WORK_ORDER" } });
    assert_eq!(admin.query(query, by).await["disclosures"]["nodes"].as_array().unwrap().len(), 1);
}

both!(a_link_opens_one_ticket_for_one_person_for_a_while);
async fn a_link_opens_one_ticket_for_one_person_for_a_while(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (one, two) = (crew.submitted(json!({})).await, crew.submitted(json!({})).await);
    let (url, other) = (link(&crew.second.client, &one).await, link(&crew.desk.client, &two).await);
    let part =
        |url: &str, name: &str| url.split(&format!("{name}=")).nth(1).unwrap().split('&').next().unwrap().to_owned();
    let (path, query) = url.split_once('?').unwrap();
    for forged in [
        path.to_owned(),
        format!("{path}?{}", query.replace(&part(&url, "by"), &part(&other, "by"))),
        url.replace(&part(&url, "signature"), &part(&other, "signature")),
        url.replace(path, other.split_once('?').unwrap().0),
        url.replace(&part(&url, "expires"), "9999999999"),
        url.replace("/print/tickets/", "/exports/"),
        format!("/print/tickets/nonsense?{query}"),
    ] {
        assert_eq!(refused(open(&app, &forged).await).await, (403, "LINK_INVALID".to_owned()), "{forged}");
    }
    // To look at the head of it is not to open it.
    let head = app.http().request(Method::HEAD, app.url(&url)).send().await.unwrap();
    assert_eq!(head.status(), 403);
    assert_eq!(app.http().post(app.url(&url)).send().await.unwrap().status(), 405);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM disclosure").await, 0);
    let node = app.another_node(false, |_| ()).await;
    assert_eq!(app.http().get(node.url(&url)).send().await.unwrap().status(), 200);
    node.stop().await;
    app.advance(Duration::minutes(15));
    assert_eq!(refused(open(&app, &url).await).await, (410, "LINK_EXPIRED".to_owned()));
    assert_eq!(number(&app, "SELECT COUNT(*) FROM disclosure").await, 1);
}

both!(a_link_is_worth_what_its_makers_rights_are);
async fn a_link_is_worth_what_its_makers_rights_are(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.submitted(json!({})).await;
    let (desk, second) = (link(&crew.desk.client, &ticket).await, link(&crew.second.client, &ticket).await);
    let elsewhere = crew.world.elsewhere.community;
    let mut sql = Sql::new("UPDATE staff_assignment SET community_id =");
    execute(&app, sql.with(" ", elsewhere).with(" WHERE staff_id = ", crew.desk.id)).await;
    let mut sql = Sql::new("UPDATE staff_member SET left_at =");
    execute(&app, sql.with(" ", app.clock.now()).with(" WHERE id = ", crew.second.id)).await;
    for url in [desk, second] {
        assert_eq!(refused(open(&app, &url).await).await, (404, "NOT_FOUND".to_owned()));
    }
    assert_eq!(number(&app, "SELECT COUNT(*) FROM disclosure").await, 0);
}
