//! Ids on the wire: opaque and type-prefixed, in the TypeID format (`ticket_01h4…`).

use async_graphql::ID;
use entities::values::TypedId;
use type_safe_id::{DynamicType, TypeSafeId};

use crate::error::{Code, Refusal};

/// Writes an id.
pub fn wire_id<T: TypedId>(id: T) -> ID {
    match DynamicType::new(T::PREFIX) {
        Ok(prefix) => ID(TypeSafeId::from_type_and_uuid(prefix, id.uuid()).to_string()),
        // A prefix is a constant of ours; a test makes each of them.
        Err(_) => ID(id.uuid().to_string()),
    }
}

/// Reads an id of one type, from the input field `field`.
pub fn parse_id<T: TypedId>(id: &ID, field: &'static str) -> Result<T, Refusal> {
    try_parse_id(id).ok_or_else(|| Refusal::at(Code::InvalidId, field))
}

/// Reads an optional id.
pub fn parse_optional_id<T: TypedId>(id: Option<&ID>, field: &'static str) -> Result<Option<T>, Refusal> {
    id.map(|id| parse_id(id, field)).transpose()
}

/// Reads an id of one type, if it is one.
pub fn try_parse_id<T: TypedId>(id: &ID) -> Option<T> {
    let parsed: TypeSafeId<DynamicType> = id.as_str().parse().ok()?;
    (parsed.type_prefix() == T::PREFIX).then(|| T::from_uuid(parsed.uuid()))
}
