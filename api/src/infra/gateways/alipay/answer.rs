//! Answers: one node for the method, and the signature of its text.

use std::collections::HashMap;

use entities::values::Money;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::super::amount::fen_of_yuan;
use super::super::{GatewayError, VerifyingKey};

/// What every node begins with.
#[derive(Deserialize)]
struct Outcome {
    code: String,
    #[serde(default)]
    msg: String,
    #[serde(default)]
    sub_code: String,
    #[serde(default)]
    sub_msg: String,
}

/// Verifies an answer to `method` and reads its node.
pub fn read<T: DeserializeOwned>(body: &[u8], method: &str, key: &VerifyingKey) -> Result<T, GatewayError> {
    let wrong = |_| GatewayError::Malformed("answer");
    let whole: HashMap<&str, &RawValue> = serde_json::from_slice(body).map_err(wrong)?;
    let own = format!("{}_response", method.replace('.', "_"));
    let node =
        whole.get(own.as_str()).or_else(|| whole.get("error_response")).ok_or(GatewayError::Malformed("answer"))?;
    let sign: Option<String> = whole.get("sign").and_then(|sign| serde_json::from_str(sign.get()).ok());
    let signed = match &sign {
        Some(sign) if key.verifies(node.get().as_bytes(), sign) => true,
        Some(_) => return Err(GatewayError::BadSignature),
        None => false,
    };
    let outcome: Outcome = serde_json::from_str(node.get()).map_err(wrong)?;
    match outcome.code.as_str() {
        "10000" if signed => serde_json::from_str(node.get()).map_err(wrong),
        "20000" => Err(GatewayError::Unavailable { sent: true }),
        // What Alipay says of an order must be signed; that it cannot read the request need not be.
        "10000" | "40004" if !signed => Err(GatewayError::BadSignature),
        _ if outcome.sub_code.ends_with("SYSTEM_ERROR") => Err(GatewayError::Unavailable { sent: true }),
        _ => Err(GatewayError::Refused {
            code: if outcome.sub_code.is_empty() { outcome.code } else { outcome.sub_code },
            message: if outcome.sub_msg.is_empty() { outcome.msg } else { outcome.sub_msg },
        }),
    }
}

/// An amount in yuan, as a text or as a number; its digits are read, never a float.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Yuan(pub Money);

impl<'de> Deserialize<'de> for Yuan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let amount = fen_of_yuan(raw.get().trim_matches('"')).filter(|amount| *amount >= Money::ZERO);
        amount.map(Self).ok_or_else(|| serde::de::Error::custom("not an amount"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_from_their_digits() {
        for (text, fen) in
            [(r#""88.88""#, 8_888), ("88.88", 8_888), ("0.1", 10), ("9007199254740993.01", 900_719_925_474_099_301)]
        {
            assert_eq!(serde_json::from_str::<Yuan>(text).expect("reads"), Yuan(Money(fen)), "{text}");
        }
        for text in [r#""-1.00""#, "1e2", "0.001", "null", r#""""#] {
            assert!(serde_json::from_str::<Yuan>(text).is_err(), "{text}");
        }
    }
}
