//! Tokens that the server did not sign, or signed for something else, open nothing.

use std::sync::Arc;

use api::infra::crypto;
use api::infra::master_key::MasterKey;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
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

/// A key pair that anybody can make.
fn strangers_key() -> (EncodingKey, String) {
    let pair = Ed25519KeyPair::generate().unwrap();
    let public = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
    (EncodingKey::from_ed_der(pair.to_pkcs8().unwrap().as_ref()), public)
}

impl Real {
    /// What is tried on verifiers of tokens (RFC 8725, section 2): each trick by its name.
    fn tricks(&self) -> Vec<(&'static str, String)> {
        let (stranger, public) = strangers_key();
        let kid = self.header["kid"].clone();
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": public, "kid": kid, "alg": "EdDSA" });
        // The signing input, signed by the stranger.
        let by_stranger = |header: Value| {
            let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            let input = format!("{}.{}", part(&header), part(&self.claims));
            let signature = jsonwebtoken::crypto::sign(input.as_bytes(), &stranger, Algorithm::EdDSA).unwrap();
            format!("{input}.{signature}")
        };
        let header = |more: Value| {
            let mut header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": kid });
            header.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            header
        };
        let mut tricks = vec![
            ("a stranger's signature", by_stranger(header(json!({})))),
            ("a stranger's key in the header", by_stranger(header(json!({ "jwk": jwk })))),
            (
                "a stranger's key elsewhere",
                by_stranger(header(json!({ "jku": "http://127.0.0.1:9/keys", "x5u": "x" }))),
            ),
            ("a certificate", by_stranger(header(json!({ "x5c": ["MIIB"] })))),
            ("critical words", by_stranger(header(json!({ "crit": ["exp"], "exp": 1 })))),
        ];
        let secrets: [&[u8]; 6] =
            [b"", b"secret", b"linli", public.as_bytes(), &self.row.public_key, &self.row.sealed_private_key];
        for secret in secrets {
            for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
                let mut header = self.header();
                header.alg = algorithm;
                let key = EncodingKey::from_secret(secret);
                tricks.push(("an HMAC", encode(&header, &self.claims, &key).unwrap()));
            }
        }
        let public_hex: String = self.row.public_key.iter().map(|byte| format!("{byte:02x}")).collect();
        for secret in [public_hex, URL_SAFE_NO_PAD.encode(&self.row.public_key), STANDARD.encode(&self.row.public_key)]
        {
            let mut header = self.header();
            header.alg = Algorithm::HS256;
            let key = EncodingKey::from_secret(secret.as_bytes());
            tricks.push(("an HMAC with the public key as text", encode(&header, &self.claims, &key).unwrap()));
        }
        let signature = URL_SAFE_NO_PAD.decode(self.token.rsplit('.').next().unwrap()).unwrap();
        for alg in ["None", "NONE", "nOnE", "", "eddsa", "RS256", "PS512", "ES256", "ES384", "HS256", "Ed448", "EdDSA "]
        {
            tricks.push(("the real signature under another algorithm", {
                self.assembled(&json!({ "alg": alg, "typ": "at+jwt", "kid": kid }), &signature)
            }));
            tricks.push(("no signature under another algorithm", {
                self.assembled(&json!({ "alg": alg, "typ": "at+jwt", "kid": kid }), b"")
            }));
        }
        for alg in [json!(null), json!(["EdDSA"]), json!({ "EdDSA": 1 }), json!(1)] {
            tricks.push(("an algorithm that is no text", self.assembled(&header(json!({ "alg": alg })), &signature)));
        }
        for kid in ["../../etc/passwd", "' OR '1'='1", "", "0", "\u{0}", "00000000-0000-0000-0000-000000000000"] {
            tricks.push(("a key id that is a path or a query", by_stranger(header(json!({ "kid": kid })))));
        }
        for bytes in [vec![0; 64], vec![0xff; 64], signature[..63].to_vec(), [&signature[..], &[0]].concat()] {
            tricks.push(("a signature of another shape", self.assembled(&self.header, &bytes)));
        }
        tricks.push(("the same twice", format!("{}.{}", self.token, self.token)));
        tricks.push(("an encrypted token", format!("{}.x.y", self.token)));
        tricks.push(("padding", format!("{}=", self.token)));
        tricks.push(("blanks within", self.token.replacen('.', " .", 1)));
        for claim in [
            json!({ "aud": ["elsewhere"] }),
            json!({ "aud": null }),
            json!({ "aud": "" }),
            json!({ "iss": ["elsewhere"] }),
            json!({ "exp": "99999999999" }),
            json!({ "exp": -1 }),
            json!({ "exp": null }),
            json!({ "sid": "x" }),
            json!({ "sid": null }),
            json!({ "sub": null }),
        ] {
            tricks.push(("claims that say something else", {
                self.signed(&self.header(), |claims| {
                    claims.as_object_mut().unwrap().extend(claim.as_object().unwrap().clone());
                })
            }));
        }
        tricks.push(("very long claims", self.signed(&self.header(), |claims| claims["x"] = json!("x".repeat(4_000)))));
        tricks
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
    let tricks = real.tricks();
    for (what, token) in forgeries.into_iter().chain(tricks) {
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
