//! A month and a half by hand: an area fee of 0.3 yuan/m², water at 2.0 rising to 2.8 yuan/t in mid-period with a
//! cut-over reading, a sale in mid-period that is told late, a late fee, and a prepaid balance that a later bill draws on,
//! each to the fen.

use std::sync::Arc;

use api::domains::billing;
use chrono::Duration;
use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::{Scene, charges, owed, unit};

both!(every_fen_is_as_by_hand);

async fn every_fen_is_as_by_hand(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let late = json!({ "lateFee": { "dailyRate": "0.0005", "graceDays": 0, "cap": "0.1" } });
    let area = scene.item_at(scene.area(late), "0.3").await;
    let water = scene.item_at(scene.water(json!({})), "2.0").await;
    scene.send_rate(&water, "2026-03-11", "2.8").await.ok();
    let former = scene.owner(&app, 1, 0, "2025-01-01").await;
    let meter = scene.meter(0, &water, "W-1", "100").await;

    // 89.50 m² × 0.3 yuan = 26.85 yuan, all of March in advance.
    let first = scene.bill(&app, "2026-03-01").await;
    assert_eq!(first["charged"]["amount"], "26.85");
    assert_eq!(owed(&former).await, ["101 26.85"]);

    // On the 22nd the company hears of the sale on the 21st: 20 of 31 days are 17.3226 yuan, 11 of 31 are 9.5274.
    app.advance(Duration::days(20));
    let buyer = scene.owner(&app, 2, 0, "2026-03-21").await;
    let again = scene.bill(&app, "2026-03-15").await;
    assert_eq!(
        (&again["number"], &again["charged"]["amount"], &again["credited"]["amount"]),
        (&json!(2), &json!("9.53"), &json!("9.53"))
    );
    assert_eq!(owed(&former).await, ["101 17.32"]);
    assert_eq!(owed(&buyer).await, ["101 9.53"]);

    // 6.5 t at 2.0 until the new price, 3.25 t at 2.8 until the sale, 2.25 t at 2.8 after it.
    app.advance(Duration::days(11));
    for (on, value, kind) in
        [("2026-03-11", "106.5", "CUTOVER"), ("2026-03-21", "109.75", "CUTOVER"), ("2026-04-01", "112", "REGULAR")]
    {
        scene.send_reading(&scene.finance.client, &meter, on, value, kind).await.ok();
    }
    let april = scene.bill(&app, "2026-04-01").await;
    assert_eq!(
        (&april["chargeCount"], &april["billCount"], &april["charged"]["amount"]),
        (&json!(4), &json!(2), &json!("55.25"))
    );
    let all = json!({ "unitId": unit(&scene.world, 0) });
    let mut found = charges(&scene.finance.client, all.clone()).await;
    found.sort();
    assert_eq!(
        found,
        [
            "MANAGEMENT 住户1-1 2026-03-01 26.85-9.53",
            "MANAGEMENT 住户1-2 2026-03-21 9.53",
            "MANAGEMENT 住户1-2 2026-04-01 26.85",
            "WATER 住户1-1 2026-03-01 13.00",
            "WATER 住户1-1 2026-03-11 9.10",
            "WATER 住户1-2 2026-03-21 6.30",
        ]
    );

    // The 16th of April: the former owner is late since the 17th of March, 30 days of 0.05 % of 17.32 are 0.2598; nothing
    // is due before it was billed, so the buyer is late since the 23rd of March: 24 days of 9.53 are 0.11436.
    app.advance(Duration::days(14));
    assert_eq!(billing::accrue_late_fees(&app.app).await.unwrap(), 2);
    assert_eq!(billing::accrue_late_fees(&app.app).await.unwrap(), 0, "once a day");
    assert_eq!(owed(&former).await, ["101 39.68"], "17.32 + 13.00 + 9.10 + 0.26");
    assert_eq!(owed(&buyer).await, ["101 42.79"], "9.53 + 26.85 + 6.30 + 0.11");
    // A day later it grows, and the new owner still sees nothing of the former one.
    app.advance(Duration::days(1));
    assert_eq!(billing::accrue_late_fees(&app.app).await.unwrap(), 2);
    assert_eq!(owed(&former).await, ["101 39.69"], "31 days are 0.26846");
    let seen = charges(&buyer, json!({})).await;
    assert_eq!(seen.len(), 4, "{seen:?}");
    assert!(seen.iter().all(|row| row.contains("住户1-2")), "{seen:?}");
    assert_eq!(charges(&buyer, all).await, seen);
    let nothing = scene.bill(&app, "2026-04-30").await;
    assert_eq!(
        (&nothing["chargeCount"], &nothing["creditCount"]),
        (&json!(0), &json!(0)),
        "the same again posts nothing"
    );
    assert_eq!(nothing["problems"]["nodes"].as_array().map(Vec::len), Some(3), "the other units have no payer");
    assert_ne!(nothing["finishedAt"], Value::Null);

    // Everything is paid. Then April's rate is put right to 0.28: 89.50 m² × 0.28 are 25.06, of 26.85 that is 1.79 too
    // much; it lies in the prepaid balance and pays for May: 25.06 less 1.79 are 23.27.
    crate::prove::billing::pay_everything(&app.app.db).await;
    assert_eq!((owed(&former).await, owed(&buyer).await), (vec![], vec![]));
    scene.send_rate(&area, "2026-04-01", "0.28").await.ok();
    let less = scene.bill(&app, "2026-04-01").await;
    assert_eq!((&less["chargeCount"], &less["credited"]["amount"]), (&json!(0), &json!("1.79")));
    let prepaid = "{ prepaidBalances { amount { amount } } }";
    let seen = buyer.query(prepaid, json!({})).await;
    assert_eq!(seen["prepaidBalances"], json!([{ "amount": { "amount": "1.79" } }]));
    assert_eq!(former.query(prepaid, json!({})).await["prepaidBalances"], json!([]));
    let may = scene.bill(&app, "2026-05-01").await;
    assert_eq!(may["charged"]["amount"], "25.06");
    assert_eq!(owed(&buyer).await, ["101 23.27"]);
    assert_eq!(buyer.query(prepaid, json!({})).await["prepaidBalances"], json!([]));
    assert_eq!(owed(&former).await, Vec::<String>::new());
}
