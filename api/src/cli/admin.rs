//! `linli admin`: the first accounts, which nobody signed in could make.

use std::io::Read as _;
use std::process::ExitCode;

use clap::Subcommand;
use entities::values::Role;

use super::keys;
use crate::domains::identity::{self, NewAssignment, NewStaff};
use crate::domains::tickets;
use crate::state::{App, StartError};

/// What can be administered.
#[derive(Subcommand)]
pub enum AdminCommand {
    /// Make an administrator of an organization, and the organization when it is missing.
    Create {
        /// Name of the organization.
        #[arg(long)]
        organization: String,
        /// Name of the administrator.
        #[arg(long)]
        name: String,
        /// Phone to sign in with.
        #[arg(long)]
        phone: String,
        /// Read the password from standard input, instead of making one up and printing it.
        #[arg(long)]
        password_stdin: bool,
    },
    /// The keys that sign access tokens.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
}

/// Runs the command.
pub async fn run(command: AdminCommand, app: &App) -> Result<ExitCode, StartError> {
    let (organization, name, phone, password_stdin) = match command {
        AdminCommand::Create { organization, name, phone, password_stdin } => {
            (organization, name, phone, password_stdin)
        }
        AdminCommand::Keys(command) => return keys::run(command, app).await,
    };
    let password = if password_stdin {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(|error| StartError(format!("cannot read the password: {error}")))?;
        Some(text.trim_end_matches(['\r', '\n']).to_owned())
    } else {
        None
    };
    let assignments = vec![NewAssignment { role: Role::OrganizationAdmin, community_id: None }];
    let new = NewStaff { name, phone, assignments, trades: Vec::new() };
    let made = identity::create_admin(app, &organization, new, password).await?;
    tickets::ensure_defaults(&app.db, &app.clock, made.org_id).await?;
    let state = if made.new_organization { "new" } else { "existing" };
    println!("administrator of the {state} organization {organization} made");
    if let Some(password) = made.generated_password {
        println!("password: {password}");
    }
    Ok(ExitCode::SUCCESS)
}
