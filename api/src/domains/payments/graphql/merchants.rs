//! Merchants in the schema.

use async_graphql::{Context, ID, InputObject, Object, OneofObject, Result};

use super::types::Merchant;
use crate::domains::payments::service::{self, NewMerchant};
use crate::error::Error;
use crate::graphql::id::parse_id;
use crate::graphql::request;
use crate::infra::gateways::alipay::AlipayMerchant;
use crate::infra::gateways::sandbox::SandboxMerchant;
use crate::infra::gateways::wechat::WechatMerchant;
use crate::infra::gateways::{Merchant as Credentials, Secret, alipay, wechat};
use crate::payloads;

/// What a gateway gave. It is sealed before it is stored, and never shown again.
#[derive(OneofObject)]
pub enum MerchantCredentials {
    /// The sandbox; outside a demonstration it is good for tests alone.
    Sandbox(SandboxCredentials),
    /// WeChat Pay, API v3.
    WechatPay(WechatPayCredentials),
    /// Alipay, RSA2.
    Alipay(AlipayCredentials),
}

/// A merchant of the sandbox.
#[derive(InputObject)]
pub struct SandboxCredentials {
    /// Any name of letters, digits and underscores.
    merchant: String,
    /// The secret that the sandbox was started with.
    secret: String,
    /// Where the sandbox is.
    url: String,
}

/// A merchant of WeChat Pay.
#[derive(InputObject)]
pub struct WechatPayCredentials {
    /// The merchant's number (商户号).
    mchid: String,
    /// The mini-program's or official account's id.
    app_id: String,
    /// The mobile app's id, for payments from it.
    mobile_app_id: Option<String>,
    /// The serial number of the merchant's certificate (商户API证书序列号).
    serial: String,
    /// The private key of that certificate, in PEM (`apiclient_key.pem`).
    private_key: String,
    /// The API v3 key: 32 characters.
    api_key: String,
    /// The id of WeChat Pay's public key, `PUB_KEY_ID_…`; without it platform certificates are used.
    public_key_id: Option<String>,
    /// That public key, in PEM (`pub_key.pem`).
    public_key: Option<String>,
    /// Where WeChat Pay is, when it is not `https://api.mch.weixin.qq.com`.
    url: Option<String>,
}

/// An application of Alipay.
#[derive(InputObject)]
pub struct AlipayCredentials {
    /// The application.
    app_id: String,
    /// The merchant's account (PID, 2088…).
    seller_id: Option<String>,
    /// The application's private key (应用私钥), in PEM or Base64.
    private_key: String,
    /// Alipay's public key (支付宝公钥), which is not the application's.
    public_key: String,
    /// Where Alipay is, when it is not `https://openapi.alipay.com`.
    url: Option<String>,
}

impl From<MerchantCredentials> for Credentials {
    fn from(given: MerchantCredentials) -> Self {
        match given {
            MerchantCredentials::Sandbox(it) => {
                Self::Sandbox(SandboxMerchant { merchant: it.merchant, secret: Secret::new(it.secret), url: it.url })
            }
            MerchantCredentials::WechatPay(it) => Self::WechatPay(WechatMerchant {
                mchid: it.mchid,
                app_id: it.app_id,
                mobile_app_id: it.mobile_app_id.unwrap_or_default(),
                serial: it.serial,
                private_key: Secret::new(it.private_key),
                api_key: Secret::new(it.api_key),
                public_key_id: it.public_key_id.unwrap_or_default(),
                public_key: it.public_key.unwrap_or_default(),
                url: it.url.unwrap_or_else(|| wechat::URL.to_owned()),
            }),
            MerchantCredentials::Alipay(it) => Self::Alipay(AlipayMerchant {
                app_id: it.app_id,
                seller_id: it.seller_id.unwrap_or_default(),
                private_key: Secret::new(it.private_key),
                public_key: it.public_key,
                url: it.url.unwrap_or_else(|| alipay::URL.to_owned()),
            }),
        }
    }
}

/// A merchant to set.
#[derive(InputObject)]
pub struct MerchantSetInput {
    /// The community.
    community_id: ID,
    /// What the gateway gave.
    credentials: MerchantCredentials,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// A merchant to take out of use.
#[derive(InputObject)]
pub struct MerchantRetireInput {
    /// The merchant.
    merchant_id: ID,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    MerchantSetPayload {
        /// The merchant.
        merchant: Merchant
    }
    /// What became of it.
    MerchantRetirePayload {
        /// The merchant, which takes no new payments.
        merchant: Merchant
    }
}

/// Mutations of merchants.
#[derive(Default)]
pub struct MerchantMutation;

#[Object]
impl MerchantMutation {
    /// Sets a community's merchant at a gateway. The one before takes no new payments; what it took is asked about,
    /// refunded and compared with its own credentials.
    async fn merchant_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which community, and what the gateway gave.")] input: MerchantSetInput,
    ) -> Result<MerchantSetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let new = NewMerchant {
                community_id: parse_id(&input.community_id, "communityId")?,
                merchant: input.credentials.into(),
            };
            service::set_merchant(app, viewer, new, &input.idempotency_key).await
        }
        .await;
        Ok(MerchantSetPayload::from_outcome(context, outcome)?)
    }

    /// Takes a merchant out of use.
    async fn merchant_retire(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] input: MerchantRetireInput,
    ) -> Result<MerchantRetirePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let id = parse_id(&input.merchant_id, "merchantId")?;
            service::retire_merchant(app, viewer, id, &input.idempotency_key).await
        }
        .await;
        Ok(MerchantRetirePayload::from_outcome(context, outcome)?)
    }
}
