//! What the tests of paid work share: a price list, a paid ticket, a quote on it.

use api::graphql::id::wire_id;
use serde_json::{Value, json};
use support::client::Outcome;
use support::{Client, World};

use crate::tickets::shared::{Crew, key, look, merged};

/// Everything of a price item.
pub const ITEM: &str =
    "priceItem { id communityId code nameZh nameEn kind categoryId unit currency low { amount currency }
    high { amount } pricedOnSite active version }";

/// Unstopping a drain: 50 to 120 yuan.
pub fn drain() -> Value {
    json!({
        "code": "drain", "nameZh": "疏通下水", "nameEn": "Unstop a drain", "kind": "LABOUR", "unit": "次",
        "low": "50", "high": "120", "idempotencyKey": key(),
    })
}

/// A fluorescent tube: 10 yuan, fixed.
pub fn tube() -> Value {
    let fixed =
        json!({ "code": "TUBE", "nameZh": "灯管", "nameEn": "Tube", "kind": "MATERIAL", "unit": "根", "high": null });
    merged(drain(), merged(fixed, json!({ "low": "10.00" })))
}

/// Something that is priced on site.
pub fn pipe() -> Value {
    let open =
        json!({ "code": "PIPE", "nameZh": "改管", "nameEn": "Move a pipe", "unit": "米", "low": null, "high": null });
    merged(drain(), merged(open, json!({ "pricedOnSite": true })))
}

/// The home community.
pub fn home(world: &World) -> Value {
    json!({ "communityId": wire_id(world.home.community).to_string() })
}

/// Sends an entry of the price list.
pub async fn send_item(by: &Client, item: Value) -> Outcome {
    by.mutate("priceItemSet", item, ITEM).await
}

/// Sets an entry of the price list; its id.
pub async fn set_item(by: &Client, item: Value) -> String {
    send_item(by, item).await.ok()["priceItem"]["id"].as_str().unwrap().to_owned()
}

/// A line of something priced on site.
pub fn line(quantity: &str, price: &str) -> Value {
    json!({ "words": "换角阀", "kind": "LABOUR", "unit": "个", "quantity": quantity, "unitPrice": price })
}

/// A line of a price item.
pub fn of_item(item: &str, quantity: &str, price: Option<&str>) -> Value {
    json!({ "priceItemId": item, "quantity": quantity, "unitPrice": price })
}

/// A repair that the resident pays for, in a state of the usual way.
pub async fn paid(crew: &Crew, state: &str) -> String {
    let input = crew.repair(json!({ "payer": "PAID" }));
    let ticket = crew.desk.client.submit(input).await;
    crew.bring(&ticket, state).await;
    ticket
}

/// Quotes a ticket of the plumber.
pub async fn send_quote(crew: &Crew, ticket: &str, lines: Value) -> Outcome {
    crew.plumber.client.step("ticketQuoteSubmit", ticket, json!({ "lines": lines })).await
}

/// A quote of 150 yuan; its id.
pub async fn quoted(crew: &Crew, ticket: &str) -> String {
    send_quote(crew, ticket, json!([line("1.5", "100")])).await.ok();
    last_quote(&crew.plumber.client, ticket).await["id"].as_str().unwrap().to_owned()
}

/// The latest quote of a ticket.
pub async fn last_quote(by: &Client, ticket: &str) -> Value {
    const QUOTE: &str =
        "quotes { id number state byList labour { amount } material { amount } total { amount currency }
        visitFee { amount } words decidedWords decidedByName dueAt
        lines { nameZh nameEn kind unit quantity unitPrice { amount } amount { amount } } }";
    look(by, ticket, QUOTE).await["quotes"].as_array().unwrap().last().cloned().unwrap_or_default()
}

/// What is to be paid, and where the ticket stands.
pub async fn due(by: &Client, ticket: &str) -> (Value, String) {
    let seen = look(by, ticket, "state amountDue { amount }").await;
    (seen["amountDue"]["amount"].clone(), seen["state"].as_str().unwrap().to_owned())
}

/// Sets what a refusal costs in the home community.
pub async fn set_visit_fee(by: &Client, world: &World, fee: &str) -> Outcome {
    let input = merged(home(world), json!({ "visitFee": fee }));
    by.mutate("communityTicketSettingsSet", input, "settings { visitFee { amount currency } }").await
}
