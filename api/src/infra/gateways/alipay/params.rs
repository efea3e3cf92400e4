//! Parameters: what is signed of them, and how they travel.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

use super::super::GatewayError;

/// Everything but what RFC 3986 leaves alone.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The text that is signed of a request: all parameters but `sign` and the empty ones, sorted by name.
pub fn signed_text<'p>(params: impl IntoIterator<Item = (&'p str, &'p str)>) -> String {
    let sorted: BTreeMap<&str, &str> =
        params.into_iter().filter(|(name, value)| *name != "sign" && !value.is_empty()).collect();
    let pairs: Vec<String> = sorted.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

/// Parameters as a query or a form.
pub fn form(params: &BTreeMap<&str, String>) -> String {
    let pairs: Vec<String> =
        params.iter().map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, ENCODED))).collect();
    pairs.join("&")
}

/// A form as it came. Values stay bytes: they are signed in the charset that they name.
#[derive(Debug, PartialEq, Eq)]
pub struct Form(BTreeMap<String, Vec<u8>>);

impl Form {
    /// Reads a body; refuses a name that comes twice.
    pub fn read(body: &[u8]) -> Result<Self, GatewayError> {
        let mut found = BTreeMap::new();
        for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let at = pair.iter().position(|byte| *byte == b'=').ok_or(GatewayError::Malformed("form"))?;
            let name = String::from_utf8(decode(&pair[..at])).map_err(|_| GatewayError::Malformed("form"))?;
            if found.insert(name, decode(&pair[at + 1..])).is_some() {
                return Err(GatewayError::Malformed("form"));
            }
        }
        Ok(Self(found))
    }

    /// The bytes that a notification signs: all but `sign` and `sign_type`, sorted by name.
    pub fn signed(&self) -> Vec<u8> {
        let signed = self.0.iter().filter(|(name, _)| !matches!(name.as_str(), "sign" | "sign_type"));
        let pairs: Vec<Vec<u8>> = signed.map(|(name, value)| [name.as_bytes(), b"=", value].concat()).collect();
        pairs.join(&b'&')
    }

    /// A value in ASCII, as all are that decide anything; none when it is missing, empty or something else.
    pub fn get(&self, name: &str) -> Option<&str> {
        let text = std::str::from_utf8(self.0.get(name)?).ok()?;
        (!text.is_empty() && text.is_ascii()).then_some(text)
    }
}

fn decode(text: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Alipay's own example: <https://opendocs.alipay.com/common/02kf5q>
    #[test]
    fn the_published_text_is_made() {
        let menu = r#"{"button":[{"actionParam":"ZFB_HFCZ","actionType":"out","name":"话费充值"},{"name":"查询","subButton":[{"actionParam":"ZFB_YECX","actionType":"out","name":"余额查询"},{"actionParam":"ZFB_LLCX","actionType":"out","name":"流量查询"},{"actionParam":"ZFB_HFCX","actionType":"out","name":"话费查询"}]},{"actionParam":"http://m.alipay.com","actionType":"link","name":"最新优惠"}]}"#;
        let params = [
            ("app_id", "2014072300007148"),
            ("method", "alipay.mobile.public.menu.add"),
            ("charset", "GBK"),
            ("sign_type", "RSA2"),
            ("timestamp", "2014-07-24 03:07:50"),
            ("biz_content", menu),
            (
                "sign",
                "e9zEAe4TTQ4LPLQvETPoLGXTiURcxiAKfMVQ6Hrrsx2hmyIEGvSfAQzbLxHrhyZ48wOJXTsD4FPnt+YGdK57+fP1BCbf9rIVycfjhYCqlFhbTu9pFnZgT55W+xbAFb9y7vL0MyAxwXUXvZtQVqEwW7pURtKilbcBTEW7TAxzgro=",
            ),
            ("version", "1.0"),
            ("notify_url", ""),
        ];
        let expected = format!(
            "app_id=2014072300007148&biz_content={menu}&charset=GBK&method=alipay.mobile.public.menu.add\
             &sign_type=RSA2&timestamp=2014-07-24 03:07:50&version=1.0"
        );
        assert_eq!(signed_text(params), expected);
    }

    #[test]
    fn a_form_is_read_as_bytes_and_signed_sorted() {
        let form = Form::read("b=%CE%EF+1%2B1&a=x%26y&sign=S%3D&sign_type=RSA2&empty=".as_bytes()).expect("reads");
        assert_eq!(form.signed(), [b"a=x&y&b=".as_slice(), b"\xce\xef 1+1&empty="].concat());
        assert_eq!((form.get("sign"), form.get("a"), form.get("empty")), (Some("S="), Some("x&y"), None));
        assert_eq!(form.get("b"), None);
        for body in ["a=1&a=2", "a", "%ff=1"] {
            assert_eq!(Form::read(body.as_bytes()), Err(GatewayError::Malformed("form")), "{body}");
        }
    }

    #[test]
    fn what_is_sent_reads_back() {
        let params = BTreeMap::from([("subject", "物业费 3月 & 100%+".to_owned()), ("a", "=?/~".to_owned())]);
        let sent = form(&params);
        assert!(sent.is_ascii() && !sent.contains(' ') && !sent.contains('+'), "{sent}");
        let read = Form::read(sent.as_bytes()).expect("reads");
        assert_eq!(read.signed(), "a==?/~&subject=物业费 3月 & 100%+".as_bytes());
    }
}
