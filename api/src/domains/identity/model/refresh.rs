//! What a refresh token is worth.

use chrono::{DateTime, Duration, Utc};

/// For so long may a token be used again because the reply to its use was lost.
const LOST_REPLY: Duration = Duration::seconds(60);

/// A refresh token of a live session, as the database has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// When it was used, or given up for another.
    pub ended_at: Option<DateTime<Utc>>,
    /// Whether the session's good token was made in exchange for this one, and not used yet.
    pub precedes_live: bool,
}

/// What becomes of whoever presents it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// It is exchanged for a fresh one.
    Exchange,
    /// It was exchanged a moment ago, and nobody used what it was exchanged for: the reply was lost. That one dies, and a
    /// fresh one takes its place.
    ExchangeAgain,
    /// Two hold it, or held its successor: nobody keeps the session.
    Reused,
    /// Nobody used it in time.
    Expired,
}

/// What a token is worth now.
pub fn worth(token: Token, now: DateTime<Utc>) -> Worth {
    match token.ended_at {
        None if token.expires_at > now => Worth::Exchange,
        None => Worth::Expired,
        Some(ended_at) if token.precedes_live && now - ended_at <= LOST_REPLY => Worth::ExchangeAgain,
        Some(_) => Worth::Reused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(ended: Option<i64>, precedes_live: bool) -> Token {
        let ended_at = ended.map(|seconds| DateTime::UNIX_EPOCH + Duration::seconds(seconds));
        Token { expires_at: DateTime::UNIX_EPOCH + Duration::seconds(1_000), ended_at, precedes_live }
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + Duration::seconds(seconds)
    }

    #[test]
    fn a_token_is_exchanged_once_in_its_time() {
        assert_eq!(worth(token(None, false), at(999)), Worth::Exchange);
        assert_eq!(worth(token(None, false), at(1_000)), Worth::Expired);
    }

    #[test]
    fn a_lost_reply_is_forgiven_for_a_minute_to_the_immediate_predecessor() {
        assert_eq!(worth(token(Some(100), true), at(100)), Worth::ExchangeAgain);
        assert_eq!(worth(token(Some(100), true), at(160)), Worth::ExchangeAgain);
        assert_eq!(worth(token(Some(100), true), at(161)), Worth::Reused);
        assert_eq!(worth(token(Some(100), false), at(101)), Worth::Reused);
    }
}
