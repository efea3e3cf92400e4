//! Warranty (保修): until when a part of an estate is under it, who is liable, and so who pays for a ticket.

mod defaults;
mod season;

pub use defaults::{LAW, default_term};
pub use season::{MonthDay, Season};

use chrono::{Months, NaiveDate};
use entities::values::{LiableParty, Payer, TicketKind, WarrantyLength, WarrantyPart};

/// Latest day that a warranty may be said to end on: years of four digits sort as text, too.
const LAST_DAY: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day of the calendar");

/// How long a category's work is under warranty, and who is liable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Term {
    /// In `unit`; 0 is no warranty.
    pub length: i32,
    /// Years or heating seasons.
    pub unit: WarrantyLength,
    /// Who is liable while it lasts.
    pub within: LiableParty,
    /// Who is liable after it.
    pub after: LiableParty,
}

impl Term {
    /// The last day of a warranty that runs from `start`; `None` when there is none.
    ///
    /// Years end on the day of the same date, or on the month's last where it is missing: the day of the beginning is not
    /// counted (民法典第二百零一条、第二百零二条). A heating season that is under way on the first day is covered beside
    /// the whole seasons that the term names.
    pub fn last_day(&self, start: NaiveDate, season: Season) -> Option<NaiveDate> {
        let length = u32::try_from(self.length).ok().filter(|length| *length > 0)?;
        let last = match self.unit {
            WarrantyLength::Years => start.checked_add_months(Months::new(length * 12)),
            WarrantyLength::HeatingSeasons => season.end_of(start, length),
        };
        Some(last.unwrap_or(LAST_DAY).min(LAST_DAY))
    }
}

/// Whether something is under warranty on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Coverage {
    /// Nobody knows: no day of delivery or completion, or no term for such work.
    Unknown,
    /// It is, up to and with `until`.
    Within {
        /// The last day.
        until: NaiveDate,
        /// Who is liable.
        liable: LiableParty,
    },
    /// It is not, or not any more.
    After {
        /// The last day that was; nothing when there never was a warranty.
        until: Option<NaiveDate>,
        /// Who is liable now.
        liable: LiableParty,
    },
}

/// Whether what was delivered or completed on `start` is under warranty on `today`, where the community is.
pub fn coverage(start: Option<NaiveDate>, term: Option<&Term>, season: Season, today: NaiveDate) -> Coverage {
    let (Some(start), Some(term)) = (start, term) else { return Coverage::Unknown };
    match term.last_day(start, season) {
        Some(until) if today <= until => Coverage::Within { until, liable: term.within },
        until => Coverage::After { until, liable: term.after },
    }
}

impl Coverage {
    /// Whether it is known to be under warranty.
    pub const fn covered(self) -> bool {
        matches!(self, Self::Within { .. })
    }

    /// The last day, as far as there is one.
    pub const fn until(self) -> Option<NaiveDate> {
        match self {
            Self::Unknown => None,
            Self::Within { until, .. } => Some(until),
            Self::After { until, .. } => until,
        }
    }

    /// Who is liable, as far as that is known.
    pub const fn liable(self) -> Option<LiableParty> {
        match self {
            Self::Unknown => None,
            Self::Within { liable, .. } | Self::After { liable, .. } => Some(liable),
        }
    }
}

/// Which part a kind of ticket is about.
pub const fn part_of(kind: TicketKind) -> WarrantyPart {
    match kind {
        TicketKind::HomeRepair | TicketKind::PaidService | TicketKind::HandoverDefect => WarrantyPart::Unit,
        TicketKind::PublicRepair | TicketKind::PatrolFinding => WarrantyPart::Public,
    }
}

/// Who pays for a ticket, and who answers for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settled {
    /// Who pays.
    pub payer: Payer,
    /// Who is liable.
    pub liable: Option<LiableParty>,
    /// The last day of the warranty.
    pub until: Option<NaiveDate>,
}

/// Who pays for a new ticket: what staff say, else what the warranty says, else what is usual for its kind.
///
/// A service has no warranty. A handover defect is the developer's in any case. After its warranty a home repair is paid
/// for where the term says that the owner is liable; a public repair never is.
pub fn settle(kind: TicketKind, said: Option<Payer>, coverage: Coverage) -> Settled {
    if kind == TicketKind::PaidService {
        let payer = said.unwrap_or(Payer::Paid);
        return Settled { payer, liable: None, until: None };
    }
    let home = part_of(kind) == WarrantyPart::Unit;
    let payer = said.unwrap_or(match coverage {
        _ if kind == TicketKind::HandoverDefect => Payer::Warranty,
        Coverage::Within { .. } => Payer::Warranty,
        Coverage::After { liable: LiableParty::Owner, .. } if home => Payer::Paid,
        Coverage::After { .. } | Coverage::Unknown => Payer::Free,
    });
    let fits = |liable: &LiableParty| agree(payer, Some(*liable)).is_ok();
    let usual = (kind == TicketKind::HandoverDefect).then_some(LiableParty::Developer);
    let liable = match payer {
        // Whoever pays is liable, whatever the warranty says.
        Payer::Paid => coverage.liable().map(|_| LiableParty::Owner),
        Payer::Warranty | Payer::Free => coverage.liable().or(usual).filter(fits),
    };
    Settled { payer, liable, until: coverage.until() }
}

/// Why payer and liable party do not go together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Disagreement {
    /// Under warranty somebody is liable.
    Missing,
    /// It cannot be this one.
    Wrong,
}

/// The liable party that goes with a payer: under warranty anybody but the owner, and it must be said; what the resident
/// pays is the owner's; what is free is not.
pub const fn agree(payer: Payer, liable: Option<LiableParty>) -> Result<Option<LiableParty>, Disagreement> {
    match (payer, liable) {
        (Payer::Warranty, None) => Err(Disagreement::Missing),
        (Payer::Warranty | Payer::Free, Some(LiableParty::Owner)) => Err(Disagreement::Wrong),
        (Payer::Warranty | Payer::Free, liable) => Ok(liable),
        (Payer::Paid, None | Some(LiableParty::Owner)) => Ok(Some(LiableParty::Owner)),
        (Payer::Paid, Some(_)) => Err(Disagreement::Wrong),
    }
}
