//! Money at the desk, in the schema.

use async_graphql::{Context, ID, InputObject, MergedObject, Object, Result, SimpleObject};

use super::desk_enums::DeskMethod;
use super::receipts::Receipt;
use super::{books, invoices, receipts, shifts};
use crate::domains::billing::Wanted;
use crate::domains::payments::PaymentError;
use crate::domains::payments::service::{self, DeskFor, NewDeskPayment, Prepay};
use crate::error::Error;
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::money::Money;
use crate::graphql::request;
use crate::graphql::scalars::{Date, Decimal};
use crate::payloads;

/// Queries of the desk.
#[derive(MergedObject, Default)]
pub struct DeskQuery(shifts::ShiftQuery, receipts::ReceiptQuery, books::BookQuery, invoices::InvoiceQuery);

/// Mutations of the desk.
#[derive(MergedObject, Default)]
pub struct DeskMutation(
    PaymentRecordMutation,
    shifts::ShiftMutation,
    receipts::ReceiptMutation,
    books::BookMutation,
    invoices::InvoiceMutation,
);

/// Most objects that one input names.
const NAMED_MAX: usize = 500;

/// Ids of one type; too many are refused.
pub(super) fn parse_ids<T: entities::values::TypedId>(ids: &[ID], field: &'static str) -> Result<Vec<T>, Error> {
    if ids.len() > NAMED_MAX {
        return Err(PaymentError::TooMany(field, NAMED_MAX).into());
    }
    Ok(ids.iter().map(|id| parse_id(id, field)).collect::<Result<_, _>>()?)
}

/// Money that was taken at the desk (柜台收款).
#[derive(SimpleObject)]
pub struct DeskPayment {
    /// The payment.
    pub payment_id: ID,
    /// The shift in which it was taken.
    pub shift_id: ID,
    /// How.
    pub method: DeskMethod,
    /// How much.
    pub amount: Money,
    /// What of it paid charges.
    pub allocated: Money,
    /// What of it was paid ahead.
    pub prepaid: Money,
    /// The number of the transfer or of the terminal's slip.
    pub voucher: Option<String>,
    /// On which day it was paid.
    pub paid_on: Date,
    /// Its latest receipt.
    pub receipt: Receipt,
}

impl From<service::DeskPayment> for DeskPayment {
    fn from(it: service::DeskPayment) -> Self {
        let row = it.card.payment;
        let money = |amount| Money::new(amount, &it.card.currency);
        Self {
            payment_id: wire_id(row.id),
            shift_id: wire_id(it.entry.shift_id),
            method: it.entry.method.into(),
            amount: money(row.received),
            allocated: money(row.allocated),
            prepaid: money(row.prepaid),
            voucher: it.entry.voucher,
            paid_on: Date(it.entry.on_day),
            receipt: it.receipt.into(),
        }
    }
}

/// Money that a clerk takes: for exactly one of charges, bills, a unit, a payer or a prepaid balance.
#[derive(InputObject)]
pub struct PaymentRecordInput {
    /// These charges, 500 at most.
    charge_ids: Option<Vec<ID>>,
    /// What is owed on these bills.
    bill_ids: Option<Vec<ID>>,
    /// What is owed for this unit.
    unit_id: Option<ID>,
    /// All that this payer owes.
    payer_id: Option<ID>,
    /// The prepaid balance for this unit.
    prepaid_unit_id: Option<ID>,
    /// With `prepaidUnitId`: for this item alone.
    prepaid_fee_item_id: Option<ID>,
    /// How much, in the major unit; all that is owed unless said.
    amount: Option<Decimal>,
    /// How.
    method: DeskMethod,
    /// Who brought it, for the receipt; whoever owes unless said.
    payer_name: Option<String>,
    /// The number of the transfer or of the terminal's slip; cash has none.
    voucher: Option<String>,
    /// On which day it was paid, today unless said; a year back at most.
    paid_on: Option<Date>,
    /// Whether what is more than owed becomes prepaid balance; else it is refused.
    #[graphql(default)]
    rest_to_prepaid: bool,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

impl PaymentRecordInput {
    fn what(&self) -> Result<DeskFor, Error> {
        let mut found = Vec::new();
        if let Some(ids) = self.charge_ids.as_ref() {
            found.push(DeskFor::Charges(Wanted::Charges(parse_ids(ids, "chargeIds")?)));
        }
        if let Some(ids) = self.bill_ids.as_ref() {
            found.push(DeskFor::Charges(Wanted::Bills(parse_ids(ids, "billIds")?)));
        }
        if let Some(id) = parse_optional_id(self.unit_id.as_ref(), "unitId")? {
            found.push(DeskFor::Charges(Wanted::Unit(id)));
        }
        if let Some(id) = parse_optional_id(self.payer_id.as_ref(), "payerId")? {
            found.push(DeskFor::Payer(id));
        }
        let fee_item_id = parse_optional_id(self.prepaid_fee_item_id.as_ref(), "prepaidFeeItemId")?;
        if let Some(unit_id) = parse_optional_id(self.prepaid_unit_id.as_ref(), "prepaidUnitId")? {
            found.push(DeskFor::Prepaid(Prepay { unit_id, fee_item_id }));
        } else if fee_item_id.is_some() {
            return Err(PaymentError::Required("prepaidUnitId").into());
        }
        match (found.pop(), found.is_empty()) {
            (Some(what), true) => Ok(what),
            (None, _) => Err(PaymentError::Required("chargeIds").into()),
            (Some(_), false) => Err(PaymentError::Invalid("chargeIds").into()),
        }
    }
}

payloads! {
    /// What became of it.
    PaymentRecordPayload {
        /// The payment with its receipt.
        recorded: DeskPayment
    }
}

/// Mutations of money at the desk.
#[derive(Default)]
pub struct PaymentRecordMutation;

#[Object]
impl PaymentRecordMutation {
    /// Takes money at the desk, in the clerk's open shift of the community; settled at once, with its receipt.
    async fn payment_record(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The money.")] input: PaymentRecordInput,
    ) -> Result<PaymentRecordPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let new = NewDeskPayment {
                what: input.what()?,
                amount: input.amount.map(|amount| amount.0),
                method: input.method.into(),
                payer_name: input.payer_name,
                voucher: input.voucher,
                paid_on: input.paid_on.map(|day| day.0),
                rest_to_prepaid: input.rest_to_prepaid,
            };
            service::record_payment(app, viewer, new, &input.idempotency_key).await
        }
        .await;
        Ok(PaymentRecordPayload::from_outcome(context, outcome)?)
    }
}
