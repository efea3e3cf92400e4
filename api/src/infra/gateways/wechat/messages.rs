//! What WeChat Pay says, as far as it is read.

use chrono::{DateTime, Utc};
use entities::values::Money;
use serde::Deserialize;

use super::super::{GatewayError, OrderNo, OrderState, OrderStatus, RefundNo, RefundState, RefundStatus, beijing};

/// A refusal.
#[derive(Deserialize)]
pub struct Refusal {
    /// Such as `ORDER_CLOSED`.
    pub code: String,
    /// In words.
    #[serde(default)]
    pub message: String,
}

/// An opened order: JSAPI and APP have the first, Native the second.
#[derive(Deserialize)]
pub struct Prepaid {
    /// WeChat Pay's number of the opened order.
    pub prepay_id: Option<String>,
    /// What the QR code says.
    pub code_url: Option<String>,
}

/// An amount in fen. Queries and notifications of orders name the currency.
#[derive(Deserialize)]
pub struct Amount {
    /// Of the whole order.
    pub total: Option<i64>,
    /// Of this refund.
    pub refund: Option<i64>,
    /// Of the order.
    pub currency: Option<String>,
}

/// An order.
#[derive(Deserialize)]
pub struct Transaction {
    /// The merchant.
    pub mchid: String,
    /// The application.
    pub appid: Option<String>,
    /// Our number.
    pub out_trade_no: OrderNo,
    /// WeChat Pay's number, once it is paid.
    pub transaction_id: Option<String>,
    /// `SUCCESS`, `NOTPAY` …
    pub trade_state: String,
    /// RFC 3339.
    pub success_time: Option<String>,
    /// Missing as long as nothing was paid, sometimes.
    pub amount: Option<Amount>,
}

/// A refund. Its state is `status` in answers and `refund_status` in notifications.
#[derive(Deserialize)]
pub struct Refunded {
    /// The merchant; in notifications only.
    pub mchid: Option<String>,
    /// Our number of the order.
    pub out_trade_no: OrderNo,
    /// Our number of the refund.
    pub out_refund_no: RefundNo,
    /// WeChat Pay's number of the refund.
    pub refund_id: Option<String>,
    /// `SUCCESS`, `PROCESSING`, `CLOSED`, `ABNORMAL`.
    #[serde(alias = "refund_status")]
    pub status: String,
    /// RFC 3339.
    pub success_time: Option<String>,
    /// In fen.
    pub amount: Amount,
}

/// Something sealed with the API v3 key.
#[derive(Deserialize)]
pub struct Sealed {
    /// `AEAD_AES_256_GCM`
    pub algorithm: String,
    /// 12 characters.
    pub nonce: String,
    /// What is authenticated beside it; may be missing.
    #[serde(default)]
    pub associated_data: String,
    /// In Base64.
    pub ciphertext: String,
}

/// The platform certificates.
#[derive(Deserialize)]
pub struct Certificates {
    /// One, or two while they change.
    pub data: Vec<SealedCertificate>,
}

/// One of them.
#[derive(Deserialize)]
pub struct SealedCertificate {
    /// Its serial number.
    pub serial_no: String,
    /// From when on it signs, RFC 3339.
    pub effective_time: String,
    /// Until when.
    pub expire_time: String,
    /// The certificate in PEM.
    pub encrypt_certificate: Sealed,
}

/// A notification.
#[derive(Deserialize)]
pub struct Notification {
    /// WeChat Pay's number of it; repeats have the same.
    pub id: String,
    /// `TRANSACTION.SUCCESS`, `REFUND.SUCCESS`, `REFUND.ABNORMAL`, `REFUND.CLOSED`.
    pub event_type: String,
    /// The transaction or refund.
    pub resource: Sealed,
}

/// Where a bill is.
#[derive(Deserialize)]
pub struct BillPlace {
    /// `SHA1`
    pub hash_type: String,
    /// Of the unpacked file, in hexadecimal digits.
    pub hash_value: String,
    /// Good for five minutes.
    pub download_url: String,
}

/// Reads JSON.
pub fn read<'a, T: Deserialize<'a>>(body: &'a [u8], what: &'static str) -> Result<T, GatewayError> {
    serde_json::from_slice(body).map_err(|_| GatewayError::Malformed(what))
}

/// Reads a time that may be missing or empty.
fn time(text: Option<&str>) -> Result<Option<DateTime<Utc>>, GatewayError> {
    match text {
        None | Some("") => Ok(None),
        Some(text) => beijing::read_rfc3339(text).map(Some).ok_or(GatewayError::Malformed("success_time")),
    }
}

/// An amount that is not negative.
fn fen(amount: Option<i64>) -> Result<Option<Money>, GatewayError> {
    match amount {
        Some(fen) if fen < 0 => Err(GatewayError::Malformed("amount")),
        fen => Ok(fen.map(Money)),
    }
}

impl Transaction {
    /// How it stands.
    pub fn status(&self) -> Result<OrderStatus, GatewayError> {
        let state = match self.trade_state.as_str() {
            "SUCCESS" => OrderState::Paid,
            "REFUND" => OrderState::Refunded,
            "NOTPAY" | "USERPAYING" | "ACCEPT" => OrderState::Open,
            "CLOSED" | "REVOKED" => OrderState::Closed,
            "PAYERROR" => OrderState::Failed,
            _ => return Err(GatewayError::Malformed("trade_state")),
        };
        let amount = self.amount.as_ref();
        if amount.and_then(|amount| amount.currency.as_deref()).is_some_and(|currency| currency != "CNY") {
            return Err(GatewayError::Unsupported("currency"));
        }
        Ok(OrderStatus {
            order: self.out_trade_no.clone(),
            state,
            gateway_id: self.transaction_id.clone().filter(|id| !id.is_empty()),
            amount: fen(amount.and_then(|amount| amount.total))?,
            paid_at: time(self.success_time.as_deref())?,
        })
    }
}

impl Refunded {
    /// How it stands.
    pub fn status(&self) -> Result<RefundStatus, GatewayError> {
        let state = match self.status.as_str() {
            "SUCCESS" => RefundState::Settled,
            "PROCESSING" => RefundState::Pending,
            "CLOSED" | "ABNORMAL" => RefundState::Failed,
            _ => return Err(GatewayError::Malformed("status")),
        };
        Ok(RefundStatus {
            refund: self.out_refund_no.clone(),
            state,
            gateway_id: self.refund_id.clone(),
            amount: fen(self.amount.refund)?,
            settled_at: time(self.success_time.as_deref())?,
        })
    }
}
