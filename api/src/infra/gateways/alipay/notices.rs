//! Notifications (异步通知).
//!
//! They carry no time that is signed apart from `notify_time`, and Alipay repeats them for 25 hours: an old one that
//! somebody sends again is genuine, and is told by its `notify_id`.
//!
//! <https://opendocs.alipay.com/open/204/105301>

use super::super::amount::fen_of_yuan;
use super::super::{
    Delivery, Event, GatewayError, GatewayKind, Notice, OrderNo, OrderState, RefundNo, RefundState, beijing,
};
use super::Alipay;
use super::calls::state;
use super::params::Form;

impl Alipay {
    /// Checks and reads a notification.
    pub(super) fn notice(&self, delivery: Delivery<'_>) -> Result<Notice, GatewayError> {
        delivery.check()?;
        let form = Form::read(delivery.body)?;
        if form.get("sign_type") != Some("RSA2") {
            return Err(GatewayError::BadSignature);
        }
        let sign = form.get("sign").ok_or(GatewayError::BadSignature)?;
        if !self.theirs.verifies(&form.signed(), sign) {
            return Err(GatewayError::BadSignature);
        }
        let merchant = &self.merchant;
        let seller = form.get("seller_id").unwrap_or_default();
        if form.get("app_id") != Some(&merchant.app_id)
            || !(merchant.seller_id.is_empty() || seller == merchant.seller_id)
        {
            return Err(GatewayError::WrongMerchant);
        }
        let need = |name: &'static str| form.get(name).ok_or(GatewayError::Malformed(name));
        Ok(Notice {
            id: need("notify_id")?.to_owned(),
            gateway: GatewayKind::Alipay,
            merchant: merchant.app_id.clone(),
            order: OrderNo::parse(need("out_trade_no")?).ok_or(GatewayError::Malformed("out_trade_no"))?,
            sent_at: beijing::read_plain(need("notify_time")?).ok_or(GatewayError::Malformed("notify_time"))?,
            event: event(&form)?,
        })
    }
}

/// What happened. A refund comes with the trade's status and three fields of its own, in every later notification too.
fn event(form: &Form) -> Result<Event, GatewayError> {
    let need = |name: &'static str| form.get(name).ok_or(GatewayError::Malformed(name));
    let money = |name: &'static str| fen_of_yuan(need(name)?).ok_or(GatewayError::Malformed(name));
    let time = |name: &'static str| beijing::read_plain(need(name)?).ok_or(GatewayError::Malformed(name));
    if form.get("refund_fee").is_some() && form.get("gmt_refund").is_some() && form.get("out_biz_no").is_some() {
        return Ok(Event::Refund {
            refund: RefundNo::parse(need("out_biz_no")?).ok_or(GatewayError::Malformed("out_biz_no"))?,
            gateway_id: None,
            state: RefundState::Settled,
            amount: None,
            refunded_in_all: Some(money("refund_fee")?),
            settled_at: Some(time("gmt_refund")?),
        });
    }
    match state(need("trade_status")?)? {
        OrderState::Paid => Ok(Event::Paid {
            gateway_id: need("trade_no")?.to_owned(),
            amount: money("total_amount")?,
            paid_at: time("gmt_payment")?,
        }),
        state => Ok(Event::Moved { state }),
    }
}
