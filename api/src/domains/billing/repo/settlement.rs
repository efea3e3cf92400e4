//! Charges as whoever pays them needs them.

use chrono::NaiveDate;
use entities::values::{AccountId, BillId, ChargeId, CommunityId, FeeItemId, Money, OrganizationId, PayerId, UnitId};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::{Standing, limited, owed_in_scope, own_payers};
use crate::db::{Fault, Sql};
use crate::domains::identity::Scope;

/// A charge with what is still owed of it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct PayableCharge {
    /// The charge.
    pub id: ChargeId,
    /// Whose.
    pub org_id: OrganizationId,
    /// Where.
    pub community_id: CommunityId,
    /// Of which unit.
    pub unit_id: Option<UnitId>,
    /// Who owes it.
    pub payer_id: PayerId,
    /// For what.
    pub fee_item_id: FeeItemId,
    /// When it is due.
    pub due_on: NaiveDate,
    /// Whether it may be paid in part.
    pub in_parts: bool,
    /// What it was charged for.
    pub amount: Money,
    /// What was taken back.
    pub credited: Money,
    /// What was given up.
    pub waived: Money,
    /// What was paid.
    pub paid: Money,
}

impl PayableCharge {
    /// What is still owed.
    pub fn open(&self) -> Money {
        Money(self.amount.0 - self.credited.0 - self.waived.0 - self.paid.0)
    }

    /// How it stood when it was read.
    pub fn standing(&self) -> Standing {
        Standing { id: self.id, credited: self.credited, waived: self.waived, paid: self.paid }
    }
}

/// Whether a charge `c` for an item `i` may be paid in part: a late fee always, for it grows while it is paid.
pub(super) const IN_PARTS: &str = "(i.in_parts OR c.source = 'LATE_FEE') AS in_parts";

fn payable() -> Sql {
    Sql::new(format!(
        "SELECT c.id, c.org_id, c.community_id, c.unit_id, c.payer_id, c.fee_item_id, c.due_on, {IN_PARTS},
    c.amount, c.credited, c.waived, c.paid
FROM charge c JOIN fee_item i ON i.id = c.fee_item_id WHERE "
    ))
}

/// Which charges somebody wants to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// These, whether anything is owed of them or not.
    Charges(Vec<ChargeId>),
    /// What is owed on these bills.
    Bills(Vec<BillId>),
    /// What is owed for a unit.
    Unit(UnitId),
    /// All that is owed.
    All,
}

/// The wanted charges that are in scope, the earliest due first.
pub async fn payable_charges(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    wanted: &Wanted,
    limit: u64,
) -> Result<Vec<PayableCharge>, Fault> {
    let mut sql = payable();
    owed_in_scope(&mut sql, scope, "c.org_id", "c.community_id", "c.payer_id");
    match wanted {
        Wanted::Charges(ids) => sql.push(" AND c.id IN ").list(ids.iter().copied()),
        Wanted::Bills(ids) => sql.push(" AND c.bill_id IN ").list(ids.iter().copied()),
        Wanted::Unit(id) => sql.with(" AND c.unit_id = ", *id),
        Wanted::All => &mut sql,
    };
    if !matches!(wanted, Wanted::Charges(_)) {
        sql.push(" AND c.paid < c.amount - c.credited - c.waived");
    }
    sql.push(" ORDER BY c.due_on, c.id LIMIT ").bind(limited(limit)).all(connection).await
}

/// Whether an account is a payer.
pub async fn is_own_payer(
    connection: &impl ConnectionTrait,
    account: AccountId,
    payer: PayerId,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM payer p WHERE p.id = ");
    sql.bind(payer).push(" AND p.id IN (");
    own_payers(&mut sql, account);
    Ok(sql.push(")").number(connection).await? > 0)
}

/// Some charges of an organization, by id, for whoever settles them.
pub async fn charges_to_settle(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    ids: &[ChargeId],
) -> Result<Vec<PayableCharge>, Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = payable();
    sql.push("c.org_id = ").bind(org).push(" AND c.id IN ").list(ids.iter().copied());
    sql.push(" ORDER BY c.id").all(connection).await
}
