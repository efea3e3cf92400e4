-- A city, written set-based. Settings: bench.communities (a community has 5 buildings of 50 units), and the
-- organizations with their categories, which stand in the database already. The same settings make the same rows,
-- but for times, which count back from the hour of the run, and the keys of organizations and categories.

-- The rows agree with each other by construction: foreign keys are not checked one by one.
SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '256MB';
SET work_mem = '256MB';

CREATE FUNCTION pg_temp.anchor() RETURNS timestamptz LANGUAGE sql STABLE AS
    $$ SELECT date_trunc('hour', now()) - interval '12 hours' $$;
-- A UUIDv7 of a time: keys sort by time, as the application's own do.
CREATE FUNCTION pg_temp.id(kind text, n bigint, at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    $$ SELECT CAST(lpad(to_hex(CAST(extract(epoch FROM at) * 1000 AS bigint)), 12, '0')
        || '7' || substr(md5(kind || n), 1, 3) || '8' || substr(md5(kind || n), 4, 15) AS uuid) $$;
-- One of `among` numbers from 0, for each kind and n another.
CREATE FUNCTION pg_temp.pick(kind text, n bigint, among bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
    $$ SELECT (hashtextextended(kind || n, 42) & 9223372036854775807) % among $$;
-- One field of an event's hash: its length and itself; a missing one has a length that no field has.
CREATE FUNCTION pg_temp.field(value bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS
    $$ SELECT COALESCE(int8send(octet_length(value)) || value, int8send(-1)) $$;
CREATE FUNCTION pg_temp.micros(at timestamptz) RETURNS bytea LANGUAGE sql IMMUTABLE AS
    $$ SELECT int8send(CAST(extract(epoch FROM at) * 1000000 AS bigint)) $$;

CREATE TEMP TABLE place AS
SELECT n, pg_temp.id('community', n, start) AS id, org_id, start
FROM (SELECT n, pg_temp.anchor() - interval '3 years' AS start,
        (SELECT array_agg(id ORDER BY name) FROM organization) AS orgs
    FROM generate_series(1, current_setting('bench.communities')::bigint) n) numbered,
    LATERAL (SELECT orgs[1 + n % array_length(orgs, 1)] AS org_id) org;

INSERT INTO community (id, org_id, name, address, time_zone, currency, service_opens_minute, service_closes_minute,
    callback_tries, reopen_days, created_at)
SELECT id, org_id, '小区' || n, '新区路' || n || '号', 'Asia/Shanghai', 'CNY', 420, 1260, 3, 7, start FROM place;

CREATE TEMP TABLE house AS
SELECT (p.n - 1) * 5 + b AS n, pg_temp.id('building', (p.n - 1) * 5 + b, start) AS id, org_id, p.id AS community_id, b, start
FROM place p, generate_series(1, 5) b;
INSERT INTO building (id, org_id, community_id, name, completed_on, created_at)
SELECT id, org_id, community_id, b || '栋', CAST(start - interval '5 years' AS date), start FROM house;

CREATE TEMP TABLE home AS
SELECT (h.n - 1) * 50 + k AS n, pg_temp.id('unit', (h.n - 1) * 50 + k, start) AS id,
    pg_temp.id('account', (h.n - 1) * 50 + k, start) AS account_id, org_id, community_id, h.id AS building_id, k, start,
    '业主' || ((h.n - 1) * 50 + k) AS person, '138' || lpad(CAST((h.n - 1) * 50 + k AS text), 8, '0') AS phone
FROM house h, generate_series(1, 50) k;
INSERT INTO unit (id, org_id, community_id, building_id, number, floor, area, usage, delivered_on, created_at)
SELECT id, org_id, community_id, building_id, (1 + (k - 1) / 4) || '0' || (1 + (k - 1) % 4), 1 + (k - 1) / 4,
    6000 + pg_temp.pick('area', n, 9000), 'FLAT', CAST(start - interval '4 years' AS date), start
FROM home;
INSERT INTO account (id, phone, name, locale, password_temporary, created_at)
SELECT account_id, phone, person, 'zh-CN', false, start FROM home;
INSERT INTO residency (id, org_id, unit_id, account_id, role, name, phone, id_last4, review_state, started_at, created_at)
SELECT pg_temp.id('residency', n, start), org_id, id, account_id, 'OWNER', person, phone,
    lpad(CAST(n % 10000 AS text), 4, '0'), 'APPROVED', start, start
FROM home;
INSERT INTO session (id, account_id, kind, created_at, expires_at)
SELECT pg_temp.id('session', n, seen), account_id, 'RESIDENT', seen, seen + interval '30 days'
FROM home, LATERAL (SELECT pg_temp.anchor() - interval '1 minute' * pg_temp.pick('session', n, 30000) AS seen) s;

-- A year of bills for each home, of which the last three are open, and something paid ahead for every third. The ledger
-- behind them is not read by what is measured, and is left out.
INSERT INTO fee_item (id, org_id, community_id, code, name_zh, name_en, kind, timing, cycle_months, rounding, due_days,
    in_parts, vacant_share, late_grace_days, late_cap, active, version, created_at, updated_at)
SELECT pg_temp.id('item', n, start), org_id, id, 'MANAGEMENT', '物业费', 'Management fee', 'AREA', 'ADVANCE', 1, 'FEN', 15,
    true, 10000, 0, 0, true, 1, start, start
FROM place;
INSERT INTO payer (id, org_id, residency_id, name, phone, is_company, created_at)
SELECT pg_temp.id('payer', n, start), org_id, pg_temp.id('residency', n, start), person, phone, false, start FROM home;
INSERT INTO prepaid_balance (id, org_id, payer_id, unit_id, amount, updated_at)
SELECT pg_temp.id('prepaid', n, start), org_id, pg_temp.id('payer', n, start), id, 100 + pg_temp.pick('prepaid', n, 20000), start
FROM home WHERE n % 3 = 0;
CREATE TEMP TABLE billed AS
SELECT (h.n - 1) * 12 + m AS n, pg_temp.id('bill', (h.n - 1) * 12 + m, at) AS id, h.org_id, h.community_id, h.id AS unit_id,
    pg_temp.id('payer', h.n, start) AS payer_id, pg_temp.id('item', (h.n - 1) / 250 + 1, start) AS item_id, m, at,
    CAST(at AT TIME ZONE 'Asia/Shanghai' AS date) AS day, 10000 + pg_temp.pick('amount', h.n, 20000) AS amount
FROM generate_series(1, 12) m, home h,
    LATERAL (SELECT date_trunc('month', pg_temp.anchor()) - interval '1 month' * (12 - m) AS at) month;
INSERT INTO bill (id, org_id, community_id, unit_id, payer_id, number, billed_on, due_on, created_at)
SELECT id, org_id, community_id, unit_id, payer_id, to_char(day, 'YYYYMM') || '-' || lpad(CAST(n AS text), 8, '0'), day,
    day + 15, at
FROM billed ORDER BY at, n;
INSERT INTO charge (id, org_id, community_id, unit_id, payer_id, fee_item_id, bill_id, source, period_start, months,
    segment_start, segment_end, revision, quantity, rate, share, estimated, amount, credited, waived, paid, due_on, created_at)
SELECT pg_temp.id('charge', n, at), org_id, community_id, unit_id, payer_id, item_id, id, 'RUN', day, 1, day,
    CAST(day + interval '1 month' AS date), 0, 89500, 30000, 10000, false, amount, 0, 0,
    CASE WHEN m <= 9 THEN amount ELSE 0 END, day + 15, at
FROM billed ORDER BY at, n;

-- Four technicians and a dispatcher for each community.
CREATE TEMP TABLE worker AS
SELECT (p.n - 1) * 5 + k AS n, pg_temp.id('staff', (p.n - 1) * 5 + k, start) AS id,
    pg_temp.id('staff account', (p.n - 1) * 5 + k, start) AS account_id, org_id, p.id AS community_id, k, start
FROM place p, generate_series(1, 5) k;
INSERT INTO account (id, phone, name, locale, password_temporary, created_at)
SELECT account_id, '139' || lpad(CAST(n AS text), 8, '0'), '员工' || n, 'zh-CN', false, start FROM worker;
INSERT INTO staff_member (id, org_id, account_id, name, duty_state, duty_changed_at, created_at)
SELECT id, org_id, account_id, '员工' || n, 'ON_DUTY', start, start FROM worker;
INSERT INTO staff_assignment (id, org_id, staff_id, role, community_id, created_at)
SELECT pg_temp.id('assignment', n, start), org_id, id, CASE WHEN k = 5 THEN 'DISPATCHER' ELSE 'TECHNICIAN' END,
    community_id, start
FROM worker;
INSERT INTO staff_trade (staff_id, trade, org_id)
SELECT id, trade, org_id FROM worker, unnest(ARRAY['PLUMBING', 'ELECTRICAL', 'MASONRY', 'GENERAL']) trade WHERE k < 5;

-- Six tickets a unit over two years; those of the last weeks are in every state, the older ones are over.
CREATE TEMP TABLE asked AS
SELECT t.n, pg_temp.id('ticket', t.n, at) AS id, h.org_id, h.community_id, h.building_id, h.account_id, h.person, h.phone,
    CASE WHEN pg_temp.pick('public', t.n, 10) > 0 THEN h.id END AS unit_id, at, state,
    categories[1 + pg_temp.pick('category', t.n, array_length(categories, 1))] AS category_id,
    w.id AS staff_id, w.account_id AS staff_account_id,
    '厨房水槽下面的管子漏水，请尽快派师傅上门查看。第' || t.n || '号报修。' AS words,
    CASE state
        WHEN 'SUBMITTED' THEN ARRAY['SUBMITTED']
        WHEN 'CANCELLED' THEN ARRAY['SUBMITTED', 'CANCELLED']
        WHEN 'DISPATCHED' THEN ARRAY['SUBMITTED', 'DISPATCHED']
        WHEN 'ACCEPTED' THEN ARRAY['SUBMITTED', 'DISPATCHED', 'ACCEPTED']
        WHEN 'IN_PROGRESS' THEN ARRAY['SUBMITTED', 'DISPATCHED', 'ACCEPTED', 'IN_PROGRESS']
        WHEN 'PAUSED' THEN ARRAY['SUBMITTED', 'DISPATCHED', 'ACCEPTED', 'IN_PROGRESS', 'PAUSED']
        WHEN 'COMPLETED' THEN ARRAY['SUBMITTED', 'DISPATCHED', 'ACCEPTED', 'IN_PROGRESS', 'COMPLETED']
        ELSE ARRAY['SUBMITTED', 'DISPATCHED', 'ACCEPTED', 'IN_PROGRESS', 'COMPLETED', 'CLOSED']
    END AS path
FROM (SELECT count(*) AS units, count(*) * 6 AS tickets, (SELECT count(*) FROM place) AS places FROM home) total,
    LATERAL (SELECT n, pg_temp.anchor() - interval '730 days' * ((tickets - n) / CAST(tickets AS float8)) AS at,
        -- The newest are work in progress, one for each technician.
        tickets - n < places * 4 AS given, (tickets - n) / places AS turn,
        1 + CASE WHEN tickets - n < places * 4 THEN (tickets - n) % places * 250 + pg_temp.pick('home', n, 250)
            ELSE pg_temp.pick('home', n, units) END AS home_n, pg_temp.pick('state', n, 100) AS dice, n > tickets * 0.97 AS recent
        FROM generate_series(1, tickets) n) t
    JOIN home h ON h.n = t.home_n
    JOIN worker w ON w.n = (h.n - 1) / 250 * 5 + 1
        + CASE WHEN given THEN turn ELSE pg_temp.pick('worker', t.n, 4) END
    JOIN (SELECT org_id, array_agg(id ORDER BY code) AS categories FROM ticket_category GROUP BY org_id) k
        ON k.org_id = h.org_id,
    LATERAL (SELECT CASE
        WHEN given THEN 'IN_PROGRESS'
        WHEN NOT recent THEN CASE WHEN dice < 94 THEN 'CLOSED' WHEN dice < 99 THEN 'CANCELLED' ELSE 'COMPLETED' END
        WHEN dice < 15 THEN 'SUBMITTED' WHEN dice < 25 THEN 'DISPATCHED' WHEN dice < 40 THEN 'ACCEPTED'
        WHEN dice < 50 THEN 'IN_PROGRESS' WHEN dice < 56 THEN 'PAUSED' WHEN dice < 75 THEN 'COMPLETED'
        WHEN dice < 95 THEN 'CLOSED' ELSE 'CANCELLED' END AS state) s;

-- Each step of each ticket, chained to the one before as `infra::history::chain` does it.
DO $$
DECLARE step integer;
BEGIN
    FOR step IN 1..6 LOOP
        INSERT INTO history_event (id, org_id, object_kind, object_id, seq, kind, from_state, to_state, account_id,
            staff_id, payload_version, payload, payload_salt, payload_digest, prev_hash, hash, occurred_at, recorded_at)
        SELECT pg_temp.id('event' || step || '-', n, at), org_id, 'TICKET', object_id, step, kind, from_state, to_state,
            account_id, staff_id, 1, payload, salt, digest, prev_hash,
            sha256(pg_temp.field(prev_hash) || pg_temp.field(uuid_send(pg_temp.id('event' || step || '-', n, at)))
                || pg_temp.field(uuid_send(org_id)) || pg_temp.field('TICKET')
                || pg_temp.field(uuid_send(object_id)) || pg_temp.field(int4send(step))
                || pg_temp.field(convert_to(kind, 'UTF8')) || pg_temp.field(convert_to(from_state, 'UTF8'))
                || pg_temp.field(convert_to(to_state, 'UTF8')) || pg_temp.field(uuid_send(account_id))
                || pg_temp.field(uuid_send(staff_id))
                || pg_temp.field(int4send(1)) || pg_temp.field(digest) || pg_temp.field(pg_temp.micros(at))
                || pg_temp.field(pg_temp.micros(at))),
            at, at
        FROM (SELECT a.n, a.org_id, a.id AS object_id, a.path[step - 1] AS from_state, a.path[step] AS to_state,
                CASE a.path[step] WHEN 'IN_PROGRESS' THEN 'STARTED' WHEN 'CLOSED' THEN 'CALLED_BACK'
                    ELSE a.path[step] END AS kind,
                CASE WHEN step = 1 OR a.state = 'CANCELLED' THEN a.account_id ELSE a.staff_account_id END AS account_id,
                CASE WHEN step > 1 AND a.state <> 'CANCELLED' THEN a.staff_id END AS staff_id,
                a.at + interval '37 minutes' * (step - 1) AS at, p.payload, p.salt,
                sha256(p.salt || convert_to(p.payload, 'UTF8')) AS digest,
                COALESCE(before.hash, decode(repeat('00', 32), 'hex')) AS prev_hash
            FROM asked a LEFT JOIN history_event before ON before.object_id = a.id AND before.seq = step - 1,
                LATERAL (SELECT CASE WHEN step = 1
                        THEN '{"contactName":"' || a.person || '","description":"' || a.words || '","kind":"HOME_REPAIR"}'
                        ELSE '{}' END AS payload,
                    decode(md5('salt' || step || a.n), 'hex') AS salt) p
            WHERE array_length(a.path, 1) >= step) e;
    END LOOP;
END $$;

INSERT INTO ticket (id, org_id, community_id, building_id, unit_id, category_id, number, origin, channel, kind, urgency,
    payer, state, version, history_hash, description, contact_name, contact_phone, requester_id, assignee_id, worker_id,
    rework_count, callback_tries, pause_reason, outcome, submitted_at, submitted_month, clock_started_at, responded_at,
    arrived_at, paused_at, completed_at, first_callback_at, closed_at, cancelled_at, respond_due_at, complete_due_at,
    callback_due_at, next_due_at, missed_completion, updated_at)
SELECT a.id, a.org_id, community_id, building_id, unit_id, category_id,
    to_char(at AT TIME ZONE 'Asia/Shanghai', 'YYMMDD') || '-' || lpad(upper(to_hex(n)), 6, '0'), 'RESIDENT', 'APP',
    CASE WHEN unit_id IS NULL THEN 'PUBLIC_REPAIR' ELSE 'HOME_REPAIR' END, 'ORDINARY', 'FREE', state, last.seq, last.hash,
    words, person, phone, a.account_id, CASE WHEN has_worker THEN a.staff_id END, CASE WHEN done THEN a.staff_id END, 0,
    CASE WHEN state = 'CLOSED' THEN 1 ELSE 0 END, CASE WHEN state = 'PAUSED' THEN 'PARTS' END,
    CASE WHEN done THEN 'DONE' END, at,
    CAST(to_char(at AT TIME ZONE 'Asia/Shanghai', 'YYYYMM') AS integer), at,
    CASE WHEN has_worker AND state <> 'DISPATCHED' THEN at + interval '74 minutes' END,
    CASE WHEN last.seq > 3 THEN at + interval '111 minutes' END,
    CASE WHEN state = 'PAUSED' THEN at + interval '148 minutes' END,
    CASE WHEN done THEN at + interval '148 minutes' END,
    CASE WHEN state = 'CLOSED' THEN at + interval '185 minutes' END,
    CASE WHEN state = 'CLOSED' THEN at + interval '185 minutes' END,
    CASE WHEN state = 'CANCELLED' THEN at + interval '37 minutes' END,
    at + interval '30 minutes', at + interval '3 days', CASE WHEN done THEN at + interval '2 days' END,
    CASE WHEN state IN ('CLOSED', 'CANCELLED', 'PAUSED') THEN NULL
        WHEN state IN ('SUBMITTED', 'DISPATCHED') THEN at + interval '30 minutes'
        WHEN state = 'COMPLETED' THEN at + interval '2 days' ELSE at + interval '3 days' END,
    false, last.recorded_at
FROM asked a JOIN history_event last ON last.object_id = a.id AND last.seq = array_length(a.path, 1),
    LATERAL (SELECT state NOT IN ('SUBMITTED', 'CANCELLED') AS has_worker, state IN ('COMPLETED', 'CLOSED') AS done) is_now
ORDER BY n;

-- What phones have been told of the last weeks, in the order of changes.
INSERT INTO outbox (id, org_id, topic, object_kind, object_id, object_version, payload, payload_version, created_at,
    change_seq, staff_id, staff_before_id)
SELECT pg_temp.id('outbox', row_number() OVER told, e.recorded_at), e.org_id, 'ticket.' || lower(e.kind), 'TICKET', e.object_id,
    e.seq, '{"communityId":"' || a.community_id || '"}', 1, e.recorded_at, row_number() OVER told,
    CASE WHEN e.seq > 1 THEN a.staff_id END, CASE WHEN e.seq > 2 THEN a.staff_id END
FROM asked a JOIN history_event e ON e.object_id = a.id
WHERE a.at > pg_temp.anchor() - interval '25 days'
WINDOW told AS (ORDER BY e.recorded_at, e.id);
UPDATE change_counter SET last_seq = (SELECT count(*) FROM outbox) WHERE name = 'outbox';
