//! Who may do and see what: every field of the schema, for every kind of viewer, at home, elsewhere in the organization
//! and in another organization. `cells.txt` decides; here it is executed.

mod ask;
mod digest;
mod inputs;
mod means;
mod people;
mod report;
mod routes;
mod run;
mod schema;
mod site;
mod table;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use api::domains::payments;
use chrono::Duration;
use support::program::repository;
use support::{TestApp, World};

use inputs::inputs;
use routes::{queries, routes};
use run::Matrix;
use schema::Schema;
use site::{Site, Tenancy};
use table::Table;

/// Executes every cell and compares it with the table; prints how many there are.
pub async fn every_cell_is_decided_and_so(app: Arc<TestApp>) {
    let (schema, table) =
        (Schema::read(), Table::read(&std::fs::read_to_string(repository("tests/authorization/cells.txt")).unwrap()));
    let (one, two) = (World::build(&app, 1).await, World::build(&app, 2).await);
    let people = people::gather(&app, &one).await;
    let mut sites = [
        Site::fill(&app, &one, Tenancy::Own, &people).await,
        Site::fill(&app, &one, Tenancy::Elsewhere, &[]).await,
        Site::fill(&app, &two, Tenancy::Foreign, &[]).await,
    ];
    app.advance(Duration::days(2));
    payments::reconcile(&app.app).await.unwrap();
    for site in &mut sites {
        site.reconciled().await;
    }
    let found = Mutex::default();
    let matrix = Matrix { app: &app, schema: &schema, table: &table, people: &people, sites: &sites, found };
    matrix.read_types().await;
    matrix.read_queries().await;
    matrix.subscribe().await;
    matrix.mutate().await;
    let found = matrix.found.into_inner().unwrap();
    if let Ok(path) = std::env::var("LINLI_CELLS_DRAFT") {
        std::fs::write(path, report::draft(&found)).unwrap();
        println!("{:#?}", found.happened);
    }
    let (undecided, otherwise) = report::compare(&found, &table);
    let cells: usize = found.cells.values().map(|cells| cells.len()).sum();
    println!(
        "authorization: {cells} cells, {} undecided, {} leaking ({:?}, {} requests)",
        undecided.len(),
        found.leaks.len(),
        app.backend,
        found.requests
    );
    let nothing = Vec::<String>::new();
    for (what, found) in [("changes", &found.changes), ("undecided", &undecided), ("otherwise", &otherwise)] {
        if !found.is_empty() {
            println!("{what}: {found:#?}");
        }
    }
    assert_eq!(found.leaks, nothing, "leaking");
    assert_eq!(found.changes, nothing, "denied, and changed something");
    assert_eq!(undecided, nothing, "undecided");
    assert_eq!(otherwise, nothing, "otherwise than decided");
    let happened = |name: &str| found.happened.get(name).is_some_and(|codes| codes.contains("OK"));
    let idle = inputs().map(|input| input.mutation).filter(|name| !happened(name) && !REFUSED.contains(name));
    assert_eq!(idle.collect::<Vec<_>>(), Vec::<&str>::new(), "happened for nobody: is the input good?");
    let known: BTreeSet<String> = found.cells.keys().map(|(of, field)| format!("{of}.{field}")).collect();
    let types = known.iter().map(|target| format!("{}.*", target.split('.').next().unwrap()));
    let known: BTreeSet<String> = types.chain(known.clone()).collect();
    assert_eq!(table.stale(&known), nothing, "decides nothing");
}

/// Commands that are refused here for another reason than who gives them: they need a code, a secret, WeChat, or a session
/// or state that only the own tests make.
const REFUSED: [&str; 13] = [
    "accountErase",
    "contactCallbackRecord",
    "passwordChange",
    "residencyBind",
    "residencyLeave",
    "sessionRevoke",
    "signInCodeRequest",
    "signInResident",
    "signInStaff",
    "signInWechat",
    "tokenRefresh",
    "wechatBind",
    "wechatUnbind",
];

/// What is reached by nothing of its own: it follows the field that gives it.
fn follows(of: &str) -> bool {
    // A waiver, the vacancies of a unit, and money at the desk are told by the command alone that sets or takes them; what a
    // phone needs to pay by the one that begins a payment.
    ["Payload", "Connection", "Edge"].iter().any(|end| of.ends_with(end))
        || ["PageInfo", "UserError", "TicketCommandResult", "UnitVacancies", "Waiver", "DeskPayment"].contains(&of)
        || ["JsapiPay", "WechatAppPay", "CodePay", "OrderStringPay", "PagePay"].contains(&of)
}

#[test]
fn every_field_of_the_schema_is_executed() {
    let schema = Schema::read();
    let (reached, asked): (BTreeSet<&str>, BTreeSet<&str>) =
        (routes().iter().map(|route| route.of).collect(), queries().map(|(name, _)| *name).collect());
    let sent: BTreeSet<&str> = inputs().map(|input| input.mutation).collect();
    for (of, fields) in &schema.types {
        let names: BTreeSet<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        match of.as_str() {
            "Query" => assert_eq!(names, asked, "queries"),
            "Mutation" => assert_eq!(names, sent, "mutations"),
            "Subscription" => assert_eq!(names, BTreeSet::from(["ticketUpdated"]), "subscriptions"),
            other => assert!(follows(other) || reached.contains(other), "nothing leads to {other}"),
        }
    }
}
