//! Alipay: requests, answers, notifications and bills.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use api::infra::gateways::alipay::{Alipay, AlipayMerchant};
use api::infra::gateways::{
    BillKind, Channel, Closing, Delivery, Event, Gateway as _, GatewayError, OrderState, PayWith, RefundState,
};
use axum::http::HeaderMap;
use chrono::NaiveDate;
use encoding_rs::GBK;
use entities::values::Money;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::alipay_server::{APP_ID, SELLER, answers, check, decode, merchant, start};
use super::shared::{impatient, jsapi, number, order, refund, refund_number, sign};

const TRADE: &str = r#"{"code":"10000","msg":"Success","out_trade_no":"P00001","trade_no":"2013112011001004330000121536","trade_status":"TRADE_SUCCESS","total_amount":"100.10","send_pay_date":"2014-11-27 15:45:57","note":"a\/b {\"}\" 物业"}"#;

#[tokio::test]
async fn an_order_is_opened_for_each_channel() {
    let (gateway, state, _) = start().await;
    let PayWith::OrderString { text } = gateway.create(&order("P00001", 10_010, Channel::App)).await.unwrap() else {
        panic!()
    };
    let params = decode(&text);
    assert!(check(&params));
    assert_eq!(
        (params["method"].as_str(), params["notify_url"].as_str()),
        ("alipay.trade.app.pay", "https://linli.example/pay/notify/m1")
    );
    let content: serde_json::Value = serde_json::from_str(&params["biz_content"]).unwrap();
    assert_eq!((&content["total_amount"], &content["product_code"]), (&json!("100.10"), &json!("QUICK_MSECURITY_PAY")));
    answers(
        &state,
        "alipay.trade.precreate",
        r#"{"code":"10000","msg":"Success","out_trade_no":"P00002","qr_code":"https:\/\/qr.alipay.com\/bavh4wjlxf12tper3a"}"#,
    );
    let code = gateway.create(&order("P00002", 1, Channel::Code)).await.unwrap();
    assert_eq!(code, PayWith::Code { url: "https://qr.alipay.com/bavh4wjlxf12tper3a".to_owned() });
    assert_eq!(gateway.create(&order("P00003", 1, Channel::Code)).await, Err(GatewayError::Malformed("out_trade_no")));
    assert_eq!(gateway.create(&order("P00003", 1, jsapi())).await, Err(GatewayError::Unsupported("jsapi")));
    let (_, params, content) = &state.lock().unwrap().asked[0];
    assert_eq!(
        (params["sign_type"].as_str(), params["charset"].as_str(), params["version"].as_str()),
        ("RSA2", "utf-8", "1.0")
    );
    assert_eq!((&content["subject"], &content["total_amount"]), (&json!("翠园 3 月物业费 & 水费"), &json!("0.01")));
}

