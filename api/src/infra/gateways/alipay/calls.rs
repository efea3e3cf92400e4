//! Orders and refunds.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::NaiveDate;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::super::order::cut;
use super::super::{
    Bill, Channel, Closing, Delivery, Gateway, GatewayError, GatewayKind, NewOrder, NewRefund, Notice, OrderNo,
    OrderState, OrderStatus, PayWith, RefundNo, RefundState, RefundStatus, Reply, beijing, yuan_of_fen,
};
use super::Alipay;
use super::answer::{self, Yuan};
use super::params::{form, signed_text};

/// Longest subject and reason, in bytes; Alipay takes 256 characters.
const TEXT_MAX: usize = 240;
const NOT_EXIST: &str = "ACQ.TRADE_NOT_EXIST";

#[derive(Deserialize)]
struct Precreated {
    out_trade_no: OrderNo,
    qr_code: String,
}

#[derive(Deserialize)]
struct Trade {
    out_trade_no: OrderNo,
    trade_no: String,
    trade_status: String,
    total_amount: Yuan,
    send_pay_date: Option<String>,
}

#[derive(Deserialize)]
struct Refunded {
    out_trade_no: OrderNo,
    fund_change: Option<String>,
}

#[derive(Deserialize)]
struct RefundFound {
    out_request_no: Option<RefundNo>,
    refund_amount: Option<Yuan>,
    refund_status: Option<String>,
    gmt_refund_pay: Option<String>,
}

/// A node of which nothing but its success is read.
#[derive(Deserialize)]
struct Done {}

#[async_trait]
impl Gateway for Alipay {
    fn kind(&self) -> GatewayKind {
        GatewayKind::Alipay
    }

    fn merchant(&self) -> &str {
        &self.merchant.app_id
    }

    async fn create(&self, order: &NewOrder) -> Result<PayWith, GatewayError> {
        order.check()?;
        let mut content = json!({
            "out_trade_no": order.order,
            "total_amount": yuan_of_fen(order.amount),
            "subject": cut(&order.description, TEXT_MAX),
            "time_expire": beijing::plain(order.expires_at),
        });
        match order.channel {
            Channel::App => {
                content["product_code"] = json!("QUICK_MSECURITY_PAY");
                let params = self.params("alipay.trade.app.pay", &content, Some(&order.notify_url))?;
                Ok(PayWith::OrderString { text: form(&params) })
            }
            Channel::Code => {
                let made: Precreated = self.ask("alipay.trade.precreate", &content, Some(&order.notify_url)).await?;
                same(&made.out_trade_no, &order.order)?;
                Ok(PayWith::Code { url: made.qr_code })
            }
            Channel::Jsapi { .. } => Err(GatewayError::Unsupported("jsapi")),
            Channel::Page => Err(GatewayError::Unsupported("page")),
        }
    }

    async fn query(&self, order: &OrderNo) -> Result<OrderStatus, GatewayError> {
        let trade: Trade = match self.ask("alipay.trade.query", &json!({ "out_trade_no": order }), None).await {
            Err(GatewayError::Refused { code, .. }) if code == NOT_EXIST => return Ok(OrderStatus::unknown(order)),
            trade => trade?,
        };
        same(&trade.out_trade_no, order)?;
        let paid_at = trade.send_pay_date.as_deref().filter(|text| !text.is_empty());
        let paid_at = paid_at
            .map(|text| beijing::read_plain(text).ok_or(GatewayError::Malformed("send_pay_date")))
            .transpose()?;
        // Closed is an order that was never paid as well as one that was given back whole.
        let state = match trade.trade_status.as_str() {
            "TRADE_CLOSED" if paid_at.is_some() => OrderState::Refunded,
            status => state(status)?,
        };
        let (gateway_id, amount) = (Some(trade.trade_no), Some(trade.total_amount.0));
        Ok(OrderStatus { order: trade.out_trade_no, state, gateway_id, amount, paid_at })
    }

    async fn close(&self, order: &OrderNo) -> Result<Closing, GatewayError> {
        match self.ask::<Done>("alipay.trade.close", &json!({ "out_trade_no": order }), None).await {
            Ok(Done {}) => Ok(Closing::Closed),
            Err(GatewayError::Refused { code, .. }) if code == NOT_EXIST => Ok(Closing::Unknown),
            // It cannot be closed as it stands: ask how that is.
            Err(GatewayError::Refused { code, message }) if code.contains("STATUS") => {
                match self.query(order).await?.state {
                    OrderState::Paid | OrderState::Refunded => Ok(Closing::Paid),
                    OrderState::Closed => Ok(Closing::Closed),
                    _ => Err(GatewayError::Refused { code, message }),
                }
            }
            Err(error) => Err(error),
        }
    }

