//! The price list in the schema.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entities::values::PriceItemId;

use super::enums::PriceKind;
use crate::connection;
use crate::domains::tickets::service::{self, NewPriceItem, PriceItemRow, PriceList};
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::money::{CurrencyCode, Money};
use crate::graphql::request;
use crate::graphql::scalars::{DateTime, Decimal};
use crate::payloads;

/// Labour or material with its price (有偿服务价格表的一项).
#[derive(SimpleObject)]
pub struct PriceItem {
    /// Opaque id.
    pub id: ID,
    /// The community that it is for; null means every one of the organization that has none of its own under the code.
    pub community_id: Option<ID>,
    /// The code that it is known by.
    pub code: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Labour or material.
    pub kind: PriceKind,
    /// The category of work that it belongs to.
    pub category_id: Option<ID>,
    /// Unit of measure, in words (计量单位).
    pub unit: String,
    /// The currency of its prices; it counts in communities of this currency.
    pub currency: CurrencyCode,
    /// The lowest price; null when it is found on site.
    pub low: Option<Money>,
    /// The highest price; the lowest, where the price is fixed.
    pub high: Option<Money>,
    /// Whether the technician finds the price on site (现场报价).
    pub priced_on_site: bool,
    /// Whether it is in use.
    pub active: bool,
    /// Rises by one with each change; send it back as `expectedVersion`.
    pub version: i32,
    /// When it was changed last.
    pub updated_at: DateTime,
}

impl From<PriceItemRow> for PriceItem {
    fn from(row: PriceItemRow) -> Self {
        let money = |amount: Option<_>| amount.map(|amount| Money::new(amount, &row.currency));
        Self {
            id: wire_id(row.id),
            community_id: row.community_id.map(wire_id),
            low: money(row.low_fen),
            high: money(row.high_fen),
            code: row.code,
            name_zh: row.name_zh,
            name_en: row.name_en,
            kind: row.kind.into(),
            category_id: row.category_id.map(wire_id),
            unit: row.unit,
            currency: CurrencyCode(row.currency),
            priced_on_site: row.on_site,
            active: row.active,
            version: row.version,
            updated_at: row.updated_at.into(),
        }
    }
}

/// The entry with an id; `NOT_FOUND` when there is none within the viewer's reach.
pub async fn find_price_item(context: &Context<'_>, id: PriceItemId) -> Result<PriceItem, Error> {
    let request = request(context);
    Ok(service::price_item(&request.app, request.viewer()?, id).await?.into())
}

/// How to count a price list.
pub struct PriceCount(PriceList);

impl PriceCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        Ok(service::count_prices(&request(context).app, &self.0).await?)
    }
}

connection! {
    /// A price list.
    PriceItemConnection, PriceItemEdge, PriceItem, count: PriceCount
}

/// Adds an entry to the price list, or changes the one of this code.
#[derive(InputObject)]
pub struct PriceItemSetInput {
    /// For this community; null means the whole organization.
    community_id: Option<ID>,
    /// The code that it is known by, unique in the community or organization: letters, digits, `_` and `-`, at most 40;
    /// small letters count as capital ones.
    code: String,
    /// Chinese name, at most 60 characters.
    name_zh: String,
    /// English name, at most 60 characters.
    name_en: String,
    /// Labour or material.
    kind: PriceKind,
    /// The category of work that it belongs to.
    category_id: Option<ID>,
    /// Unit of measure, in words, at most 20 characters.
    unit: String,
    /// The currency; the community's own, or the one that all communities share, unless said.
    currency: Option<CurrencyCode>,
    /// The lowest price, in the major unit; missing when it is found on site.
    low: Option<Decimal>,
    /// The highest price; the lowest unless said, which makes the price a fixed one.
    high: Option<Decimal>,
    /// Whether the technician finds the price on site.
    #[graphql(default)]
    priced_on_site: bool,
    /// The version that the client saw, 0 for an entry that is not to be there yet; refused when it is another.
    expected_version: Option<i32>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

impl PriceItemSetInput {
    fn read(self) -> Result<NewPriceItem, Error> {
        Ok(NewPriceItem {
            community_id: parse_optional_id(self.community_id.as_ref(), "communityId")?,
            code: self.code,
            name_zh: self.name_zh,
            name_en: self.name_en,
            kind: self.kind.into(),
            category_id: parse_optional_id(self.category_id.as_ref(), "categoryId")?,
            unit: self.unit,
            currency: self.currency.map(|code| code.0),
            low: self.low.map(|price| price.0),
            high: self.high.map(|price| price.0),
            on_site: self.priced_on_site,
            expected_version: self.expected_version,
        })
    }
}

/// Takes an entry of the price list out of use.
#[derive(InputObject)]
pub struct PriceItemRetireInput {
    /// The entry.
    price_item_id: ID,
    /// The version that the client saw; refused when it is another.
    expected_version: Option<i32>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    PriceItemSetPayload {
        /// The entry as it now is.
        price_item: PriceItem
    }
    /// What became of it.
    PriceItemRetirePayload {
        /// The entry as it now is.
        price_item: PriceItem
    }
}

/// Queries of the price list.
#[derive(Default)]
pub struct PriceQuery;

#[Object]
impl PriceQuery {
    /// The price list of paid services (有偿服务价格表), in the order in which entries were added. In a community its own
    /// entry stands before the organization's of the same code. Null when there is no such community within the viewer's
    /// reach.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn price_list(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What counts in this community; the organization's own entries when missing, for staff.")]
        community_id: Option<ID>,
        #[graphql(desc = "Only of this category.")] category_id: Option<ID>,
        #[graphql(desc = "Only whose code or name contains this.")] text: Option<String>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<Option<PriceItemConnection>> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let window: Window<PriceItemId> = Window::new(first, after.as_deref())?;
        let community = parse_optional_id(community_id.as_ref(), "communityId")?;
        let category = parse_optional_id(category_id.as_ref(), "categoryId")?;
        let Some(list) = service::price_list(app, viewer, community, category, text).await? else { return Ok(None) };
        let rows = service::prices(app, &list, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |row: &PriceItemRow| row.id)?;
        Ok(Some(PriceItemConnection::new(page, PriceCount(list))))
    }
}

/// Mutations of the price list.
#[derive(Default)]
pub struct PriceMutation;

#[Object]
impl PriceMutation {
    /// Adds an entry to the price list, or changes the one of this code; a retired one is in use again. Quotes that were
    /// made keep their prices.
    async fn price_item_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The entry as it is to be.")] input: PriceItemSetInput,
    ) -> Result<PriceItemSetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let key = input.idempotency_key.clone();
            service::set_price_item(app, viewer, input.read()?, &key).await
        }
        .await;
        Ok(PriceItemSetPayload::from_outcome(context, outcome)?)
    }

    /// Takes an entry of the price list out of use. In a community the organization's entry of the code counts again.
    async fn price_item_retire(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] input: PriceItemRetireInput,
    ) -> Result<PriceItemRetirePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let id = parse_id(&input.price_item_id, "priceItemId")?;
            service::retire_price_item(app, viewer, id, input.expected_version, &input.idempotency_key).await
        }
        .await;
        Ok(PriceItemRetirePayload::from_outcome(context, outcome)?)
    }
}