#[tokio::test]
async fn an_order_is_queried_closed_and_given_back() {
    let (gateway, state, _) = start().await;
    assert_eq!(gateway.query(&number("P00001")).await.unwrap().state, OrderState::Unknown);
    for (from, to, expected) in [
        ("", "", OrderState::Paid),
        ("TRADE_SUCCESS", "TRADE_FINISHED", OrderState::Paid),
        ("TRADE_SUCCESS", "WAIT_BUYER_PAY", OrderState::Open),
        ("TRADE_SUCCESS", "TRADE_CLOSED", OrderState::Refunded),
        (
            r#"SUCCESS","total_amount":"100.10","send_pay_date":"2014-11-27 15:45:57""#,
            r#"CLOSED","total_amount":"100.10""#,
            OrderState::Closed,
        ),
    ] {
        answers(&state, "alipay.trade.query", &TRADE.replace(from, to));
        let found = gateway.query(&number("P00001")).await.unwrap();
        assert_eq!((found.state, found.amount), (expected, Some(Money(10_010))), "{to}");
    }
    assert_eq!(gateway.query(&number("P00002")).await, Err(GatewayError::Malformed("out_trade_no")));

    assert_eq!(gateway.close(&number("P00001")).await, Ok(Closing::Unknown));
    answers(&state, "alipay.trade.close", r#"{"code":"10000","msg":"Success","trade_no":"1","out_trade_no":"P00001"}"#);
    assert_eq!(gateway.close(&number("P00001")).await, Ok(Closing::Closed));
    answers(
        &state,
        "alipay.trade.close",
        r#"{"code":"40004","msg":"Business Failed","sub_code":"ACQ.REASON_TRADE_STATUS_INVALID","sub_msg":"交易状态异常"}"#,
    );
    assert_eq!(gateway.close(&number("P00001")).await, Ok(Closing::Closed));
    answers(&state, "alipay.trade.query", TRADE);
    assert_eq!(gateway.close(&number("P00001")).await, Ok(Closing::Paid));

    let back = refund("P00001", "R00001", 580, 10_010);
    answers(
        &state,
        "alipay.trade.refund",
        r#"{"code":"10000","msg":"Success","trade_no":"1","out_trade_no":"P00001","fund_change":"Y","refund_fee":"9.80"}"#,
    );
    let made = gateway.refund(&back).await.unwrap();
    assert_eq!((made.state, made.amount), (RefundState::Settled, Some(Money(580))));
    assert_eq!(state.lock().unwrap().asked.last().unwrap().2["refund_amount"], "5.80");
    answers(
        &state,
        "alipay.trade.refund",
        r#"{"code":"10000","msg":"Success","trade_no":"1","out_trade_no":"P00001","fund_change":"N","refund_fee":"9.80"}"#,
    );
    assert_eq!(gateway.refund(&back).await.unwrap().state, RefundState::Pending);

    let query = async || gateway.query_refund(&number("P00001"), &refund_number("R00001")).await;
    assert_eq!(query().await.unwrap().state, RefundState::Unknown);
    let found = "alipay.trade.fastpay.refund.query";
    answers(&state, found, r#"{"code":"10000","msg":"Success"}"#);
    assert_eq!(query().await.unwrap().state, RefundState::Unknown);
    answers(
        &state,
        found,
        r#"{"code":"10000","msg":"Success","out_request_no":"R00001","refund_amount":5.80,"refund_status":"REFUND_SUCCESS","gmt_refund_pay":"2014-11-27 15:45:57"}"#,
    );
    let status = query().await.unwrap();
    assert_eq!((status.state, status.amount), (RefundState::Settled, Some(Money(580))));
    assert_eq!(status.settled_at.unwrap().to_rfc3339(), "2014-11-27T07:45:57+00:00");
}

/// What somebody on the way does to an answer.
type Harm = fn(String) -> String;

#[tokio::test]
async fn an_answer_that_is_not_theirs_is_not_believed() {
    let (gateway, state, url) = start().await;
    let query = async || gateway.query(&number("P00001")).await;
    answers(&state, "alipay.trade.query", TRADE);
    let harms: [(Harm, GatewayError); 5] = [
        (|whole| whole.replace("100.10", "100.11"), GatewayError::BadSignature),
        (|whole| whole.replace("a\\/b", "a/b"), GatewayError::BadSignature),
        (|whole| whole.replace("\"sign\"", "\"sign_\""), GatewayError::BadSignature),
        (
            |whole| whole.replace("alipay_trade_query_response", "alipay_trade_pay_response"),
            GatewayError::Malformed("answer"),
        ),
        (|_| "<html>".to_owned(), GatewayError::Malformed("answer")),
    ];
    for (harm, expected) in harms {
        state.lock().unwrap().harm = harm;
        assert_eq!(query().await, Err(expected));
    }
    state.lock().unwrap().harm = |whole| whole;
    answers(
        &state,
        "alipay.trade.query",
        r#"{"code":"20000","msg":"Service Currently Unavailable","sub_code":"isp.unknow-error"}"#,
    );
    assert_eq!(query().await, Err(GatewayError::Unavailable { sent: true }));
    answers(&state, "alipay.trade.query", r#"{"code":"40004","msg":"Business Failed","sub_code":"ACQ.SYSTEM_ERROR"}"#);
    assert_eq!(query().await, Err(GatewayError::Unavailable { sent: true }));
    state.lock().unwrap().status = 502;
    assert_eq!(query().await, Err(GatewayError::Unavailable { sent: true }));
    state.lock().unwrap().status = 200;

    // Without a signature it may say that the request was wrong, but nothing of an order.
    let clock = state.lock().unwrap().clock.clone();
    let stranger = AlipayMerchant { app_id: "2014072300007149".to_owned(), ..merchant(&url) };
    let stranger = Alipay::new(stranger, clock, impatient()).unwrap();
    assert!(
        matches!(stranger.query(&number("P00001")).await, Err(GatewayError::Refused { code, .. }) if code == "isv.invalid-signature")
    );
    answers(
        &state,
        "alipay.trade.query",
        r#"{"code":"40004","msg":"Business Failed","sub_code":"ACQ.TRADE_NOT_EXIST"}"#,
    );
    assert_eq!(query().await.unwrap().state, OrderState::Unknown);
    state.lock().unwrap().harm = |whole| whole.replace("\"sign\"", "\"sign_\"");
    assert_eq!(query().await, Err(GatewayError::BadSignature));
}

/// A notification as Alipay signs it, in its charset.
fn notification(change: &[(&'static str, &'static str)], gbk: bool) -> Vec<u8> {
    let mut params: BTreeMap<&str, &str> = BTreeMap::from([
        ("app_id", APP_ID),
        ("seller_id", SELLER),
        ("notify_id", "ac05099524730693a8b330c5ecf72da978"),
        ("charset", "utf-8"),
        ("notify_time", "2026-03-20 10:48:46"),
        ("notify_type", "trade_status_sync"),
        ("out_trade_no", "P00001"),
        ("trade_no", "2026032022001421591406846538"),
        ("trade_status", "TRADE_SUCCESS"),
        ("total_amount", "100.10"),
        ("gmt_payment", "2026-03-20 10:48:45"),
        ("subject", "物业费 & 100%"),
        ("body", ""),
        ("version", "1.0"),
        ("fund_bill_list", r#"[{"amount":"100.10","fundChannel":"ALIPAYACCOUNT"}]"#),
    ]);
    params.extend(change.iter().copied());
    params.retain(|_, value| *value != "-");
    let bytes = |text: &str| if gbk { GBK.encode(text).0.into_owned() } else { text.as_bytes().to_vec() };
    let signed: Vec<Vec<u8>> =
        params.iter().map(|(name, value)| [name.as_bytes(), b"=", &bytes(value)].concat()).collect();
    let signature = sign("alipay.key.pem", &signed.join(&b'&'));
    params.extend([("sign", signature.as_str()), ("sign_type", "RSA2")]);
    let sent: Vec<String> = params
        .iter()
        .map(|(name, value)| format!("{name}={}", percent_encode(&bytes(value), NON_ALPHANUMERIC)))
        .collect();
    sent.join("&").replace("%20", "+").into_bytes()
}

#[tokio::test]
async fn a_payment_and_a_refund_are_told() {
    let (gateway, _, _) = start().await;
    let headers = HeaderMap::new();
    for gbk in [false, true] {
        let body = notification(if gbk { &[("charset", "GBK")] } else { &[] }, gbk);
        let notice = gateway.read_notice(Delivery { headers: &headers, body: &body }).await.unwrap();
        assert_eq!(
            (notice.id.as_str(), notice.order.as_str(), notice.merchant.as_str()),
            ("ac05099524730693a8b330c5ecf72da978", "P00001", APP_ID)
        );
        let Event::Paid { gateway_id, amount, paid_at } = notice.event else { panic!("{:?}", notice.event) };
        assert_eq!((gateway_id.as_str(), amount), ("2026032022001421591406846538", Money(10_010)));
        assert_eq!(paid_at.to_rfc3339(), "2026-03-20T02:48:45+00:00");
    }
    let back = [("refund_fee", "9.80"), ("gmt_refund", "2026-03-21 09:00:00.123"), ("out_biz_no", "R00001")];
    let body = notification(&back, false);
    let notice = gateway.read_notice(Delivery { headers: &headers, body: &body }).await.unwrap();
    let Event::Refund { refund, amount, refunded_in_all, state, .. } = notice.event else {
        panic!("{:?}", notice.event)
    };
    assert_eq!(
        (refund.as_str(), amount, refunded_in_all, state),
        ("R00001", None, Some(Money(980)), RefundState::Settled)
    );
    let body = notification(&[("trade_status", "TRADE_CLOSED")], false);
    let notice = gateway.read_notice(Delivery { headers: &headers, body: &body }).await.unwrap();
    assert_eq!(notice.event, Event::Moved { state: OrderState::Closed });
    assert_eq!((gateway.reply(true).body, gateway.reply(false).body), ("success", "failure"));
}

#[tokio::test]
async fn what_is_forged_altered_or_anothers_is_refused() {
    let (gateway, _, _) = start().await;
    let headers = HeaderMap::new();
    let read = async |body: &[u8]| gateway.read_notice(Delivery { headers: &headers, body }).await.map(|_| ());
    let good = String::from_utf8(notification(&[], false)).unwrap();
    assert_eq!(read(good.as_bytes()).await, Ok(()));
    for (altered, expected) in [
        (good.replace("total_amount=100%2E10", "total_amount=900%2E10"), GatewayError::BadSignature),
        (format!("{good}&extra=1"), GatewayError::BadSignature),
        (good.replace("sign_type=RSA2", "sign_type=RSA"), GatewayError::BadSignature),
        (good.replace("sign=", "sign=AAAA"), GatewayError::BadSignature),
        (good.replace("sign=", "sign_="), GatewayError::BadSignature),
        (format!("{good}&total_amount=1"), GatewayError::Malformed("form")),
        ("rubbish".to_owned(), GatewayError::Malformed("form")),
        (String::new(), GatewayError::BadSignature),
    ] {
        assert_ne!(altered, good);
        assert_eq!(read(altered.as_bytes()).await, Err(expected), "{altered}");
    }
    for (change, expected) in [
        (("app_id", "2014072300007149"), GatewayError::WrongMerchant),
        (("seller_id", "2088000000000000"), GatewayError::WrongMerchant),
        (("seller_id", "-"), GatewayError::WrongMerchant),
        (("total_amount", "100.105"), GatewayError::Malformed("total_amount")),
        (("out_trade_no", "../../x"), GatewayError::Malformed("out_trade_no")),
        (("trade_status", "ODD"), GatewayError::Malformed("trade_status")),
        (("notify_id", "-"), GatewayError::Malformed("notify_id")),
        (("gmt_payment", "soon"), GatewayError::Malformed("gmt_payment")),
    ] {
        assert_eq!(read(&notification(&[change], false)).await, Err(expected), "{change:?}");
    }
}

#[tokio::test]
async fn a_day_has_its_bill() {
    const HEAD: &str = "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,对方账户,订单金额（元）,商家实收（元）,退款批次号/请求号,服务费（元）,备注";
    let (gateway, state, url) = start().await;
    let day = NaiveDate::from_ymd_opt(2026, 10, 3).unwrap();
    let method = "alipay.data.dataservice.bill.downloadurl.query";
    let details = format!(
        "#支付宝业务明细查询\r\n#账号：[20880000000000000156]\r\n{HEAD}\r\n2026100322001\t,P00001\t,交易,物业费,2026-10-03 10:00:00,2026-10-03 10:00:30,b***@e.com,35.80,35.80,,-0.12,\r\n#业务明细列表结束\r\n"
    );
    let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("20880_20261003_业务明细(汇总).csv", "#支付宝业务汇总查询\r\n门店编号,门店名称\r\n"),
        ("20880_20261003_业务明细.csv", details.as_str()),
    ] {
        packed.start_file(name, SimpleFileOptions::default()).unwrap();
        packed.write_all(&GBK.encode(text).0).unwrap();
    }
    state.lock().unwrap().bill = packed.finish().unwrap().into_inner();
    let place = |url: &str| format!(r#"{{"code":"10000","msg":"Success","bill_download_url":"{url}"}}"#);
    answers(&state, method, &place(&format!("{url}/bill.zip?x=1")));
    let bill = gateway.bill(day).await.unwrap();
    assert_eq!(bill.rows.len(), 1);
    assert_eq!(
        (bill.rows[0].kind, bill.rows[0].amount, bill.rows[0].order.as_str()),
        (BillKind::Payment, Money(3_580), "P00001")
    );
    assert_eq!(state.lock().unwrap().asked[0].2, json!({ "bill_type": "trade", "bill_date": "2026-10-03" }));
    for elsewhere in ["http://169.254.169.254/x", "https://example.com/alipay.com", "file:///etc/passwd", "rubbish"] {
        answers(&state, method, &place(elsewhere));
        assert_eq!(gateway.bill(day).await, Err(GatewayError::Malformed("bill_download_url")), "{elsewhere}");
    }
    answers(
        &state,
        method,
        r#"{"code":"40004","msg":"Business Failed","sub_code":"isp.bill_not_exist","sub_msg":"账单不存在"}"#,
    );
    assert_eq!(gateway.bill(day).await, Err(GatewayError::NoBill));
}
