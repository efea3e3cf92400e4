//! Text messages.

use std::sync::{Arc, Mutex, PoisonError};

use crate::config::{Config, SmsProvider};

/// What is sent to a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SmsText {
    /// A sign-in code and the minutes it lives.
    SignInCode {
        /// Six digits.
        code: String,
        /// Its life.
        minutes: u32,
    },
}

/// Sends text messages.
pub trait Sms: Send + Sync {
    /// Whether anything can be sent at all.
    fn is_available(&self) -> bool {
        true
    }

    /// Takes a message for `phone`. It must return at once; delivery happens behind it.
    fn send(&self, phone: &str, text: &SmsText);
}

/// The adapter of a server without a provider.
pub struct NoSms;

impl Sms for NoSms {
    fn is_available(&self) -> bool {
        false
    }

    fn send(&self, _phone: &str, _text: &SmsText) {}
}

/// The development adapter: prints each message on standard output, where the demo's user reads the code.
pub struct PrintedSms;

impl Sms for PrintedSms {
    fn send(&self, phone: &str, text: &SmsText) {
        let SmsText::SignInCode { code, minutes } = text;
        println!("SMS to {phone}: your Linli code is {code}, valid for {minutes} minutes");
    }
}

/// The adapter that the configuration names.
pub fn provider(config: &Config) -> Arc<dyn Sms> {
    match config.sms {
        SmsProvider::Off => Arc::new(NoSms),
        SmsProvider::Print => Arc::new(PrintedSms),
    }
}

/// Keeps messages in memory for whoever started the server in its own process.
#[derive(Clone, Default)]
pub struct KeptSms(Arc<Mutex<Vec<(String, SmsText)>>>);

impl KeptSms {
    /// The code last sent to `phone`.
    pub fn last_code(&self, phone: &str) -> Option<String> {
        let messages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        messages.iter().rev().find(|(to, _)| to == phone).map(|(_, SmsText::SignInCode { code, .. })| code.clone())
    }
}

impl Sms for KeptSms {
    fn send(&self, phone: &str, text: &SmsText) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((phone.to_owned(), text.clone()));
    }
}
