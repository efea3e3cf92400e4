//! The servers that `scripts/test` starts, found through its variables.

use std::path::PathBuf;

/// The private PostgreSQL cluster: its database `postgres`, as a superuser.
pub fn postgres_url() -> String {
    variable("LINLI_TEST_POSTGRES_URL")
}

/// The private Redis server.
pub fn redis_url() -> String {
    variable("LINLI_TEST_REDIS_URL")
}

/// The directory of PostgreSQL's programs (`pgbench`, `pg_ctl` …).
pub fn postgres_bindir() -> PathBuf {
    variable("LINLI_TEST_PG_BINDIR").into()
}

/// The private cluster's data directory.
pub fn postgres_data() -> PathBuf {
    variable("LINLI_TEST_PG_DATA").into()
}

/// The `linli` program, built from the same sources as the tests.
pub fn binary() -> PathBuf {
    variable("LINLI_TEST_BINARY").into()
}

/// Whether the heavy proofs run at their stated size; otherwise small.
pub fn full_scale() -> bool {
    std::env::var("LINLI_SCALE").is_ok_and(|scale| scale == "full")
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!(
            "{name} is not set: run the tests with `scripts/test [part of a name]`, which starts PostgreSQL and Redis"
        )
    })
}
