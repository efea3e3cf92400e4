//! Events told to one reader.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use entities::history_event;
use entities::values::{AccountId, StaffId};
use serde_json::Value;
use uuid::Uuid;

use super::FieldChange;
use super::texts::{sentence, word};
use crate::domains::identity::{mask_name, mask_phone};
use crate::domains::tickets::service::Named;
use crate::error::Locale;

/// Who reads a history, and what of it.
pub struct Reader<'r> {
    /// In which language.
    pub locale: Locale,
    /// The community's time zone.
    pub zone: Tz,
    /// Names of the staff whom payloads name by id.
    pub names: &'r HashMap<StaffId, String>,
    /// The reader's account.
    pub account: AccountId,
    /// Whether telephone numbers are shown in full.
    pub sees_phone: bool,
    /// Whether the reader is a colleague: why somebody was chosen is no matter of residents and contractors.
    pub colleague: bool,
}

/// The staff whom an event's payload names by id.
pub fn staff_in(row: &history_event::Model) -> impl Iterator<Item = StaffId> {
    let payload = payload_of(row).unwrap_or_default();
    ["assigneeId", "staffId"].into_iter().filter_map(move |key| staff(&payload, key))
}

fn payload_of(row: &history_event::Model) -> Option<Value> {
    row.payload.as_deref().and_then(|text| serde_json::from_str(text).ok())
}

fn staff(payload: &Value, key: &str) -> Option<StaffId> {
    Uuid::parse_str(payload.get(key)?.as_str()?).ok().map(StaffId)
}

/// Fields whose values are texts of their own, numbers or moments, in the order that they are shown in.
const PLAIN: [&str; 10] =
    ["description", "place", "warrantyUntil", "passed", "accepted", "overall", "speed", "quality", "attitude", "words"];

/// Fields whose values have names in the catalogue.
const NAMED: [&str; 7] = ["kind", "urgency", "outcome", "method", "result", "payer", "liableParty"];

