//! What must hold after every test, whatever it did.

use api::db::{Db, Sql};
use api::domains::payments;
use api::infra::history;

/// Statements that count what must not be.
const NEVER: &[(&str, &str)] = &[
    (
        "a session has more than one refresh token that is good",
        "SELECT COUNT(*) FROM (SELECT session_id FROM refresh_token WHERE ended_at IS NULL
            GROUP BY session_id HAVING COUNT(*) > 1) twice",
    ),
    (
        "a session ended without a reason",
        "SELECT COUNT(*) FROM session WHERE revoked_at IS NOT NULL AND end_reason IS NULL",
    ),
    (
        "a ticket was closed without its callback, re-inspection or re-acceptance",
        "SELECT COUNT(*) FROM ticket t WHERE t.state = 'CLOSED' AND t.origin <> 'IMPORTED' AND NOT EXISTS (
            SELECT 1 FROM history_event e WHERE e.object_id = t.id AND e.to_state = 'CLOSED'
            AND e.kind IN ('CALLED_BACK', 'REINSPECTED', 'REACCEPTED'))",
    ),
    (
        "a role's row names another version than its last event, or that was not put into the outbox",
        "SELECT COUNT(*) FROM role_rights d WHERE d.version <> (SELECT COALESCE(MAX(e.seq), 0) FROM history_event e
            WHERE e.object_id = d.id) OR NOT EXISTS (SELECT 1 FROM outbox o WHERE o.object_id = d.id
            AND o.object_version = d.version)",
    ),
    (
        "a ticket's row names another state than its last event",
        "SELECT COUNT(*) FROM ticket t JOIN history_event e ON e.object_id = t.id AND e.seq = t.version
            WHERE e.to_state <> t.state",
    ),
    (
        "an event of a ticket was not put into the outbox",
        "SELECT COUNT(*) FROM history_event e WHERE e.object_kind = 'TICKET' AND NOT EXISTS (
            SELECT 1 FROM outbox o WHERE o.object_id = e.object_id AND o.object_version = e.seq)
            AND e.recorded_at >= (SELECT COALESCE(MIN(created_at), e.recorded_at) FROM outbox)",
    ),
    (
        "a ticket that is over still has a deadline",
        "SELECT COUNT(*) FROM ticket t WHERE t.state IN ('CLOSED', 'CANCELLED') AND t.next_due_at IS NOT NULL",
    ),
    (
        "a ticket that waits or is over still has somebody to tell",
        "SELECT COUNT(*) FROM ticket t WHERE t.state IN ('CLOSED', 'CANCELLED', 'PAUSED')
            AND t.next_escalation_at IS NOT NULL",
    ),
    (
        "an escalation was not put into the outbox, or twice",
        "SELECT COUNT(*) FROM (SELECT t.id FROM ticket t WHERE
            (SELECT COUNT(*) FROM ticket_escalation e WHERE e.ticket_id = t.id
                AND e.told_at >= (SELECT MIN(created_at) FROM outbox))
            <> (SELECT COUNT(*) FROM outbox o WHERE o.object_id = t.id AND o.topic = 'ticket.escalated')) wrong",
    ),
    (
        "a ticket lies in a unit of another community",
        "SELECT COUNT(*) FROM ticket t JOIN unit u ON u.id = t.unit_id
            WHERE u.community_id <> t.community_id OR u.building_id <> t.building_id",
    ),
    (
        "an assignee works for another organization",
        "SELECT COUNT(*) FROM ticket t JOIN staff_member m ON m.id = t.assignee_id WHERE m.org_id <> t.org_id",
    ),
    (
        "a callback that closed a ticket came from whoever did the work",
        "SELECT COUNT(*) FROM callback_attempt a JOIN ticket t ON t.id = a.ticket_id
            WHERE a.round = t.rework_count AND t.state = 'CLOSED' AND a.staff_id = t.worker_id",
    ),
    (
        "a callback came from somebody who had helped before",
        "SELECT COUNT(*) FROM callback_attempt a JOIN ticket_helper h ON h.ticket_id = a.ticket_id
            AND h.staff_id = a.staff_id WHERE h.added_at < a.tried_at",
    ),
    (
        "the assignee helps with the own ticket, or somebody with one that nobody has",
        "SELECT COUNT(*) FROM ticket t JOIN ticket_helper h ON h.ticket_id = t.id AND h.removed_at IS NULL
            WHERE h.staff_id = t.assignee_id OR t.state = 'SUBMITTED'",
    ),
    (
        "a ticket does not know that somebody helped with it",
        "SELECT COUNT(*) FROM ticket t JOIN ticket_helper h ON h.ticket_id = t.id WHERE NOT t.helped",
    ),
    (
        "a ticket was urged another number of times than its history says",
        "SELECT COUNT(*) FROM ticket t WHERE t.urge_count <> (
            SELECT COUNT(*) FROM history_event e WHERE e.object_id = t.id AND e.kind = 'URGED')",
    ),
    (
        "one of a contractor's people works for another organization's contractor",
        "SELECT COUNT(*) FROM staff_member m JOIN contractor x ON x.id = m.contractor_id WHERE x.org_id <> m.org_id",
    ),
    (
        "an attachment is not a claimed upload of whoever attached it",
        "SELECT COUNT(*) FROM ticket_attachment x JOIN upload u ON u.id = x.upload_id
            WHERE u.state <> 'CLAIMED' OR u.account_id <> x.account_id OR u.org_id <> x.org_id",
    ),
    (
        "an upload was claimed and is neither on a ticket nor with a request, or on both",
        "SELECT COUNT(*) FROM upload u WHERE u.state = 'CLAIMED' AND (
            SELECT COUNT(*) FROM ticket_attachment x WHERE x.upload_id = u.id) + (
            SELECT COUNT(*) FROM residency_request_document d WHERE d.upload_id = u.id) <> 1",
    ),
    (
        "a document is not a claimed upload of whoever asks",
        "SELECT COUNT(*) FROM residency_request_document d JOIN upload u ON u.id = d.upload_id
            JOIN residency_request q ON q.id = d.request_id
            WHERE u.state <> 'CLAIMED' OR u.account_id <> q.account_id OR u.org_id <> q.org_id",
    ),
    (
        "a request's version is not the number of its last event, or its state not that event's",
        "SELECT COUNT(*) FROM residency_request q LEFT JOIN history_event e ON e.object_id = q.id AND e.seq = q.version
            WHERE COALESCE(e.to_state, '') <> q.state
            OR q.version <> (SELECT COUNT(*) FROM history_event n WHERE n.object_id = q.id)",
    ),
    (
        "an approved request has no residency of its community, or of an account that has not asked",
        "SELECT COUNT(*) FROM residency_request q JOIN residency r ON r.id = q.residency_id
            JOIN unit u ON u.id = r.unit_id WHERE q.state = 'APPROVED'
            AND (u.community_id <> q.community_id OR r.account_id <> q.account_id)",
    ),
    (
        "a step of a residency or a request was not put into the outbox",
        "SELECT COUNT(*) FROM history_event e WHERE e.object_kind IN ('RESIDENCY', 'RESIDENCY_REQUEST') AND NOT EXISTS (
            SELECT 1 FROM outbox o WHERE o.object_id = e.object_id AND o.object_version = e.seq)
            AND e.recorded_at >= (SELECT COALESCE(MIN(created_at), e.recorded_at) FROM outbox)",
    ),
    (
        "somebody who was admitted, or asked, is tied to a unit without an event that says so",
        "SELECT COUNT(*) FROM residency r WHERE r.source <> 'REGISTER' AND NOT EXISTS (
            SELECT 1 FROM history_event e WHERE e.object_id = r.id)",
    ),
    (
        "more than thirty people were let into a unit",
        "SELECT COUNT(*) FROM (SELECT unit_id FROM residency WHERE ended_at IS NULL AND source <> 'REGISTER'
            GROUP BY unit_id HAVING COUNT(*) > 30) many",
    ),
    (
        "a reveal does not say of whom and why, or something else does",
        "SELECT COUNT(*) FROM disclosure d LEFT JOIN disclosure_reveal v ON v.disclosure_id = d.id
            WHERE (d.kind = 'REVEAL') <> (v.disclosure_id IS NOT NULL)",
    ),
    (
        "an erased account still has a name, a way in or something that is the person's",
        "SELECT COUNT(*) FROM account a WHERE a.phone LIKE 'erased:%' AND (a.name <> '' OR a.disabled_at IS NULL
            OR EXISTS (SELECT 1 FROM residency r WHERE r.account_id = a.id)
            OR EXISTS (SELECT 1 FROM wechat_account w WHERE w.account_id = a.id)
            OR EXISTS (SELECT 1 FROM session s WHERE s.account_id = a.id
                AND (s.device IS NOT NULL OR s.network IS NOT NULL))
            OR EXISTS (SELECT 1 FROM residency_request q WHERE q.account_id = a.id AND (q.name <> '' OR q.state = 'PENDING')))",
    ),
    (
        "the parts of an upload do not add up to what was received",
        "SELECT COUNT(*) FROM upload u WHERE u.received <> CASE WHEN u.state = 'OPEN'
            THEN COALESCE((SELECT SUM(p.bytes) FROM upload_part p WHERE p.upload_id = u.id), 0) ELSE u.received END
            OR (u.state <> 'OPEN' AND EXISTS (SELECT 1 FROM upload_part p WHERE p.upload_id = u.id))",
    ),
    (
        "a ticket was closed before somebody whose contact joined it was called back in its last round",
        "SELECT COUNT(*) FROM contact k JOIN ticket t ON t.id = k.ticket_id JOIN community c ON c.id = t.community_id
            WHERE t.state = 'CLOSED' AND k.joined_at IS NOT NULL AND k.callback_wanted
            AND (SELECT COUNT(*) FROM contact_callback s WHERE s.contact_id = k.id AND s.round = t.rework_count
                AND s.result = 'SOLVED') = 0
            AND (SELECT COUNT(DISTINCT s.local_day) FROM contact_callback s WHERE s.contact_id = k.id
                AND s.round = t.rework_count AND s.result = 'UNREACHABLE') < c.callback_tries",
    ),
    (
        "a ticket with contacts was closed before its own contact person was called back in its last round",
        "SELECT COUNT(*) FROM ticket t JOIN community c ON c.id = t.community_id
            WHERE t.state = 'CLOSED' AND EXISTS (SELECT 1 FROM contact k WHERE k.ticket_id = t.id)
            AND t.kind NOT IN ('PATROL_FINDING', 'HANDOVER_DEFECT')
            AND (SELECT COUNT(*) FROM callback_attempt a WHERE a.ticket_id = t.id AND a.round = t.rework_count
                AND a.result = 'SOLVED') = 0
            AND (SELECT COUNT(DISTINCT a.local_day) FROM callback_attempt a WHERE a.ticket_id = t.id
                AND a.round = t.rework_count AND a.result = 'UNREACHABLE') < c.callback_tries",
    ),
    (
        "a contact lies in another community than its ticket or its unit",
        "SELECT COUNT(*) FROM contact k LEFT JOIN ticket t ON t.id = k.ticket_id LEFT JOIN unit u ON u.id = k.unit_id
            WHERE t.community_id <> k.community_id OR u.community_id <> k.community_id",
    ),
    (
        "a file that can be downloaded has no disclosure of its making, or several",
        "SELECT COUNT(*) FROM export x WHERE x.state = 'DONE' AND (SELECT COUNT(*) FROM disclosure d
            WHERE d.export_id = x.id AND d.kind = 'EXPORT' AND d.sha256 = x.sha256) <> 1",
    ),
    (
        "a notice tells of what is no public fault",
        "SELECT COUNT(*) FROM ticket_notice n JOIN ticket t ON t.id = n.ticket_id
            WHERE t.kind NOT IN ('PUBLIC_REPAIR', 'PATROL_FINDING')",
    ),
    (
        "somebody keeps more than fifty filters",
        "SELECT COUNT(*) FROM (SELECT staff_id FROM saved_filter GROUP BY staff_id HAVING COUNT(*) > 50) many",
    ),
    (
        "a ticket's payer and liable party do not go together",
        "SELECT COUNT(*) FROM ticket t WHERE t.liable_party IS NOT NULL
            AND (t.payer = 'PAID') <> (t.liable_party = 'OWNER')",
    ),
    (
        "a date of a recurring service has another unit's ticket, or one that is no service",
        "SELECT COUNT(*) FROM service_occurrence o JOIN service_plan p ON p.id = o.plan_id
            JOIN ticket t ON t.id = o.ticket_id WHERE t.unit_id <> p.unit_id OR t.kind <> 'PAID_SERVICE'",
    ),
    (
        "a recurring service's version is not the number of its last event",
        "SELECT COUNT(*) FROM service_plan p WHERE p.version <> (
            SELECT COALESCE(MAX(e.seq), 0) FROM history_event e WHERE e.object_id = p.id)",
    ),
    (
        "an active plan's next date has been seen to already",
        "SELECT COUNT(*) FROM service_plan p JOIN service_occurrence o ON o.plan_id = p.id AND o.on_date = p.next_on",
    ),
    (
        "the lines of a quote do not add up to it",
        "SELECT COUNT(*) FROM quote q WHERE q.labour_fen <> (SELECT COALESCE(SUM(l.amount_fen), 0) FROM quote_line l
                WHERE l.quote_id = q.id AND l.kind = 'LABOUR')
            OR q.material_fen <> (SELECT COALESCE(SUM(l.amount_fen), 0) FROM quote_line l
                WHERE l.quote_id = q.id AND l.kind = 'MATERIAL')
            OR q.total_fen <> q.labour_fen + q.material_fen
            OR NOT EXISTS (SELECT 1 FROM quote_line l WHERE l.quote_id = q.id)",
    ),
    (
        "a line of a quote is not its price for its quantity, rounded half up",
        "SELECT COUNT(*) FROM quote_line WHERE amount_fen <> (unit_price_fen * quantity_milli + 500) / 1000",
    ),
    (
        "a ticket names another state than its latest quote has",
        "SELECT COUNT(*) FROM ticket t LEFT JOIN quote q ON q.ticket_id = t.id AND q.number = (
                SELECT MAX(n.number) FROM quote n WHERE n.ticket_id = t.id)
            WHERE COALESCE(t.quote_state, '') <> COALESCE(q.state, '')",
    ),
    (
        "a ticket has two quotes that wait or were approved",
        "SELECT COUNT(*) FROM (SELECT ticket_id FROM quote WHERE state IN ('OPEN', 'APPROVED')
            GROUP BY ticket_id HAVING COUNT(*) > 1) twice",
    ),
    (
        "a quote was refused and its ticket goes on",
        "SELECT COUNT(*) FROM quote q JOIN ticket t ON t.id = q.ticket_id
            WHERE q.state = 'REFUSED' AND t.state <> 'CANCELLED'",
    ),
    (
        "a quote waits while somebody works, or when the ticket is over",
        "SELECT COUNT(*) FROM quote q JOIN ticket t ON t.id = q.ticket_id WHERE q.state = 'OPEN'
            AND t.state IN ('IN_PROGRESS', 'COMPLETED', 'CLOSED', 'CANCELLED')",
    ),
    (
        "paid work was done without an agreed price, or not charged",
        "SELECT COUNT(*) FROM ticket t WHERE t.payer = 'PAID' AND t.outcome = 'DONE' AND t.origin <> 'IMPORTED'
            AND NOT EXISTS (SELECT 1 FROM quote q WHERE q.ticket_id = t.id AND q.state = 'APPROVED'
                AND q.due_at IS NOT NULL)",
    ),
    (
        "a quote is for another organization's ticket or price item, or in another currency than its community's",
        "SELECT COUNT(*) FROM quote q JOIN ticket t ON t.id = q.ticket_id JOIN community c ON c.id = t.community_id
            LEFT JOIN quote_line l ON l.quote_id = q.id LEFT JOIN price_item p ON p.id = l.price_item_id
            WHERE q.org_id <> t.org_id OR q.currency <> c.currency OR p.org_id <> q.org_id OR p.currency <> q.currency",
    ),
    (
        "reference data changed at a place that was not given",
        "SELECT COUNT(*) FROM (SELECT org_id, changed_seq FROM ticket_category
                UNION ALL SELECT org_id, changed_seq FROM price_item) x
            LEFT JOIN reference_counter r ON r.org_id = x.org_id
            WHERE x.changed_seq < 1 OR x.changed_seq > COALESCE(r.last_seq, 0)",
    ),
    (
        "a contact joined what is no public repair",
        "SELECT COUNT(*) FROM contact k JOIN ticket t ON t.id = k.ticket_id
            WHERE k.joined_at IS NOT NULL AND t.kind <> 'PUBLIC_REPAIR'",
    ),
];

/// Panics with what does not hold.
pub async fn check(db: &Db) {
    for (what, sql) in NEVER {
        let found = Sql::new(*sql).number(db.read()).await.unwrap();
        assert_eq!(found, 0, "{what}: {found} times");
    }
    let laws = payments::broken_laws(db.read()).await.unwrap();
    assert!(laws.is_empty(), "laws of money that do not hold: {laws:?}");
    let breaks = history::verify_all(db.read()).await.unwrap().breaks;
    assert!(breaks.is_empty(), "broken histories: {breaks:?}");
}
