//! Where a request comes from: the socket's address, or what a trusted proxy says of it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;

use super::Shared;
use crate::domains::identity::ClientInfo;

/// Longest name of a program that is kept, in bytes.
const AGENT_MAX: usize = 200;

/// Gives a request its [`ClientInfo`].
pub async fn layer(State(shared): State<Arc<Shared>>, mut request: Request, next: Next) -> Response {
    let socket = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let address = socket.map(|socket| client_address(socket, request.headers(), &shared.app.config.trusted_proxies.0));
    let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    let agent = agent.map(|agent| agent.chars().take(AGENT_MAX).collect());
    request.extensions_mut().insert(ClientInfo { address, agent });
    next.run(request).await
}

/// The address of the client: read from the right, the first that is no trusted proxy. Whatever stands left of it was
/// written by the client and is not believed.
fn client_address(socket: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let mut nearest = socket.to_canonical();
    let lines: Vec<&str> = headers.get_all("x-forwarded-for").iter().map(|line| line.to_str().unwrap_or("")).collect();
    for word in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !is_trusted(&nearest) {
            break;
        }
        match parse(word.trim()) {
            Some(address) => nearest = address,
            // Who cannot be understood cannot be believed either: the proxy itself is counted.
            None => break,
        }
    }
    nearest
}

/// An address, also with a port.
fn parse(word: &str) -> Option<IpAddr> {
    let address = word.parse().ok().or_else(|| word.parse::<SocketAddr>().ok().map(|address| address.ip()))?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn address(socket: &str, lines: &[&'static str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_static(line));
        }
        let trusted: Vec<IpNet> = trusted.iter().filter_map(|net| net.parse().ok()).collect();
        client_address(socket.parse().expect("an address"), &headers, &trusted).to_string()
    }

    #[test]
    fn a_header_is_believed_from_trusted_proxies_alone() {
        let proxies = ["10.0.0.0/8", "fd00::/8"];
        assert_eq!(address("203.0.113.7", &["1.2.3.4"], &[]), "203.0.113.7");
        assert_eq!(address("203.0.113.7", &["1.2.3.4"], &proxies), "203.0.113.7");
        assert_eq!(address("10.0.0.1", &["1.2.3.4"], &proxies), "1.2.3.4");
        assert_eq!(address("10.0.0.1", &["9.9.9.9, 1.2.3.4, 10.0.0.2"], &proxies), "1.2.3.4", "read from the right");
        assert_eq!(address("10.0.0.1", &["9.9.9.9", "1.2.3.4"], &proxies), "1.2.3.4", "the last line is the nearest");
        assert_eq!(address("10.0.0.1", &["1.2.3.4:5678"], &proxies), "1.2.3.4");
        assert_eq!(address("fd00::1", &["2001:db8::7"], &proxies), "2001:db8::7");
        assert_eq!(address("::ffff:10.0.0.1", &["::ffff:1.2.3.4"], &proxies), "1.2.3.4");
    }

    #[test]
    fn what_is_no_address_hides_nobody() {
        let proxies = ["10.0.0.0/8"];
        for line in ["", "unknown", "1.2.3.4.5", "1.2.3.4, hidden"] {
            assert_eq!(address("10.0.0.1", &[line], &proxies), "10.0.0.1", "{line}");
        }
        assert_eq!(address("10.0.0.1", &["10.0.0.9"], &proxies), "10.0.0.9");
    }
}
