//! A GraphQL client as the apps have one.

use serde_json::{Value, json};

/// Speaks GraphQL over HTTP, as somebody or nobody.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
    language: &'static str,
}

/// The server's answer to one request.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: Value,
}

/// The outcome of one mutation.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its payload; null when there was a top-level error.
    pub payload: Value,
    /// The whole answer.
    pub answer: Answer,
}

/// An HTTP client with connections of its own.
pub fn http() -> reqwest::Client {
    reqwest::Client::new()
}

impl Client {
    /// A client of the server at `url`.
    pub fn new(http: reqwest::Client, url: String, token: Option<String>) -> Self {
        Self { http, url, token, language: "en" }
    }

    /// The same with another `Accept-Language`.
    pub fn speaking(&self, language: &'static str) -> Self {
        Self { language, ..self.clone() }
    }

    /// The same person at another server.
    pub fn at(&self, url: String) -> Self {
        Self { url, ..self.clone() }
    }

    /// The access token.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Sends a document; the answer, whatever it is. Fails only when there is none.
    pub async fn send(&self, query: &str, variables: Value) -> Result<Answer, reqwest::Error> {
        let mut request = self
            .http
            .post(&self.url)
            .header("accept-language", self.language)
            .json(&json!({ "query": query, "variables": variables }));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        Ok(Answer { status, body: response.json().await? })
    }

    /// Sends a document to a server that is there.
    pub async fn post(&self, query: &str, variables: Value) -> Answer {
        self.send(query, variables).await.unwrap()
    }

    /// The data of a query that succeeds.
    pub async fn query(&self, query: &str, variables: Value) -> Value {
        let answer = self.post(query, variables).await;
        assert!(answer.body.get("errors").is_none(), "{:#}", answer.body);
        answer.body["data"].clone()
    }

    /// Sends the mutation `name` with its one input, selecting `selection` of its payload and the user errors.
    pub async fn mutate(&self, name: &str, input: Value, selection: &str) -> Outcome {
        let answer = self.post(&mutation(name, selection), json!({ "input": input })).await;
        Outcome { payload: answer.body["data"][name].clone(), answer }
    }
}

/// The document of a mutation with one input.
pub fn mutation(name: &str, selection: &str) -> String {
    let (first, rest) = name.split_at(1);
    let input = format!("{}{rest}Input", first.to_uppercase());
    format!(
        "mutation($input: {input}!) {{ {name}(input: $input) {{ {selection} userErrors {{ code field message retryable }} }} }}"
    )
}

impl Answer {
    /// The code of the one top-level error.
    #[track_caller]
    pub fn code(&self) -> String {
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        assert_eq!(errors.len(), 1, "one top-level error expected: {:#}", self.body);
        errors[0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

impl Outcome {
    /// The payload of a mutation that happened.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.answer.body.get("errors").is_none(), "{:#}", self.answer.body);
        assert_eq!(self.payload["userErrors"], json!([]), "{:#}", self.payload);
        self.payload
    }

    /// The codes of the user errors, empty when it happened.
    #[track_caller]
    pub fn codes(&self) -> Vec<String> {
        assert!(self.answer.body.get("errors").is_none(), "{:#}", self.answer.body);
        let errors = self.payload["userErrors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["code"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The code of a mutation that was refused with one user error, or with a top-level error.
    #[track_caller]
    pub fn refused(&self) -> String {
        if self.answer.body.get("errors").is_some() {
            return self.answer.code();
        }
        let codes = self.codes();
        assert_eq!(codes.len(), 1, "a refusal expected: {:#}", self.payload);
        codes[0].clone()
    }

    /// The input field that the one user error points at, such as `input.unitId`.
    #[track_caller]
    pub fn field(&self) -> String {
        let path = self.payload["userErrors"][0]["field"].as_array().cloned().unwrap_or_default();
        path.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(".")
    }
}
