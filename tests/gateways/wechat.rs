//! WeChat Pay: requests and answers.

use api::infra::gateways::wechat::{WechatMerchant, WechatPay};
use api::infra::gateways::{
    BillKind, Channel, Closing, Gateway as _, GatewayError, OrderState, PayWith, RefundState, Secret,
};
use chrono::NaiveDate;
use entities::values::Money;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::io::Write as _;

use super::shared::{file, impatient, jsapi, number, order, refund, refund_number, verifies};
use super::wechat_server::{APP_ID, Harm, MCHID, PUBLIC_KEY_ID, answers, merchant, start, transaction};

const QUERY: &str = "GET /v3/pay/transactions/out-trade-no/P00001";

#[tokio::test]
async fn an_order_is_opened_for_each_channel() {
    let (gateway, state, _) = start().await;
    let prepaid = json!({ "prepay_id": "wx201410272009395522657a690389285100" });
    answers(&state, "POST /v3/pay/transactions/jsapi", 200, &prepaid);
    answers(&state, "POST /v3/pay/transactions/app", 200, &prepaid);
    answers(
        &state,
        "POST /v3/pay/transactions/native",
        200,
        &json!({ "code_url": "weixin://wxpay/bizpayurl?pr=JyC91EIz1" }),
    );

    let PayWith::Jsapi(pay) = gateway.create(&order("P00001", 10_010, jsapi())).await.unwrap() else { panic!() };
    assert_eq!((pay.app_id.as_str(), pay.sign_type.as_str()), (APP_ID, "RSA"));
    assert_eq!(pay.package, "prepay_id=wx201410272009395522657a690389285100");
    let text = format!("{}\n{}\n{}\n{}\n", pay.app_id, pay.time_stamp, pay.nonce_str, pay.package);
    assert!(verifies("merchant.pub.pem", text.as_bytes(), &pay.pay_sign));
    let PayWith::App(pay) = gateway.create(&order("P00002", 1, Channel::App)).await.unwrap() else { panic!() };
    assert_eq!(
        (pay.app_id.as_str(), pay.partner_id.as_str(), pay.package.as_str()),
        ("wx8888888888888888", MCHID, "Sign=WXPay")
    );
    let text = format!("{}\n{}\n{}\n{}\n", pay.app_id, pay.time_stamp, pay.nonce_str, pay.prepay_id);
    assert!(verifies("merchant.pub.pem", text.as_bytes(), &pay.sign));
    let code = gateway.create(&order("P00003", 1, Channel::Code)).await.unwrap();
    assert_eq!(code, PayWith::Code { url: "weixin://wxpay/bizpayurl?pr=JyC91EIz1".to_owned() });
    assert_eq!(gateway.create(&order("P00004", 1, Channel::Page)).await, Err(GatewayError::Unsupported("page")));
    let mut dollars = order("P00004", 1, jsapi());
    dollars.currency = "USD".to_owned();
    assert_eq!(gateway.create(&dollars).await, Err(GatewayError::Unsupported("currency")));
    assert_eq!(gateway.create(&order("P00004", 0, jsapi())).await, Err(GatewayError::Unsupported("amount")));

    let state = state.lock().unwrap();
    assert_eq!((state.asked.len(), state.downloads), (3, 1));
    let body = &state.asked[0].1;
    let expires = (support::start_of_time() + chrono::Duration::minutes(15)).timestamp();
    let told = chrono::DateTime::parse_from_rfc3339(body["time_expire"].as_str().unwrap()).unwrap();
    assert_eq!((told.timestamp(), told.offset().local_minus_utc()), (expires, 28_800));
    assert_eq!(body["amount"], json!({ "total": 10_010, "currency": "CNY" }));
    assert_eq!(body["payer"], json!({ "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o" }));
    assert_eq!(
        (&body["appid"], &body["mchid"], &body["out_trade_no"]),
        (&json!(APP_ID), &json!(MCHID), &json!("P00001"))
    );
}

