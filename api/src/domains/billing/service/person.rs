//! What the books hold of a person: for the person, and to be taken out. What was owed and paid is kept by law, without
//! the person.

use chrono::{Duration, NaiveDate};
use entities::values::{AccountId, PayerId, UnitPayerId};
use entities::{payer, unit_payer};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::repo::{self, OwnPayer};
use super::day_in;
use crate::clock::Clock;
use crate::db::Tx;
use crate::domains::identity::Forgotten;
use crate::error::Error;
use crate::infra::history;
use crate::state::App;

/// How many debts and prepaid balances of an account are open.
pub async fn open_debts(tx: &Tx, account: AccountId) -> Result<i64, Error> {
    Ok(repo::open_debts(tx, account).await?)
}

/// Lets what a payer pays for go on under the entry of the register that stays, by a payer of its own. Where none stays it
/// ends today: nobody is billed who is gone, and the next run says that nobody pays.
async fn go_on(tx: &Tx, clock: &Clock, own: &OwnPayer) -> Result<(), Error> {
    let now = clock.now();
    // The earliest day that any community can have now.
    let earliest = (now - Duration::hours(12)).date_naive();
    let running = repo::running_payers(tx, own.payer.id, earliest).await?.into_iter();
    let running = running.map(|it| (day_in(&it.time_zone, now), it.row));
    let running: Vec<(NaiveDate, unit_payer::Model)> =
        running.filter(|(today, row)| row.ended_on.is_none_or(|ended| ended > *today)).collect();
    let (Some(residency), Some(name)) = (own.kept_residency, own.kept_name.clone()) else {
        for (today, row) in running {
            repo::end_payer(tx, &row, today).await?;
        }
        return Ok(());
    };
    if running.is_empty() {
        return Ok(());
    }
    let id: PayerId = clock.new_id();
    let (phone, is_company) = (own.kept_phone.clone(), own.payer.is_company);
    let fresh = payer::Model {
        id,
        account_id: None,
        residency_id: Some(residency),
        name,
        phone,
        is_company,
        created_at: now,
        ..own.payer.clone()
    };
    repo::insert(tx, fresh).await?;
    for (today, row) in running {
        if repo::hand_over(tx, &row, id, today).await? {
            let next = unit_payer::Model {
                id: clock.new_id::<UnitPayerId>(),
                payer_id: id,
                started_on: today,
                created_at: now,
                ..row
            };
            repo::insert(tx, next).await?;
        }
    }
    Ok(())
}

/// Takes a person out of the payers who are its account, and out of the words about them. Charges, bills and the ledger
/// stay; so does an entry of the company's register, under which a unit is billed on.
pub async fn forget_person(tx: &Tx, clock: &Clock, person: &Forgotten) -> Result<(), Error> {
    let needles = person.needles();
    // As JSON has them.
    let texts = needles.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    let texts: Vec<String> = texts.iter().map(|text| text.trim_matches('"').to_owned()).collect();
    for own in repo::payers_of_person(tx, person.account_id).await? {
        let id = own.payer.id;
        let name = format!("已注销 {}", &id.0.simple().to_string()[20..]);
        repo::scrub_words(tx, id, &needles).await?;
        let worded = repo::worded(tx, id).await?;
        let objects: Vec<Uuid> = worded.charges.into_iter().chain(worded.others).collect();
        history::erase_payload_of(tx, person.account_id, &texts, &objects).await?;
        repo::blank_payer(tx, id, &name).await?;
        go_on(tx, clock, &own).await?;
    }
    Ok(())
}

/// What is kept of a person, for the person to read.
pub async fn own_fees(app: &App, account: AccountId) -> Result<Value, Error> {
    let connection = app.db.read();
    let money = |fen: i64| Decimal::new(fen, 2).to_string();
    let payers: Vec<Value> = repo::payers_of_person(connection, account)
        .await?
        .into_iter()
        .map(|own| json!({ "name": own.payer.name, "phone": own.payer.phone, "isCompany": own.payer.is_company }))
        .collect();
    let charges: Vec<Value> = repo::own_charges(connection, account)
        .await?
        .into_iter()
        .map(|row| {
            json!({
                "bill": row.number, "item": row.item, "from": row.segment_start, "to": row.segment_end,
                "words": row.words, "amount": money(row.amount.0), "credited": money(row.credited.0),
                "waived": money(row.waived.0), "paid": money(row.paid.0), "dueOn": row.due_on,
                "currency": row.currency,
            })
        })
        .collect();
    let prepaid: Vec<Value> = repo::own_prepaid(connection, account)
        .await?
        .into_iter()
        .map(|row| json!({ "unitId": row.of_id, "amount": money(row.amount) }))
        .collect();
    let readings: Vec<Value> = repo::own_readings(connection, account)
        .await?
        .into_iter()
        .map(|row| json!({ "meterId": row.of_id, "on": row.on_day, "value": Decimal::new(row.amount, 3).to_string() }))
        .collect();
    Ok(json!({ "payers": payers, "charges": charges, "prepaid": prepaid, "readings": readings }))
}
