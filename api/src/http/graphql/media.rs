//! Which media types a request is written in and answered in, by the GraphQL-over-HTTP specification.

use axum::http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};

const GRAPHQL_JSON: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

/// What a client will be answered in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Media {
    /// `application/graphql-response+json`: the status says whether the operation ran.
    GraphQl,
    /// `application/json`, as clients from before the specification have it: 200 for whatever could be understood.
    Json,
}

impl Media {
    /// The header of the answer.
    pub fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphQl => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        })
    }
}

/// The one of our media types that `Accept` prefers, the first of equals; a client that sends none is given the older one.
pub fn accepted(headers: &HeaderMap) -> Option<Media> {
    let mut ranges = headers.get_all(ACCEPT).iter().peekable();
    if ranges.peek().is_none() {
        return Some(Media::Json);
    }
    let mut best: Option<(Media, u16)> = None;
    for range in ranges.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')) {
        let media = match essence(range).as_str() {
            GRAPHQL_JSON => Media::GraphQl,
            JSON | "application/*" | "*/*" => Media::Json,
            _ => continue,
        };
        let quality = parameter(range, "q").map_or(Some(1000), |text| quality(&text)).unwrap_or(0);
        let utf8 = parameter(range, "charset").is_none_or(|charset| is_utf8(&charset));
        if utf8 && quality > 0 && best.is_none_or(|(_, known)| quality > known) {
            best = Some((media, quality));
        }
    }
    best.map(|(media, _)| media)
}

/// Whether a browser asks for a page.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.split(',').any(|range| essence(range) == "text/html")
}

/// Whether the body is said to be JSON in UTF-8, not packed.
pub fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let plain = headers.get(CONTENT_ENCODING).is_none_or(|value| value.as_bytes().eq_ignore_ascii_case(b"identity"));
    let utf8 = parameter(content_type, "charset").is_none_or(|charset| is_utf8(&charset));
    plain && utf8 && essence(content_type) == JSON
}

fn is_utf8(charset: &str) -> bool {
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

/// The media type without its parameters.
fn essence(range: &str) -> String {
    range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn parameter(range: &str, name: &str) -> Option<String> {
    let pairs = range.split(';').skip(1).filter_map(|pair| pair.split_once('='));
    let found = pairs.into_iter().find(|(key, _)| key.trim().eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.trim().trim_matches('"').to_owned())
}

/// `0.5` as 500; nothing of what is no quality.
fn quality(text: &str) -> Option<u16> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let thousandths: u16 = format!("{rest:0<3}").parse().ok().filter(|_| rest.len() <= 3)?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Media, accepted, is_json};
    use axum::http::{HeaderMap, HeaderValue, header};

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn the_preferred_media_type_is_answered() {
        let (graphql, json) = (Some(Media::GraphQl), Some(Media::Json));
        for (accept, expected) in [
            ("application/graphql-response+json", graphql),
            ("application/json, application/graphql-response+json", json),
            ("application/json;q=0.9, application/graphql-response+json", graphql),
            ("application/graphql-response+json;q=0.5, */*;q=0.8", json),
            ("application/graphql-response+json;q=0, application/json", json),
            ("application/graphql-response+json; charset=iso-8859-1, application/json;q=0.1", json),
            ("application/json; q=0", None),
            ("application/json; q=2", None),
            ("text/html", None),
            ("", None),
        ] {
            assert_eq!(accepted(&headers(header::ACCEPT, accept)), expected, "{accept}");
        }
        assert_eq!(accepted(&HeaderMap::new()), json);
    }

    #[test]
    fn only_json_in_utf8_is_read() {
        for (content_type, expected) in [
            ("application/json", true),
            ("application/json;charset=UTF-8", true),
            ("application/json; charset=\"utf-8\"", true),
            ("application/json; charset=utf-16", false),
            ("application/json; charset=iso-8859-1", false),
            ("application/jsonp", false),
            ("text/plain", false),
        ] {
            assert_eq!(is_json(&headers(header::CONTENT_TYPE, content_type)), expected, "{content_type}");
        }
        let mut packed = headers(header::CONTENT_TYPE, "application/json");
        packed.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        assert!(!is_json(&packed));
    }
}
