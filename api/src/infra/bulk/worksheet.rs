//! The first worksheet of an Excel file as rows of text.

use std::path::Path;

use calamine::{Data, Reader as _, Xlsx, open_workbook};

use super::Row;

/// Every row of the first worksheet; the error is for people.
pub(super) fn rows(path: &Path) -> Result<Vec<Row>, String> {
    let mut workbook: Xlsx<_> = open_workbook(path).map_err(|error: calamine::XlsxError| error.to_string())?;
    let range = workbook.worksheet_range_at(0).ok_or("has no worksheet")?.map_err(|error| error.to_string())?;
    let first = range.start().map_or(0, |(row, _)| u64::from(row)) + 1;
    Ok(range.rows().zip(first..).map(|(cells, line)| Row { line, cells: cells.iter().map(text).collect() }).collect())
}

/// A cell's text. Excel keeps numbers as floats; the shortest decimal that reads back as the same float is the one
/// that was typed (up to 15 digits), so `89.53` and an eleven-digit phone number come out as they went in.
fn text(cell: &Data) -> String {
    match cell {
        Data::DateTime(time) if time.is_datetime() => {
            let (year, month, day, ..) = time.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use calamine::{ExcelDateTime, ExcelDateTimeType};

    use super::*;

    #[test]
    fn cells_read_as_they_were_typed() {
        let date = ExcelDateTime::new(43_861.0, ExcelDateTimeType::DateTime, false);
        for (cell, expected) in [
            (Data::Float(89.529_999_999_999_99 + 0.000_000_000_000_01), "89.53"),
            (Data::Float(101.0), "101"),
            (Data::Float(13_800_000_000.0), "13800000000"),
            (Data::String("2-301".to_owned()), "2-301"),
            (Data::DateTime(date), "2020-01-31"),
            (Data::Empty, ""),
        ] {
            assert_eq!(text(&cell), expected);
        }
    }
}
