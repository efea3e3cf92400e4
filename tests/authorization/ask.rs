//! One request, and what its answer says of each field.

use serde_json::{Value, json};
use support::{Client, TestApp};

/// The answer as it came over the wire.
pub struct Reply {
    /// Headers and body.
    pub whole: String,
    /// The body.
    pub body: Value,
}

/// Sends a document.
pub async fn ask(app: &TestApp, client: &Client, query: &str, variables: Value) -> Reply {
    let request = app.http().post(app.url("/graphql")).header("accept-language", "zh-CN");
    let mut request = request.json(&json!({ "query": query, "variables": variables }));
    if let Some(token) = client.token() {
        request = request.bearer_auth(token);
    }
    let response = request.send().await.unwrap();
    let headers: String = response
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"));
    Reply { whole: format!("{headers}\n{text}"), body }
}

impl Reply {
    /// The code of the error at a path that begins so, or without any path.
    pub fn code(&self, path: &[&str]) -> Option<String> {
        let errors = self.body["errors"].as_array()?;
        // A query has no payload to carry a refusal: the reason of what is malformed is one.
        let of = |error: &Value| {
            let said = &error["extensions"];
            said["reason"].as_str().or(said["code"].as_str()).unwrap_or("NO_CODE").to_owned()
        };
        let fits = |error: &&Value| match error["path"].as_array() {
            None => true,
            Some(at) => at.iter().filter_map(Value::as_str).zip(path).all(|(is, wanted)| is == *wanted),
        };
        errors.iter().find(fits).map(of)
    }

    /// The code of the error of one field, wherever its object stands.
    pub fn code_of_field(&self, field: &str) -> Option<String> {
        let errors = self.body["errors"].as_array()?;
        let here = |error: &&Value| {
            let path = error["path"].as_array();
            path.is_some_and(|path| path.len() > 1 && path.last().and_then(Value::as_str) == Some(field))
        };
        errors.iter().find(here).map(|error| error["extensions"]["code"].as_str().unwrap_or("NO_CODE").to_owned())
    }
}

/// What a value says: `VALUE`, `MASKED` or `NONE`.
pub fn told(value: &Value) -> &'static str {
    match value {
        Value::Null => "NONE",
        Value::Array(list) => list.iter().map(told).fold("NONE", best),
        Value::String(text) if text.contains('*') => "MASKED",
        Value::Object(fields) if fields.contains_key("nodes") => told(&fields["nodes"]),
        _ => "VALUE",
    }
}

/// The one of two that shows more.
pub fn best<'t>(one: &'t str, other: &'t str) -> &'t str {
    let rank = |it: &str| ["ABSENT", "NONE", "MASKED", "VALUE"].iter().position(|known| *known == it).unwrap_or(1);
    if rank(other) > rank(one) { other } else { one }
}

/// The objects at the end of a path through objects and lists; where several rows may come only those that `pick` names.
pub fn reach<'v>(from: &'v Value, path: &[&str], pick: Option<(usize, &str)>, depth: usize) -> Vec<&'v Value> {
    match from {
        Value::Null => Vec::new(),
        Value::Array(list) => list.iter().flat_map(|it| reach(it, path, pick, depth)).collect(),
        it => {
            if let Some((at, wanted)) = pick
                && depth == at + 1
                && !it["pick"].to_string().contains(wanted)
            {
                return Vec::new();
            }
            match path {
                [] => vec![it],
                [first, rest @ ..] if first.starts_with("...") => reach(it, rest, pick, depth + 1),
                [first, rest @ ..] => {
                    let name = first.split('(').next().unwrap();
                    reach(&it[name], rest, pick, depth + 1)
                }
            }
        }
    }
}
