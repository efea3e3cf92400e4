//! Money in the schema: an exact amount and its currency.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, SimpleObject, Value};
use entities::values::{Money as Amount, decimals};
use rust_decimal::Decimal as Number;

use super::scalars::Decimal;

/// A currency by its three letters (ISO 4217): `CNY`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CurrencyCode(pub String);

/// A currency by its three letters (ISO 4217): `CNY`.
#[Scalar(name = "CurrencyCode")]
impl ScalarType for CurrencyCode {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = value else { return Err(InputValueError::expected_type(value)) };
        let valid = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        valid.then_some(Self(text)).ok_or_else(|| InputValueError::custom("not three capital letters"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// An amount of money (金额).
#[derive(SimpleObject, Clone, Debug)]
pub struct Money {
    /// How much, in the major unit, with all decimals of the currency: `"120.00"`.
    pub amount: Decimal,
    /// Of which currency.
    pub currency: CurrencyCode,
}

impl Money {
    /// An amount that is kept in the currency's minor unit.
    pub fn new(amount: Amount, currency: &str) -> Self {
        let amount = Decimal(Number::new(amount.0, decimals(currency)));
        Self { amount, currency: CurrencyCode(currency.to_owned()) }
    }
}
