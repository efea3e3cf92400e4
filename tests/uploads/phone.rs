//! A phone that uploads: tus over HTTP, in whole or in part, and over a line that breaks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use support::{Client, TestApp};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use uuid::Uuid;

/// Somebody's phone.
#[derive(Clone)]
pub struct Phone {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
}

/// A refusal over HTTP.
#[derive(Debug, PartialEq)]
pub struct Refused {
    pub status: u16,
    pub code: String,
}

impl Phone {
    /// The phone of whoever is signed in as `client`.
    pub fn of(app: &TestApp, client: &Client) -> Self {
        Self::at(app.url(""), client.token())
    }

    /// The same with another server.
    pub fn at(url: String, token: Option<&str>) -> Self {
        Self { http: reqwest::Client::new(), url, token: token.map(str::to_owned) }
    }

    /// A request of the protocol, without a body.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url)).header("tus-resumable", "1.0.0");
        let request = request.header("accept-language", "en");
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Begins an upload.
    pub async fn create(&self, id: Uuid, size: usize, media_type: &str) -> Response {
        let metadata = format!("id {},filetype {}", STANDARD.encode(id.to_string()), STANDARD.encode(media_type));
        let request = self.request(Method::POST, "/uploads").header("upload-metadata", metadata);
        request.header("upload-length", size).send().await.unwrap()
    }

    /// Sends a piece.
    pub async fn patch(&self, id: Uuid, offset: usize, piece: &[u8]) -> Response {
        let request = self.request(Method::PATCH, &format!("/uploads/{id}")).header("upload-offset", offset);
        let request = request.header("content-type", "application/offset+octet-stream");
        request.body(piece.to_vec()).send().await.unwrap()
    }

    /// Asks how far an upload is.
    pub async fn head(&self, id: Uuid) -> Response {
        self.request(Method::HEAD, &format!("/uploads/{id}")).send().await.unwrap()
    }

    /// The offset of an upload that there is.
    pub async fn offset(&self, id: Uuid) -> usize {
        let response = self.head(id).await;
        assert_eq!(response.status(), StatusCode::OK);
        offset(&response)
    }

    /// Reads an address of the server, without the token.
    pub async fn open(&self, url: &str) -> Response {
        self.http.get(format!("{}{url}", self.url)).send().await.unwrap()
    }

    /// Reads an own upload, with the token.
    pub async fn own(&self, id: Uuid) -> Response {
        self.request(Method::GET, &format!("/uploads/{id}")).send().await.unwrap()
    }

    /// Sends a whole file; what became of it.
    pub async fn try_send(&self, bytes: &[u8], media_type: &str) -> (Uuid, Response) {
        let id = Uuid::now_v7();
        let created = self.create(id, bytes.len(), media_type).await;
        if created.status() != StatusCode::CREATED {
            return (id, created);
        }
        (id, self.patch(id, 0, bytes).await)
    }

    /// Sends a whole file that is taken; its id.
    pub async fn send(&self, bytes: &[u8], media_type: &str) -> Uuid {
        let (id, response) = self.try_send(bytes, media_type).await;
        let status = response.status();
        assert_eq!(status, StatusCode::NO_CONTENT, "{}", response.text().await.unwrap());
        id
    }

    /// What the server kept of an own upload.
    pub async fn kept(&self, id: Uuid) -> Vec<u8> {
        let response = self.own(id).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.bytes().await.unwrap().to_vec()
    }

    /// Begins a piece of `promised` bytes and sends `piece`; the line stays open.
    pub async fn begin(&self, id: Uuid, offset: usize, promised: usize, piece: &[u8]) -> TcpStream {
        let address = self.url.trim_start_matches("http://");
        let mut line = TcpStream::connect(address).await.unwrap();
        let token = self.token.as_deref().unwrap();
        let head = format!(
            "PATCH /uploads/{id} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
             Tus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\nContent-Length: {promised}\r\n\
             Content-Type: application/offset+octet-stream\r\n\r\n"
        );
        line.write_all(head.as_bytes()).await.unwrap();
        line.write_all(piece).await.unwrap();
        line.flush().await.unwrap();
        line
    }

    /// Begins a piece of `promised` bytes, sends `piece` and hangs up.
    pub async fn hang_up(&self, id: Uuid, offset: usize, promised: usize, piece: &[u8]) {
        let mut line = self.begin(id, offset, promised, piece).await;
        line.shutdown().await.unwrap();
        // Whatever the server still says goes unheard.
        let mut rest = Vec::new();
        let _ = line.read_to_end(&mut rest).await;
    }

    /// Asks until an upload stands at `wanted`: what a broken line left is kept in its own time.
    pub async fn wait_for(&self, id: Uuid, wanted: usize) {
        for _ in 0..500 {
            if self.offset(id).await == wanted {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the upload stands at {} and never at {wanted}", self.offset(id).await);
    }
}

/// What an answer says of the offset.
pub fn offset(response: &Response) -> usize {
    header(response, "upload-offset").parse().unwrap()
}

/// A header of an answer; empty when it is not there.
pub fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// Status and code of a refusal.
pub async fn refused(response: Response) -> Refused {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    let body: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{status}: no JSON: {text:?}"));
    Refused { status, code: body["error"]["code"].as_str().unwrap().to_owned() }
}

/// The same to compare with.
pub fn refusal(status: u16, code: &str) -> Refused {
    Refused { status, code: code.to_owned() }
}
