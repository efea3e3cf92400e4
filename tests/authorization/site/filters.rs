//! Filters of every list, which colleagues share.

use support::Client;

use super::Site;

impl Site {
    /// Filters of every list, shared.
    pub(super) async fn filters(&mut self, by: &Client) {
        const FILTERS: [(&str, &str); 8] = [
            ("ARREARS", r#"{"arrears":{"charges":{"communityId":"$community"}}}"#),
            (
                "COLLECTION_REPORT",
                r#"{"collectionReport":{"groupBy":["ITEM"],"charges":{"communityId":"$community","buildingId":"$building","unitId":"$unit","payerId":"$payer","feeItemId":"$fee","billId":"$bill","billingRunId":"$run","from":"2026-01-01","to":"2026-12-01","dueFrom":"2026-01-01","dueBefore":"2027-01-01","open":true}}}"#,
            ),
            (
                "TICKETS",
                r#"{"tickets":{"communityId":"$community","assigneeId":"$worker","categoryId":"$category","unitId":"$unit","kind":"HOME_REPAIR","urgency":"ORDINARY","states":["CLOSED"],"text":"$canary","dueBefore":"2026-04-01T00:00:00Z"}}"#,
            ),
            (
                "CONTACTS",
                r#"{"contacts":{"communityId":"$community","unitId":"$unit","firstContactId":"$worker","channel":"PHONE","kind":"ENQUIRY","state":"OPEN","text":"$canary","from":"2026-01-01T00:00:00Z","to":"2026-04-01T00:00:00Z"}}"#,
            ),
            (
                "CONTACT_COUNTS",
                r#"{"contactCounts":{"communityId":"$community","groupBy":["KIND"],"fromMonth":"2026-01","toMonth":"2026-04"}}"#,
            ),
            (
                "ON_TIME_REPORT",
                r#"{"onTimeReport":{"communityId":"$community","categoryId":"$category","groupBy":["MONTH"],"fromMonth":"2026-01","toMonth":"2026-04"}}"#,
            ),
            (
                "STAFF",
                r#"{"staff":{"communityId":"$community","role":"TECHNICIAN","trade":"PLUMBING","dutyState":"ON_DUTY"}}"#,
            ),
            ("UNITS", r#"{"units":{"communityId":"$community","buildingId":"$building","text":"$canary"}}"#),
        ];
        for (list, filter) in FILTERS {
            let input = format!(
                r#"{{"list":"{list}","name":"$canary{list}","shared":true,"filter":{filter},"idempotencyKey":"$key"}}"#
            );
            let made = self.done(by, "savedFilterSet", &input, "savedFilter { id }").await;
            self.names.insert("filter", made["savedFilter"]["id"].as_str().unwrap().to_owned());
        }
    }
}
