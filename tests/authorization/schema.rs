//! What the schema has, read from the committed text, which a test keeps equal to what is served.

use std::collections::BTreeMap;

use async_graphql_parser::parse_schema;
use async_graphql_parser::types::{BaseType, Type, TypeKind, TypeSystemDefinition};
use support::program::repository;

/// What a field gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gives {
    /// A scalar or an enum value, or a list of them.
    Leaf,
    /// An object.
    Object,
    /// A connection.
    Connection,
}

/// A field of an object type.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// The name of its type, without list and null.
    pub of: String,
    /// What it gives.
    pub gives: Gives,
    /// The name of its one argument's type, for mutations.
    pub input: Option<String>,
}

/// Every object type with its fields.
pub struct Schema {
    /// By name.
    pub types: BTreeMap<String, Vec<Field>>,
}

impl Schema {
    /// Reads it.
    pub fn read() -> Self {
        let text = std::fs::read_to_string(repository("schema.graphql")).unwrap();
        let document = parse_schema(text).unwrap();
        let mut leaves = vec!["Boolean".to_owned(), "Int".to_owned(), "String".to_owned(), "ID".to_owned()];
        for definition in &document.definitions {
            if let TypeSystemDefinition::Type(definition) = definition
                && matches!(definition.node.kind, TypeKind::Scalar | TypeKind::Enum(_))
            {
                leaves.push(definition.node.name.node.to_string());
            }
        }
        let mut types = BTreeMap::new();
        for definition in &document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let fields = match &definition.node.kind {
                TypeKind::Object(object) => &object.fields,
                TypeKind::Interface(interface) => &interface.fields,
                _ => continue,
            };
            let fields = fields.iter().map(|field| {
                let of = base(&field.node.ty.node);
                let gives = if leaves.contains(&of) {
                    Gives::Leaf
                } else if of.ends_with("Connection") {
                    Gives::Connection
                } else {
                    Gives::Object
                };
                let input = field.node.arguments.first().map(|argument| base(&argument.node.ty.node));
                Field { name: field.node.name.node.to_string(), of, gives, input }
            });
            types.insert(definition.node.name.node.to_string(), fields.collect());
        }
        Self { types }
    }

    /// The fields of a type.
    pub fn fields(&self, of: &str) -> &[Field] {
        self.types.get(of).unwrap_or_else(|| panic!("the schema has no type {of}"))
    }
}

fn base(ty: &Type) -> String {
    fn inner(ty: &BaseType) -> String {
        match ty {
            BaseType::Named(name) => name.to_string(),
            BaseType::List(of) => inner(&of.base),
        }
    }
    inner(&ty.base)
}
