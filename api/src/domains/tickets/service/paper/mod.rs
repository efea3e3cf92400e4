//! Tickets on paper: work orders for whoever does the work, notices for the lobby.

mod notice;
mod work_order;

pub use super::super::repo::NoticeRow;
pub use notice::{
    PublicNotice, create_notice, notice_ends_at, notice_token, notices_of, public_notice, revoke_notice, sees_notices,
};
pub use work_order::{WorkOrder, print_link, work_order};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::super::repo::TicketCard;
use crate::error::Error;

fn zone(card: &TicketCard) -> Result<Tz, Error> {
    card.time_zone.parse().map_err(|_| Error::internal("unknown time zone"))
}

/// A moment as people write it where the community is.
fn written(time: DateTime<Utc>, zone: Tz) -> String {
    time.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
}
