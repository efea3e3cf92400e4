//! Tokens that the server did not sign, or signed for something else, open nothing.

use std::sync::Arc;

use api::infra::crypto;
use api::infra::master_key::MasterKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entities::signing_key;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use sea_orm::EntityTrait as _;
use serde_json::{Value, json};
use support::{TestApp, World, both};

both!(only_our_own_tokens_open, a_header_that_is_no_token_opens_nothing);

/// The parts of a real token, and the key that signed it.
struct Real {
    token: String,
    header: Value,
    claims: Value,
    row: signing_key::Model,
    private: Vec<u8>,
}

async fn real(app: &TestApp) -> Real {
    let world = World::build(app, 1).await;
    let token = world.admin(app).await.token().unwrap().to_owned();
    let part = |at: usize| -> Value {
        let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(at).unwrap()).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    let row = signing_key::Entity::find().one(app.app.db.read()).await.unwrap().unwrap();
    // What only the service can do: it alone has the master key.
    let key = MasterKey::load(&app.app.config).unwrap().derive("signing keys v1");
    let private = crypto::open(&key, b"signing key v1", &row.sealed_private_key).unwrap();
    Real { header: part(0), claims: part(1), token: token.clone(), row, private }
}

impl Real {
    fn signed(&self, header: &Header, change: impl FnOnce(&mut Value)) -> String {
        let mut claims = self.claims.clone();
        change(&mut claims);
        encode(header, &claims, &EncodingKey::from_ed_der(&self.private)).unwrap()
    }

    fn header(&self) -> Header {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".to_owned());
        header.kid = self.header["kid"].as_str().map(str::to_owned);
        header
    }

    /// The claims under another header, with these bytes as signature.
    fn assembled(&self, header: &Value, signature: &[u8]) -> String {
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        format!("{}.{}.{}", encode(header), encode(&self.claims), URL_SAFE_NO_PAD.encode(signature))
    }
}

async fn only_our_own_tokens_open(app: Arc<TestApp>) {
    let real = real(&app).await;
    assert_eq!(real.header["alg"], "EdDSA");
    let known = real.signed(&real.header(), |_| ());
    app.with_token(&known).query("{ viewer { id } }", json!({})).await;

    let kid = &real.header["kid"];
    let dot = real.token.rfind('.').unwrap();
    let mut bytes = URL_SAFE_NO_PAD.decode(&real.token[dot + 1..]).unwrap();
    bytes[10] ^= 1;
    let mut other_key = real.header();
    other_key.kid = Some(uuid::Uuid::now_v7().to_string());
    let mut keyless = real.header();
    keyless.kid = None;
    let mut plain = real.header();
    plain.typ = Some("JWT".to_owned());
    let mut hmac = Header::new(Algorithm::HS256);
    hmac.typ = Some("at+jwt".to_owned());
    hmac.kid = real.header().kid;
    let secret = EncodingKey::from_secret(&real.row.public_key);
    let forgeries = [
        ("an altered signature", format!("{}.{}", &real.token[..dot], URL_SAFE_NO_PAD.encode(&bytes))),
        ("no signature", format!("{}.", &real.token[..dot])),
        ("two parts", real.token[..dot].to_owned()),
        ("altered claims", {
            let mut altered = real.claims.clone();
            altered["sid"] = json!(uuid::Uuid::now_v7());
            let parts: Vec<&str> = real.token.split('.').collect();
            format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(altered.to_string()), parts[2])
        }),
        ("alg none", real.assembled(&json!({ "alg": "none", "typ": "at+jwt", "kid": kid }), b"")),
        ("alg none, signed", real.assembled(&json!({ "alg": "none", "typ": "at+jwt", "kid": kid }), &bytes)),
        ("HS256 with the public key", encode(&hmac, &real.claims, &secret).unwrap()),
        ("another key id", real.signed(&other_key, |_| ())),
        ("no key id", real.signed(&keyless, |_| ())),
        ("another type", real.signed(&plain, |_| ())),
        ("another audience", real.signed(&real.header(), |claims| claims["aud"] = json!("elsewhere"))),
        ("another issuer", real.signed(&real.header(), |claims| claims["iss"] = json!("elsewhere"))),
        ("another session", real.signed(&real.header(), |claims| claims["sid"] = json!(uuid::Uuid::now_v7()))),
        ("expired", real.signed(&real.header(), |claims| claims["exp"] = json!(1_000))),
        ("no expiry", real.signed(&real.header(), |claims| drop(claims.as_object_mut().unwrap().remove("exp")))),
    ];
    for (what, token) in forgeries {
        let answer = app.with_token(&token).post("{ viewer { id } }", json!({})).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "UNAUTHENTICATED"), "{what}");
        assert!(answer.body["data"].is_null(), "{what}");
    }
    app.with_token(&real.token).query("{ viewer { id } }", json!({})).await;
}

async fn a_header_that_is_no_token_opens_nothing(app: Arc<TestApp>) {
    let long = format!("Bearer {}", "x".repeat(6_000));
    for header in ["", "Bearer", "Bearer ", "Basic YTpi", "bearer", "Bearer a.b.c", "Bearer …", &long] {
        let request = app.http().post(app.url("/graphql")).header("authorization", header.as_bytes());
        let response = request.json(&json!({ "query": "{ viewer { id } }" })).send().await.unwrap();
        assert_eq!(response.status(), 401, "{header}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{header}");
    }
}
