//! A stand-in for Alipay: refuses what is not signed, and signs the text of what it answers.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use api::clock::Clock;
use api::infra::gateways::Secret;
use api::infra::gateways::alipay::{Alipay, AlipayMerchant};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::shared::{Asked, Shared, beijing, file, impatient, serve, sign, verifies};

pub const APP_ID: &str = "2014072300007148";
pub const SELLER: &str = "2088102146225135";

pub struct Server {
    pub clock: Clock,
    /// The node's text by method.
    pub answers: HashMap<String, String>,
    /// What is done to a whole answer after it was signed.
    pub harm: fn(String) -> String,
    pub status: u16,
    /// Method, parameters and content of each request.
    pub asked: Vec<(String, BTreeMap<String, String>, Value)>,
    /// The file of a bill.
    pub bill: Vec<u8>,
}

/// Parameters as they came, decoded.
pub fn decode(text: &str) -> BTreeMap<String, String> {
    let value = |value: &str| percent_decode_str(value).decode_utf8().unwrap().into_owned();
    text.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, text)| (name.to_owned(), value(text))).collect()
}

/// What was signed of parameters, and whether it was with the merchant's key.
pub fn check(params: &BTreeMap<String, String>) -> bool {
    let signed: Vec<String> =
        params.iter().filter(|(name, _)| *name != "sign").map(|(name, value)| format!("{name}={value}")).collect();
    verifies("merchant.pub.pem", signed.join("&").as_bytes(), &params["sign"])
}

impl Server {
    fn answer(&mut self, asked: &Asked) -> Response {
        if asked.target.starts_with("/bill.zip") {
            return self.bill.clone().into_response();
        }
        let mut params = decode(asked.target.split_once('?').unwrap().1);
        params.append(&mut decode(std::str::from_utf8(&asked.body).unwrap()));
        let method = params["method"].clone();
        let whole = if check(&params) && params["app_id"] == APP_ID && params["timestamp"] == beijing(self.clock.now())
        {
            let name = format!("{}_response", method.replace('.', "_"));
            let missing =
                r#"{"code":"40004","msg":"Business Failed","sub_code":"ACQ.TRADE_NOT_EXIST","sub_msg":"交易不存在"}"#;
            let node = self.answers.get(&method).map_or(missing, String::as_str);
            format!(r#"{{"{name}":{node},"sign":"{}"}}"#, sign("alipay.key.pem", node.as_bytes()))
        } else {
            r#"{"error_response":{"code":"40002","msg":"Invalid Arguments","sub_code":"isv.invalid-signature","sub_msg":"无效签名"}}"#.to_owned()
        };
        let content = serde_json::from_str(&params["biz_content"]).unwrap();
        self.asked.push((method, params, content));
        (StatusCode::from_u16(self.status).unwrap(), (self.harm)(whole)).into_response()
    }
}

pub fn merchant(url: &str) -> AlipayMerchant {
    AlipayMerchant {
        app_id: APP_ID.to_owned(),
        seller_id: SELLER.to_owned(),
        private_key: Secret::new(file("merchant.key.pem")),
        public_key: file("alipay.pub.pem"),
        url: format!("{url}/gateway.do"),
    }
}

/// A client and its stand-in.
pub async fn start() -> (Alipay, Shared<Server>, String) {
    let clock = Clock::manual(support::start_of_time());
    let state = Arc::new(Mutex::new(Server {
        clock: clock.clone(),
        answers: HashMap::new(),
        harm: |whole| whole,
        status: 200,
        asked: Vec::new(),
        bill: Vec::new(),
    }));
    let own = Arc::clone(&state);
    let url = serve(move |_| Arc::new(move |asked: &Asked| own.lock().unwrap().answer(asked))).await;
    (Alipay::new(merchant(&url), clock, impatient()).unwrap(), state, url)
}

pub fn answers(state: &Shared<Server>, method: &str, node: &str) {
    state.lock().unwrap().answers.insert(method.to_owned(), node.to_owned());
}
