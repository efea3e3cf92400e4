//! Requests over HTTP: bounded in time and size, without redirects.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue, USER_AGENT};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};

use super::GatewayError;

/// Largest answer that is read, in bytes.
pub const ANSWER_MAX: usize = 256 * 1024;
/// Largest bill that is read, packed or unpacked, in bytes: half a million rows.
pub const BILL_MAX: usize = 256 * 1024 * 1024;

/// How long to wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Patience {
    /// For a connection.
    pub connect: Duration,
    /// For a whole answer.
    pub answer: Duration,
    /// For a whole bill.
    pub bill: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(3), answer: Duration::from_secs(10), bill: Duration::from_secs(120) }
    }
}

/// Sends requests.
pub struct Wire {
    client: Client,
    patience: Patience,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// All headers.
    pub headers: HeaderMap,
    /// The body, untouched.
    pub body: Vec<u8>,
}

impl Wire {
    /// A client without cookies and redirects.
    pub fn new(patience: Patience) -> Result<Self, GatewayError> {
        let client = Client::builder()
            .connect_timeout(patience.connect)
            .redirect(Policy::none())
            .build()
            .map_err(|_| GatewayError::Internal("cannot make an HTTP client"))?;
        Ok(Self { client, patience })
    }

    /// A request to be filled and sent.
    pub fn request(&self, method: reqwest::Method, url: &str) -> RequestBuilder {
        let agent = HeaderValue::from_static(concat!("linli/", env!("CARGO_PKG_VERSION")));
        self.client.request(method, url).header(USER_AGENT, agent).timeout(self.patience.answer)
    }

    /// Sends, and reads an answer.
    pub async fn send(&self, request: RequestBuilder) -> Result<Answer, GatewayError> {
        self.read(request, ANSWER_MAX).await
    }

    /// Sends, and reads a bill.
    pub async fn download(&self, request: RequestBuilder) -> Result<Answer, GatewayError> {
        self.read(request.timeout(self.patience.bill), BILL_MAX).await
    }

    // What the client says of its errors holds addresses: it is not passed on.
    async fn read(&self, request: RequestBuilder, most: usize) -> Result<Answer, GatewayError> {
        let mut response = request
            .send()
            .await
            .map_err(|error| GatewayError::Unavailable { sent: !error.is_connect() && !error.is_builder() })?;
        let (status, headers) = (response.status().as_u16(), std::mem::take(response.headers_mut()));
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|_| GatewayError::Unavailable { sent: true })? {
            if body.len() + piece.len() > most {
                return Err(GatewayError::Malformed("answer too long"));
            }
            body.extend_from_slice(&piece);
        }
        Ok(Answer { status, headers, body })
    }
}

impl Answer {
    /// Whether the status says that it worked.
    pub fn ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the gateway is busy or broken.
    pub fn busy(&self) -> bool {
        self.status >= 500 || self.status == 429
    }
}
