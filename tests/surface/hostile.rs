//! What somebody may send who means no good. Whatever it is, the next request is answered within a second, by the same
//! process.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::program::Serving;
use support::socket::{Heard, PROTOCOL};
use support::{Program, Socket, TestApp, TestDatabase, World, both_databases};
use tokio_tungstenite::tungstenite::Message;

both_databases!(
    lists_within_lists_on_every_path,
    bombs_cycles_and_crowds,
    bodies_that_are_no_requests,
    the_demo_shows_its_schema_within_limits,
);

/// The program under attack.
struct Target {
    serving: Serving,
    pid: u32,
    http: reqwest::Client,
    token: String,
}

impl Target {
    async fn start(database: &TestDatabase, arguments: &[&str]) -> Self {
        let program = Program::over(database).with("LINLI_SMS", "print");
        let mut serving = program.serve(arguments).await;
        let pid = serving.pid().unwrap();
        let http = reqwest::Client::new();
        let client = support::Client::new(http.clone(), format!("{}/graphql", serving.url), None);
        client.mutate("signInCodeRequest", json!({ "phone": "13911112222" }), "sent").await.ok();
        let line = serving.wait_for("SMS to 13911112222").await;
        let code: String = line.split(" is ").nth(1).unwrap().chars().take(6).collect();
        let input = json!({ "phone": "13911112222", "code": code });
        let payload = client.mutate("signInResident", input, "accessToken").await.ok();
        let token = payload["accessToken"].as_str().unwrap().to_owned();
        Self { serving, pid, http, token }
    }

    fn url(&self) -> String {
        format!("{}/graphql", self.serving.url)
    }

    /// The next request is answered within a second, by the same process.
    async fn assert_well(&mut self, after: &str) {
        let begun = Instant::now();
        let request =
            self.http.post(self.url()).bearer_auth(&self.token).json(&json!({ "query": "{ viewer { id } }" }));
        let answer: Value = request.send().await.expect(after).json().await.expect(after);
        assert!(answer["data"]["viewer"]["id"].is_string(), "after {after}: {answer}");
        assert!(begun.elapsed() < Duration::from_secs(1), "after {after}: {:?}", begun.elapsed());
        assert_eq!(self.serving.pid(), Some(self.pid), "after {after}");
    }

    /// Posts a body; the status and the code of its error.
    async fn post(&self, body: impl Into<reqwest::Body>) -> (u16, String) {
        let request = self.http.post(self.url()).header("content-type", "application/json").bearer_auth(&self.token);
        let response = request.body(body).send().await.unwrap();
        let status = response.status().as_u16();
        let answer: Value = response.json().await.unwrap_or_default();
        let answer = answer.get(0).cloned().unwrap_or(answer);
        assert!(answer.get("data").is_none_or(Value::is_null) || answer.get("errors").is_none(), "{answer}");
        (status, answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned())
    }

    async fn socket(&self) -> Socket {
        Socket::signed_in(&self.url(), Some(&self.token)).await
    }

