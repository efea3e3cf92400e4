//! Asking to be bound to a unit, and deciding on it.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entities::values::{ResidencyRequestId, UploadId};
use uuid::Uuid;

use super::enums::{ResidencyRequestState, ResidencyRole};
use super::requests::{RequestCount, ResidencyRequest, ResidencyRequestConnection};
use crate::domains::estate::service::{self, NewRequest, RequestFilter};
use crate::error::{Code, Error, Refusal};
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_id, parse_optional_id};
use crate::graphql::request;
use crate::graphql::scalars::Date;
use crate::payloads;

/// Asks to be bound to a unit, which is named in words.
#[derive(InputObject)]
pub struct ResidencyRequestInput {
    /// The community, by the id that the management company gives out; else by its name.
    community_id: Option<ID>,
    /// The community's whole name; needed unless `communityId` is given.
    community_name: Option<String>,
    /// The building, such as `3栋` or `3`.
    building_name: String,
    /// The unit's number, such as `1-302`.
    unit_number: String,
    /// What the person is there. Several owners of one unit (共有人) each ask for themselves.
    role: ResidencyRole,
    /// The person's name, at most 60 characters.
    name: String,
    /// The company that owns or rents the unit, in whose name the person asks; at most 100 characters.
    company_name: Option<String>,
    /// Last four characters of the identity card.
    id_last_four: Option<String>,
    /// First day, of tenants and proxies; from the decision on when missing.
    starts_on: Option<Date>,
    /// Last day, of tenants and proxies; without an end when missing.
    ends_on: Option<Date>,
    /// Complete uploads that show documents (JPEG, PNG or HEIC), by the UUIDs that the phone gave them; 6 at most.
    documents: Option<Vec<ID>>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

impl ResidencyRequestInput {
    fn read(self) -> Result<(NewRequest, String), Error> {
        let invalid = || Error::from(Refusal::at(Code::InvalidId, "documents"));
        let upload = |id: &ID| Uuid::try_parse(id.as_str()).map(UploadId).map_err(|_| invalid());
        let new = NewRequest {
            community_id: parse_optional_id(self.community_id.as_ref(), "communityId")?,
            community_name: self.community_name,
            building_name: self.building_name,
            unit_number: self.unit_number,
            role: self.role.into(),
            name: self.name,
            company_name: self.company_name,
            id_last4: self.id_last_four,
            starts_on: self.starts_on.map(|day| day.0),
            ends_on: self.ends_on.map(|day| day.0),
            documents: self.documents.unwrap_or_default().iter().map(upload).collect::<Result<_, Error>>()?,
        };
        Ok((new, self.idempotency_key))
    }
}

/// Takes an own request back.
#[derive(InputObject)]
pub struct ResidencyRequestWithdrawInput {
    /// The request.
    request_id: ID,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// Confirms a request.
#[derive(InputObject)]
pub struct ResidencyApproveInput {
    /// The request.
    request_id: ID,
    /// The version that the viewer saw; refused when it has changed since.
    expected_version: i32,
    /// The unit that is meant; needed where the words led to none, or to a wrong one.
    unit_id: Option<ID>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// Refuses a request.
#[derive(InputObject)]
pub struct ResidencyRefuseInput {
    /// The request.
    request_id: ID,
    /// The version that the viewer saw; refused when it has changed since.
    expected_version: i32,
    /// Why, for the person to read; at most 500 characters.
    reason: String,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    ResidencyRequestPayload {
        /// The request: `APPROVED` at once where the register matched, else `PENDING`.
        request: ResidencyRequest
    }
    /// What became of it.
    ResidencyRequestWithdrawPayload {
        /// The request as it now is.
        request: ResidencyRequest
    }
    /// What became of it.
    ResidencyApprovePayload {
        /// The request as it now is.
        request: ResidencyRequest
    }
    /// What became of it.
    ResidencyRefusePayload {
        /// The request as it now is.
        request: ResidencyRequest
    }
}

/// Which requests a list shows.
#[derive(InputObject, Default)]
pub struct ResidencyReviewFilterInput {
    /// Only of this community.
    community_id: Option<ID>,
    /// Only in this state.
    state: Option<ResidencyRequestState>,
}

/// Queries of requests.
#[derive(Default)]
pub struct ReviewQuery;

#[Object]
impl ReviewQuery {
    /// Requests to be bound to a unit (入住审核), the oldest first; for staff who decide on them.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn residency_reviews(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which requests.")] filter: Option<ResidencyReviewFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<ResidencyRequestConnection> {
        let request = request(context);
        let window: Window<ResidencyRequestId> = Window::new(first, after.as_deref())?;
        let input = filter.unwrap_or_default();
        let filter = RequestFilter {
            community_id: parse_optional_id(input.community_id.as_ref(), "communityId")?,
            state: input.state.map(Into::into),
        };
        let (app, viewer) = (&request.app, request.viewer()?);
        let rows = service::requests(app, viewer, &filter, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |row| row.request.id)?;
        Ok(ResidencyRequestConnection::new(page, RequestCount::Reviews(filter)))
    }
}

/// Mutations of requests.
#[derive(Default)]
pub struct RequestMutation;

#[Object]
impl RequestMutation {
    /// Asks to be bound to a unit (入住申请). Where the verified phone and the name, or the last four of the id, match the
    /// register it happens at once; else the front desk decides. The answer does not tell whether there is such a unit.
    async fn residency_request(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who, and which unit.")] input: ResidencyRequestInput,
    ) -> Result<ResidencyRequestPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let (new, key) = input.read()?;
            service::create_request(app, viewer, new, &key).await
        }
        .await;
        Ok(ResidencyRequestPayload::from_outcome(context, outcome)?)
    }

    /// Takes an own request back, while nobody has decided on it; its documents are deleted.
    async fn residency_request_withdraw(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] input: ResidencyRequestWithdrawInput,
    ) -> Result<ResidencyRequestWithdrawPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let id = parse_id(&input.request_id, "requestId")?;
            service::withdraw_request(app, viewer, id, &input.idempotency_key).await
        }
        .await;
        Ok(ResidencyRequestWithdrawPayload::from_outcome(context, outcome)?)
    }

    /// Confirms a request (审核通过): the person has access at once. Nobody decides on their own.
    async fn residency_approve(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] input: ResidencyApproveInput,
    ) -> Result<ResidencyApprovePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let which = (parse_id(&input.request_id, "requestId")?, input.expected_version);
            let unit = parse_optional_id(input.unit_id.as_ref(), "unitId")?;
            service::approve_request(app, viewer, which, unit, &input.idempotency_key).await
        }
        .await;
        Ok(ResidencyApprovePayload::from_outcome(context, outcome)?)
    }

    /// Refuses a request (审核拒绝), with a reason that the person reads.
    async fn residency_refuse(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ResidencyRefuseInput,
    ) -> Result<ResidencyRefusePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let which = (parse_id(&input.request_id, "requestId")?, input.expected_version);
            service::refuse_request(app, viewer, which, &input.reason, &input.idempotency_key).await
        }
        .await;
        Ok(ResidencyRefusePayload::from_outcome(context, outcome)?)
    }
}
