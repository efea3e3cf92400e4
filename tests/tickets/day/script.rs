//! The day as it is played, and the figures that a hand computed from it.

/// Tuesday, 3 March 2026, in Shanghai: when, who, what, with which ticket or contact, and what it needs.
///
/// Tickets are T01 to T30, contacts that matter later C01 and on; 101 to 104 are the residents of these units. Lines of
/// `qian` between `offline` and `online` reach the server when he is online again.
pub const DAY: &str = "
07:05 desk hears ENQUIRY PHONE answered
07:10 101 submits T01 PLUMBING
07:15 dispatcher gives T01 zhao
07:18 zhao accepts T01
07:20 desk takes T02 102 PLUMBING
07:25 dispatcher gives T02 zhao
07:28 zhao accepts T02
07:30 zhao starts T01
07:35 desk hears ENQUIRY PHONE answered
07:40 desk takes T03 103 DOORS_WINDOWS
07:45 dispatcher gives T03 zhao
07:45 desk takes T04 104 ELECTRICAL
07:50 zhao accepts T03
07:50 dispatcher gives T04 qian
07:52 qian accepts T04
08:00 zhao completes T01
08:00 102 submits T05 ELECTRICAL
08:05 dispatcher gives T05 qian
08:05 zhao starts T02
08:10 qian accepts T05
08:10 qian starts T04
08:10 desk hears ENQUIRY VISIT answered
08:15 desk takes T06 101 PLUMBING
08:20 desk takes T23 101 ELEVATOR public emergency
08:22 desk joins C01 T23 102
08:25 desk joins C02 T23 103
08:28 dispatcher gives T23 sun
08:30 desk joins C03 T23 104
08:30 desk takes T07 103 WALLS
08:35 desk joins C04 T23 102
08:40 sun accepts T23
08:40 dispatcher gives T07 zhao
08:40 zhao completes T02
08:40 qian completes T04
08:42 zhao accepts T07
08:44 zhao claims T06
08:45 zhao starts T03
08:45 qian starts T05
08:50 desk takes T08 104 LEAK
08:55 sun starts T23
08:55 dispatcher gives T08 zhao
09:00 zhao accepts T08
09:00 desk takes T09 102 PLUMBING
09:05 dispatcher gives T09 zhao
09:05 desk hears SUGGESTION PHONE answered
09:10 zhao accepts T09
09:10 desk takes T10 101 PLUMBING 14:00-16:00
09:15 dispatcher gives T10 zhao
09:20 zhao accepts T10
09:20 zhao completes T03
09:25 zhao starts T06
09:25 101 says C05 ENQUIRY
09:30 qian completes T05
09:30 desk calls T01 SOLVED
09:30 desk takes T18 102 ELECTRICAL
09:35 desk calls T02 SOLVED
09:35 dispatcher gives T18 qian
09:40 qian accepts T18
09:40 104 submits T11 PLUMBING 15:00-17:00
09:45 desk answers C05
09:45 dispatcher gives T11 zhao
09:45 desk takes T15 101 ELECTRICAL
09:50 zhao accepts T11
09:50 zhao completes T06
09:50 dispatcher gives T15 qian
09:50 desk takes T16 104 ELECTRICAL
09:55 qian accepts T15
09:55 zhao starts T07
09:55 dispatcher gives T16 qian
09:55 desk takes T17 103 HEATING
09:58 dispatcher gives T17 qian
10:00 qian offline
10:00 desk calls T03 SOLVED
10:00 desk hears C12 HOME_REPAIR PHONE
10:00 steward finds T25 FIRE_SAFETY
10:05 qian accepts T16
10:05 dispatcher gives T25 sun
10:05 desk calls T04 SOLVED
10:08 qian accepts T17
10:10 desk calls T05 NOT_SOLVED
10:12 desk makes T12 C12 103 PLUMBING
10:14 sun accepts T25
10:15 qian starts T15
10:15 desk hears PRAISE WECHAT answered
10:20 dispatcher gives T12 zhao
10:25 zhao declines T12
10:30 zhao completes T07
10:30 desk takes T13 102 PLUMBING
10:35 zhao starts T08
10:35 dispatcher gives T12 zhao
10:35 dispatcher gives T13 zhao
10:40 sun completes T23
10:40 zhao accepts T12
10:40 zhao accepts T13
10:45 desk hears COMPLAINT PHONE
10:50 qian completes T15
10:55 qian starts T16
11:00 desk calls T06 SOLVED
11:00 103 submits T14 PLUMBING
11:05 desk calls T23 SOLVED
11:10 desk calls C01 SOLVED
11:10 103 cancels T14
11:12 desk calls C02 SOLVED
11:14 desk calls C03 SOLVED
11:16 desk calls C04 SOLVED
11:20 dispatcher transfers T18 zhao
11:20 desk hears OTHER_SERVICE PHONE answered
11:25 zhao accepts T18
11:30 qian completes T16
11:30 steward finds T27 WALLS
11:30 zhao completes T08
11:35 qian starts T17
11:35 zhao starts T09
11:40 dispatcher gives T27 zhao
11:44 zhao accepts T27
11:50 desk hears ENQUIRY PHONE answered
12:00 desk takes T24 103 ELEVATOR public
12:05 dispatcher gives T24 sun
12:10 zhao gives_up T09
12:12 sun accepts T24
12:15 zhao starts T12
12:20 qian completes T17
12:25 qian starts T18
12:30 104 submits T28 DOORS_WINDOWS handover
12:35 dispatcher gives T28 zhao
12:40 zhao accepts T28
12:40 qian completes T18
12:45 desk hears C06 COMPLAINT VISIT
12:50 zhao completes T12
13:00 sun starts T24
13:00 qian online
13:05 qian accepts T05
13:10 qian starts T05
13:10 101 submits T19 HEATING
13:15 dispatcher gives T19 qian
13:15 dispatcher settles T18
13:20 qian accepts T19
13:25 103 says C07 SUGGESTION
13:30 zhao starts T13
13:30 sun completes T24
13:30 desk calls T15 SOLVED
13:35 sun starts T25
13:35 desk calls T16 SOLVED
13:40 qian completes T05
13:40 desk calls T17 SOLVED
13:45 qian starts T19
13:50 zhao pauses T13
13:50 desk takes T20 103 ELECTRICAL
13:55 dispatcher gives T20 qian
14:00 qian accepts T20
14:00 desk calls T09 SOLVED
14:05 desk hears OTHER PHONE answered
14:10 sun completes T25
14:15 desk answers C06
14:20 qian completes T19
14:20 zhao starts T10
14:25 qian starts T20
14:30 desk takes T21 102 APPLIANCE
14:35 dispatcher gives T21 qian
14:40 qian accepts T21
15:00 zhao completes T10
15:00 desk calls T05 SOLVED
15:05 qian completes T20
15:05 zhao starts T28
15:05 desk calls T12 SOLVED
15:10 qian starts T21
15:10 desk calls T19 SOLVED
15:15 desk hears ENQUIRY WECHAT answered
15:20 desk takes T22 104 ACCESS_CONTROL
15:25 dispatcher gives T22 qian
15:30 qian accepts T22
15:30 steward inspects T25
15:40 zhao completes T28
15:50 qian completes T21
15:55 qian starts T22
16:00 desk calls T24 SOLVED
16:00 desk calls T07 UNREACHABLE
16:10 desk hears OTHER_SERVICE VISIT answered
16:20 qian completes T22
16:30 zhao starts T11
16:30 desk calls T10 SOLVED
16:35 desk calls T20 SOLVED
17:00 desk calls T08 SOLVED
17:05 desk calls T21 SOLVED
17:10 zhao completes T11
17:10 desk calls T22 SOLVED
17:15 zhao starts T18
17:30 102 says C08 PRAISE
17:45 zhao completes T18
17:50 zhao starts T27
18:00 desk calls T11 SOLVED
18:05 zhao completes T27
18:10 101 submits T26 PLUMBING emergency
18:20 dispatcher gives T26 zhao
18:24 zhao accepts T26
18:30 desk calls T18 SOLVED
18:40 steward inspects T27
18:43 zhao starts T26
19:00 104 reaccepts T28
19:10 desk hears ENQUIRY PHONE answered
19:20 102 submits T30 OTHER
19:30 zhao completes T26
19:30 dispatcher gives T30 zhao
19:33 zhao accepts T30
20:00 desk calls T26 SOLVED
20:15 102 rates T05 3
20:35 desk takes T29 103 PLUMBING
";

