//! WeChat's login for mini-programs: a code of the phone is exchanged for the user's openid.

use std::time::Duration;

use serde::Deserialize;

use crate::config::Config;
use crate::error::Error;

/// How long WeChat may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// Largest answer that is read, in bytes.
const ANSWER_MAX: usize = 16 * 1024;

/// Why there is no openid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WechatError {
    /// The code is wrong, expired or used (40029, 40163).
    InvalidCode,
    /// WeChat is asked too often, by this user or by us (45011).
    TooOften,
    /// WeChat blocks this user (40226).
    Blocked,
    /// WeChat is busy, does not answer, or refuses us.
    Unavailable,
}

/// Exchanges codes at WeChat.
pub struct Wechat {
    http: reqwest::Client,
    url: String,
    app_id: String,
    secret: String,
}

/// The answer, as WeChat gives it with any status: `openid`, or `errcode` other than 0. The `session_key` in it opens the
/// user's data; it is not read.
#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    openid: String,
    #[serde(default)]
    errcode: i64,
}

impl Wechat {
    /// The mini-program of the configuration, when one is named.
    pub fn new(config: &Config) -> Result<Option<Self>, Error> {
        if config.wechat_app_id.is_empty() {
            return Ok(None);
        }
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|_| Error::internal("cannot make an HTTP client"))?;
        Ok(Some(Self {
            http,
            url: format!("{}/sns/jscode2session", config.wechat_url.trim_end_matches('/')),
            app_id: config.wechat_app_id.clone(),
            secret: config.wechat_app_secret.clone(),
        }))
    }

    /// The mini-program.
    pub fn app_id(&self) -> &str {
        &self.app_id
    }

    /// The openid of whoever's phone made the code.
    ///
    /// <https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html>
    pub async fn openid(&self, code: &str) -> Result<String, WechatError> {
        let query = [
            ("appid", self.app_id.as_str()),
            ("secret", &self.secret),
            ("js_code", code),
            ("grant_type", "authorization_code"),
        ];
        // Errors of the client name the address, and with it the secret: they are not logged.
        let unavailable = |_| WechatError::Unavailable;
        let mut response = self.http.get(&self.url).query(&query).send().await.map_err(unavailable)?;
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(unavailable)? {
            body.extend_from_slice(&piece);
            if body.len() > ANSWER_MAX {
                return Err(WechatError::Unavailable);
            }
        }
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| WechatError::Unavailable)?;
        match answer.errcode {
            0 if !answer.openid.is_empty() => Ok(answer.openid),
            40029 | 40163 => Err(WechatError::InvalidCode),
            45011 => Err(WechatError::TooOften),
            40226 => Err(WechatError::Blocked),
            errcode => {
                // -1 is WeChat's own trouble; all else is our configuration.
                tracing::warn!(wechat.errcode = errcode, "wechat.refused");
                Err(WechatError::Unavailable)
            }
        }
    }
}
