//! Two phones, one debt: it is paid once, the other is told so, and money that comes all the same is prepaid.

use std::sync::Arc;

use serde_json::json;
use support::{TestApp, both};

use super::shared::{Till, ask_after, decide, money, prepaid};
use crate::billing::shared::owed;

both!(the_slower_phone_is_told, money_that_comes_all_the_same_is_prepaid, many_phones_pay_at_once);

async fn the_slower_phone_is_told(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let (first, page) = till.begin(&till.owner, json!({})).await;
    let (second, late_page) = till.begin(&till.owner, json!({})).await;
    assert_ne!(first, second);
    decide(&page, "pay").await;
    till.until(&first, "SETTLED").await;
    let told = till.payment(&second).await;
    assert_eq!((&told["state"], &told["closedReason"]), (&json!("CLOSED"), &json!("PAID_OTHERWISE")));
    // The worker closes the order, so that the gateway takes nothing for it either.
    assert_eq!(ask_after(&app, 0).await, 1);
    decide(&late_page, "pay").await;
    assert_eq!(till.payment(&second).await["state"], "CLOSED");
    assert_eq!((owed(&till.owner).await.len(), prepaid(&till.owner).await.len()), (0, 0));
}

async fn money_that_comes_all_the_same_is_prepaid(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let (first, page) = till.begin(&till.owner, json!({})).await;
    let (second, late_page) = till.begin(&till.owner, json!({})).await;
    decide(&page, "pay").await;
    till.until(&first, "SETTLED").await;
    // The other payer was faster than the order's end.
    decide(&late_page, "pay").await;
    let late = till.until(&second, "SETTLED").await;
    assert_eq!(money(&late), ["134.25", "0.00", "134.25", "0.00"]);
    assert_eq!(prepaid(&till.owner).await, ["134.25"]);
    assert_eq!(ask_after(&app, 3_600).await, 0);
    // What comes next draws on it.
    till.scene.bill(&app, "2026-04-01").await;
    assert_eq!((owed(&till.owner).await.len(), prepaid(&till.owner).await.len()), (0, 0));
}

async fn many_phones_pay_at_once(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let mut begun = Vec::new();
    for _ in 0..8 {
        begun.push(till.begin(&till.owner, json!({})).await);
    }
    futures_util::future::join_all(begun.iter().map(|(_, page)| decide(page, "pay"))).await;
    let (mut allocated, mut ahead) = (0, 0);
    for (id, _) in &begun {
        // Whoever was closed in time at the gateway took nothing; all others are settled.
        let mut found = till.payment(id).await;
        for _ in 0..1_500 {
            if found["state"] == "SETTLED" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            found = till.payment(id).await;
        }
        assert_eq!(found["state"], "SETTLED");
        match money(&found) {
            [_, paid, rest, _] if paid == "134.25" && rest == "0.00" => allocated += 1,
            [_, paid, rest, _] if paid == "0.00" && rest == "134.25" => ahead += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((allocated, ahead), (1, 7));
    assert_eq!((owed(&till.owner).await.len(), prepaid(&till.owner).await), (0, vec!["939.75".to_owned()]));
}
