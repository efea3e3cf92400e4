//! The bill of a day (业务明细): a zip with two tables in GBK, of which the one with a line for each payment is read.
//!
//! <https://opendocs.alipay.com/open/028woc>

use std::collections::HashMap;
use std::io::{Cursor, Read as _};

use chrono::NaiveDate;
use encoding_rs::GBK;
use entities::values::Money;
use reqwest::Url;
use serde::Deserialize;
use serde_json::json;
use zip::ZipArchive;

use super::super::amount::{fee_of_yuan, fen_of_yuan};
use super::super::wire::BILL_MAX;
use super::super::{Bill, BillKind, BillRow, Fee, GatewayError, beijing};
use super::Alipay;

/// The first cell of the table's header.
const FIRST: &str = "支付宝交易号";
/// A column that the sums do not have.
const REQUEST: &str = "退款批次号/请求号";
/// Files in a bill's zip; there are two.
const FILES_MAX: usize = 16;

#[derive(Deserialize)]
struct Place {
    bill_download_url: String,
}

impl Alipay {
    /// Downloads and reads a day's bill.
    pub(super) async fn trade_bill(&self, day: NaiveDate) -> Result<Bill, GatewayError> {
        let content = json!({ "bill_type": "trade", "bill_date": day.to_string() });
        let place: Place = match self.ask("alipay.data.dataservice.bill.downloadurl.query", &content, None).await {
            Err(GatewayError::Refused { code, .. }) if code.to_ascii_lowercase().contains("bill_not_exist") => {
                return Err(GatewayError::NoBill);
            }
            place => place?,
        };
        let packed = self.fetch(self.place(&place.bill_download_url)?).await?;
        rows(&table(&packed)?)
    }

    /// Where the file is: at Alipay, over TLS, or where requests go anyway.
    fn place(&self, text: &str) -> Result<Url, GatewayError> {
        let wrong = || GatewayError::Malformed("bill_download_url");
        let mut url = Url::parse(text).map_err(|_| wrong())?;
        let own = Url::parse(&self.merchant.url).map_err(|_| GatewayError::Credentials("url"))?;
        if url.origin() == own.origin() {
            return Ok(url);
        }
        if !url.host_str().is_some_and(|host| host.ends_with(".alipay.com")) {
            return Err(wrong());
        }
        url.set_scheme("https").map_err(|()| wrong())?;
        Ok(url)
    }
}

/// The text of the table that has a line for each payment.
fn table(packed: &[u8]) -> Result<String, GatewayError> {
    let wrong = GatewayError::Malformed("zip");
    let mut archive = ZipArchive::new(Cursor::new(packed)).map_err(|_| wrong.clone())?;
    let mut left = u64::try_from(BILL_MAX).unwrap_or(u64::MAX);
    for at in 0..archive.len().min(FILES_MAX) {
        let mut bytes = Vec::new();
        let file = archive.by_index(at).map_err(|_| wrong.clone())?;
        file.take(left).read_to_end(&mut bytes).map_err(|_| wrong.clone())?;
        left = left.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if left == 0 {
            return Err(GatewayError::Malformed("bill too long"));
        }
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(bytes) => GBK.decode(bytes.as_bytes()).0.into_owned(),
        };
        if text.lines().any(|line| line.trim_start_matches('\u{feff}').starts_with(FIRST) && line.contains(REQUEST)) {
            return Ok(text);
        }
    }
    Err(wrong)
}

/// Reads the table: lines that begin with `#` are remarks, the first other one is the header.
fn rows(text: &str) -> Result<Bill, GatewayError> {
    let wrong = |_| GatewayError::Malformed("bill");
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .flexible(true)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let name = |name: &str| name.trim().replace('（', "(").replace('）', ")");
    let places: HashMap<String, usize> =
        reader.headers().map_err(wrong)?.iter().enumerate().map(|(at, cell)| (name(cell), at)).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(wrong)?;
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            rows.push(row(&places, &record)?);
        }
    }
    Ok(Bill { rows })
}

