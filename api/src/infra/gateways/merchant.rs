//! What a community was given by its gateway.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::alipay::{Alipay, AlipayMerchant};
use super::sandbox::{Sandbox, SandboxMerchant};
use super::wechat::{WechatMerchant, WechatPay};
use super::{Gateway, GatewayError, GatewayKind, Patience};
use crate::clock::Clock;

/// A merchant's credentials. It is serialized only to be sealed with the master key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "gateway", rename_all = "snake_case")]
pub enum Merchant {
    /// At the sandbox.
    Sandbox(SandboxMerchant),
    /// At WeChat Pay.
    WechatPay(WechatMerchant),
    /// At Alipay.
    Alipay(AlipayMerchant),
}

impl Merchant {
    /// Which gateway.
    pub fn kind(&self) -> GatewayKind {
        match self {
            Self::Sandbox(_) => GatewayKind::Sandbox,
            Self::WechatPay(_) => GatewayKind::WechatPay,
            Self::Alipay(_) => GatewayKind::Alipay,
        }
    }

    /// The client; fails with [`GatewayError::Credentials`] when a key cannot be read.
    pub fn open(&self, clock: &Clock, patience: Patience) -> Result<Arc<dyn Gateway>, GatewayError> {
        Ok(match self {
            Self::Sandbox(merchant) => Arc::new(Sandbox::new(merchant.clone(), clock.clone(), patience)?),
            Self::WechatPay(merchant) => Arc::new(WechatPay::new(merchant.clone(), clock.clone(), patience)?),
            Self::Alipay(merchant) => Arc::new(Alipay::new(merchant.clone(), clock.clone(), patience)?),
        })
    }
}
