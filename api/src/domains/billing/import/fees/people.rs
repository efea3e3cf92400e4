//! Who owes what was billed before: an entry of the unit's register, somebody who was billed for it, or somebody new.

use std::collections::HashMap;

use entities::payer;
use entities::values::{OrganizationId, PayerId, UnitId};

use super::super::super::repo::{self, ImportPerson};
use super::parse::FeesRow;
use crate::clock::Clock;
use crate::db::Tx;
use crate::error::Error;

/// Whether a person is whom a row names: the same name, and the same phone where both are known.
fn is_named(person: &ImportPerson, row: &FeesRow) -> bool {
    let phones = person.phone.as_ref().zip(row.phone.as_ref());
    person.name == row.name && phones.is_none_or(|(one, other)| one == other)
}

/// The payer of each row, in their order; those who are missing are made.
pub(super) async fn payers(
    tx: &Tx,
    clock: &Clock,
    org: OrganizationId,
    rows: &[&FeesRow],
) -> Result<(Vec<PayerId>, Vec<PayerId>), Error> {
    let mut units: Vec<UnitId> = rows.iter().map(|row| row.unit).collect();
    units.sort_unstable();
    units.dedup();
    let mut people: HashMap<UnitId, Vec<ImportPerson>> = HashMap::new();
    for person in repo::import_people(tx, &units).await? {
        people.entry(person.unit_id).or_default().push(person);
    }
    let (mut ids, mut fresh) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        let known = people.entry(row.unit).or_default();
        let at = known.iter().position(|person| is_named(person, row));
        let person = match at {
            Some(at) => &mut known[at],
            None => {
                let (name, phone) = (row.name.clone(), row.phone.clone());
                known.push(ImportPerson { unit_id: row.unit, payer_id: None, residency_id: None, name, phone });
                let last = known.len() - 1;
                &mut known[last]
            }
        };
        let id = match person.payer_id {
            Some(id) => id,
            None => {
                let id: PayerId = clock.new_id();
                fresh.push(payer::Model {
                    id,
                    org_id: org,
                    account_id: None,
                    residency_id: person.residency_id,
                    name: person.name.clone(),
                    phone: person.phone.clone(),
                    is_company: false,
                    created_at: clock.now(),
                });
                person.payer_id = Some(id);
                id
            }
        };
        ids.push(id);
    }
    if repo::insert_payers(tx, &fresh).await? != fresh.len() as u64 {
        return Err(Error::internal("a payer was there already"));
    }
    Ok((ids, fresh.into_iter().map(|row| row.id).collect()))
}
