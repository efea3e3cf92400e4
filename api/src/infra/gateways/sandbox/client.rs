//! The sandbox's client.

use async_trait::async_trait;
use chrono::NaiveDate;
use entities::values::Money;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::super::{
    Bill, BillKind, BillRow, Closing, Delivery, Event, Fee, Gateway, GatewayError, GatewayKind, NewOrder, NewRefund,
    Notice, OrderNo, OrderState, OrderStatus, PayWith, RefundNo, RefundState, RefundStatus, Reply,
};
use super::Sandbox;
use super::messages::{Day, Message, Open, Opened, Order, Refusal, Return, Returned, Row, State};
use super::signing::{MERCHANT, NONCE, SIGNATURE, TIMESTAMP};

#[async_trait]
impl Gateway for Sandbox {
    fn kind(&self) -> GatewayKind {
        GatewayKind::Sandbox
    }

    fn merchant(&self) -> &str {
        &self.merchant
    }

    /// Whatever the channel, the sandbox has a page; as a code it is the page's address.
    async fn create(&self, order: &NewOrder) -> Result<PayWith, GatewayError> {
        order.check()?;
        let open = Open {
            order: order.order.clone(),
            amount: order.amount.0,
            currency: order.currency.clone(),
            description: order.description.clone(),
            expires_at: order.expires_at,
            notify_url: order.notify_url.clone(),
        };
        let opened: Opened = self.ask(Method::POST, "/v1/orders", Some(&open)).await?;
        Ok(PayWith::Page { url: opened.pay_url })
    }

    async fn query(&self, order: &OrderNo) -> Result<OrderStatus, GatewayError> {
        match self.ask::<(), Order>(Method::GET, &format!("/v1/orders/{}", order.as_str()), None).await {
            Err(GatewayError::Refused { code, .. }) if code == "ORDER_NOT_EXIST" => Ok(OrderStatus::unknown(order)),
            Ok(found) if found.order != *order => Err(GatewayError::Malformed("order")),
            found => Ok(found?.into()),
        }
    }

    async fn close(&self, order: &OrderNo) -> Result<Closing, GatewayError> {
        match self.ask::<(), Order>(Method::POST, &format!("/v1/orders/{}/close", order.as_str()), None).await {
            Ok(_) => Ok(Closing::Closed),
            Err(GatewayError::Refused { code, .. }) if code == "ORDER_PAID" => Ok(Closing::Paid),
            Err(GatewayError::Refused { code, .. }) if code == "ORDER_NOT_EXIST" => Ok(Closing::Unknown),
            Err(error) => Err(error),
        }
    }

    async fn refund(&self, refund: &NewRefund) -> Result<RefundStatus, GatewayError> {
        refund.check()?;
        let asked = Return {
            order: refund.order.clone(),
            refund: refund.refund.clone(),
            amount: refund.amount.0,
            total: refund.total.0,
            notify_url: refund.notify_url.clone(),
        };
        let made: Returned = self.ask(Method::POST, "/v1/refunds", Some(&asked)).await?;
        if made.refund == refund.refund { Ok(made.into()) } else { Err(GatewayError::Malformed("refund")) }
    }

    async fn query_refund(&self, order: &OrderNo, refund: &RefundNo) -> Result<RefundStatus, GatewayError> {
        match self.ask::<(), Returned>(Method::GET, &format!("/v1/refunds/{}", refund.as_str()), None).await {
            Err(GatewayError::Refused { code, .. }) if code == "REFUND_NOT_EXIST" => Ok(RefundStatus::unknown(refund)),
            Ok(made) if made.refund != *refund || made.order != *order => Err(GatewayError::Malformed("refund")),
            made => Ok(made?.into()),
        }
    }

    async fn bill(&self, day: NaiveDate) -> Result<Bill, GatewayError> {
        let bill: Day = self.ask::<(), _>(Method::GET, &format!("/v1/bills/{day}"), None).await?;
        if bill.day != day {
            return Err(GatewayError::Malformed("day"));
        }
        if bill.rows.is_empty() {
            Err(GatewayError::NoBill)
        } else {
            Ok(Bill { rows: bill.rows.into_iter().map(Row::into).collect() })
        }
    }

