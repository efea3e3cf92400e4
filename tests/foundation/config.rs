//! Configuration: where a value comes from, and how a bad one is refused.

use std::path::PathBuf;

use api::config::{Config, ConfigError, DEFAULT, LogFormat};
use tempfile::TempDir;

const NO_VARIABLES: [(&str, &str); 0] = [];

fn load(
    file: Option<&PathBuf>,
    variables: impl IntoIterator<Item = (&'static str, &'static str)>,
    flags: &[(&str, &str)],
) -> Result<Config, ConfigError> {
    let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let flags: Vec<_> = flags.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    Config::load_from(file, variables, &flags)
}

fn file(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("linli.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn the_default_is_complete() {
    let config = load(None, NO_VARIABLES, &[]).unwrap();
    assert_eq!(config.listen, "127.0.0.1:8000");
    assert_eq!(config.sqlite_path(), Some(PathBuf::from("linli.db")));
    assert_eq!(config.log_format, LogFormat::Text);
}

#[test]
fn a_variable_wins_over_the_file_and_a_flag_over_both() {
    let (_folder, path) =
        file("listen = \"127.0.0.1:1\"\ndatabase_pool = 3\nlog_format = \"json\"\nlog = \"debug\"\nbody_limit = 9");
    let config = load(
        Some(&path),
        [("LINLI_LISTEN", "127.0.0.1:2"), ("LINLI_DATABASE_POOL", "4"), ("LINLI_LOG", "warn")],
        &[("listen", "127.0.0.1:3"), ("log", "error")],
    )
    .unwrap();
    assert_eq!(config.listen, "127.0.0.1:3", "flag > variable > file");
    assert_eq!(config.log, "error", "flag > variable > file");
    assert_eq!(config.database_pool, 4, "variable > file");
    assert_eq!(config.log_format, LogFormat::Json, "file > default");
    assert_eq!(config.body_limit, 9, "file > default");
    assert_eq!(config.session_days, 30, "default");
}

#[test]
fn a_variable_that_is_no_key_is_left_alone() {
    load(None, [("LINLI_DATA_DIR", "/data"), ("LINLI_SCALE", "ci"), ("PATH", "/bin")], &[]).unwrap();
}

#[test]
fn a_bad_value_is_refused_by_its_key() {
    let cases = [
        ("listen", "localhost"),
        ("listen", "127.0.0.1"),
        ("database_url", "mysql://localhost/linli"),
        ("database_url", "sqlite::memory:"),
        ("database_url", ""),
        ("database_pool", "1"),
        ("database_pool", "65"),
        ("database_pool", "many"),
        ("database_pool", "-1"),
        ("access_token_minutes", "0"),
        ("session_days", "0"),
        ("sign_in_code_minutes", "0"),
        ("sign_in_code_tries", "0"),
        ("sign_in_codes_per_hour", "0"),
        ("sign_in_password_tries", "0"),
        ("password_workers", "0"),
        ("password_queue", "0"),
        ("session_idle_days", "0"),
        ("limit_code_requests", "60"),
        ("limit_code_requests", "60/300"),
        ("limit_code_tries", "0/1/2"),
        ("limit_password_tries", "10/5/100"),
        ("limit_refreshes", "1/2/many"),
        ("trusted_proxies", "everybody"),
        ("trusted_proxies", "10.0.0.0/8, 300.1.1.1"),
        ("redis_url", "localhost:6379"),
        ("wechat_url", "api.weixin.qq.com"),
        ("wechat_app_secret", "given without the other"),
        ("idempotency_days", "0"),
        ("graphql_nesting", "0"),
        ("graphql_nesting", "257"),
        ("graphql_depth", "deep"),
        ("graphql_complexity", "high"),
        ("body_limit", "-5"),
        ("housekeeping_seconds", "0"),
        ("clock_seconds", "0"),
        ("relay_milliseconds", "0"),
        ("change_feed_days", "0"),
        ("auto_dispatch_seconds", "0"),
        ("shutdown_seconds", "soon"),
        ("storage_url", "photos"),
        ("storage_url", "file:"),
        ("storage_url", "ftp://photos"),
        ("storage_endpoint", "minio:9000"),
        ("storage_virtual_host", "perhaps"),
        ("upload_bytes", "0"),
        ("upload_bytes", "10 MiB"),
        ("upload_waiting", "0"),
        ("upload_hours", "0"),
        ("upload_megapixels", "0"),
        ("upload_film_seconds", "0"),
        ("upload_voice_seconds", "0"),
        ("upload_workers", "0"),
        ("link_minutes", "0"),
        ("log_format", "xml"),
        ("master_key", "abcd"),
        ("master_key", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"),
    ];
    let mut silent = Vec::new();
    for (key, bad) in cases {
        for (source, outcome) in [
            ("flag", load(None, NO_VARIABLES, &[(key, bad)])),
            (
                "variable",
                Config::load_from(None, [(format!("LINLI_{}", key.to_uppercase()), bad.to_owned())].into_iter(), &[]),
            ),
        ] {
            match outcome {
                Ok(_) => silent.push(format!("{key} = {bad:?} by {source} was taken")),
                Err(ConfigError(text)) if !text.contains(key) => silent.push(format!("{key} = {bad:?}: {text}")),
                Err(_) => {}
            }
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn an_unknown_key_in_the_file_is_refused_by_its_name() {
    let (_folder, path) = file("listne = \"127.0.0.1:1\"");
    let ConfigError(text) = load(Some(&path), NO_VARIABLES, &[]).unwrap_err();
    assert!(text.contains("listne"), "{text}");
}

#[test]
fn a_missing_file_is_refused_by_its_name() {
    let ConfigError(text) = load(Some(&PathBuf::from("/nowhere/linli.toml")), NO_VARIABLES, &[]).unwrap_err();
    assert!(text.contains("/nowhere/linli.toml"), "{text}");
}

#[test]
fn every_key_of_the_default_is_commented() {
    let mut keys = 0;
    for paragraph in DEFAULT.split("\n\n") {
        let bare: Vec<_> = paragraph.lines().filter(|line| !line.starts_with('#') && line.contains('=')).collect();
        keys += bare.len();
        assert!(bare.is_empty() || paragraph.trim_start().starts_with('#'), "no comment above {bare:?}");
    }
    assert!(keys > 10, "{keys} keys found");
}