impl Reader<'_> {
    /// One sentence and the changes of each event; the events of one ticket in their order.
    pub fn tell(&self, rows: &[Named<history_event::Model>]) -> Vec<(String, Vec<FieldChange>)> {
        let mut assignee: Option<String> = None;
        rows.iter()
            .map(|event| {
                let before = assignee.clone();
                assignee = self.assignee_after(event, before.clone());
                (self.summary(event), self.changes(event, before, assignee.clone()))
            })
            .collect()
    }

    fn word(&self, group: &str, key: &str) -> String {
        word(group, key, self.locale).unwrap_or(key).to_owned()
    }

    fn erased(&self) -> String {
        self.word("mark", "ERASED")
    }

    fn name(&self, id: StaffId) -> String {
        self.names.get(&id).cloned().unwrap_or_else(|| self.word("somebody", "STAFF"))
    }

    fn who(&self, event: &Named<history_event::Model>) -> String {
        match (&event.staff_name, event.row.staff_id, event.row.account_id) {
            (Some(name), ..) => name.clone(),
            (None, Some(_), _) => self.word("somebody", "STAFF"),
            (None, None, Some(account)) if account == self.account => self.word("somebody", "YOU"),
            (None, None, Some(_)) => self.word("somebody", "RESIDENT"),
            (None, None, None) => self.word("somebody", "SYSTEM"),
        }
    }

    /// Who has the ticket after an event, as far as the events say.
    fn assignee_after(&self, event: &Named<history_event::Model>, before: Option<String>) -> Option<String> {
        match event.row.kind.as_str() {
            "DISPATCHED" | "TRANSFERRED" => match payload_of(&event.row) {
                Some(payload) => staff(&payload, "assigneeId").map(|id| self.name(id)),
                None => Some(self.erased()),
            },
            "CLAIMED" => event.staff_name.clone(),
            "DECLINED" => None,
            _ => before,
        }
    }

    fn summary(&self, event: &Named<history_event::Model>) -> String {
        let (row, who) = (&event.row, self.who(event));
        let payload = payload_of(row);
        let text = payload.as_ref().and_then(|payload| self.variant(row, payload));
        let Some(text) = text.or_else(|| sentence(&row.kind, self.locale)) else {
            // A kind that this version does not know.
            return [who, self.word("mark", "COLON"), row.kind.clone()].concat();
        };
        let whom = match &payload {
            Some(payload) => staff_in_payload(payload).map(|id| self.name(id)).unwrap_or_default(),
            None => self.erased(),
        };
        let told = text.replace("{who}", &who).replace("{whom}", &whom);
        let words = match &payload {
            // Sentences that name somebody have said already that it was erased.
            None if text.contains("{whom}") => None,
            None => Some(self.erased()),
            Some(payload) => self.words(row, payload),
        };
        match words {
            Some(words) => [told, self.word("mark", "COLON"), words].concat(),
            None => told,
        }
    }

    /// The sentence of the variant that a payload makes of its kind.
    fn variant(&self, row: &history_event::Model, payload: &Value) -> Option<&'static str> {
        let truth = |key: &str| payload.get(key)?.as_bool().map(|yes| if yes { "YES" } else { "NO" });
        let variant = match row.kind.as_str() {
            "DISPATCHED" => truth("automatic").filter(|it| *it == "YES").map(|_| "AUTOMATIC")?,
            "COMPLETED" => payload.get("outcome")?.as_str()?,
            "CALLED_BACK" => payload.get("result")?.as_str()?,
            "REINSPECTED" => truth("passed")?,
            "REACCEPTED" => truth("accepted")?,
            "QUOTE_APPROVED" | "QUOTE_REFUSED" if row.staff_id.is_some() => "ON_WORD",
            _ => return None,
        };
        sentence(&format!("{}.{variant}", row.kind), self.locale)
    }

    /// What was said with an event: the reason and the words.
    fn words(&self, row: &history_event::Model, payload: &Value) -> Option<String> {
        let text = |key: &str| payload.get(key).and_then(Value::as_str).map(str::to_owned);
        let said: Vec<String> = [text("total"), self.reason(row, payload), text("words"), text("description")]
            .into_iter()
            .flatten()
            .collect();
        (!said.is_empty()).then(|| said.join(&self.word("mark", "COMMA")))
    }

    fn reason(&self, row: &history_event::Model, payload: &Value) -> Option<String> {
        match payload.get("reason")? {
            Value::String(reason) if row.kind == "PAUSED" => Some(self.word("reason", reason)),
            Value::String(reason) => Some(reason.clone()),
            Value::Object(figures) if self.colleague => {
                let text = self.word("mark", "CHOICE");
                let filled = ["eligible", "candidates", "openMinutes"].iter().fold(text, |text, key| {
                    text.replace(&format!("{{{key}}}"), &figures.get(*key).map_or_else(String::new, Value::to_string))
                });
                Some(filled)
            }
            _ => None,
        }
    }

    fn changes(
        &self,
        event: &Named<history_event::Model>,
        assignee_before: Option<String>,
        assignee: Option<String>,
    ) -> Vec<FieldChange> {
        let row = &event.row;
        let mut changes = Vec::new();
        let mut add = |field: &str, before: Option<String>, after: Option<String>| {
            if before != after {
                changes.push(FieldChange { field: field.to_owned(), label: self.word("field", field), before, after });
            }
        };
        let state = |state: &Option<String>| state.as_deref().map(|state| self.word("state", state));
        add("state", state(&row.from_state), state(&row.to_state));
        add("assignee", assignee_before, assignee);
        let Some(payload) = payload_of(row) else {
            add("details", None, Some(self.erased()));
            return changes;
        };
        for field in NAMED {
            let named = |of: &Value| of.get(field)?.as_str().map(|value| self.word(field, value));
            add(field, payload.get("before").and_then(named), named(&payload));
        }
        add("reason", None, self.reason(row, &payload));
        for field in PLAIN {
            add(field, None, payload.get(field).and_then(|value| self.plain(value)));
        }
        let test = payload.get("waterTestEndedAt").and_then(Value::as_str);
        add("waterTestEndedAt", None, test.and_then(|it| self.moment(it)));
        let name = payload.get("contactName").and_then(Value::as_str);
        add("contactName", None, name.map(|it| if self.sees_phone { it.to_owned() } else { mask_name(it) }));
        let phone = payload.get("contactPhone").and_then(Value::as_str);
        add("contactPhone", None, phone.map(|it| if self.sees_phone { it.to_owned() } else { mask_phone(it) }));
        add("slot", payload.get("before").and_then(|it| self.slot(it)), self.slot(&payload));
        let files = payload.get("attachments").and_then(Value::as_array).map(|files| files.len().to_string());
        add("attachments", None, files);
        for field in ["lines", "materials"] {
            add(field, None, payload.get(field).and_then(|lines| self.lines(lines)));
        }
        for field in ["total", "visitFee"] {
            add(field, None, payload.get(field).and_then(|amount| self.plain(amount)));
        }
        let helper = staff(&payload, "staffId").map(|id| self.name(id));
        if row.kind == "HELPER_REMOVED" {
            add("helper", helper, None)
        } else {
            add("helper", None, helper)
        }
        changes
    }

    fn plain(&self, value: &Value) -> Option<String> {
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(yes) => Some(self.word("value", if *yes { "true" } else { "false" })),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Lines of a quote or completion: name, quantity, unit, and what it comes to.
    fn lines(&self, lines: &Value) -> Option<String> {
        let name = if self.locale == Locale::Chinese { "nameZh" } else { "nameEn" };
        let line = |line: &Value| {
            let parts = [name, "quantity", "unit", "amount"].into_iter().filter_map(|key| line.get(key)?.as_str());
            parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        };
        let told: Vec<String> = lines.as_array()?.iter().map(line).collect();
        Some(told.join(&self.word("mark", "SEMICOLON")))
    }

    fn slot(&self, value: &Value) -> Option<String> {
        let moment = |key: &str| self.moment(value.get(key)?.as_str()?);
        Some(format!("{} – {}", moment("slotStart")?, moment("slotEnd")?))
    }

    /// A moment as a clock in the community shows it.
    fn moment(&self, text: &str) -> Option<String> {
        let moment: DateTime<Utc> = text.parse().ok()?;
        Some(moment.with_timezone(&self.zone).format("%Y-%m-%d %H:%M").to_string())
    }
}

fn staff_in_payload(payload: &Value) -> Option<StaffId> {
    staff(payload, "assigneeId").or_else(|| staff(payload, "staffId"))
}
