//! How much a parsed document asks for: its fields with all fragments written out, without ever writing one out.
//!
//! Each fragment is measured once and remembered, so a fragment that holds two of the next, which holds two of the next,
//! costs as little to refuse as it takes to read.

use std::collections::HashMap;

use async_graphql::parser::types::{
    ExecutableDocument, Field, FragmentDefinition, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::{ConstValue, Value};

use super::costs::{Costs, Price};

/// Selections, fragments and inline fragments within each other; the library has the same limit, with another text.
const LEVELS: usize = 32;
/// Fragments of a document.
const FRAGMENTS: usize = 200;
/// Operations of a document.
const OPERATIONS: usize = 50;
/// The directives of a selection.
const DIRECTIVES: [&str; 2] = ["skip", "include"];
/// Lists of the schema's own description within each other, as graphql-js has it: they lead from type to type for ever.
const INTROSPECTION_LISTS: usize = 3;

/// What a document may have at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Fields within fields.
    pub depth: usize,
    /// Its cost.
    pub cost: u64,
    /// Fields.
    pub fields: u64,
    /// Aliases.
    pub aliases: u64,
    /// Directives.
    pub directives: u64,
}

/// What a document has too much of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TooMuch {
    /// Fields within fields.
    Depth,
    /// Cost.
    Cost,
    /// Fields.
    Fields,
    /// Aliases.
    Aliases,
    /// Directives.
    Directives,
    /// Fragments.
    Fragments,
    /// Operations.
    Operations,
    /// Fragments that contain each other have no end.
    Cycle,
    /// Questions about the schema within each other.
    Introspection,
    /// A directive that there is not; the library does not look at those of `__typename`.
    UnknownDirective,
}

impl TooMuch {
    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Depth => "depth",
            Self::Cost => "cost",
            Self::Fields => "fields",
            Self::Aliases => "aliases",
            Self::Directives | Self::UnknownDirective => "directives",
            Self::Fragments | Self::Cycle => "fragments",
            Self::Operations => "operations",
            Self::Introspection => "introspection",
        }
    }
}

/// The size of a selection.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Measured {
    /// Fields within fields.
    pub depth: usize,
    /// What it costs.
    pub cost: u64,
    /// Fields.
    pub fields: u64,
    /// Aliases.
    pub aliases: u64,
    /// Directives.
    pub directives: u64,
    levels: usize,
    lists: usize,
}

impl Measured {
    fn add(&mut self, other: Self) {
        self.depth = self.depth.max(other.depth);
        self.levels = self.levels.max(other.levels);
        self.lists = self.lists.max(other.lists);
        self.cost = self.cost.saturating_add(other.cost);
        self.fields = self.fields.saturating_add(other.fields);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
    }

    fn check(&self, limits: &Limits) -> Result<(), TooMuch> {
        let bounds = [
            (self.depth > limits.depth || self.levels > LEVELS, TooMuch::Depth),
            (self.fields > limits.fields, TooMuch::Fields),
            (self.aliases > limits.aliases, TooMuch::Aliases),
            (self.directives > limits.directives, TooMuch::Directives),
            (self.lists > INTROSPECTION_LISTS, TooMuch::Introspection),
            (self.cost > limits.cost, TooMuch::Cost),
        ];
        bounds.iter().find(|(over, _)| *over).map_or(Ok(()), |(_, what)| Err(*what))
    }
}

/// Measures every operation and fragment of a document against `limits`; the measure of the operation named, or of the only one.
///
/// The library reads all of a document, so the operations that are not run count as well.
pub fn measure(
    costs: &Costs,
    document: &ExecutableDocument,
    wanted: Option<&str>,
    variables: &Variables,
    limits: &Limits,
) -> Result<Measured, TooMuch> {
    if document.fragments.len() > FRAGMENTS {
        return Err(TooMuch::Fragments);
    }
    if document.operations.iter().count() > OPERATIONS {
        return Err(TooMuch::Operations);
    }
    let (mut all, mut found) = (Measured::default(), Measured::default());
    for (name, operation) in document.operations.iter() {
        let operation = &operation.node;
        let mut walk = Walk { costs, document, variables, operation, limits, known: HashMap::new() };
        let mut measured = walk.selection(&operation.selection_set.node, root(operation.ty), 0)?;
        let of_variables: usize = operation.variable_definitions.iter().map(|it| it.node.directives.len()).sum();
        measured.directives += (operation.directives.len() + of_variables) as u64;
        measured.check(limits)?;
        for name in document.fragments.keys() {
            walk.fragment(name, 0)?;
        }
        all.add(measured);
        if wanted.is_none_or(|wanted| name.is_some_and(|name| name == wanted)) {
            found = measured;
        }
    }
    // The cost is the one operation's that is run.
    Measured { cost: found.cost, ..all }.check(limits)?;
    Ok(found)
}

