//! What a phone needs to pay, in the schema.

use async_graphql::{SimpleObject, Union};

use crate::infra::gateways::PayWith as Given;

/// What a phone needs to pay, by the way in which it reaches the gateway.
#[derive(Union)]
pub enum PayWith {
    /// JSAPI.
    Jsapi(JsapiPay),
    /// WeChat's SDK.
    App(WechatAppPay),
    /// A code.
    Code(CodePay),
    /// Alipay's SDK.
    OrderString(OrderStringPay),
    /// A page.
    Page(PagePay),
}

/// The parameters of `wx.requestPayment`, under the names that it takes.
#[derive(SimpleObject)]
pub struct JsapiPay {
    /// `appId`
    pub app_id: String,
    /// `timeStamp`: seconds since 1970.
    pub time_stamp: String,
    /// `nonceStr`: random.
    pub nonce_str: String,
    /// `package`: `prepay_id=…`
    pub package: String,
    /// `signType`: `RSA`
    pub sign_type: String,
    /// `paySign`: the merchant's signature.
    pub pay_sign: String,
}

/// The fields of a `PayReq` of WeChat's SDK.
#[derive(SimpleObject)]
pub struct WechatAppPay {
    /// `appId`
    pub app_id: String,
    /// `partnerId`: the merchant.
    pub partner_id: String,
    /// `prepayId`: WeChat's number of the opened order.
    pub prepay_id: String,
    /// `packageValue`: `Sign=WXPay`
    pub package: String,
    /// `nonceStr`: random.
    pub nonce_str: String,
    /// `timeStamp`: seconds since 1970.
    pub time_stamp: String,
    /// `sign`: the merchant's signature.
    pub sign: String,
}

/// Something to show as a QR code, which the payer scans in the gateway's app.
#[derive(SimpleObject)]
pub struct CodePay {
    /// What the code says.
    pub url: String,
}

/// For Alipay's SDK in an app.
#[derive(SimpleObject)]
pub struct OrderStringPay {
    /// The signed order, to be handed over as it is.
    pub text: String,
}

/// A page to open.
#[derive(SimpleObject)]
pub struct PagePay {
    /// Its address.
    pub url: String,
}

impl From<Given> for PayWith {
    fn from(given: Given) -> Self {
        match given {
            Given::Jsapi(it) => Self::Jsapi(JsapiPay {
                app_id: it.app_id,
                time_stamp: it.time_stamp,
                nonce_str: it.nonce_str,
                package: it.package,
                sign_type: it.sign_type,
                pay_sign: it.pay_sign,
            }),
            Given::App(it) => Self::App(WechatAppPay {
                app_id: it.app_id,
                partner_id: it.partner_id,
                prepay_id: it.prepay_id,
                package: it.package,
                nonce_str: it.nonce_str,
                time_stamp: it.time_stamp,
                sign: it.sign,
            }),
            Given::Code { url } => Self::Code(CodePay { url }),
            Given::OrderString { text } => Self::OrderString(OrderStringPay { text }),
            Given::Page { url } => Self::Page(PagePay { url }),
        }
    }
}
