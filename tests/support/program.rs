//! The real `linli` program as a process of its own.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use api::db::{Db, DbOptions};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use crate::client::Client;
use crate::{TestDatabase, servers};

/// The master key that programs over a test's database are given; the one of `TestApp`.
pub const MASTER_KEY: &str = "4242424242424242424242424242424242424242424242424242424242424242";
/// How long a program may take to say something that a test waits for.
const PATIENCE: Duration = Duration::from_secs(60);

/// How and where `linli` is started: in a folder of its own, with nothing of the environment's configuration.
pub struct Program {
    folder: TempDir,
    variables: Vec<(String, String)>,
    database_url: String,
}

/// What a program that ended has left.
#[derive(Debug)]
pub struct Finished {
    /// Its exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
}

/// A program that serves.
pub struct Serving {
    child: Child,
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    stdout: Arc<Mutex<String>>,
    stderr: Arc<Mutex<String>>,
    readers: [JoinHandle<()>; 2],
}

impl Program {
    /// In an empty folder, with the default configuration: an SQLite file there.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("linli_test_").tempdir().unwrap();
        let database_url = format!("sqlite:{}", folder.path().join("linli.db").display());
        Self { folder, variables: Vec::new(), database_url }
    }

    /// In an empty folder, over a test's database.
    pub fn over(database: &TestDatabase) -> Self {
        let mut program = Self::new().with("LINLI_DATABASE_URL", database.url());
        database.url().clone_into(&mut program.database_url);
        program.with("LINLI_SMS", "print").with("LINLI_MASTER_KEY", MASTER_KEY)
    }

    /// With a variable of the environment.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without a variable that was given before.
    pub fn without(mut self, name: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self
    }

    /// A path in the folder where the program runs.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Connects to the program's database.
    pub async fn connect(&self) -> Db {
        Db::connect(&DbOptions { url: self.database_url.clone(), pool: 2 }).await.unwrap()
    }

    /// Runs a command to its end.
    pub async fn run(&self, arguments: &[&str]) -> Finished {
        self.run_with_input(arguments, "").await
    }

    /// Runs a command to its end with `input` on its standard input.
    pub async fn run_with_input(&self, arguments: &[&str], input: &str) -> Finished {
        let mut child = self.command(arguments).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A program that ended without reading has closed the pipe; what it says is the test's matter.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        let output = tokio::time::timeout(PATIENCE * 5, child.wait_with_output()).await;
        let output = output.unwrap_or_else(|_| panic!("linli {arguments:?} does not end")).unwrap();
        Finished {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Starts a command that serves on a free port, and waits until it listens.
    pub async fn serve(&self, arguments: &[&str]) -> Serving {
        let mut child = self.command(&[arguments, &["--listen", "127.0.0.1:0"]].concat()).spawn().unwrap();
        let (stdout, stderr) = (Arc::<Mutex<String>>::default(), Arc::<Mutex<String>>::default());
        let readers = [
            tokio::spawn(keep(child.stdout.take().unwrap(), Arc::clone(&stdout))),
            tokio::spawn(keep(child.stderr.take().unwrap(), Arc::clone(&stderr))),
        ];
        let mut serving = Serving { child, url: String::new(), stdout, stderr, readers };
        let line = serving.wait_for("Linli listens on ").await;
        let address = line.trim_start_matches("Linli listens on ");
        address.trim_end_matches("/graphql").clone_into(&mut serving.url);
        serving
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(servers::binary());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LINLI_")) {
            command.env_remove(name);
        }
        command.args(arguments).envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.current_dir(self.folder.path()).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

impl Default for Program {
    fn default() -> Self {
        Self::new()
    }
}

impl Finished {
    /// The output of a program that succeeded.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self.stdout
    }

    /// The complaint of a program that failed with exit code 1.
    #[track_caller]
    pub fn failed(self) -> String {
        assert_eq!(self.code, Some(1), "{self:#?}");
        self.stderr
    }
}

impl Serving {
    /// The id of its process; nothing once it has ended.
    pub fn pid(&mut self) -> Option<u32> {
        self.child.try_wait().unwrap().map_or(self.child.id(), |_| None)
    }

    /// What it has printed so far.
    pub fn printed(&self) -> String {
        self.stdout.lock().unwrap().clone()
    }

    /// What it has logged so far.
    pub fn logged(&self) -> String {
        self.stderr.lock().unwrap().clone()
    }

    /// Copies what it prints into a file, as `tee` does, until the task is aborted.
    pub fn follow(&self, file: PathBuf) -> JoinHandle<()> {
        let printed = Arc::clone(&self.stdout);
        tokio::spawn(async move {
            loop {
                let text = printed.lock().unwrap().clone();
                // In one step: whoever reads it finds the whole.
                let next = file.with_extension("next");
                tokio::fs::write(&next, text).await.unwrap();
                tokio::fs::rename(&next, &file).await.unwrap();
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
    }

    /// Waits for a printed line that holds `text`; the last such line.
    pub async fn wait_for(&mut self, text: &str) -> String {
        let started = tokio::time::Instant::now();
        loop {
            if let Some(line) = self.printed().lines().rev().find(|line| line.contains(text)) {
                return line.to_owned();
            }
            let over = self.child.try_wait().unwrap();
            assert!(over.is_none(), "it ended with {over:?} before it said {text:?}: {}", self.logged());
            assert!(started.elapsed() < PATIENCE, "it never said {text:?}: {}", self.logged());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// A client with this access token, or with none.
    pub fn client(&self, token: Option<&str>) -> Client {
        Client::new(reqwest::Client::new(), format!("{}/graphql", self.url), token.map(str::to_owned))
    }

    /// Signs a member of staff in.
    pub async fn staff(&self, phone: &str, password: &str) -> Client {
        let input = serde_json::json!({ "phone": phone, "password": password });
        let payload = self.client(None).mutate("signInStaff", input, "accessToken").await.ok();
        self.client(payload["accessToken"].as_str())
    }

    /// Signs a resident in with the code that the server prints.
    pub async fn resident(&mut self, phone: &str) -> Client {
        let anonymous = self.client(None);
        anonymous.mutate("signInCodeRequest", serde_json::json!({ "phone": phone }), "sent").await.ok();
        let line = self.wait_for(&format!("SMS to {phone}: your Linli code is ")).await;
        let code = line.split("code is ").nth(1).and_then(|rest| rest.get(..6)).unwrap();
        let input = serde_json::json!({ "phone": phone, "code": code });
        let payload = anonymous.mutate("signInResident", input, "accessToken").await.ok();
        self.client(payload["accessToken"].as_str())
    }

    /// Sends SIGTERM and waits for the end; its exit code and how long it took.
    pub async fn terminate(mut self) -> (Option<i32>, Duration) {
        let started = std::time::Instant::now();
        let kill = format!("kill -TERM {}", self.child.id().unwrap());
        assert!(Command::new("sh").args(["-c", &kill]).status().await.unwrap().success());
        let status = tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("SIGTERM is obeyed").unwrap();
        let took = started.elapsed();
        for reader in self.readers {
            reader.await.unwrap();
        }
        (status.code(), took)
    }
}

async fn keep(from: impl AsyncRead + Unpin, to: Arc<Mutex<String>>) {
    let mut lines = BufReader::new(from).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let mut kept = to.lock().unwrap();
        kept.push_str(&line);
        kept.push('\n');
    }
}

/// A file of the repository, from its root.
pub fn repository(path: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The path of a fixture.
pub fn fixture(name: &str) -> String {
    repository(Path::new("tests/fixtures").join(name)).display().to_string()
}
