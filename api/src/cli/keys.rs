//! `linli admin keys`: the keys that sign access tokens, and their turn.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::Subcommand;
use uuid::Uuid;

use crate::domains::identity::{self, KeyState};
use crate::error::{Code, Error};
use crate::state::{App, StartError};

/// What can be done with signing keys.
#[derive(Subcommand)]
pub enum KeysCommand {
    /// Print every key, the newest first: its id (the `kid` of tokens), what it does, and from and until when.
    List,
    /// Make a new key. It signs in two minutes, when every node has loaded it; the keys before it verify until the last
    /// token that they signed has expired. Nobody is signed out.
    Rotate {
        /// Let it sign at once, because the old key is known to others.
        #[arg(long)]
        now: bool,
    },
    /// End a key, on every node within half a minute: whatever it signed is refused, and its bearers refresh their tokens.
    Retire {
        /// The key's id, as `list` prints it.
        id: Uuid,
    },
}

/// Runs the command.
pub async fn run(command: KeysCommand, app: &App) -> Result<ExitCode, StartError> {
    match command {
        KeysCommand::List => {
            for key in identity::signing_keys(app).await? {
                let does = match key.state {
                    KeyState::Next => "next",
                    KeyState::Signs => "signs",
                    KeyState::Verifies => "verifies",
                    KeyState::Retired => "retired",
                };
                let until = key.verifies_until.map_or_else(|| "-".to_owned(), time);
                println!("{} {does:8} from {} until {until}", key.id, time(key.signs_from));
            }
        }
        KeysCommand::Rotate { now } => println!("{}", identity::rotate_keys(app, now).await?),
        KeysCommand::Retire { id } => match identity::retire_key(app, id).await {
            Ok(()) => println!("{id} is retired"),
            Err(Error::Refused(refusal)) if refusal.code == Code::NotFound => {
                return Err(StartError(format!("there is no key {id}")));
            }
            Err(Error::Refused(_)) => {
                return Err(StartError(format!(
                    "{id} is the only key that signs: run `linli admin keys rotate --now`"
                )));
            }
            Err(other) => return Err(other.into()),
        },
    }
    Ok(ExitCode::SUCCESS)
}

fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
