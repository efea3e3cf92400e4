//! Who pays for a ticket, set by hand.

use entities::values::{LiableParty, Payer};
use serde_json::{Value, json};

use super::super::error::TicketError;
use super::super::model::Command;
use super::super::model::warranty::{Disagreement, agree};
use super::super::repo::TicketCard;
use super::commands::{Step, reason};
use super::step::{Beside, Seen, step};
use crate::db::Tx;
use crate::domains::identity::Viewer;
use crate::error::Error;
use crate::state::App;

struct Paying {
    payer: Payer,
    liable: Option<LiableParty>,
}

impl Beside for Paying {
    async fn prepare(&self, _: &Tx, _: &Seen) -> Result<Command, Error> {
        Ok(Command::SetPayer { payer: self.payer, liable: self.liable })
    }

    fn payload(&self, seen: &Seen, mut payload: Value) -> Value {
        let ticket = &seen.card.ticket;
        payload["before"] = json!({ "payer": ticket.payer, "liableParty": ticket.liable_party });
        payload
    }
}

/// Sets who pays for a ticket and who is liable, with the reason.
pub async fn set_payer(
    app: &App,
    viewer: &Viewer,
    input: Step,
    payer: Payer,
    liable: Option<LiableParty>,
    words: &str,
) -> Result<TicketCard, Error> {
    let liable = agree(payer, liable).map_err(|why| match why {
        Disagreement::Missing => TicketError::Required("liableParty"),
        Disagreement::Wrong => TicketError::Invalid("liableParty"),
    })?;
    let payload = json!({ "payer": payer, "liableParty": liable, "reason": reason(words)? });
    step(app, viewer, "ticketPayerSet", input, payload, Paying { payer, liable }).await
}
