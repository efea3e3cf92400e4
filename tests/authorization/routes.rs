//! How each type is reached, and each query asked.

use super::people::Kind;
use super::site::Tenancy;

mod fees;
mod payments;

/// Tickets of every kind and state that a community has.
const TICKETS: &[&str] = &["ticket", "public", "waiting", "paused", "cancelled", "planned"];
/// What a contractor's person was given.
const GIVEN: &[&str] = &["contracted"];

/// A way to objects of a type.
pub struct Route {
    /// The type.
    pub of: &'static str,
    /// Fields from the root to the object, with their arguments; `$it` is one of the seeds.
    pub path: Vec<&'static str>,
    /// Names of the rows that are tried; what one of them shows is shown.
    pub seeds: &'static [&'static str],
    /// Where rows of several communities may come: which field of which step names the own one's canary or id.
    pub pick: Option<(usize, &'static str, &'static str)>,
}

impl Route {
    /// The rows that are tried for a viewer.
    pub fn seeds_for(&self, kind: Kind, tenancy: Tenancy) -> &'static [&'static str] {
        let given = kind == Kind::Contractor && tenancy == Tenancy::Own && self.seeds == TICKETS;
        if given { GIVEN } else { self.seeds }
    }
}

/// An object with an id, the rows that are tried, and what is reached from it: types with their paths.
type Ways = (&'static str, &'static [&'static str], &'static [(&'static str, &'static str)]);

/// Types that are reached from an object with an id: the object's type and rows, then type and path of each.
const FROM_NODES: &[Ways] = &[
    (
        "Ticket",
        TICKETS,
        &[
            ("Ticket", ""),
            ("TicketComment", "comments"),
            ("TicketEvent", "events"),
            ("FieldChange", "events changes"),
            ("CallbackAttempt", "callbacks"),
            ("TicketRating", "ratings"),
            ("TicketAttachment", "attachments"),
            ("TicketMaterial", "materials"),
            ("TicketQuote", "quotes"),
            ("QuoteLine", "quotes lines"),
            ("Escalation", "escalations"),
            ("Deadline", "deadlines"),
            ("Assignee", "assignee"),
            ("TicketNotice", "notice"),
            ("SignedLink", "printLink"),
            ("TimeSlot", "slot"),
            ("Money", "amountDue"),
            ("Category", "category"),
        ],
    ),
    (
        "Community",
        &["community"],
        &[
            ("Community", ""),
            ("ServiceHours", "serviceHours"),
            ("CalendarDay", "calendarDays(from:\"2026-05-01\",to:\"2026-05-02\")"),
        ],
    ),
    (
        "Unit",
        &["unit"],
        &[
            ("Unit", ""),
            ("CategoryWarranty", "warranty"),
            ("Household", "household"),
            ("HouseholdPerson", "household people"),
            ("Resident", "residents"),
        ],
    ),
    ("Building", &["building"], &[("Building", "")]),
    ("Staff", &["victim", "gone"], &[("Staff", ""), ("Assignment", "assignments")]),
    ("Contractor", &["contractor"], &[("Contractor", "")]),
    ("Contact", &["contact", "answered"], &[("Contact", "")]),
    ("ServicePlan", &["plan", "resting"], &[("ServicePlan", ""), ("ServiceOccurrence", "occurrences")]),
];

/// Types that are reached otherwise: type and path, where rows of several communities may come with what tells them apart.
type Other = (&'static str, &'static str, Option<(usize, &'static str, &'static str)>);

const FROM_LISTS: &[Other] = &[
    ("Node", "node(id:\"$ticket\")", None),
    ("ServicePolicy", "servicePolicies", Some((0, "communityId", "$community"))),
    ("WarrantyTerm", "warrantyTerms(communityId:\"$community\")", Some((0, "communityId", "$community"))),
    ("PriceItem", "priceList(communityId:\"$community\") nodes", Some((1, "communityId", "$community"))),
    ("SavedFilter", "savedFilters nodes", Some((1, "name", "$canary"))),
    ("ListFilter", "savedFilters nodes filter", Some((1, "name", "$canary"))),
    ("TicketFilter", "savedFilters nodes filter tickets", Some((1, "name", "$canary"))),
    ("ContactFilter", "savedFilters nodes filter contacts", Some((1, "name", "$canary"))),
    ("ContactCountsFilter", "savedFilters nodes filter contactCounts", Some((1, "name", "$canary"))),
    ("OnTimeReportFilter", "savedFilters nodes filter onTimeReport", Some((1, "name", "$canary"))),
    ("StaffFilter", "savedFilters nodes filter staff", Some((1, "name", "$canary"))),
    ("UnitFilter", "savedFilters nodes filter units", Some((1, "name", "$canary"))),
    ("Export", "export(id:\"$export\")", None),
    ("ExportColumn", "exportColumns(list:TICKETS)", None),
    ("Disclosure", "disclosures(first:100) nodes", Some((1, "filter { units { communityId } }", "$community"))),
    ("Disclosure", "disclosures(first:100) nodes", Some((1, "reason", "$canary"))),
    ("ResidencyRequest", "residencyReviews(filter:{communityId:\"$community\"}) nodes", None),
    ("RegisterMatch", "residencyReviews(filter:{communityId:\"$community\"}) nodes registerMatch", None),
    ("ResidencyDocument", "residencyReviews(filter:{communityId:\"$community\"}) nodes documents", None),
    ("LateCommand", "ticketLateCommands(ticketId:\"$waiting\") nodes", None),
    ("EstateTotals", "estateTotals", None),
    (
        "OnTimeFigures",
        "ticketOnTimeReport(input:{communityId:\"$community\",groupBy:[COMMUNITY,CATEGORY,MONTH]})",
        None,
    ),
    (
        "ContactFigures",
        "contactCounts(input:{communityId:\"$community\",groupBy:[COMMUNITY,KIND,CHANNEL,MONTH]})",
        None,
    ),
    ("OverdueFigures", "ticketOverdueBoard(communityId:\"$community\")", None),
    ("TicketStateCount", "ticketCounts(filter:{communityId:\"$community\"})", None),
    (
        "AppointmentSlot",
        "appointmentSlots(communityId:\"$community\",categoryId:\"$category\",from:\"2026-03-06\")",
        None,
    ),
    ("DispatchCandidate", "ticketDispatchSuggest(ticketId:\"$waiting\")", None),
    ("CommunityTicketSettings", "communityTicketSettings(communityId:\"$community\")", None),
    ("UnitSearchMatch", "unitSearch(communityId:\"$community\",text:\"$canary\")", None),
    ("ReferenceChanges", "referenceChanges", None),
    ("TicketChanges", "ticketChanges", None),
    ("RoleRights", "roles", None),
    ("RoleEvent", "roles events", None),
    ("Viewer", "viewer", None),
    ("Badges", "viewer badges", None),
    ("Home", "viewer units", None),
    ("Session", "viewer sessions nodes", None),
];

/// Every query, as it is asked about a community.
pub fn queries() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    QUERIES.iter().chain(fees::QUERIES).chain(payments::QUERIES)
}

