//! What must always hold of payments, each as one statement that counts what breaks it.

use sea_orm::ConnectionTrait;

use super::audit_refunds::REFUNDS;
use crate::db::Fault;
use crate::domains::billing;

/// What must never be, and how to count it.
const OWN: &[(&str, &str)] = &[
    (
        "a payment does not come to what it paid, what is prepaid of it, in suspense and refunded",
        "SELECT COUNT(*) FROM payment WHERE received <> allocated + prepaid + suspense + refunded
            OR (state = 'SETTLED' AND (received = 0 OR journal_id IS NULL OR paid_at IS NULL))
            OR (state <> 'SETTLED' AND received <> 0) OR refunded > received",
    ),
    (
        "what a payment paid is not the sum of its allocations",
        "SELECT COUNT(*) FROM payment p LEFT JOIN (SELECT source_id, SUM(amount) AS paid FROM allocation
                WHERE kind = 'PAYMENT' GROUP BY source_id) a ON a.source_id = p.id
            LEFT JOIN (SELECT r.payment_id, SUM(x.amount) AS back FROM allocation x JOIN refund r ON r.id = x.source_id
                WHERE x.kind = 'REFUNDED' GROUP BY r.payment_id) b ON b.payment_id = p.id
            LEFT JOIN (SELECT payment_id, SUM(took_allocated - from_charges) AS otherwise FROM refund
                WHERE state IN ('APPROVED', 'SENT', 'SETTLED') GROUP BY payment_id) o ON o.payment_id = p.id
            WHERE p.state = 'SETTLED'
            AND COALESCE(a.paid, 0) + COALESCE(b.back, 0) - COALESCE(o.otherwise, 0) <> p.allocated",
    ),
    (
        "an allocation of a payment names none, or one that is not settled",
        "SELECT COUNT(*) FROM allocation a JOIN journal j ON j.id = a.journal_id
            LEFT JOIN payment p ON p.id = a.source_id AND p.state = 'SETTLED' AND p.org_id = a.org_id
            WHERE a.kind = 'PAYMENT' AND j.object_kind = 'PAYMENT' AND p.id IS NULL",
    ),
    (
        "a payment and its journal disagree about the money",
        "SELECT COUNT(*) FROM payment p LEFT JOIN (SELECT j.object_id, SUM(e.amount) AS arrived, COUNT(DISTINCT j.id) AS times
            FROM journal j JOIN ledger_entry e ON e.journal_id = j.id AND e.account = 'CASH'
            WHERE j.object_kind = 'PAYMENT' AND j.kind = 'RECEIVED' GROUP BY j.object_id) e ON e.object_id = p.id
            WHERE COALESCE(e.arrived, 0) <> p.received OR COALESCE(e.times, 0) <> (CASE p.state WHEN 'SETTLED' THEN 1 ELSE 0 END)",
    ),
    (
        "a payment, its journal, its merchant or its lines belong to different organizations or communities",
        "SELECT (SELECT COUNT(*) FROM payment p JOIN journal j ON j.id = p.journal_id
                WHERE j.org_id <> p.org_id OR j.community_id <> p.community_id)
            + (SELECT COUNT(*) FROM payment p JOIN merchant m ON m.id = p.merchant_id
                WHERE m.org_id <> p.org_id OR m.community_id <> p.community_id OR m.gateway <> p.method)
            + (SELECT COUNT(*) FROM payment_line l JOIN payment p ON p.id = l.payment_id JOIN charge c ON c.id = l.charge_id
                WHERE c.org_id <> p.org_id OR c.community_id <> p.community_id)",
    ),
    (
        "the lines of a payment do not come to its amount",
        "SELECT COUNT(*) FROM payment p JOIN (SELECT payment_id, SUM(amount) AS wanted FROM payment_line
            GROUP BY payment_id) l ON l.payment_id = p.id WHERE l.wanted > p.amount
            OR (l.wanted < p.amount AND p.account_id IS NOT NULL AND p.staff_id IS NULL)",
    ),
    (
        "what lies in suspense is not the fold of the ledger",
        "SELECT COUNT(*) FROM (SELECT o.id, COALESCE((SELECT SUM(s.amount) FROM suspense_item s
                WHERE s.org_id = o.id AND s.state = 'OPEN'), 0) AS listed,
            -COALESCE((SELECT SUM(e.amount) FROM ledger_entry e WHERE e.org_id = o.id AND e.account = 'SUSPENSE'), 0) AS entered
            FROM organization o) x WHERE x.listed <> x.entered",
    ),
    (
        "a notification of a paid order had no effect",
        "SELECT COUNT(*) FROM gateway_notice n LEFT JOIN payment p ON p.id = n.payment_id
            WHERE n.event = 'PAID' AND COALESCE(p.state, '') <> 'SETTLED'
            AND NOT EXISTS (SELECT 1 FROM suspense_item s WHERE s.merchant_id = n.merchant_id AND s.order_number = n.order_number)",
    ),
    (
        "a payment's version is not the number of its last event",
        "SELECT COUNT(*) FROM payment p WHERE p.version <> (SELECT COALESCE(MAX(h.seq), 0) FROM history_event h
            WHERE h.object_id = p.id)",
    ),
    (
        "a settled payment has no valid receipt, or several",
        "SELECT COUNT(*) FROM (SELECT p.state, p.refunded, p.received, (SELECT COUNT(*) FROM receipt r
                WHERE r.payment_id = p.id AND r.state = 'VALID') AS valid FROM payment p) x
            WHERE x.valid > (CASE x.state WHEN 'SETTLED' THEN 1 ELSE 0 END)
            OR (x.state = 'SETTLED' AND x.refunded < x.received AND x.valid = 0)",
    ),
    (
        "a series has a gap, or a number past its last",
        "SELECT COUNT(*) FROM receipt_series s WHERE NOT s.books AND (s.last_number <> (SELECT COUNT(*) FROM receipt r
            WHERE r.series_id = s.id) OR s.last_number <> (SELECT COALESCE(MAX(r.number), 0) FROM receipt r
            WHERE r.series_id = s.id))",
    ),
    (
        "a book has a gap, or its numbers are not those that were used",
        "SELECT COUNT(*) FROM receipt_book b WHERE (SELECT COUNT(*) FROM receipt r WHERE r.book_id = b.id
            AND r.number >= b.first_number AND r.number < b.next_number) <> b.next_number - b.first_number
            OR (SELECT COUNT(*) FROM receipt r WHERE r.book_id = b.id) <> b.next_number - b.first_number",
    ),
    (
        "two books of a series have the same number",
        "SELECT COUNT(*) FROM receipt_book a JOIN receipt_book b ON b.series_id = a.series_id AND b.id > a.id
            WHERE a.first_number <= CASE b.state WHEN 'ISSUED' THEN b.last_number ELSE b.next_number - 1 END
            AND b.first_number <= CASE a.state WHEN 'ISSUED' THEN a.last_number ELSE a.next_number - 1 END",
    ),
    (
        "a receipt belongs to another organization, community or series than its payment, or comes to another amount",
        "SELECT (SELECT COUNT(*) FROM receipt r JOIN payment p ON p.id = r.payment_id
                JOIN receipt_series s ON s.id = r.series_id LEFT JOIN receipt_book b ON b.id = r.book_id
                WHERE r.org_id <> p.org_id OR r.community_id <> p.community_id OR r.amount <> p.received
                OR s.community_id <> r.community_id OR s.books <> (b.id IS NOT NULL) OR b.series_id <> r.series_id
                OR (s.kind = 'DESK') <> (p.method IN ('CASH', 'TRANSFER', 'POS')))
            + (SELECT COUNT(*) FROM receipt r WHERE r.amount <> (SELECT COALESCE(SUM(l.amount), 0) FROM receipt_line l
                WHERE l.receipt_id = r.id))
            + (SELECT COUNT(*) FROM receipt n JOIN receipt r ON r.id = n.replaces_id
                WHERE r.payment_id <> n.payment_id OR r.state <> 'VOID')",
    ),
    (
        "money was taken at the desk outside a shift, or a shift has other money than its payments",
        "SELECT (SELECT COUNT(*) FROM payment p LEFT JOIN desk_entry e ON e.payment_id = p.id AND e.amount > 0
                LEFT JOIN desk_shift s ON s.id = e.shift_id WHERE p.method IN ('CASH', 'TRANSFER', 'POS')
                AND (e.id IS NULL OR e.amount <> p.received OR e.method <> p.method OR e.community_id <> p.community_id
                OR e.org_id <> p.org_id OR s.staff_id <> p.staff_id OR s.community_id <> p.community_id))
            + (SELECT COUNT(*) FROM desk_entry e JOIN payment p ON p.id = e.payment_id
                WHERE e.amount > 0 AND p.method NOT IN ('CASH', 'TRANSFER', 'POS'))",
    ),
    (
        "a shift has another number of entries than it counted, or was closed with another sum",
        "SELECT COUNT(*) FROM desk_shift s WHERE s.entry_count <> (SELECT COUNT(*) FROM desk_entry e WHERE e.shift_id = s.id)
            OR s.expected <> s.opening_float + (SELECT COALESCE(SUM(e.amount), 0) FROM desk_entry e
                WHERE e.shift_id = s.id AND e.method = 'CASH')
            OR EXISTS (SELECT 1 FROM desk_entry e WHERE e.shift_id = s.id AND e.created_at > s.closed_at)",
    ),
    (
        "more of a charge stands on invoices than was charged, or other than is counted",
        "SELECT (SELECT COUNT(*) FROM invoiced_charge v JOIN charge c ON c.id = v.charge_id
                WHERE v.amount > c.amount OR v.org_id <> c.org_id
                OR v.amount <> (SELECT COALESCE(SUM(l.amount), 0) FROM invoice_line l JOIN invoice_request i
                    ON i.id = l.invoice_id WHERE l.charge_id = v.charge_id AND i.state IN ('REQUESTED', 'ISSUED')))
            + (SELECT COUNT(*) FROM invoice_line l LEFT JOIN invoiced_charge v ON v.charge_id = l.charge_id
                WHERE v.charge_id IS NULL)
            + (SELECT COUNT(*) FROM invoice_request i WHERE i.amount <> (SELECT COALESCE(SUM(l.amount), 0)
                FROM invoice_line l WHERE l.invoice_id = i.id))",
    ),
    (
        "the version of a shift, series, book, receipt or invoice is not the number of its last event",
        "SELECT COUNT(*) FROM (SELECT id, version FROM desk_shift UNION ALL SELECT id, version FROM receipt_series
                UNION ALL SELECT id, version FROM receipt_book UNION ALL SELECT id, version FROM receipt
                UNION ALL SELECT id, version FROM invoice_request) x
            WHERE x.version <> (SELECT COALESCE(MAX(h.seq), 0) FROM history_event h WHERE h.object_id = x.id)",
    ),
    (
        "a closed payment has no reason",
        "SELECT COUNT(*) FROM payment WHERE (state = 'CLOSED') <> (closed_reason IS NOT NULL)",
    ),
];

/// The laws of money: billing's, and those of payments.
pub fn laws() -> Vec<(&'static str, &'static str)> {
    billing::LAWS.iter().chain(OWN).chain(REFUNDS).copied().collect()
}

/// Which of them do not hold, and how often.
pub async fn broken_laws(connection: &impl ConnectionTrait) -> Result<Vec<(&'static str, i64)>, Fault> {
    billing::broken_laws(connection, &laws()).await
}