    /// Sends a document on every path that a document can come in by; each must refuse it with one of `codes`.
    async fn everywhere(&mut self, document: &str, codes: &[&str], what: &str) {
        let one = json!({ "query": document });
        let hash = api::infra::crypto::sha256(document.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>();
        let persisted =
            json!({ "query": document, "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } });
        for (path, body) in
            [("post", one.to_string()), ("batch", json!([one]).to_string()), ("persisted", persisted.to_string())]
        {
            let (_, code) = self.post(body).await;
            assert!(codes.contains(&code.as_str()), "{what} by {path}: {code}");
            self.assert_well(&format!("{what} by {path}")).await;
        }
        // An address holds 64 KiB at most; beyond that the server never sees a request.
        let address = self.http.get(self.url()).query(&[("query", document)]).bearer_auth(&self.token);
        if let Ok(request) = address.build()
            && request.url().as_str().len() < 60_000
        {
            let response = self.http.execute(request).await.unwrap();
            assert!(response.status().is_client_error() || response.status() == 200, "{what} by address");
            let answer: Value = response.json().await.unwrap_or_default();
            let code = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned();
            assert!(codes.contains(&code.as_str()), "{what} by address: {answer}");
            self.assert_well(&format!("{what} by address")).await;
        }
        let mut socket = self.socket().await;
        socket.say(json!({ "type": "subscribe", "id": "a", "payload": one })).await;
        match socket.hear().await {
            Heard::Message(message) => {
                let code = message["payload"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned();
                assert!(message["type"] == "error" && codes.contains(&code.as_str()), "{what} by socket: {message}");
            }
            // A message that is longer than a message may be.
            Heard::Closed(code, _) => assert_eq!(code, 1009, "{what}"),
            Heard::Cut => panic!("{what} by socket: cut off"),
        }
        self.assert_well(&format!("{what} by socket")).await;
    }
}

async fn lists_within_lists_on_every_path(database: TestDatabase) {
    let mut target = Target::start(&database, &["serve"]).await;
    for levels in [200, 1_000, 1_500, 3_000, 6_000, 50_000] {
        let (open, close) = ("[".repeat(levels), "]".repeat(levels));
        let kinds = [
            ("lists", format!("{{ node(id: {open}1{close}) {{ id }} }}")),
            ("open lists", format!("{{ node(id: {open}")),
            ("objects", format!("{{ node(id: {}1{}) {{ id }} }}", "{a:".repeat(levels), "}".repeat(levels))),
            ("selections", "{a".repeat(levels) + &"}".repeat(levels)),
            ("types", format!("query($a: {open}Int{close}) {{ __typename }}")),
            ("directives", format!("{{ __typename @a(b: {open}{close}) }}")),
            ("defaults", format!("query($a: Int = {open}{close}) {{ __typename }}")),
            ("inline fragments", format!("{{ {} id {} }}", "... {".repeat(levels), "}".repeat(levels))),
        ];
        for (kind, document) in kinds {
            target.everywhere(&document, &["TOO_COMPLEX"], &format!("{levels} {kind}")).await;
        }
        for (kind, value) in
            [("lists", format!("{open}{close}")), ("objects", "{\"a\":".repeat(levels) + "1" + &"}".repeat(levels))]
        {
            for place in ["variables", "extensions"] {
                let what = format!("{levels} {kind} in {place}");
                let one = format!("{{\"query\":\"{{ __typename }}\",\"{place}\":{{\"a\":{value}}}}}");
                for body in [one.clone(), format!("[{one}]")] {
                    assert_eq!(target.post(body).await, (400, "TOO_COMPLEX".to_owned()), "{what}");
                    target.assert_well(&what).await;
                }
                let mut socket = target.socket().await;
                socket.send(Message::text(format!("{{\"type\":\"subscribe\",\"id\":\"a\",\"payload\":{one}}}"))).await;
                assert!(matches!(socket.hear().await, Heard::Closed(4400 | 1009, _)), "{what}");
                target.assert_well(&what).await;
            }
        }
    }
    target.serving.terminate().await;
}

async fn bombs_cycles_and_crowds(database: TestDatabase) {
    let mut target = Target::start(&database, &["serve"]).await;
    let many = |count: usize, part: &str| (0..count).map(|n| part.replace('#', &n.to_string())).collect::<String>();
    let bomb = |name: &str, spread: &str, levels: usize| {
        let level = |n: usize| {
            format!("fragment {name}{n} on Query {{ {} }} ", spread.replace('#', &format!("{name}{}", n + 1)))
        };
        (0..levels).map(level).collect::<String>() + &format!("fragment {name}{levels} on Query {{ __typename }}")
    };
    let both = ["TOO_COMPLEX", "MALFORMED"];
    for (what, document, codes) in [
        ("a bomb of fragments", format!("{{ ...F0 }} {}", bomb("F", "...# ...#", 30)), &both[..1]),
        ("a bomb of ten", format!("{{ ...F0 }} {}", bomb("F", &"...# ".repeat(10), 12)), &both[..1]),
        (
            "a bomb of inline fragments",
            format!("{{ ...F0 }} {}", bomb("F", "... { ...# } ... { ...# }", 14)),
            &both[..1],
        ),
        (
            "a bomb that is not run",
            format!("query A {{ __typename }} query B {{ ...F0 }} {}", bomb("F", "...# ...#", 30)),
            &both[..],
        ),
        ("a bomb that nobody uses", format!("{{ __typename }} {}", bomb("F", "...# ...#", 30)), &both[..]),
        ("a chain of fragments", format!("{{ ...F0 }} {}", bomb("F", "...#", 150)), &both[..1]),
        ("a cycle of two", "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }".to_owned(), &both[1..]),
        (
            "a cycle through a field",
            "{ ...A } fragment A on Query { viewer { ...B } } fragment B on Viewer { ...B }".to_owned(),
            &both[1..],
        ),
        ("a fragment of itself", "{ ...A } fragment A on Query { ...A }".to_owned(), &both[1..]),
        ("a cycle that nobody uses", "{ __typename } fragment A on Query { ...A }".to_owned(), &both[1..]),
        ("1,000 aliases", format!("{{ {} }}", many(1_000, "a#: __typename ")), &both[..1]),
        (
            "1,000 aliases in a fragment",
            format!("{{ ...F }} fragment F on Query {{ {} }}", many(1_000, "a#: __typename ")),
            &both[..1],
        ),
        ("5,000 repeated fields", format!("{{ {} }}", "__typename ".repeat(5_000)), &both[..1]),
        ("5,000 repeated objects", format!("{{ {} }}", "viewer{id}".repeat(5_000)), &both[..1]),
        ("1,000 directives", format!("{{ __typename {} }}", "@skip(if: false) ".repeat(1_000)), &both[..1]),
        ("unknown directives", "{ viewer @nobody @knows(these: 1) { id } }".to_owned(), &both[1..]),
        ("an unknown directive of a query", "query @live { __typename }".to_owned(), &both[1..]),
        (
            "streams",
            "{ tickets @stream(initialCount: 1) { nodes { id } } ... @defer { __typename } }".to_owned(),
            &both[1..],
        ),
        ("1,000 variables", format!("query({}) {{ __typename }}", many(1_000, "$a#: Int ")), &both[1..]),
        ("2,000 operations", many(2_000, "query Q# { a } "), &both[..1]),
        ("2,000 fragments", format!("{{ a }} {}", many(2_000, "fragment F# on Q { a } ")), &both[..1]),
        ("a long name", format!("{{ {} }}", "a".repeat(60_000)), &both[1..]),
        ("a long comment", format!("#{}", "[".repeat(65_000)), &both[1..]),
        ("brackets of no kind", "}".repeat(5_000), &both[1..]),
        ("exclamations", "!".repeat(7_000), &both[1..]),
        ("ats", "{ a @".repeat(60), &both[1..]),
        ("an open string", format!("{{ a(b: \"{}", "x".repeat(60_000)), &both[1..]),
        ("escapes", format!("{{ a(b: \"{}\") }}", "\\u0041".repeat(10_000)), &both[1..]),
        ("a wrong escape", "{ a(b: \"\\uD800\") }".to_owned(), &both[1..]),
        ("nothing", String::new(), &both[1..]),
        ("nothing but blanks", " \n\t,".repeat(10_000), &both[1..]),
        ("zero bytes", "{ __typename \0 }".to_owned(), &both[1..]),
        (
            "the schema",
            "{ __schema { types { fields { type { fields { type { fields { type { name }}}}}}}}}".to_owned(),
            &both[..],
        ),
        (
            "a type of types",
            "{ __type(name: \"Query\") { fields { type { fields { type { fields { type { fields { name }}}}}}}}}"
                .to_owned(),
            &both[..],
        ),
        ("a great number", "{ units(first: 99999999999999999999999999) { totalCount } }".to_owned(), &both[1..]),
        (
            "a costly list",
            "{ tickets(first: 100) { nodes { events { summary } comments { words } contacts { id } helpers { name }
            unit { number } community { units(first: 100) { nodes { id } } } } } }"
                .to_owned(),
            &both[..],
        ),
    ] {
        let begun = Instant::now();
        target.everywhere(&document, codes, what).await;
        assert!(begun.elapsed() < Duration::from_secs(5), "{what}: {:?}", begun.elapsed());
    }
    target.serving.terminate().await;
}

async fn bodies_that_are_no_requests(database: TestDatabase) {
    let mut target = Target::start(&database, &["serve"]).await;
    let large = 20 << 20;
    let padded = format!("{{\"query\":\"{{ __typename }}\"{}}}", " ".repeat(large));
    let one = "{\"query\":\"{ __typename }\"}";
    let batch = format!("[{}]", vec![one; 1_000].join(","));
    let (malformed, too_much) = ("MALFORMED", "TOO_COMPLEX");
    for (what, body, status, code) in [
        ("20 MB of blanks", padded.into_bytes(), 413, too_much),
        ("20 MB of a document", format!("{{\"query\":\"{}\"}}", "a ".repeat(large / 2)).into_bytes(), 413, too_much),
        ("20 MB of zeros", vec![0; large], 413, too_much),
        ("100,000 levels of JSON", "[".repeat(100_000).into_bytes(), 400, too_much),
        ("100,000 levels of objects", "{\"a\":".repeat(100_000).into_bytes(), 400, too_much),
        ("100,000 levels that close", ("[".repeat(100_000) + &"]".repeat(100_000)).into_bytes(), 400, too_much),
        ("a batch of 1,000", batch.into_bytes(), 400, too_much),
        ("a batch of batches", format!("[[{one}]]").into_bytes(), 400, malformed),
        ("an empty batch", b"[]".to_vec(), 400, malformed),
        ("bad UTF-8", b"{\"query\":\"{ a\xff }\"}".to_vec(), 400, malformed),
        ("UTF-8 that is cut off", b"{\"query\":\"\xe9\x82".to_vec(), 400, malformed),
        ("overlong UTF-8", b"{\"query\":\"\xc0\xaf\"}".to_vec(), 400, malformed),
        (
            "UTF-16",
            "{\"query\":\"{ __typename }\"}".encode_utf16().flat_map(u16::to_le_bytes).collect(),
            400,
            malformed,
        ),
        ("half a surrogate", b"{\"query\":\"\\ud800\"}".to_vec(), 400, malformed),
        ("a byte order mark", b"\xef\xbb\xbf{\"query\":\"{ __typename }\"}".to_vec(), 400, malformed),
        ("nothing", Vec::new(), 400, malformed),
        ("a great number", b"{\"query\":\"{__typename}\",\"variables\":{\"a\":1e999}}".to_vec(), 400, malformed),
        ("a key twice", b"{\"query\":\"{__typename}\",\"query\":\"{__typename}\"}".to_vec(), 400, malformed),
    ] {
        let begun = Instant::now();
        assert_eq!(target.post(body).await, (status, code.to_owned()), "{what}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{what}: {:?}", begun.elapsed());
        target.assert_well(what).await;
    }
    for content_type in
        ["text/plain", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "application/cbor"]
    {
        let request = target.http.post(target.url()).header("content-type", content_type).body(vec![b'['; 100_000]);
        assert_eq!(request.send().await.unwrap().status(), 415, "{content_type}");
        target.assert_well(content_type).await;
    }
    // Many at once, and sockets that say nothing.
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(Socket::try_open(&target.url(), &[("sec-websocket-protocol", PROTOCOL)]).await.unwrap());
    }
    let crowd = (0..200).map(|_| {
        let (http, url) = (target.http.clone(), target.url());
        tokio::spawn(async move {
            http.post(url).header("content-type", "application/json").body("[".repeat(100_000)).send().await
        })
    });
    for request in crowd.collect::<Vec<_>>() {
        let status = request.await.unwrap().unwrap().status().as_u16();
        assert!(status == 400 || status == 503, "{status}");
    }
    target.assert_well("a crowd").await;
    drop(silent);
    target.serving.terminate().await;
}

async fn the_demo_shows_its_schema_within_limits(database: TestDatabase) {
    let app = TestApp::start(database.backend()).await;
    World::build(&app, 1).await;
    let node = app.another_node(true, |_| ()).await;
    let circular = |lists: usize| {
        let fields = "fields { type { ".repeat(lists);
        format!("{{ __schema {{ types {{ {fields} name {} }} }} }}", "} }".repeat(lists))
    };
    for (lists, fine) in [(1, true), (2, true), (3, true), (4, false), (6, false), (30, false)] {
        let begun = Instant::now();
        let answer = node.client(None).post(&circular(lists), json!({})).await;
        assert_eq!(answer.body.get("errors").is_none(), fine, "{lists}");
        assert!(fine || begun.elapsed() < Duration::from_secs(1), "{lists}: {:?}", begun.elapsed());
    }
    let possible = "{ __schema { types { possibleTypes { interfaces { possibleTypes { interfaces { name } } } } } } }";
    assert_eq!(node.client(None).post(possible, json!({})).await.code(), "TOO_COMPLEX");
    node.stop().await;
    app.finish().await;
}
