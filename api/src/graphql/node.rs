//! `node(id:)`: any major object by its id.

use async_graphql::{Context, ID, Interface, Object, Result};

use super::id::try_parse_id;
use super::request;
use crate::domains::billing::graphql::{Bill, BillingRun, Charge, find_bill, find_billing_run, find_charge};
use crate::domains::estate::graphql::{Building, Community, Unit, find_building, find_community, find_unit};
use crate::domains::identity::graphql::{Staff, find_staff};
use crate::domains::payments::graphql::{
    InvoiceRequest, Payment, Receipt, Reconciliation, Refund, Shift, SuspenseItem, find_invoice, find_payment,
    find_receipt, find_reconciliation, find_refund, find_shift, find_suspense_item,
};
use crate::domains::tickets::graphql::{
    Contact, Contractor, PriceItem, ServicePlan, Ticket, TicketQuote, find_contact, find_contractor, find_price_item,
    find_quote, find_service_plan, find_ticket,
};
use crate::error::{Code, Error};

/// Anything that has an id.
#[allow(clippy::large_enum_variant)] // One at a time, and gone with its answer.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "&ID", desc = "Opaque id."))]
pub enum Node {
    /// A community.
    Community(Community),
    /// A building.
    Building(Building),
    /// A unit.
    Unit(Unit),
    /// A member of staff.
    Staff(Staff),
    /// A ticket.
    Ticket(Ticket),
    /// An outside contractor.
    Contractor(Contractor),
    /// A contact.
    Contact(Contact),
    /// A recurring service.
    ServicePlan(ServicePlan),
    /// A bill.
    Bill(Bill),
    /// One line of what is owed.
    Charge(Charge),
    /// A billing run.
    BillingRun(BillingRun),
    /// A payment.
    Payment(Payment),
    /// A clerk's time at the desk.
    Shift(Shift),
    /// A receipt.
    Receipt(Receipt),
    /// An invoice that was asked for.
    InvoiceRequest(InvoiceRequest),
    /// Money that goes back.
    Refund(Refund),
    /// Money that nobody has placed yet.
    SuspenseItem(SuspenseItem),
    /// The comparison of a gateway's bill of a day.
    Reconciliation(Reconciliation),
    /// A quote of a ticket.
    TicketQuote(TicketQuote),
    /// An entry of a price list.
    PriceItem(PriceItem),
}

/// Queries by id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Any major object by its id; null when there is none, or the viewer may not see it.
    async fn node(&self, context: &Context<'_>, #[graphql(desc = "The object's id.")] id: ID) -> Result<Option<Node>> {
        request(context).viewer()?;
        let found = if let Some(id) = try_parse_id(&id) {
            find_ticket(context, id).await.map(Node::Ticket)
        } else if let Some(id) = try_parse_id(&id) {
            find_unit(context, id).await.map(Node::Unit)
        } else if let Some(id) = try_parse_id(&id) {
            find_building(context, id).await.map(Node::Building)
        } else if let Some(id) = try_parse_id(&id) {
            find_staff(context, id).await.map(Node::Staff)
        } else if let Some(id) = try_parse_id(&id) {
            find_community(context, id).await.map(Node::Community)
        } else if let Some(id) = try_parse_id(&id) {
            find_contractor(context, id).await.map(Node::Contractor)
        } else if let Some(id) = try_parse_id(&id) {
            find_contact(context, id).await.map(Node::Contact)
        } else if let Some(id) = try_parse_id(&id) {
            find_service_plan(context, id).await.map(Node::ServicePlan)
        } else if let Some(id) = try_parse_id(&id) {
            find_bill(context, id).await.map(Node::Bill)
        } else if let Some(id) = try_parse_id(&id) {
            find_charge(context, id).await.map(Node::Charge)
        } else if let Some(id) = try_parse_id(&id) {
            find_billing_run(context, id).await.map(Node::BillingRun)
        } else if let Some(id) = try_parse_id(&id) {
            find_payment(context, id).await.map(Node::Payment)
        } else if let Some(id) = try_parse_id(&id) {
            find_refund(context, id).await.map(Node::Refund)
        } else if let Some(id) = try_parse_id(&id) {
            find_suspense_item(context, id).await.map(Node::SuspenseItem)
        } else if let Some(id) = try_parse_id(&id) {
            find_reconciliation(context, id).await.map(Node::Reconciliation)
        } else if let Some(id) = try_parse_id(&id) {
            find_quote(context, id).await.map(Node::TicketQuote)
        } else if let Some(id) = try_parse_id(&id) {
            find_shift(context, id).await.map(Node::Shift)
        } else if let Some(id) = try_parse_id(&id) {
            find_receipt(context, id).await.map(Node::Receipt)
        } else if let Some(id) = try_parse_id(&id) {
            find_invoice(context, id).await.map(Node::InvoiceRequest)
        } else if let Some(id) = try_parse_id(&id) {
            find_price_item(context, id).await.map(Node::PriceItem)
        } else {
            return Ok(None);
        };
        match found {
            Ok(node) => Ok(Some(node)),
            // Outside the scope is as good as missing.
            Err(Error::Refused(refusal)) if refusal.code == Code::NotFound => Ok(None),
            Err(Error::Forbidden) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
