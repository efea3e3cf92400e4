//! What a phone missed, in the schema.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entities::values::TicketId;
use serde::{Deserialize, Serialize};

use super::types::Ticket;
use crate::domains::tickets::service::{self, Standing};
use crate::error::{Code, Error, Refusal};
use crate::graphql::connection::{DEFAULT_PAGE, LARGEST_PAGE};
use crate::graphql::id::wire_id;
use crate::graphql::request;

/// What changed in the viewer's day since a phone asked last (增量同步).
#[derive(SimpleObject)]
pub struct TicketChanges {
    /// Tickets of the viewer's day, as they now are; some of them may not have changed.
    pub changed: Vec<Ticket>,
    /// Tickets that do not belong to the viewer's day any more: take them off the phone.
    pub removed: Vec<ID>,
    /// Send it as `since` next time.
    pub cursor: String,
    /// Whether more follows: ask again at once.
    pub has_more: bool,
    /// Whether the phone must forget the tickets that it had, because `since` was missing or too old.
    pub reset: bool,
    /// The version of `ticketCategories`; read them again when it is another.
    pub categories_version: String,
    /// The version of all reference data; ask `referenceChanges` what changed when it is another than came last.
    pub reference_version: String,
}

#[derive(Serialize, Deserialize)]
struct Cursor {
    #[serde(rename = "s")]
    seq: i64,
    #[serde(rename = "a", skip_serializing_if = "Option::is_none", default)]
    after: Option<TicketId>,
}

fn read(text: &str) -> Result<Standing, Error> {
    let malformed = || Error::from(Refusal { field: vec!["since"], ..Refusal::new(Code::InvalidValue) });
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| malformed())?;
    let cursor: Cursor = serde_json::from_slice(&bytes).map_err(|_| malformed())?;
    Ok(Standing { seq: cursor.seq, reading_after: cursor.after })
}

fn write(standing: Standing) -> Result<String, Error> {
    let cursor = Cursor { seq: standing.seq, after: standing.reading_after };
    Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor)?))
}

/// Queries of changes.
#[derive(Default)]
pub struct ChangesQuery;

#[Object]
impl ChangesQuery {
    /// What changed in the viewer's day since `since`: the tickets of `myDay`, and those that left it. For staff.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn ticket_changes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The `cursor` that came last; everything is sent anew when missing.")] since: Option<String>,
        #[graphql(desc = "How many tickets, 20 unless said, 100 at most.")] first: Option<i32>,
    ) -> Result<TicketChanges> {
        let request = request(context);
        let viewer = request.viewer()?;
        let first = first.unwrap_or(DEFAULT_PAGE);
        if first < 1 {
            return Err(Error::from(Refusal { field: vec!["first"], ..Refusal::new(Code::InvalidValue) }).into());
        }
        let since = since.as_deref().map(read).transpose()?;
        let limit = usize::try_from(first.min(LARGEST_PAGE)).unwrap_or(1);
        let known = service::reference_known(&request.app, viewer).await?;
        let changes = service::changes(&request.app, viewer, since, limit).await?;
        Ok(TicketChanges {
            changed: changes.changed.into_iter().map(Into::into).collect(),
            removed: changes.removed.into_iter().map(wire_id).collect(),
            cursor: write(changes.standing)?,
            has_more: changes.has_more,
            reset: changes.reset,
            categories_version: known.categories.to_string(),
            reference_version: known.last.to_string(),
        })
    }
}
