//! What a notice in the lobby tells residents of a public fault: plain words, dates and nothing of any person.

use chrono::{DateTime, Duration, Utc};
use entities::values::{PauseReason, TicketKind, TicketState};

use super::labels::Label;

/// Days for which a link opens after its ticket is over.
pub const DAYS_AFTER_END: i64 = 30;
/// Longest words on a notice, in characters.
pub const WORDS_MAX: usize = 300;

/// Whether tickets of a kind are everybody's matter.
pub const fn is_public(kind: TicketKind) -> bool {
    matches!(kind, TicketKind::PublicRepair | TicketKind::PatrolFinding)
}

/// When a link ends; `None` while its ticket goes on.
pub fn ends_at(closed_at: Option<DateTime<Utc>>, cancelled_at: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    closed_at.or(cancelled_at).map(|end| end + Duration::days(DAYS_AFTER_END))
}

/// A state in words for everybody.
pub const fn plain(state: TicketState, pause: Option<PauseReason>) -> Label {
    match (state, pause) {
        (TicketState::Submitted, _) => ("已受理，正在安排维修人员", "Received; a technician is being arranged"),
        (TicketState::Dispatched, _) => ("已安排维修人员", "A technician has been assigned"),
        (TicketState::Accepted, _) => ("维修人员即将到场", "A technician is on the way"),
        (TicketState::InProgress, _) => ("正在维修", "Being repaired"),
        (TicketState::Paused, Some(PauseReason::Parts)) => ("暂停：等待配件", "Paused: parts are on order"),
        (TicketState::Paused, Some(PauseReason::Contractor)) => {
            ("暂停：等待专业单位", "Paused: waiting for a specialist company")
        }
        (TicketState::Paused, _) => ("暂停", "Paused"),
        (TicketState::Completed, _) => ("维修已完成，等待确认", "Repaired; to be confirmed"),
        (TicketState::Closed, _) => ("已完成", "Done"),
        (TicketState::Cancelled, _) => ("已取消", "Cancelled"),
    }
}

/// When a ticket's steps happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Dates {
    /// Submitted.
    pub submitted: Option<DateTime<Utc>>,
    /// Taken on.
    pub responded: Option<DateTime<Utc>>,
    /// Somebody was there.
    pub arrived: Option<DateTime<Utc>>,
    /// Work ended.
    pub completed: Option<DateTime<Utc>>,
    /// Closed.
    pub closed: Option<DateTime<Utc>>,
    /// Given up.
    pub cancelled: Option<DateTime<Utc>>,
}

/// The steps that have happened, in order.
pub fn steps(dates: &Dates) -> Vec<(Label, DateTime<Utc>)> {
    let all = [
        (("受理", "Received"), dates.submitted),
        (("接单", "Taken on"), dates.responded),
        (("到场", "On site"), dates.arrived),
        (("完工", "Repaired"), dates.completed),
        (("确认完成", "Confirmed"), dates.closed),
        (("取消", "Cancelled"), dates.cancelled),
    ];
    all.into_iter().filter_map(|(label, at)| Some((label, at?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i64) -> DateTime<Utc> {
        DateTime::<Utc>::UNIX_EPOCH + Duration::days(day)
    }

    #[test]
    fn a_link_ends_thirty_days_after_its_ticket() {
        assert_eq!(ends_at(None, None), None);
        assert_eq!(ends_at(Some(day(1)), None), Some(day(31)));
        assert_eq!(ends_at(None, Some(day(2))), Some(day(32)));
    }

    #[test]
    fn only_public_faults_are_announced() {
        let public: Vec<_> = TicketKind::ALL.iter().filter(|kind| is_public(**kind)).collect();
        assert_eq!(public, [&TicketKind::PublicRepair, &TicketKind::PatrolFinding]);
    }

    #[test]
    fn steps_come_in_order_and_only_once_they_have_happened() {
        let dates = Dates { submitted: Some(day(1)), arrived: Some(day(2)), ..Dates::default() };
        let told: Vec<_> = steps(&dates).into_iter().map(|((_, en), at)| (en, at)).collect();
        assert_eq!(told, [("Received", day(1)), ("On site", day(2))]);
    }

    #[test]
    fn what_residents_wait_for_is_no_reason_to_tell_who() {
        for reason in PauseReason::ALL {
            let (_, en) = plain(TicketState::Paused, Some(*reason));
            assert!(!en.contains("resident") && !en.contains("uote"), "{en}");
        }
    }
}
