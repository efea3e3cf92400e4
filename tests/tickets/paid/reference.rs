//! Reference data on phones: the price list and the categories, kept up to date by what changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use entities::values::Role;
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

use super::scene::{drain, home, set_item, tube};
use crate::tickets::shared::{Crew, key, merged};

both!(
    a_copy_follows_every_change,
    a_copy_is_read_in_pages,
    an_unknown_version_starts_anew,
    reference_data_is_for_staff,
    ticket_changes_name_the_version
);

const CHANGES: &str = "query($since: String, $kinds: [ReferenceKind!], $first: Int) {
    referenceChanges(since: $since, kinds: $kinds, first: $first) {
        categories { code workMinutes } priceItems { code communityId active version } version hasMore reset } }";

/// A phone's copy.
#[derive(Default)]
struct Copy {
    version: Option<String>,
    categories: BTreeMap<String, i64>,
    prices: BTreeMap<String, (bool, i64)>,
}

impl Copy {
    /// Asks until nothing more follows; how many entries came, and whether it began anew.
    async fn follow(&mut self, by: &Client, first: i32) -> (usize, bool) {
        let (mut came, mut reset) = (0, false);
        loop {
            let asked = json!({ "since": self.version, "first": first });
            let changes = by.query(CHANGES, asked).await["referenceChanges"].clone();
            if changes["reset"] == true {
                reset = true;
                (self.categories, self.prices) = (BTreeMap::new(), BTreeMap::new());
            }
            for row in changes["categories"].as_array().unwrap() {
                came += 1;
                self.categories.insert(row["code"].as_str().unwrap().into(), row["workMinutes"].as_i64().unwrap());
            }
            for row in changes["priceItems"].as_array().unwrap() {
                came += 1;
                let name = format!("{} {}", row["code"].as_str().unwrap(), row["communityId"].is_null());
                self.prices.insert(name, (row["active"] == true, row["version"].as_i64().unwrap()));
            }
            self.version = Some(changes["version"].as_str().unwrap().into());
            if changes["hasMore"] == false {
                return (came, reset);
            }
        }
    }
}

async fn a_copy_follows_every_change(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let mut copy = Copy::default();
    assert_eq!(copy.follow(&crew.plumber.client, 100).await, (crew.world.categories.len(), true));
    assert_eq!(copy.follow(&crew.plumber.client, 100).await, (0, false));
    set_item(&admin, drain()).await;
    let own = set_item(&admin, merged(drain(), home(&crew.world))).await;
    assert_eq!(copy.follow(&crew.plumber.client, 100).await, (2, false));
    let retire = json!({ "priceItemId": own, "idempotencyKey": key() });
    admin.mutate("priceItemRetire", retire, "priceItem { active }").await.ok();
    let minutes = json!({ "categoryId": crew.world.category("LEAK"), "workMinutes": 90 });
    admin.mutate("ticketCategoryWorkSet", minutes, "category { code }").await.ok();
    assert_eq!(copy.follow(&crew.plumber.client, 100).await, (2, false));
    let expected = [("DRAIN false".to_owned(), (false, 2)), ("DRAIN true".to_owned(), (true, 1))];
    assert_eq!(copy.prices, BTreeMap::from(expected));
    assert_eq!(copy.categories["LEAK"], 90);
    // One kind alone.
    let asked = json!({ "kinds": ["PRICE_LIST"] });
    let prices = crew.plumber.client.query(CHANGES, asked).await["referenceChanges"].clone();
    assert_eq!(
        (prices["categories"].as_array().unwrap().len(), prices["priceItems"].as_array().unwrap().len()),
        (0, 2)
    );
    let none = crew.plumber.client.query(CHANGES, json!({ "kinds": [] })).await["referenceChanges"].clone();
    assert_eq!((&none["categories"], &none["priceItems"]), (&json!([]), &json!([])));
    // What was refused takes no place.
    let refused = admin.mutate("priceItemSet", merged(drain(), json!({ "low": "-1" })), "priceItem { id }").await;
    assert_eq!(refused.refused(), "INVALID_VALUE");
    assert_eq!(copy.follow(&crew.plumber.client, 100).await, (0, false));
}

