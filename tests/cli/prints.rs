//! Commands that print something and touch no database.

use support::Program;
use support::program::repository;

#[tokio::test]
async fn each_command_explains_itself() {
    let program = Program::new();
    for (command, words) in [
        (vec![], vec!["serve", "worker", "migrate", "schema", "config", "import", "audit", "admin", "--database-url"]),
        (vec!["serve"], vec!["--demo", "--no-worker", "--listen"]),
        (vec!["worker"], vec!["background"]),
        (vec!["migrate"], vec!["schema"]),
        (vec!["schema"], vec!["GraphQL"]),
        (vec!["config"], vec!["default"]),
        (vec!["import"], vec!["communities", "register", "cases"]),
        (vec!["import", "communities"], vec!["--with-units", "--strict", "<FILE>"]),
        (vec!["import", "register"], vec!["--community", "--template", "--strict"]),
        (vec!["import", "cases"], vec!["--organization", "--time-zone", "--strict"]),
        (vec!["audit"], vec!["verify", "checkpoint"]),
        (vec!["audit", "verify"], vec!["hash chain"]),
        (vec!["admin"], vec!["create"]),
        (vec!["admin", "create"], vec!["--organization", "--phone", "--password-stdin"]),
    ] {
        let help = program.run(&[&command[..], &["--help"]].concat()).await.ok();
        for word in words {
            assert!(help.contains(word), "linli {command:?} --help does not speak of {word}: {help}");
        }
        assert!(help.contains("Usage: linli"), "{help}");
    }
    assert!(program.run(&["--version"]).await.ok().starts_with("linli "));
    let unknown = program.run(&["srve"]).await;
    assert_eq!(unknown.code, Some(2), "{unknown:?}");
    assert!(std::fs::read_dir(program.path("")).unwrap().next().is_none(), "nothing was made");
}

#[tokio::test]
async fn the_schema_is_the_committed_one() {
    let committed = std::fs::read_to_string(repository("schema.graphql")).unwrap();
    assert!(Program::new().run(&["schema"]).await.ok() == committed, "run `cargo run -- schema > schema.graphql`");
}

#[tokio::test]
async fn the_configuration_is_the_default_and_can_be_used() {
    let program = Program::new();
    let printed = program.run(&["config"]).await.ok();
    let default = std::fs::read_to_string(repository("api/config.default.toml")).unwrap();
    assert_eq!(printed, default);
    std::fs::write(program.path("linli.toml"), &printed).unwrap();
    program.run(&["migrate", "--config", "linli.toml"]).await.ok();
    assert!(program.path("linli.db").exists());
}

#[tokio::test]
async fn a_bad_configuration_names_its_key() {
    let program = Program::new();
    for (line, named) in [
        ("listen = \"nowhere\"", "`listen`"),
        ("database_url = \"mysql://x\"", "`database_url`"),
        ("database_url = \"sqlite::memory:\"", "`database_url`"),
        ("database_pool = 1", "`database_pool`"),
        ("graphql_nesting = 1000", "`graphql_nesting`"),
        ("housekeeping_seconds = 0", "`housekeeping_seconds`"),
        ("master_key = \"short\"", "`master_key`"),
        ("session_days = 0", "`session_days`"),
        ("session_days = \"many\"", "session_days"),
        ("log_format = \"xml\"", "log_format"),
        ("no_such_key = 1", "no_such_key"),
    ] {
        std::fs::write(program.path("bad.toml"), line).unwrap();
        let complaint = program.run(&["serve", "--config", "bad.toml"]).await.failed();
        assert!(complaint.starts_with("linli: configuration: ") && complaint.contains(named), "{line}: {complaint}");
    }
    let complaint = program.run(&["migrate", "--config", "missing.toml"]).await.failed();
    assert!(complaint.contains("missing.toml"), "{complaint}");
    let variable = Program::new().with("LINLI_DATABASE_POOL", "1");
    assert!(variable.run(&["serve"]).await.failed().contains("`database_pool`"));
    let complaint = Program::new().run(&["serve", "--listen", "8000"]).await.failed();
    assert!(complaint.contains("`listen`"), "{complaint}");
    let complaint = Program::new().with("LINLI_LOG", "a=b=c").run(&["serve"]).await.failed();
    assert!(complaint.contains("`log`"), "{complaint}");
}