/// The root type of an operation.
pub const fn root(kind: OperationType) -> &'static str {
    match kind {
        OperationType::Query => "Query",
        OperationType::Mutation => "Mutation",
        OperationType::Subscription => "Subscription",
    }
}

struct Walk<'d> {
    costs: &'d Costs,
    document: &'d ExecutableDocument,
    variables: &'d Variables,
    operation: &'d OperationDefinition,
    limits: &'d Limits,
    /// What fragments came to; nothing while one is being measured.
    known: HashMap<&'d str, Option<Measured>>,
}

impl<'d> Walk<'d> {
    fn selection(&mut self, selection: &'d SelectionSet, of_type: &str, level: usize) -> Result<Measured, TooMuch> {
        if level > LEVELS {
            return Err(TooMuch::Depth);
        }
        let mut sum = Measured::default();
        for item in &selection.items {
            let mut one = match &item.node {
                Selection::Field(field) => self.field(&field.node, of_type, level)?,
                Selection::FragmentSpread(spread) => {
                    let mut inner = self.fragment(&spread.node.fragment_name.node, level + 1)?;
                    inner.levels += 1;
                    inner
                }
                Selection::InlineFragment(inline) => {
                    let condition =
                        inline.node.type_condition.as_ref().map(|condition| condition.node.on.node.as_str());
                    let inner = &inline.node.selection_set.node;
                    let mut inner = self.selection(inner, condition.unwrap_or(of_type), level + 1)?;
                    inner.levels += 1;
                    inner
                }
            };
            let directives = item.node.directives();
            if directives.iter().any(|it| !DIRECTIVES.contains(&it.node.name.node.as_str())) {
                return Err(TooMuch::UnknownDirective);
            }
            one.directives = one.directives.saturating_add(directives.len() as u64);
            sum.add(one);
            sum.check(self.limits)?;
        }
        Ok(sum)
    }

    fn field(&mut self, field: &'d Field, of_type: &str, level: usize) -> Result<Measured, TooMuch> {
        let name = field.name.node.as_str();
        let priced = self.costs.field(of_type, name);
        let below = if field.selection_set.node.items.is_empty() {
            Measured::default()
        } else {
            let costs = self.costs;
            let leads_to = costs.field(of_type, name).map_or("", |priced| priced.leads_to.as_str());
            self.selection(&field.selection_set.node, leads_to, level + 1)?
        };
        let other = if name == "__typename" { Price::Fixed(0) } else { Price::Fixed(1) };
        let price = priced.map_or(other, |priced| priced.price);
        // Only the schema's own description has lists that the price list does not know.
        let list = priced.is_none() && matches!(name, "fields" | "interfaces" | "possibleTypes" | "inputFields");
        Ok(Measured {
            depth: below.depth + 1,
            levels: below.levels + 1,
            lists: below.lists + usize::from(list),
            cost: price.of(self.first(field), below.cost),
            fields: below.fields.saturating_add(1),
            aliases: below.aliases.saturating_add(u64::from(field.alias.is_some())),
            directives: below.directives,
        })
    }

    fn fragment(&mut self, name: &'d Name, level: usize) -> Result<Measured, TooMuch> {
        match self.known.get(name.as_str()) {
            Some(Some(known)) => return Ok(*known),
            Some(None) => return Err(TooMuch::Cycle),
            None => {}
        }
        // A fragment that does not exist is the validation's to name.
        let Some(fragment) = self.document.fragments.get(name) else { return Ok(Measured::default()) };
        let fragment: &'d Positioned<FragmentDefinition> = fragment;
        self.known.insert(name, None);
        let on = fragment.node.type_condition.node.on.node.as_str();
        let mut measured = self.selection(&fragment.node.selection_set.node, on, level)?;
        measured.directives = measured.directives.saturating_add(fragment.node.directives.len() as u64);
        self.known.insert(name, Some(measured));
        Ok(measured)
    }