    async fn read_notice(&self, delivery: Delivery<'_>) -> Result<Notice, GatewayError> {
        delivery.check()?;
        let sent_at = self.key.check("", delivery.headers, delivery.body, self.clock.now())?;
        let message: Message =
            serde_json::from_slice(delivery.body).map_err(|_| GatewayError::Malformed("notification"))?;
        if message.merchant != self.merchant {
            return Err(GatewayError::WrongMerchant);
        }
        let (gateway, merchant, order) = (GatewayKind::Sandbox, message.merchant, message.order.order.clone());
        let event = event(message.order, message.refund)?;
        Ok(Notice { id: message.id, gateway, merchant, order, sent_at, event })
    }

    fn reply(&self, taken: bool) -> Reply {
        Reply { status: if taken { 204 } else { 503 }, content_type: "text/plain", body: "" }
    }
}

fn event(order: Order, refund: Option<Returned>) -> Result<Event, GatewayError> {
    if let Some(made) = refund {
        return Ok(Event::Refund {
            refund: made.refund,
            gateway_id: Some(made.gateway_id),
            state: RefundState::Settled,
            amount: Some(Money(made.amount)),
            refunded_in_all: None,
            settled_at: Some(made.settled_at),
        });
    }
    match (order.state, order.paid_at) {
        (State::Paid, Some(paid_at)) => {
            Ok(Event::Paid { gateway_id: order.gateway_id, amount: Money(order.amount), paid_at })
        }
        (State::Paid, None) => Err(GatewayError::Malformed("paid_at")),
        (state, _) => Ok(Event::Moved { state: state.into() }),
    }
}

impl Sandbox {
    async fn ask<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        method: Method,
        target: &str,
        body: Option<&B>,
    ) -> Result<T, GatewayError> {
        let body = body.map(serde_json::to_vec).transpose().map_err(|_| GatewayError::Internal("cannot write JSON"))?;
        let body = body.unwrap_or_default();
        let signed = self.key.sign(&format!("{method}\n{target}\n"), &body, self.clock.now())?;
        let request = self
            .wire
            .request(method, &format!("{}{target}", self.url))
            .header(MERCHANT, &self.merchant)
            .header(TIMESTAMP, signed.timestamp)
            .header(NONCE, signed.nonce)
            .header(SIGNATURE, signed.signature)
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        // A day's bill may be long; all else is short, whoever answers.
        let long = target.starts_with("/v1/bills/");
        let answer = if long { self.wire.download(request).await? } else { self.wire.send(request).await? };
        if answer.busy() {
            return Err(GatewayError::Unavailable { sent: true });
        }
        self.key.check("", &answer.headers, &answer.body, self.clock.now())?;
        if !answer.ok() {
            let refusal: Refusal =
                serde_json::from_slice(&answer.body).map_err(|_| GatewayError::Malformed("refusal"))?;
            return Err(GatewayError::Refused { code: refusal.code, message: refusal.message });
        }
        serde_json::from_slice(&answer.body).map_err(|_| GatewayError::Malformed("answer"))
    }
}

impl From<State> for OrderState {
    fn from(state: State) -> Self {
        match state {
            State::Open => Self::Open,
            State::Paid => Self::Paid,
            State::Refunded => Self::Refunded,
            State::Closed => Self::Closed,
            State::Failed => Self::Failed,
        }
    }
}

impl From<Order> for OrderStatus {
    fn from(order: Order) -> Self {
        let (gateway_id, amount) = (Some(order.gateway_id), Some(Money(order.amount)));
        Self { order: order.order, state: order.state.into(), gateway_id, amount, paid_at: order.paid_at }
    }
}

impl From<Returned> for RefundStatus {
    fn from(made: Returned) -> Self {
        let (gateway_id, amount, settled_at) = (Some(made.gateway_id), Some(Money(made.amount)), Some(made.settled_at));
        Self { refund: made.refund, state: RefundState::Settled, gateway_id, amount, settled_at }
    }
}

impl From<Row> for BillRow {
    fn from(row: Row) -> Self {
        let (kind, state) = match row.refund {
            None => (BillKind::Payment, "PAID"),
            Some(_) => (BillKind::Refund, "REFUNDED"),
        };
        Self {
            kind,
            order: row.order.as_str().to_owned(),
            gateway_id: row.gateway_id,
            refund: row.refund.map(|refund| refund.as_str().to_owned()),
            gateway_refund_id: row.gateway_refund_id,
            amount: Money(row.amount),
            fee: Fee(row.fee),
            state: state.to_owned(),
            at: row.at,
        }
    }
}