/// What Qian's phone was told at 13:00 of the ten commands that it had kept, in their order.
pub const QUEUE: [&str; 10] = [
    "accept T16 APPLIED",
    "accept T17 APPLIED",
    "start T15 APPLIED",
    "complete T15 APPLIED",
    "start T16 APPLIED",
    "complete T16 APPLIED",
    "start T17 APPLIED",
    "complete T17 APPLIED",
    "start T18 CONFLICT NOT_ASSIGNEE",
    "complete T18 SKIPPED PREDECESSOR_REFUSED",
];

/// Who was told what, in which minute.
///
/// T16, T17: accepted in time at 10:05 and 10:08, which the server could not know before 13:00. T05: came back at 10:10.
/// T29: submitted at 20:35, so its half hour of service time ends at 07:05 the next morning.
pub const TOLD: [&str; 17] = [
    "08:30 T06 RESPOND HALF DISPATCHER",
    "08:35 T23 ARRIVE HALF ASSIGNEE",
    "08:35 T23 RESPOND HALF ASSIGNEE",
    "08:50 T23 ARRIVE FULL ASSIGNEE+DISPATCHER+SUPERVISOR",
    "09:20 T23 COMPLETE HALF ASSIGNEE",
    "10:05 T16 RESPOND HALF ASSIGNEE",
    "10:10 T17 RESPOND HALF ASSIGNEE",
    "10:20 T16 RESPOND FULL ASSIGNEE+DISPATCHER+SUPERVISOR",
    "10:20 T23 COMPLETE FULL ASSIGNEE+DISPATCHER+SUPERVISOR",
    "10:25 T05 RESPOND HALF ASSIGNEE",
    "10:25 T17 RESPOND FULL ASSIGNEE+DISPATCHER+SUPERVISOR",
    "10:27 T12 RESPOND HALF DISPATCHER",
    "10:40 T05 RESPOND FULL ASSIGNEE+DISPATCHER+SUPERVISOR",
    "16:00 T11 ARRIVE HALF ASSIGNEE",
    "18:25 T26 ARRIVE HALF ASSIGNEE",
    "18:40 T26 ARRIVE FULL ASSIGNEE+DISPATCHER+SUPERVISOR",
    "20:50 T29 RESPOND HALF DISPATCHER",
];

