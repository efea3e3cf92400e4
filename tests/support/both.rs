//! Each test on both databases.

use std::sync::Arc;

use crate::{Backend, TestApp, TestDatabase};

/// Makes two tests, `name::sqlite` and `name::postgres`, of each `async fn name(app: Arc<TestApp>)`.
///
/// ```text
/// both!(a_claim_is_won_once);
/// async fn a_claim_is_won_once(app: Arc<TestApp>) { … }
/// ```
#[macro_export]
macro_rules! both {
    ($($name:ident),+ $(,)?) => { $crate::both_through!($crate::run; $($name),+); };
}

/// Makes two tests, `name::sqlite` and `name::postgres`, of each `async fn name(database: TestDatabase)`.
#[macro_export]
macro_rules! both_databases {
    ($($name:ident),+ $(,)?) => { $crate::both_through!($crate::run_on_database; $($name),+); };
}

/// What the two have in common: the function that sets a test up and runs it.
#[doc(hidden)]
#[macro_export]
macro_rules! both_through {
    ($run:path; $($name:ident),+) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $run($crate::Backend::Sqlite, super::$name).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $run($crate::Backend::Postgres, super::$name).await;
            }
        }
    )+ };
}

/// Runs `test` with a fresh database, which is gone afterwards, also when the test panics.
pub async fn run_on_database<T, F>(backend: Backend, test: T)
where
    T: FnOnce(TestDatabase) -> F,
    F: Future<Output = ()>,
{
    test(TestDatabase::create(backend).await).await;
}

/// Runs `test` with a server over a fresh database; afterwards the invariants must hold.
pub async fn run<T, F>(backend: Backend, test: T)
where
    T: FnOnce(Arc<TestApp>) -> F,
    F: Future<Output = ()>,
{
    let app = Arc::new(TestApp::start(backend).await);
    test(Arc::clone(&app)).await;
    let app = Arc::into_inner(app).expect("the test keeps no handle of its app");
    app.finish().await;
}
