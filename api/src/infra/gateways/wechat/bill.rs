//! The trade bill of a day (交易账单).
//!
//! Where it is comes signed; the file itself is not, but its digest stood in that answer. Every cell begins with a
//! backtick, so that spreadsheets keep its digits; the last two lines are sums, and are compared.
//!
//! <https://pay.weixin.qq.com/docs/merchant/products/bill-download/format-trade.html>

use std::collections::HashMap;
use std::io::Read as _;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use chrono::NaiveDate;
use entities::values::Money;
use flate2::read::GzDecoder;
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION};

use super::super::amount::{fee_of_yuan, fen_of_yuan};
use super::super::wire::BILL_MAX;
use super::super::{Bill, BillKind, BillRow, GatewayError, beijing};
use super::WechatPay;
use super::messages::{BillPlace, read};

impl WechatPay {
    /// Downloads and reads a day's bill.
    pub(super) async fn trade_bill(&self, day: NaiveDate) -> Result<Bill, GatewayError> {
        let target = format!("/v3/bill/tradebill?bill_date={day}&bill_type=ALL&tar_type=GZIP");
        let answer = match self.ask(Method::GET, &target, None).await {
            Err(GatewayError::Refused { code, .. }) if code == "NO_STATEMENT_EXIST" => {
                return Err(GatewayError::NoBill);
            }
            // It comes: a day that is still being added up is no empty one.
            Err(GatewayError::Refused { code, .. }) if code == "STATEMENT_CREATING" => {
                return Err(GatewayError::Unavailable { sent: false });
            }
            answer => answer?,
        };
        let place: BillPlace = read(&answer.body, "bill")?;
        if place.hash_type != "SHA1" {
            return Err(GatewayError::Malformed("hash_type"));
        }
        // The request is signed as this merchant: it goes to WeChat Pay and nowhere else.
        let target = place.download_url.strip_prefix(&self.merchant.url).filter(|target| target.starts_with('/'));
        let target = target.ok_or(GatewayError::Malformed("download_url"))?;
        let authorization = self.authorization("GET", target, "")?;
        let request = self.wire.request(Method::GET, &place.download_url).header(AUTHORIZATION, authorization);
        let file = self.wire.download(request.header(ACCEPT, "application/json")).await?;
        if !file.ok() {
            return Err(super::calls::failure(&file));
        }
        let text = unpack(&file.body)?;
        if !hex::encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &text)).eq_ignore_ascii_case(&place.hash_value) {
            return Err(GatewayError::BadSignature);
        }
        rows(&text, &self.merchant.mchid)
    }
}

/// Unpacks gzip; what is not packed stays as it is.
fn unpack(body: &[u8]) -> Result<Vec<u8>, GatewayError> {
    if !body.starts_with(&[0x1f, 0x8b]) {
        return Ok(body.to_vec());
    }
    let mut text = Vec::new();
    let most = u64::try_from(BILL_MAX).unwrap_or(u64::MAX);
    GzDecoder::new(body).take(most + 1).read_to_end(&mut text).map_err(|_| GatewayError::Malformed("gzip"))?;
    if text.len() > BILL_MAX { Err(GatewayError::Malformed("bill too long")) } else { Ok(text) }
}

/// Reads the file: a header, a line for each payment and refund, a header of sums, the sums.
fn rows(text: &[u8], mchid: &str) -> Result<Bill, GatewayError> {
    let wrong = GatewayError::Malformed("bill");
    let text = std::str::from_utf8(text).map_err(|_| wrong.clone())?;
    let mut lines = text.trim_start_matches('\u{feff}').lines().filter(|line| !line.trim().is_empty());
    let places: HashMap<&str, usize> =
        lines.next().ok_or(wrong.clone())?.split(',').enumerate().map(|(at, name)| (name.trim(), at)).collect();
    let mut rows = Vec::new();
    let sums = loop {
        // Without its sums the file is not whole.
        let line = lines.next().ok_or(wrong.clone())?;
        let Some(cells) = line.strip_prefix('`') else { break line };
        rows.push(row(&places, &cells.split(",`").collect::<Vec<_>>(), mchid)?);
    };
    let places: HashMap<&str, usize> = sums.split(',').enumerate().map(|(at, name)| (name.trim(), at)).collect();
    let cells: Vec<&str> =
        lines.next().and_then(|line| line.strip_prefix('`')).ok_or(wrong.clone())?.split(",`").collect();
    let cell = |name: &str| places.get(name).and_then(|at| cells.get(*at)).map(|cell| cell.trim());
    let sum = |kind| Money::sum(rows.iter().filter(|row: &&BillRow| row.kind == kind).map(|row| row.amount));
    let told = |name| cell(name).and_then(fen_of_yuan);
    if cell("总交易单数").and_then(|count| count.parse().ok()) != Some(rows.len())
        || told("订单总金额") != sum(BillKind::Payment)
        || told("申请退款总金额") != sum(BillKind::Refund)
    {
        return Err(GatewayError::Malformed("sums of the bill"));
    }
    Ok(Bill { rows })
}

