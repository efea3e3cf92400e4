//! The sandbox: its client, its page, its notifications, and its process.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use api::clock::Clock;
use api::infra::gateways::sandbox::{Sandbox, SandboxMerchant, SandboxServer, Settings, Switches};
use api::infra::gateways::{
    BillKind, Channel, Closing, Delivery, Event, Gateway as _, GatewayError, GatewayKind, Merchant, NewOrder,
    OrderState, PayWith, RefundState, Secret,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse as _;
use chrono::Utc;
use entities::values::Money;
use support::Program;

use super::shared::{Asked, Shared, impatient, number, order, refund, refund_number, serve};

/// What came to the address of notifications, each as headers and body; the first so many are not taken.
struct Inbox {
    url: String,
    came: Shared<Vec<(HeaderMap, Vec<u8>)>>,
}

async fn inbox(refuse: usize) -> Inbox {
    let came = Shared::<Vec<(HeaderMap, Vec<u8>)>>::default();
    let own = Arc::clone(&came);
    let url = serve(move |_| {
        Arc::new(move |asked: &Asked| {
            let mut came = own.lock().unwrap();
            came.push((asked.headers.clone(), asked.body.clone()));
            let taken = came.len() > refuse;
            if taken { StatusCode::NO_CONTENT.into_response() } else { StatusCode::SERVICE_UNAVAILABLE.into_response() }
        })
    })
    .await;
    Inbox { url, came }
}

impl Inbox {
    async fn wait(&self, count: usize) -> Vec<(HeaderMap, Vec<u8>)> {
        for _ in 0..500 {
            if self.came.lock().unwrap().len() >= count {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let came = self.came.lock().unwrap().clone();
        assert_eq!(came.len(), count);
        came
    }
}

fn merchant(url: &str) -> SandboxMerchant {
    SandboxMerchant { merchant: "m1".to_owned(), secret: Secret::new("a secret"), url: url.to_owned() }
}

async fn start(switches: Switches) -> (Sandbox, SandboxServer) {
    let (listen, public_url) = ("127.0.0.1:0".to_owned(), String::new());
    let settings = Settings { listen, public_url, secret: Secret::new("a secret"), switches };
    let server = SandboxServer::start(settings, Clock::system()).await.unwrap();
    (Sandbox::new(merchant(&server.url()), Clock::system(), impatient()).unwrap(), server)
}

fn new(text: &str, inbox: &Inbox) -> NewOrder {
    let expires_at = Utc::now() + chrono::Duration::minutes(15);
    NewOrder { expires_at, notify_url: format!("{}/notify", inbox.url), ..order(text, 10_010, Channel::Page) }
}

async fn open(gateway: &Sandbox, order: &NewOrder) -> String {
    let PayWith::Page { url } = gateway.create(order).await.unwrap() else { panic!() };
    url
}

async fn decide(page: &str, outcome: &'static str) -> String {
    let answer = reqwest::Client::new().post(page).body(outcome).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

#[tokio::test]
async fn a_payer_pays_and_gets_money_back() {
    let inbox = inbox(1).await;
    let (gateway, server) = start(Switches::default()).await;
    assert_eq!(gateway.query(&number("P00001")).await.unwrap().state, OrderState::Unknown);
    let asked = new("P00001", &inbox);
    let page = open(&gateway, &asked).await;
    assert_eq!(open(&gateway, &asked).await, page);
    let dearer = NewOrder { amount: Money(1), ..asked.clone() };
    assert!(
        matches!(gateway.create(&dearer).await, Err(GatewayError::Refused { code, .. }) if code == "ORDER_DIFFERS")
    );
    assert_eq!(gateway.query(&number("P00001")).await.unwrap().state, OrderState::Open);

    let answer = reqwest::get(&page).await.unwrap();
    assert!(answer.headers()["content-security-policy"].to_str().unwrap().contains("form-action 'self'"));
    let html = answer.text().await.unwrap();
    assert!(html.contains("¥ 100.10") && html.contains("水费") && html.contains("value=\"fail\""), "{html}");
    assert!(decide(&page, "outcome=pay").await.contains("支付成功"));
    assert!(!decide(&page, "outcome=fail").await.contains("<form"));

    // The first was not taken, so it came once more, the same.
    let came = inbox.wait(2).await;
    assert_eq!(came[0].1, came[1].1);
    let notice = gateway.read_notice(Delivery { headers: &came[1].0, body: &came[1].1 }).await.unwrap();
    let paid = gateway.query(&number("P00001")).await.unwrap();
    assert_eq!(
        (notice.gateway, notice.merchant.as_str(), notice.order),
        (GatewayKind::Sandbox, "m1", number("P00001"))
    );
    let Event::Paid { gateway_id, amount, paid_at } = notice.event else { panic!("{:?}", notice.event) };
    assert_eq!((Some(gateway_id), Some(amount), Some(paid_at)), (paid.gateway_id.clone(), paid.amount, paid.paid_at));
    assert_eq!(gateway.close(&number("P00001")).await, Ok(Closing::Paid));

    let back = refund("P00001", "R00001", 4_000, 10_010);
    let back = api::infra::gateways::NewRefund { notify_url: asked.notify_url.clone(), ..back };
    assert_eq!(
        gateway.query_refund(&number("P00001"), &refund_number("R00001")).await.unwrap().state,
        RefundState::Unknown
    );
    let made = gateway.refund(&back).await.unwrap();
    assert_eq!(gateway.refund(&back).await.unwrap(), made);
    assert_eq!((made.state, made.amount), (RefundState::Settled, Some(Money(4_000))));
    let came = inbox.wait(3).await;
    let notice = gateway.read_notice(Delivery { headers: &came[2].0, body: &came[2].1 }).await.unwrap();
    assert!(matches!(notice.event, Event::Refund { amount: Some(Money(4_000)), .. }), "{:?}", notice.event);
    assert_eq!(gateway.query(&number("P00001")).await.unwrap().state, OrderState::Refunded);

    let day = (paid.paid_at.unwrap() + chrono::Duration::hours(8)).date_naive();
    let bill = gateway.bill(day).await.unwrap();
    assert_eq!(
        bill.rows.iter().filter(|row| row.kind == BillKind::Payment).map(|row| row.amount).collect::<Vec<_>>(),
        [Money(10_010)]
    );
    assert_eq!(gateway.bill(day - chrono::Days::new(1)).await, Err(GatewayError::NoBill));
    server.stop().await;
}

#[tokio::test]
async fn an_order_that_was_closed_or_failed_is_not_paid() {
    let inbox = inbox(0).await;
    let (gateway, server) = start(Switches::default()).await;
    let closed = open(&gateway, &new("P00001", &inbox)).await;
    assert_eq!(gateway.close(&number("P00001")).await, Ok(Closing::Closed));
    assert!(decide(&closed, "outcome=pay").await.contains("订单已关闭"));
    assert_eq!(gateway.query(&number("P00001")).await.unwrap().state, OrderState::Closed);
    assert_eq!(gateway.close(&number("P00009")).await, Ok(Closing::Unknown));
    let failed = open(&gateway, &new("P00002", &inbox)).await;
    assert!(decide(&failed, "outcome=fail").await.contains("支付失败"));
    let came = inbox.wait(1).await;
    let notice = gateway.read_notice(Delivery { headers: &came[0].0, body: &came[0].1 }).await.unwrap();
    assert_eq!(notice.event, Event::Moved { state: OrderState::Failed });
    let missing = format!("{}/pay/nothing", server.url());
    assert_eq!(reqwest::get(missing).await.unwrap().status(), 404);
    server.stop().await;
}

#[tokio::test]
async fn only_a_merchant_with_its_key_is_served() {
    let (gateway, server) = start(Switches::default()).await;
    let stranger = SandboxMerchant { secret: Secret::new("another"), ..merchant(&server.url()) };
    let stranger = Sandbox::new(stranger, Clock::system(), impatient()).unwrap();
    assert_eq!(stranger.query(&number("P00001")).await, Err(GatewayError::BadSignature));
    let old = Clock::manual(Utc::now() - chrono::Duration::seconds(400));
    let late = Sandbox::new(merchant(&server.url()), old, impatient()).unwrap();
    assert_eq!(late.query(&number("P00001")).await, Err(GatewayError::BadSignature));
    let inbox = inbox(0).await;
    open(&gateway, &new("P00001", &inbox)).await;
    let other = SandboxMerchant { merchant: "m2".to_owned(), ..merchant(&server.url()) };
    let other = Merchant::Sandbox(other).open(&Clock::system(), impatient()).unwrap();
    assert_eq!(other.query(&number("P00001")).await.unwrap().state, OrderState::Unknown);
    server.stop().await;
    assert_eq!(gateway.query(&number("P00001")).await, Err(GatewayError::Unavailable { sent: false }));
}

#[tokio::test]
async fn notifications_go_wrong_when_told_to() {
    let inbox = inbox(0).await;
    let (gateway, server) =
        start(Switches { forge: true, alter: true, duplicate: 2, delay_ms: 100, ..Switches::default() }).await;
    decide(&open(&gateway, &new("P00001", &inbox)).await, "outcome=pay").await;
    let came = inbox.wait(5).await;
    let mut read = Vec::new();
    for (headers, body) in &came {
        read.push(gateway.read_notice(Delivery { headers, body }).await.map(|notice| notice.id));
    }
    assert_eq!(read[0], Err(GatewayError::BadSignature), "forged");
    assert_eq!(read[1], Err(GatewayError::BadSignature), "altered");
    assert!(read[2].is_ok() && read[2] == read[3] && read[3] == read[4], "{read:?}");
    // Meant for another merchant, it is not even this one's signature.
    let other = SandboxMerchant { merchant: "m2".to_owned(), ..merchant(&server.url()) };
    let other = Sandbox::new(other, Clock::system(), impatient()).unwrap();
    let foreign = other.read_notice(Delivery { headers: &came[4].0, body: &came[4].1 }).await;
    assert_eq!(foreign, Err(GatewayError::BadSignature));
    let later = Clock::manual(Utc::now() + chrono::Duration::seconds(400));
    let later = Sandbox::new(merchant(&server.url()), later, impatient()).unwrap();
    let stale = later.read_notice(Delivery { headers: &came[4].0, body: &came[4].1 }).await;
    assert_eq!(stale, Err(GatewayError::Stale));

    server.switch(Switches { lose: true, ..Switches::default() });
    decide(&open(&gateway, &new("P00002", &inbox)).await, "outcome=pay").await;
    server.switch(Switches { reorder: true, ..Switches::default() });
    decide(&open(&gateway, &new("P00003", &inbox)).await, "outcome=pay").await;
    // The page answers before its notification is held back.
    tokio::time::sleep(Duration::from_millis(200)).await;
    decide(&open(&gateway, &new("P00004", &inbox)).await, "outcome=pay").await;
    let came = inbox.wait(7).await;
    let mut orders = Vec::new();
    for (headers, body) in &came[5..] {
        orders.push(gateway.read_notice(Delivery { headers, body }).await.unwrap().order);
    }
    assert_eq!(orders, [number("P00004"), number("P00003")]);
    assert_eq!(
        gateway.query(&number("P00002")).await.unwrap().state,
        OrderState::Paid,
        "what was lost is found by asking"
    );
    server.stop().await;
}

#[tokio::test]
async fn the_sandbox_runs_as_a_process() {
    let program = Program::new().with("LINLI_SANDBOX_SECRET", "a secret");
    let serving = program.serve(&["sandbox-gateway", "--lose"]).await;
    let gateway = Sandbox::new(merchant(&serving.url), Clock::system(), impatient()).unwrap();
    let inbox = Inbox { url: "http://127.0.0.1:9".to_owned(), came: Arc::new(Mutex::new(Vec::new())) };
    let page = open(&gateway, &new("P00001", &inbox)).await;
    assert!(page.starts_with(&serving.url), "{page}");
    assert!(decide(&page, "outcome=pay").await.contains("支付成功"));
    assert_eq!(gateway.query(&number("P00001")).await.unwrap().state, OrderState::Paid);
    let switches = format!("{}/switches", serving.url);
    let http = reqwest::Client::new();
    assert!(reqwest::get(&switches).await.unwrap().text().await.unwrap().contains("\"lose\":true"));
    assert_eq!(http.put(&switches).body(r#"{"duplicate":3}"#).send().await.unwrap().status(), 200);
    assert!(reqwest::get(&switches).await.unwrap().text().await.unwrap().contains("\"duplicate\":3"));
    assert_eq!(http.put(&switches).body(r#"{"explode":true}"#).send().await.unwrap().status(), 400);
    let (code, took) = serving.terminate().await;
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(5), "{took:?}");
}