#[tokio::test]
async fn an_order_is_queried_and_closed() {
    let (gateway, state, _) = start().await;
    let query = async |expected: OrderState| {
        let found = gateway.query(&number("P00001")).await.unwrap();
        assert_eq!(found.state, expected);
        found
    };
    query(OrderState::Unknown).await;
    for (told, expected) in [
        ("NOTPAY", OrderState::Open),
        ("USERPAYING", OrderState::Open),
        ("REFUND", OrderState::Refunded),
        ("CLOSED", OrderState::Closed),
        ("REVOKED", OrderState::Closed),
        ("PAYERROR", OrderState::Failed),
        ("SUCCESS", OrderState::Paid),
    ] {
        answers(&state, QUERY, 200, &transaction("P00001", told));
        query(expected).await;
    }
    let paid = query(OrderState::Paid).await;
    assert_eq!((paid.amount, paid.gateway_id.as_deref()), (Some(Money(10_010)), Some("1217752501201407033233368018")));
    assert_eq!(paid.paid_at.unwrap().to_rfc3339(), "2018-06-08T02:34:56+00:00");

    let refusals = [
        ("mchid", json!("1900000110"), GatewayError::WrongMerchant),
        ("appid", json!("wx0000000000000000"), GatewayError::WrongMerchant),
        ("out_trade_no", json!("P00002"), GatewayError::Malformed("out_trade_no")),
        ("trade_state", json!("ODD"), GatewayError::Malformed("trade_state")),
        ("amount", json!({ "total": 1.5 }), GatewayError::Malformed("transaction")),
        ("amount", json!({ "total": -1 }), GatewayError::Malformed("amount")),
        ("amount", json!({ "total": 1, "currency": "USD" }), GatewayError::Unsupported("currency")),
    ];
    for (name, value, expected) in refusals {
        let mut told = transaction("P00001", "SUCCESS");
        told[name] = value;
        answers(&state, QUERY, 200, &told);
        assert_eq!(gateway.query(&number("P00001")).await, Err(expected), "{name}");
    }

    let path = "POST /v3/pay/transactions/out-trade-no/P00001/close";
    assert_eq!(gateway.close(&number("P00001")).await, Ok(Closing::Unknown));
    answers(&state, path, 204, &Value::Null);
    assert_eq!(gateway.close(&number("P00001")).await, Ok(Closing::Closed));
    for (status, code, expected) in [
        (400, "ORDER_CLOSED", Closing::Closed),
        (400, "ORDERPAID", Closing::Paid),
        (202, "USER_PAYING", Closing::Paying),
    ] {
        answers(&state, path, status, &json!({ "code": code, "message": "…" }));
        assert_eq!(gateway.close(&number("P00001")).await, Ok(expected), "{code}");
    }
    assert_eq!(state.lock().unwrap().asked.last().unwrap().1, json!({ "mchid": MCHID }));
}

#[tokio::test]
async fn money_is_given_back() {
    let (gateway, state, _) = start().await;
    let mut made = json!({
        "refund_id": "50000000382019052709732678859", "out_refund_no": "R00001", "out_trade_no": "P00001",
        "transaction_id": "1217752501201407033233368018", "channel": "ORIGINAL", "status": "PROCESSING",
        "create_time": "2020-12-01T16:18:12+08:00", "amount": { "total": 10_010, "refund": 4_000, "currency": "CNY" },
    });
    answers(&state, "POST /v3/refund/domestic/refunds", 200, &made);
    let status = gateway.refund(&refund("P00001", "R00001", 4_000, 10_010)).await.unwrap();
    assert_eq!((status.state, status.amount, status.settled_at), (RefundState::Pending, Some(Money(4_000)), None));
    assert_eq!(
        gateway.refund(&refund("P00001", "R00002", 1, 10_010)).await,
        Err(GatewayError::Malformed("out_refund_no"))
    );
    assert_eq!(
        gateway.refund(&refund("P00001", "R00001", 10_011, 10_010)).await,
        Err(GatewayError::Unsupported("amount"))
    );

    let query = async || gateway.query_refund(&number("P00001"), &refund_number("R00001")).await;
    let path = "GET /v3/refund/domestic/refunds/R00001";
    for (told, expected) in
        [("SUCCESS", RefundState::Settled), ("CLOSED", RefundState::Failed), ("ABNORMAL", RefundState::Failed)]
    {
        made["status"] = json!(told);
        made["success_time"] = json!("2020-12-01T16:18:12+08:00");
        answers(&state, path, 200, &made);
        assert_eq!(query().await.unwrap().state, expected, "{told}");
    }
    answers(&state, path, 404, &json!({ "code": "RESOURCE_NOT_EXISTS", "message": "退款单不存在" }));
    assert_eq!(query().await.unwrap().state, RefundState::Unknown);
}

