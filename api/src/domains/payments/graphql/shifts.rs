//! Shifts in the schema.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use entities::values::ShiftId;

use super::desk_enums::{DeskMethod, ShiftState};
use super::desk_loaders::FlowsOf;
use crate::connection;
use crate::domains::payments::service::{self, FlowRow, ShiftCard, ShiftFilter};
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::money::Money;
use crate::graphql::request;
use crate::graphql::scalars::{DateTime, Decimal};
use crate::payloads;

/// A clerk's time at a community's desk (班次).
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Shift {
    /// Opaque id.
    pub id: ID,
    /// The community.
    pub community_id: ID,
    /// The community's name.
    pub community_name: String,
    /// The clerk.
    pub staff_id: ID,
    /// The clerk's name.
    pub staff_name: String,
    /// Where it stands.
    pub state: ShiftState,
    /// What lay in the till at first (备用金).
    pub float: Money,
    /// How often something was taken or given back.
    pub entry_count: i32,
    /// What had to lie in the till at the end: the float, and cash taken less cash given back.
    pub expected_cash: Option<Money>,
    /// What did lie there.
    pub counted_cash: Option<Money>,
    /// What was counted more than expected; less, when it is below 0.
    pub difference: Option<Money>,
    /// Why they differ.
    pub reason: Option<String>,
    /// Rises with each change.
    pub version: i32,
    /// When it began.
    pub opened_at: DateTime,
    /// When it was closed (交账).
    pub closed_at: Option<DateTime>,
    #[graphql(skip)]
    /// The same id, to load by.
    pub key: ShiftId,
    #[graphql(skip)]
    /// The community's currency.
    pub currency: String,
}

/// What went over the desk by one method.
#[derive(SimpleObject)]
pub struct ShiftTotal {
    /// How.
    pub method: DeskMethod,
    /// What was taken.
    pub taken: Money,
    /// How often.
    pub taken_count: i32,
    /// What was given back.
    pub returned: Money,
    /// How often.
    pub returned_count: i32,
}

impl ShiftTotal {
    fn new(row: &FlowRow, currency: &str) -> Self {
        let count = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
        Self {
            method: row.method.into(),
            taken: Money::new(row.taken, currency),
            taken_count: count(row.taken_count),
            returned: Money::new(row.returned, currency),
            returned_count: count(row.returned_count),
        }
    }
}

#[ComplexObject]
impl Shift {
    /// What went over the desk so far, by method; one statement for a whole page.
    async fn totals(&self, context: &Context<'_>) -> Result<Vec<ShiftTotal>> {
        let rows = request(context).loader().load_one(FlowsOf(self.key)).await?.unwrap_or_default();
        Ok(rows.iter().map(|row| ShiftTotal::new(row, &self.currency)).collect())
    }
}

impl From<ShiftCard> for Shift {
    fn from(card: ShiftCard) -> Self {
        let row = card.shift;
        let money = |amount| Money::new(amount, &card.currency);
        let difference = row.counted.zip(row.expected);
        Self {
            id: wire_id(row.id),
            community_id: wire_id(row.community_id),
            community_name: card.community_name,
            staff_id: wire_id(row.staff_id),
            staff_name: card.staff_name,
            state: row.state.into(),
            float: money(row.opening_float),
            entry_count: row.entry_count,
            expected_cash: row.expected.map(money),
            counted_cash: row.counted.map(money),
            difference: difference.map(|(counted, expected)| money(entities::values::Money(counted.0 - expected.0))),
            reason: row.reason,
            version: row.version,
            opened_at: row.opened_at.into(),
            closed_at: row.closed_at.map(Into::into),
            key: row.id,
            currency: card.currency,
        }
    }
}

/// A shift by its id; refused with `NOT_FOUND` when the viewer may not see it.
pub async fn find_shift(context: &Context<'_>, id: ShiftId) -> Result<Shift, Error> {
    let (app, viewer) = (&request(context).app, request(context).viewer()?);
    Ok(service::find_shift(app, viewer, id).await?.into())
}

/// Which shifts a list shows.
#[derive(InputObject, Default)]
pub struct ShiftFilterInput {
    /// Only at this community.
    community_id: Option<ID>,
    /// Only of this member of staff.
    staff_id: Option<ID>,
    /// Only in this state.
    state: Option<ShiftState>,
    /// Only opened at this moment or later.
    from: Option<DateTime>,
    /// Only opened before this moment.
    before: Option<DateTime>,
}

impl ShiftFilterInput {
    fn read(&self) -> Result<ShiftFilter, Error> {
        Ok(ShiftFilter {
            community_id: parse_optional_id(self.community_id.as_ref(), "communityId")?,
            staff_id: parse_optional_id(self.staff_id.as_ref(), "staffId")?,
            state: self.state.map(Into::into),
            from: self.from.map(|at| at.0),
            before: self.before.map(|at| at.0),
        })
    }
}

/// How to count shifts.
pub struct ShiftCount(ShiftFilter);

impl ShiftCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        Ok(service::count_shifts(app, viewer, &self.0).await?)
    }
}

connection! {
    /// Shifts.
    ShiftConnection, ShiftEdge, Shift, count: ShiftCount
}

/// A shift that begins.
#[derive(InputObject)]
pub struct ShiftOpenInput {
    /// At which community.
    community_id: ID,
    /// What lies in the till, in the major unit; may be nothing.
    float: Decimal,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// A shift that ends.
#[derive(InputObject)]
pub struct ShiftCloseInput {
    /// The shift.
    shift_id: ID,
    /// What lies in the till, in the major unit.
    counted_cash: Decimal,
    /// Why that is not what has to lie there, at most 200 characters; needed when it is not.
    reason: Option<String>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    ShiftOpenPayload {
        /// The shift.
        shift: Shift
    }
    /// What became of it.
    ShiftClosePayload {
        /// The shift as it now is.
        shift: Shift
    }
}

/// Queries of shifts.
#[derive(Default)]
pub struct ShiftQuery;

#[Object]
impl ShiftQuery {
    /// Shifts, the newest first: a clerk's own, and everybody's for whoever manages the community's fees.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn shifts(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which shifts.")] filter: Option<ShiftFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<ShiftConnection> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let filter = filter.unwrap_or_default().read()?;
        let window: Window<ShiftId> = Window::new(first, after.as_deref())?;
        let rows = service::shifts(app, viewer, &filter, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |card: &ShiftCard| card.shift.id)?;
        Ok(ShiftConnection::new(page, ShiftCount(filter)))
    }
}

/// Mutations of shifts.
#[derive(Default)]
pub struct ShiftMutation;

#[Object]
impl ShiftMutation {
    /// Opens the viewer's shift at a community's desk; one at a time there.
    async fn shift_open(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Where, and what lies in the till.")] input: ShiftOpenInput,
    ) -> Result<ShiftOpenPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let community = parse_id(&input.community_id, "communityId")?;
            service::open_shift(app, viewer, community, input.float.0, &input.idempotency_key).await
        }
        .await;
        Ok(ShiftOpenPayload::from_outcome(context, outcome)?)
    }

    /// Closes a shift with what was counted (交账): the viewer's own, or anybody's for whoever manages fees. It never changes
    /// afterwards.
    async fn shift_close(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What was counted.")] input: ShiftCloseInput,
    ) -> Result<ShiftClosePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let counted = (input.counted_cash.0, input.reason);
            let id = parse_id(&input.shift_id, "shiftId")?;
            service::close_shift(app, viewer, id, counted, &input.idempotency_key).await
        }
        .await;
        Ok(ShiftClosePayload::from_outcome(context, outcome)?)
    }
}
