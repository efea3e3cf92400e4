//! A receipt on paper: what its page says to whoever was given its address.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use entities::values::{AccountId, Money, PaymentMethod, ReceiptId, ReceiptState, StaffId, decimals};

use super::super::error::PaymentError;
use super::super::model::capitals;
use super::super::repo::{self, ReceiptCard};
use super::reader;
use crate::domains::identity::{self, Right, Scope, Viewer, viewer_of_staff};
use crate::error::Error;
use crate::infra::signed::{Purpose, Shown, SignedLink};
use crate::state::App;

/// One line of a receipt; texts in Chinese and English.
#[derive(Clone, Debug)]
pub struct PaperLine {
    /// What for.
    pub name: (String, String),
    /// Building and unit.
    pub place: String,
    /// The first and the last day.
    pub days: String,
    /// How much.
    pub amount: String,
}

/// What a receipt's page says; times as people write them where the community is.
#[derive(Clone, Debug)]
pub struct ReceiptPaper {
    /// Its number.
    pub code: String,
    /// Whose receipt it is.
    pub company: String,
    /// The community.
    pub community: String,
    /// Who paid.
    pub payer: String,
    /// What for.
    pub lines: Vec<PaperLine>,
    /// How much, with the currency.
    pub amount: String,
    /// The same in Chinese capital figures; none in other currencies than yuan.
    pub capitals: Option<String>,
    /// How it was paid, in Chinese and English.
    pub method: (&'static str, &'static str),
    /// When it was paid.
    pub paid_at: String,
    /// When the receipt was issued.
    pub issued_at: String,
    /// Who took the money.
    pub cashier: Option<String>,
    /// Why it is void, if it is.
    pub void: Option<String>,
    /// The receipt in whose place it came.
    pub replaces: Option<String>,
}

/// An address of the page of a receipt that the viewer was shown.
pub fn receipt_link(app: &App, viewer: &Viewer, id: ReceiptId) -> SignedLink {
    let by = viewer.staff().map_or(viewer.account_id.0, |staff| staff.staff_id.0);
    app.links.link(Purpose::Receipt, id.0, by, app.clock.now(), app.config.link_minutes)
}

/// Opens the receipt behind an address, under the rights that the one for whom it was made has at this moment.
pub async fn receipt_paper(app: &App, shown: &Shown) -> Result<ReceiptPaper, Error> {
    let now = app.clock.now();
    app.links.check(Purpose::Receipt, shown, now)?;
    let missing = PaymentError::NotFound("receiptId");
    let scope = match viewer_of_staff(app, StaffId(shown.by)).await? {
        Some(viewer) => {
            let right = viewer.scope(Right::FeeRead, now).or_else(|_| viewer.scope(Right::FeeCollect, now));
            right.map_err(|_| missing.clone())?
        }
        None => {
            let account = AccountId(shown.by);
            identity::own_account(app, account).await?.ok_or(missing.clone())?;
            Scope::Units(account, now)
        }
    };
    let id = ReceiptId(shown.object);
    let card = repo::find_receipt(reader(app), &scope, id).await?.ok_or(missing.clone())?;
    let lines = repo::lines_of_receipts(reader(app), &[id]).await?;
    let before = match card.receipt.replaces_id {
        Some(before) => repo::find_receipt(reader(app), &scope, before).await?.map(|it| it.receipt.code),
        None => None,
    };
    paper(card, lines, before)
}

fn method(method: PaymentMethod) -> (&'static str, &'static str) {
    match method {
        PaymentMethod::Sandbox => ("沙箱", "Sandbox"),
        PaymentMethod::WechatPay => ("微信支付", "WeChat Pay"),
        PaymentMethod::Alipay => ("支付宝", "Alipay"),
        PaymentMethod::Cash => ("现金", "Cash"),
        PaymentMethod::Transfer => ("转账", "Bank transfer"),
        PaymentMethod::Pos => ("刷卡", "Card"),
    }
}

fn paper(
    card: ReceiptCard,
    lines: Vec<entities::receipt_line::Model>,
    replaces: Option<String>,
) -> Result<ReceiptPaper, Error> {
    let zone: Tz = card.time_zone.parse().map_err(|_| Error::internal("unknown time zone"))?;
    let written = |at: DateTime<Utc>| at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string();
    let places = decimals(&card.currency);
    let plain = |amount: Money| amount.plain(places);
    let row = card.receipt;
    let lines = lines
        .into_iter()
        .map(|line| PaperLine {
            name: (line.name_zh, line.name_en),
            place: line.place.unwrap_or_default(),
            days: match line.from_day.zip(line.to_day.and_then(|day| day.pred_opt())) {
                Some((from, to)) => format!("{from} – {to}"),
                None => String::new(),
            },
            amount: plain(line.amount),
        })
        .collect();
    Ok(ReceiptPaper {
        code: row.code,
        company: card.org_name,
        community: card.community_name,
        payer: row.payer_name.unwrap_or_default(),
        lines,
        amount: format!("{} {}", card.currency, plain(row.amount)),
        capitals: (card.currency == "CNY").then(|| capitals(row.amount)),
        method: method(card.method),
        paid_at: written(card.paid_at),
        issued_at: written(row.issued_at),
        cashier: card.staff_name,
        void: (row.state == ReceiptState::Void).then(|| row.void_reason.unwrap_or_default()),
        replaces,
    })
}
