//! Inputs of recurring services.

use async_graphql::{ID, InputObject};

use super::enums::{ServiceCadence, ServicePlanState};
use crate::domains::estate::graphql::calendar::Weekday;
use crate::domains::tickets::service::{NewPlan, PlanFilter, PlanStep};
use crate::error::Error;
use crate::graphql::id::{parse_id, parse_optional_id};
use crate::graphql::scalars::{Date, Decimal, LocalTime};

/// Which recurring services of a list.
#[derive(InputObject, Default)]
pub struct ServicePlanFilterInput {
    /// Only of this unit.
    unit_id: Option<ID>,
    /// Only of this community.
    community_id: Option<ID>,
    /// Only in one of these states.
    states: Option<Vec<ServicePlanState>>,
}

/// Agrees a service that recurs.
#[derive(InputObject)]
pub struct ServicePlanCreateInput {
    /// In which unit.
    unit_id: ID,
    /// Of which category.
    category_id: ID,
    /// The entry of the household's register with which it ends; a resident's own is taken.
    residency_id: Option<ID>,
    /// What is to be done, 1 to 2,000 characters.
    words: String,
    /// How it recurs.
    cadence: ServiceCadence,
    /// Every so many weeks or months, 52 at most.
    #[graphql(default = 1)]
    every: i32,
    /// On which day of the week; of a weekly one.
    weekday: Option<Weekday>,
    /// On which day of the month, 1 to 31; of a monthly one. On the last day of a month that is shorter.
    month_day: Option<i32>,
    /// When it begins, where the community is.
    slot_from: LocalTime,
    /// When it ends, at most 12 hours later.
    slot_to: LocalTime,
    /// No date before this one; today when missing, at most a year ahead.
    first_on: Option<Date>,
    /// Nor after this one.
    last_on: Option<Date>,
    /// How many dates, 1,000 at most.
    times: Option<i32>,
    /// Whom to ask for; the resident unless said.
    contact_name: Option<String>,
    /// The contact person's phone; the resident's unless said.
    contact_phone: Option<String>,
    /// How to get in, at most 300 characters.
    access_note: Option<String>,
    /// What was agreed of the price, at most 300 characters. Ignored for residents.
    price_words: Option<String>,
    /// What each date costs, in the community's currency, agreed with the resident: its tickets need no quote. Ignored for
    /// residents.
    fee: Option<Decimal>,
    /// Made by the client; the same key has its effect once.
    pub idempotency_key: String,
}

impl ServicePlanFilterInput {
    /// The filter.
    pub fn read(self) -> Result<PlanFilter, Error> {
        Ok(PlanFilter {
            unit_id: parse_optional_id(self.unit_id.as_ref(), "unitId")?,
            community_id: parse_optional_id(self.community_id.as_ref(), "communityId")?,
            states: self.states.unwrap_or_default().into_iter().map(Into::into).collect(),
        })
    }
}

impl ServicePlanCreateInput {
    /// The command.
    pub fn read(self) -> Result<NewPlan, Error> {
        Ok(NewPlan {
            unit_id: parse_id(&self.unit_id, "unitId")?,
            category_id: parse_id(&self.category_id, "categoryId")?,
            residency_id: parse_optional_id(self.residency_id.as_ref(), "residencyId")?,
            words: self.words,
            cadence: self.cadence.into(),
            every: self.every,
            weekday: self.weekday.map(Weekday::number),
            month_day: self.month_day,
            slot_from: self.slot_from.minute,
            slot_to: self.slot_to.minute,
            first_on: self.first_on.map(|day| day.0),
            last_on: self.last_on.map(|day| day.0),
            times: self.times,
            contact_name: self.contact_name,
            contact_phone: self.contact_phone,
            access_note: self.access_note,
            price_words: self.price_words,
            fee: self.fee.map(|fee| fee.0),
        })
    }
}

macro_rules! plan_steps {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(InputObject)]
        pub struct $name {
            /// The recurring service.
            service_plan_id: ID,
            /// The version that the client saw; the command is refused when the plan has moved on.
            expected_version: Option<i32>,
            $($(#[$field_doc])* pub $field: $type,)*
            /// Made by the client; the same key has its effect once.
            idempotency_key: String,
        }

        impl $name {
            /// Plan, version and key.
            pub fn step(&self) -> Result<PlanStep, Error> {
                Ok(PlanStep {
                    plan_id: parse_id(&self.service_plan_id, "servicePlanId")?,
                    expected_version: self.expected_version,
                    key: self.idempotency_key.clone(),
                })
            }
        }
    )*};
}

plan_steps! {
    /// Lets a recurring service rest.
    ServicePlanSuspendInput {
        /// Why, at most 1,000 characters.
        reason: Option<String>,
    }
    /// Goes on with a recurring service that rests.
    ServicePlanResumeInput {}
    /// Ends a recurring service for good.
    ServicePlanEndInput {
        /// Why, at most 1,000 characters.
        reason: Option<String>,
    }
    /// Leaves one date of a recurring service out.
    ServicePlanSkipInput {
        /// Which of its dates; one that still lies ahead and has no ticket yet.
        date: Date,
    }
}
