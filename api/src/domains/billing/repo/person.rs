//! What the books hold of a person: to be told, and to be taken out. The ledger stays as it is.

use chrono::NaiveDate;
use entities::values::{AccountId, Money, PayerId, ResidencyId};
use entities::{payer, unit_payer};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use crate::db::{Fault, Sql};

/// Appends the payers who are an account: by themselves, or by an entry of a register.
fn payers_of(sql: &mut Sql, account: AccountId) {
    sql.push("(SELECT o.id FROM payer o WHERE").with(" o.account_id = ", account);
    sql.push(" UNION SELECT o.id FROM residency y JOIN payer o ON o.residency_id = y.id WHERE");
    sql.with(" y.account_id = ", account).push(")");
}

/// A payer who is an account, with the entry of the register that stays when the account goes.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct OwnPayer {
    /// The payer.
    #[sea_orm(nested)]
    pub payer: payer::Model,
    /// The entry, where it is the company's record.
    pub kept_residency: Option<ResidencyId>,
    /// The name there.
    pub kept_name: Option<String>,
    /// The phone there.
    pub kept_phone: Option<String>,
}

/// The payers who are an account.
pub async fn payers_of_person(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<OwnPayer>, Fault> {
    let mut sql =
        Sql::new("SELECT p.*, r.id AS kept_residency, r.name AS kept_name, r.phone AS kept_phone FROM payer p");
    sql.push(" LEFT JOIN residency r ON r.id = p.residency_id AND (r.source = 'REGISTER' OR r.role = 'OWNER')");
    sql.push(" WHERE p.id IN ");
    payers_of(&mut sql, account);
    sql.push(" ORDER BY p.id").all(connection).await
}

/// How many charges of an account are open, and how many of its prepaid balances hold something.
pub async fn open_debts(connection: &impl ConnectionTrait, account: AccountId) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT (SELECT COUNT(*) FROM charge c WHERE c.paid < c.amount - c.credited - c.waived");
    sql.push(" AND c.payer_id IN ");
    payers_of(&mut sql, account);
    sql.push(") + (SELECT COUNT(*) FROM prepaid_balance b WHERE b.amount > 0 AND b.payer_id IN ");
    payers_of(&mut sql, account);
    sql.push(")").number(connection).await
}

/// A row of who pays that goes on, with where it is.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct RunningPayer {
    /// The row.
    #[sea_orm(nested)]
    pub row: unit_payer::Model,
    /// The community's time zone.
    pub time_zone: String,
}

/// The rows of who pays in which a payer has no end, or one after a day.
pub async fn running_payers(
    connection: &impl ConnectionTrait,
    payer: PayerId,
    day: NaiveDate,
) -> Result<Vec<RunningPayer>, Fault> {
    let mut sql = Sql::new("SELECT x.*, c.time_zone FROM unit_payer x JOIN unit u ON u.id = x.unit_id");
    sql.push(" JOIN community c ON c.id = u.community_id WHERE");
    sql.with(" x.payer_id = ", payer).with(" AND (x.ended_on IS NULL OR x.ended_on > ", day).push(") ORDER BY x.id");
    sql.all(connection).await
}

/// Ends a row of who pays on a day; one that begins on it or later gets the other payer instead, and is not ended.
pub async fn hand_over(
    connection: &impl ConnectionTrait,
    row: &unit_payer::Model,
    to: PayerId,
    today: NaiveDate,
) -> Result<bool, Fault> {
    let later = row.started_on >= today;
    let mut sql = Sql::new("UPDATE unit_payer SET");
    match later {
        true => sql.with(" payer_id = ", to),
        false => sql.with(" ended_on = ", today),
    };
    sql.with(" WHERE id = ", row.id).run(connection).await?;
    Ok(!later)
}

/// Ends a row of who pays on a day, in favour of nobody; one that begins on it or later goes.
pub async fn end_payer(
    connection: &impl ConnectionTrait,
    row: &unit_payer::Model,
    today: NaiveDate,
) -> Result<(), Fault> {
    let mut sql = match row.started_on >= today {
        true => Sql::new("DELETE FROM unit_payer"),
        false => Sql::new("UPDATE unit_payer SET"),
    };
    if row.started_on < today {
        sql.with(" ended_on = ", today);
    }
    sql.with(" WHERE id = ", row.id).run(connection).await.map(drop)
}

/// Takes name, phone, account and entry out of a payer.
pub async fn blank_payer(connection: &impl ConnectionTrait, id: PayerId, name: &str) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE payer SET account_id = NULL, residency_id = NULL, phone = NULL,");
    sql.with(" name = ", name).with(" WHERE id = ", id).run(connection).await.map(drop)
}

