//! The committed schema is the one that is served, and says what each of its elements means.

use async_graphql_parser::Positioned;
use async_graphql_parser::parse_schema;
use async_graphql_parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use serde_json::Value;
use support::program::repository;

/// More than this, and the schema is no longer shaped by tasks.
const MOST_ROOT_FIELDS: usize = 200;

fn committed() -> String {
    std::fs::read_to_string(repository("schema.graphql")).unwrap()
}

#[test]
fn the_committed_schema_is_current() {
    let (committed, current) = (committed(), api::graphql::sdl());
    let first = committed.lines().zip(current.lines()).position(|(old, new)| old != new);
    assert!(
        committed == current,
        "schema.graphql differs from line {:?} on: run `cargo run -- schema > schema.graphql`",
        first.map(|line| line + 1)
    );
}

#[test]
fn the_specifications_own_directives_are_left_out() {
    let directives = parse_schema(committed())
        .unwrap()
        .definitions
        .iter()
        .any(|it| matches!(it, TypeSystemDefinition::Directive(_)));
    assert!(!directives);
}

/// Walks the schema and remembers what is wrong.
#[derive(Default)]
struct Walk {
    undescribed: Vec<String>,
    floats: Vec<String>,
    money: Vec<String>,
    elements: usize,
    root_fields: usize,
}

impl Walk {
    fn describe(&mut self, place: &str, description: Option<&Positioned<String>>) {
        self.elements += 1;
        if description.is_none_or(|text| text.node.trim().is_empty()) {
            self.undescribed.push(place.to_owned());
        }
    }

    fn typed(&mut self, place: &str, ty: &Type) {
        let name = base(&ty.base);
        if name == "Float" {
            self.floats.push(place.to_owned());
        }
        let last = place.rsplit('.').next().unwrap_or(place).to_lowercase();
        let words = ["amount", "price", "fee", "money", "balance", "paid", "cost", "sum", "rate"];
        // `rate` also begins what was rated.
        let is_money =
            words.iter().any(|word| last.starts_with(word) || last.ends_with(word)) && !last.contains("rating");
        if is_money && name == "Int" {
            self.money.push(place.to_owned());
        }
    }

    fn inputs(&mut self, place: &str, inputs: &[Positioned<InputValueDefinition>]) {
        for input in inputs {
            let place = format!("{place}.{}", input.node.name.node);
            self.describe(&place, input.node.description.as_ref());
            self.typed(&place, &input.node.ty.node);
        }
    }

    fn fields(&mut self, place: &str, fields: &[Positioned<FieldDefinition>]) {
        for field in fields {
            let place = format!("{place}.{}", field.node.name.node);
            self.describe(&place, field.node.description.as_ref());
            self.typed(&place, &field.node.ty.node);
            self.inputs(&place, &field.node.arguments);
        }
    }

    fn definition(&mut self, definition: &TypeDefinition) {
        let name = definition.name.node.as_str();
        self.describe(name, definition.description.as_ref());
        match &definition.kind {
            TypeKind::Object(object) => {
                if matches!(name, "Query" | "Mutation") {
                    self.root_fields += object.fields.len();
                }
                self.fields(name, &object.fields);
            }
            TypeKind::Interface(interface) => self.fields(name, &interface.fields),
            TypeKind::InputObject(input) => self.inputs(name, &input.fields),
            TypeKind::Enum(values) => {
                for value in &values.values {
                    self.describe(&format!("{name}.{}", value.node.value.node), value.node.description.as_ref());
                }
            }
            TypeKind::Scalar | TypeKind::Union(_) => {}
        }
    }
}

fn base(ty: &BaseType) -> &str {
    match ty {
        BaseType::Named(name) => name,
        BaseType::List(inner) => base(&inner.base),
    }
}

fn walk() -> Walk {
    let document = parse_schema(committed()).unwrap();
    let mut walk = Walk::default();
    for definition in &document.definitions {
        match definition {
            TypeSystemDefinition::Type(definition) => walk.definition(&definition.node),
            TypeSystemDefinition::Directive(directive) => {
                walk.describe(&format!("@{}", directive.node.name.node), directive.node.description.as_ref());
            }
            TypeSystemDefinition::Schema(_) => {}
        }
    }
    assert!(walk.elements > 300, "the walk found {} elements only", walk.elements);
    walk
}

#[test]
fn every_element_is_described() {
    let walk = walk();
    assert!(walk.undescribed.is_empty(), "without a description: {:#?}", walk.undescribed);
}

#[test]
fn there_is_no_float_and_no_money_in_int() {
    let walk = walk();
    assert!(walk.floats.is_empty(), "floats: {:#?}", walk.floats);
    assert!(walk.money.is_empty(), "money in an Int: {:#?}", walk.money);
}

#[test]
fn the_schema_stays_small() {
    let walk = walk();
    assert!(walk.root_fields > 20 && walk.root_fields < MOST_ROOT_FIELDS, "{} queries and mutations", walk.root_fields);
}

/// Boolean, Int, String and ID stand in no schema text; introspection, which an IDE reads, has them.
#[tokio::test]
async fn the_library_own_types_are_described_too() {
    let config = api::config::Config::load_from(None, std::iter::empty(), &[]).unwrap();
    let query = "{ __schema {
        types { name description fields { name description args { name description } }
            inputFields { name description } enumValues { name description } }
        directives { name description args { name description } } } }";
    let response = api::graphql::schema(&config).execute(query).await;
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    let data = serde_json::to_value(&response.data).unwrap();
    let mut undescribed = Vec::new();
    collect(&data["__schema"]["types"], "", &mut undescribed);
    let names: Vec<_> =
        data["__schema"]["types"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert!(["Boolean", "Int", "String", "ID", "PageInfo"].iter().all(|name| names.contains(name)), "{names:?}");
    collect(&data["__schema"]["directives"], "@", &mut undescribed);
    // The introspection's own types (`__Type`) are the specification's.
    undescribed.retain(|place| !place.starts_with("__"));
    assert!(undescribed.is_empty(), "without a description: {undescribed:#?}");
}

fn collect(elements: &Value, place: &str, undescribed: &mut Vec<String>) {
    for element in elements.as_array().into_iter().flatten() {
        let place = format!("{place}{}", element["name"].as_str().unwrap());
        if element["description"].as_str().is_none_or(|text| text.trim().is_empty()) {
            undescribed.push(place.clone());
        }
        for inner in ["fields", "inputFields", "enumValues", "args"] {
            collect(&element[inner], &format!("{place}."), undescribed);
        }
    }
}
