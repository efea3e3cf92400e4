//! Paid work becomes a charge with its completion, once.

use std::sync::Arc;

use serde_json::json;
use support::{TestApp, both};

use super::shared::{charges, owed, residency};
use crate::tickets::paid::scene::{line, paid, quoted, send_quote, set_visit_fee};
use crate::tickets::shared::{Crew, key};

both!(finished_work_is_charged_to_whoever_asked_for_it);

async fn finished_work_is_charged_to_whoever_asked_for_it(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let finance = crew.world.worker(&app, 31, entities::values::Role::Finance, &[]).await.client;
    // The desk took it in: who pays the unit's fees owes it.
    let entry = residency(&app, crew.world.home.units[0], "住户1-1").await;
    let pays = json!({
        "unitId": crew.world.unit(), "residencyId": entry, "startedOn": "2026-01-01", "idempotencyKey": key(),
    });
    finance.mutate("unitPayerSet", pays, "unitPayer { id }").await.ok();
    let ticket = paid(&crew, "IN_PROGRESS").await;
    send_quote(&crew, &ticket, json!([line("1.5", "100")])).await.ok();
    let quote = crate::tickets::paid::scene::last_quote(&crew.owner, &ticket).await["id"].clone();
    assert_eq!(owed(&crew.owner).await, Vec::<String>::new(), "agreed is not done");
    let approve = json!({ "quoteId": quote });
    crew.owner.step("ticketQuoteApprove", &ticket, approve).await.ok();
    crew.plumber.client.step("ticketComplete", &ticket, crew.words_for("ticketComplete")).await.ok();
    assert_eq!(owed(&crew.owner).await, ["101 150.00"]);
    // It comes back and is done again: nothing is charged twice.
    crew.called_back(&ticket, "NOT_SOLVED").await;
    crew.work_done(&ticket).await;
    let own = charges(&crew.owner, json!({})).await;
    assert_eq!(own.len(), 1, "{own:?}");
    assert!(own[0].starts_with("PAID_WORK") && own[0].ends_with("150.00 TICKET"), "{own:?}");
    assert_eq!(charges(&finance, json!({})).await, own);
    // A refused quote costs the visit.
    let admin = crew.world.admin(&app).await;
    set_visit_fee(&admin, &crew.world, "20").await.ok();
    let second = paid(&crew, "IN_PROGRESS").await;
    let quote = quoted(&crew, &second).await;
    let refuse = json!({ "quoteId": quote, "reason": "太贵" });
    crew.desk.client.step("ticketQuoteRefuse", &second, refuse).await.ok();
    let all = charges(&finance, json!({})).await;
    assert!(all.len() == 2 && all[1].ends_with(" 20.00 TICKET"), "{all:?}");
}
