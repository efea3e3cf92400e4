//! Residents sign in with a code that is sent to their phone.

use std::sync::Arc;

use api::db::Sql;
use chrono::Duration;
use futures_util::future::join_all;
use serde_json::{Value, json};
use support::client::Outcome;
use support::{TestApp, World, both};

const PHONE: &str = "13912345678";

both!(
    a_code_signs_in,
    a_wrong_code_is_refused_and_after_five_the_right_one_too,
    a_code_expires,
    a_code_is_good_once,
    a_newer_code_replaces_the_older,
    ten_codes_an_hour_are_sent,
    the_reply_does_not_tell_who_is_known,
    what_is_no_phone_is_refused,
    of_fifty_guesses_at_once_five_are_evaluated,
    of_fifty_sign_ins_at_once_one_succeeds,
);

async fn request(app: &TestApp, phone: &str) -> String {
    app.anonymous().mutate("signInCodeRequest", json!({ "phone": phone }), "sent").await.ok();
    app.sms.last_code(phone).unwrap()
}

async fn sign_in(app: &TestApp, phone: &str, code: &str) -> Outcome {
    let input = json!({ "phone": phone, "code": code });
    app.anonymous().mutate("signInResident", input, "accessToken expiresAt viewer { kind phone name }").await
}

/// A code that is not this one.
fn another(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

async fn accounts(app: &TestApp) -> i64 {
    Sql::new("SELECT COUNT(*) FROM account").number(app.app.db.read()).await.unwrap()
}

async fn a_code_signs_in(app: Arc<TestApp>) {
    app.anonymous().mutate("signInCodeRequest", json!({ "phone": "+86 139-1234-5678" }), "sent").await.ok();
    let code = app.sms.last_code(PHONE).unwrap();
    assert!(code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit()), "{code}");
    let payload = sign_in(&app, "139 1234 5678", &format!(" {code} ")).await.ok();
    assert_eq!(payload["viewer"], json!({ "kind": "RESIDENT", "phone": PHONE, "name": "" }));
    let client = app.with_token(payload["accessToken"].as_str().unwrap());
    let data = client.query("{ viewer { kind phone units { role } staff { id } } }", json!({})).await;
    assert_eq!(data["viewer"], json!({ "kind": "RESIDENT", "phone": PHONE, "units": [], "staff": null }));
    let code = request(&app, PHONE).await;
    sign_in(&app, PHONE, &code).await.ok();
    assert_eq!(accounts(&app).await, 1, "one phone, one account");
}

async fn a_wrong_code_is_refused_and_after_five_the_right_one_too(app: Arc<TestApp>) {
    let code = request(&app, PHONE).await;
    for wrong in [another(&code), String::new(), "12345".to_owned(), "一二三四五六".to_owned(), "9".repeat(5_000)]
    {
        let outcome = sign_in(&app, PHONE, &wrong).await;
        assert_eq!((outcome.refused().as_str(), outcome.field().as_str()), ("INVALID_CODE", "input.code"));
        assert_eq!(outcome.payload["accessToken"], Value::Null);
    }
    assert_eq!(sign_in(&app, PHONE, &code).await.refused(), "INVALID_CODE");
    assert_eq!(accounts(&app).await, 0);
    // A fresh code has its own tries.
    let code = request(&app, PHONE).await;
    for _ in 0..4 {
        assert_eq!(sign_in(&app, PHONE, &another(&code)).await.refused(), "INVALID_CODE");
    }
    sign_in(&app, PHONE, &code).await.ok();
}

async fn a_code_expires(app: Arc<TestApp>) {
    let code = request(&app, PHONE).await;
    app.advance(Duration::minutes(5));
    assert_eq!(sign_in(&app, PHONE, &code).await.refused(), "INVALID_CODE");
    let code = request(&app, PHONE).await;
    app.advance(Duration::minutes(5) - Duration::microseconds(1));
    sign_in(&app, PHONE, &code).await.ok();
}

async fn a_code_is_good_once(app: Arc<TestApp>) {
    let code = request(&app, PHONE).await;
    sign_in(&app, PHONE, &code).await.ok();
    assert_eq!(sign_in(&app, PHONE, &code).await.refused(), "INVALID_CODE");
    let other = request(&app, "13987654321").await;
    assert_eq!(sign_in(&app, PHONE, &other).await.refused(), "INVALID_CODE", "another phone's code");
}

