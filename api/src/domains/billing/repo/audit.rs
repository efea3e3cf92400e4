//! What must always hold of money, each as one statement that counts what breaks it. Tests run them after every test,
//! `linli audit verify` on demand. Whoever adds a table of money adds its laws here.

use sea_orm::ConnectionTrait;

use crate::db::{Fault, Sql};

/// What must never be, and how to count it.
pub const LAWS: &[(&str, &str)] = &[
    (
        "a journal does not sum to zero",
        "SELECT COUNT(*) FROM (SELECT journal_id FROM ledger_entry GROUP BY journal_id HAVING SUM(amount) <> 0) wrong",
    ),
    (
        "a journal has fewer than two entries",
        "SELECT COUNT(*) FROM journal j WHERE (SELECT COUNT(*) FROM ledger_entry e WHERE e.journal_id = j.id) < 2",
    ),
    (
        "a charge was credited, waived or paid below nothing, or paid beyond what is due",
        "SELECT COUNT(*) FROM charge WHERE credited < 0 OR waived < 0 OR paid < 0 OR amount <= 0
            OR paid > amount - credited - waived",
    ),
    (
        "what is open of a charge is not the fold of its entries",
        "SELECT COUNT(*) FROM charge c LEFT JOIN (SELECT charge_id, SUM(amount) AS open FROM ledger_entry
            WHERE account = 'RECEIVABLE' AND charge_id IS NOT NULL GROUP BY charge_id) e ON e.charge_id = c.id
            WHERE COALESCE(e.open, 0) <> c.amount - c.credited - c.waived - c.paid",
    ),
    (
        "what is paid of a charge is not the sum of its allocations",
        "SELECT COUNT(*) FROM charge c LEFT JOIN (SELECT charge_id, SUM(amount) AS paid FROM allocation
            GROUP BY charge_id) a ON a.charge_id = c.id WHERE COALESCE(a.paid, 0) <> c.paid",
    ),
    (
        "what was credited of a charge is not the sum of its credit notes",
        "SELECT COUNT(*) FROM charge c LEFT JOIN (SELECT charge_id, SUM(amount) AS credited FROM credit_note
            GROUP BY charge_id) n ON n.charge_id = c.id WHERE COALESCE(n.credited, 0) <> c.credited",
    ),
    (
        "what was waived of a charge is not the sum of its approved waivers",
        "SELECT COUNT(*) FROM charge c LEFT JOIN (SELECT charge_id, SUM(amount) AS waived FROM waiver
            WHERE state = 'APPROVED' GROUP BY charge_id) w ON w.charge_id = c.id WHERE COALESCE(w.waived, 0) <> c.waived",
    ),
    (
        "a prepaid balance is not the fold of its entries",
        "SELECT COUNT(*) FROM prepaid_balance b WHERE b.amount <> -(SELECT COALESCE(SUM(e.amount), 0)
            FROM ledger_entry e WHERE e.account = 'PREPAID' AND e.payer_id = b.payer_id AND e.unit_id = b.unit_id
            AND COALESCE(CAST(e.fee_item_id AS text), '') = COALESCE(CAST(b.fee_item_id AS text), ''))",
    ),
    (
        "a prepaid entry has no balance",
        "SELECT COUNT(*) FROM ledger_entry e WHERE e.account = 'PREPAID' AND NOT EXISTS (SELECT 1 FROM prepaid_balance b
            WHERE b.payer_id = e.payer_id AND b.unit_id = e.unit_id
            AND COALESCE(CAST(e.fee_item_id AS text), '') = COALESCE(CAST(b.fee_item_id AS text), ''))",
    ),
    (
        "a charge lies in another place than its unit, item, bill or run",
        "SELECT COUNT(*) FROM charge c JOIN fee_item i ON i.id = c.fee_item_id JOIN bill l ON l.id = c.bill_id
            LEFT JOIN unit u ON u.id = c.unit_id LEFT JOIN billing_run r ON r.id = c.run_id
            WHERE i.community_id <> c.community_id OR l.community_id <> c.community_id OR l.payer_id <> c.payer_id
            OR u.community_id <> c.community_id OR r.community_id <> c.community_id",
    ),
    (
        "an entry belongs to another organization or debtor than its charge, or to another organization than its journal",
        "SELECT COUNT(*) FROM ledger_entry e JOIN journal j ON j.id = e.journal_id LEFT JOIN charge c ON c.id = e.charge_id
            WHERE e.org_id <> j.org_id OR c.org_id <> e.org_id OR c.payer_id <> e.payer_id
            OR c.community_id <> j.community_id",
    ),
    (
        "a debt has no charge",
        "SELECT COUNT(*) FROM ledger_entry WHERE account = 'RECEIVABLE' AND (charge_id IS NULL OR payer_id IS NULL)",
    ),
    (
        "a bill has no charge",
        "SELECT COUNT(*) FROM bill l WHERE NOT EXISTS (SELECT 1 FROM charge c WHERE c.bill_id = l.id)",
    ),
    (
        "the numbers of an organization's bills have gaps",
        "SELECT COUNT(*) FROM bill_series s WHERE s.last_number <> (SELECT COUNT(*) FROM bill l WHERE l.org_id = s.org_id)",
    ),
    (
        "a run does not come to what it posted",
        "SELECT COUNT(*) FROM billing_run r LEFT JOIN (SELECT run_id, COUNT(*) AS charges, SUM(amount) AS charged
            FROM charge WHERE source = 'RUN' GROUP BY run_id) c ON c.run_id = r.id
            WHERE r.charge_count <> COALESCE(c.charges, 0) OR r.charged <> COALESCE(c.charged, 0)",
    ),
    (
        "a waiver or discount was decided by whoever asked for it",
        "SELECT (SELECT COUNT(*) FROM waiver WHERE decided_by = staff_id)
            + (SELECT COUNT(*) FROM fee_discount WHERE decided_by = staff_id)",
    ),
    (
        "a quote that fell due and was worth something was not charged, or another sum was",
        "SELECT COUNT(*) FROM (SELECT q.ticket_id, SUM(CASE q.state WHEN 'APPROVED' THEN q.total_fen
                WHEN 'REFUSED' THEN q.visit_fee_fen ELSE 0 END) AS due FROM quote q WHERE q.due_at IS NOT NULL
                GROUP BY q.ticket_id) d
            WHERE d.due <> (SELECT COALESCE(SUM(c.amount), 0) FROM charge c
                WHERE c.ticket_id = d.ticket_id AND c.source = 'TICKET')",
    ),
];

/// Which of some laws do not hold, and how often.
pub async fn broken_laws(
    connection: &impl ConnectionTrait,
    laws: &[(&'static str, &'static str)],
) -> Result<Vec<(&'static str, i64)>, Fault> {
    let mut broken = Vec::new();
    for (what, sql) in laws {
        let found = Sql::new(*sql).number(connection).await?;
        if found != 0 {
            broken.push((*what, found));
        }
    }
    Ok(broken)
}
