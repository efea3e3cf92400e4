//! What each field of the schema costs, read from the schema itself.
//!
//! A field costs one and what is selected below it; a list with the argument `first` costs two and, for each row that is
//! asked for, what is selected of a row. The resolvers state the same to the library, and a test compares the two.

use std::collections::HashMap;

use async_graphql_parser::types::{BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition};

use crate::graphql::connection::{DEFAULT_PAGE, LARGEST_PAGE};

/// Fields that cost something else: (type, field, what).
const OTHERWISE: [(&str, &str, Price); 18] = [
    ("Community", "calendarDays", Price::Fixed(20)),
    ("FeeItem", "sharedCosts", Price::Fixed(20)),
    ("Query", "billingPreview", Price::Fixed(200)),
    ("Query", "collectionReport", Price::Fixed(50)),
    ("Query", "feeApprovals", Price::Fixed(20)),
    ("Query", "feeItems", Price::Fixed(20)),
    ("Query", "meters", Price::Fixed(20)),
    ("Query", "merchants", Price::Times(3)),
    ("Query", "payable", Price::Fixed(20)),
    ("Query", "paymentMethods", Price::Fixed(3)),
    ("Query", "prepaidBalances", Price::Fixed(5)),
    ("Query", "receiptSeries", Price::Fixed(5)),
    ("Query", "unitFees", Price::Fixed(20)),
    ("Query", "trialBalance", Price::Fixed(50)),
    ("Query", "roles", Price::Times(11)),
    ("Query", "yearStatement", Price::Fixed(20)),
    ("Query", "unitSearch", Price::Rows { most: 20 }),
    ("RoleRights", "events", Price::Times(5)),
];

/// How a field is priced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Price {
    /// So much, and what is selected below.
    Fixed(u64),
    /// Two, and what is selected below so many times: a list without `first`.
    Times(u64),
    /// Two, and what is selected below for each row that `first` asks for, up to `most` of them.
    Rows {
        /// Most rows that are given.
        most: i64,
    },
}

/// A field as the price list knows it.
#[derive(Clone, Debug)]
pub struct Priced {
    /// The type that it leads to.
    pub leads_to: String,
    /// What it costs.
    pub price: Price,
}

/// The price list: fields by type.
#[derive(Clone, Debug, Default)]
pub struct Costs {
    fields: HashMap<String, HashMap<String, Priced>>,
}

impl Costs {
    /// Reads the schema definition `sdl`; nothing of one that does not parse.
    pub fn of(sdl: &str) -> Self {
        let mut fields = HashMap::new();
        let document = async_graphql_parser::parse_schema(sdl).map(|document| document.definitions);
        for definition in document.unwrap_or_default() {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node.to_string();
            let of_type = match &definition.node.kind {
                TypeKind::Object(object) => &object.fields,
                TypeKind::Interface(interface) => &interface.fields,
                _ => continue,
            };
            let priced = of_type.iter().map(|field| (field.node.name.node.to_string(), priced(&name, &field.node)));
            fields.insert(name.clone(), priced.collect());
        }
        Self { fields }
    }

    /// A field of a type, if the schema has it.
    pub fn field(&self, of_type: &str, name: &str) -> Option<&Priced> {
        self.fields.get(of_type)?.get(name)
    }

    /// Whether there is nothing to look up.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

fn priced(of_type: &str, field: &FieldDefinition) -> Priced {
    let name = field.name.node.as_str();
    let otherwise = OTHERWISE.iter().find(|(owner, known, _)| *owner == of_type && *known == name);
    let pages = field.arguments.iter().any(|argument| argument.node.name.node == "first");
    let price = match otherwise {
        Some((_, _, price)) => *price,
        None if pages => Price::Rows { most: i64::from(LARGEST_PAGE) },
        None => Price::Fixed(1),
    };
    Priced { leads_to: named(&field.ty.node).to_owned(), price }
}

fn named(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => named(inner),
    }
}

impl Price {
    /// The cost with `first` as it was sent, and the cost of what is selected below.
    pub fn of(self, first: Option<i64>, below: u64) -> u64 {
        match self {
            Self::Fixed(cost) => below.saturating_add(cost),
            Self::Times(rows) => below.saturating_mul(rows).saturating_add(2),
            Self::Rows { most } => {
                let rows = first.unwrap_or(i64::from(DEFAULT_PAGE)).clamp(0, most);
                below.saturating_mul(rows.unsigned_abs()).saturating_add(2)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Costs, Price};

    #[test]
    fn a_list_costs_by_the_rows_that_are_asked_for() {
        let rows = Price::Rows { most: 100 };
        for (first, below, cost) in
            [(None, 3, 62), (Some(10), 3, 32), (Some(0), 3, 2), (Some(-5), 3, 2), (Some(1_000), 3, 302)]
        {
            assert_eq!(rows.of(first, below), cost, "{first:?}");
        }
        assert_eq!(rows.of(Some(100), u64::MAX), u64::MAX, "never less by overflow");
        assert_eq!(Price::Fixed(1).of(Some(7), 3), 4);
    }

    #[test]
    fn prices_come_from_the_schema() {
        let costs =
            Costs::of("type Query { a: Int rows(first: Int, after: String): [Row!]! } interface Row { b: String }");
        assert_eq!(costs.field("Query", "a").map(|it| it.price), Some(Price::Fixed(1)));
        let rows = costs.field("Query", "rows").expect("a field");
        assert_eq!((rows.leads_to.as_str(), rows.price), ("Row", Price::Rows { most: 100 }));
        assert!(costs.field("Row", "b").is_some() && costs.field("Row", "c").is_none());
        assert!(Costs::of("type {").is_empty());
    }
}
