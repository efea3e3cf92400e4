//! Every event that a command can make has its sentence in both languages.

use std::collections::HashSet;

use api::domains::tickets::graphql::history::texts::{SENTENCES, WORDS, sentence, word};
use api::error::Locale;
use entities::values::{
    CallbackMethod, CallbackResult, CompletionOutcome, LiableParty, PauseReason, Payer, StaffId, TicketKind,
    TicketState, Urgency,
};
use support::start_of_time;
use uuid::Uuid;

use super::game::commands;

#[test]
fn every_event_has_its_sentence_in_both_languages() {
    let all = commands(&[StaffId(Uuid::from_u128(1))], start_of_time(), None);
    let mut kinds: HashSet<&str> = all.iter().map(|command| command.event()).collect();
    kinds.insert("SUBMITTED");
    assert_eq!(kinds.len(), 28);
    for kind in kinds {
        let texts = [Locale::English, Locale::Chinese].map(|locale| sentence(kind, locale));
        let [Some(english), Some(chinese)] = texts else { panic!("{kind}: {texts:?}") };
        assert!(english != chinese && english.is_ascii() && !chinese.is_ascii(), "{kind}: {texts:?}");
    }
}

#[test]
fn both_languages_name_the_same_people() {
    let mut keys = HashSet::new();
    for (key, english, chinese) in SENTENCES.iter().chain(WORDS) {
        assert!(keys.insert(key), "{key} stands twice");
        assert!(!english.is_empty() && !chinese.is_empty() && !chinese.is_ascii(), "{key}");
        assert_eq!(english.contains("{whom}"), chinese.contains("{whom}"), "{key}");
    }
}

#[test]
fn every_value_has_its_name() {
    let named = |group: &str, value: &str| {
        for locale in [Locale::English, Locale::Chinese] {
            assert!(word(group, value, locale).is_some(), "{group}.{value}");
        }
    };
    TicketState::ALL.iter().for_each(|it| named("state", it.as_str()));
    TicketKind::ALL.iter().for_each(|it| named("kind", it.as_str()));
    Urgency::ALL.iter().for_each(|it| named("urgency", it.as_str()));
    PauseReason::ALL.iter().for_each(|it| named("reason", it.as_str()));
    CompletionOutcome::ALL.iter().for_each(|it| named("outcome", it.as_str()));
    CallbackMethod::ALL.iter().for_each(|it| named("method", it.as_str()));
    CallbackResult::ALL.iter().for_each(|it| named("result", it.as_str()));
    Payer::ALL.iter().for_each(|it| named("payer", it.as_str()));
    LiableParty::ALL.iter().for_each(|it| named("liableParty", it.as_str()));
}