    async fn refund(&self, refund: &NewRefund) -> Result<RefundStatus, GatewayError> {
        refund.check()?;
        let content = json!({
            "out_trade_no": refund.order,
            "refund_amount": yuan_of_fen(refund.amount),
            "out_request_no": refund.refund,
            "refund_reason": cut(&refund.reason, TEXT_MAX),
        });
        let done: Refunded = self.ask("alipay.trade.refund", &content, None).await?;
        same(&done.out_trade_no, &refund.order)?;
        // Without a change of funds the answer is to be looked up; a repeat of a refund that was made has none either.
        let state = if done.fund_change.as_deref() == Some("Y") { RefundState::Settled } else { RefundState::Pending };
        let (refund, amount) = (refund.refund.clone(), Some(refund.amount));
        Ok(RefundStatus { refund, state, gateway_id: None, amount, settled_at: None })
    }

    async fn query_refund(&self, order: &OrderNo, refund: &RefundNo) -> Result<RefundStatus, GatewayError> {
        let content = json!({ "out_trade_no": order, "out_request_no": refund, "query_options": ["gmt_refund_pay"] });
        let found: RefundFound = match self.ask("alipay.trade.fastpay.refund.query", &content, None).await {
            Err(GatewayError::Refused { code, .. }) if code == NOT_EXIST => return Ok(RefundStatus::unknown(refund)),
            found => found?,
        };
        match found.out_request_no {
            None => return Ok(RefundStatus::unknown(refund)),
            Some(number) if number != *refund => return Err(GatewayError::Malformed("out_request_no")),
            Some(_) => {}
        }
        let state = match found.refund_status.as_deref() {
            Some("REFUND_SUCCESS") => RefundState::Settled,
            _ => RefundState::Pending,
        };
        let settled_at = found.gmt_refund_pay.as_deref().and_then(beijing::read_plain);
        let (refund, amount) = (refund.clone(), found.refund_amount.map(|yuan| yuan.0));
        Ok(RefundStatus { refund, state, gateway_id: None, amount, settled_at })
    }

    async fn bill(&self, day: NaiveDate) -> Result<Bill, GatewayError> {
        self.trade_bill(day).await
    }

    async fn read_notice(&self, delivery: Delivery<'_>) -> Result<Notice, GatewayError> {
        self.notice(delivery)
    }

    fn reply(&self, taken: bool) -> Reply {
        Reply { status: 200, content_type: "text/plain", body: if taken { "success" } else { "failure" } }
    }
}

fn same(told: &OrderNo, asked: &OrderNo) -> Result<(), GatewayError> {
    if told == asked { Ok(()) } else { Err(GatewayError::Malformed("out_trade_no")) }
}

/// How far a trade is.
pub fn state(status: &str) -> Result<OrderState, GatewayError> {
    match status {
        "WAIT_BUYER_PAY" => Ok(OrderState::Open),
        "TRADE_SUCCESS" | "TRADE_FINISHED" => Ok(OrderState::Paid),
        "TRADE_CLOSED" => Ok(OrderState::Closed),
        _ => Err(GatewayError::Malformed("trade_status")),
    }
}

impl Alipay {
    /// All parameters of a request, with their signature.
    fn params(
        &self,
        method: &'static str,
        content: &Value,
        notify_url: Option<&str>,
    ) -> Result<BTreeMap<&'static str, String>, GatewayError> {
        let mut params = BTreeMap::from([
            ("app_id", self.merchant.app_id.clone()),
            ("method", method.to_owned()),
            ("format", "JSON".to_owned()),
            ("charset", "utf-8".to_owned()),
            ("sign_type", "RSA2".to_owned()),
            ("timestamp", beijing::plain(self.clock.now())),
            ("version", "1.0".to_owned()),
            ("biz_content", content.to_string()),
        ]);
        if let Some(url) = notify_url {
            params.insert("notify_url", url.to_owned());
        }
        let sign = self.key.sign(signed_text(params.iter().map(|(name, value)| (*name, value.as_str()))).as_bytes())?;
        params.insert("sign", sign);
        Ok(params)
    }

    /// Sends a request and reads its answer. What is long travels in the body, all else in the address.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        method: &'static str,
        content: &Value,
        notify_url: Option<&str>,
    ) -> Result<T, GatewayError> {
        let mut query = self.params(method, content, notify_url)?;
        let body: BTreeMap<&str, String> = query.remove_entry("biz_content").into_iter().collect();
        let request = self
            .wire
            .request(Method::POST, &format!("{}?{}", self.merchant.url, form(&query)))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded;charset=utf-8")
            .body(form(&body));
        let answer = self.wire.send(request).await?;
        if !answer.ok() {
            return Err(GatewayError::Unavailable { sent: true });
        }
        answer::read(&answer.body, method, &self.theirs)
    }

    /// The wire, for files.
    pub(super) async fn fetch(&self, url: reqwest::Url) -> Result<Vec<u8>, GatewayError> {
        let answer = self.wire.download(self.wire.request(Method::GET, url.as_str())).await?;
        if answer.ok() { Ok(answer.body) } else { Err(GatewayError::Unavailable { sent: true }) }
    }
}
