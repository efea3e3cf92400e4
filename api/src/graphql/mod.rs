//! The schema: the domains' roots merged, and what all of them share.

mod batches;
pub mod connection;
pub mod context;
pub mod error;
pub mod id;
pub mod limits;
pub mod link;
pub mod live;
pub mod loader;
pub mod money;
mod node;
pub mod payload;
pub mod scalars;

pub use context::{Request, request};
pub use error::{UserError, UserErrorCode};

use async_graphql::{ID, MergedObject, MergedSubscription, Schema, SchemaBuilder};

use crate::config::Config;
use crate::domains::{billing, estate, identity, office, payments, tickets};

/// The root of all queries.
#[derive(MergedObject, Default)]
pub struct Query(
    identity::graphql::IdentityQuery,
    estate::graphql::EstateQuery,
    billing::graphql::BillingQuery,
    payments::graphql::PaymentQuery,
    payments::graphql::DeskQuery,
    payments::graphql::ReconciliationQueries,
    tickets::graphql::TicketQuery,
    office::graphql::OfficeQuery,
    node::NodeQuery,
);

/// The root of all mutations.
#[derive(MergedObject, Default)]
pub struct Mutation(
    identity::graphql::IdentityMutation,
    estate::graphql::EstateMutation,
    billing::graphql::BillingMutation,
    payments::graphql::PaymentsMutation,
    payments::graphql::DeskMutation,
    payments::graphql::ReconciliationMutations,
    tickets::graphql::TicketMutation,
    office::graphql::OfficeMutation,
);

/// The root of all subscriptions.
#[derive(MergedSubscription, Default)]
pub struct Subscription(tickets::graphql::TicketSubscription);

/// The executable schema.
pub type LinliSchema = Schema<Query, Mutation, Subscription>;

/// Builds the schema with the limits of the configuration.
pub fn schema(config: &Config) -> LinliSchema {
    builder()
        .limit_depth(config.graphql_depth)
        .limit_complexity(config.graphql_complexity)
        .disable_suggestions()
        .finish()
}

/// The schema in the schema definition language, as `schema.graphql` has it.
pub fn sdl() -> String {
    let options = async_graphql::SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items();
    let sdl = builder().finish().sdl_with_options(options);
    // The specification's own directives are everybody's; the library writes them between the types and the roots.
    let types = sdl.find("\n\"\"\"\nDirects the executor to include");
    match (types, sdl.rfind("schema {")) {
        (Some(types), Some(roots)) if types < roots => format!("{}\n{}", &sdl[..types], &sdl[roots..]),
        _ => sdl,
    }
}

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .override_output_type_description::<ID>("An opaque id, such as `ticket_01h4…`: send it back as it came.")
}
