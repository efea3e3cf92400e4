//! Documents by their hash: those that clients registered (automatic persisted queries), those that alone are trusted,
//! and what has been parsed before.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::ExecutableDocument;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use serde_json::Value;

use super::graphql::Params;
use crate::config::{Config, ConfigError};
use crate::graphql::error::TopLevel;
use crate::graphql::limits::scan_document;
use crate::infra::crypto::sha256;

/// The bytes that a document is expected to have, for the caches' first size.
const TYPICAL: usize = 1024;

/// What a cache holds: a document's text, or the text parsed.
type Texts = Cache<[u8; 32], Arc<str>, Bytes>;
type Parsed = Cache<Arc<str>, Arc<ExecutableDocument>, Bytes>;

/// Weighs documents by their bytes.
#[derive(Clone)]
struct Bytes;

impl Weighter<[u8; 32], Arc<str>> for Bytes {
    fn weight(&self, _: &[u8; 32], text: &Arc<str>) -> u64 {
        text.len() as u64
    }
}

impl Weighter<Arc<str>, Arc<ExecutableDocument>> for Bytes {
    fn weight(&self, text: &Arc<str>, _: &Arc<ExecutableDocument>) -> u64 {
        text.len() as u64
    }
}

/// The documents that this node knows.
pub struct Documents {
    registered: Texts,
    parsed: Parsed,
    /// By every id that names one; `None` when every document is trusted.
    trusted: Option<HashMap<String, Arc<str>>>,
}

/// The document of a request.
pub struct Named {
    /// Its text.
    pub text: Arc<str>,
    /// Its hash, when it is to be registered once it is known to be sound.
    pub register: Option<[u8; 32]>,
}

impl Documents {
    /// With the trusted documents of the configuration's file.
    pub fn load(config: &Config) -> Result<Self, ConfigError> {
        let bytes = config.graphql_persisted_bytes;
        let trusted = match config.graphql_trusted.as_str() {
            "" => None,
            path => Some(read_trusted(Path::new(path), config)?),
        };
        let items = bytes / TYPICAL;
        Ok(Self {
            registered: Cache::with_weighter(items, bytes as u64, Bytes),
            parsed: Cache::with_weighter(items, bytes as u64, Bytes),
            trusted,
        })
    }

    /// The document that a request names, by its text or its id.
    pub fn find(&self, params: &mut Params) -> Result<Named, TopLevel> {
        let hash = persisted_hash(params)?;
        let text = params.query.take().map(Arc::<str>::from);
        if let Some(trusted) = &self.trusted {
            let id = params.document_id.take().or_else(|| hash.map(hex::encode));
            let id = id.or_else(|| text.as_ref().map(|text| hex::encode(sha256(text.as_bytes()))));
            let id = id.ok_or(TopLevel::Malformed)?;
            let found = trusted.get(id.strip_prefix("sha256:").unwrap_or(&id)).ok_or(TopLevel::DocumentNotTrusted)?;
            // An id does not vouch for another text that came with it.
            if text.is_some_and(|text| text != *found) {
                return Err(TopLevel::DocumentNotTrusted);
            }
            return Ok(Named { text: Arc::clone(found), register: None });
        }
        let by_id = match params.document_id.take() {
            Some(id) => {
                Some(parse_hash(id.strip_prefix("sha256:").unwrap_or(&id)).ok_or(TopLevel::PersistedQueryNotFound)?)
            }
            None => None,
        };
        match (text, hash.or(by_id)) {
            (Some(text), None) => Ok(Named { text, register: None }),
            (Some(text), Some(hash)) if sha256(text.as_bytes()) == hash => Ok(Named { text, register: Some(hash) }),
            (Some(_), Some(_)) | (None, None) => Err(TopLevel::Malformed),
            (None, Some(hash)) => {
                let text = self.registered.get(&hash).ok_or(TopLevel::PersistedQueryNotFound)?;
                Ok(Named { text, register: None })
            }
        }
    }

    /// Remembers a document by its hash.
    pub fn register(&self, hash: [u8; 32], text: &Arc<str>) {
        self.registered.insert(hash, Arc::clone(text));
    }

    /// A document that was parsed before.
    pub fn parsed(&self, text: &str) -> Option<Arc<ExecutableDocument>> {
        self.parsed.get(text)
    }

    /// Remembers what a text was parsed to.
    pub fn keep(&self, text: &Arc<str>, document: Arc<ExecutableDocument>) {
        self.parsed.insert(Arc::clone(text), document);
    }
}

/// The hash in the request's extensions, where Apollo's clients put it.
fn persisted_hash(params: &Params) -> Result<Option<[u8; 32]>, TopLevel> {
    let extensions = params.extensions.as_ref();
    let Some(persisted) = extensions.and_then(|extensions| extensions.get("persistedQuery")) else { return Ok(None) };
    if persisted.is_null() {
        return Ok(None);
    }
    let hash = persisted.get("sha256Hash").and_then(Value::as_str).and_then(parse_hash);
    match (persisted.get("version").and_then(Value::as_u64), hash) {
        (Some(1), Some(hash)) => Ok(Some(hash)),
        _ => Err(TopLevel::Malformed),
    }
}

fn parse_hash(text: &str) -> Option<[u8; 32]> {
    hex::decode(text).ok()?.try_into().ok()
}

/// Reads `{"ID": "document"}`, or Apollo's manifest `{"operations": [{"id", "body"}]}`. A document is known by its id and
/// by its hash.
fn read_trusted(path: &Path, config: &Config) -> Result<HashMap<String, Arc<str>>, ConfigError> {
    let refuse = |why: &str| ConfigError(format!("configuration: `graphql_trusted`: {}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| refuse(&error.to_string()))?;
    let manifest: Value = serde_json::from_str(&text).map_err(|error| refuse(&error.to_string()))?;
    let pairs: Option<Vec<(&str, &str)>> = match manifest.get("operations").and_then(Value::as_array) {
        Some(operations) => {
            operations.iter().map(|it| Some((it.get("id")?.as_str()?, it.get("body")?.as_str()?))).collect()
        }
        None => manifest
            .as_object()
            .and_then(|it| it.iter().map(|(id, body)| Some((id.as_str(), body.as_str()?))).collect()),
    };
    let pairs = pairs.ok_or_else(|| refuse("is no manifest of documents"))?;
    let mut documents = HashMap::new();
    for (id, body) in pairs {
        let flat = scan_document(body, config.graphql_nesting, config.graphql_tokens).is_ok();
        if !flat || parse_query(body).is_err() {
            return Err(refuse(&format!("the document {id:?} cannot be run")));
        }
        let text = Arc::<str>::from(body);
        documents.insert(hex::encode(sha256(body.as_bytes())), Arc::clone(&text));
        documents.insert(id.strip_prefix("sha256:").unwrap_or(id).to_owned(), text);
    }
    Ok(documents)
}