    /// The value of the argument `first`, from the document, the variables or their defaults.
    fn first(&self, field: &Field) -> Option<i64> {
        let number = |value: &ConstValue| match value {
            ConstValue::Number(number) => number.as_i64(),
            _ => None,
        };
        match &field.get_argument("first")?.node {
            Value::Number(value) => value.as_i64(),
            Value::Variable(name) => match self.variables.get(name) {
                Some(value) => number(value),
                None => {
                    let definitions = &self.operation.variable_definitions;
                    let definition = definitions.iter().find(|it| it.node.name.node == *name)?;
                    number(&definition.node.default_value.as_ref()?.node)
                }
            },
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::Variables;
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::{Costs, Limits, Measured, TooMuch, measure};

    const SDL: &str =
        "type Query { a: Int rows(first: Int): [Row!]! self: Query } type Row { b: Int rows(first: Int): [Row!]! }";
    const WIDE: Limits = Limits { depth: 16, cost: 5_000, fields: 500, aliases: 64, directives: 64 };

    fn of(document: &str, variables: serde_json::Value) -> Result<Measured, TooMuch> {
        let document = parse_query(document).expect("a document");
        measure(&Costs::of(SDL), &document, None, &Variables::from_json(variables), &WIDE)
    }

    #[test]
    fn a_document_costs_what_it_asks_for() {
        for (document, variables, cost) in [
            ("{ a }", json!({}), 1),
            ("{ a b: a }", json!({}), 2),
            ("{ rows { b } }", json!({}), 22),
            ("{ rows(first: 3) { b rows(first: 2) { b } } }", json!({}), 2 + 3 * (1 + 2 + 2)),
            ("query($n: Int) { rows(first: $n) { b } }", json!({ "n": 7 }), 9),
            ("query($n: Int) { rows(first: $n) { b } }", json!({ "n": null }), 22),
            ("query($n: Int = 5) { rows(first: $n) { b } }", json!({}), 7),
            ("{ ...F } fragment F on Query { rows(first: 4) { ...G } } fragment G on Row { b }", json!({}), 6),
            ("{ ... on Query { a } ... { a } }", json!({}), 2),
            ("{ nowhere { a } }", json!({}), 2),
            ("{ a __typename rows(first: 9) { __typename } }", json!({}), 3),
        ] {
            assert_eq!(of(document, variables).map(|it| it.cost), Ok(cost), "{document}");
        }
    }

    #[test]
    fn what_is_too_much_is_named() {
        let bomb = (0..30).map(|n| format!("fragment F{n} on Query {{ ...F{} ...F{} }}", n + 1, n + 1));
        let bomb = format!("{{ ...F0 }} {} fragment F30 on Query {{ a }}", bomb.collect::<String>());
        let fields = |n: usize| (0..n).map(|_| "a ").collect::<String>();
        let aliases = |n: usize| (0..n).map(|n| format!("a{n}: a ")).collect::<String>();
        for (document, what) in [
            (format!("{}a{}", "{ self ".repeat(16) + "{ ", " }".repeat(17)), TooMuch::Depth),
            (format!("{{ {} a {} }}", "... { ".repeat(33), "}".repeat(33)), TooMuch::Depth),
            (bomb, TooMuch::Fields),
            (format!("{{ {} }}", fields(501)), TooMuch::Fields),
            (format!("query A {{ {0} }} query B {{ {0} }}", fields(300)), TooMuch::Fields),
            (format!("{{ {} }}", aliases(65)), TooMuch::Aliases),
            (format!("{{ a {} }}", "@skip(if: false) ".repeat(65)), TooMuch::Directives),
            (format!("query {} {{ a }}", "@x ".repeat(65)), TooMuch::Directives),
            (format!("query($a: Int {}) {{ a }}", "@x ".repeat(65)), TooMuch::Directives),
            ("{ rows(first: 100) { rows(first: 100) { b } } }".to_owned(), TooMuch::Cost),
            ("{ ...F } fragment F on Query { self { ...F } }".to_owned(), TooMuch::Cycle),
            ("{ a } fragment F on Query { ...G } fragment G on Query { ...F }".to_owned(), TooMuch::Cycle),
            (
                "{ __schema { types { fields { type { fields { type { fields { type { fields { name }}}}}}}}}}"
                    .to_owned(),
                TooMuch::Introspection,
            ),
            ((0..51).map(|n| format!("query Q{n} {{ a }} ")).collect(), TooMuch::Operations),
            (
                format!("{{ a }} {}", (0..201).map(|n| format!("fragment F{n} on Query {{ a }}")).collect::<String>()),
                TooMuch::Fragments,
            ),
        ] {
            assert_eq!(of(&document, json!({})), Err(what), "{}", &document[..document.len().min(200)]);
        }
    }

    #[test]
    fn a_directive_that_there_is_not_is_refused_wherever_it_stands() {
        for document in [
            "{ __typename @x }",
            "{ a @skip(if: true) @x }",
            "{ ... @x { a } }",
            "{ ...F @x } fragment F on Query { a }",
        ] {
            assert_eq!(of(document, json!({})), Err(TooMuch::UnknownDirective), "{document}");
        }
    }

    #[test]
    fn what_is_allowed_at_most_passes() {
        let chain = (0..28).map(|n| format!("fragment F{n} on Query {{ ...F{} }} ", n + 1)).collect::<String>();
        let aliases = (0..64).map(|n| format!("a{n}: a ")).collect::<String>();
        for document in [
            format!("{}a{}", "{ self ".repeat(15), " }".repeat(15)),
            format!("{{ ...F0 }} {chain} fragment F28 on Query {{ a }}"),
            format!("{{ {aliases} }}"),
            "{ __schema { types { fields { type { ofType { ofType { name }}} args { type { name }}}}}}".to_owned(),
        ] {
            assert!(of(&document, json!({})).is_ok(), "{document}");
        }
    }
}
