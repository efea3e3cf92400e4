//! The writer of .xlsx files: rows go to the disk as they come, so a file of a million rows takes no more memory than
//! one of a hundred.

use std::fs::File;
use std::io::{BufWriter, Read as _, Seek as _, Write as _};

use rust_xlsxwriter::{ColNum, Color, Format, RowNum, Workbook, Worksheet, XlsxError};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::cell::{looks_like_formula, printable};
use super::{Cell, Head};
use crate::error::Error;
use crate::infra::crypto::Hasher;

/// So many pages wait for the disk before the database is asked for more.
const PAGES: usize = 2;

/// A finished file, which has no name on the disk: it is gone with this handle, or with the process.
pub struct Written {
    /// The file, at its beginning.
    pub file: File,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
}

enum Message {
    Rows(Vec<Vec<Cell>>),
    End,
}

/// A sheet that a thread of its own writes.
pub struct Sheet {
    pages: mpsc::Sender<Message>,
    writer: JoinHandle<Result<Option<Written>, String>>,
}

impl Sheet {
    /// Begins a file of one sheet with its header row.
    pub fn start(name: &str, heads: Vec<Head>) -> Self {
        let (pages, received) = mpsc::channel(PAGES);
        let name = name.to_owned();
        let writer = tokio::task::spawn_blocking(move || write(&name, &heads, received));
        Self { pages, writer }
    }

    /// Adds rows; waits while the disk is behind.
    pub async fn add(&self, rows: Vec<Vec<Cell>>) -> Result<(), Error> {
        // Who no longer listens has failed, and says why at the end.
        self.pages.send(Message::Rows(rows)).await.map_err(|_| Error::internal("the writer of a sheet has stopped"))
    }

    /// Ends the file.
    pub async fn finish(self) -> Result<Written, Error> {
        let _ = self.pages.send(Message::End).await;
        match self.writer.await {
            Ok(Ok(Some(written))) => Ok(written),
            Ok(Ok(None)) => Err(Error::internal("a sheet ended too early")),
            Ok(Err(cause)) => Err(Error::internal(format!("xlsx: {cause}"))),
            Err(panic) => Err(Error::internal(format!("xlsx: {panic}"))),
        }
    }
}

/// `None`: whoever asked for the file has gone away.
fn write(name: &str, heads: &[Head], mut pages: mpsc::Receiver<Message>) -> Result<Option<Written>, String> {
    let failed = |error: XlsxError| error.to_string();
    let formats = Formats::new();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet_with_constant_memory().map_err(failed)?;
    begin(sheet, name, heads, &formats).map_err(failed)?;
    let mut row: RowNum = 0;
    loop {
        match pages.blocking_recv() {
            None => return Ok(None),
            Some(Message::End) => break,
            Some(Message::Rows(rows)) => {
                for cells in rows {
                    row += 1;
                    for (column, cell) in cells.into_iter().enumerate() {
                        put(sheet, row, ColNum::try_from(column).unwrap_or(ColNum::MAX), cell, &formats)
                            .map_err(failed)?;
                    }
                }
            }
        }
    }
    let last = ColNum::try_from(heads.len().saturating_sub(1)).unwrap_or(ColNum::MAX);
    sheet.autofilter(0, 0, row, last).map_err(failed)?;
    let mut file = tempfile::tempfile().map_err(|error| error.to_string())?;
    let mut out = BufWriter::new(&mut file);
    workbook.save_to_writer(&mut out).map_err(failed)?;
    out.flush().map_err(|error| error.to_string())?;
    drop(out);
    measured(file).map(Some).map_err(|error| error.to_string())
}

fn measured(mut file: File) -> std::io::Result<Written> {
    file.rewind()?;
    let (mut hasher, mut bytes, mut buffer) = (Hasher::new(), 0, vec![0; 64 * 1024]);
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => {
                hasher.update(&buffer[..read]);
                bytes += read as u64;
            }
        }
    }
    file.rewind()?;
    Ok(Written { file, bytes, sha256: hasher.finish() })
}

struct Formats {
    head: Format,
    text: Format,
    moment: Format,
    day: Format,
    scaled: [Format; 5],
}

impl Formats {
    fn new() -> Self {
        let scaled = ["0", "0.0", "0.00", "0.000", "0.0000"].map(|form| Format::new().set_num_format(form));
        Self {
            head: Format::new().set_bold().set_background_color(Color::RGB(0x00E7_ECEF)),
            // The mark that keeps a text a text even when somebody edits the cell.
            text: Format::new().set_quote_prefix(),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            scaled,
        }
    }
}

fn begin(sheet: &mut Worksheet, name: &str, heads: &[Head], formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, head) in (0..).zip(heads) {
        sheet.set_column_width(column, f64::from(head.width))?;
        sheet.write_string_with_format(0, column, head.title, &formats.head)?;
    }
    Ok(())
}

// Spreadsheets know doubles only: up to 2^53 a whole number is exact in one.
#[allow(clippy::cast_precision_loss)]
fn put(sheet: &mut Worksheet, row: RowNum, column: ColNum, cell: Cell, formats: &Formats) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => {
            let text = printable(&text);
            if looks_like_formula(&text) {
                sheet.write_string_with_format(row, column, text, &formats.text)?;
            } else {
                sheet.write_string(row, column, text)?;
            }
        }
        Cell::Whole(number) => drop(sheet.write_number(row, column, number as f64)?),
        Cell::Scaled(number, scale) => {
            let format = &formats.scaled[usize::try_from(scale).unwrap_or(0).min(formats.scaled.len() - 1)];
            let number = number as f64 / 10_f64.powi(i32::try_from(scale).unwrap_or(0));
            sheet.write_number_with_format(row, column, number, format)?;
        }
        // A spreadsheet's days begin in 1900; what lies before stays text.
        Cell::Moment(time) => match sheet.write_datetime_with_format(row, column, time, &formats.moment) {
            Ok(_) => {}
            Err(_) => drop(sheet.write_string(row, column, time.to_string())?),
        },
        Cell::Day(day) => match sheet.write_datetime_with_format(row, column, day, &formats.day) {
            Ok(_) => {}
            Err(_) => drop(sheet.write_string(row, column, day.to_string())?),
        },
    }
    Ok(())
}
