//! What is asked of refunds and deposits.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::desk_enums::DeskMethod;
use super::refunds::{CommunityRefundSettings, Refund};
use crate::domains::payments::service::{self, NewDepositReturn, NewRefund, PrepaidBack};
use crate::error::Error;
use crate::graphql::id::{parse_id, parse_optional_id};
use crate::graphql::request;
use crate::graphql::scalars::Decimal;
use crate::payloads;

/// What of a charge is owed again.
#[derive(InputObject)]
pub struct RefundPartInput {
    /// The charge; the payment must have paid it.
    charge_id: ID,
    /// How much, in the major unit.
    amount: Decimal,
}

/// What a prepaid balance gives back.
#[derive(InputObject)]
pub struct RefundPrepaidInput {
    /// How much, in the major unit.
    amount: Decimal,
    /// Of which unit's balance; that of the payment unless said.
    unit_id: Option<ID>,
    /// Of the balance for one item alone; that of the payment unless said.
    fee_item_id: Option<ID>,
}

/// A refund as it is asked for.
#[derive(InputObject)]
pub struct RefundCreateInput {
    /// Of which payment.
    payment_id: ID,
    /// How much in all, in the major unit: the sum of what follows.
    amount: Decimal,
    /// What is owed again, at most 100 charges; deposits go back by `depositReturn`.
    #[graphql(default)]
    charges: Vec<RefundPartInput>,
    /// What a prepaid balance gives back.
    prepaid: Option<RefundPrepaidInput>,
    /// Whether what of the payment lies in suspense goes back, all of it.
    #[graphql(default)]
    suspense: bool,
    /// Whether the desk pays it out, though the money came through a gateway.
    #[graphql(default)]
    at_desk: bool,
    /// Why, at most 200 characters; the payer reads it, too.
    reason: String,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// A second person's decision.
#[derive(InputObject)]
pub struct RefundDecideInput {
    /// The refund that waits.
    refund_id: ID,
    /// Whether it shall count.
    approve: bool,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// That the desk has paid out.
#[derive(InputObject)]
pub struct RefundSettleInput {
    /// The refund.
    refund_id: ID,
    /// How it was paid out, from the own open shift.
    method: DeskMethod,
    /// The number of the voucher, at most 200 characters.
    voucher: String,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// A deposit that is to go back.
#[derive(InputObject)]
pub struct DepositReturnInput {
    /// The deposit.
    charge_id: ID,
    /// What is kept of it for damage, in the major unit.
    deduction: Option<Decimal>,
    /// Why it goes back, at most 200 characters.
    reason: String,
    /// What the deduction rests on, at most 200 characters; required with one.
    evidence: Option<String>,
    /// Whether the desk pays it out, though it came through a gateway.
    #[graphql(default)]
    at_desk: bool,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// Above what a refund needs a second person.
#[derive(InputObject)]
pub struct CommunityRefundSettingsSetInput {
    /// The community.
    community_id: ID,
    /// Above this a refund waits for a second person, in the major unit.
    refund_limit: Decimal,
    /// The version that the client saw; refused when it is another.
    expected_version: Option<i32>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    RefundCreatePayload {
        /// The refund, which counts or waits.
        refund: Refund
    }
    /// What became of it.
    RefundDecidePayload {
        /// The refund.
        refund: Refund
    }
    /// What became of it.
    RefundSettlePayload {
        /// The refund.
        refund: Refund
    }
    /// What became of it.
    DepositReturnPayload {
        /// The refund by which it goes back.
        refund: Refund
    }
    /// What became of it.
    CommunityRefundSettingsSetPayload {
        /// The settings as they now are.
        settings: CommunityRefundSettings
    }
}

fn new_refund(input: RefundCreateInput) -> Result<NewRefund, Error> {
    let charges = input.charges.iter().map(|part| Ok((parse_id(&part.charge_id, "charges")?, part.amount.0)));
    let prepaid = input.prepaid.map(|it| -> Result<PrepaidBack, Error> {
        Ok(PrepaidBack {
            amount: it.amount.0,
            unit_id: parse_optional_id(it.unit_id.as_ref(), "prepaid")?,
            fee_item_id: parse_optional_id(it.fee_item_id.as_ref(), "prepaid")?,
        })
    });
    Ok(NewRefund {
        payment_id: parse_id(&input.payment_id, "paymentId")?,
        amount: input.amount.0,
        charges: charges.collect::<Result<Vec<_>, Error>>()?,
        prepaid: prepaid.transpose()?,
        suspense: input.suspense,
        at_desk: input.at_desk,
        reason: input.reason,
    })
}

/// Mutations of refunds.
#[derive(Default)]
pub struct RefundMutation;

#[Object]
impl RefundMutation {
    /// Asks for a refund of a payment (申请退款): what is owed again, or what a prepaid balance or suspense gives back. Up to
    /// the community's limit it counts at once, above it when somebody else agrees; then its gateway or the desk pays it out.
    async fn refund_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The refund.")] input: RefundCreateInput,
    ) -> Result<RefundCreatePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let key = input.idempotency_key.clone();
        let outcome: Result<_, Error> =
            async { service::create_refund(app, viewer, new_refund(input)?, &key).await }.await;
        Ok(RefundCreatePayload::from_outcome(context, outcome)?)
    }

    /// Decides on a refund that waits, as somebody else than who asked for it (审批退款).
    async fn refund_decide(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The decision.")] input: RefundDecideInput,
    ) -> Result<RefundDecidePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let decision = (parse_id(&input.refund_id, "refundId")?, input.approve);
            service::decide_refund(app, viewer, decision, &input.idempotency_key).await
        }
        .await;
        Ok(RefundDecidePayload::from_outcome(context, outcome)?)
    }

    /// Records that the desk has paid a refund out, with its voucher.
    async fn refund_settle(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which, and the voucher.")] input: RefundSettleInput,
    ) -> Result<RefundSettlePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let paid_out = (parse_id(&input.refund_id, "refundId")?, input.method.into(), input.voucher);
            service::settle_refund(app, viewer, paid_out, &input.idempotency_key).await
        }
        .await;
        Ok(RefundSettlePayload::from_outcome(context, outcome)?)
    }

    /// Gives a paid deposit back after inspection (退押金), less what is kept for damage; once, and with a second person
    /// above the community's limit.
    async fn deposit_return(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which deposit, and what is kept of it.")] input: DepositReturnInput,
    ) -> Result<DepositReturnPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let new = NewDepositReturn {
                charge_id: parse_id(&input.charge_id, "chargeId")?,
                deduction: input.deduction.map(|it| it.0),
                reason: input.reason,
                evidence: input.evidence,
                at_desk: input.at_desk,
            };
            service::return_deposit(app, viewer, new, &input.idempotency_key).await
        }
        .await;
        Ok(DepositReturnPayload::from_outcome(context, outcome)?)
    }

    /// Sets above what refunds of a community need a second person; for whoever may be one.
    async fn community_refund_settings_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The settings as they are to be.")] input: CommunityRefundSettingsSetInput,
    ) -> Result<CommunityRefundSettingsSetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let community = parse_id(&input.community_id, "communityId")?;
            let new = (community, input.refund_limit.0, input.expected_version);
            service::set_refund_settings(app, viewer, new, &input.idempotency_key).await
        }
        .await;
        Ok(CommunityRefundSettingsSetPayload::from_outcome(context, outcome)?)
    }
}
