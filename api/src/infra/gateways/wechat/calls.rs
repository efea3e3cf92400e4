//! Orders and refunds.

use async_trait::async_trait;
use chrono::NaiveDate;
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};

use super::super::order::cut;
use super::super::wire::Answer;
use super::super::{
    AppPay, Bill, Channel, Closing, Delivery, Gateway, GatewayError, GatewayKind, JsapiPay, NewOrder, NewRefund,
    Notice, OrderNo, OrderStatus, PayWith, RefundNo, RefundStatus, Reply, beijing,
};
use super::messages::{Prepaid, Refunded, Refusal, Transaction, read};
use super::signing::{Signature, phone_text, request_text};
use super::{WechatPay, nonce};

/// Longest description, in bytes.
const DESCRIPTION_MAX: usize = 127;
/// Longest reason of a refund, in bytes.
const REASON_MAX: usize = 80;

#[async_trait]
impl Gateway for WechatPay {
    fn kind(&self) -> GatewayKind {
        GatewayKind::WechatPay
    }

    fn merchant(&self) -> &str {
        &self.merchant.mchid
    }

    async fn create(&self, order: &NewOrder) -> Result<PayWith, GatewayError> {
        order.check()?;
        let (product, app_id) = match &order.channel {
            Channel::Jsapi { .. } => ("jsapi", &self.merchant.app_id),
            Channel::App if self.merchant.mobile_app_id.is_empty() => return Err(GatewayError::Unsupported("app")),
            Channel::App => ("app", &self.merchant.mobile_app_id),
            Channel::Code => ("native", &self.merchant.app_id),
            Channel::Page => return Err(GatewayError::Unsupported("page")),
        };
        let mut body = json!({
            "appid": app_id,
            "mchid": self.merchant.mchid,
            "description": cut(&order.description, DESCRIPTION_MAX),
            "out_trade_no": order.order,
            "time_expire": beijing::rfc3339(order.expires_at),
            "notify_url": order.notify_url,
            "amount": { "total": order.amount.0, "currency": order.currency },
        });
        if let Channel::Jsapi { openid } = &order.channel {
            body["payer"] = json!({ "openid": openid });
        }
        let answer = self.ask(Method::POST, &format!("/v3/pay/transactions/{product}"), Some(&body)).await?;
        let prepaid: Prepaid = read(&answer.body, "prepay")?;
        match (&order.channel, prepaid.prepay_id, prepaid.code_url) {
            (Channel::Code, _, Some(url)) => Ok(PayWith::Code { url }),
            (Channel::App, Some(id), _) => self.app_pay(app_id, id),
            (Channel::Jsapi { .. }, Some(id), _) => self.jsapi_pay(app_id, &id),
            _ => Err(GatewayError::Malformed("prepay")),
        }
    }

    async fn query(&self, order: &OrderNo) -> Result<OrderStatus, GatewayError> {
        let target = format!("/v3/pay/transactions/out-trade-no/{}?mchid={}", order.as_str(), self.merchant.mchid);
        let answer = match self.ask(Method::GET, &target, None).await {
            Err(GatewayError::Refused { code, .. }) if code == "ORDER_NOT_EXIST" => {
                return Ok(OrderStatus::unknown(order));
            }
            answer => answer?,
        };
        let transaction: Transaction = read(&answer.body, "transaction")?;
        self.check_merchant(&transaction)?;
        if transaction.out_trade_no != *order {
            return Err(GatewayError::Malformed("out_trade_no"));
        }
        transaction.status()
    }

    async fn close(&self, order: &OrderNo) -> Result<Closing, GatewayError> {
        let target = format!("/v3/pay/transactions/out-trade-no/{}/close", order.as_str());
        match self.ask(Method::POST, &target, Some(&json!({ "mchid": self.merchant.mchid }))).await {
            Ok(_) => Ok(Closing::Closed),
            Err(GatewayError::Refused { code, .. }) if code == "ORDER_CLOSED" => Ok(Closing::Closed),
            Err(GatewayError::Refused { code, .. }) if code == "ORDERPAID" || code == "ORDER_PAID" => Ok(Closing::Paid),
            Err(GatewayError::Refused { code, .. }) if code == "USERPAYING" || code == "USER_PAYING" => {
                Ok(Closing::Paying)
            }
            Err(GatewayError::Refused { code, .. }) if code == "ORDER_NOT_EXIST" => Ok(Closing::Unknown),
            Err(error) => Err(error),
        }
    }

    async fn refund(&self, refund: &NewRefund) -> Result<RefundStatus, GatewayError> {
        refund.check()?;
        let body = json!({
            "out_trade_no": refund.order,
            "out_refund_no": refund.refund,
            "reason": cut(&refund.reason, REASON_MAX),
            "notify_url": refund.notify_url,
            "amount": { "refund": refund.amount.0, "total": refund.total.0, "currency": refund.currency },
        });
        let answer = self.ask(Method::POST, "/v3/refund/domestic/refunds", Some(&body)).await?;
        refund_status(&answer, &refund.order, &refund.refund)
    }

