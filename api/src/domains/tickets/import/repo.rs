//! Every statement of the case importer. It acts for the whole system, from the command line.

use entities::values::{
    BuildingId, CallbackClass, CategoryId, CommunityId, OrganizationId, Payer, TicketId, TicketKind, TicketOrigin,
    TypedId as _, Urgency,
};
use sea_orm::Value;

use super::case::CaseRow;
use super::category;
use super::model::{Standing, number};
use crate::clock::Clock;
use crate::db::{Fault, Tx};
use crate::infra::bulk::repo::{Ensured, Insert, Natural, ensure};

const CATEGORY: Natural = Natural {
    table: "ticket_category",
    parent: "org_id",
    name: "code",
    rest: &["name_zh", "name_en", "trade", "callback_class", "active", "created_at"],
};

/// Finds each type's category by its code, or makes it.
pub async fn ensure_categories(
    tx: &Tx,
    clock: &Clock,
    organization: OrganizationId,
    names: &[&str],
) -> Result<Ensured<CategoryId>, Fault> {
    let codes: Vec<_> = names.iter().map(|name| category::code(name)).collect();
    let keys: Vec<_> = codes.iter().map(|code| (organization, code.as_str())).collect();
    ensure(tx, clock, &CATEGORY, &keys, |index| {
        let name = names[index];
        vec![
            name.into(),
            name.into(),
            category::trade(name).as_str().into(),
            CallbackClass::Ordinary.as_str().into(),
            true.into(),
            clock.now().into(),
        ]
    })
    .await
}

/// A case with the rows that its ticket refers to.
pub struct Placed<'c> {
    /// The case.
    pub case: &'c CaseRow,
    /// Its community.
    pub community: CommunityId,
    /// Its building, if it has an address.
    pub building: Option<BuildingId>,
    /// Its category.
    pub category: CategoryId,
}

/// Columns that say the same of every imported ticket, and what they say.
fn constants() -> [(&'static str, Value); 9] {
    [
        ("origin", TicketOrigin::Imported.as_str().into()),
        ("kind", TicketKind::PublicRepair.as_str().into()),
        ("urgency", Urgency::Ordinary.as_str().into()),
        ("payer", Payer::Free.as_str().into()),
        // No event yet: the chain begins with the first thing that is done to the ticket here.
        ("version", 0.into()),
        ("history_hash", vec![0_u8; 32].into()),
        ("rework_count", 0.into()),
        ("callback_tries", 0.into()),
        ("unit_id", None::<uuid::Uuid>.into()),
    ]
}

fn columns(placed: &Placed<'_>) -> [(&'static str, Value); 17] {
    let case = placed.case;
    let standing = Standing::from(case);
    [
        ("community_id", placed.community.uuid().into()),
        ("building_id", placed.building.map(|id| id.uuid()).into()),
        ("category_id", placed.category.uuid().into()),
        ("number", number(case).into()),
        ("external_ref", case.id.as_str().into()),
        ("channel", case.channel.as_str().into()),
        ("state", standing.state.as_str().into()),
        ("description", case.title.as_str().into()),
        ("outcome", standing.outcome.map(|outcome| outcome.as_str().to_owned()).into()),
        ("outcome_words", case.closed_at.and(case.closure_reason.clone()).into()),
        ("submitted_at", case.opened_at.into()),
        ("clock_started_at", case.opened_at.into()),
        ("submitted_month", case.month.into()),
        ("completed_at", case.closed_at.into()),
        ("closed_at", case.closed_at.into()),
        ("complete_due_at", case.target_at.into()),
        ("next_due_at", standing.next_due_at.into()),
    ]
}

/// Inserts tickets; those whose case number is known are passed over. The number of new ones.
pub async fn insert_tickets(
    tx: &Tx,
    clock: &Clock,
    organization: OrganizationId,
    placed: &[Placed<'_>],
) -> Result<u64, Fault> {
    let Some(first) = placed.first() else { return Ok(0) };
    let own = ["id", "org_id", "missed_completion", "updated_at"];
    let names = columns(first).map(|(name, _)| name);
    let fixed = constants();
    let all: Vec<_> = own.into_iter().chain(names).chain(fixed.iter().map(|(name, _)| *name)).collect();
    let mut insert = Insert::into(tx, "ticket", &all);
    let now = clock.now();
    for one in placed {
        let id: TicketId = clock.new_id();
        let own: [Value; 4] = [
            id.uuid().into(),
            organization.uuid().into(),
            Standing::from(one.case).missed_completion.into(),
            now.into(),
        ];
        let values = columns(one).into_iter().chain(fixed.iter().cloned()).map(|(_, value)| value);
        insert.row(tx, own.into_iter().chain(values)).await?;
    }
    insert.finish(tx).await
}
