//! What a document costs, and that it is told to whoever asks.

use std::sync::Arc;

use api::graphql::limits::{Costs, Limits, measure};
use async_graphql::Variables;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{BaseType, Type, TypeKind, TypeSystemDefinition};
use serde_json::{Value, json};
use support::{TestApp, World, both};

both!(the_cost_is_told_on_request, what_is_over_a_limit_is_named);

async fn ask(app: &TestApp, token: Option<&str>, query: &str, cost: Option<&str>) -> Value {
    let mut request = app.http().post(app.url("/graphql")).json(&json!({ "query": query }));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if let Some(cost) = cost {
        request = request.header("linli-cost", cost);
    }
    request.send().await.unwrap().json().await.unwrap()
}

async fn the_cost_is_told_on_request(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    for (query, cost) in [
        ("{ viewer { id name } }", 3),
        ("{ units { nodes { number } } }", 2 + 20 * 2),
        ("{ units(first: 5) { nodes { number } totalCount } }", 2 + 5 * 3),
        ("{ units(first: 5) { ...F } } fragment F on UnitConnection { nodes { number } }", 2 + 5 * 2),
    ] {
        let answer = ask(&app, admin.token(), query, Some("1")).await;
        assert_eq!(answer["extensions"]["cost"], json!({ "requested": cost, "limit": 5_000 }), "{query} {answer}");
        assert!(answer.get("errors").is_none());
    }
    for header in [None, Some("0")] {
        assert!(ask(&app, admin.token(), "{ viewer { id } }", header).await.get("extensions").is_none());
    }
}

async fn what_is_over_a_limit_is_named(app: Arc<TestApp>) {
    let many = |count: usize, part: &str| (0..count).map(|n| part.replace('#', &n.to_string())).collect::<String>();
    for (query, limit) in [
        (format!("{{ {} }}", many(65, "a#: __typename ")), "aliases"),
        (format!("{{ {} }}", many(2_001, "__typename ")), "fields"),
        (format!("{{ __typename {} }}", many(65, "@skip(if: false) ")), "directives"),
        ("{ viewer { staff { assignments { community { buildings(first: 100) { edges { node { id name } } } } } } } \
            communities(first: 100) { nodes { buildings(first: 100) { nodes { id } } } } }".to_owned(), "cost"),
        (format!("{}id{}", "{ viewer ".repeat(16) + "{", "}".repeat(17)), "depth"),
        (format!("{{ __typename }} {}", many(201, "fragment F# on Query { __typename } ")), "fragments"),
        (many(51, "query Q# { __typename } "), "operations"),
        (format!("{{ __typename }} # {}", "x".repeat(65_536)), "bytes"),
        (format!("{{ {} }}", many(8_001, "a ")), "tokens"),
        ("{".repeat(65), "nesting"),
    ] {
        let answer = ask(&app, None, &query, None).await;
        let extensions = &answer["errors"][0]["extensions"];
        assert_eq!((&extensions["code"], &extensions["limit"]), (&json!("TOO_COMPLEX"), &json!(limit)), "{answer}");
        assert!(answer.get("data").is_none());
    }
}

/// The library counts for itself, by what the resolvers say: two counts of one thing must be the same.
#[tokio::test]
async fn both_counts_are_the_same_for_every_field_of_the_schema() {
    let (sdl, config) = (api::graphql::sdl(), api::config::Config::load_from(None, std::iter::empty(), &[]).unwrap());
    let costs = Costs::of(&sdl);
    let limits = Limits { depth: 16, cost: u64::MAX, fields: 2_000, aliases: 64, directives: 64 };
    let (mut checked, mut lists) = (0, 0);
    for document in documents(&sdl) {
        let parsed = parse_query(&document).unwrap();
        let ours = measure(&costs, &parsed, None, &Variables::default(), &limits).unwrap().cost;
        let too_much =
            |answer: async_graphql::Response| answer.errors.iter().any(|it| it.message == "Query is too complex.");
        // Without a request behind it no resolver may run: a directive that nobody knows keeps the document from it.
        let stopped = document.replacen("{ ", "query @nobody { ", 1);
        let limit = |limit: u64| {
            let graphql_complexity = usize::try_from(limit).unwrap();
            api::graphql::schema(&api::config::Config { graphql_complexity, ..config.clone() })
        };
        assert!(!too_much(limit(ours).execute(&stopped).await), "the library counts more: {document}");
        assert!(ours == 0 || too_much(limit(ours - 1).execute(&stopped).await), "the library counts less: {document}");
        checked += 1;
        lists += usize::from(document.contains("first: 7"));
    }
    assert!(checked > 100 && lists > 10, "{checked} fields, {lists} lists");
}

/// A document for each field of each object that a query leads to in a few steps, with `first: 7` where there is one.
fn documents(sdl: &str) -> Vec<String> {
    let parsed = async_graphql::parser::parse_schema(sdl).unwrap();
    let mut objects = std::collections::BTreeMap::new();
    for definition in &parsed.definitions {
        if let TypeSystemDefinition::Type(definition) = definition
            && let TypeKind::Object(object) = &definition.node.kind
        {
            objects.insert(definition.node.name.node.to_string(), object);
        }
    }
    let mut found = Vec::new();
    for (name, object) in &objects {
        if matches!(name.as_str(), "Mutation" | "Subscription") {
            continue;
        }
        for field in &object.fields {
            let pages = field.node.arguments.iter().any(|argument| argument.node.name.node == "first");
            let leads_to = named(&field.node.ty.node);
            let first = if pages { "(first: 7)" } else { "" };
            let below = objects.get(leads_to).map_or_else(String::new, |object| {
                let leaf = object
                    .fields
                    .iter()
                    .find(|it| it.node.arguments.is_empty() && !objects.contains_key(named(&it.node.ty.node)));
                format!(" {{ {} }}", leaf.map_or("__typename", |leaf| leaf.node.name.node.as_str()))
            });
            let selected = format!("{}{first}{below}", field.node.name.node);
            found.push(match name.as_str() {
                "Query" => format!("{{ {selected} }}"),
                _ => format!("{{ ... on {name} {{ {selected} }} }}"),
            });
        }
    }
    found
}

fn named(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => named(inner),
    }
}
