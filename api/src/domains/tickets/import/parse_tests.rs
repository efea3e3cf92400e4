use super::super::case::COLUMNS;
use super::*;
use crate::infra::bulk::{Column, Layout, Row, Unknown};

const GOOD: [&str; 11] = [
    "101000000001",
    "01/01/2015 07:27:13 AM",
    "01/31/2015 07:27:13 AM",
    "01/31/2015 07:27:13 AM",
    "Closed",
    "Case Closed :",
    "Heat - Excessive  Insufficient",
    "Heat - Excessive  Insufficient",
    "1 Made Up St  Roxbury  MA  02118",
    "Roxbury",
    "Constituent Call",
];

/// Reads the good row with some cells replaced.
fn read(changes: &[(CaseColumn, &str)]) -> Result<CaseRow, Vec<String>> {
    let headings: Vec<_> = COLUMNS.iter().map(|column| column.headings[0].to_owned()).collect();
    let layout = Layout::find(COLUMNS, &headings, Unknown::Ignored).map_err(|fault| vec![fault])?;
    let cell = |column: &Column<CaseColumn>, good: &str| {
        changes.iter().find(|(id, _)| *id == column.id).map_or(good, |(_, cell)| *cell).to_owned()
    };
    let cells = COLUMNS.iter().zip(GOOD).map(|(column, good)| cell(column, good)).collect();
    row(Cells::new(&layout, &Row { line: 2, cells }), chrono_tz::America::New_York)
        .map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

#[test]
fn a_case_closed_at_its_target_is_on_time() {
    let case = read(&[]).expect("the row is good");
    assert_eq!(case.opened_at.to_rfc3339(), "2015-01-01T12:27:13+00:00");
    assert_eq!(case.closed_at, case.target_at);
    assert_eq!((case.month, case.channel), (201_501, Channel::Phone));
    assert_eq!(case.category, "Heat - Excessive Insufficient");
    assert_eq!(case.building.as_deref(), Some("1 Made Up St Roxbury MA 02118"));
}

#[test]
fn the_month_is_the_local_one() {
    // 31 January 23:30 in Boston is 1 February in UTC.
    let case = read(&[(C::Opened, "01/31/2015 11:30:00 PM"), (C::Closed, "02/01/2015 01:00:00 AM")]);
    assert_eq!(case.map(|case| case.month), Ok(201_501));
}

#[test]
fn blanks_are_unknown() {
    let blank = [C::Neighborhood, C::Location, C::Title, C::ClosureReason, C::Target].map(|column| (column, " "));
    let case = read(&blank).expect("these may be blank");
    assert_eq!((case.community.as_str(), case.building, case.closure_reason), ("Unknown", None, None));
    assert_eq!(case.title, case.category);
    assert_eq!(case.target_at, None);
}

#[test]
fn sources_are_channels() {
    for (source, channel) in [
        ("Self Service", Channel::Web),
        ("City Worker App", Channel::Staff),
        ("Employee Generated", Channel::Staff),
        ("Carrier pigeon", Channel::Other),
    ] {
        assert_eq!(read(&[(C::Source, source)]).map(|case| case.channel), Ok(channel));
    }
}

#[test]
fn contradictions_are_refused() {
    for (changes, problem) in [
        (vec![(C::Closed, "12/31/2014 07:27:13 AM")], "line 2, column CLOSED_DT: lies before the opening"),
        (vec![(C::Closed, "")], "line 2, column CLOSED_DT: is missing in a closed case"),
        (vec![(C::Status, "Open")], "line 2, column CLOSED_DT: is given in an open case"),
        (vec![(C::Status, "Lost")], "line 2, column CASE_STATUS: “Lost” is neither Open nor Closed"),
        (vec![(C::Opened, "")], "line 2, column OPEN_DT: is missing"),
        (vec![(C::Id, "")], "line 2, column CASE_ENQUIRY_ID: is missing"),
        (vec![(C::Type, "--")], "line 2, column TYPE: “--” has no letters to make a code of"),
        (
            vec![(C::Target, "2015-01-31")],
            "line 2, column TARGET_DT: “2015-01-31” is not a time such as 01/31/2015 07:27:13 AM",
        ),
    ] {
        assert_eq!(read(&changes), Err(vec![problem.to_owned()]));
    }
}

#[test]
fn every_fault_of_a_row_is_named() {
    assert_eq!(read(&[(C::Id, ""), (C::Type, ""), (C::Status, "")]).map_err(|faults| faults.len()), Err(3));
}
