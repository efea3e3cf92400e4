//! Queries of payments.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entities::values::PaymentId;

use super::enums::{PaymentMethod, PaymentState};
use super::types::{Merchant, Payment, PaymentConnection, PaymentCount};
use crate::domains::payments::service::{self, PaymentCard, PaymentFilter};
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_id, parse_optional_id};
use crate::graphql::request;
use crate::graphql::scalars::DateTime;

/// Which payments to list.
#[derive(InputObject, Default)]
pub struct PaymentFilterInput {
    /// Only of this community.
    community_id: Option<ID>,
    /// Only of this unit.
    unit_id: Option<ID>,
    /// Only of this payer.
    payer_id: Option<ID>,
    /// Only those meant for this charge.
    charge_id: Option<ID>,
    /// Only by this method.
    method: Option<PaymentMethod>,
    /// Only in this state.
    state: Option<PaymentState>,
    /// Only settled at this moment or later.
    settled_from: Option<DateTime>,
    /// Only settled before this moment.
    settled_before: Option<DateTime>,
}

impl PaymentFilterInput {
    fn read(self) -> Result<PaymentFilter, Error> {
        Ok(PaymentFilter {
            community_id: parse_optional_id(self.community_id.as_ref(), "communityId")?,
            unit_id: parse_optional_id(self.unit_id.as_ref(), "unitId")?,
            payer_id: parse_optional_id(self.payer_id.as_ref(), "payerId")?,
            charge_id: parse_optional_id(self.charge_id.as_ref(), "chargeId")?,
            method: self.method.map(Into::into),
            state: self.state.map(Into::into),
            settled_from: self.settled_from.map(|at| at.0),
            settled_before: self.settled_before.map(|at| at.0),
        })
    }
}

/// Queries of payments.
#[derive(Default)]
pub struct PaymentQuery;

#[Object]
impl PaymentQuery {
    /// Payments, the newest first: a resident's own and those for what they owe, and for staff who see fees everybody's.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn payments(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<PaymentFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<PaymentConnection> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let filter = filter.unwrap_or_default().read()?;
        let window: Window<PaymentId> = Window::new(first, after.as_deref())?;
        let rows = service::payments(app, viewer, &filter, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |card: &PaymentCard| card.payment.id)?;
        Ok(PaymentConnection::new(page, PaymentCount(filter)))
    }

    /// One payment; null when there is none, or the viewer may not see it.
    async fn payment(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The payment's id.")] id: ID,
    ) -> Result<Option<Payment>> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let id = parse_id(&id, "id")?;
        match service::find_payment(app, viewer, id).await {
            Ok(card) => Ok(Some(card.into())),
            Err(Error::Refused(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// By what one can pay by phone in a community where one lives or owes something.
    #[graphql(complexity = "3 + child_complexity")]
    async fn payment_methods(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The community.")] community_id: ID,
    ) -> Result<Vec<PaymentMethod>> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let found = service::payment_methods(app, viewer, parse_id(&community_id, "communityId")?).await?;
        Ok(found.into_iter().map(Into::into).collect())
    }

    /// A community's merchants in use; for whoever sets them.
    #[graphql(complexity = "2 + 3 * child_complexity")]
    async fn merchants(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The community.")] community_id: ID,
    ) -> Result<Vec<Merchant>> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let found = service::merchants(app, viewer, parse_id(&community_id, "communityId")?).await?;
        Ok(found.into_iter().map(Into::into).collect())
    }
}
