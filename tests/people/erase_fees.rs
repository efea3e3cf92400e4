//! Fees and the person: debts come first, the books stay, the person goes out of them.

use std::sync::Arc;

use entities::values::{ResidencyRole, Role};
use serde_json::{Value, json};
use support::{TestApp, both};

use super::erase::{erase, holding};
use super::shared::{asked, decide};
use crate::billing::shared::{Scene, charges, owed, residency, unit};
use crate::office::shared::open;
use crate::tickets::shared::{key, number};

both!(
    debts_and_prepaid_balances_come_first,
    the_books_stay_without_the_person,
    who_is_gone_is_billed_no_more,
    own_fees_are_in_the_file
);

const PHONE: &str = "13900010001";
const NAME: &str = "住户1-1";

async fn scene(app: &TestApp) -> (Scene, support::Client, String) {
    let scene = Scene::build(app).await;
    let item = scene.item_at(scene.area(json!({})), "0.3").await;
    let owner = scene.owner(app, 1, 0, "2025-01-01").await;
    (scene, owner, item)
}

async fn debts_and_prepaid_balances_come_first(app: Arc<TestApp>) {
    let (scene, owner, item) = scene(&app).await;
    scene.bill(&app, "2026-03-01").await;
    let outcome = erase(&app, &owner, PHONE).await;
    assert!(outcome.payload["userErrors"][0]["message"].as_str().unwrap().contains('1'), "{:?}", outcome.payload);
    assert_eq!(outcome.refused(), "DEBTS_OPEN");
    assert_eq!(owed(&owner).await, ["101 26.85"], "nothing was taken");
    // It is paid; then some of it comes back, which is the person's money.
    crate::prove::billing::pay_everything(&app.app.db).await;
    scene.send_rate(&item, "2020-01-01", "0.2").await.ok();
    scene.bill(&app, "2026-03-01").await;
    assert_eq!(erase(&app, &owner, PHONE).await.refused(), "DEBTS_OPEN", "a prepaid balance");
    // The next bill uses it up; when that is paid, nothing is open.
    scene.bill(&app, "2026-04-01").await;
    assert_eq!(erase(&app, &owner, PHONE).await.refused(), "DEBTS_OPEN");
    crate::prove::billing::pay_everything(&app.app.db).await;
    assert_eq!(erase(&app, &owner, PHONE).await.ok()["erased"], true);
}

const BOOKS: &str = "SELECT (SELECT CAST(SUM(amount * 3 + paid) AS bigint) FROM charge) + (SELECT COUNT(*) FROM bill)
    + (SELECT COUNT(*) FROM ledger_entry) + (SELECT COUNT(*) FROM allocation)";

async fn the_books_stay_without_the_person(app: Arc<TestApp>) {
    let (scene, owner, item) = scene(&app).await;
    let deposit =
        json!({ "code": "DEP", "kind": "ONE_OFF", "nameZh": "工本费", "nameEn": "Card", "timing": "ARREARS" });
    let deposit = scene.item(scene.area(deposit)).await;
    scene.bill(&app, "2026-03-01").await;
    let words = format!("{NAME}的门禁卡，电话{PHONE}");
    let flat = unit(&scene.world, 0);
    let fee = json!({ "unitId": flat, "feeItemId": deposit, "amount": "5", "words": words, "idempotencyKey": key() });
    let made = scene.finance.client.mutate("chargeCreate", fee, "charge { id }").await.ok();
    let waive = json!({ "chargeId": made["charge"]["id"], "amount": "1", "reason": words, "idempotencyKey": key() });
    scene.finance.client.mutate("chargeWaive", waive, "waiver { id }").await.ok();
    let discount = json!({ "unitId": flat, "feeItemId": item, "share": "0.05", "startedOn": "2026-05-01",
        "reason": words, "idempotencyKey": key() });
    scene.finance.client.mutate("feeDiscountSet", discount, "discount { id }").await.ok();
    // Another flat is rented to the same person by name and phone alone.
    let other = json!({ "name": NAME, "phone": PHONE });
    scene.send_payer(&unit(&scene.world, 1), other, "2026-01-01").await.ok();
    crate::prove::billing::pay_everything(&app.app.db).await;
    let before = number(&app, BOOKS).await;
    for column in ["payer.name", "charge.words", "waiver.reason", "fee_discount.reason", "history_event.payload"] {
        assert!(holding(&app, NAME).await.contains(&column.to_owned()), "the canary is not in {column}");
    }
    assert_eq!(erase(&app, &owner, PHONE).await.ok()["erased"], true);
    // The company's register, and the payer who is billed under its entry from now on, are its own records; so is what
    // somebody at the desk noted of a person without an account.
    assert_eq!(holding(&app, NAME).await, ["payer.name", "residency.name"]);
    assert_eq!(holding(&app, PHONE).await, ["payer.phone", "residency.phone"]);
    assert_eq!(number(&app, BOOKS).await, before, "not a fen and not a row of the books has changed");
    let billed = charges(&scene.finance.client, json!({})).await;
    assert!(billed.len() == 2 && billed.iter().all(|row| row.contains("已注销")), "{billed:?}");
    assert!(api::infra::history::verify_all(app.app.db.read()).await.unwrap().breaks.is_empty());
    // The unit is billed on, and the same phone sees what is owed from now on, not what was.
    scene.send_rate(&item, "2020-01-01", "0.3").await.ok();
    let run = scene.bill(&app, "2026-04-01").await;
    assert_eq!(run["chargeCount"], 2);
    let anew = app.resident(PHONE).await;
    anew.mutate("residencyBind", json!({ "name": NAME }), "units { role }").await.ok();
    assert_eq!(charges(&anew, json!({})).await, [format!("MANAGEMENT {NAME} 2026-04-01 26.85")]);
    assert_eq!(owed(&anew).await, ["101 26.85"]);
    let entry = residency(&app, scene.world.home.units[0], NAME).await;
    assert!(!entry.is_empty());
}

