//! What a signed address carries.

use axum::http::Method;
use serde::Deserialize;
use uuid::Uuid;

use crate::error::{Code, Error, Refusal};
use crate::infra::signed::Shown;

/// The query of a signed address.
#[derive(Deserialize)]
pub struct Parameters {
    by: Option<String>,
    expires: Option<String>,
    signature: Option<String>,
}

/// Reads an address; whatever is none of ours is refused alike. Only a GET opens one: looking is recorded.
pub fn shown(method: &Method, object: &str, parameters: Parameters) -> Result<Shown, Error> {
    let read = || {
        let Parameters { by, expires, signature } = parameters;
        Some(Shown {
            object: Uuid::try_parse(object).ok()?,
            by: Uuid::try_parse(&by?).ok()?,
            expires: expires?.parse().ok()?,
            signature: signature?,
        })
    };
    let shown = read().filter(|_| *method == Method::GET);
    shown.ok_or_else(|| Refusal::new(Code::LinkInvalid).into())
}
