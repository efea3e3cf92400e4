//! A thousand guesses of a sign-in code, however they are packed: at most five are looked at.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{TestApp, both};

both!(aliases_of_guesses, batches_of_guesses, guesses_at_once);

const PHONE: &str = "13911112222";

/// The code that was sent, and the guesses that are none of it.
async fn begin(app: &TestApp) -> (String, Vec<String>) {
    app.anonymous().mutate("signInCodeRequest", json!({ "phone": PHONE }), "sent").await.ok();
    let code = app.sms.last_code(PHONE).unwrap();
    let guesses = (0..1_000).map(|number| format!("{number:06}")).filter(|guess| *guess != code).collect();
    (code, guesses)
}

fn guess(code: &str) -> String {
    format!("signInResident(input: {{ phone: \"{PHONE}\", code: \"{code}\" }}) {{ accessToken userErrors {{ code }} }}")
}

/// The five tries of the code are used up, or not even begun: in neither case did a guess get in.
async fn assert_held(app: &TestApp, code: &str, answers: &[Value], tries_left: bool) {
    let text = Value::from(answers.to_vec()).to_string();
    assert!(!text.contains("\"accessToken\":\""), "no guess got in");
    let input = json!({ "phone": PHONE, "code": code });
    let right = app.anonymous().mutate("signInResident", input, "accessToken").await;
    assert_eq!(right.payload["accessToken"].is_string(), tries_left, "{:#}", right.payload);
}

async fn aliases_of_guesses(app: Arc<TestApp>) {
    let (code, guesses) = begin(&app).await;
    let document = |guesses: &[String]| {
        let aliased = guesses.iter().enumerate().map(|(number, code)| format!("a{number}: {} ", guess(code)));
        format!("mutation {{ {} }}", aliased.collect::<String>())
    };
    let answer = app.anonymous().post(&document(&guesses), json!({})).await;
    assert_eq!(answer.code(), "TOO_COMPLEX");
    assert_held(&app, &code, &[answer.body], true).await;
    // As many as one document may have; the right one is the last.
    let (code, guesses) = begin(&app).await;
    let packed = [&guesses[..63], &[code.clone()]].concat();
    let answer = app.anonymous().post(&document(&packed), json!({})).await;
    assert!(answer.body["data"]["a0"].is_object(), "{:#}", answer.body);
    assert_held(&app, &code, &[answer.body], false).await;
}

async fn batches_of_guesses(app: Arc<TestApp>) {
    let (code, guesses) = begin(&app).await;
    let item = |code: &String| json!({ "query": format!("mutation {{ {} }}", guess(code)) });
    let send = |items: Vec<Value>| {
        let request = app.http().post(app.url("/graphql")).json(&items);
        async move { request.send().await.unwrap().json::<Value>().await.unwrap() }
    };
    let answer = send(guesses.iter().map(item).collect()).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "TOO_COMPLEX");
    let mut answers = Vec::new();
    for ten in guesses.chunks(10).take(100) {
        answers.push(send(ten.iter().map(item).collect()).await);
    }
    assert_held(&app, &code, &answers, false).await;
}

async fn guesses_at_once(app: Arc<TestApp>) {
    let (code, guesses) = begin(&app).await;
    let asked = guesses.iter().take(100).map(|code| {
        let (client, document) = (app.anonymous(), format!("mutation {{ {} }}", guess(code)));
        tokio::spawn(async move { client.post(&document, json!({})).await.body })
    });
    let mut answers = Vec::new();
    for task in asked.collect::<Vec<_>>() {
        answers.push(task.await.unwrap());
    }
    assert_held(&app, &code, &answers, false).await;
}
