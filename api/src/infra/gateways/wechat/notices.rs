//! Notifications (回调通知).
//!
//! <https://pay.weixin.qq.com/doc/v3/merchant/4012791861>, of refunds <https://pay.weixin.qq.com/doc/v3/merchant/4012791865>

use super::super::{Delivery, Event, GatewayError, GatewayKind, Notice, OrderState};
use super::WechatPay;
use super::messages::{Notification, Refunded, Transaction, read};
use super::signing::{Signature, open};

impl WechatPay {
    /// Checks and reads a notification.
    pub(super) async fn notice(&self, delivery: Delivery<'_>) -> Result<Notice, GatewayError> {
        delivery.check()?;
        let signature = Signature::of(delivery.headers).ok_or(GatewayError::BadSignature)?;
        let sent_at = signature.fresh(self.now())?;
        signature.verify(&self.key_of(signature.serial).await?, delivery.body)?;
        let notification: Notification = read(delivery.body, "notification")?;
        let plain = open(&self.api_key, &notification.resource)?;
        let (order, event) = match notification.event_type.split('.').next() {
            Some("TRANSACTION") => self.transaction(&plain)?,
            Some("REFUND") => self.refunded(&plain)?,
            _ => return Err(GatewayError::Malformed("event_type")),
        };
        let (gateway, merchant) = (GatewayKind::WechatPay, self.merchant.mchid.clone());
        Ok(Notice { id: notification.id, gateway, merchant, order, sent_at, event })
    }

    fn transaction(&self, plain: &[u8]) -> Result<(super::super::OrderNo, Event), GatewayError> {
        let transaction: Transaction = read(plain, "transaction")?;
        self.check_merchant(&transaction)?;
        let status = transaction.status()?;
        let event = match status.state {
            OrderState::Paid => Event::Paid {
                gateway_id: status.gateway_id.ok_or(GatewayError::Malformed("transaction_id"))?,
                amount: status.amount.ok_or(GatewayError::Malformed("amount"))?,
                paid_at: status.paid_at.ok_or(GatewayError::Malformed("success_time"))?,
            },
            state => Event::Moved { state },
        };
        Ok((status.order, event))
    }

    fn refunded(&self, plain: &[u8]) -> Result<(super::super::OrderNo, Event), GatewayError> {
        let refunded: Refunded = read(plain, "refund")?;
        if refunded.mchid.as_deref() != Some(&self.merchant.mchid) {
            return Err(GatewayError::WrongMerchant);
        }
        let status = refunded.status()?;
        let event = Event::Refund {
            refund: status.refund,
            gateway_id: status.gateway_id,
            state: status.state,
            amount: status.amount,
            refunded_in_all: None,
            settled_at: status.settled_at,
        };
        Ok((refunded.out_trade_no, event))
    }
}