/// Contacts by kind: all, answered, became tickets, joined a ticket.
pub const BY_KIND: [(&str, [i64; 4]); 8] = [
    ("COMPLAINT", [2, 1, 0, 0]),
    ("ENQUIRY", [7, 7, 0, 0]),
    ("HOME_REPAIR", [18, 0, 18, 0]),
    ("OTHER", [1, 1, 0, 0]),
    ("OTHER_SERVICE", [2, 2, 0, 0]),
    ("PRAISE", [2, 1, 0, 0]),
    ("PUBLIC_REPAIR", [6, 0, 2, 4]),
    ("SUGGESTION", [2, 1, 0, 0]),
];

/// The same by channel.
pub const BY_CHANNEL: [(&str, [i64; 4]); 4] =
    [("APP", [3, 1, 0, 0]), ("PHONE", [32, 7, 20, 4]), ("VISIT", [3, 3, 0, 0]), ("WECHAT", [2, 2, 0, 0])];

/// Tickets by state at 21:00.
pub const STATES: [(&str, i64); 6] =
    [("ACCEPTED", 1), ("CANCELLED", 1), ("CLOSED", 25), ("COMPLETED", 1), ("PAUSED", 1), ("SUBMITTED", 1)];

/// What each closed.
pub const CLOSED: [(&str, i64); 3] = [("qian", 9), ("sun", 3), ("zhao", 13)];

/// Tickets that did not go the usual way, at 21:00: state, rework, outcome, callback tries, and which clocks were missed.
pub const SPECIAL: [(&str, &str); 9] = [
    ("T05", "CLOSED 1 DONE 0 RESPOND"),
    ("T07", "COMPLETED 0 DONE 1 -"),
    ("T09", "CLOSED 0 NOT_REPAIRABLE 0 -"),
    ("T13", "PAUSED 0 - 0 -"),
    ("T14", "CANCELLED 0 - 0 -"),
    ("T16", "CLOSED 0 DONE 0 -"),
    ("T23", "CLOSED 0 DONE 0 ARRIVE COMPLETE"),
    ("T26", "CLOSED 0 DONE 0 ARRIVE"),
    ("T29", "SUBMITTED 0 - 0 -"),
];

/// The on-time report: tickets, in time, late, overdue, share in time.
pub const ON_TIME: (i64, i64, i64, i64, &str) = (30, 25, 1, 0, "0.9615");
