//! Paper: who holds which numbers, and which were used.

use std::sync::Arc;

use entities::values::Role;
use serde_json::{Value, json};
use support::{TestApp, World, both};

use super::shared::{Desk, receipts, rows};
use crate::tickets::shared::key;

both!(numbers_of_a_book_are_its_holders, books_never_overlap);

async fn numbers_of_a_book_are_its_holders(app: Arc<TestApp>) {
    let desk = Desk::open(&app).await;
    let series = desk.series("P", true).await.ok()["series"]["id"].clone();
    let before = rows(&app).await;
    assert_eq!(desk.record(json!({ "amount": "1" })).await.refused(), "NO_RECEIPT_BOOK");
    assert_eq!(rows(&app).await, before, "no money without its receipt");
    let colleague = desk.scene.world.worker(&app, 34, Role::Collector, &[]).await;
    desk.shift(&colleague.client, "0").await.ok();
    let book = desk.book(&series, (101, 102), &desk.clerk.wire).await.ok()["book"].clone();
    let expected = json!({
        "id": book["id"], "from": 101, "to": 102, "next": 101, "used": 0, "state": "ISSUED", "staffName": "员工1-33",
        "seriesCode": "P", "version": 1,
    });
    assert_eq!(book, expected);
    desk.book(&series, (1, 50), &colleague.wire).await.ok();
    let first = desk.record(json!({ "amount": "1" })).await.ok()["recorded"]["receipt"].clone();
    assert_eq!(first["number"], "P-00000101");
    let other = desk.record_by(&colleague.client, desk.cash(json!({ "amount": "2" }))).await.ok();
    assert_eq!(other["recorded"]["receipt"]["number"], "P-00000001");
    desk.void(&desk.clerk.client, &first["id"], json!({})).await.ok();
    assert_eq!(desk.record(json!({ "amount": "3" })).await.refused(), "NO_RECEIPT_BOOK", "it is used up");
    assert_eq!(
        desk.void(&desk.scene.finance.client, &other["recorded"]["receipt"]["id"], json!({})).await.refused(),
        "NO_RECEIPT_BOOK",
        "finance holds no paper"
    );
    desk.book(&series, (201, 210), &desk.clerk.wire).await.ok();
    desk.record(json!({ "amount": "3" })).await.ok();
    let expected = ["P-00000101 VOID 1.00", "P-00000001 VALID 2.00", "P-00000102 VALID 1.00", "P-00000201 VALID 3.00"];
    assert_eq!(receipts(&desk.owner).await, expected);
}

async fn books_never_overlap(app: Arc<TestApp>) {
    let desk = Desk::open(&app).await;
    let series = desk.series("P", true).await.ok()["series"]["id"].clone();
    let clerk = desk.clerk.wire.clone();
    let book = desk.book(&series, (100, 199), &clerk).await.ok()["book"]["id"].clone();
    desk.record(json!({ "amount": "1" })).await.ok();
    let stranger = World::build(&app, 2).await.worker(&app, 1, Role::Collector, &[]).await.wire;
    let plumber = desk.scene.world.worker(&app, 35, Role::Technician, &[]).await.wire;
    let before = rows(&app).await;
    for (range, staff, code) in [
        ((199, 250), &clerk, "BOOK_OVERLAPS"),
        ((1, 100), &clerk, "BOOK_OVERLAPS"),
        ((120, 130), &clerk, "BOOK_OVERLAPS"),
        ((50, 300), &clerk, "BOOK_OVERLAPS"),
        ((0, 5), &clerk, "INVALID_VALUE"),
        ((9, 5), &clerk, "INVALID_VALUE"),
        ((1001, 2001), &clerk, "INVALID_VALUE"),
        ((300, 310), &stranger, "NOT_FOUND"),
        ((300, 310), &plumber, "CLERK_UNSUITABLE"),
    ] {
        assert_eq!(desk.book(&series, range, staff).await.refused(), code, "{range:?}");
    }
    assert_eq!(rows(&app).await, before);
    let (one, two) = tokio::join!(desk.book(&series, (300, 320), &clerk), desk.book(&series, (310, 330), &clerk));
    assert_eq!([one.codes(), two.codes()].concat(), ["BOOK_OVERLAPS"]);
    let back = json!({ "receiptBookId": book, "idempotencyKey": key() });
    let finance = &desk.scene.finance.client;
    let returned = finance.mutate("receiptBookReturn", back.clone(), "book { state used next returnedAt }").await.ok();
    assert_eq!((&returned["book"]["state"], &returned["book"]["used"]), (&json!("RETURNED"), &json!(1)));
    assert_eq!(finance.mutate("receiptBookReturn", back, "book { state used next returnedAt }").await.ok(), returned);
    let again = json!({ "receiptBookId": book, "idempotencyKey": key() });
    assert_eq!(finance.mutate("receiptBookReturn", again, "book { id }").await.refused(), "BOOK_RETURNED");
    // What was not used is given to somebody again; what was used is not.
    assert_eq!(desk.book(&series, (100, 110), &clerk).await.refused(), "BOOK_OVERLAPS");
    desk.book(&series, (101, 110), &clerk).await.ok();
    desk.record(json!({ "amount": "1" })).await.ok();
    let query = "query($f: ReceiptBookFilterInput) { receiptBooks(filter: $f) { totalCount nodes { from to used } } }";
    let list = finance.query(query, json!({ "f": { "state": "RETURNED" } })).await;
    assert_eq!(list["receiptBooks"], json!({ "totalCount": 1, "nodes": [{ "from": 100, "to": 199, "used": 1 }] }));
    let filter = json!({ "f": { "seriesId": series, "staffId": clerk, "communityId": desk.scene.community(), "state": "ISSUED" } });
    let list = finance.query(query, filter).await;
    assert_eq!(
        (&list["receiptBooks"]["totalCount"], &list["receiptBooks"]["nodes"][0]),
        (&json!(2), &json!({ "from": 101, "to": 110, "used": 1 }))
    );
    // A series that is not in use, or has no paper, gives out none.
    let plain = desk.series("N", false).await.ok()["series"]["id"].clone();
    for series in [&plain, &series] {
        assert_eq!(desk.book(series, (900, 901), &clerk).await.refused(), "INVALID_VALUE");
    }
    assert_eq!(
        desk.book(&Value::String("receiptseries_00000000000000000000000000".into()), (1, 2), &clerk).await.refused(),
        "NOT_FOUND"
    );
}