#[tokio::test]
async fn an_answer_that_is_not_theirs_is_not_believed() {
    let (gateway, state, _) = start().await;
    answers(&state, QUERY, 200, &transaction("P00001", "SUCCESS"));
    assert!(gateway.query(&number("P00001")).await.is_ok());
    state.lock().unwrap().listed = vec![0, 1];
    for (harm, expected) in [
        (Harm::Altered, GatewayError::BadSignature),
        (Harm::Unsigned, GatewayError::BadSignature),
        (Harm::Stale, GatewayError::Stale),
    ] {
        state.lock().unwrap().harm = harm;
        assert_eq!(gateway.query(&number("P00001")).await, Err(expected), "{harm:?}");
    }
    // A refusal without a signature decides nothing good: it stays a refusal.
    state.lock().unwrap().harm = Harm::Unsigned;
    answers(&state, QUERY, 403, &json!({ "code": "NO_AUTH", "message": "商户无权限" }));
    assert!(
        matches!(gateway.query(&number("P00001")).await, Err(GatewayError::Refused { code, .. }) if code == "NO_AUTH")
    );
    state.lock().unwrap().harm = Harm::Altered;
    assert_eq!(gateway.query(&number("P00001")).await, Err(GatewayError::BadSignature));
}

#[tokio::test]
async fn platform_certificates_change_and_are_not_asked_for_in_vain() {
    let (gateway, state, _) = start().await;
    answers(&state, QUERY, 200, &transaction("P00001", "SUCCESS"));
    let (clock, query) = (state.lock().unwrap().clock.clone(), async || gateway.query(&number("P00001")).await);
    assert!(query().await.is_ok());
    // The next certificate signs before it is listed: it stays unknown, and asking stops for a while.
    state.lock().unwrap().signer = 1;
    clock.advance(chrono::Duration::seconds(10));
    for _ in 0..3 {
        assert!(matches!(query().await, Err(GatewayError::UnknownSerial(_))));
    }
    assert_eq!(state.lock().unwrap().downloads, 2);
    state.lock().unwrap().listed = vec![0, 1];
    clock.advance(chrono::Duration::seconds(10));
    assert!(query().await.is_ok());
    state.lock().unwrap().signer = 0;
    assert!(query().await.is_ok());
    assert_eq!(state.lock().unwrap().downloads, 3);
    state.lock().unwrap().harm = Harm::AnotherKey;
    assert_eq!(query().await, Err(GatewayError::BadSignature));
}

#[tokio::test]
async fn a_public_key_needs_no_certificates() {
    let (_, state, url) = start().await;
    state.lock().unwrap().signer = 2;
    answers(&state, QUERY, 200, &transaction("P00001", "SUCCESS"));
    let given = WechatMerchant {
        public_key_id: PUBLIC_KEY_ID.to_owned(),
        public_key: file("platform_2.pub.pem"),
        ..merchant(&url)
    };
    let clock = state.lock().unwrap().clock.clone();
    let gateway = WechatPay::new(given.clone(), clock.clone(), impatient()).unwrap();
    assert!(gateway.query(&number("P00001")).await.is_ok());
    assert_eq!(state.lock().unwrap().downloads, 0);
    // While a merchant moves from certificates to the key, both sign.
    state.lock().unwrap().signer = 0;
    assert!(gateway.query(&number("P00001")).await.is_ok());
    assert_eq!(state.lock().unwrap().downloads, 1);
    let half = WechatMerchant { public_key: String::new(), ..given };
    assert_eq!(
        WechatPay::new(half, clock.clone(), impatient()).err(),
        Some(GatewayError::Credentials("public key and its id"))
    );
    let short = WechatMerchant { api_key: Secret::new("short"), ..merchant(&url) };
    assert_eq!(WechatPay::new(short, clock, impatient()).err(), Some(GatewayError::Credentials("API v3 key")));
    assert!(!format!("{:?}", merchant(&url)).contains("PRIVATE"));
}

