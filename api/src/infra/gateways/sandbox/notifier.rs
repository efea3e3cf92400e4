//! Sends notifications, well and badly.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clap::Args;
use reqwest::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};

use super::super::{GatewayError, Secret};
use super::messages::Message;
use super::signing::{MerchantKey, NONCE, SIGNATURE, TIMESTAMP};
use crate::clock::Clock;

/// How long the receiver may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Pauses before a notification that was not taken is sent again.
const AGAIN_SECONDS: [u64; 6] = [1, 2, 4, 8, 15, 30];
/// How long a notification that is to be overtaken waits for another one.
const HELD: Duration = Duration::from_secs(2);

/// How notifications go wrong; without any of it they are sent once, and again until they are taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Args, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Switches {
    /// Send so many copies of each notification besides.
    #[arg(long, default_value_t = 0)]
    pub duplicate: u32,
    /// Wait so many milliseconds before a notification is sent.
    #[arg(long, default_value_t = 0)]
    pub delay_ms: u64,
    /// Let each second notification overtake the one before it.
    #[arg(long)]
    pub reorder: bool,
    /// Send one with a signature of somebody else's first.
    #[arg(long)]
    pub forge: bool,
    /// Send one first whose amounts were altered after it was signed.
    #[arg(long)]
    pub alter: bool,
    /// Do not send the true one at all.
    #[arg(long)]
    pub lose: bool,
}

/// One notification, and where it goes.
pub struct Letter {
    /// The address.
    pub url: String,
    /// What it says.
    pub message: Message,
}

/// Sends letters.
pub struct Notifier {
    http: reqwest::Client,
    secret: Secret,
    clock: Clock,
    switches: Mutex<Switches>,
    held: Mutex<Option<Letter>>,
}

impl Notifier {
    /// With a client of its own.
    pub fn new(secret: Secret, clock: Clock, switches: Switches) -> Result<Self, GatewayError> {
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|_| GatewayError::Internal("cannot make an HTTP client"))?;
        Ok(Self { http, secret, clock, switches: Mutex::new(switches), held: Mutex::new(None) })
    }

    /// How it misbehaves.
    pub fn switches(&self) -> Switches {
        *self.switches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on.
    pub fn switch(&self, switches: Switches) {
        *self.switches.lock().unwrap_or_else(PoisonError::into_inner) = switches;
    }

    /// Sends a letter in the background.
    pub fn send(self: &Arc<Self>, letter: Letter) {
        let (own, switches) = (Arc::clone(self), self.switches());
        tokio::spawn(async move {
            if !switches.reorder {
                own.deliver(letter, switches).await;
            } else if let Some(before) = own.take() {
                own.deliver(letter, switches).await;
                own.deliver(before, switches).await;
            } else {
                own.hold(letter);
                tokio::time::sleep(HELD).await;
                if let Some(letter) = own.take() {
                    own.deliver(letter, switches).await;
                }
            }
        });
    }

    fn take(&self) -> Option<Letter> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn hold(&self, letter: Letter) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(letter);
    }

    async fn deliver(&self, letter: Letter, switches: Switches) {
        tokio::time::sleep(Duration::from_millis(switches.delay_ms)).await;
        let Ok(body) = serde_json::to_vec(&letter.message) else { return };
        let own = MerchantKey::of(&self.secret, &letter.message.merchant);
        if switches.forge {
            let stranger = MerchantKey::of(&Secret::new("somebody else"), &letter.message.merchant);
            self.post(&letter.url, &stranger, &body, body.clone()).await;
        }
        if switches.alter
            && let Some(altered) = altered(&letter.message)
        {
            self.post(&letter.url, &own, &body, altered).await;
        }
        if switches.lose {
            return;
        }
        for _ in 0..switches.duplicate {
            self.post(&letter.url, &own, &body, body.clone()).await;
        }
        for pause in std::iter::once(0).chain(AGAIN_SECONDS) {
            tokio::time::sleep(Duration::from_secs(pause)).await;
            if self.post(&letter.url, &own, &body, body.clone()).await {
                return;
            }
        }
        tracing::warn!("sandbox.notice_given_up");
    }

    /// Signs one text, sends another, and says whether it was taken.
    async fn post(&self, url: &str, key: &MerchantKey, signed: &[u8], sent: Vec<u8>) -> bool {
        let Ok(signed) = key.sign("", signed, self.clock.now()) else { return false };
        let request = self
            .http
            .post(url)
            .header(TIMESTAMP, signed.timestamp)
            .header(NONCE, signed.nonce)
            .header(SIGNATURE, signed.signature)
            .header(CONTENT_TYPE, "application/json")
            .body(sent);
        request.send().await.is_ok_and(|response| response.status().is_success())
    }
}

fn altered(message: &Message) -> Option<Vec<u8>> {
    let mut message = message.clone();
    message.order.amount = message.order.amount.saturating_add(100);
    if let Some(refund) = &mut message.refund {
        refund.amount = refund.amount.saturating_add(100);
    }
    serde_json::to_vec(&message).ok()
}
