//! Text messages.

use std::sync::{Arc, Mutex, PoisonError};

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
    /// Takes a message for `phone`. It must return at once; delivery happens behind it.
    fn send(&self, phone: &str, text: &SmsText);
}

/// The development adapter: prints each message on standard output, where the demo's user reads the code.
pub struct PrintedSms;

impl Sms for PrintedSms {
    fn send(&self, phone: &str, text: &SmsText) {
        let SmsText::SignInCode { code, minutes } = text;
        println!("SMS to {phone}: your Linli code is {code}, valid for {minutes} minutes");
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
