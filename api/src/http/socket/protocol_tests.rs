//! The protocol as tables: messages in, actions out.

use serde_json::json;

use super::message::{Outgoing, read};
use super::protocol::{Action, Close, Machine};

const INIT: &str = r#"{"type":"connection_init","payload":{"token":"t"}}"#;

fn subscribe(id: &str) -> String {
    json!({ "type": "subscribe", "id": id, "payload": { "query": "{ a }" } }).to_string()
}

fn complete(id: &str) -> String {
    json!({ "type": "complete", "id": id }).to_string()
}

/// An action in a word.
fn word(action: Option<Action>) -> String {
    match action {
        None => "-".to_owned(),
        Some(Action::Authenticate(_)) => "authenticate".to_owned(),
        Some(Action::Acknowledge) => "ack".to_owned(),
        Some(Action::Pong) => "pong".to_owned(),
        Some(Action::Start(id, _)) => format!("start {id}"),
        Some(Action::Refuse(id)) => format!("refuse {id}"),
        Some(Action::Stop(id)) => format!("stop {id}"),
        Some(Action::Complete(id)) => format!("complete {id}"),
        Some(Action::Close(why)) => why.code().to_string(),
    }
}

/// A step of a story: a message, or what became of something.
enum Step<'s> {
    Says(&'s str),
    Authenticated(Result<(), Close>),
    Ended(&'s str),
    Failed(&'s str),
}

fn play(steps: &[Step<'_>]) -> Vec<String> {
    let mut machine = Machine::new(2);
    let done = steps.iter().map(|step| match step {
        Step::Says(text) => machine.receive(read(text, 64)),
        Step::Authenticated(outcome) => machine.authenticated(*outcome),
        Step::Ended(id) => machine.ended((*id).to_owned(), false),
        Step::Failed(id) => machine.ended((*id).to_owned(), true),
    });
    done.map(word).collect()
}

#[test]
fn stories_of_the_protocol() {
    use Step::{Authenticated, Ended, Failed, Says};
    let (a, b, c) = (subscribe("a"), subscribe("b"), subscribe("c"));
    let (no_a, no_x) = (complete("a"), complete("x"));
    let ping = r#"{"type":"ping","payload":{"x":1}}"#;
    let pong = r#"{"type":"pong"}"#;
    let stories: [(&[Step<'_>], &[&str]); 14] = [
        (
            &[Says(INIT), Authenticated(Ok(())), Says(&a), Ended("a"), Says(&a)],
            &["authenticate", "ack", "start a", "complete a", "start a"],
        ),
        (&[Says(&a)], &["4401"]),
        (&[Says(INIT), Says(&a)], &["authenticate", "4401"]),
        (&[Says(INIT), Says(INIT)], &["authenticate", "4429"]),
        (&[Says(INIT), Authenticated(Ok(())), Says(INIT)], &["authenticate", "ack", "4429"]),
        (&[Says(INIT), Authenticated(Err(Close::Forbidden)), Says(&a)], &["authenticate", "4403", "-"]),
        (&[Says(INIT), Authenticated(Err(Close::TooManySockets))], &["authenticate", "4429"]),
        (&[Says(INIT), Authenticated(Ok(())), Says(&a), Says(&a)], &["authenticate", "ack", "start a", "4409"]),
        (
            &[Says(INIT), Authenticated(Ok(())), Says(&a), Says(&b), Says(&c), Ended("b"), Says(&c)],
            &["authenticate", "ack", "start a", "start b", "refuse c", "complete b", "start c"],
        ),
        (
            &[Says(INIT), Authenticated(Ok(())), Says(&a), Says(&no_a), Ended("a"), Says(&no_a)],
            &["authenticate", "ack", "start a", "stop a", "-", "-"],
        ),
        (
            &[Says(INIT), Authenticated(Ok(())), Says(&a), Failed("a"), Says(&no_a), Says(&a)],
            &["authenticate", "ack", "start a", "-", "-", "start a"],
        ),
        (&[Says(ping), Says(pong), Says(INIT), Says(ping)], &["pong", "-", "authenticate", "pong"]),
        (&[Says(&no_x), Says("{"), Says(INIT)], &["-", "4400", "-"]),
        (&[Authenticated(Ok(())), Says(INIT)], &["-", "authenticate"]),
    ];
    for (number, (steps, expected)) in stories.iter().enumerate() {
        assert_eq!(play(steps), *expected, "story {number}");
    }
}

#[test]
fn what_the_protocol_does_not_know_closes_the_socket() {
    let long = "i".repeat(257);
    let deep = format!("{{\"type\":\"ping\",\"payload\":{{\"a\":{}", "[".repeat(100_000));
    let long = json!({ "type": "complete", "id": long }).to_string();
    for text in [
        "",
        "{",
        "null",
        "7",
        "\"ping\"",
        "[]",
        "{}",
        r#"{"type":7}"#,
        r#"{"type":"start"}"#,
        r#"{"type":"PING"}"#,
        r#"{"type":"connection_ack"}"#,
        r#"{"type":"next","id":"a","payload":{}}"#,
        r#"{"type":"error","id":"a","payload":[]}"#,
        r#"{"type":"connection_init","payload":"token"}"#,
        r#"{"type":"connection_init","payload":["token"]}"#,
        r#"{"type":"ping","payload":1}"#,
        r#"{"type":"complete"}"#,
        r#"{"type":"complete","id":7}"#,
        r#"{"type":"complete","id":""}"#,
        r#"{"type":"subscribe","id":"a"}"#,
        r#"{"type":"subscribe","id":"a","payload":{}}"#,
        r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#,
        r#"{"type":"subscribe","id":7,"payload":{"query":"{a}"}}"#,
        r#"{"type":"subscribe","id":"a","payload":{"query":7}}"#,
        r#"{"type":"subscribe","id":"a","payload":["{a}"]}"#,
        r#"{"type":"subscribe","id":"a","payload":{"query":"{a}","variables":[]}}"#,
        r#"{"type":"subscribe","id":"a","payload":{"query":"{a}","operationName":{}}}"#,
        r#"{"type":"subscribe","id":"a","payload":{"query":"{a}","extensions":"x"}}"#,
        &deep,
        &long,
    ] {
        let mut machine = Machine::new(2);
        machine.receive(read(INIT, 64));
        machine.authenticated(Ok(()));
        assert_eq!(word(machine.receive(read(text, 64))), "4400", "{}", &text[..text.len().min(100)]);
    }
}

#[test]
fn what_it_knows_is_read_however_it_is_written() {
    for text in [
        r#"{"type":"connection_init"}"#,
        r#"{"type":"connection_init","payload":null}"#,
        r#"{"payload":{},"type":"connection_init","more":1}"#,
        r#"{"type":"subscribe","id":"a","payload":{"query":"{a}","variables":null,"operationName":null,"extensions":null}}"#,
        r#"{"type":"subscribe","id":"a","payload":{"documentId":"x"}}"#,
        r#"{"type":"subscribe","id":"a","payload":{"extensions":{"persistedQuery":{}}}}"#,
    ] {
        assert!(read(text, 64).is_some(), "{text}");
    }
}

#[test]
fn our_messages_are_written_as_the_protocol_has_them() {
    for (message, text) in [
        (Outgoing::ConnectionAck, r#"{"type":"connection_ack"}"#),
        (Outgoing::Pong, r#"{"type":"pong"}"#),
        (Outgoing::Next { id: "a", payload: 7 }, r#"{"type":"next","id":"a","payload":7}"#),
        (Outgoing::Error { id: "a", payload: 7 }, r#"{"type":"error","id":"a","payload":7}"#),
        (Outgoing::Complete { id: "a" }, r#"{"type":"complete","id":"a"}"#),
    ] {
        assert_eq!(message.text().expect("a text").as_str(), text);
    }
}

#[test]
fn close_reasons_fit_into_a_frame() {
    for close in [Close::GoingAway, Close::Invalid, Close::InitTimeout, Close::InitTwice, Close::ClientTooOld] {
        assert!(close.reason().len() <= 123);
    }
}
