//! Everything that is looked at before an operation runs; the same for every way that it can come in.

use std::sync::Arc;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet};
use async_graphql::{Response as Answer, Value, Variables};

use super::outcome::Outcome;
use super::params::Params;
use crate::graphql::error::TopLevel;
use crate::graphql::limits::{Excess, Limits, TooMuch, measure, scan_document};
use crate::http::Shared;

/// An operation that may run.
pub struct Checked {
    text: Arc<str>,
    document: Arc<ExecutableDocument>,
    operation_name: Option<String>,
    variables: Variables,
    shows_schema: bool,
    /// Query, mutation or subscription.
    pub kind: OperationType,
    /// What it costs.
    pub cost: u64,
}

impl Checked {
    /// For the library, its document parsed.
    pub fn request(&self) -> async_graphql::Request {
        let mut request = async_graphql::Request::new(&*self.text).variables(self.variables.clone());
        request.operation_name.clone_from(&self.operation_name);
        request.set_parsed_query(ExecutableDocument::clone(&self.document));
        if self.shows_schema { request } else { request.disable_introspection() }
    }
}

/// Looks at an operation; `budget` is the cost that it may have.
#[allow(clippy::result_large_err)] // Made once in a request, and looked at by its caller.
pub fn check(shared: &Shared, mut params: Params, budget: u64) -> Result<Checked, Outcome> {
    let named = shared.documents.find(&mut params).map_err(|kind| match kind {
        TopLevel::Malformed => Outcome::refused(kind),
        kind => Outcome::not_run(kind),
    })?;
    let document = parsed(shared, &named.text)?;
    let name = params.operation_name.as_deref();
    let config = &shared.app.config;
    let limits = Limits {
        depth: config.graphql_depth,
        cost: budget,
        fields: config.graphql_fields as u64,
        aliases: config.graphql_aliases as u64,
        directives: config.graphql_directives as u64,
    };
    // A document of too much is refused as such, whichever of its operations is meant.
    let chosen = operation(&document, name);
    if let Some(operation) = chosen {
        fill_defaults(operation, &mut params.variables);
    }
    let measured = measure(&shared.costs, &document, name, &params.variables, &limits).map_err(|what| match what {
        TooMuch::Cycle | TooMuch::UnknownDirective => malformed(),
        what => Outcome::not_run(TopLevel::TooComplex).because(what.as_str()),
    })?;
    let operation = chosen.ok_or_else(malformed)?;
    let kind = operation.ty;
    if lacks_variable(operation, &params)
        || (kind == OperationType::Subscription && !has_one_root(operation, &document))
        || (!shared.app.demo && asks_for_the_schema(operation, &document))
    {
        return Err(malformed());
    }
    if let Some(hash) = named.register {
        shared.documents.register(hash, &named.text);
    }
    Ok(Checked {
        text: named.text,
        kind,
        cost: measured.cost,
        operation_name: params.operation_name,
        variables: params.variables,
        shows_schema: shared.app.demo,
        document,
    })
}

fn malformed() -> Outcome {
    Outcome::not_run(TopLevel::Malformed)
}

/// The parsed document, if it is small and flat enough to be parsed at all.
#[allow(clippy::result_large_err)] // As above.
fn parsed(shared: &Shared, text: &Arc<str>) -> Result<Arc<ExecutableDocument>, Outcome> {
    let config = &shared.app.config;
    if text.len() > config.graphql_document_bytes {
        return Err(Outcome::refused(TopLevel::TooComplex).because("bytes"));
    }
    scan_document(text, config.graphql_nesting, config.graphql_tokens).map_err(|excess| {
        Outcome::refused(TopLevel::TooComplex).because(match excess {
            Excess::Nesting => "nesting",
            Excess::Tokens => "tokens",
        })
    })?;
    if let Some(document) = shared.documents.parsed(text) {
        return Ok(document);
    }
    match parse_query(text) {
        Ok(document) => {
            let document = Arc::new(document);
            shared.documents.keep(text, Arc::clone(&document));
            Ok(document)
        }
        Err(error) => Err(Outcome::executed(Answer::from_errors(vec![error.into()]))),
    }
}

/// The operation to be run.
fn operation<'d>(document: &'d ExecutableDocument, name: Option<&str>) -> Option<&'d OperationDefinition> {
    let mut operations = document.operations.iter();
    let count = document.operations.iter().count();
    let found = match name {
        Some(name) => operations.find(|(known, _)| known.is_some_and(|known| known == name)),
        None => operations.next().filter(|_| count == 1),
    };
    found.map(|(_, operation)| &operation.node)
}

/// Gives variables that were not sent their default. The library does so for arguments, but not for `@skip` and `@include`.
fn fill_defaults(operation: &OperationDefinition, variables: &mut Variables) {
    for definition in &operation.variable_definitions {
        let definition = &definition.node;
        if let Some(default) = &definition.default_value {
            variables.entry(definition.name.node.clone()).or_insert_with(|| default.node.clone());
        }
    }
}

/// Whether the operation needs a variable that was not sent. The library notices only when a field uses it, which would
/// make a request error look like a field's.
fn lacks_variable(operation: &OperationDefinition, params: &Params) -> bool {
    let definitions = operation.variable_definitions.iter().map(|definition| &definition.node);
    let mut needed = definitions.filter(|it| !it.var_type.node.nullable && it.default_value.is_none());
    needed.any(|it| params.variables.get(&it.name.node).is_none_or(|value| *value == Value::Null))
}

/// The fields that an operation selects of its root.
fn roots<'d>(operation: &'d OperationDefinition, document: &'d ExecutableDocument) -> Vec<&'d str> {
    fn collect<'d>(set: &'d SelectionSet, document: &'d ExecutableDocument, found: &mut Vec<&'d str>) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => found.push(&field.node.name.node),
                Selection::InlineFragment(inline) => collect(&inline.node.selection_set.node, document, found),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                        collect(&fragment.node.selection_set.node, document, found);
                    }
                }
            }
        }
    }
    let mut found = Vec::new();
    collect(&operation.selection_set.node, document, &mut found);
    found
}

/// Whether a subscription selects exactly one field, and none of the schema's own description.
fn has_one_root(operation: &OperationDefinition, document: &ExecutableDocument) -> bool {
    matches!(roots(operation, document).as_slice(), [only] if !only.starts_with("__"))
}

/// Whether an operation asks for the whole schema, which may not be null, and which the library would answer with
/// nothing and no error all the same. `__type` may be null: of what is not shown there is no type.
fn asks_for_the_schema(operation: &OperationDefinition, document: &ExecutableDocument) -> bool {
    roots(operation, document).contains(&"__schema")
}
