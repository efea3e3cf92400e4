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