fn row(places: &HashMap<&str, usize>, cells: &[&str], mchid: &str) -> Result<BillRow, GatewayError> {
    let wrong = GatewayError::Malformed("bill");
    let cell = |name: &str| places.get(name).and_then(|at| cells.get(*at)).map(|cell| cell.trim()).ok_or(wrong.clone());
    if cell("商户号")? != mchid {
        return Err(GatewayError::WrongMerchant);
    }
    let some = |text: &str| (!text.is_empty() && text != "0").then(|| text.to_owned());
    let money = |name| fen_of_yuan(cell(name)?).filter(|amount| *amount >= Money::ZERO).ok_or(wrong.clone());
    let (kind, amount, state) = match cell("交易状态")? {
        "SUCCESS" => (BillKind::Payment, money("订单金额")?, "SUCCESS"),
        "REFUND" | "REVOKED" => (BillKind::Refund, money("申请退款金额")?, cell("退款状态")?),
        _ => return Err(wrong.clone()),
    };
    Ok(BillRow {
        kind,
        order: cell("商户订单号")?.to_owned(),
        gateway_id: cell("微信订单号")?.to_owned(),
        refund: some(cell("商户退款单号")?),
        gateway_refund_id: some(cell("微信退款单号")?),
        amount,
        fee: fee_of_yuan(cell("手续费")?).ok_or(wrong.clone())?,
        state: state.to_owned(),
        at: beijing::read_plain(cell("交易时间")?).ok_or(wrong.clone())?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::Fee;
    use super::*;

    const HEAD: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
    const PAID: &str = "`2019-06-11 17:07:11,`wx8,`1900000109,`0,`,`4200000925,`P0001,`ofya,`JSAPI,`SUCCESS,`OTHERS,`CNY,`100.10,`0.00,`0,`0,`0.00,`0.00,`,`,`物业费, 3月,`,`0.60060,`0.60%,`100.10,`0.00,`";
    const BACK: &str = "`2019-06-11 18:00:00,`wx8,`1900000109,`0,`,`4200000925,`P0001,`ofya,`JSAPI,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`5030,`R0001,`40.00,`0.00,`ORIGINAL,`SUCCESS,`物业费, 3月,`,`-0.24000,`0.60%,`0.00,`40.00,`";
    const SUMS: &str = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";

    fn file(lines: &[&str]) -> Vec<u8> {
        format!("\u{feff}{}\r\n", lines.join("\r\n")).into_bytes()
    }

    #[test]
    fn a_bill_is_read() {
        let text = file(&[HEAD, PAID, BACK, SUMS, "`2,`100.10,`40.00,`0.00,`0.36060,`100.10,`40.00"]);
        let bill = rows(&text, "1900000109").expect("reads");
        let [paid, back] = bill.rows.as_slice() else { panic!("{} rows", bill.rows.len()) };
        assert_eq!((paid.kind, paid.amount, paid.fee), (BillKind::Payment, Money(10_010), Fee(60_060)));
        assert_eq!((paid.order.as_str(), paid.gateway_id.as_str(), &paid.refund), ("P0001", "4200000925", &None));
        assert_eq!(paid.at, beijing::read_plain("2019-06-11 17:07:11").expect("a time"));
        assert_eq!((back.kind, back.amount, back.fee), (BillKind::Refund, Money(4_000), Fee(-24_000)));
        assert_eq!((back.refund.as_deref(), back.gateway_refund_id.as_deref()), (Some("R0001"), Some("5030")));
        assert_eq!(back.state, "SUCCESS");
    }

    #[test]
    fn what_is_cut_short_altered_or_anothers_is_refused() {
        let sums = "`1,`100.10,`0.00,`0.00,`0.60060,`100.10,`0.00";
        let whole = file(&[HEAD, PAID, SUMS, sums]);
        assert!(rows(&whole, "1900000109").is_ok());
        assert_eq!(rows(&whole, "1900000110"), Err(GatewayError::WrongMerchant));
        for lines in [
            vec![HEAD, PAID],
            vec![HEAD, PAID, SUMS],
            vec![HEAD, SUMS, sums],
            vec![HEAD, PAID, PAID, SUMS, sums],
            vec![HEAD, PAID, SUMS, "`1,`100.10,`0.00,`0.00,`0.60060,`100.11,`0.00"],
            vec![],
        ] {
            assert!(matches!(rows(&file(&lines), "1900000109"), Err(GatewayError::Malformed(_))), "{lines:?}");
        }
        let empty = file(&[HEAD, SUMS, "`0,`0.00,`0.00,`0.00,`0.00000,`0.00,`0.00"]);
        assert_eq!(rows(&empty, "1900000109"), Ok(Bill::default()));
    }
}
