//! A file of rows under headings: CSV or an Excel worksheet.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use csv::{ByteRecord, ReaderBuilder, Terminator};

use super::{ImportError, RowProblem, worksheet};

/// One row; cells may hold blanks around their text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The line it begins on, counted from 1.
    pub line: u64,
    /// As many cells as there are headings.
    pub cells: Vec<String>,
}

impl Row {
    fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// An open file. CSV is read as it goes; a worksheet, which Excel limits to 1,048,576 rows, is held in memory.
pub struct Table {
    headings: Vec<String>,
    source: Source,
    /// Bytes of a CSV file, rows of a worksheet.
    length: u64,
}

type Csv = csv::Reader<Box<dyn Read + Send>>;

enum Source {
    Csv(Box<Csv>),
    Worksheet(std::vec::IntoIter<Row>),
}

const NOT_UTF8: &str = "is not UTF-8 text (in Excel, save as “CSV UTF-8”)";

impl Table {
    /// Opens a `.xlsx` file's first worksheet, or any other file as CSV in UTF-8 with or without a byte order mark.
    pub fn open(path: &Path) -> Result<Self, ImportError> {
        let is_worksheet = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
        let table = if is_worksheet {
            worksheet::rows(path).and_then(Self::of_rows)
        } else {
            let opened = File::open(path).and_then(|file| Ok((file.metadata()?.len(), file)));
            opened.map_err(|error| error.to_string()).and_then(|(length, file)| Self::of_csv(file, length))
        };
        table.map_err(|reason| ImportError::unusable(format!("{}: {reason}", path.display())))
    }

    fn of_rows(mut rows: Vec<Row>) -> Result<Self, String> {
        let first = rows.iter().position(|row| !row.is_blank()).ok_or("is empty")?;
        let mut rows = rows.split_off(first).into_iter();
        let headings = clean(rows.next().map(|row| row.cells).unwrap_or_default());
        Ok(Self { headings, length: rows.len() as u64, source: Source::Worksheet(rows) })
    }

    fn of_csv(input: impl Read + Send + 'static, length: u64) -> Result<Self, String> {
        // Lines end at the line feed alone, and the last one does, too: then a record's end tells its line exactly.
        // A carriage return before it stays in the last cell as a blank at its end.
        let input: Box<dyn Read + Send> = Box::new(input.chain(&b"\n"[..]));
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).terminator(Terminator::Any(b'\n'));
        let mut reader = builder.from_reader(input);
        let mut record = ByteRecord::new();
        if !reader.read_byte_record(&mut record).map_err(|error| error.to_string())? {
            return Err("is empty".to_owned());
        }
        let headings = clean(cells(&record).ok_or(NOT_UTF8)?);
        Ok(Self { headings, length, source: Source::Csv(Box::new(reader)) })
    }

    /// The headings, without blanks around them.
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    /// How far reading has come, and how far there is to go; the unit is the file's own.
    pub fn position(&self) -> (u64, u64) {
        match &self.source {
            Source::Csv(reader) => (reader.position().byte(), self.length),
            Source::Worksheet(rows) => (self.length - rows.len() as u64, self.length),
        }
    }

    /// The next row that is not blank, or what is wrong with it; `None` at the end.
    pub fn next_row(&mut self) -> Result<Option<Result<Row, RowProblem>>, ImportError> {
        match &mut self.source {
            Source::Worksheet(rows) => Ok(rows.find(|row| !row.is_blank()).map(Ok)),
            Source::Csv(reader) => next_record(reader, self.headings.len())
                .map_err(|error| ImportError::unusable(format!("reading stopped: {error}"))),
        }
    }
}

fn next_record(reader: &mut Csv, width: usize) -> Result<Option<Result<Row, RowProblem>>, csv::Error> {
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record)? {
        let within = record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        let line = reader.position().line().saturating_sub(within + 1);
        let fault = |reason: String| Ok(Some(Err(RowProblem { line, column: String::new(), reason })));
        let Some(cells) = cells(&record) else {
            return fault(NOT_UTF8.to_owned());
        };
        let row = Row { line, cells };
        if row.is_blank() {
            continue;
        }
        if row.cells.len() != width {
            return fault(format!("{} cells under {width} headings (is a quote not closed?)", row.cells.len()));
        }
        return Ok(Some(Ok(row)));
    }
    Ok(None)
}

fn cells(record: &ByteRecord) -> Option<Vec<String>> {
    record.iter().map(|cell| std::str::from_utf8(cell).ok().map(str::to_owned)).collect()
}

fn clean(headings: Vec<String>) -> Vec<String> {
    headings.iter().map(|heading| heading.trim_start_matches('\u{feff}').trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row as its line and trimmed cells, each problem as its text.
    fn read(bytes: &'static [u8]) -> Vec<String> {
        let mut table = Table::of_csv(bytes, bytes.len() as u64).expect("it has headings");
        assert_eq!(table.headings(), ["a", "b"]);
        let mut rows = Vec::new();
        while let Some(row) = table.next_row().expect("it can be read") {
            rows.push(match row {
                Ok(row) => {
                    format!("{}:{}", row.line, row.cells.iter().map(|cell| cell.trim()).collect::<Vec<_>>().join("|"))
                }
                Err(problem) => problem.to_string(),
            });
        }
        rows
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        assert_eq!(read(b"a,b\n1,2\n3,4"), ["2:1|2", "3:3|4"]);
        assert_eq!(read(b"\xef\xbb\xbfa,b\r\n1,\"2\"\r\n\r\n,\r\n3,4\r\n"), ["2:1|2", "5:3|4"]);
        assert_eq!(read(b"a,b\n\n\n1,\"two\nlines\"\n3,4\n"), ["4:1|two\nlines", "6:3|4"]);
    }

    #[test]
    fn rows_that_cannot_be_rows_are_problems() {
        let short = "line 2: 1 cells under 2 headings (is a quote not closed?)";
        assert_eq!(read(b"a,b\n1\n3,4\n"), [short, "3:3|4"]);
        let gbk = format!("line 2: {NOT_UTF8}");
        assert_eq!(read(b"a,b\n\xc4\xe3,2\n3,4\n"), [gbk.as_str(), "3:3|4"]);
        assert_eq!(read(b"a,b\n\"\"\"1\",2\n"), ["2:\"1|2"]);
    }

    #[test]
    fn a_file_without_headings_is_refused() {
        assert_eq!(Table::of_csv(&b""[..], 0).err().as_deref(), Some("is empty"));
        assert_eq!(Table::of_rows(Vec::new()).err().as_deref(), Some("is empty"));
    }
}
