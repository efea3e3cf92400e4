//! A stand-in for WeChat Pay: refuses what is not signed, and signs what it answers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use api::clock::Clock;
use api::infra::gateways::Secret;
use api::infra::gateways::wechat::{WechatMerchant, WechatPay};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde_json::{Value, json};

use super::shared::{Asked, Shared, file, impatient, serve, sign, verifies};

pub const API_KEY: &str = "0123456789abcdef0123456789ABCDEF";
pub const MCHID: &str = "1900000109";
pub const APP_ID: &str = "wxd678efh567hg6787";
pub const SERIALS: [&str; 2] = ["5157F09EFDC096DE15EBE81A47057A7232F1B8E1", "E157F09EFDC096DE15EBE81A"];
pub const PUBLIC_KEY_ID: &str = "PUB_KEY_ID_0114232134912410000000000000";

/// What the stand-in does; tests change it.
pub struct Wechat {
    pub clock: Clock,
    /// Which platform certificate signs: 0, 1; 2 is the public key (the key of the second certificate).
    pub signer: usize,
    /// Which certificates are in the list.
    pub listed: Vec<usize>,
    /// Answers by method and path.
    pub answers: HashMap<String, (u16, String)>,
    /// How a signature goes wrong.
    pub harm: Harm,
    /// What was asked, as `METHOD target` and body.
    pub asked: Vec<(String, Value)>,
    /// How often certificates were asked for.
    pub downloads: usize,
    /// The file of a bill.
    pub bill: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Harm {
    None,
    Altered,
    Unsigned,
    Stale,
    AnotherKey,
}

/// Headers as WeChat Pay signs them.
pub fn signed(signer: usize, body: &[u8], at: DateTime<Utc>) -> HeaderMap {
    let (timestamp, nonce) = (at.timestamp().to_string(), "c5ac7061fccab6bf3e254dcf98995b8c");
    let text = [format!("{timestamp}\n{nonce}\n").as_bytes(), body, b"\n"].concat();
    let key = if signer == 0 { "platform_1.key.pem" } else { "platform_2.key.pem" };
    let serial = SERIALS.get(signer).copied().unwrap_or(PUBLIC_KEY_ID);
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("wechatpay-timestamp", timestamp.as_str()),
        ("wechatpay-nonce", nonce),
        ("wechatpay-signature", &sign(key, &text)),
        ("wechatpay-serial", serial),
    ] {
        headers.insert(name, HeaderValue::from_str(value).unwrap());
    }
    headers
}

/// Seals as WeChat Pay does, with another implementation than the program's.
pub fn seal(plain: &str, associated_data: &str) -> Value {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, API_KEY.as_bytes()).unwrap());
    let mut text = plain.as_bytes().to_vec();
    let nonce = Nonce::assume_unique_for_key(*b"4de73afd28b6");
    key.seal_in_place_append_tag(nonce, Aad::from(associated_data.as_bytes()), &mut text).unwrap();
    json!({
        "algorithm": "AEAD_AES_256_GCM",
        "nonce": "4de73afd28b6",
        "associated_data": associated_data,
        "ciphertext": STANDARD.encode(text),
    })
}

