//! Which versions of our apps are still served. An app says what it is with `Linli-Client: ios/3.2.1`; whoever says
//! nothing is taken as it comes.

use axum::http::HeaderMap;

use crate::config::ConfigError;
use crate::graphql::error::TopLevel;

/// The header with platform and version.
const CLIENT: &str = "linli-client";

/// A version: up to four numbers, those that are left out being zero.
type Version = [u32; 4];

/// The oldest version of each platform that is served.
#[derive(Debug)]
pub struct Clients {
    oldest: Vec<(String, Version)>,
}

impl Clients {
    /// Reads `ios/3.2, web/1.0`.
    pub fn read(text: &str) -> Result<Self, ConfigError> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let oldest = entries
            .map(|entry| {
                let why = "must be a list such as \"ios/3.2, web/1.0\"";
                client(entry).ok_or_else(|| ConfigError(format!("configuration: `client_minimum` {why}")))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { oldest })
    }

    /// Refuses a client that is too old, or that says what nobody can read.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), TopLevel> {
        match headers.get(CLIENT) {
            None => Ok(()),
            Some(value) => self.check_text(value.to_str().map_err(|_| TopLevel::Malformed)?),
        }
    }

    /// The same for the text itself.
    pub fn check_text(&self, text: &str) -> Result<(), TopLevel> {
        let (platform, version) = client(text).ok_or(TopLevel::Malformed)?;
        let oldest = self.oldest.iter().find(|(known, _)| *known == platform);
        if oldest.is_some_and(|(_, oldest)| version < *oldest) { Err(TopLevel::ClientTooOld) } else { Ok(()) }
    }
}

fn client(text: &str) -> Option<(String, Version)> {
    let (platform, numbers) = text.trim().split_once('/')?;
    let named = !platform.is_empty() && platform.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let mut version = Version::default();
    // A build (`3.2.1+45`) or a stage (`3.2.1-beta`) is no number of a version.
    let numbers = numbers.split(['+', '-']).next().unwrap_or_default();
    for (place, number) in numbers.split('.').enumerate() {
        *version.get_mut(place)? = number.parse().ok()?;
    }
    named.then(|| (platform.to_ascii_lowercase(), version))
}

#[cfg(test)]
mod tests {
    use super::Clients;
    use crate::graphql::error::TopLevel;

    #[test]
    fn versions_are_compared_as_numbers() {
        let clients = Clients::read("ios/3.2, android/10.0.1").expect("versions");
        for (text, outcome) in [
            ("ios/3.2", Ok(())),
            ("iOS/3.10", Ok(())),
            ("ios/3.2.0.1", Ok(())),
            ("ios/4-beta+7", Ok(())),
            ("ios/3.1.9", Err(TopLevel::ClientTooOld)),
            ("android/9.9.9", Err(TopLevel::ClientTooOld)),
            ("android/10.0.1", Ok(())),
            ("web/0", Ok(())),
            ("ios", Err(TopLevel::Malformed)),
            ("ios/", Err(TopLevel::Malformed)),
            ("/1", Err(TopLevel::Malformed)),
            ("ios/1.x", Err(TopLevel::Malformed)),
            ("ios/1.2.3.4.5", Err(TopLevel::Malformed)),
            ("ios/99999999999", Err(TopLevel::Malformed)),
        ] {
            assert_eq!(clients.check_text(text), outcome, "{text}");
        }
        assert!(Clients::read("").expect("nothing").check_text("ios/0").is_ok());
        assert!(Clients::read("ios").is_err());
    }
}