async fn a_copy_is_read_in_pages(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    for number in 0..7 {
        set_item(&admin, merged(tube(), json!({ "code": format!("T{number}") }))).await;
    }
    for first in [1, 3, 100] {
        let mut copy = Copy::default();
        copy.follow(&crew.plumber.client, first).await;
        assert_eq!((copy.categories.len(), copy.prices.len()), (crew.world.categories.len(), 7), "{first}");
        assert_eq!(copy.follow(&crew.plumber.client, first).await, (0, false));
    }
    // Changes come once more while a first reading is under way, not never.
    let mut copy = Copy::default();
    let one = crew.plumber.client.query(CHANGES, json!({ "first": 2 })).await["referenceChanges"].clone();
    copy.version = Some(one["version"].as_str().unwrap().into());
    set_item(&admin, merged(tube(), json!({ "code": "T3", "low": "11" }))).await;
    copy.follow(&crew.plumber.client, 2).await;
    assert_eq!(copy.prices["T3 true"], (true, 2));
    let ask = |first| crew.plumber.client.query(CHANGES, json!({ "first": first }));
    for first in [1, 100] {
        assert_eq!(app.statements(ask(first)).await.0, if first == 1 { 4 } else { 5 }, "viewer, how far, places, rows");
    }
}

async fn an_unknown_version_starts_anew(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let foreign = World::build(&app, 2).await.admin(&app).await;
    set_item(&admin, drain()).await;
    let mut theirs = Copy::default();
    theirs.follow(&foreign, 100).await;
    let mut copy = Copy { version: theirs.version.clone(), ..Copy::default() };
    assert_eq!(copy.follow(&admin, 100).await, (crew.world.categories.len() + 1, true), "another organization's");
    // Whoever works in other communities now reads everything anew.
    let mut narrow = Copy { version: copy.version.clone(), ..Copy::default() };
    assert!(narrow.follow(&crew.plumber.client, 100).await.1);
    for malformed in ["", "x", "!!!!", "bnVsbA", "eyJzIjoiYSJ9"] {
        assert_eq!(admin.post(CHANGES, json!({ "since": malformed })).await.code(), "MALFORMED", "{malformed}");
    }
    for first in [0, -1] {
        assert_eq!(admin.post(CHANGES, json!({ "first": first })).await.code(), "MALFORMED");
    }
}

async fn reference_data_is_for_staff(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let world = &crew.world;
    let admin = world.admin(&app).await;
    set_item(&admin, merged(drain(), home(world))).await;
    assert_eq!(crew.owner.post(CHANGES, json!({})).await.code(), "FORBIDDEN");
    assert_eq!(app.anonymous().post(CHANGES, json!({})).await.code(), "UNAUTHENTICATED");
    let contractor = world.worker_at(&app, 13, Role::Contractor, None, &[]).await.client;
    assert_eq!(contractor.post(CHANGES, json!({})).await.code(), "FORBIDDEN");
    // Another community's prices are not sent.
    let elsewhere = world.worker_at(&app, 14, Role::Technician, Some(world.elsewhere.community), &[]).await.client;
    let mut copy = Copy::default();
    copy.follow(&elsewhere, 100).await;
    assert_eq!(copy.prices.len(), 0);
}

async fn ticket_changes_name_the_version(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let versions = async || {
        let data =
            crew.plumber.client.query("{ ticketChanges { categoriesVersion referenceVersion } }", json!({})).await;
        let text = |field: &str| data["ticketChanges"][field].as_str().unwrap().to_owned();
        (text("categoriesVersion"), text("referenceVersion"))
    };
    let first = versions().await;
    assert_eq!(versions().await, first);
    set_item(&admin, drain()).await;
    let second = versions().await;
    assert!(second.0 == first.0 && second.1 != first.1, "{first:?} {second:?}");
    let minutes: Value = json!({ "categoryId": crew.world.category("LEAK"), "workMinutes": 90 });
    admin.mutate("ticketCategoryWorkSet", minutes, "category { code }").await.ok();
    let third = versions().await;
    assert!(third.0 != second.0 && third.1 != second.1, "{second:?} {third:?}");
}
