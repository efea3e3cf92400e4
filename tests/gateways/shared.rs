//! Keys, orders and a stand-in's means.

use std::sync::{Arc, Mutex};

use api::infra::gateways::{Channel, NewOrder, NewRefund, OrderNo, Patience, RefundNo};
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Duration, Utc};
use entities::values::Money;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};
use support::program::fixture;
use tokio::net::TcpListener;

/// A key, certificate or signature that OpenSSL made for these tests and nothing else.
pub fn file(name: &str) -> String {
    std::fs::read_to_string(fixture(&format!("gateways/{name}"))).unwrap()
}

/// Signs with another implementation than the program's.
pub fn sign(key: &str, text: &[u8]) -> String {
    let der = PrivatePkcs8KeyDer::from_pem_slice(file(key).as_bytes()).unwrap();
    let key = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature).unwrap();
    STANDARD.encode(signature)
}

/// Verifies with another implementation than the program's.
pub fn verifies(key: &str, text: &[u8], signature: &str) -> bool {
    let spki = SubjectPublicKeyInfoDer::from_pem_slice(file(key).as_bytes()).unwrap();
    // The other implementation takes the key without its algorithm: the bit string begins after 24 bytes.
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, spki.as_ref()[24..].to_vec());
    STANDARD.decode(signature).is_ok_and(|signature| key.verify(text, &signature).is_ok())
}

pub fn number(text: &str) -> OrderNo {
    OrderNo::parse(text).unwrap()
}

pub fn refund_number(text: &str) -> RefundNo {
    RefundNo::parse(text).unwrap()
}

pub fn order(text: &str, fen: i64, channel: Channel) -> NewOrder {
    NewOrder {
        order: number(text),
        amount: Money(fen),
        currency: "CNY".to_owned(),
        description: "翠园 3 月物业费 & 水费".to_owned(),
        channel,
        expires_at: support::start_of_time() + Duration::minutes(15),
        notify_url: "https://linli.example/pay/notify/m1".to_owned(),
    }
}

pub fn jsapi() -> Channel {
    Channel::Jsapi { openid: "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o".to_owned() }
}

pub fn refund(order: &str, refund: &str, fen: i64, total: i64) -> NewRefund {
    NewRefund {
        order: number(order),
        refund: refund_number(refund),
        amount: Money(fen),
        total: Money(total),
        currency: "CNY".to_owned(),
        reason: "多收".to_owned(),
        notify_url: "https://linli.example/pay/notify/m1".to_owned(),
    }
}

pub fn impatient() -> Patience {
    let half = std::time::Duration::from_millis(500);
    Patience { connect: half, answer: half, bill: half * 4 }
}

/// A request that a stand-in was asked.
pub struct Asked {
    pub method: Method,
    pub target: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// What a stand-in answers with; one for each test.
pub type Answers = Arc<dyn Fn(&Asked) -> Response + Send + Sync>;

/// A server that hands every request to a function, and says where it is.
pub async fn serve(make: impl FnOnce(String) -> Answers) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answers = make(url.clone());
    let router = Router::new().fallback(move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
        let answers = Arc::clone(&answers);
        async move {
            let target = uri.path_and_query().unwrap().as_str().to_owned();
            if target.contains("HANG") {
                tokio::time::sleep(std::time::Duration::from_secs(30)).await;
            }
            answers(&Asked { method, target, headers, body: body.to_vec() })
        }
    });
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

/// Something that a test changes while a stand-in answers.
pub type Shared<T> = Arc<Mutex<T>>;

pub fn beijing(at: DateTime<Utc>) -> String {
    (at + Duration::hours(8)).format("%Y-%m-%d %H:%M:%S").to_string()
}
