//! Payloads of mutations: the result when it happened, the user errors when it was refused.

use async_graphql::Context;

use super::{UserError, request};
use crate::error::{Error, Refusal};

/// Splits the outcome of a use case into a payload's two halves; other errors stay top-level.
pub fn split<T>(context: &Context<'_>, outcome: Result<T, Error>) -> Result<(Option<T>, Vec<UserError>), Error> {
    match outcome {
        Ok(value) => Ok((Some(value), Vec::new())),
        Err(Error::Refused(refusal)) => Ok((None, vec![user_error(context, &refusal)])),
        Err(other) => Err(other),
    }
}

/// A refusal in the request's language.
pub fn user_error(context: &Context<'_>, refusal: &Refusal) -> UserError {
    UserError::new(refusal, request(context).locale)
}

/// Declares payloads of one object each.
#[macro_export]
macro_rules! payloads {
    ($($(#[$doc:meta])* $name:ident { $(#[$field_doc:meta])* $field:ident: $type:ty })*) => {$(
        $(#[$doc])*
        #[derive(async_graphql::SimpleObject)]
        pub struct $name {
            $(#[$field_doc])*
            pub $field: Option<$type>,
            /// Why it was refused; empty when it happened.
            pub user_errors: Vec<$crate::graphql::UserError>,
        }

        impl $name {
            /// From the outcome of the use case.
            pub fn from_outcome<T: Into<$type>>(
                context: &async_graphql::Context<'_>,
                outcome: Result<T, $crate::error::Error>,
            ) -> Result<Self, $crate::error::Error> {
                let (value, user_errors) = $crate::graphql::payload::split(context, outcome)?;
                Ok(Self { $field: value.map(Into::into), user_errors })
            }
        }
    )*};
}
