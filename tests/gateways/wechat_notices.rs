//! WeChat Pay: notifications, genuine and not.

use api::infra::gateways::{Delivery, Event, Gateway as _, GatewayError, GatewayKind, OrderState, RefundState};
use axum::http::{HeaderMap, HeaderValue};
use chrono::Duration;
use entities::values::Money;
use serde_json::{Value, json};

use super::wechat_server::{MCHID, seal, signed, start, transaction};

fn notification(event: &str, kind: &str, plain: &Value) -> Vec<u8> {
    let mut resource = seal(&plain.to_string(), kind);
    resource["original_type"] = json!(kind);
    let whole = json!({
        "id": "EV-2018022511223320873", "create_time": "2015-05-20T13:29:35+08:00", "resource_type": "encrypt-resource",
        "event_type": event, "summary": "支付成功", "resource": resource,
    });
    whole.to_string().into_bytes()
}

fn paid() -> Vec<u8> {
    notification("TRANSACTION.SUCCESS", "transaction", &transaction("P00001", "SUCCESS"))
}

#[tokio::test]
async fn a_payment_is_told() {
    let (gateway, state, _) = start().await;
    let (body, now) = (paid(), state.lock().unwrap().clock.now());
    let headers = signed(0, &body, now);
    for _ in 0..2 {
        let notice = gateway.read_notice(Delivery { headers: &headers, body: &body }).await.unwrap();
        assert_eq!((notice.id.as_str(), notice.gateway), ("EV-2018022511223320873", GatewayKind::WechatPay));
        assert_eq!((notice.merchant.as_str(), notice.order.as_str()), (MCHID, "P00001"));
        assert_eq!(notice.sent_at.timestamp(), now.timestamp());
        let Event::Paid { gateway_id, amount, paid_at } = notice.event else { panic!("{:?}", notice.event) };
        assert_eq!((gateway_id.as_str(), amount), ("1217752501201407033233368018", Money(10_010)));
        assert_eq!(paid_at.to_rfc3339(), "2018-06-08T02:34:56+00:00");
    }
    assert_eq!(state.lock().unwrap().downloads, 1, "the certificate is kept");
    let (yes, no) = (gateway.reply(true), gateway.reply(false));
    assert_eq!((yes.status, yes.body), (204, ""));
    assert_eq!(no.status, 500);
    assert_eq!(serde_json::from_str::<Value>(no.body).unwrap()["code"], "FAIL");

    let body = notification("TRANSACTION.CLOSED", "transaction", &transaction("P00001", "CLOSED"));
    let notice = gateway.read_notice(Delivery { headers: &signed(0, &body, now), body: &body }).await.unwrap();
    assert_eq!(notice.event, Event::Moved { state: OrderState::Closed });
}

#[tokio::test]
async fn a_refund_is_told() {
    let (gateway, state, _) = start().await;
    let now = state.lock().unwrap().clock.now();
    for (told, expected) in
        [("SUCCESS", RefundState::Settled), ("CLOSED", RefundState::Failed), ("ABNORMAL", RefundState::Failed)]
    {
        let refunded = json!({
            "mchid": MCHID, "transaction_id": "1008450740201411110005820873", "out_trade_no": "P00001",
            "refund_id": "50200207182018070300011301001", "out_refund_no": "R00001", "refund_status": told,
            "success_time": "2018-06-08T10:34:56+08:00", "user_received_account": "招商银行信用卡0403",
            "amount": { "total": 10_010, "refund": 4_000, "payer_total": 10_010, "payer_refund": 4_000 },
        });
        let body = notification(&format!("REFUND.{told}"), "refund", &refunded);
        let notice = gateway.read_notice(Delivery { headers: &signed(0, &body, now), body: &body }).await.unwrap();
        let Event::Refund { refund, state, amount, .. } = notice.event else { panic!("{:?}", notice.event) };
        assert_eq!((refund.as_str(), state, amount), ("R00001", expected, Some(Money(4_000))));
        assert_eq!(notice.order.as_str(), "P00001");
    }
}