async fn a_newer_code_replaces_the_older(app: Arc<TestApp>) {
    let mut older = request(&app, PHONE).await;
    app.advance(Duration::seconds(1));
    let mut newer = request(&app, PHONE).await;
    while older == newer {
        app.advance(Duration::seconds(1));
        older = newer;
        newer = request(&app, PHONE).await;
    }
    assert_eq!(sign_in(&app, PHONE, &older).await.refused(), "INVALID_CODE");
    sign_in(&app, PHONE, &newer).await.ok();
    assert_eq!(sign_in(&app, PHONE, &older).await.refused(), "INVALID_CODE");
}

async fn ten_codes_an_hour_are_sent(app: Arc<TestApp>) {
    for _ in 0..10 {
        request(&app, PHONE).await;
        app.advance(Duration::minutes(1));
    }
    let last = app.sms.last_code(PHONE);
    let refused = app.anonymous().mutate("signInCodeRequest", json!({ "phone": PHONE }), "sent").await;
    assert_eq!((refused.refused().as_str(), refused.field().as_str()), ("TOO_MANY_REQUESTS", "input.phone"));
    assert_eq!(refused.payload["sent"], json!(false));
    assert_eq!(refused.payload["userErrors"][0]["retryable"], json!(true));
    assert_eq!(app.sms.last_code(PHONE), last, "nothing was sent");
    request(&app, "13987654321").await;
    app.advance(Duration::minutes(50));
    request(&app, PHONE).await;
}

async fn the_reply_does_not_tell_who_is_known(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let resident = world.resident(&app, 1, world.home.units[0], entities::values::ResidencyRole::Owner).await;
    let known = resident.query("{ viewer { phone } }", json!({})).await["viewer"]["phone"].clone();
    let mut replies = Vec::new();
    for phone in [known.as_str().unwrap(), &support::world::phone(1, 0), "13999999999", "+16175550123"] {
        let sent = app.anonymous().mutate("signInCodeRequest", json!({ "phone": phone }), "sent").await;
        replies.push((sent.answer.status, sent.answer.body));
    }
    assert!(replies.iter().all(|reply| *reply == replies[0]), "{replies:#?}");
    assert_eq!(replies[0].1["data"]["signInCodeRequest"]["sent"], json!(true));
    for phone in [known.as_str().unwrap(), "13999999998"] {
        let refused = sign_in(&app, phone, "000000").await;
        assert_eq!(refused.payload["userErrors"][0]["message"], "The code is wrong or has expired");
    }
}

async fn what_is_no_phone_is_refused(app: Arc<TestApp>) {
    let long = "1".repeat(10_000);
    for phone in ["", "abc", "12812345678", "1391234567", "045187654321", "+012345678", "+861281234567", &long] {
        let refused = app.anonymous().mutate("signInCodeRequest", json!({ "phone": phone }), "sent").await;
        assert_eq!((refused.refused().as_str(), refused.field().as_str()), ("INVALID_PHONE", "input.phone"));
        assert_eq!(sign_in(&app, phone, "123456").await.refused(), "INVALID_PHONE", "{phone}");
    }
    assert_eq!(Sql::new("SELECT COUNT(*) FROM sign_in_code").number(app.app.db.read()).await.unwrap(), 0);
}

async fn of_fifty_guesses_at_once_five_are_evaluated(app: Arc<TestApp>) {
    let code = request(&app, PHONE).await;
    let first: u32 = code.parse().unwrap();
    let guesses: Vec<String> = (1..=50).map(|step| format!("{:06}", (first + step) % 1_000_000)).collect();
    let outcomes = join_all(guesses.iter().map(|guess| sign_in(&app, PHONE, guess))).await;
    assert!(outcomes.iter().all(|outcome| outcome.refused() == "INVALID_CODE"));
    // A guess is compared only after its try was counted, in the same statement that checks the limit.
    let tries =
        Sql::new("SELECT CAST(SUM(tries) AS bigint) FROM sign_in_code").number(app.app.db.read()).await.unwrap();
    assert_eq!(tries, 5);
    assert_eq!(sign_in(&app, PHONE, &code).await.refused(), "INVALID_CODE");
    assert_eq!(accounts(&app).await, 0);
}

async fn of_fifty_sign_ins_at_once_one_succeeds(app: Arc<TestApp>) {
    let code = request(&app, PHONE).await;
    let outcomes = join_all((0..50).map(|_| sign_in(&app, PHONE, &code))).await;
    let (refused, signed_in): (Vec<_>, Vec<_>) = outcomes.iter().partition(|outcome| !outcome.codes().is_empty());
    assert_eq!(signed_in.len(), 1);
    assert!(refused.iter().all(|outcome| outcome.refused() == "INVALID_CODE"));
    assert_eq!(Sql::new("SELECT COUNT(*) FROM session").number(app.app.db.read()).await.unwrap(), 1);
}