fn row(places: &HashMap<String, usize>, record: &csv::StringRecord) -> Result<BillRow, GatewayError> {
    let wrong = GatewayError::Malformed("bill");
    let cell = |name: &str| places.get(name).and_then(|at| record.get(*at)).map(str::trim).ok_or(wrong.clone());
    let amount = fen_of_yuan(cell("订单金额(元)")?).ok_or(wrong.clone())?;
    let state = cell("业务类型")?;
    // What went back is negative, and so is the fee of what came in.
    let (kind, amount) = match state {
        "交易" => (BillKind::Payment, Some(amount)),
        "退款" => (BillKind::Refund, amount.0.checked_neg().map(Money)),
        _ => return Err(wrong),
    };
    let amount = amount.filter(|amount| *amount >= Money::ZERO).ok_or(wrong.clone())?;
    let fee = fee_of_yuan(cell("服务费(元)")?).and_then(|fee| fee.0.checked_neg()).ok_or(wrong.clone())?;
    let refund = cell(REQUEST)?;
    Ok(BillRow {
        kind,
        order: cell("商户订单号")?.to_owned(),
        gateway_id: cell(FIRST)?.to_owned(),
        refund: (kind == BillKind::Refund && !refund.is_empty()).then(|| refund.to_owned()),
        gateway_refund_id: None,
        amount,
        fee: Fee(fee),
        state: state.to_owned(),
        at: beijing::read_plain(cell("完成时间")?).ok_or(wrong.clone())?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const REMARKS: &str = "#支付宝业务明细查询\n#账号：[20880000000000000156]\n#-----业务明细列表-----\n";
    const HEAD: &str = "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注\n";
    const PAID: &str = "2026100322001\t,P0001\t,交易,物业费,2026-10-03 10:00:00,2026-10-03 10:00:30,,,,,b***@e.com,35.80,35.80,0.00,0.00,0.00,0.00,0.00,,0.00,0.00,,-0.12,0.00,\n";
    const BACK: &str = "2026100322001\t,P0001\t,退款,物业费,2026-10-03 11:00:00,2026-10-03 11:00:30,,,,,b***@e.com,-5.80,-5.80,0.00,0.00,0.00,0.00,0.00,,0.00,0.00,R0001\t,0.02,0.00,\n";

    #[test]
    fn a_table_is_read() {
        let bill =
            rows(&format!("{REMARKS}{HEAD}{PAID}{BACK}#-----业务明细列表结束-----\n#交易合计：1笔\n")).expect("reads");
        let [paid, back] = bill.rows.as_slice() else { panic!("{} rows", bill.rows.len()) };
        assert_eq!(
            (paid.kind, paid.amount, paid.fee, &paid.refund),
            (BillKind::Payment, Money(3_580), Fee(12_000), &None)
        );
        assert_eq!((paid.order.as_str(), paid.gateway_id.as_str()), ("P0001", "2026100322001"));
        assert_eq!(paid.at, beijing::read_plain("2026-10-03 10:00:30").expect("a time"));
        assert_eq!((back.kind, back.amount, back.fee), (BillKind::Refund, Money(580), Fee(-2_000)));
        assert_eq!(back.refund.as_deref(), Some("R0001"));
        assert_eq!(rows(&format!("{REMARKS}{HEAD}")), Ok(Bill::default()));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in [
            format!("{HEAD}{}", PAID.replace("交易,", "分账,")),
            format!("{HEAD}{}", PAID.replace("35.80", "-35.80")),
            format!("{HEAD}{}", BACK.replace("-5.80", "5.80")),
            format!("{HEAD}{}", PAID.replace("10:00:30", "soon")),
            format!("{HEAD}2026100322001,P0001\n"),
            format!("{}{PAID}", HEAD.replace("服务费（元）", "费")),
        ] {
            assert_eq!(rows(&text), Err(GatewayError::Malformed("bill")), "{text}");
        }
        assert_eq!(table(b"PK no zip"), Err(GatewayError::Malformed("zip")));
    }
}