    async fn query_refund(&self, order: &OrderNo, refund: &RefundNo) -> Result<RefundStatus, GatewayError> {
        let target = format!("/v3/refund/domestic/refunds/{}", refund.as_str());
        match self.ask(Method::GET, &target, None).await {
            Err(GatewayError::Refused { code, .. }) if code == "RESOURCE_NOT_EXISTS" => {
                Ok(RefundStatus::unknown(refund))
            }
            answer => refund_status(&answer?, order, refund),
        }
    }

    async fn bill(&self, day: NaiveDate) -> Result<Bill, GatewayError> {
        self.trade_bill(day).await
    }

    async fn read_notice(&self, delivery: Delivery<'_>) -> Result<Notice, GatewayError> {
        self.notice(delivery).await
    }

    fn reply(&self, taken: bool) -> Reply {
        let (status, body) = if taken { (204, "") } else { (500, r#"{"code":"FAIL","message":"失败"}"#) };
        Reply { status, content_type: "application/json", body }
    }
}

fn refund_status(answer: &Answer, order: &OrderNo, refund: &RefundNo) -> Result<RefundStatus, GatewayError> {
    let refunded: Refunded = read(&answer.body, "refund")?;
    if refunded.out_trade_no != *order || refunded.out_refund_no != *refund {
        return Err(GatewayError::Malformed("out_refund_no"));
    }
    refunded.status()
}

/// What a failed answer says.
pub fn failure(answer: &Answer) -> GatewayError {
    if answer.busy() {
        return GatewayError::Unavailable { sent: true };
    }
    match serde_json::from_slice::<Refusal>(&answer.body) {
        Ok(Refusal { code, message }) => GatewayError::Refused { code, message },
        Err(_) => GatewayError::Malformed("refusal"),
    }
}

impl WechatPay {
    /// Sends a request; its answer is signed, and checked to be.
    pub(super) async fn ask(&self, method: Method, target: &str, body: Option<&Value>) -> Result<Answer, GatewayError> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let answer = self.send(method, target, &body).await?;
        if answer.busy() {
            return Err(GatewayError::Unavailable { sent: true });
        }
        match Signature::of(&answer.headers) {
            Some(signature) => {
                signature.fresh(self.now())?;
                signature.verify(&self.key_of(signature.serial).await?, &answer.body)?;
            }
            // Refusals do not all carry one: a request whose own signature was wrong is answered without.
            None if answer.status >= 400 => {}
            None => return Err(GatewayError::BadSignature),
        }
        // 202 asks for the same once more: it comes with a code.
        if answer.ok() && answer.status != 202 { Ok(answer) } else { Err(failure(&answer)) }
    }

    /// Signs and sends.
    pub(super) async fn send(&self, method: Method, target: &str, body: &str) -> Result<Answer, GatewayError> {
        let authorization = self.authorization(method.as_str(), target, body)?;
        let mut request = self
            .wire
            .request(method, &format!("{}{target}", self.merchant.url))
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, authorization);
        if let Some(id) = self.platform.given_id() {
            request = request.header("Wechatpay-Serial", id);
        }
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_owned());
        }
        self.wire.send(request).await
    }

    /// The value of the header `Authorization`.
    pub(super) fn authorization(&self, method: &str, target: &str, body: &str) -> Result<String, GatewayError> {
        let (timestamp, nonce) = (self.now().timestamp(), nonce()?);
        let signature = self.key.sign(request_text(method, target, timestamp, &nonce, body).as_bytes())?;
        let (mchid, serial) = (&self.merchant.mchid, &self.merchant.serial);
        Ok(format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"{mchid}\",nonce_str=\"{nonce}\",signature=\"{signature}\",\
             timestamp=\"{timestamp}\",serial_no=\"{serial}\""
        ))
    }

    /// Refuses an order of another merchant or application.
    pub(super) fn check_merchant(&self, transaction: &Transaction) -> Result<(), GatewayError> {
        let ours = |app: &String| *app == self.merchant.app_id || *app == self.merchant.mobile_app_id;
        if transaction.mchid != self.merchant.mchid || !transaction.appid.as_ref().is_none_or(ours) {
            return Err(GatewayError::WrongMerchant);
        }
        Ok(())
    }

    fn jsapi_pay(&self, app_id: &str, prepay_id: &str) -> Result<PayWith, GatewayError> {
        let (timestamp, nonce_str, package) = (self.now().timestamp(), nonce()?, format!("prepay_id={prepay_id}"));
        let pay_sign = self.key.sign(phone_text(app_id, timestamp, &nonce_str, &package).as_bytes())?;
        Ok(PayWith::Jsapi(JsapiPay {
            app_id: app_id.to_owned(),
            time_stamp: timestamp.to_string(),
            nonce_str,
            package,
            sign_type: "RSA".to_owned(),
            pay_sign,
        }))
    }

    fn app_pay(&self, app_id: &str, prepay_id: String) -> Result<PayWith, GatewayError> {
        let (timestamp, nonce_str) = (self.now().timestamp(), nonce()?);
        let sign = self.key.sign(phone_text(app_id, timestamp, &nonce_str, &prepay_id).as_bytes())?;
        Ok(PayWith::App(AppPay {
            app_id: app_id.to_owned(),
            partner_id: self.merchant.mchid.clone(),
            prepay_id,
            package: "Sign=WXPay".to_owned(),
            nonce_str,
            time_stamp: timestamp.to_string(),
            sign,
        }))
    }
}
