//! What a GraphQL request consists of, wherever it comes from: a body, an address or a socket's message.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;

use async_graphql::Variables;
use axum::extract::Query;
use axum::http::Uri;
use percent_encoding::percent_decode_str;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::graphql::limits::scan_json;

/// One operation as a client sends it.
#[derive(Deserialize, Default, Debug)]
#[serde(rename_all = "camelCase")]
pub struct Params {
    /// The document.
    pub query: Option<String>,
    /// The document's id instead: of a trusted document, or `sha256:` and its hash.
    pub document_id: Option<String>,
    /// Which operation of the document.
    pub operation_name: Option<String>,
    /// Values of its variables.
    #[serde(default)]
    pub variables: Variables,
    /// What is not of the specification.
    pub extensions: Option<HashMap<String, Value>>,
}

/// A request, alone or with others.
#[derive(Debug)]
pub enum Body {
    /// One operation.
    One(Box<Params>),
    /// Several; each is answered on its own.
    Batch(Vec<Params>),
}

/// Why a body is no request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unreadable {
    /// It is no JSON of the right shape.
    Malformed,
    /// Its brackets are nested too deep.
    Nested,
    /// It holds too many operations.
    Crowded,
}

/// Reads a body. JSON is looked through for depth before anything recurses into it.
pub fn read_body(bytes: &[u8], nesting: usize, batch: usize) -> Result<Body, Unreadable> {
    scan_json(bytes, nesting).map_err(|_| Unreadable::Nested)?;
    match bytes.trim_ascii_start().first() {
        Some(b'[') => {
            let Exactly(items): Exactly<Vec<Object<Params>>> = read(bytes)?;
            match items.len() {
                0 => Err(Unreadable::Malformed),
                count if count > batch => Err(Unreadable::Crowded),
                _ => Ok(Body::Batch(items.into_iter().map(|Object(params)| params).collect())),
            }
        }
        _ => {
            let Exactly(Object(params)) = read(bytes)?;
            Ok(Body::One(Box::new(params)))
        }
    }
}

/// Reads one operation out of a socket's message.
pub fn read_value(value: Value) -> Option<Params> {
    serde_json::from_value(value).ok().map(|Object(params)| params)
}

struct Exactly<T>(T);

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<Exactly<T>, Unreadable> {
    serde_json::from_slice(bytes).map(Exactly).map_err(|_| Unreadable::Malformed)
}

/// An object; the derived reader would also take an array, field by field.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfMap<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for OfMap<T> {
            type Value = Object<T>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }
        deserializer.deserialize_map(OfMap(PhantomData))
    }
}

/// The same in an address: `variables` and `extensions` are JSON in text.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Address {
    query: Option<String>,
    document_id: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

/// Reads a request's address.
pub fn read_address(uri: &Uri, nesting: usize) -> Result<Params, Unreadable> {
    // What is no UTF-8 would be replaced by what nobody sent.
    if percent_decode_str(uri.query().unwrap_or_default()).decode_utf8().is_err() {
        return Err(Unreadable::Malformed);
    }
    let Query(address): Query<Address> = Query::try_from_uri(uri).map_err(|_| Unreadable::Malformed)?;
    Ok(Params {
        query: address.query,
        document_id: address.document_id,
        operation_name: address.operation_name.filter(|name| !name.is_empty()),
        variables: json_in_text(address.variables.as_deref(), nesting)?.unwrap_or_default(),
        extensions: json_in_text(address.extensions.as_deref(), nesting)?,
    })
}

fn json_in_text<T: DeserializeOwned>(text: Option<&str>, nesting: usize) -> Result<Option<T>, Unreadable> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    scan_json(text.as_bytes(), nesting).map_err(|_| Unreadable::Nested)?;
    let Exactly(value) = read::<Option<T>>(text.as_bytes())?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::{Body, Unreadable, read_address, read_body};

    fn read(body: &str) -> Result<Body, Unreadable> {
        read_body(body.as_bytes(), 64, 3)
    }

    #[test]
    fn a_body_is_an_object_or_a_short_list_of_them() {
        assert!(matches!(read("{\"query\": \"{ a }\", \"more\": 1}"), Ok(Body::One(_))));
        assert!(matches!(read("{}"), Ok(Body::One(_))));
        assert!(matches!(read("[{\"query\": \"{ a }\"}, {}]"), Ok(Body::Batch(items)) if items.len() == 2));
        for malformed in [
            "",
            "7",
            "null",
            "[]",
            "[7]",
            "[[]]",
            "[null]",
            "[\"{a}\"]",
            "{\"query\": 7}",
            "{\"query\": [\"a\"]}",
            "{\"variables\": []}",
            "{\"variables\": \"{}\"}",
            "{\"extensions\": 1}",
            "{\"operationName\": {}}",
            "[\"{ a }\", null, null, {}, {}]",
            "{\"query\": \"a\", \"query\": \"b\"}",
            "{} {}",
        ] {
            assert_eq!(read(malformed).err(), Some(Unreadable::Malformed), "{malformed}");
        }
        assert_eq!(read("[{}, {}, {}, {}]").err(), Some(Unreadable::Crowded));
        let deep = format!("{{\"variables\": {{\"a\": {}", "[".repeat(100_000));
        assert_eq!(read(&deep).err(), Some(Unreadable::Nested));
        assert_eq!(read_body(b"{\"query\": \"\xff\"}", 64, 3).err(), Some(Unreadable::Malformed));
    }

    #[test]
    fn an_address_carries_json_in_text() {
        let read = |query: &str| read_address(&format!("/graphql?{query}").parse().expect("an address"), 64);
        let params =
            read("query=%7Ba%7D&variables=%7B%22a%22%3A1%7D&operationName=&extensions=null").expect("parameters");
        assert_eq!((params.query.as_deref(), params.operation_name), (Some("{a}"), None));
        assert_eq!(params.variables.len(), 1);
        for malformed in ["query=a&query=b", "query=%ff", "variables=7", "variables=%5B%5D", "extensions=a"] {
            assert_eq!(read(malformed).err(), Some(Unreadable::Malformed), "{malformed}");
        }
        assert_eq!(read(&format!("variables={}", "[".repeat(65).replace('[', "%5B"))).err(), Some(Unreadable::Nested));
    }
}