#[tokio::test]
async fn what_is_forged_altered_replayed_or_anothers_is_refused() {
    let (gateway, state, _) = start().await;
    let (body, now) = (paid(), state.lock().unwrap().clock.now());
    let good = signed(0, &body, now);
    let read =
        async |headers: &HeaderMap, body: &[u8]| gateway.read_notice(Delivery { headers, body }).await.map(|_| ());
    assert_eq!(read(&good, &body).await, Ok(()));

    for at in [0, body.len() / 2, body.len() - 1] {
        let mut altered = body.clone();
        altered[at] ^= 1;
        assert_eq!(read(&good, &altered).await, Err(GatewayError::BadSignature), "byte {at}");
    }
    let with = |name: &'static str, value: &str| {
        let mut headers = good.clone();
        headers.insert(name, HeaderValue::from_str(value).unwrap());
        headers
    };
    let later = (now.timestamp() + 1).to_string();
    for headers in [
        with("wechatpay-nonce", "another"),
        with("wechatpay-timestamp", &later),
        with("wechatpay-signature", "AAAA"),
        with("wechatpay-signature", "WECHATPAY/SIGNTEST/AAAA"),
        signed(0, b"another body", now),
        HeaderMap::new(),
    ] {
        assert_eq!(read(&headers, &body).await, Err(GatewayError::BadSignature), "{headers:?}");
    }
    for seconds in [-301, 301, 86_400] {
        assert_eq!(read(&signed(0, &body, now + Duration::seconds(seconds)), &body).await, Err(GatewayError::Stale));
    }
    assert_eq!(
        read(&with("wechatpay-timestamp", "soon"), &body).await,
        Err(GatewayError::Malformed("Wechatpay-Timestamp"))
    );
    // A serial number that somebody invents costs one download, then none for a while.
    for serial in ["00ABCDEF", "00ABCDE0", "PUB_KEY_ID_9", "../../x", ""] {
        assert!(
            matches!(read(&with("wechatpay-serial", serial), &body).await, Err(GatewayError::UnknownSerial(_))),
            "{serial}"
        );
    }
    assert_eq!(state.lock().unwrap().downloads, 1);
    assert_eq!(read(&good, &vec![b' '; 70_000]).await, Err(GatewayError::Malformed("body too long")));
    // Genuine once, it is no longer so when it is sent again later.
    state.lock().unwrap().clock.advance(Duration::seconds(301));
    assert_eq!(read(&good, &body).await, Err(GatewayError::Stale));
}

#[tokio::test]
async fn what_is_signed_but_not_ours_or_not_readable_is_refused() {
    let (gateway, state, _) = start().await;
    let now = state.lock().unwrap().clock.now();
    let mut anothers = transaction("P00001", "SUCCESS");
    anothers["mchid"] = json!("1900000110");
    let mut anothers_app = transaction("P00001", "SUCCESS");
    anothers_app["appid"] = json!("wx0000000000000000");
    let mut floating = transaction("P00001", "SUCCESS");
    floating["amount"]["total"] = json!(100.1);
    let mut untold = transaction("P00001", "SUCCESS");
    untold.as_object_mut().unwrap().remove("transaction_id");
    let success = |plain: &Value| notification("TRANSACTION.SUCCESS", "transaction", plain);
    let unsealed = String::from_utf8(paid()).unwrap().replace("4de73afd28b6", "4de73afd28b7").into_bytes();
    let another_algorithm = String::from_utf8(paid()).unwrap().replace("AEAD_AES_256_GCM", "AEAD_SM4_GCM").into_bytes();
    for (body, expected) in [
        (success(&anothers), GatewayError::WrongMerchant),
        (success(&anothers_app), GatewayError::WrongMerchant),
        (success(&floating), GatewayError::Malformed("transaction")),
        (success(&untold), GatewayError::Malformed("transaction_id")),
        (success(&json!({})), GatewayError::Malformed("transaction")),
        (notification("PAYSCORE.USER_OPEN_SERVICE", "payscore", &json!({})), GatewayError::Malformed("event_type")),
        (
            notification("REFUND.SUCCESS", "refund", &transaction("P00001", "SUCCESS")),
            GatewayError::Malformed("refund"),
        ),
        (unsealed, GatewayError::BadSignature),
        (another_algorithm, GatewayError::Malformed("algorithm")),
        (b"no JSON".to_vec(), GatewayError::Malformed("notification")),
    ] {
        let read = gateway.read_notice(Delivery { headers: &signed(0, &body, now), body: &body }).await;
        assert_eq!(read, Err(expected), "{}", String::from_utf8_lossy(&body));
    }
}
