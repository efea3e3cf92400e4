//! Waivers and second persons in the schema.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::enums::ApprovalState;
use crate::domains::billing::BillingError;
use crate::domains::billing::service::{self, NewWaiver, PendingRow, Subject, WaiverCard};
use crate::error::Error;
use crate::graphql::id::{parse_id, try_parse_id, wire_id};
use crate::graphql::money::Money;
use crate::graphql::request;
use crate::graphql::scalars::{Date, DateTime, Decimal};
use crate::payloads;

/// Something owed that is given up (减免).
#[derive(SimpleObject)]
pub struct Waiver {
    /// Opaque id.
    pub id: ID,
    /// The charge.
    pub charge_id: ID,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: String,
    /// Whether it counts, or waits for a second person.
    pub state: ApprovalState,
    /// When it was asked for.
    pub created_at: DateTime,
    /// When a second person decided.
    pub decided_at: Option<DateTime>,
}

impl From<WaiverCard> for Waiver {
    fn from(card: WaiverCard) -> Self {
        let row = card.waiver;
        Self {
            id: wire_id(row.id),
            charge_id: wire_id(row.charge_id),
            amount: Money::new(row.amount, &card.currency),
            reason: row.reason,
            state: row.state.into(),
            created_at: row.created_at.into(),
            decided_at: row.decided_at.map(Into::into),
        }
    }
}

/// A waiver or discount that waits for a second person (待审批).
#[derive(SimpleObject)]
pub struct FeeApproval {
    /// The waiver or discount: `subjectId` of the decision.
    pub subject_id: ID,
    /// The unit.
    pub unit_id: Option<ID>,
    /// The item.
    pub fee_item_id: ID,
    /// The charge, of a waiver.
    pub charge_id: Option<ID>,
    /// How much, of a waiver.
    pub amount: Option<Money>,
    /// What is taken off, of a discount.
    pub share: Option<Decimal>,
    /// From which day on, of a discount.
    pub started_on: Option<Date>,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub asked_by_id: ID,
    /// When.
    pub created_at: DateTime,
}

impl FeeApproval {
    fn new(row: PendingRow) -> Option<Self> {
        let subject_id = row.waiver_id.map(wire_id).or_else(|| row.discount_id.map(wire_id))?;
        Some(Self {
            subject_id,
            unit_id: row.unit_id.map(wire_id),
            fee_item_id: wire_id(row.fee_item_id),
            charge_id: row.charge_id.map(wire_id),
            amount: row.amount.map(|amount| Money::new(amount, &row.currency)),
            share: row.share.map(|share| Decimal::scaled(share, 4)),
            started_on: row.started_on.map(Date),
            reason: row.reason,
            asked_by_id: wire_id(row.staff_id),
            created_at: row.created_at.into(),
        })
    }
}

/// What is to be given up.
#[derive(InputObject)]
pub struct ChargeWaiveInput {
    /// The charge.
    charge_id: ID,
    /// How much, in the major unit; what is still owed at most.
    amount: Decimal,
    /// Why, at most 200 characters.
    reason: String,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// A second person's decision.
#[derive(InputObject)]
pub struct FeeApprovalDecideInput {
    /// The waiver or discount that waits.
    subject_id: ID,
    /// Whether it shall count.
    approve: bool,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    ChargeWaivePayload {
        /// The waiver, which counts or waits.
        waiver: Waiver
    }
    /// What became of it.
    FeeApprovalDecidePayload {
        /// Whether it counts now.
        approved: bool
    }
}

/// Queries of what waits.
#[derive(Default)]
pub struct ApprovalQuery;

#[Object]
impl ApprovalQuery {
    /// Waivers and discounts that wait for a second person, the oldest first, 200 of each at most; for whoever may be one.
    #[graphql(complexity = "20 + child_complexity")]
    async fn fee_approvals(&self, context: &Context<'_>) -> Result<Vec<FeeApproval>> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        Ok(service::pending(app, viewer).await?.into_iter().filter_map(FeeApproval::new).collect())
    }
}

/// Mutations of waivers.
#[derive(Default)]
pub struct WaiverMutation;

#[Object]
impl WaiverMutation {
    /// Gives up what is owed of a charge; above the community's limit it waits for a second person.
    async fn charge_waive(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How much of which charge.")] input: ChargeWaiveInput,
    ) -> Result<ChargeWaivePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let new = NewWaiver {
                charge_id: parse_id(&input.charge_id, "chargeId")?,
                amount: input.amount.0,
                reason: input.reason,
            };
            service::waive(app, viewer, new, &input.idempotency_key).await
        }
        .await;
        Ok(ChargeWaivePayload::from_outcome(context, outcome)?)
    }

    /// Decides on a waiver or discount that waits, as somebody else than who asked for it.
    async fn fee_approval_decide(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The decision.")] input: FeeApprovalDecideInput,
    ) -> Result<FeeApprovalDecidePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let subject = match (try_parse_id(&input.subject_id), try_parse_id(&input.subject_id)) {
                (Some(id), _) => Subject::Waiver(id),
                (None, Some(id)) => Subject::Discount(id),
                (None, None) => return Err(BillingError::Invalid("subjectId").into()),
            };
            service::decide(app, viewer, subject, input.approve, &input.idempotency_key).await
        }
        .await;
        Ok(FeeApprovalDecidePayload::from_outcome(context, outcome)?)
    }
}