impl Wechat {
    fn answer(&mut self, asked: &Asked) -> Response {
        if let Err(why) = self.check(asked) {
            let body = json!({ "code": "SIGN_ERROR", "message": why }).to_string();
            return (StatusCode::UNAUTHORIZED, body).into_response();
        }
        let path = asked.target.split('?').next().unwrap();
        if path == "/v3/billdownload/file" {
            return self.bill.clone().into_response();
        }
        let (status, body) = if path == "/v3/certificates" {
            self.downloads += 1;
            (200, json!({ "data": self.listed.iter().map(|at| certificate(*at)).collect::<Vec<_>>() }).to_string())
        } else {
            self.asked.push((
                format!("{} {}", asked.method, asked.target),
                serde_json::from_slice(&asked.body).unwrap_or_default(),
            ));
            let key = format!("{} {path}", asked.method);
            self.answers
                .get(&key)
                .cloned()
                .unwrap_or((404, r#"{"code":"ORDER_NOT_EXIST","message":"订单不存在"}"#.to_owned()))
        };
        let now = self.clock.now();
        let mut headers = match self.harm {
            Harm::Unsigned => HeaderMap::new(),
            Harm::Stale => signed(self.signer, body.as_bytes(), now - chrono::Duration::seconds(301)),
            Harm::Altered => signed(self.signer, format!("{body} ").as_bytes(), now),
            Harm::None | Harm::AnotherKey => signed(self.signer, body.as_bytes(), now),
        };
        if self.harm == Harm::AnotherKey {
            headers.insert("wechatpay-serial", HeaderValue::from_static(SERIALS[1 - self.signer]));
        }
        (StatusCode::from_u16(status).unwrap(), headers, body).into_response()
    }

    /// As WeChat Pay checks a request.
    fn check(&self, asked: &Asked) -> Result<(), &'static str> {
        let header = |name: &str| asked.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let fields = header("authorization").strip_prefix("WECHATPAY2-SHA256-RSA2048 ").ok_or("scheme")?;
        let fields: HashMap<&str, &str> = fields
            .split(',')
            .filter_map(|field| field.split_once('='))
            .map(|(name, value)| (name, value.trim_matches('"')))
            .collect();
        let field = |name: &str| fields.get(name).copied().ok_or("field");
        let body = String::from_utf8(asked.body.clone()).unwrap();
        let (timestamp, nonce) = (field("timestamp")?, field("nonce_str")?);
        let text = format!("{}\n{}\n{timestamp}\n{nonce}\n{body}\n", asked.method, asked.target);
        if field("mchid")? != MCHID || field("serial_no")? != "635FD912DA74462BAD30DB188A5B4A900BCAF711" {
            return Err("merchant");
        }
        if timestamp != self.clock.now().timestamp().to_string() || nonce.len() != 32 {
            return Err("time");
        }
        if header("accept") != "application/json" || header("user-agent").is_empty() {
            return Err("headers");
        }
        if self.signer == 2 && header("wechatpay-serial") != PUBLIC_KEY_ID {
            return Err("public key id");
        }
        if verifies("merchant.pub.pem", text.as_bytes(), field("signature")?) { Ok(()) } else { Err("signature") }
    }
}

fn certificate(at: usize) -> Value {
    let pem = file(&format!("platform_{}.cert.pem", at + 1));
    json!({
        "serial_no": SERIALS[at],
        "effective_time": "2018-03-26T11:39:50+08:00",
        "expire_time": "2099-03-25T11:39:50+08:00",
        "encrypt_certificate": seal(&pem, "certificate"),
    })
}

pub fn merchant(url: &str) -> WechatMerchant {
    WechatMerchant {
        mchid: MCHID.to_owned(),
        app_id: APP_ID.to_owned(),
        mobile_app_id: "wx8888888888888888".to_owned(),
        serial: "635FD912DA74462BAD30DB188A5B4A900BCAF711".to_owned(),
        private_key: Secret::new(file("merchant.key.pem")),
        api_key: Secret::new(API_KEY),
        public_key_id: String::new(),
        public_key: String::new(),
        url: url.to_owned(),
    }
}

/// A client and its stand-in, which has the first platform certificate.
pub async fn start() -> (WechatPay, Shared<Wechat>, String) {
    let clock = Clock::manual(support::start_of_time());
    let state = Arc::new(Mutex::new(Wechat {
        clock: clock.clone(),
        signer: 0,
        listed: vec![0],
        answers: HashMap::new(),
        harm: Harm::None,
        asked: Vec::new(),
        downloads: 0,
        bill: Vec::new(),
    }));
    let own = Arc::clone(&state);
    let url = serve(move |_| Arc::new(move |asked: &Asked| own.lock().unwrap().answer(asked))).await;
    (WechatPay::new(merchant(&url), clock, impatient()).unwrap(), state, url)
}

/// Lets a path answer from now on.
pub fn answers(state: &Shared<Wechat>, request: &str, status: u16, body: &Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    state.lock().unwrap().answers.insert(request.to_owned(), (status, body));
}

pub fn transaction(order: &str, state: &str) -> Value {
    json!({
        "appid": APP_ID, "mchid": MCHID, "out_trade_no": order, "transaction_id": "1217752501201407033233368018",
        "trade_type": "JSAPI", "trade_state": state, "trade_state_desc": "…", "bank_type": "CMC", "attach": "",
        "success_time": "2018-06-08T10:34:56+08:00", "payer": { "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o" },
        "amount": { "total": 10_010, "payer_total": 10_000, "currency": "CNY", "payer_currency": "CNY" },
    })
}