#[tokio::test]
async fn a_busy_slow_or_missing_wechat_is_unavailable() {
    let (gateway, state, url) = start().await;
    for status in [429, 500, 502, 503] {
        answers(&state, QUERY, status, &json!({ "code": "SYSTEM_ERROR", "message": "…" }));
        assert_eq!(gateway.query(&number("P00001")).await, Err(GatewayError::Unavailable { sent: true }), "{status}");
    }
    assert_eq!(gateway.query(&number("HANG01")).await, Err(GatewayError::Unavailable { sent: true }));
    let gone = WechatMerchant { url: "http://127.0.0.1:9".to_owned(), ..merchant(&url) };
    let clock = state.lock().unwrap().clock.clone();
    let gone = WechatPay::new(gone, clock, impatient()).unwrap();
    assert_eq!(gone.query(&number("P00001")).await, Err(GatewayError::Unavailable { sent: false }));
    answers(&state, QUERY, 200, &json!({ "long": "x".repeat(300_000) }));
    assert_eq!(gateway.query(&number("P00001")).await, Err(GatewayError::Malformed("answer too long")));
}

const BILL: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\r
`2019-06-11 17:07:11,`wx8,`1900000109,`0,`,`4200000925,`P00001,`ofya,`JSAPI,`SUCCESS,`OTHERS,`CNY,`100.10,`0.00,`0,`0,`0.00,`0.00,`,`,`物业费,`,`0.60060,`0.60%,`100.10,`0.00,`\r
总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r
`1,`100.10,`0.00,`0.00,`0.60060,`100.10,`0.00\r
";

#[tokio::test]
async fn a_day_has_its_bill() {
    let (gateway, state, url) = start().await;
    let day = NaiveDate::from_ymd_opt(2019, 6, 11).unwrap();
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(BILL.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, BILL.as_bytes());
    let hash: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let place = |hash: &str, url: &str| json!({ "hash_type": "SHA1", "hash_value": hash, "download_url": format!("{url}/v3/billdownload/file?token=xx") });
    let tell = |status: u16, body: &Value| answers(&state, "GET /v3/bill/tradebill", status, body);
    for file in [packed, BILL.as_bytes().to_vec()] {
        state.lock().unwrap().bill = file;
        tell(200, &place(&hash, &url));
        let bill = gateway.bill(day).await.unwrap();
        assert_eq!(bill.rows.len(), 1);
        assert_eq!((bill.rows[0].kind, bill.rows[0].amount), (BillKind::Payment, Money(10_010)));
    }
    assert_eq!(
        state.lock().unwrap().asked[0].0,
        "GET /v3/bill/tradebill?bill_date=2019-06-11&bill_type=ALL&tar_type=GZIP"
    );
    tell(200, &place(&hash.replace(&hash[..2], "00"), &url));
    assert_eq!(gateway.bill(day).await, Err(GatewayError::BadSignature));
    // The signed request goes nowhere else, not even to a name that begins alike.
    for elsewhere in ["https://example.com", &format!("{url}.example.com")] {
        tell(200, &place(&hash, elsewhere));
        assert_eq!(gateway.bill(day).await, Err(GatewayError::Malformed("download_url")), "{elsewhere}");
    }
    tell(400, &json!({ "code": "NO_STATEMENT_EXIST", "message": "账单文件不存在" }));
    assert_eq!(gateway.bill(day).await, Err(GatewayError::NoBill));
}