/// What words about payers stand on: their charges, and the units that they pay for, with the discounts of those.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Worded {
    /// Charges.
    pub charges: Vec<Uuid>,
    /// Units, and items of discounts.
    pub others: Vec<Uuid>,
}

/// What words about a payer stand on.
pub async fn worded(connection: &impl ConnectionTrait, payer: PayerId) -> Result<Worded, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
    }
    let mut sql = Sql::new("SELECT c.id FROM charge c WHERE");
    let charges: Vec<Row> = sql.with(" c.payer_id = ", payer).all(connection).await?;
    let mut sql = Sql::new("SELECT DISTINCT d.fee_item_id AS id FROM fee_discount d JOIN unit_payer x");
    sql.push(" ON x.unit_id = d.unit_id WHERE").with(" x.payer_id = ", payer);
    sql.push(" UNION SELECT x.unit_id AS id FROM unit_payer x WHERE").with(" x.payer_id = ", payer);
    let others: Vec<Row> = sql.all(connection).await?;
    Ok(Worded {
        charges: charges.into_iter().map(|row| row.id).collect(),
        others: others.into_iter().map(|row| row.id).collect(),
    })
}

/// Takes what names a person out of the free words about a payer: of charges, waivers, credit notes and discounts.
pub async fn scrub_words(connection: &impl ConnectionTrait, payer: PayerId, needles: &[String]) -> Result<(), Fault> {
    const OF_PAYER: &str = " IN (SELECT c.id FROM charge c WHERE c.payer_id = ";
    for (table, column, key, of) in [
        ("charge", "words", "id", OF_PAYER),
        ("waiver", "reason", "charge_id", OF_PAYER),
        ("credit_note", "reason", "charge_id", OF_PAYER),
        ("fee_discount", "reason", "unit_id", " IN (SELECT x.unit_id FROM unit_payer x WHERE x.payer_id = "),
    ] {
        let mut sql = Sql::new(format!("UPDATE {table} SET {column} = {}{column}", "REPLACE(".repeat(needles.len())));
        for needle in needles {
            sql.with(", ", needle.as_str()).push(", '***')");
        }
        sql.push(" WHERE ").push(key).with(of, payer).push(")").run(connection).await?;
    }
    Ok(())
}

/// A charge as its payer reads it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct OwnCharge {
    /// Its bill's number.
    pub number: String,
    /// The item's name.
    pub item: String,
    /// The first day.
    pub segment_start: NaiveDate,
    /// The day after the last.
    pub segment_end: NaiveDate,
    /// In words.
    pub words: Option<String>,
    /// What was charged.
    pub amount: Money,
    /// What of that was taken back.
    pub credited: Money,
    /// What of that was given up.
    pub waived: Money,
    /// What of that was paid.
    pub paid: Money,
    /// When it was due.
    pub due_on: NaiveDate,
    /// The currency.
    pub currency: String,
}

/// The charges of an account.
pub async fn own_charges(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<OwnCharge>, Fault> {
    let mut sql = Sql::new("SELECT l.number, i.name_zh AS item,");
    sql.push(" c.segment_start, c.segment_end, c.words, c.amount, c.credited, c.waived, c.paid, c.due_on, m.currency");
    sql.push(" FROM charge c JOIN bill l ON l.id = c.bill_id JOIN fee_item i ON i.id = c.fee_item_id");
    sql.push(" JOIN community m ON m.id = c.community_id WHERE c.payer_id IN ");
    payers_of(&mut sql, account);
    sql.push(" ORDER BY c.id").all(connection).await
}

/// A prepaid balance or a reading, as its person reads it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct OwnAmount {
    /// Of which unit or meter.
    pub of_id: Uuid,
    /// The day, of a reading.
    pub on_day: Option<NaiveDate>,
    /// How much, in the minor unit or in 1/1,000.
    pub amount: i64,
}

/// The prepaid balances of an account.
pub async fn own_prepaid(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<OwnAmount>, Fault> {
    let mut sql =
        Sql::new("SELECT b.unit_id AS of_id, NULL AS on_day, b.amount FROM prepaid_balance b WHERE b.payer_id IN ");
    payers_of(&mut sql, account);
    sql.push(" ORDER BY b.id").all(connection).await
}

/// The readings that an account took.
pub async fn own_readings(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<OwnAmount>, Fault> {
    let mut sql =
        Sql::new("SELECT r.meter_id AS of_id, r.read_on AS on_day, r.value AS amount FROM meter_reading r WHERE");
    sql.with(" r.account_id = ", account).push(" ORDER BY r.id").all(connection).await
}
