//! Fees of a community: items, meters, runs, charges that are open, paid, credited and waived, and what was paid ahead.

use api::db::Sql;
use api::domains::billing;
use api::graphql::id::wire_id;
use entities::values::ResidencyId;
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use support::world::Site as Place;
use support::{Client, TestApp};

use super::Site;

/// What is charged, by the name of its id: the rest of its input.
const ITEMS: [(&str, &str); 5] = [
    (
        "fee",
        r#""code":"MANAGEMENT","kind":"AREA","timing":"ADVANCE","inParts":true,"dueDays":0,"lateFee":{"dailyRate":"0.0005","graceDays":3,"cap":"0.1"}"#,
    ),
    ("water", r#""code":"WATER","kind":"METERED","timing":"ARREARS""#),
    ("lift", r#""code":"LIFT","kind":"SHARED","timing":"ARREARS""#),
    ("deposit", r#""code":"CARD","kind":"ONE_OFF","timing":"ARREARS","dueDays":0"#),
    ("retiring", r#""code":"OLD","kind":"FIXED","timing":"ADVANCE""#),
];

impl Site {
    /// Everything of fees; the owner of the first unit pays for it.
    pub(super) async fn fees(&mut self, app: &TestApp, place: &Place) {
        let admin = self.admin.clone();
        for (name, more) in ITEMS {
            let input = format!(
                r#"{{"communityId":"$community",{more},"nameZh":"$canary费","nameEn":"$canary fee","idempotencyKey":"$key"}}"#
            );
            let made = self.done(&admin, "feeItemSet", &input, "feeItem { id }").await;
            self.keep(name, &made["feeItem"]["id"]);
        }
        self.rate("fee", "0.3").await;
        self.rate("water", "2.8").await;
        self.done(
            &admin,
            "sharedCostSet",
            r#"{"feeItemId":"$lift","periodStart":"2026-02-01","total":"40","basis":"AREA","idempotencyKey":"$key"}"#,
            "sharedCost { id }",
        )
        .await;
        self.done(
            &admin,
            "communityFeeSettingsSet",
            r#"{"communityId":"$community","waiverLimit":"100","idempotencyKey":"$key"}"#,
            "settings { version }",
        )
        .await;
        self.places(app, place).await;
        self.billed(app, place).await;
    }

    /// Keeps an id under a name.
    pub(super) fn keep(&mut self, name: &'static str, id: &Value) {
        self.names.insert(name, id.as_str().unwrap_or_default().to_owned());
    }

    async fn rate(&self, item: &str, rate: &str) {
        let input =
            format!(r#"{{"feeItemId":"${item}","effectiveOn":"2020-01-01","rate":"{rate}","idempotencyKey":"$key"}}"#);
        self.done(&self.admin, "feeRateSet", &input, "feeItem { id }").await;
    }

    /// Who pays, discounts, vacancy, a meter.
    async fn places(&mut self, app: &TestApp, place: &Place) {
        let admin = self.admin.clone();
        self.names.insert("residency", owner_of(app, place).await);
        let payer = self
            .done(
                &admin,
                "unitPayerSet",
                r#"{"unitId":"$unit","residencyId":"$residency","startedOn":"2020-01-01","idempotencyKey":"$key"}"#,
                "unitPayer { payerId }",
            )
            .await;
        self.keep("payer", &payer["unitPayer"]["payerId"]);
        self.done(&admin, "unitPayerSet", r#"{"unitId":"$unit","feeItemId":"$deposit","name":"$canary公司","phone":"$phone","isCompany":true,"startedOn":"2020-01-01","endedOn":"2020-02-01","idempotencyKey":"$key"}"#, "unitPayer { id }").await;
        self.done(&admin, "feeDiscountSet", r#"{"unitId":"$unit","feeItemId":"$fee","share":"0.05","startedOn":"2026-01-01","endedOn":"2027-01-01","reason":"$canary优惠","idempotencyKey":"$key"}"#, "discount { id }").await;
        self.done(&admin, "feeDiscountSet", r#"{"unitId":"$unit","feeItemId":"$fee","share":"0.9","startedOn":"2027-01-01","reason":"$canary多优惠","idempotencyKey":"$key"}"#, "discount { id }").await;
        self.done(
            &admin,
            "unitVacancySet",
            r#"{"unitId":"$unit","startedOn":"2025-01-01","endedOn":"2025-02-01","idempotencyKey":"$key"}"#,
            "unit { vacancies { id } }",
        )
        .await;
        let meter = self.done(&admin, "meterSet", r#"{"unitId":"$unit","feeItemId":"$water","serial":"$canary表","installedOn":"2026-02-01","initialValue":"100","idempotencyKey":"$key"}"#, "meter { id }").await;
        self.keep("meter", &meter["meter"]["id"]);
        let read = self.done(&admin, "meterReadingRecord", r#"{"meterId":"$meter","readOn":"2026-03-01","value":"120","reason":"$canary抄表","idempotencyKey":"$key"}"#, "reading { id }").await;
        self.keep("reading", &read["reading"]["id"]);
    }

    /// Two runs, of which the second takes back some of what was paid; a fee by itself that is open; waivers.
    async fn billed(&mut self, app: &TestApp, place: &Place) {
        let admin = self.admin.clone();
        self.run(app, &admin).await;
        crate::prove::billing::pay(&app.app.db, Some(place.community)).await;
        self.rate("fee", "0.2").await;
        self.run(app, &admin).await;
        self.charged().await;
        let made = self.done(&admin, "chargeCreate", r#"{"unitId":"$unit","feeItemId":"$deposit","amount":"500","words":"$canary门禁卡","idempotencyKey":"$key"}"#, "charge { id }").await;
        self.keep("charge", &made["charge"]["id"]);
        self.done(
            &admin,
            "chargeWaive",
            r#"{"chargeId":"$charge","amount":"10","reason":"$canary减免","idempotencyKey":"$key"}"#,
            "waiver { id }",
        )
        .await;
        let made = self
            .done(
                &admin,
                "chargeWaive",
                r#"{"chargeId":"$charge","amount":"200","reason":"$canary大减免","idempotencyKey":"$key"}"#,
                "waiver { id }",
            )
            .await;
        self.keep("pending", &made["waiver"]["id"]);
    }

    /// Keeps the charges of the first unit by what they are for.
    pub(super) async fn charged(&mut self) {
        let query = "query($u: ID) { charges(filter: { unitId: $u }) { nodes { id billId itemCode } } }";
        let list = self.admin.query(query, json!({ "u": self.names["unit"] })).await;
        for charge in list["charges"]["nodes"].as_array().into_iter().flatten() {
            match charge["itemCode"].as_str() {
                Some("MANAGEMENT") => {
                    self.keep("credited", &charge["id"]);
                    self.keep("bill", &charge["billId"]);
                }
                Some("WATER") => self.keep("watered", &charge["id"]),
                Some("PAID_WORK") => self.keep("worked", &charge["id"]),
                _ => {}
            }
        }
    }

    async fn run(&mut self, app: &TestApp, by: &Client) {
        let input = r#"{"communityId":"$community","month":"2026-03-01","idempotencyKey":"$key"}"#;
        let made = self.done(by, "billingRunStart", input, "billingRun { id }").await;
        self.keep("run", &made["billingRun"]["id"]);
        billing::post_runs(&app.app).await.unwrap();
    }
}

/// The entry of the owner of the place's first unit, on the wire.
async fn owner_of(app: &TestApp, place: &Place) -> String {
    #[derive(FromQueryResult)]
    struct Row {
        id: ResidencyId,
    }
    let mut sql = Sql::new("SELECT id FROM residency WHERE role = 'OWNER' AND account_id IS NOT NULL AND");
    sql.with(" unit_id = ", place.units[0]);
    wire_id(sql.one::<Row>(app.app.db.read()).await.unwrap().unwrap().id).to_string()
}