async fn who_is_gone_is_billed_no_more(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    scene.item_at(scene.area(json!({})), "0.3").await;
    let units = &scene.world.home.units;
    // The owner of 101, until the end of the year, and of nothing else; the tenant of 103, who will pay for 104 from June on.
    let owner = scene.world.resident(&app, 1, units[0], ResidencyRole::Owner).await;
    let entry = residency(&app, units[0], NAME).await;
    let until = json!({ "residencyId": entry, "endedOn": "2026-12-31" });
    scene.send_payer(&unit(&scene.world, 0), until, "2025-01-01").await.ok();
    let lease = crate::uploads::attach::photo(&app, &owner).await;
    let request = json!({ "unitNumber": "103", "role": "TENANT", "name": NAME, "documents": [lease] });
    let request = asked(&owner, request).await;
    let desk = scene.world.worker(&app, 40, Role::FrontDesk, &[]).await.client;
    decide(&desk, "residencyApprove", &request, json!({})).await.ok();
    let tenant = json!({ "residencyId": residency(&app, units[2], NAME).await });
    let made = scene.send_payer(&unit(&scene.world, 2), tenant, "2025-01-01").await.ok();
    let later = json!({ "payerId": made["unitPayer"]["payerId"] });
    scene.send_payer(&unit(&scene.world, 3), later, "2026-06-01").await.ok();
    erase(&app, &owner, PHONE).await.ok();
    let run = scene.bill(&app, "2026-04-01").await;
    assert_eq!((&run["chargeCount"], &run["problemCount"]), (&json!(1), &json!(3)));
    assert!(run["problems"]["nodes"].as_array().unwrap().iter().all(|it| it["code"] == "NO_PAYER"), "{run}");
    // The register's entry of the owner goes on, as long as was said.
    let billed = charges(&scene.finance.client, json!({})).await;
    assert_eq!(billed, [format!("MANAGEMENT {NAME} 2026-04-01 26.85")]);
    let ends = "SELECT COUNT(*) FROM unit_payer WHERE ended_on = '2026-12-31' AND started_on = '2026-03-02'";
    assert_eq!(number(&app, ends).await, 1);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM unit_payer WHERE started_on > '2026-03-02'").await, 0);
    // What was owed until today is.
    let march = scene.bill(&app, "2026-03-01").await;
    let gap = json!({ "unitNumber": "103", "code": "NO_PAYER", "fromDay": "2026-03-02", "toDay": "2026-04-01" });
    assert!(march["problems"]["nodes"].as_array().unwrap().contains(&gap), "{march}");
}

async fn own_fees_are_in_the_file(app: Arc<TestApp>) {
    let (scene, owner, _) = scene(&app).await;
    let water = scene.item_at(scene.water(json!({})), "2.0").await;
    let meter = scene.meter(0, &water, "W-1", "100").await;
    scene.named(1, "别人").await;
    app.advance(chrono::Duration::days(1));
    scene.send_reading(&owner, &meter, "2026-03-03", "101.5", "REGULAR").await.ok();
    scene.bill(&app, "2026-03-01").await;
    let file = async |client: &support::Client| {
        let asked = client.mutate("dataExport", json!({ "idempotencyKey": key() }), "link { url }").await.ok();
        let page = open(&app, asked["link"]["url"].as_str().unwrap()).await;
        serde_json::from_slice::<Value>(&page.bytes().await.unwrap()).unwrap()
    };
    let told = file(&owner).await;
    let expected = json!({
        "payers": [{ "name": NAME, "phone": PHONE, "isCompany": false }],
        "charges": [{
            "bill": told["fees"]["charges"][0]["bill"], "item": "物业费", "from": "2026-03-01", "to": "2026-04-01",
            "words": null, "amount": "26.85", "credited": "0.00", "waived": "0.00", "paid": "0.00",
            "dueOn": "2026-03-16", "currency": "CNY",
        }],
        "prepaid": [],
        "readings": [{ "meterId": told["fees"]["readings"][0]["meterId"], "on": "2026-03-03", "value": "101.500" }],
    });
    assert_eq!(told["fees"], expected);
    assert!(!told.to_string().contains("别人"), "nothing of anybody else");
    let clerk = scene.world.worker(&app, 40, Role::FrontDesk, &[]).await.client;
    let nothing = json!({ "payers": [], "charges": [], "prepaid": [], "readings": [] });
    assert_eq!(file(&clerk).await["fees"], nothing);
}
