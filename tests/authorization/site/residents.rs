//! People who ask to be bound to a unit, or are admitted to one.

use serde_json::{Value, json};
use support::{Client, TestApp};
use uuid::Uuid;

use super::Site;
use crate::tickets::shared::merged;
use crate::uploads::media::pictures::jpeg_of;
use crate::uploads::phone::Phone;

impl Site {
    /// People who ask to be bound, and something masked that was shown in full.
    pub(super) async fn people(&mut self, app: &TestApp, admin: &Client) {
        let photo = Phone::of(app, &self.owner).send(&jpeg_of(20, 20), "image/jpeg").await.to_string();
        let company = json!({ "role": "OWNER", "companyName": "$canary公司", "documents": [photo] });
        self.asks(&self.owner, company).await;
        let lease =
            json!({ "unitNumber": "$canary2", "role": "TENANT", "startsOn": "2026-03-05", "endsOn": "2027-03-05" });
        let refused = self.asks(&self.owner, lease).await;
        let input = r#"{"requestId":"$it","expectedVersion":1,"reason":"$canary不符","idempotencyKey":"$key"}"#;
        self.done(admin, "residencyRefuse", &input.replace("$it", &refused), "request { id }").await;
        let input = r#"{"nodeId":"$ticket","field":"PHONE","reason":"$canary联系不上","idempotencyKey":"$key"}"#;
        self.done(admin, "personalDataReveal", input, "value").await;
    }

    /// Asks to be bound to the second unit; the request's id.
    async fn asks(&self, by: &Client, more: Value) -> String {
        let input = json!({ "communityId": "$community", "buildingName": "$canary栋", "unitNumber": "$canary1",
            "role": "FAMILY", "name": "$canary新人", "idLastFour": "123X", "idempotencyKey": "$key" });
        let made = self.done(by, "residencyRequest", &merged(input, more).to_string(), "request { id }").await;
        made["request"]["id"].as_str().unwrap().to_owned()
    }

    /// A request that waits: the owner's, or a stranger's.
    pub async fn asked(&self, app: &TestApp, owner: bool) -> String {
        if owner {
            return self.asks(&self.owner, json!({ "unitNumber": "新$key" })).await;
        }
        let number = 1000 + Uuid::new_v4().as_u128() % 9000;
        let stranger = app.resident(&format!("{}{number}", &self.names["phone"][..7])).await;
        self.asks(&stranger, json!({})).await
    }

    /// Somebody whom the owner has admitted.
    pub async fn admitted(&self) -> String {
        let input =
            r#"{"unitId":"$unit","role":"FAMILY","phone":"$fresh","name":"$canary家人$key","idempotencyKey":"$key"}"#;
        let made = self.done(&self.owner, "residentAdmit", input, "resident { id }").await;
        made["resident"]["id"].as_str().unwrap().to_owned()
    }
}
