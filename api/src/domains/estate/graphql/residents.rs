//! Who is tied to a unit, and who says so.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};

use super::enums::{ResidencyEndReason, ResidencyRole, ResidencySource};
use crate::domains::estate::service::{self, NewResident, ResidentRow};
use crate::domains::identity::{mask_name, mask_phone};
use crate::error::Error;
use crate::graphql::id::{parse_id, wire_id};
use crate::graphql::request;
use crate::graphql::scalars::{Date, DateTime};
use crate::payloads;

/// Somebody who is tied to a unit (住户).
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Resident {
    /// Opaque id of the residency.
    pub id: ID,
    /// What the person is there.
    pub role: ResidencyRole,
    /// The company, where the person stands for one.
    pub company_name: Option<String>,
    /// Whether an owner lets this proxy admit family and tenants.
    pub may_admit: bool,
    /// Where it comes from.
    pub source: ResidencySource,
    /// Since when.
    pub since: DateTime,
    /// Until when; null while it lasts.
    pub until: Option<DateTime>,
    #[graphql(skip)]
    row: ResidentRow,
}

impl From<ResidentRow> for Resident {
    fn from(row: ResidentRow) -> Self {
        Self {
            id: wire_id(row.id),
            role: row.role.into(),
            company_name: row.company_name.clone(),
            may_admit: row.may_admit,
            source: row.source.into(),
            since: row.started_at.into(),
            until: row.ended_at.map(Into::into),
            row,
        }
    }
}

#[ComplexObject]
impl Resident {
    /// The person's name; masked for staff who have no need of it.
    async fn name(&self, context: &Context<'_>) -> Result<String> {
        let sees = service::sees_name(request(context).viewer()?, &self.row);
        Ok(if sees { self.row.name.clone() } else { mask_name(&self.row.name) })
    }

    /// The person's phone; masked for everybody but the person and staff who need it.
    async fn phone(&self, context: &Context<'_>) -> Result<Option<String>> {
        let sees = service::sees_phone(request(context).viewer()?, &self.row);
        Ok(self.row.phone.as_deref().map(|phone| if sees { phone.to_owned() } else { mask_phone(phone) }))
    }

    /// Whether it is the viewer.
    async fn is_viewer(&self, context: &Context<'_>) -> Result<bool> {
        Ok(self.row.account_id == Some(request(context).viewer()?.account_id))
    }
}

/// Admits a person to a unit of the viewer's.
#[derive(InputObject)]
pub struct ResidentAdmitInput {
    /// The unit.
    unit_id: ID,
    /// What the person will be there: family, tenant or proxy.
    role: ResidencyRole,
    /// The phone by which the person signs in.
    phone: String,
    /// The person's name, at most 60 characters.
    name: String,
    /// Last day, of tenants and proxies; without an end when missing.
    ends_on: Option<Date>,
    /// Whether a proxy may admit and remove family and tenants; nobody else may be let.
    #[graphql(default = false)]
    may_admit: bool,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// Removes somebody from a unit of the viewer's.
#[derive(InputObject)]
pub struct ResidentRemoveInput {
    /// The residency.
    residency_id: ID,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// Leaves a unit.
#[derive(InputObject)]
pub struct ResidencyLeaveInput {
    /// The viewer's own residency, as `viewer.units` names it.
    residency_id: ID,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// Ends a residency for the company.
#[derive(InputObject)]
pub struct ResidencyEndInput {
    /// The residency.
    residency_id: ID,
    /// Why.
    reason: ResidencyEndReason,
    /// Why, in words; needed for `OTHER`, at most 500 characters.
    words: Option<String>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    ResidentAdmitPayload {
        /// Who was admitted.
        resident: Resident
    }
    /// What became of it.
    ResidentRemovePayload {
        /// Who was removed.
        resident: Resident
    }
    /// What became of it.
    ResidencyLeavePayload {
        /// What the viewer was there.
        resident: Resident
    }
    /// What became of it.
    ResidencyEndPayload {
        /// Whose residency ended.
        resident: Resident
    }
}

/// Mutations of who is tied to a unit.
#[derive(Default)]
pub struct ResidentMutation;

#[Object]
impl ResidentMutation {
    /// Admits family, a tenant or a proxy to an own unit (添加成员). Whoever signs in with the phone has access at once. For
    /// owners; for a proxy whom an owner lets, family and tenants only.
    async fn resident_admit(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who, and to which unit.")] input: ResidentAdmitInput,
    ) -> Result<ResidentAdmitPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let new = NewResident {
                unit_id: parse_id(&input.unit_id, "unitId")?,
                role: input.role.into(),
                phone: input.phone,
                name: input.name,
                ends_on: input.ends_on.map(|day| day.0),
                may_admit: input.may_admit,
            };
            service::admit_resident(app, viewer, new, &input.idempotency_key).await
        }
        .await;
        Ok(ResidentAdmitPayload::from_outcome(context, outcome)?)
    }

    /// Removes family, a tenant or a proxy from an own unit (移除成员): the person has no access from now on. Owners do not
    /// remove each other.
    async fn resident_remove(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whom.")] input: ResidentRemoveInput,
    ) -> Result<ResidentRemovePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let id = parse_id(&input.residency_id, "residencyId")?;
            service::remove_resident(app, viewer, id, &input.idempotency_key).await
        }
        .await;
        Ok(ResidentRemovePayload::from_outcome(context, outcome)?)
    }

    /// Leaves a unit (退出房屋), at once; owners do so through the company.
    async fn residency_leave(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] input: ResidencyLeaveInput,
    ) -> Result<ResidencyLeavePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let id = parse_id(&input.residency_id, "residencyId")?;
            service::leave_residency(app, viewer, id, &input.idempotency_key).await
        }
        .await;
        Ok(ResidencyLeavePayload::from_outcome(context, outcome)?)
    }

    /// Ends a residency (终止入住关系) for the company, at once. With the last owner of a unit go its proxies and family;
    /// tenants stay.
    async fn residency_end(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ResidencyEndInput,
    ) -> Result<ResidencyEndPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let id = parse_id(&input.residency_id, "residencyId")?;
            let why = (input.reason.into(), input.words.as_deref());
            service::end_residency(app, viewer, id, why, &input.idempotency_key).await
        }
        .await;
        Ok(ResidencyEndPayload::from_outcome(context, outcome)?)
    }
}