const QUERIES: &[(&str, &str)] = &[
    ("appointmentSlots", "(communityId:\"$community\",categoryId:\"$category\",from:\"2026-03-06\")"),
    ("callbacksDue", "(filter:{communityId:\"$community\"})"),
    ("communities", "(text:\"$canary\")"),
    ("communityTicketSettings", "(communityId:\"$community\")"),
    ("contactCallbacksDue", "(filter:{communityId:\"$community\"})"),
    ("contactCounts", "(input:{communityId:\"$community\"})"),
    ("contacts", "(filter:{communityId:\"$community\"})"),
    ("contractors", ""),
    ("disclosures", ""),
    ("estateTotals", ""),
    ("export", "(id:\"$export\")"),
    ("exportColumns", "(list:TICKETS)"),
    ("myDay", "(filter:{communityId:\"$community\"})"),
    ("node", "(id:\"$ticket\")"),
    ("priceList", "(communityId:\"$community\",text:\"$canary\")"),
    ("referenceChanges", ""),
    ("residencyReviews", "(filter:{communityId:\"$community\"})"),
    ("roles", ""),
    ("savedFilters", "(list:UNITS)"),
    ("servicePlans", "(filter:{communityId:\"$community\"})"),
    ("servicePolicies", ""),
    ("staff", "(filter:{communityId:\"$community\"})"),
    ("ticketCategories", ""),
    ("ticketChanges", ""),
    ("ticketCounts", "(filter:{communityId:\"$community\"})"),
    ("ticketDispatchSuggest", "(ticketId:\"$waiting\")"),
    ("ticketLateCommands", "(ticketId:\"$waiting\")"),
    ("ticketOnTimeReport", "(input:{communityId:\"$community\"})"),
    ("ticketOverdueBoard", "(communityId:\"$community\")"),
    ("ticketPool", "(filter:{communityId:\"$community\"})"),
    ("tickets", "(filter:{communityId:\"$community\"})"),
    ("ticketsOverdue", "(filter:{communityId:\"$community\"})"),
    ("ticketsToDispatch", "(filter:{communityId:\"$community\"})"),
    ("unit", "(id:\"$unit\")"),
    ("unitSearch", "(communityId:\"$community\",text:\"$canary\")"),
    ("units", "(filter:{communityId:\"$community\"})"),
    ("viewer", ""),
    ("warrantyTerms", "(communityId:\"$community\")"),
];

/// Fields that need arguments.
pub fn arguments(of: &str, field: &str) -> &'static str {
    match (of, field) {
        ("Community", "calendarDays") => "(from:\"2026-05-01\",to:\"2026-05-02\")",
        _ => "",
    }
}

/// Every way.
pub fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    for (node, seeds, ways) in FROM_NODES.iter().chain(fees::FROM_NODES).chain(payments::FROM_NODES) {
        let start: &'static str = match *node {
            "Ticket" => "... on Ticket",
            "Community" => "... on Community",
            "Unit" => "... on Unit",
            "Building" => "... on Building",
            "Staff" => "... on Staff",
            "Contractor" => "... on Contractor",
            "Contact" => "... on Contact",
            "ServicePlan" => "... on ServicePlan",
            "Charge" => "... on Charge",
            "Bill" => "... on Bill",
            "BillingRun" => "... on BillingRun",
            "Payment" => "... on Payment",
            "Shift" => "... on Shift",
            "Receipt" => "... on Receipt",
            "InvoiceRequest" => "... on InvoiceRequest",
            "Refund" => "... on Refund",
            "SuspenseItem" => "... on SuspenseItem",
            "Reconciliation" => "... on Reconciliation",
            other => panic!("{other} is no node"),
        };
        for (of, path) in *ways {
            let path = ["node(id:\"$it\")", start].into_iter().chain(path.split_whitespace()).collect();
            routes.push(Route { of, path, seeds, pick: None });
        }
    }
    for (of, path, pick) in FROM_LISTS.iter().chain(fees::FROM_LISTS).chain(payments::FROM_LISTS) {
        routes.push(Route { of, path: path.split_whitespace().collect(), seeds: &[""], pick: *pick });
    }
    routes
}
