//! What must always hold of refunds, suspense and reconciliation.

/// What must never be, and how to count it.
pub const REFUNDS: &[(&str, &str)] = &[
    (
        "a refund that the desk paid out is not in a shift at that desk, or another sum is",
        "SELECT (SELECT COUNT(*) FROM refund r LEFT JOIN desk_entry e ON e.refund_id = r.id
                LEFT JOIN desk_shift s ON s.id = e.shift_id WHERE r.desk_method IS NOT NULL
                AND (s.id IS NULL OR e.amount <> -r.amount OR e.method <> r.desk_method OR e.community_id <> r.community_id
                OR s.community_id <> r.community_id OR s.staff_id <> e.staff_id))
            + (SELECT COUNT(*) FROM desk_entry e LEFT JOIN refund r ON r.id = e.refund_id
                WHERE e.refund_id IS NOT NULL AND r.desk_method IS NULL)",
    ),
    (
        "what went back of a payment is not the sum of its refunds that count",
        "SELECT COUNT(*) FROM payment p LEFT JOIN (SELECT payment_id, SUM(amount) AS amount,
                SUM(took_allocated + took_prepaid + took_suspense) AS took FROM refund
                WHERE state IN ('APPROVED', 'SENT', 'SETTLED') GROUP BY payment_id) r ON r.payment_id = p.id
            WHERE COALESCE(r.amount, 0) <> p.refunded OR COALESCE(r.took, 0) <> p.refunded",
    ),
    (
        "a refund that needs a second person counts without one, or was decided by whoever asked for it",
        "SELECT COUNT(*) FROM refund WHERE decided_by = staff_id OR (second_person AND decided_by IS NULL
            AND state <> 'PENDING')",
    ),
    (
        "a refund and the ledger disagree about the money",
        "SELECT COUNT(*) FROM refund r LEFT JOIN (SELECT j.object_id, SUM(e.amount) AS went FROM journal j
                JOIN ledger_entry e ON e.journal_id = j.id AND e.account = 'CASH'
                WHERE j.object_kind = 'REFUND' GROUP BY j.object_id) e ON e.object_id = r.id
            WHERE COALESCE(e.went, 0) <> -(CASE WHEN r.state IN ('APPROVED', 'SENT', 'SETTLED') THEN r.amount ELSE 0 END)",
    ),
    (
        "the parts of a refund do not come to what is owed again",
        "SELECT COUNT(*) FROM refund r LEFT JOIN (SELECT refund_id, SUM(amount) AS amount FROM refund_part
            GROUP BY refund_id) x ON x.refund_id = r.id WHERE COALESCE(x.amount, 0) <> r.from_charges",
    ),
    (
        "a refund's version is not the number of its last event",
        "SELECT COUNT(*) FROM refund r WHERE r.version <> (SELECT COALESCE(MAX(h.seq), 0) FROM history_event h
            WHERE h.object_id = r.id)",
    ),
    (
        "a refund belongs to another organization or community than its payment, charge, merchant or money in suspense",
        "SELECT COUNT(*) FROM refund r LEFT JOIN payment p ON p.id = r.payment_id LEFT JOIN charge c ON c.id = r.charge_id
            LEFT JOIN merchant m ON m.id = r.merchant_id LEFT JOIN suspense_item s ON s.id = r.suspense_item_id
            WHERE p.org_id <> r.org_id OR c.org_id <> r.org_id OR m.org_id <> r.org_id OR s.org_id <> r.org_id
            OR p.community_id <> r.community_id OR c.community_id <> r.community_id
            OR m.community_id <> r.community_id OR s.community_id <> r.community_id",
    ),
    (
        "more of a deposit went back or was kept than was paid, or the ledger holds another sum",
        "SELECT COUNT(*) FROM (SELECT charge_id, SUM(from_deposit + kept) AS gone FROM refund
                WHERE charge_id IS NOT NULL AND state IN ('APPROVED', 'SENT', 'SETTLED') GROUP BY charge_id) r
            JOIN charge c ON c.id = r.charge_id
            LEFT JOIN (SELECT charge_id, SUM(amount) AS held FROM ledger_entry WHERE account = 'DEPOSIT_HELD'
                GROUP BY charge_id) e ON e.charge_id = c.id
            WHERE r.gone > c.paid OR COALESCE(e.held, 0) <> r.gone - (c.amount - c.waived)",
    ),
    (
        "money in suspense is open though its refund counts",
        "SELECT COUNT(*) FROM refund r JOIN suspense_item s ON s.id = r.suspense_item_id
            WHERE r.state IN ('APPROVED', 'SENT', 'SETTLED') AND (s.state <> 'RESOLVED' OR s.amount <> r.from_suspense)",
    ),
    (
        "money that left suspense is not what was in it",
        "SELECT COUNT(*) FROM suspense_item s LEFT JOIN (SELECT journal_id, SUM(amount) AS amount FROM ledger_entry
            WHERE account = 'SUSPENSE' GROUP BY journal_id) e ON e.journal_id = s.resolved_journal_id
            WHERE s.state = 'RESOLVED' AND COALESCE(e.amount, 0) <> s.amount",
    ),
    (
        "a day that was compared names another number of differences, or of rows that agree",
        "SELECT COUNT(*) FROM reconciliation r WHERE r.state = 'DONE' AND (r.difference_count <> (SELECT COUNT(*)
                FROM reconciliation_difference d WHERE d.reconciliation_id = r.id)
            OR r.matched_count < 0 OR r.payment_count + r.refund_count <> (SELECT COUNT(*) FROM bill_row b
                WHERE b.merchant_id = r.merchant_id AND b.day = r.day))",
    ),
    (
        "a difference was explained by somebody without words",
        "SELECT COUNT(*) FROM reconciliation_difference WHERE resolved_by IS NOT NULL AND words IS NULL",
    ),
];
