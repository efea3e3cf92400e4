//! The README's walk is run as it stands.

use std::process::Stdio;

use serde_json::Value;
use support::Program;
use support::program::repository;
use tokio::process::Command;

/// The shell code between the two marks of a walk.
fn walk(name: &str) -> String {
    let readme = std::fs::read_to_string(repository("README.md")).unwrap();
    let (_, rest) = readme.split_once(&format!("<!-- {name} -->")).expect("the README marks where its walk begins");
    let (part, _) = rest.split_once(&format!("<!-- /{name} -->")).expect("the README marks where its walk ends");
    let blocks: Vec<&str> = part.split("```bash\n").skip(1).map(|block| block.split("```").next().unwrap()).collect();
    assert!(blocks.len() >= 3, "the walk has {} blocks", blocks.len());
    blocks.concat()
}

/// What the shell says to some code beside a demo.
async fn said_to(code: &str) -> String {
    let program = Program::new();
    let mut serving = program.serve(&["serve", "--demo"]).await;
    serving.wait_for("(technician)").await;
    // `| tee demo.log`, as the README starts it.
    let log = program.path("demo.log");
    let printed = serving.follow(log.clone());
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", code]).current_dir(program.path(""));
    bash.env("LINLI", &serving.url).env("LOG", &log).stdin(Stdio::null()).kill_on_drop(true);
    let output = bash.output().await.unwrap();
    printed.abort();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && complained.is_empty(), "{said}\n{complained}");
    assert!(!said.contains("\"errors\"") && !said.contains("\"message\""), "{said}");
    serving.terminate().await;
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_walk_ends_with_a_closed_and_rated_ticket() {
    let said = said_to(&walk("walk")).await;
    let states = ["DISPATCHED", "ACCEPTED", "IN_PROGRESS", "COMPLETED", "CLOSED"];
    let reached: Vec<_> =
        states.iter().map(|state| said.find(&format!("\"ticket\":{{\"state\":\"{state}\"}}"))).collect();
    assert!(reached.iter().all(Option::is_some) && reached.is_sorted(), "{said}");
    let last: Value = serde_json::from_str(said.trim().lines().last().unwrap()).unwrap();
    let node = &last["data"]["node"];
    assert_eq!(node["state"], "CLOSED");
    assert_eq!(node["ratings"], serde_json::json!([{ "overall": 5, "words": "谢谢" }]));
    assert_eq!(node["events"].as_array().unwrap().last().unwrap()["kind"], "RATED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bill_is_paid_and_stands_in_the_ledger() {
    let said = said_to(&(walk("walk") + &walk("pay"))).await;
    let told: Vec<Value> = said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let of = |field: &str| -> Vec<&Value> { told.iter().filter_map(|it| it["data"].get(field)).collect() };
    let owed = of("payable");
    let total = owed[0][0]["total"]["amount"].as_str().unwrap();
    assert_eq!(owed.last().unwrap(), &&serde_json::json!([]), "{said}");
    let payment = of("payment");
    assert_eq!((&payment[0]["state"], &payment[0]["allocated"]["amount"]), (&"SETTLED".into(), &total.into()));
    let receipt = &of("receipts")[0]["nodes"][0];
    assert_eq!((&receipt["number"], &receipt["amount"]["amount"]), (&"E-00000001".into(), &total.into()));
    assert!(receipt["printLink"]["url"].as_str().unwrap().starts_with("/print/"), "{receipt}");
    let entries = of("ledgerEntries")[0]["nodes"].as_array().unwrap();
    let fen = |it: &Value| it["amount"]["amount"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
    assert_eq!(entries.iter().map(fen).sum::<i64>(), 0);
    let cash: i64 = entries.iter().filter(|it| it["account"] == "CASH").map(fen).sum();
    assert_eq!(cash.to_string(), total.replace('.', ""));
}

#[test]
fn the_walk_needs_bash_and_curl_alone() {
    let walk = walk("walk") + &walk("pay");
    for tool in ["jq", "python", "node ", "perl", "awk", "sudo", "cargo"] {
        assert!(!walk.contains(tool), "{tool}");
    }
}
